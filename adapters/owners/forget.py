"""`forget`: delete what is kept of a person, or from before a day."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from adapters.console import UsageError, counted, say
from adapters.owners import FINE, Settings
from adapters.store import Store
from adapters.store.pseudonym import pseudonym


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands besides the store."""
    parser.add_argument("--user", type=person, metavar="ID", help="slack:U123 or discord:123")
    parser.add_argument("--before", type=midnight, metavar="DATE", help="what happened before this day (UTC)")


async def run(given: argparse.Namespace, _: Settings, store: Store) -> int:
    """Delete, and say how many records are gone."""
    if given.user is None and given.before is None:
        raise UsageError("forget whom, or what? Say --user slack:U123, --before 2026-01-31, or both")
    user = pseudonym(given.user) if given.user else ""
    before = given.before.timestamp() if given.before else 0.0
    gone = await store.forget(user=user, before=before)
    say([f"{counted(gone, 'record')} {'is' if gone == 1 else 'are'} gone."])
    return FINE


def person(text: str) -> str:
    """An id as people see it, with its platform; for argparse, so it raises ArgumentTypeError."""
    platform, _, name = text.partition(":")
    if not platform or not name or text != text.strip():
        raise argparse.ArgumentTypeError(f"{text!r} names nobody: write slack:U123 or discord:123")
    return text


def midnight(text: str) -> datetime:
    """The beginning of a day; for argparse, so it raises ArgumentTypeError."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it like 2026-01-31") from None
