"""One thread that has an SQLite file open and does what is asked of it, all that waits in one transaction.

What is asked is decided in `sqlite`. Nobody hears that something is done before its transaction is.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import IntEnum
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

from adapters.store import StoreError

Result = TypeVar("Result")
Outcome = tuple[asyncio.Future[Any], Any]  # the result, or the StoreError that came of it
Work = Callable[[sqlite3.Connection], Result]  # may be done again from the start, if another process was in the way

BUSY = 2.0  # seconds that a transaction waits for those of other processes
PAUSE = 0.0002, 0.002  # seconds between two attempts; SQLite's own waiting grows to a tenth of a second
TOGETHER = 500  # pieces of work in one transaction, at most
WRITE_AHEAD = 4_000_000  # bytes to which the write-ahead log is cut back


class Duty(IntEnum):
    """What a piece of work needs of its transaction."""

    READ = 0
    PASSING = 1  # outlives the process, but perhaps not a power failure
    LASTING = 2  # is on the disk when it is done


class _Job(NamedTuple):
    work: Work[Any]
    duty: Duty
    done: asyncio.Future[Any]


class Transactions:
    """Opens the file, which is made if there is none, and begins with `prepare`; raises StoreError."""

    def __init__(self, path: str, prepare: Work[None]) -> None:
        self._path = path
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        try:
            self._connection = opened(path)
        except (OSError, ValueError, sqlite3.Error) as error:
            raise self._failure(error) from None
        try:
            self._patiently(lambda: self._transaction([prepare], Duty.LASTING))
        except (sqlite3.Error, StoreError) as error:
            self._connection.close()
            raise self._failure(error) from None
        self._thread = threading.Thread(target=self._serve, name="store", daemon=True)
        self._thread.start()

    async def do(self, work: Work[Result], duty: Duty) -> Result:
        """What the work returns, once that is kept; raises StoreError. Work whose asker has gone is not begun."""
        if self._closed:
            raise StoreError(f"The store {self._path} is closed")
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue.put(_Job(work, duty, done))
        return await done

    async def close(self) -> None:
        """Do what was asked until now, and close the file."""
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    # ------------------------------------------------------------ in the thread

    def _serve(self) -> None:
        while jobs := self._next():
            self._do([job for job in jobs if not job.done.cancelled()])
        self._connection.close()

    def _next(self) -> list[_Job]:
        """All that waits; waits until something does. Empty at the end."""
        job = self._queue.get()
        jobs: list[_Job] = []
        while job is not None:
            jobs.append(job)
            try:
                job = self._queue.get_nowait() if len(jobs) < TOGETHER else None
            except Empty:
                return jobs
        if jobs and len(jobs) < TOGETHER:
            self._queue.put(None)  # that was the end: it comes after these
        return jobs

    def _do(self, jobs: Sequence[_Job]) -> None:
        works, duty = [job.work for job in jobs], max((job.duty for job in jobs), default=Duty.READ)
        try:
            results = self._patiently(lambda: self._transaction(works, duty))
        except Exception as error:  # noqa: BLE001 - the thread must live, and whoever asked must hear of it
            results = [self._failure(error)] * len(jobs)
        tell([(job.done, result) for job, result in zip(jobs, results, strict=True)])

    def _patiently(self, attempt: Callable[[], Result]) -> Result:
        """Try until no other process is in the way, but not for ever."""
        latest = time.monotonic() + BUSY
        while True:
            try:
                return attempt()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > latest:
                    raise
            time.sleep(random.uniform(*PAUSE))  # noqa: S311 - not a secret: two processes must not keep step

    def _transaction(self, works: Sequence[Work[Any]], duty: Duty) -> list[Any]:
        """Do it all, or nothing."""
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if duty == Duty.LASTING else 'NORMAL'}")
        self._connection.execute("BEGIN" if duty == Duty.READ else "BEGIN IMMEDIATE")
        try:
            results = [work(self._connection) for work in works]
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise
        return results

    def _failure(self, error: Exception) -> StoreError:
        why = error.strerror if isinstance(error, OSError) else error
        return StoreError(f"The store {self._path} cannot be used: {why or type(error).__name__}")


def opened(path: str) -> sqlite3.Connection:
    """A connection to the file, which nobody else may read; raises OSError, ValueError or sqlite3.Error."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA journal_size_limit = {WRITE_AHEAD}")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        connection.execute("PRAGMA busy_timeout = 0")  # from here on we wait ourselves
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def truncate(path: str) -> None:
    """Empty the write-ahead log, in which deleted texts may still stand; it stays if somebody is reading."""
    connection = sqlite3.connect(path, timeout=BUSY)
    try:
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def tell(outcomes: Sequence[Outcome]) -> None:
    """Hand over what became of it to the loops that wait for it, as far as they still run; each is woken once."""
    for loop in {done.get_loop() for done, _ in outcomes}:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, [outcome for outcome in outcomes if outcome[0].get_loop() is loop])


def settle(outcomes: Sequence[Outcome]) -> None:
    """Fulfil what was promised, unless nobody waits for it any more."""
    for done, result in outcomes:
        if done.done():
            continue
        if isinstance(result, StoreError):
            done.set_exception(result)
        else:
            done.set_result(result)
