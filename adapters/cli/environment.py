"""The environment, which is read here and nowhere else: where things are, what is set, and what the terminal can do.

What a variable means is decided in `adapters.settings`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from adapters.cli.options import Options

if TYPE_CHECKING:
    from adapters.repl import Terminal
    from adapters.settings import Settings


class UnusableError(Exception):
    """Says in sentences why nothing was started."""


def place(options: Options) -> tuple[str, str | None]:
    """The folder that was asked for, and where it is kept compiled."""
    return options.knowledge or knowledge(), own("XDG_CACHE_HOME", "~/.cache")


def knowledge() -> str:
    """The folder that the environment names, the one beside the packages, or the one that was installed with them."""
    if named := os.environ.get("COMPUTE_BOT_KNOWLEDGE"):
        return named
    beside = os.path.join(above(), "knowledge")
    if not os.path.isdir(beside):
        return os.path.join(sys.prefix, "share", "compute-bot", "knowledge")
    return beside.removeprefix(os.path.join(os.getcwd(), ""))  # problems name short paths


def above() -> str:
    """The folder in which our packages are."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def own(variable: str, otherwise: str) -> str | None:
    """Our folder among the user's files of one sort, if the user has a home."""
    named = os.environ.get(variable, "")
    folder = named if os.path.isabs(named) else os.path.expanduser(otherwise)
    return None if folder.startswith("~") else os.path.join(folder, "compute-bot")


def from_environment(*, whole: bool = False) -> Settings:
    """What the environment says, all of which must go together for a `whole` house; raises UnusableError."""
    read, problems, odd = settings_found()
    if problems or (whole and odd):
        raise UnusableError(*(f"compute-bot: {problem}" for problem in [*problems, *odd]))
    return read


def settings_found() -> tuple[Settings, list[str], list[str]]:
    """What the environment says, what of it cannot be read, and what does not go together for `serve`.

    Tokens are taken out of it, because the SDKs would read more of it than is meant.
    """
    from adapters.settings import readable, together

    found = dict(os.environ)
    for name in found:
        if name.startswith("SLACK_") or name == "DISCORD_TOKEN":
            del os.environ[name]
    settings, problems = readable(found)
    return settings, problems, together(settings, found)


def store_setting(settings: Settings) -> str:
    """Where the store is; raises UnusableError if nobody says, and the user has no home."""
    if region := os.environ.get("AWS_REGION"):  # what schedulers set; boto3 reads the other
        os.environ.setdefault("AWS_DEFAULT_REGION", region)
    state = own("XDG_STATE_HOME", "~/.local/state")
    found = settings.store or (os.path.join(state, "store.db") if state else "")
    if not found:
        raise UnusableError("compute-bot: COMPUTE_BOT_STORE must name a file, dynamodb:TABLE or memory.")
    return found


def terminal() -> Terminal:
    """What the terminal can do, as far as the environment tells."""
    from adapters import repl

    dumb = os.environ.get("TERM", "" if os.name == "nt" else "dumb") in {"dumb", "unknown"}
    state = own("XDG_STATE_HOME", "~/.local/state")
    return repl.Terminal(
        colour=sys.stdout.isatty() and not dumb and not os.environ.get("NO_COLOR"),
        editing=not dumb,
        history=os.path.join(state, "history") if state else "",
    )
