"""A store in one SQLite file, for one machine: the default. Several processes may share it, but not over a network.

What a person gave (votes, and the questions that were missed) is on the disk before it is acknowledged; claims and
contexts, which are over in minutes, survive the process but perhaps not a power failure.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from adapters.store import Claim, Clock, Context, Count, Counted, Miss, Missed, Note, StoreError, Vote
from adapters.store.text import digest, ended, sound, sound_record
from adapters.store.transactions import Duty, Transactions, truncate

Result = TypeVar("Result")
Row = tuple[str | float, ...]

VERSION = 1  # of the tables; stands in the file as user_version
TIDY = 60.0  # seconds between two rounds in which what is over is deleted
TIDIED = 5_000  # rows of a table in one round, at most: a round is short
MISSES = 100_000  # the oldest make room: a flood of nonsense must not fill the disk

TABLES = """
CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contexts (key TEXT PRIMARY KEY, until REAL NOT NULL, context TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS misses (
    id INTEGER PRIMARY KEY, until REAL NOT NULL,
    at REAL, platform TEXT, user TEXT, kind TEXT, text TEXT, because TEXT, closest TEXT, answer TEXT
);
CREATE TABLE IF NOT EXISTS votes (
    at REAL, platform TEXT, user TEXT, answer TEXT, helpful INTEGER, subject TEXT, UNIQUE (user, answer)
);
CREATE TABLE IF NOT EXISTS counts (
    day TEXT, platform TEXT, what TEXT, subject TEXT, number INTEGER NOT NULL,
    PRIMARY KEY (day, platform, what, subject)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claims_until ON claims (until);
CREATE INDEX IF NOT EXISTS contexts_until ON contexts (until);
CREATE INDEX IF NOT EXISTS misses_until ON misses (until);
"""

CLAIM = """
INSERT INTO claims (key, until) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE claims.until <= ?
"""
KEEP_CONTEXT = "INSERT OR REPLACE INTO contexts (key, context, until) VALUES (?, ?, ?)"
ADD_MISS = """
INSERT INTO misses (at, platform, user, kind, text, because, closest, answer, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ADD_VOTE = "INSERT OR REPLACE INTO votes (at, platform, user, answer, helpful, subject) VALUES (?, ?, ?, ?, ?, ?)"
ADD_COUNT = """
INSERT INTO counts (day, platform, what, subject, number) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET number = number + excluded.number
"""
MISSED = "SELECT at, platform, user, kind, text, because, closest, answer FROM misses WHERE until > ? ORDER BY at, id"
VOTED = "SELECT at, platform, user, answer, helpful, subject FROM votes ORDER BY at, rowid"
MEANT = "(:user = '' OR user = :user) AND (:before = 0 OR at < :before)"
OVER = (
    "DELETE FROM claims WHERE key IN (SELECT key FROM claims WHERE until <= :now LIMIT :most)",
    "DELETE FROM contexts WHERE key IN (SELECT key FROM contexts WHERE until <= :now LIMIT :most)",
    "DELETE FROM misses WHERE id IN (SELECT id FROM misses WHERE until <= :now LIMIT :most)",
)
TOO_MANY = "DELETE FROM misses WHERE id <= (SELECT max(id) FROM misses) - ?"


def open_file(path: str, clock: Clock = time.time) -> SqliteStore:
    """The store in this file, which is made if there is none; raises StoreError."""
    return SqliteStore(path, clock)


class SqliteStore:
    """Needs no server; a thread of its own waits for the disk."""

    shared = True

    def __init__(self, path: str, clock: Clock = time.time) -> None:
        self._path, self._clock = path, clock
        self._tidied = 0.0
        self._transactions = Transactions(path, prepare)

    async def claim(self, key: str, seconds: float) -> bool:
        """True for exactly one caller among all processes, until so many seconds are over."""
        now = self._clock()
        row = digest(key), now + seconds, now
        return await self._write(lambda file: file.execute(CLAIM, row).rowcount == 1, Duty.PASSING)

    async def known(self, key: str) -> bool:
        """Whether the key is claimed, and its time not over."""
        return bool(await self._rows("SELECT 1 FROM claims WHERE key = ? AND until > ?", digest(key), self._clock()))

    async def context(self, conversation: str) -> str:
        """What was kept of a conversation last, or nothing."""
        query = "SELECT context FROM contexts WHERE key = ? AND until > ?"
        return "".join(context for (context,) in await self._rows(query, digest(conversation), self._clock()))

    async def write(self, notes: Sequence[Note]) -> None:
        """Keep them all, or in case of an error none."""
        now = self._clock()
        duty = Duty.LASTING if any(isinstance(note, Missed) for note in notes) else Duty.PASSING
        await self._write(lambda file: insert(file, notes, now), duty)

    async def vote(self, vote: Vote) -> None:
        """Keep a vote, on the disk when this returns, in place of an earlier one of the same person on that answer."""
        row = sound_record(vote)
        await self._write(lambda file: file.execute(ADD_VOTE, row), Duty.LASTING)

    async def misses(self) -> list[Miss]:
        """Every miss whose time is not over, oldest first."""
        return [Miss(*row) for row in await self._rows(MISSED, self._clock())]

    async def votes(self) -> list[Vote]:
        """Every vote, oldest first."""
        votes = [Vote(*row) for row in await self._rows(VOTED)]
        return [vote._replace(helpful=bool(vote.helpful)) for vote in votes]

    async def counts(self) -> dict[Count, int]:
        """Every counter."""
        rows = await self._rows("SELECT day, platform, what, subject, number FROM counts")
        return {Count(*key): number for *key, number in rows}

    async def forget(self, *, user: str = "", before: float = 0.0) -> int:
        """Delete what is a user's, or from before a moment, or both, also from what SQLite keeps beside the file."""
        if not user and not before:
            return 0
        gone = await self._write(lambda file: forget(file, sound(user), before), Duty.LASTING)
        await asyncio.to_thread(truncate, self._path)
        return gone

    async def check(self) -> None:
        """Write something."""
        await self.claim("check", 0.0)

    async def close(self) -> None:
        """Finish what was begun, and close the file."""
        await self._transactions.close()

    async def _rows(self, query: str, *values: str | float) -> list[tuple[Any, ...]]:
        return await self._transactions.do(lambda file: file.execute(query, values).fetchall(), Duty.READ)

    async def _write(self, work: Callable[[sqlite3.Connection], Result], duty: Duty) -> Result:
        """Do the work, and tidy up where it is time to."""

        def tidily(file: sqlite3.Connection) -> Result:
            self._tidy(file)
            return work(file)

        return await self._transactions.do(tidily, duty)

    def _tidy(self, file: sqlite3.Connection) -> None:
        """Delete what is over."""
        now = self._clock()
        if not 0 <= now - self._tidied < TIDY:
            for delete in OVER:
                file.execute(delete, {"now": now, "most": TIDIED})
            file.execute(TOO_MANY, (MISSES,))
            self._tidied = now


def prepare(file: sqlite3.Connection) -> None:
    """Make the tables in a new file; raises StoreError if a file is newer than this code."""
    ((version,),) = file.execute("PRAGMA user_version")
    if version > VERSION:
        raise StoreError(
            f"The store has tables of version {version}; this compute-bot knows {VERSION}: take a newer one"
        )
    if version < VERSION:
        for statement in TABLES.split(";"):
            file.execute(statement)
        file.execute(f"PRAGMA user_version = {VERSION}")


def insert(file: sqlite3.Connection, notes: Iterable[Note], now: float) -> None:
    """Insert the notes, those of a sort at once."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for note in notes:
        statement, row = to_row(note, now)
        rows[statement].append(row)
    for statement, each in rows.items():
        file.executemany(statement, each)


def to_row(note: Note, now: float) -> tuple[str, Row]:
    """The statement that inserts a note, and its values."""
    match note:
        case Claim(key, seconds):
            return CLAIM, (digest(key), now + seconds, now)
        case Context(conversation, context, seconds):
            return KEEP_CONTEXT, (digest(conversation), sound(context), now + seconds)
        case Missed(miss, seconds):
            return ADD_MISS, (*sound_record(miss), miss.at + seconds)
        case Counted(count, number):
            return ADD_COUNT, (*sound_record(count), number)


def forget(file: sqlite3.Connection, user: str, before: float) -> int:
    """Delete what is meant; returns how many rows are gone."""
    meant = {"user": user, "before": before}
    gone = file.execute(f"DELETE FROM misses WHERE {MEANT}", meant).rowcount  # noqa: S608 - a constant of ours
    gone += file.execute(f"DELETE FROM votes WHERE {MEANT}", meant).rowcount  # noqa: S608 - likewise
    if not user:
        days = [(day,) for (day,) in file.execute("SELECT DISTINCT day FROM counts") if ended(day, before)]
        gone += sum(file.execute("DELETE FROM counts WHERE day = ?", day).rowcount for day in days)
    return gone
