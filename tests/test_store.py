"""What every store promises, asked of each: of the one in memory, of SQLite, and of DynamoDB by boto3 over HTTP."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fake_dynamodb import FakeDynamo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.store import Claim, Context, Count, Counted, Miss, Missed, Note, Store, Vote, open_store

Result = TypeVar("Result")

NOW = float(int(time.time()))
DAY = 86_400.0
MISS = Miss(NOW, "slack", "ann", "abstain", "Can it fly?", "unknown words", "entry flying", "")
VOTE = Vote(NOW, "discord", "ann", "a1b2c3", helpful=True, subject="oven")
ODD = (
    "",
    "\0",
    "a\0b",
    "\ud800",
    "😀",
    "\udc00\ud800",
    "e\u0301",
    "﻿",
    "' OR 1=1 --",
    "#pk",
    "a" * 50_000,
    "😀" * 50_000,
)

texts = st.text(st.characters(codec=None, categories=None), max_size=60)
moments = st.floats(NOW - 100 * DAY, NOW)
misses = st.builds(Miss, moments, texts, texts, texts, texts, texts, texts, texts)
votes = st.builds(Vote, moments, texts, texts, texts, st.booleans(), texts)
counts = st.dictionaries(st.builds(Count, texts, texts, texts, texts), st.integers(1, 10**9), max_size=5)
lasting = pytest.mark.parametrize("shop", ["sqlite", "dynamodb"], indirect=True)
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@dataclass
class Shop:
    """Opens stores of one sort, each a new one, whose clock is turned by hand."""

    sort: str
    folder: Path
    dynamo: FakeDynamo | None
    now: float = NOW
    settings: list[str] = field(default_factory=list)

    def new(self) -> Store:
        name = uuid.uuid4().hex
        if self.dynamo:
            self.dynamo.make_table(name)
        places = {"memory": "memory", "sqlite": str(self.folder / name), "dynamodb": f"dynamodb:{name}"}
        self.settings.append(places[self.sort])
        return self.again()

    def again(self) -> Store:
        """The store that was opened last, opened once more."""
        return open_store(self.settings[-1], lambda: self.now)

    def play(self, scene: Callable[[Store], Awaitable[Result]]) -> Result:
        """What comes of it with a new store."""

        async def played() -> Result:
            store = self.new()
            try:
                return await scene(store)
            finally:
                await store.close()

        return asyncio.run(played())


@pytest.fixture(params=["memory", "sqlite", "dynamodb"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    if request.param != "dynamodb":
        return Shop(request.param, tmp_path, None)
    dynamo: FakeDynamo = request.getfixturevalue("dynamo")
    for name, value in dynamo.environment.items():
        monkeypatch.setenv(name, value)
    return Shop(request.param, tmp_path, dynamo)


@pytest.fixture
def opened(shop: Shop) -> Iterator[Store]:
    """One store for all examples of a property."""
    store = shop.new()
    yield store
    asyncio.run(store.close())


# ---------------------------------------------------------------- claims


def test_a_key_is_claimed_by_one_alone_until_its_time_is_over(shop: Shop) -> None:
    async def scene(store: Store) -> None:
        assert await store.claim("event", 60)
        assert not await store.claim("event", 60)
        assert await store.claim("other", 60)
        shop.now += 59.9
        assert not await store.claim("event", 60)
        shop.now += 0.1
        assert await store.claim("event", 60)
        assert not await store.claim("event", 60)

    shop.play(scene)


def test_of_many_who_claim_at_once_one_succeeds(shop: Shop) -> None:
    async def scene(store: Store) -> list[bool]:
        return await asyncio.gather(*(store.claim("event", 60) for _ in range(20)))

    assert sum(shop.play(scene)) == 1


def test_a_claim_is_known_until_its_time_is_over(shop: Shop) -> None:
    async def scene(store: Store) -> None:
        assert not await store.known("thread")
        await store.claim("thread", 60)
        assert await store.known("thread")
        assert not await store.known("other")
        shop.now += 60
        assert not await store.known("thread")

    shop.play(scene)


# ---------------------------------------------------------------- contexts


def test_the_newest_context_of_a_conversation_is_kept_for_its_time(shop: Shop) -> None:
    async def scene(store: Store) -> None:
        assert await store.context("talk") == ""
        await store.write([Context("talk", "one", 60)])
        await store.write([Context("talk", "two", 60)])
        await store.write([Context("else", "three", 60)])
        assert [await store.context("talk"), await store.context("else")] == ["two", "three"]
        shop.now += 60
        assert await store.context("talk") == ""

    shop.play(scene)


# ---------------------------------------------------------------- misses, votes, counters


def test_misses_come_oldest_first_and_go_when_their_time_is_over(shop: Shop) -> None:
    older, newer = MISS._replace(at=NOW - 3600, text="older"), MISS._replace(text="newer")

    async def scene(store: Store) -> None:
        await store.write([Missed(newer, 2 * DAY)])
        await store.write([Missed(older, 2 * DAY)])
        assert await store.misses() == [older, newer]
        shop.now += 2 * DAY - 3600
        assert await store.misses() == [newer]
        shop.now += 3600
        assert await store.misses() == []

    shop.play(scene)


def test_the_same_question_missed_twice_is_two_misses(shop: Shop) -> None:
    async def scene(store: Store) -> list[Miss]:
        await store.write([Missed(MISS, DAY)])
        await store.write([Missed(MISS, DAY)])
        return await store.misses()

    assert shop.play(scene) == [MISS, MISS]


def test_a_later_vote_of_a_person_on_an_answer_replaces_the_earlier_one(shop: Shop) -> None:
    changed = VOTE._replace(at=NOW + 3, helpful=False)
    others = [VOTE._replace(at=NOW + 1, user="ben"), VOTE._replace(at=NOW + 2, answer="d4e5f6")]

    async def scene(store: Store) -> list[Vote]:
        for vote in [VOTE, *others, changed]:
            await store.vote(vote)
        return await store.votes()

    assert shop.play(scene) == [*others, changed]


def test_counters_add_up(shop: Shop) -> None:
    one, two = Count("2026-11-23", "slack", "answer", "oven"), Count("2026-11-23", "slack", "abstain", "")

    async def scene(store: Store) -> dict[Count, int]:
        await store.write([Counted(one, 2), Counted(two)])
        await store.write([])
        await asyncio.gather(*(store.write([Counted(one)]) for _ in range(10)))
        return await store.counts()

    assert shop.play(scene) == {one: 12, two: 1}


def test_notes_of_all_sorts_are_written_together(shop: Shop) -> None:
    count = Count("2026-11-23", "slack", "answer", "oven")

    async def scene(store: Store) -> None:
        assert await store.claim("ours", 60)
        sorts: list[Note] = [Claim("ours", 600), Claim("thread", 60), Context("talk", "oven", 60), Missed(MISS, DAY)]
        await store.write([*sorts, Counted(count), Counted(count, 2)])
        assert [await store.known("thread"), await store.context("talk")] == [True, "oven"]
        assert [await store.misses(), await store.counts()] == [[MISS], {count: 3}]
        shop.now += 60
        assert [await store.known("ours"), await store.known("thread")] == [False, False]

    shop.play(scene)


# ---------------------------------------------------------------- forgetting


async def filled(store: Store) -> None:
    """Two people, each with two misses and two votes, an old and a new one; counters of two days."""
    for user in ("ann", "ben"):
        for at in (NOW - 10 * DAY, NOW):
            await store.write([Missed(MISS._replace(at=at, user=user), 90 * DAY)])
            await store.vote(VOTE._replace(at=at, user=user, answer=f"answer at {at}"))
    old, new = Count("2020-02-02", "slack", "answer", ""), Count("2099-09-09", "slack", "answer", "")
    await store.write([Counted(old, 7), Counted(new, 8)])


@pytest.mark.parametrize(
    ("meant", "gone", "left"),
    [
        ({"user": "ann"}, 4, "ben old, ben new, counters: 15"),
        ({"before": NOW - DAY}, 5, "ann new, ben new, counters: 8"),
        ({"user": "ann", "before": NOW - DAY}, 2, "ann new, ben old, ben new, counters: 15"),
        ({"user": "eve"}, 0, "ann old, ann new, ben old, ben new, counters: 15"),
        ({}, 0, "ann old, ann new, ben old, ben new, counters: 15"),
    ],
)
def test_what_is_a_persons_or_old_is_forgotten(shop: Shop, meant: dict[str, Any], gone: int, left: str) -> None:
    async def scene(store: Store) -> None:
        await filled(store)
        assert await store.forget(**meant) == gone
        counted = sum((await store.counts()).values())
        for records in (await store.misses(), await store.votes()):
            found = [f"{record.user} {'new' if record.at == NOW else 'old'}" for record in records]
            assert (
                ", ".join([*sorted(found, key=lambda each: (each[:3], each[4:] == "new")), f"counters: {counted}"])
                == left
            )

    shop.play(scene)


# ---------------------------------------------------------------- odd texts


def test_any_text_is_a_key(shop: Shop) -> None:
    async def scene(store: Store) -> None:
        assert [await store.claim(text, 60) for text in ODD] == [True] * len(ODD)
        assert [await store.claim(text, 60) for text in ODD] == [False] * len(ODD)
        for text in ODD:
            await store.write([Context(text, f"context of {text[:9]!a}", 60)])
        assert [await store.context(text) for text in ODD] == [f"context of {text[:9]!a}" for text in ODD]
        assert await store.context("!") == ""

    shop.play(scene)


def test_any_text_is_kept_and_forgotten(shop: Shop) -> None:
    sound = [text.replace("\ud800", "\ufffd").replace("\udc00", "\ufffd") for text in ODD]

    async def scene(store: Store) -> None:
        for at, text in enumerate(ODD):
            await store.write([Context(text, text, 60)])
            await store.write([Missed(MISS._replace(at=NOW + at, text=text, user=text[:20]), DAY)])
            await store.vote(VOTE._replace(at=NOW + at, user=text[:20]))
            await store.write([Counted(Count(text[:20], "", "", str(at)), at)])
        assert [await store.context(text) for text in ODD] == sound
        assert [(miss.text, miss.user) for miss in await store.misses()] == [(text, text[:20]) for text in sound]
        assert [vote.user for vote in await store.votes()] == [text[:20] for text in sound]
        assert await store.counts() == {Count(text[:20], "", "", str(at)): at for at, text in enumerate(sound)}
        assert [await store.forget(user=text[:20]) for text in ODD] == [2 if text else 0 for text in ODD]

    shop.play(scene)


@shared
@given(st.lists(texts, min_size=1, max_size=6))
def test_keys_are_told_apart_exactly(opened: Store, keys: list[str]) -> None:
    example = uuid.uuid4().hex

    async def scene() -> list[bool]:
        return [await opened.claim(example + key, 60) for key in keys]

    assert asyncio.run(scene()) == [key not in keys[:place] for place, key in enumerate(keys)]


@shared
@given(st.lists(misses, max_size=4), st.lists(votes, max_size=4), counts)
def test_stores_keep_the_same_as_the_one_in_memory(
    opened: Store, missed: list[Miss], voted: list[Vote], counted: dict[Count, int]
) -> None:
    example = uuid.uuid4().hex

    async def scene(store: Store) -> tuple[list[Miss], list[Vote], dict[Count, int]]:
        for miss in missed:
            await store.write([Missed(miss._replace(platform=example), 101 * DAY)])
        for vote in voted:
            await store.vote(vote._replace(platform=example))
        await store.write([Counted(key._replace(platform=example), number) for key, number in counted.items()])
        return (
            sorted(miss for miss in await store.misses() if miss.platform == example),
            sorted(vote for vote in await store.votes() if vote.platform == example),
            {key: number for key, number in (await store.counts()).items() if key.platform == example},
        )

    assert asyncio.run(scene(opened)) == asyncio.run(scene(open_store("memory", lambda: NOW)))


# ---------------------------------------------------------------- lasting


@lasting
def test_what_was_kept_is_there_when_the_store_is_opened_again(shop: Shop) -> None:
    async def kept(store: Store) -> None:
        await filled(store)
        await store.claim("event", 60)
        await store.write([Context("talk", "context", 60)])

    async def found() -> None:
        store = shop.again()
        assert [len(await store.misses()), len(await store.votes()), len(await store.counts())] == [4, 4, 2]
        assert [await store.claim("event", 60), await store.context("talk")] == [False, "context"]
        await store.close()

    shop.play(kept)
    asyncio.run(found())


@lasting
def test_two_open_stores_are_one(shop: Shop) -> None:
    async def scene(store: Store) -> None:
        other = shop.again()
        claims = await asyncio.gather(*(each.claim(str(n // 2), 60) for n in range(200) for each in (store, other)))
        assert sum(claims) == 100
        await store.write([Context("talk", "context", 60)])
        assert await other.context("talk") == "context"
        count = Count("day", "", "", "")
        await asyncio.gather(*(each.write([Counted(count)]) for _ in range(20) for each in (store, other)))
        assert await store.counts() == await other.counts() == {count: 40}
        await other.close()

    shop.play(scene)


def test_a_store_that_works_says_so(shop: Shop) -> None:
    shop.play(lambda store: store.check())
