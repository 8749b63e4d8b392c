"""The store: what is kept beyond one answer, in a few nouns behind one interface, which has three implementations.

What is worth keeping is decided in `journal`, how it is kept in `memory`, `sqlite` and `dynamodb`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

TABLE = "dynamodb:"  # what a setting begins with that names a table

Clock = Callable[[], float]  # seconds since the epoch: several machines must mean the same moment


class StoreError(Exception):
    """Says what about the store does not work, and what to do about it where that is known."""


class Miss(NamedTuple):
    """A question that was not answered well."""

    at: float  # seconds since the epoch
    platform: str  # "slack", "discord", "terminal"
    user: str  # a pseudonym
    kind: str  # "abstain", "clarify" or "unhelpful"
    text: str  # redacted; "" where texts are not kept
    because: str  # why it was declined, a word or two
    closest: str  # what came closest: "entry some-id", "fact subject.aspect"
    answer: str  # the id of the answer that did not help, else ""


class Vote(NamedTuple):
    """What a person thinks of an answer."""

    at: float  # seconds since the epoch
    platform: str
    user: str  # a pseudonym
    answer: str  # the answer's id
    helpful: bool
    subject: str  # the first subject that the answer was about, or ""


class Count(NamedTuple):
    """The key of a counter, which says nothing about a person."""

    day: str  # "2026-11-23", UTC
    platform: str
    what: str  # an answer's kind
    subject: str  # the first subject that the answer was about, or ""


class Store(Protocol):
    """What several processes keep together; every method may raise StoreError, and nothing else.

    Any text will do, of up to 50,000 characters; halves of surrogate pairs come back as "\N{REPLACEMENT CHARACTER}".
    """

    async def claim(self, key: str, seconds: float) -> bool:
        """True for exactly one caller among all processes, until so many seconds are over."""

    async def known(self, key: str) -> bool:
        """Whether the key is claimed, and its time not over."""

    async def context(self, conversation: str) -> str:
        """What was kept of a conversation last; empty if nothing was, or its time is over."""

    async def keep_context(self, conversation: str, context: str, seconds: float) -> None:
        """Keep it for so many seconds, in place of what was kept of the conversation before."""

    async def miss(self, miss: Miss, seconds: float) -> None:
        """Keep a miss until so many seconds after it happened."""

    async def vote(self, vote: Vote) -> None:
        """Keep a vote, in place of an earlier one of the same person on the same answer; durable when this returns."""

    async def count(self, counts: Mapping[Count, int]) -> None:
        """Add to the counters."""

    async def misses(self) -> list[Miss]:
        """Every miss whose time is not over, oldest first."""

    async def votes(self) -> list[Vote]:
        """Every vote, oldest first."""

    async def counts(self) -> dict[Count, int]:
        """Every counter."""

    async def forget(self, *, user: str = "", before: float = 0.0) -> int:
        """Delete misses and votes: those of a user, those from before a moment, or, given both, where both hold.

        Given only the moment, counters of days that had ended by then go, too. Returns how many records are gone.
        """

    async def check(self) -> None:
        """Raise if the store cannot be reached or written."""

    async def close(self) -> None:
        """Let go of it; what was begun is finished first."""


def open_store(setting: str, clock: Clock = time.time) -> Store:
    """The store that is meant: "memory", "dynamodb:TABLE", or the path of a file.

    Raises StoreError if it can never work as things are; a table that is out of reach for the moment is no reason.
    """
    if setting == "memory":
        from adapters.store.memory import MemoryStore

        return MemoryStore(clock)
    if setting.startswith(TABLE):
        from adapters.store.dynamodb import open_table

        return open_table(setting.removeprefix(TABLE), clock)
    from adapters.store.sqlite import open_file

    return open_file(setting, clock)
