"""The wiring to slack-bolt: which request goes to which method of the desk, acknowledged before it is worked on."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import Api, sdk_log
from adapters.slack.desk import Desk
from adapters.slack.start import Identity
from adapters.slack.work import Work, place

log = logging.getLogger("compute-bot.slack")

SHORTCUT = "ask_about_this"
ANY = re.compile("")
LATER = 503  # Slack delivers again
MALFORMED = 400
ODD = (LookupError, TypeError, ValueError, AttributeError)  # what bolt raises for a payload of an odd shape

Body = dict[str, Any]
Ack = Callable[[], Awaitable[BoltResponse]]


def to_app(identity: Identity, api: Api, desk: Desk, work: Work) -> AsyncApp:
    """The bolt app; what it hears it hands to the desk as work, and is done.

    `process_before_response` spares bolt's wait for an acknowledgement, which is there already when a listener returns.
    Signatures are checked in `http_events`, before anything is read; a socket is Slack's own.
    """
    app = AsyncApp(
        name=sdk_log.name,  # bolt takes it for the name of a logger, on which it forces the level of the other
        client=AsyncWebClient(base_url=api.url, session=api.session, logger=sdk_log),
        logger=sdk_log,
        signing_secret="",
        authorize=_as(identity, api),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    heard = {"app_mention": desk.asked, "message": desk.asked, "app_home_opened": desk.home_opened}

    def take(what: str, doing: Callable[[Body], Coroutine[Any, Any, None]], body: Body) -> BoltResponse | None:
        if work.full:
            log.warning("%s: too much to do, so Slack is asked to deliver it again", what)
            return BoltResponse(status=LATER)
        work.start(what, doing(body))
        return None

    async def event(body: Body) -> BoltResponse | None:
        kind = body["event"]["type"]
        return take(kind, heard[kind], body) if kind in heard else None

    async def asked(ack: Ack, body: Body) -> BoltResponse | None:
        await ack()
        return take("command" if "command" in body else "shortcut", desk.asked, body)

    async def clicked(ack: Ack, body: Body) -> BoltResponse | None:
        await ack()
        return take("button", desk.clicked, body)

    app.event(ANY)(event)
    app.command(ANY)(asked)
    app.action(ANY)(clicked)
    app.shortcut(SHORTCUT)(asked)
    app.error(failed)
    return app


async def failed(error: Exception) -> BoltResponse | None:
    """Acknowledge what nobody listens to, or Slack would deliver it again; refuse what bolt stumbles over."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    log.error("A request failed: %s at %s", type(error).__name__, place(error))
    return BoltResponse(status=MALFORMED, body="") if isinstance(error, ODD) else None


def _as(identity: Identity, api: Api) -> Callable[[], Awaitable[AuthorizeResult]]:
    """We know since the start who we are: no request needs to ask Slack again."""
    result = AuthorizeResult(
        enterprise_id=identity.enterprise or None,
        team_id=identity.team or None,
        bot_user_id=identity.user,
        bot_id=identity.bot or None,
        bot_token=api.token,
    )

    async def authorize() -> AuthorizeResult:
        return result

    return authorize
