"""Several processes on one store: each event is taken once, and what was acknowledged outlives a kill -9."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest
from fake_dynamodb import FakeDynamo
from store_worker import WORKERS

from adapters.store import Vote, open_store
from adapters.store.pseudonym import pseudonym

ROOT = Path(__file__).parent.parent
Worker = subprocess.Popen[str]


@contextmanager
def working(what: str, place: str, number: int, workers: int = 1, abreast: int = 8) -> Iterator[list[Worker]]:
    """So many workers, let go together once all are ready; what is left of them at the end is ended."""
    command = [sys.executable, str(ROOT / "tests" / "store_worker.py"), what, place]
    own = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen([*command, str(n), str(number), str(abreast)], env=own, stdin=PIPE, stdout=PIPE, text=True)
        for n in range(workers)
    ]
    try:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def votes_in(place: str) -> list[Vote]:
    async def found() -> list[Vote]:
        store = open_store(place)
        votes = await store.votes()
        await store.close()
        return votes

    return asyncio.run(found())


def taken(place: str, number: int, abreast: int) -> Counter[int]:
    """How often each event was taken for the first time, by eight processes of which two had it."""
    with working("take", place, number, WORKERS, abreast) as processes:
        said = [process.communicate()[0] for process in processes]
        assert [process.returncode for process in processes] == [0] * WORKERS
    assert all(said), "each of them has taken some"
    return Counter(int(line) for lines in said for line in lines.split())


def test_of_eight_processes_one_takes_each_event(tmp_path: Path) -> None:
    number = 10_000
    assert taken(str(tmp_path / "store.db"), number, 8) == Counter(range(number))


def test_of_eight_processes_one_takes_each_event_by_dynamodb(
    dynamo: FakeDynamo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in dynamo.environment.items():
        monkeypatch.setenv(name, value)
    dynamo.make_table(tmp_path.name)
    number = 300
    assert taken(f"dynamodb:{tmp_path.name}", number, 1) == Counter(range(number))


@pytest.mark.parametrize("after", [1, 7, 40])
def test_what_was_acknowledged_is_there_after_kill_9(tmp_path: Path, after: int) -> None:
    number = 10_000
    place = str(tmp_path / "store.db")
    with working("vote", place, number) as (process,):
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(after * number // 100)]
        process.kill()
        lines += process.stdout.read().splitlines()
    acknowledged = {int(line) for line in lines if line.strip()}
    assert after * number // 100 <= len(acknowledged) < number, "it was killed in the middle"
    found = {vote.answer: vote for vote in votes_in(place)}
    for answer in acknowledged:
        vote = found[f"answer {answer}"]
        assert (vote.user, vote.helpful) == (pseudonym("slack:ann"), answer % 2 == 0)
    with sqlite3.connect(place) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    file.close()
