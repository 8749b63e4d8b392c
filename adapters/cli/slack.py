"""Slack, wired: alone in its process, or as one of the platforms of `serve`."""

from __future__ import annotations

from asyncio import Event
from typing import TYPE_CHECKING

from adapters.cli.alone import Renew, alone
from adapters.cli.environment import UnusableError, from_environment
from adapters.cli.journal import FOR_PLATFORMS
from adapters.cli.options import ANSWERED, Options
from adapters.reload import Reloader
from adapters.settings import Settings
from adapters.store import StoreError
from adapters.store.journal import Journal
from bot import Bot

if TYPE_CHECKING:
    from adapters.serve import Heard, Platform, Watch
    from adapters.slack import Settings as SlackSettings


def run(options: Options) -> int:
    """Answer in Slack until somebody ends the process."""
    try:
        from adapters import slack
    except ModuleNotFoundError as error:
        lacks = f"compute-bot slack needs {error.name}: in its folder, pip install '.[slack]' brings it"
        raise UnusableError(lacks) from None
    settings = from_environment()

    def answer(bot: Bot, journal: Journal, renew: Renew) -> None:
        slack.run(bot, slack_settings(settings, http=options.http), journal, renew)

    try:
        alone("slack", options, settings, answer)
    except (slack.StartError, slack.UnreachableError, StoreError) as error:
        raise UnusableError(f"compute-bot slack: {error}.") from None
    return ANSWERED


def slack_platform(settings: Settings, reloader: Reloader, kept: Journal, renew: Renew) -> Platform:
    """Slack as it is served; raises UnusableError for what is wrong to the naked eye."""
    from adapters import slack
    from adapters.serve import Platform

    ours = slack_settings(settings, http=settings.slack_http)
    try:
        slack.check(ours)
    except slack.StartError as error:
        raise UnusableError(f"compute-bot serve: {error}.") from None

    async def answer(stop: Event, watch: Watch, heard: Heard) -> None:
        await slack.serve(reloader.bot, ours, heard, stop, renew=renew, watch=watch)

    return Platform("slack", kept, answer, (slack.StartError,), (slack.UnreachableError,))


def slack_settings(settings: Settings, *, http: bool) -> SlackSettings:
    """The part that is Slack's."""
    from adapters.slack import Settings as SlackSettings

    return SlackSettings(
        bot_token=settings.slack_bot_token,
        app_token=settings.slack_app_token,
        signing_secret=settings.slack_signing_secret,
        channels=settings.slack_channels,
        http=http,
        host=settings.host,
        port=settings.port,
        api=settings.slack_api,
        stop=settings.stop_seconds * FOR_PLATFORMS,
    )
