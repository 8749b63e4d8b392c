"""The commands for whoever owns the bot: what people could not find out, how it is used, what is kept and what goes.

Each command is a file with `arguments` (what it understands) and `run` (do it, and give the exit code).
What is kept, and where, is decided in `adapters.store`; the environment is read in `adapters.cli.environment`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from adapters.console import Parser, UsageError
from adapters.store import TABLE, StoreError, open_store

FINE, UNUSABLE = 0, 2  # exit codes

SUMMARIES = {
    "gaps": "List what people asked and got no good answer to, most asked first.",
    "stats": "Say how much is asked, and how much of it is answered and found helpful.",
    "export": "Print every record that is kept as a line of JSON.",
    "forget": "Delete what is kept of a person, or from before a day.",
}


class Settings(NamedTuple):
    """What no command decides: the store, the knowledge and where it is kept compiled, how wide the terminal is."""

    store: str
    knowledge: Path
    cache: Path | None = None
    columns: int = 80


def main(name: str, arguments: Sequence[str], settings: Settings) -> int:
    """Run one command and return its exit code; raises KnowledgeError for a folder that cannot be used."""
    command = _command(name)
    parser = Parser(f"compute-bot {name}", description=SUMMARIES[name], allow_abbrev=False)
    parser.add_argument("--store", default=settings.store, help="the store; otherwise the one of COMPUTE_BOT_STORE")
    command.arguments(parser)
    try:
        return asyncio.run(_run(command, parser.parse_args(arguments), settings))
    except (UsageError, StoreError) as error:
        print(f"compute-bot {name}: {error}", file=sys.stderr)
        return UNUSABLE
    except SystemExit:  # --help has been printed
        return FINE


async def _run(command: ModuleType, given: Namespace, settings: Settings) -> int:
    _see_that_it_is_there(given.store)
    store = open_store(given.store)
    try:
        code: int = await command.run(given, settings, store)
    finally:
        await store.close()
    return code


def _see_that_it_is_there(store: str) -> None:
    """Complain instead of making a new store, which would have nothing to tell."""
    if not store:
        raise StoreError("there is no store: name one with --store or COMPUTE_BOT_STORE")
    if store == "memory":
        raise StoreError("a store in memory ends with its process: name a file or a table that the bot writes to")
    if not store.startswith(TABLE) and not os.path.exists(store):
        raise StoreError(f"there is no store at {store} yet; the bot makes it when it starts in a chat")


def _command(name: str) -> ModuleType:
    # Written out, because a name that is put together while running is found by nobody who looks for it.
    if name == "gaps":
        from adapters.owners import gaps

        return gaps
    if name == "stats":
        from adapters.owners import stats

        return stats
    if name == "export":
        from adapters.owners import export

        return export
    from adapters.owners import forget

    return forget
