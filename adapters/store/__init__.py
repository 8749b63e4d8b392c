"""The store: what is kept beyond one answer, in a few nouns behind one interface, which has three implementations.

What is worth keeping is decided in `journal`, how it is kept in `memory`, `sqlite` and `dynamodb`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

TABLE = "dynamodb:"  # what a setting begins with that names a table

Clock = Callable[[], float]  # seconds since the epoch: several machines must mean the same moment


class StoreError(Exception):
    """Says what about the store does not work, and what to do about it where that is known.

    `left` are those of the notes to be written that were not, if others were.
    """

    def __init__(self, why: str = "", left: Sequence[Note] = ()) -> None:
        super().__init__(why)
        self.left = left


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


class Claim(NamedTuple):
    """A note that a key is somebody's for so many seconds, unless it is already."""

    key: str
    seconds: float


class Context(NamedTuple):
    """A note of what a conversation is about, for so many seconds, in place of what it was about before."""

    conversation: str
    context: str
    seconds: float


class Missed(NamedTuple):
    """A note of a miss, until so many seconds after it happened."""

    miss: Miss
    seconds: float


class Counted(NamedTuple):
    """A note that a number is to be added to a counter."""

    key: Count
    number: int = 1


Note = Claim | Context | Missed | Counted


class Store(Protocol):
    """What several processes keep together; every method may raise StoreError, and nothing else.

    Any text will do, of up to 50,000 characters; halves of surrogate pairs come back as "\N{REPLACEMENT CHARACTER}".
    """

    shared: bool  # whether other processes may see what is kept

    async def claim(self, key: str, seconds: float) -> bool:
        """True for exactly one caller among all processes, until so many seconds are over."""

    async def known(self, key: str) -> bool:
        """Whether the key is claimed, and its time not over."""

    async def context(self, conversation: str) -> str:
        """What was kept of a conversation last; empty if nothing was, or its time is over."""

    async def write(self, notes: Sequence[Note]) -> None:
        """Keep them all: each noun says for how long."""

    async def vote(self, vote: Vote) -> None:
        """Keep a vote, in place of an earlier one of the same person on the same answer; durable when this returns."""

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
