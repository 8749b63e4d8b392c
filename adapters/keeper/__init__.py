"""The tools for whoever keeps the knowledge, `compute-bot knowledge …`: which there are, and how they are called.

Each command is a file with `arguments` (what it understands) and `run` (do it, and give the exit code).
The environment is read in `adapters.cli.environment`; what is right or doubtful about a folder is decided in
`bot.upkeep`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from adapters.console import Parser, UsageError

FINE, FOUND, UNUSABLE = 0, 1, 2  # exit codes

SUMMARIES = {
    "check": "what is wrong or doubtful in the folder, with file, line and column",
    "drift": "which facts the vendor's own API models no longer confirm",
    "stale": "what nobody has compared with its source for long",
    "coverage": "which aspects of which subjects are known",
    "exam": "how the bot answers a file of questions",
    "schema": "what a knowledge file may hold, for editors",
    "new": "a stub of a subject, fact, entry … that passes check",
}
HELP = """\
compute-bot knowledge COMMAND keeps the knowledge true.

{commands}

Each takes --help; --knowledge FOLDER before `knowledge` chooses the folder, as for every other command.
Exit codes: 0 fine; 1 something was found (see each command); 2 wrong usage, or a folder that cannot be used."""


class Settings(NamedTuple):
    """What no command decides: the folder, where it is kept compiled, and how wide the terminal is."""

    folder: Path
    cache: Path | None = None
    columns: int = 80


def main(arguments: Sequence[str], settings: Settings) -> int:
    """Run one command and return its exit code; raises KnowledgeError for a folder that cannot be used."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(help_text())
        return FINE
    name, *rest = arguments
    try:
        command = _command(name)
        parser = Parser(f"compute-bot knowledge {name}", description=f"Say {SUMMARIES[name]}.", allow_abbrev=False)
        command.arguments(parser)
        given = parser.parse_args(rest)
        code: int = command.run(given, settings._replace(folder=getattr(given, "folder", None) or settings.folder))
    except UsageError as error:
        print(f"compute-bot: {error}", file=sys.stderr)
        return UNUSABLE
    except SystemExit:  # --help has been printed
        return FINE
    return code


def help_text() -> str:
    """Every command with what it says."""
    longest = max(map(len, SUMMARIES))
    return HELP.format(commands="\n".join(f"  {name:<{longest}}  {what}" for name, what in SUMMARIES.items()))


def _command(name: str) -> ModuleType:  # noqa: PLR0911 - one for each command
    # Written out, because a name that is put together while running is found by nobody who looks for it.
    match name:
        case "check":
            from adapters.keeper import check

            return check
        case "drift":
            from adapters.keeper import drift

            return drift
        case "stale":
            from adapters.keeper import stale

            return stale
        case "coverage":
            from adapters.keeper import coverage

            return coverage
        case "exam":
            from adapters.keeper import exam

            return exam
        case "schema":
            from adapters.keeper import schema

            return schema
        case "new":
            from adapters.keeper import new

            return new
        case _:
            raise UsageError(f"knowledge has no command {name!r}; see compute-bot knowledge --help")
