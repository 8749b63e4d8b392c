"""A store in the memory of one process, forgotten when it ends: to try the bot, and for tests."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import TypeVar

from adapters.store import Claim, Clock, Context, Count, Counted, Miss, Missed, Note, Vote
from adapters.store.text import ended, sound, sound_record

Key = TypeVar("Key")
Value = TypeVar("Value")

MOST = 100_000  # of each sort; the oldest makes room


class MemoryStore:
    """Bounded in number and in time."""

    shared = False

    def __init__(self, clock: Clock = time.time, most: int = MOST) -> None:
        self._clock, self._most = clock, most
        self._claims: OrderedDict[str, float] = OrderedDict()
        self._contexts: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._misses: OrderedDict[int, tuple[Miss, float]] = OrderedDict()
        self._votes: OrderedDict[tuple[str, str], Vote] = OrderedDict()
        self._counts: Counter[Count] = Counter()
        self._number = 0

    async def claim(self, key: str, seconds: float) -> bool:
        """True once, until so many seconds are over."""
        now = self._clock()
        if self._claims.get(key, 0.0) > now:
            return False
        self._put(self._claims, key, now + seconds)
        return True

    async def known(self, key: str) -> bool:
        """Whether the key is claimed, and its time not over."""
        return self._claims.get(key, 0.0) > self._clock()

    async def context(self, conversation: str) -> str:
        """What was kept of a conversation last, or nothing."""
        context, until = self._contexts.get(conversation, ("", 0.0))
        return context if until > self._clock() else ""

    async def write(self, notes: Sequence[Note]) -> None:
        """Keep them all."""
        for note in notes:
            match note:
                case Claim(key, seconds):
                    await self.claim(key, seconds)
                case Context(conversation, context, seconds):
                    self._put(self._contexts, conversation, (sound(context), self._clock() + seconds))
                case Missed(miss, seconds):
                    self._number += 1
                    self._put(self._misses, self._number, (sound_record(miss), miss.at + seconds))
                case Counted(count, number):
                    self._counts[sound_record(count)] += number

    async def vote(self, vote: Vote) -> None:
        """Keep a vote, in place of an earlier one of the same person on the same answer."""
        vote = sound_record(vote)
        self._put(self._votes, (vote.user, vote.answer), vote)

    async def misses(self) -> list[Miss]:
        """Every miss whose time is not over, oldest first."""
        now = self._clock()
        return sorted((miss for miss, until in self._misses.values() if until > now), key=lambda miss: miss.at)

    async def votes(self) -> list[Vote]:
        """Every vote, oldest first."""
        return sorted(self._votes.values(), key=lambda vote: vote.at)

    async def counts(self) -> dict[Count, int]:
        """Every counter."""
        return dict(self._counts)

    async def forget(self, *, user: str = "", before: float = 0.0) -> int:
        """Delete what is a user's, or from before a moment, or both."""
        user = sound(user)

        def meant(record: Miss | Vote) -> bool:
            return bool(user or before) and (not user or record.user == user) and (not before or record.at < before)

        misses = [number for number, (miss, _) in self._misses.items() if meant(miss)]
        votes = [key for key, vote in self._votes.items() if meant(vote)]
        counts = [key for key in self._counts if before and not user and ended(key.day, before)]
        for number in misses:
            del self._misses[number]
        for vote in votes:
            del self._votes[vote]
        for key in counts:
            del self._counts[key]
        return len(misses) + len(votes) + len(counts)

    async def check(self) -> None:
        """Memory is always there."""

    async def close(self) -> None:
        """Nothing is to be let go."""

    def _put(self, records: OrderedDict[Key, Value], key: Key, value: Value) -> None:
        """The newest record comes last."""
        records.pop(key, None)
        records[key] = value
        if len(records) > self._most:
            records.popitem(last=False)
