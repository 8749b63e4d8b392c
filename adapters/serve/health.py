"""The health: whether every part does what it is there for."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from adapters.serve.figures import Figures
from adapters.serve.supervise import Post

log = logging.getLogger("compute-bot.serve")

CHECK_EVERY = 20.0  # seconds between two looks at the store
CHECK_WITHIN = 3.0  # seconds that one look may take


class Part(NamedTuple):
    """Whether one part does what it is there for, and in a word how it fares."""

    ok: bool
    state: str


class Memory(NamedTuple):
    """What is remembered beyond one answer: `check` raises unless it can be.

    `failures` counts what else failed; `finish` writes out what waits, within so many seconds.
    """

    check: Callable[[], Awaitable[None]]
    failures: Callable[[], int]
    finish: Callable[[float], Awaitable[None]]


class Store:
    """Whether what is to be remembered can be: looked at every now and then."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._failed = 0
        self.ok = False

    @property
    def errors(self) -> int:
        """How many calls failed since the start."""
        return self._failed + self._memory.failures()

    async def look(self) -> None:
        """Look once; what goes wrong is logged when it begins."""
        before, error = self.ok, None
        try:
            await asyncio.wait_for(self._memory.check(), CHECK_WITHIN)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the store is of no use
            error = failure
            self._failed += 1
        self.ok = error is None
        if error and (before or self._failed == 1):
            log.error("The store cannot be reached", extra={"event": "store", "ok": False}, exc_info=error)
        elif self.ok and not before:
            log.info("The store can be reached", extra={"event": "store", "ok": True})

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(CHECK_EVERY)


class Health:
    """What is said to whoever asks how we are."""

    def __init__(self, posts: Sequence[Post], store: Store, figures: Figures) -> None:
        self._posts, self._store, self._figures = posts, store, figures
        self.stopping = False
        self.sound = True  # whether the newest knowledge is; otherwise what was known before is answered from

    def parts(self) -> dict[str, Part]:
        """Every part; knowledge is there since the start, or there would be no process."""
        platforms = {post.name: Part(post.state == "up", post.state) for post in self._posts}
        return platforms | {
            "knowledge": Part(ok=True, state="current" if self.sound else "old: the newest edit is not sound"),
            "store": Part(self._store.ok, "reachable" if self._store.ok else "not reachable"),
        }

    @property
    def ready(self) -> bool:
        """Whether questions are heard, answered and remembered."""
        return not self.stopping and all(part.ok for part in self.parts().values())

    def down(self) -> int:
        """How many platforms are not connected."""
        return sum(post.state != "up" for post in self._posts)

    def refused(self) -> int:
        """How many platforms will not have us."""
        return sum(post.state == "refused" for post in self._posts)

    @property
    def store(self) -> Store:
        """Whether what is to be remembered can be."""
        return self._store

    @property
    def up(self) -> dict[str, bool]:
        """Which platforms are connected."""
        return {post.name: post.state == "up" for post in self._posts}

    def age(self) -> float:
        """Seconds since the knowledge was read."""
        return time.time() - self._figures.loaded
