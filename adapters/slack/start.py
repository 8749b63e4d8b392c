"""The start: whether these are the right tokens, and what the bot may do with them.

A mistake ends the start with one sentence that says which setting it is, what belongs there and where to find it.
Which variable holds which setting is decided in `adapters.settings`; no sentence shows any part of a token.
"""

from __future__ import annotations

import logging
import re
from typing import NamedTuple

from adapters.slack.api import FAILURES, Api, RefusedError, reason

log = logging.getLogger("compute-bot.slack")

API = "https://slack.com/api/"


class Settings(NamedTuple):
    """How to run; `http` takes events over HTTP on `host` and `port` instead of over Socket Mode."""

    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    channels: frozenset[str] = frozenset()
    http: bool = False
    host: str = "0.0.0.0"  # noqa: S104 - a load balancer must reach it; what is not signed is refused
    port: int = 3000
    api: str = API
    stop: float = 20.0  # seconds to finish the work in progress: less than the 30 after which schedulers kill
    ping: float = 10.0  # seconds between two signs of life on a socket


class Identity(NamedTuple):
    """Who we are in the workspace."""

    user: str
    bot: str
    team: str
    enterprise: str = ""


class StartError(Exception):
    """One sentence that says which setting is wrong, and what to do."""


class UnreachableError(Exception):
    """One sentence that says that Slack does not answer: another attempt may do better."""


class Setting(NamedTuple):
    """A secret: its variable, what it is, how it begins, and where it is found at api.slack.com/apps."""

    variable: str
    what: str
    prefix: str
    where: str

    def belongs(self) -> str:
        """What belongs into the variable."""
        begins = f", which begins with {self.prefix}" if self.prefix else ""
        return f"it needs the {self.what}{begins}; find it at https://api.slack.com/apps under your app's {self.where}"


BOT = Setting("SLACK_BOT_TOKEN", "Bot User OAuth Token", "xoxb-", "OAuth & Permissions, once the app is installed")
APP = Setting(
    "SLACK_APP_TOKEN", "app-level token", "xapp-", "Basic Information, App-Level Tokens, scope connections:write"
)
SECRET = Setting("SLACK_SIGNING_SECRET", "Signing Secret", "", "Basic Information, App Credentials")

OTHERS = {
    "xoxb-": "a bot token (xoxb-)",
    "xapp-": "an app-level token (xapp-)",
    "xoxp-": "a user token (xoxp-)",
    "xoxe": "a token that expires (xoxe), so token rotation is on in the app, which is not supported",
    "xoxc-": "a browser's token (xoxc-)",
    "https:": "an address",
}

NEEDED = "chat:write"  # the scope without which nothing can be said at all
SCOPES = {
    "app_mentions:read": "it hears no mention",
    "assistant:write": "it offers no questions in an empty conversation",
    "channels:history": "it hears no reply in public channels' threads without a mention",
    "commands": "it has no /compute and no message shortcut",
    "groups:history": "it hears no reply in private channels' threads without a mention",
    "im:history": "it hears no direct message",
}
AUTH_ERRORS = {
    *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"),
    *("missing_scope", "no_permission", "org_login_required", "access_denied", "ekm_access_denied"),
    *("team_access_not_granted", "two_factor_setup_required"),
}


def check(settings: Settings) -> None:
    """Raise StartError for what is wrong to the naked eye."""
    _shaped(BOT, settings.bot_token)
    if settings.http:
        _shaped(SECRET, settings.signing_secret)
    else:
        _shaped(APP, settings.app_token)
    for channel in sorted(settings.channels):
        if not re.fullmatch(r"[CG][A-Z0-9]+", channel):
            raise StartError(
                f"COMPUTE_BOT_SLACK_CHANNELS holds {channel!r}: it needs the ids of channels (C…) with commas between "
                "them; a channel's id is the last line of its About"
            )


async def probe(settings: Settings, api: Api) -> Identity:
    """Ask Slack whether the tokens work; raises StartError or UnreachableError, and names missing scopes in the log."""
    try:
        reply = await api.call("auth.test", {})
    except FAILURES as error:
        raise refused(BOT, settings, error) from None
    scopes(reply.headers.get("X-OAuth-Scopes", ""))
    if not settings.http:
        try:
            await api.call("apps.connections.open", {}, settings.app_token)
        except FAILURES as error:
            raise refused(APP, settings, error) from None
    data = reply.data
    found = {key: str(data.get(key) or "") for key in ("user_id", "bot_id", "team_id", "enterprise_id")}
    return Identity(found["user_id"], found["bot_id"], found["team_id"], found["enterprise_id"])


def scopes(granted: str) -> None:
    """Say what will not work with these scopes, a comma between them; an empty string says nothing about them."""
    have = {scope.strip() for scope in granted.split(",")} - {""}
    if not have:
        return
    how = "add it at https://api.slack.com/apps under OAuth & Permissions, and install the app again"
    if NEEDED not in have:
        raise StartError(f"The bot token lacks the scope {NEEDED}, without which the bot can say nothing: {how}")
    for scope, without in SCOPES.items():
        if scope not in have:
            log.warning("The bot token lacks the scope %s, so %s: %s", scope, without, how)


def refused(setting: Setting, settings: Settings, error: BaseException) -> StartError | UnreachableError:
    """The sentence for a token that Slack does not take, or for a Slack that does not answer."""
    why = reason(error)
    if isinstance(error, RefusedError) and why in AUTH_ERRORS:
        return StartError(f"Slack refuses {setting.variable} ({why}): {setting.belongs()}")
    where = "" if settings.api == API else f" at {settings.api}"
    return UnreachableError(
        f"Slack{where} did not answer about {setting.variable} ({why}): check the network, and try again"
    )


def _shaped(setting: Setting, value: str) -> None:
    if not value:
        raise StartError(f"{setting.variable} is not set: {setting.belongs()}")
    given = next((name for prefix, name in OTHERS.items() if value.startswith(prefix)), "something else")
    ours = value.startswith(setting.prefix) if setting.prefix else given == "something else"
    if not ours:
        raise StartError(f"{setting.variable} holds {given}: {setting.belongs()}")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise StartError(f"{setting.variable} holds characters that no token has: {setting.belongs()}")
