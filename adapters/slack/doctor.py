"""What a doctor looks at in Slack: tokens, scopes, the manifest, and whether our clock is Slack's."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

from adapters.slack.api import FAILURES, Api
from adapters.slack.app import SHORTCUT
from adapters.slack.start import APP, BOT, NEEDED, SCOPES, Settings, StartError, check, refused

Finding = tuple[str, bool | None, str]

SKEW = 60.0  # seconds: Slack's signatures hold for five minutes, and replies are measured in seconds
EVENTS = {"app_home_opened", "app_mention", "message.channels", "message.groups", "message.im"}
COMMAND = "/compute"
INSTALL = "add it at https://api.slack.com/apps under OAuth & Permissions, and install the app again"


async def examined(settings: Settings, manifest: str) -> list[Finding]:
    """What is found, with nothing changed: the tokens are only asked whose they are."""
    try:
        check(settings)
    except StartError as error:
        return [("Slack's settings", False, f"{error}."), in_step(manifest, settings)]
    api = Api(settings.api, settings.bot_token)
    try:
        return [*await bot_token(settings, api), await app_token(settings, api), in_step(manifest, settings)]
    finally:
        await api.close()


async def bot_token(settings: Settings, api: Api) -> list[Finding]:
    """Whether the bot token is alive, what it may do, and what time Slack has."""
    try:
        reply = await api.call("auth.test", {})
    except FAILURES as error:
        return [("Slack's bot token", False, f"{refused(BOT, settings, error)}.")]
    granted = {scope.strip() for scope in reply.headers.get("X-OAuth-Scopes", "").split(",")} - {""}
    return [
        ("Slack's bot token", True, "is alive"),
        scopes(granted),
        clock("Slack's clock", reply.headers.get("Date", "")),
    ]


async def app_token(settings: Settings, api: Api) -> Finding:
    """Whether the app-level token opens connections; over HTTP it is not needed."""
    if settings.http:
        return "Slack's app token", None, "events come over HTTP, which does without"
    try:
        await api.call("apps.connections.open", {}, settings.app_token)
    except FAILURES as error:
        return "Slack's app token", False, f"{refused(APP, settings, error)}."
    return "Slack's app token", True, "is alive, and opens connections"


def scopes(granted: set[str]) -> Finding:
    """Whether the bot may do all that it can."""
    if not granted:
        return "Slack's scopes", None, "Slack did not say which there are"
    lacking = [scope for scope in (NEEDED, *SCOPES) if scope not in granted]
    without = "; ".join(f"without {scope} {SCOPES.get(scope, 'it can say nothing')}" for scope in lacking)
    return "Slack's scopes", not lacking, f"{without}: {INSTALL}" if lacking else f"all {len(SCOPES) + 1} are granted"


def clock(what: str, stated: str) -> Finding:
    """Whether our clock shows the time that the other side stated."""
    try:
        ahead = time.time() - parsedate_to_datetime(stated).timestamp()
    except ValueError:
        return what, None, "the answer had no time"
    if abs(ahead) > SKEW:
        way = "ahead of" if ahead > 0 else "behind"
        return what, False, f"this machine is {abs(ahead):.0f} seconds {way} it: set the clock, or have NTP do so"
    return what, True, "agrees with this machine's within a minute"


def in_step(path: str, settings: Settings) -> Finding:
    """Whether the manifest asks Slack for what this version of the bot uses."""
    import yaml

    what = "Slack's manifest"
    try:
        with open(path, encoding="utf-8") as file:
            manifest = yaml.safe_load(file)
    except FileNotFoundError:
        return what, None, "it is not installed with the bot; look at deploy/slack/manifest.yaml in the source"
    except (OSError, ValueError, yaml.YAMLError):
        return what, False, f"{path} cannot be read"
    odd = differences(manifest, settings) if isinstance(manifest, dict) else ["it is no manifest"]
    return what, not odd, f"{'; '.join(odd)}: bring {path} up to date" if odd else "is in step with the bot"


def differences(manifest: dict[str, Any], settings: Settings) -> list[str]:
    """What the manifest has that the bot does not use, and the other way round."""
    features, wanted = section(manifest, "features"), section(manifest, "settings")
    pairs = {
        "scopes": (section(manifest, "oauth_config", "scopes").get("bot"), {NEEDED, *SCOPES}),
        "events": (section(wanted, "event_subscriptions").get("bot_events"), EVENTS),
        "commands": ([c.get("command") for c in features.get("slash_commands") or ()], {COMMAND}),
        "shortcuts": ([s.get("callback_id") for s in features.get("shortcuts") or ()], {SHORTCUT}),
    }
    odd = [
        f"{name}: {', '.join(sorted(map(str, set(there or ()) ^ ours)))}"
        for name, (there, ours) in pairs.items()
        if set(there or ()) != ours
    ]
    if not settings.http and not wanted.get("socket_mode_enabled"):
        odd.append("socket mode is off")
    if wanted.get("token_rotation_enabled"):
        odd.append("token rotation is on, which is not supported")
    return odd


def section(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """A mapping within mappings; empty if it is not there."""
    for name in names:
        found = data.get(name)
        data = found if isinstance(found, dict) else {}
    return data
