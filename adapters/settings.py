"""The settings: which variables of the environment there are, what each means, and which of them do not go together.

Nothing here looks at the environment itself: `adapters.cli.environment` hands it in. What Slack or Discord thinks of
a token is decided where it is used. `table` is the one list of all variables; docs/settings.md holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

OURS = "COMPUTE_BOT_"
PAGE = "docs/settings.md"
HIGHEST_PORT = 65_535
LONGEST_STOP = 110.0  # seconds: no scheduler that we know of waits longer than two minutes
MOST_DAYS = 3_650
A_DAY = 86_400.0  # seconds


class Settings(NamedTuple):
    """What the environment asks for; text that may be a secret is never shown."""

    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    slack_http: bool = False
    slack_channels: frozenset[str] = frozenset()
    slack_api: str = "https://slack.com/api/"
    discord_token: str = ""
    knowledge: str = ""
    store: str = ""
    store_text: bool = True
    keep_days: int = 90
    host: str = "0.0.0.0"  # noqa: S104 - a load balancer must reach it; what is not signed is refused
    port: int = 3000
    health_host: str = "127.0.0.1"
    health_port: int = 8080
    log: str = ""
    stop_seconds: float = 20.0
    reload_seconds: float = 0.0
    pulse_seconds: float = 60.0

    @property
    def slack(self) -> bool:
        """Whether anything of Slack is set."""
        return bool(self.slack_bot_token or self.slack_app_token or self.slack_signing_secret)

    @property
    def discord(self) -> bool:
        """Whether anything of Discord is set."""
        return bool(self.discord_token)


class Variable(NamedTuple):
    """One variable: the field that it fills, what it means, and how its text is read (ValueError says what fits)."""

    name: str
    field: str
    meaning: str
    read: Callable[[str], Any] = str
    shown: str = ""  # the default as the page has it, where the field's own says too little


def port(text: str) -> int:
    """A port; 0 takes any that is free."""
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT):
        raise ValueError(f"must be a port, 0 to {HIGHEST_PORT}")
    return int(text)


def one_of(**words: Any) -> Callable[[str], Any]:  # noqa: ANN401 - whatever a word stands for
    """One of these words, and what it stands for."""

    def read(text: str) -> Any:  # noqa: ANN401 - likewise
        if text not in words:
            raise ValueError(f"must be {' or '.join(words)}")
        return words[text]

    return read


def seconds(lowest: float, highest: float, off: str = "") -> Callable[[str], float]:
    """So many seconds, fractions allowed; or the word that switches it off, which is 0."""

    def read(text: str) -> float:
        if off and text in {off, "0"}:
            return 0.0
        if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text, re.ASCII) or not lowest <= float(text) <= highest:
            raise ValueError(f"must be seconds, {lowest:g} to {highest:g}{f', or {off}' if off else ''}")
        return float(text)

    return read


def days(text: str) -> int:
    """So many days."""
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_DAYS):
        raise ValueError(f"must be days, 0 to {MOST_DAYS}")
    return int(text)


def ids(text: str) -> frozenset[str]:
    """What stands between commas or spaces."""
    return frozenset(text.replace(",", " ").split())


MODE, YES, LINES = one_of(socket=False, http=True), one_of(yes=True, no=False), one_of(json="json", text="text")
STOP, RELOAD, PULSE = seconds(1, LONGEST_STOP), seconds(1, A_DAY, off="no"), seconds(1, 3600)
CHANNELS = "ids of channels (`C…`), with commas between them, in which Slack's bot reads every message"
STORE = "`store.db` in `compute-bot` in `XDG_STATE_HOME`"

VARIABLES = (
    Variable("SLACK_BOT_TOKEN", "slack_bot_token", "Slack: the Bot User OAuth Token, `xoxb-…`"),
    Variable("SLACK_APP_TOKEN", "slack_app_token", "Slack in mode `socket`: the app-level token, `xapp-…`"),
    Variable("SLACK_SIGNING_SECRET", "slack_signing_secret", "Slack in mode `http`: the Signing Secret"),
    Variable(
        "COMPUTE_BOT_SLACK_MODE", "slack_http", "how `serve` hears from Slack: `socket` or `http`", MODE, "`socket`"
    ),
    Variable("COMPUTE_BOT_SLACK_CHANNELS", "slack_channels", CHANNELS, ids, "none"),
    Variable("SLACK_API_URL", "slack_api", "another Slack, for tests"),
    Variable("DISCORD_TOKEN", "discord_token", "Discord: the bot's token"),
    Variable("COMPUTE_BOT_KNOWLEDGE", "knowledge", "the folder that is answered from", str, "what came with it"),
    Variable("COMPUTE_BOT_STORE", "store", "`memory`, `dynamodb:TABLE`, or the path of an SQLite file", str, STORE),
    Variable("COMPUTE_BOT_STORE_TEXT", "store_text", "`no`: keep no text of what was not answered well", YES, "`yes`"),
    Variable("COMPUTE_BOT_KEEP_DAYS", "keep_days", "days for which such texts are kept", days),
    Variable("COMPUTE_BOT_HOST", "host", "where Slack's events are taken in mode `http`"),
    Variable("COMPUTE_BOT_PORT", "port", "and on which port", port),
    Variable("COMPUTE_BOT_HEALTH_HOST", "health_host", "where `/healthz`, `/readyz` and `/metrics` of `serve` are"),
    Variable("COMPUTE_BOT_HEALTH_PORT", "health_port", "and on which port", port),
    Variable("COMPUTE_BOT_LOG", "log", "lines of `json` or of `text`", LINES, "`json` for `serve`, otherwise `text`"),
    Variable("COMPUTE_BOT_STOP_SECONDS", "stop_seconds", "time to finish what is in hand after SIGTERM", STOP),
    Variable("COMPUTE_BOT_RELOAD_SECONDS", "reload_seconds", "how often to look for changed knowledge", RELOAD, "`no`"),
    Variable("COMPUTE_BOT_PULSE_SECONDS", "pulse_seconds", "how often `serve` logs a line `pulse`", PULSE),
)
BY_NAME = {variable.name: variable for variable in VARIABLES}


def table() -> str:
    """Every variable with its meaning and its default, in Markdown."""
    rows = [f"| `{v.name}` | {v.meaning} | {default(v)} |" for v in VARIABLES]
    return "\n".join(["| Variable | Meaning | Default |", "|---|---|---|", *rows])


def default(variable: Variable) -> str:
    """What holds where the variable is not set, as the page says it."""
    own = getattr(Settings(), variable.field)
    return variable.shown or (f"`{own:g}`" if isinstance(own, float) else f"`{own}`" if own else "–")


def readable(environment: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """What can be read of these variables, of which empty ones say nothing, and a sentence for each that cannot."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for variable in VARIABLES:
        text = environment.get(variable.name, "").strip()
        try:
            found |= {variable.field: variable.read(text)} if text else {}
        except ValueError as error:
            problems.append(f"{variable.name} {error}.")
    return Settings(**found), problems


def together(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    """A sentence for each thing that keeps `serve` from running with this."""
    return [*strangers(environment), *contradictions(settings)]


def strangers(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that looks like one of ours and is none."""
    sentences = []
    for name in sorted(name for name in environment if name.startswith(OURS) and name not in BY_NAME):
        own = [known.removeprefix(OURS) for known in BY_NAME if known.startswith(OURS)]
        near = get_close_matches(name.removeprefix(OURS), own, 1)
        meant = f"{OURS}{near[0]} is one, if that is meant" if near else f"take it out; {PAGE} lists all there are"
        sentences.append(f"{name} is no setting: {meant}.")
    return sentences


def contradictions(settings: Settings) -> list[str]:
    """A sentence for each thing that is missing for, or at odds with, another."""
    s, found = settings, []
    if not s.slack and not s.discord:
        found.append(
            "No platform is set: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack, DISCORD_TOKEN for Discord, or both."
        )
    if s.slack and not s.slack_bot_token:
        found.append(
            "SLACK_BOT_TOKEN is not set, and Slack needs it: set it, or take the other variables of Slack out."
        )
    if s.slack and not s.slack_http and not s.slack_app_token:
        found.append(
            "SLACK_APP_TOKEN is not set, and Slack needs it over a socket: set it, or set COMPUTE_BOT_SLACK_MODE to "
            "http and SLACK_SIGNING_SECRET."
        )
    if s.slack and s.slack_http and not s.slack_signing_secret:
        found.append(
            "SLACK_SIGNING_SECRET is not set, and COMPUTE_BOT_SLACK_MODE is http: set it, or set the mode to socket."
        )
    if not s.slack and (s.slack_http or s.slack_channels):
        found.append("COMPUTE_BOT_SLACK_… is set, and no token of Slack is: set SLACK_BOT_TOKEN, or take it out.")
    if s.slack and s.slack_http and s.port == s.health_port and s.port:
        found.append(f"COMPUTE_BOT_PORT and COMPUTE_BOT_HEALTH_PORT are both {s.port}: give one of them another port.")
    return found
