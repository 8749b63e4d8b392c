"""Notes: what waits to be written to the store, and the task that writes it in the background, again if it fails.

What is noted is decided in `journal`. Notes wait in this process alone: what must not be lost is none.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from contextlib import suppress

from adapters.store import Counted, Note, Store, StoreError
from adapters.store.outage import Outage

MOST = 10_000  # that wait while the store is down; the oldest is lost first
TOGETHER = 500  # that are written at once; while the store is down, one is a trial for all
GATHER = 0.05  # seconds in which notes gather, to be written together
PAUSES = 1.0, 30.0  # seconds before the next attempt while the store is down: the first, and the longest
HURRY = 0.1  # seconds before the next attempt when the process is about to end

log = logging.getLogger("compute-bot.store")


class Notes:
    """Bounded in number; used within one running loop at a time."""

    def __init__(self, store: Store, outage: Outage) -> None:
        self._store, self._outage = store, outage
        self._waiting: OrderedDict[Hashable, Note] = OrderedDict()
        self._writing: asyncio.Task[None] | None = None
        self.lost = 0

    def add(self, note: Note) -> None:
        """Have it written; returns at once. It takes the place of an older one about the same; numbers are added."""
        older = self._waiting.pop(about(note), None)
        self._waiting[about(note)] = joined(older, note) if older else note
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
            if len(self._waiting) < TOGETHER:
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
        writing = asyncio.ensure_future(self._store.write(notes))
        try:
            await asyncio.wait([writing])
        except asyncio.CancelledError:
            await asyncio.wait([writing], timeout=HURRY)  # rather than write twice what is on its way
            raise
        finally:
            failure = why_not(writing)
            if failure:
                left = failure.left if isinstance(failure, StoreError) else ()
                self._put_back(left or notes)
                self._outage.failed(failure)
            else:
                self._outage.worked()
        return not failure

    def _put_back(self, notes: Sequence[Note]) -> None:
        """Let the notes wait again; what came meanwhile is newer."""
        for note in notes:
            newer = self._waiting.get(about(note))
            self._waiting[about(note)] = joined(note, newer) if newer else note


def about(note: Note) -> Hashable:
    """What a note is about: there is one of them for the store to keep."""
    return type(note), note[0]


def joined(older: Note, newer: Note) -> Note:
    """One note for two about the same."""
    if isinstance(older, Counted) and isinstance(newer, Counted):
        return Counted(newer.key, older.number + newer.number)
    return newer


def why_not(writing: asyncio.Future[None]) -> BaseException | None:
    """Why something was not written, if it was not."""
    if not writing.done():
        writing.cancel()
    return writing.exception() if writing.done() and not writing.cancelled() else StoreError("there was no time left")
