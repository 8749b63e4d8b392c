"""The table of a store, by the real boto3 over HTTP: what is said when it cannot be used, or is slow, or away."""

from __future__ import annotations

import asyncio
import itertools
import math
import select
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from fake_dynamodb import FakeDynamo, serving

from adapters.store import Context, Count, Counted, Miss, Missed, Store, StoreError, Vote, open_store
from adapters.store import dynamodb as room
from adapters.store.journal import Journal
from adapters.store.notes import HURRY, Notes
from adapters.store.outage import Outage

Result = TypeVar("Result")

MISS = Miss(time.time(), "slack", "ann", "abstain", "What is a fork?", "", "", "")
VOTE = Vote(time.time(), "slack", "ann", "a1", helpful=True, subject="")


@pytest.fixture
def table(dynamo: FakeDynamo, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A new table, which the environment lets boto3 find."""
    use(dynamo, monkeypatch)
    name = f"table-{abs(hash(request.node.name))}"
    dynamo.make_table(name)
    return name


def use(dynamo: FakeDynamo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in dynamo.environment.items():
        monkeypatch.setenv(name, value)


def with_store(table: str, scene: Callable[[Store], Awaitable[Result]]) -> Result:
    async def played() -> Result:
        store = open_store(f"dynamodb:{table}")
        try:
            return await scene(store)
        finally:
            await store.close()

    return asyncio.run(played())


@contextmanager
def between(url: str, silent: set[int]) -> Iterator[str]:
    """A way to the server on which what it says on some connections (numbers from 0 on) gets lost."""
    server, threads = (str(urlsplit(url).hostname), int(urlsplit(url).port or 0)), []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with suppress(OSError):  # in the end the door is shut
                for number in itertools.count():
                    near, far = door.accept()[0], socket.create_connection(server)
                    carrying = threading.Thread(target=carry, args=(near, far, number not in silent), daemon=True)
                    carrying.start()
                    threads.append(carrying)

        serving_ = threading.Thread(target=serve, daemon=True)
        serving_.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            door.shutdown(socket.SHUT_RDWR)
            for thread in [serving_, *threads]:
                thread.join(2)


def carry(near: socket.socket, far: socket.socket, answers: bool) -> None:  # noqa: FBT001 - see above
    """Pass on what comes, until one side has had enough."""
    with near, far, suppress(OSError):
        while True:
            for ready in select.select([near, far] if answers else [near], [], [])[0]:
                data = ready.recv(65_536)
                if not data:
                    return
                (far if ready is near else near).sendall(data)


# ---------------------------------------------------------------- at the start


def test_a_missing_table_is_named_with_the_way_to_make_it(table: str) -> None:
    with pytest.raises(StoreError) as error:
        open_store(f"dynamodb:not-{table}")
    said = str(error.value)
    assert f"There is no table not-{table} in eu-central-1" in said
    assert all(word in said for word in ("create-table", "pk", "sk", "PAY_PER_REQUEST", "expires", "template"))


def test_a_table_with_other_keys_is_refused(dynamo: FakeDynamo, table: str) -> None:
    dynamo.make_table(f"odd-{table}", {"id": "HASH"})
    with pytest.raises(StoreError, match=r"partition key pk \(S\) and the sort key sk"):
        open_store(f"dynamodb:odd-{table}")


def test_a_setting_without_a_table_is_refused(table: str) -> None:
    assert table
    with pytest.raises(StoreError, match="The table  cannot be used"):
        open_store("dynamodb:")


def test_without_a_region_it_says_what_to_set(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(StoreError, match="set AWS_REGION"):
        open_store(f"dynamodb:{table}")


def test_without_credentials_it_says_so(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(StoreError, match="needs credentials"):
        open_store(f"dynamodb:{table}")


# ---------------------------------------------------------------- down, slow, back


def test_a_table_out_of_reach_is_no_reason_not_to_start(
    table: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{port}")

    async def scene(store: Store) -> None:
        with pytest.raises(StoreError, match=table):
            await store.check()
        journal = Journal(store, "slack", str)
        began = time.monotonic()
        assert await journal.first("1")
        assert time.monotonic() - began < 1
        assert not await journal.feedback("a1", "ann", helpful=True)
        with serving(port) as fake:
            fake.make_table(table)
            await store.check()
            assert await journal.feedback("a1", "ann", helpful=True)
            assert journal.healthy

    with_store(table, scene)
    assert "out of reach for the moment" in caplog.text


def test_a_claim_whose_answer_was_lost_is_still_ours(
    dynamo: FakeDynamo, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SECONDS", 0.5)
    with between(dynamo.url, silent={1}) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)

        async def scene(store: Store) -> None:
            began = time.monotonic()
            assert await store.claim("event", 60), "the first attempt was written, and the second one is ours as well"
            assert time.monotonic() - began >= 0.5
            assert not await store.claim("event", 60)

        with_store(table, scene)


def test_a_server_that_never_answers_costs_seconds_and_no_more(
    dynamo: FakeDynamo, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SECONDS", 0.3)
    with between(dynamo.url, silent=set(range(1, 100))) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)

        async def scene(store: Store) -> None:
            began = time.monotonic()
            with pytest.raises(StoreError, match="ReadTimeoutError"):
                await store.vote(VOTE)
            assert time.monotonic() - began < 3

        with_store(table, scene)


def test_of_notes_only_those_that_failed_are_written_again(table: str) -> None:
    count = Count("2026-11-23", "slack", "answer", "")

    async def scene(store: Store) -> None:
        notes = Notes(store, Outage())
        notes.add(Counted(count))
        notes.add(Context("talk", "x" * 500_000, 60))  # an item has 400 KB at most
        notes.add(Context("else", "context", 60))
        await notes.finish(3 * HURRY)
        assert [await store.counts(), await store.context("else"), notes.lost] == [{count: 1}, "context", 1]

    with_store(table, scene)


# ---------------------------------------------------------------- what is in it


def test_what_is_over_expires_and_what_people_gave_does_not(dynamo: FakeDynamo, table: str) -> None:
    async def scene(store: Store) -> None:
        await store.claim("event", 60)
        await store.write([Context("talk", "context", 60)])
        await store.write([Missed(MISS, 86_400)])
        await store.vote(VOTE)

    with_store(table, scene)
    expires = {item["pk"]["S"].split()[0]: item.get("expires", {}).get("N") for item in dynamo.items(table)}
    assert expires["miss"] == str(math.ceil(MISS.at + 86_400))
    assert all(abs(int(expires[kind] or 0) - time.time() - 60) < 10 for kind in ("claim", "context"))
    assert expires["vote"] is None


def test_more_than_a_page_is_read_whole_and_forgotten_whole(table: str) -> None:
    async def scene(store: Store) -> None:
        misses = [MISS._replace(at=MISS.at + number, text="x" * 50_000) for number in range(45)]
        await asyncio.gather(*(store.write([Missed(miss, 86_400)]) for miss in misses))  # 2.2 MB; a page has one
        assert await store.misses() == misses
        assert await store.forget(user="ann") == 45
        assert await store.misses() == []

    with_store(table, scene)
