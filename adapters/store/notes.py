"""Notes: what waits to be written to the store, and the task that writes it in the background, again if it fails.

What is noted is decided in `journal`. Notes wait in this process alone: what must not be lost is none.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import NamedTuple

from adapters.store import StoreError
from adapters.store.outage import Outage

MOST = 10_000  # that wait while the store is down; the oldest is lost first
TOGETHER = 100  # that are written at once; while the store is down, one is a trial for all
GATHER = 0.05  # seconds in which notes gather, to be written together
PAUSES = 1.0, 30.0  # seconds before the next attempt while the store is down: the first, and the longest
HURRY = 0.1  # seconds before the next attempt when the process is about to end

log = logging.getLogger("compute-bot.store")


class Note(NamedTuple):
    """Something to be written: a later note with the same key takes its place, and the numbers are added."""

    key: Hashable
    write: Callable[[int], Awaitable[None]]
    number: int = 1


class Notes:
    """Bounded in number; used within one running loop at a time."""

    def __init__(self, outage: Outage) -> None:
        self._outage = outage
        self._waiting: OrderedDict[Hashable, Note] = OrderedDict()
        self._writing: asyncio.Task[None] | None = None
        self.lost = 0

    def add(self, note: Note) -> None:
        """Have it written; returns at once."""
        older = self._waiting.pop(note.key, None)
        self._waiting[note.key] = note._replace(number=note.number + older.number) if older else note
        if len(self._waiting) > MOST:
            self._waiting.popitem(last=False)
            self.lost += 1
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def finish(self, seconds: float) -> None:
        """Write what waits, for so many seconds at most; what cannot be written is lost."""
        if self._writing and not self._writing.done():
            self._writing.cancel()
            await asyncio.wait({self._writing})
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._waiting:
                    if not await self._write_some():
                        await asyncio.sleep(HURRY)
        if self._waiting:
            log.error("%d notes could not be written and are lost", len(self._waiting))
        self.lost += len(self._waiting)
        self._waiting.clear()

    async def _write(self) -> None:
        """Write until nothing waits."""
        pause, longest = PAUSES
        while self._waiting:
            await asyncio.sleep(GATHER)
            if await self._write_some():
                pause = PAUSES[0]
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, longest)

    async def _write_some(self) -> bool:
        """Write the oldest notes at once, and put back what fails; says whether all went well."""
        number = min(len(self._waiting), TOGETHER if self._outage.over else 1)
        notes = [self._waiting.popitem(last=False)[1] for _ in range(number)]
        tasks = {asyncio.ensure_future(note.write(note.number)): note for note in notes}
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            await asyncio.wait(tasks, timeout=HURRY)  # rather than write twice what is on its way
            raise
        finally:
            failures = [failure for task, note in tasks.items() for failure in self._failure(task, note)]
        if failures:
            self._outage.failed(failures[0])
        else:
            self._outage.worked()
        return not failures

    def _failure(self, task: asyncio.Future[None], note: Note) -> list[BaseException]:
        """Why a note was not written, if it was not; it is put back, but what came meanwhile is newer."""
        if not task.done():
            task.cancel()
        error = task.exception() if task.done() and not task.cancelled() else StoreError("there was no time left")
        if error is None:
            return []
        newer = self._waiting.get(note.key)
        self._waiting[note.key] = newer._replace(number=newer.number + note.number) if newer else note
        return [error]
