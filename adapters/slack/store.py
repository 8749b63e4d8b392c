"""What the adapter must remember between two requests, behind one small interface, and kept in memory.

Nothing here holds the text of a message; where it is kept for good is decided by whoever hands the store in.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

EVENTS, EVENTS_FOR = 100_000, 3600.0  # ids, seconds: Slack delivers for the last time after about five minutes
THREADS, THREADS_FOR = 10_000, 7 * 86_400.0  # threads, seconds: nobody expects an answer in last week's thread
VOTES = 100_000


class Store(Protocol):
    """Awaited, so that it may stand on another machine."""

    async def first(self, event: str) -> bool:
        """Whether this event is seen for the first time; true only once for each id, also among several processes."""

    async def open_thread(self, thread: str) -> None:
        """Remember that we opened this thread."""

    async def opened(self, thread: str) -> bool:
        """Whether we opened this thread."""

    async def feedback(self, answer: str, by: str, *, helpful: bool) -> None:
        """Keep what somebody thinks of an answer; a later vote replaces their earlier one."""


class Recent:
    """The keys that were added lately: at most `size`, each for so many seconds on the clock."""

    def __init__(self, size: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._seconds, self._clock = size, seconds, clock
        self._until: OrderedDict[str, float] = OrderedDict()

    def add(self, key: str) -> bool:
        """Whether the key was not there; it is from now on."""
        now = self._clock()
        while self._until and next(iter(self._until.values())) <= now:
            self._until.popitem(last=False)
        if key in self._until:
            return False
        self._until[key] = now + self._seconds
        if len(self._until) > self._size:
            self._until.popitem(last=False)
        return True

    def __contains__(self, key: str) -> bool:
        """Whether the key was added and its time is not over."""
        return self._until.get(key, 0.0) > self._clock()

    def __len__(self) -> int:
        """How many keys are held."""
        return len(self._until)


class MemoryStore:
    """A store for one process, forgotten when it ends; bounded in number and in time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._events = Recent(EVENTS, EVENTS_FOR, clock)
        self._threads = Recent(THREADS, THREADS_FOR, clock)
        self.votes: OrderedDict[tuple[str, str], bool] = OrderedDict()

    async def first(self, event: str) -> bool:
        """Whether this event is seen for the first time."""
        return self._events.add(event)

    async def open_thread(self, thread: str) -> None:
        """Remember that we opened this thread."""
        self._threads.add(thread)

    async def opened(self, thread: str) -> bool:
        """Whether we opened this thread."""
        return thread in self._threads

    async def feedback(self, answer: str, by: str, *, helpful: bool) -> None:
        """Keep the newest vote of each person on each answer."""
        self.votes[answer, by] = helpful
        if len(self.votes) > VOTES:
            self.votes.popitem(last=False)
