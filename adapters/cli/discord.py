"""Discord, wired: alone in its process, as one of the platforms of `serve`, or only to send it the commands."""

from __future__ import annotations

from asyncio import Event
from typing import TYPE_CHECKING

from adapters.cli.alone import Renew, alone
from adapters.cli.environment import UnusableError, from_environment, place
from adapters.cli.journal import FOR_PLATFORMS, forgetful
from adapters.cli.options import ANSWERED, Options, UsageError
from adapters.reload import Reloader
from adapters.settings import Settings
from adapters.store import StoreError
from adapters.store.journal import Journal
from bot import Bot

if TYPE_CHECKING:
    from adapters.serve import Heard, Platform, Watch


def run(options: Options) -> int:
    """Answer on Discord until somebody ends the process, or only send the commands."""
    if options.words not in ((), ("sync",)) or (options.dry_run and not options.words):
        raise UsageError("discord takes sync, with or without --dry-run, or no words")
    settings = from_environment()
    token = settings.discord_token
    if not token:
        raise UnusableError("compute-bot discord: DISCORD_TOKEN is not set; docs/discord.md says where to get it.")
    try:
        from adapters import discord
    except ModuleNotFoundError as error:
        lacks = f"compute-bot discord needs {error.name}: in its folder, pip install '.[discord]' brings it"
        raise UnusableError(lacks) from None
    try:
        if options.words:
            found = discord.differences(Bot.open(*place(options)), forgetful(), token, dry=options.dry_run)
            print("\n".join(found or ["Discord has these commands already."]))
        else:
            drain = settings.stop_seconds * FOR_PLATFORMS
            alone(
                *("discord", options, settings),
                lambda bot, journal, renew: discord.run(bot, journal, token, renew, drain),
            )
    except (discord.RefusedError, StoreError) as error:
        raise UnusableError(f"compute-bot discord: {error}") from None
    return ANSWERED


def discord_platform(settings: Settings, reloader: Reloader, kept: Journal, renew: Renew) -> Platform:
    """Discord as it is served."""
    from adapters import discord
    from adapters.serve import Platform

    token, drain = settings.discord_token, settings.stop_seconds * FOR_PLATFORMS

    async def answer(stop: Event, watch: Watch, heard: Heard) -> None:
        await discord.serve(reloader.bot, heard, token, stop, renew=renew, watch=watch, drain=drain)

    return Platform("discord", kept, answer, (discord.RefusedError,))
