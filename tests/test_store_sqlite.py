"""What the file of a store is like: private, small, versioned, emptied of what is deleted; and what is said if not."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from adapters.store import Context, Count, Counted, Miss, Missed, Store, StoreError, Vote, open_store
from adapters.store import sqlite as sqlite_room
from adapters.store import transactions as transactions_room

Result = TypeVar("Result")

MISS = Miss(time.time(), "slack", "ann", "abstain", "marmalade on toast", "", "", "")
VOTE = Vote(time.time(), "slack", "ann", "a1", helpful=True, subject="")


def in_file(path: Path, scene: Callable[[Store], Awaitable[Result]]) -> Result:
    async def played() -> Result:
        store = open_store(str(path))
        try:
            return await scene(store)
        finally:
            await store.close()

    return asyncio.run(played())


def rows(path: Path, query: str) -> int:
    file = sqlite3.connect(path)
    ((number,),) = file.execute(query)
    file.close()
    return int(number)


def bytes_of(path: Path) -> bytes:
    """All that is in the folder."""
    return b"".join(each.read_bytes() for each in path.parent.iterdir())


def test_the_file_and_its_folder_are_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "store.db"
    in_file(path, lambda store: store.vote(VOTE))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("path", ["", "a\0b", "/dev/null/store.db", "/"])
def test_a_file_that_cannot_be_opened_is_named(path: str) -> None:
    with pytest.raises(StoreError, match=r"The store .* cannot be used: .+"):
        open_store(path)


def test_what_is_no_store_is_let_be(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 100)
    with pytest.raises(StoreError, match=r"letter\.txt cannot be used: file is not a database"):
        open_store(str(path))
    assert path.read_text().startswith("Dear reader")


def test_a_newer_file_is_let_be(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    in_file(path, lambda store: store.vote(VOTE))
    file = sqlite3.connect(path)
    file.execute("PRAGMA user_version = 2")
    file.close()
    with pytest.raises(StoreError, match="take a newer one"):
        open_store(str(path))


def test_notes_are_written_all_or_none(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        count = Count("2026-11-23", "slack", "answer", "")
        with pytest.raises(StoreError):
            await store.write([Context("talk", "context", 60), Counted(count, 2**70)])  # no integer of SQLite's
        assert [await store.context("talk"), await store.counts()] == ["", {}]

    in_file(tmp_path / "store.db", scene)


def test_claims_and_contexts_that_are_over_are_deleted(tmp_path: Path) -> None:
    path, now = tmp_path / "store.db", [time.time()]

    async def scene() -> None:
        store = open_store(str(path), lambda: now[0])
        for number in range(100):
            await store.claim(str(number), 60)
            await store.write([Context(str(number), "context", 60)])
        await store.write([Missed(MISS, 60)])
        now[0] += 60 + sqlite_room.TIDY
        await store.claim("another", 60)
        await store.close()

    asyncio.run(scene())
    assert [rows(path, f"SELECT count(*) FROM {table}") for table in ("claims", "contexts", "misses")] == [1, 0, 0]  # noqa: S608


def test_a_flood_of_misses_keeps_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_room, "MISSES", 50)
    monkeypatch.setattr(sqlite_room, "TIDY", 0.0)

    async def scene(store: Store) -> list[Miss]:
        for number in range(80):
            await store.write([Missed(MISS._replace(text=str(number)), 3600)])
        return await store.misses()

    assert [miss.text for miss in in_file(tmp_path / "store.db", scene)] == [str(number) for number in range(29, 80)]


def test_what_is_forgotten_is_no_longer_in_any_file(tmp_path: Path) -> None:
    path = tmp_path / "store.db"

    async def scene(store: Store) -> None:
        await store.write([Missed(MISS, 3600)])
        assert b"marmalade" in bytes_of(path)
        assert await store.forget(user="ann") == 1
        assert b"marmalade" not in bytes_of(path)

    in_file(path, scene)


def test_waiting_for_another_process_ends_with_an_error_and_then_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions_room, "BUSY", 0.2)
    path = tmp_path / "store.db"

    async def scene(store: Store) -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert await store.context("talk") == "", "reading goes on"
        with pytest.raises(StoreError, match="locked"):
            await store.vote(VOTE)
        with pytest.raises(StoreError, match="locked"):
            await store.check()
        waiting = asyncio.ensure_future(store.vote(VOTE))
        await asyncio.sleep(0.05)
        other.execute("ROLLBACK")
        other.close()
        await waiting
        assert await store.votes() == [VOTE]

    in_file(path, scene)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    async def scene() -> None:
        store = open_store(str(tmp_path / "store.db"))
        votes = [asyncio.ensure_future(store.vote(VOTE._replace(user=str(number)))) for number in range(1_200)]
        await asyncio.sleep(0)
        await store.close()
        await asyncio.gather(*votes)  # what was begun is finished
        with pytest.raises(StoreError, match="is closed"):
            await store.votes()

    asyncio.run(scene())
    assert rows(tmp_path / "store.db", "SELECT count(*) FROM votes") == 1_200
