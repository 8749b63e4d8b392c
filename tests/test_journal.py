"""The journal: what is learned from answers, and that a store which is down or slow stops none of them."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from adapters.store import Count, Store, open_store
from adapters.store import journal as journal_room
from adapters.store import notes as notes_room
from adapters.store import transactions as transactions_room
from adapters.store.journal import Journal
from adapters.store.memory import MemoryStore
from adapters.store.pseudonym import pseudonym
from adapters.store.redact import redact
from bot import Answer, Bot, Question

Result = TypeVar("Result")

KITCHEN = Path(__file__).parent / "kitchen"
LIMIT = "How long can a kettle boil?"
ANN = pseudonym("slack:ann")
ELSEWHERE = "What is the weather in Rome?"


@pytest.fixture
def kitchen() -> Bot:
    """A bot of its own for each test, with a memory of its own."""
    return Bot.open(KITCHEN)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "store.db")


def ask(bot: Bot, journal: Journal, text: str, user: str = "ann", conversation: str = "talk") -> Answer:
    question = Question(text, conversation, time.time())
    answer = bot.ask(question)
    journal.answered(bot, question, answer, user)
    return answer


def with_journal(path: str, scene: Callable[[Journal, Store], Awaitable[Result]]) -> Result:
    """What comes of it with a journal around the store in this file."""

    async def played() -> Result:
        store = open_store(path)
        journal = Journal(store, "slack", redact)
        try:
            return await scene(journal, store)
        finally:
            await journal.finish(5)
            await store.close()

    return asyncio.run(played())


class Locked:
    """Another process has the file, and does not let go of it until the end of the block."""

    def __init__(self, path: str) -> None:
        self._other = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> None:
        self._other.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_: object) -> None:
        self._other.close()


# ---------------------------------------------------------------- what is learned


def test_a_question_without_an_answer_becomes_a_miss(kitchen: Bot, path: str) -> None:
    async def scene(journal: Journal, store: Store) -> None:
        answer = ask(kitchen, journal, f"{ELSEWHERE} Ask ann@example.com")
        await journal.finish(5)
        (miss,) = await store.misses()
        assert (miss.platform, miss.user, miss.kind, miss.answer) == ("slack", ANN, answer.kind, "")
        assert answer.kind in {"abstain", "clarify"}
        assert "weather in Rome" in miss.text
        assert "example.com" not in miss.text
        assert (miss.because, miss.closest) == (answer.because, answer.closest)
        assert time.time() - miss.at < 5

    with_journal(path, scene)


def test_answers_are_counted_by_kind_and_first_subject(kitchen: Bot, path: str) -> None:
    async def scene(journal: Journal, store: Store) -> None:
        answers = [ask(kitchen, journal, LIMIT) for _ in range(3)]
        assert {answer.kind for answer in answers} == {"answer"}
        ask(kitchen, journal, ELSEWHERE)
        await journal.finish(5)
        day = time.strftime("%Y-%m-%d", time.gmtime())
        subject = answers[0].subjects[0]
        assert (await store.counts())[Count(day, "slack", "answer", subject)] == 3
        assert sum((await store.counts()).values()) == 4
        assert [miss.kind for miss in await store.misses()] == ["abstain"]

    with_journal(path, scene)


def test_silence_leaves_no_trace(kitchen: Bot, path: str) -> None:
    async def scene(journal: Journal, store: Store) -> None:
        assert ask(kitchen, journal, "ok").kind == "silent"
        await journal.finish(5)
        assert await store.counts() == {}

    with_journal(path, scene)


def test_an_unhelpful_answer_is_a_miss_with_the_words_of_the_one_who_says_so(kitchen: Bot, path: str) -> None:
    async def scene(journal: Journal, store: Store) -> None:
        answer = ask(kitchen, journal, f"{LIMIT} Mine is at 10.1.2.3")
        assert await journal.feedback(answer.id, "ben", helpful=False)
        assert await journal.feedback(answer.id, "ann", helpful=False)
        assert await journal.feedback(answer.id, "ann", helpful=False)
        await journal.finish(5)
        by = {miss.user: miss for miss in await store.misses()}
        assert by.keys() == {ANN, pseudonym("slack:ben")}
        assert len(await store.misses()) == 2
        assert "kettle" in by[ANN].text
        assert "10.1.2.3" not in by[ANN].text
        assert by[pseudonym("slack:ben")].text == ""
        assert {(miss.kind, miss.answer) for miss in by.values()} == {("unhelpful", answer.id)}
        votes = await store.votes()
        assert {(vote.user, vote.helpful, vote.subject) for vote in votes} == {
            (user, False, answer.subjects[0]) for user in by
        }

    with_journal(path, scene)


def test_without_texts_none_is_kept(kitchen: Bot, path: str) -> None:
    async def scene() -> None:
        store = open_store(path)
        journal = Journal(store, "slack", lambda _: "")
        answer = ask(kitchen, journal, LIMIT)
        ask(kitchen, journal, ELSEWHERE)
        await journal.feedback(answer.id, "ann", helpful=False)
        await journal.finish(5)
        assert [miss.text for miss in await store.misses()] == ["", ""]
        await store.close()
        kept = b"".join(file.read_bytes() for file in Path(path).parent.iterdir())
        assert b"weather" not in kept
        assert b"ann" not in kept.replace(b"annot", b"")

    asyncio.run(scene())


def test_misses_go_after_the_days_that_were_set(kitchen: Bot) -> None:
    now = [time.time()]

    async def scene() -> None:
        store = MemoryStore(lambda: now[0])
        journal = Journal(store, "slack", redact, 7, lambda: now[0])
        ask(kitchen, journal, ELSEWHERE)
        await journal.finish(5)
        assert len(await store.misses()) == 1
        now[0] += 7 * 86_400
        assert await store.misses() == []

    asyncio.run(scene())


def test_what_was_asked_is_forgotten_after_an_hour(kitchen: Bot) -> None:
    now = [time.time()]

    async def scene() -> None:
        store = MemoryStore(lambda: now[0])
        journal = Journal(store, "slack", redact, clock=lambda: now[0])
        answer = ask(kitchen, journal, LIMIT)
        now[0] += 3601
        await journal.feedback(answer.id, "ann", helpful=False)
        await journal.finish(5)
        assert [miss.text for miss in await store.misses()] == [""]

    asyncio.run(scene())


# ---------------------------------------------------------------- two copies


def test_of_two_journals_one_is_first(path: str) -> None:
    async def scene(journal: Journal, store: Store) -> None:
        other, elsewhere = Journal(store, "slack", redact), Journal(store, "discord", redact)
        assert [await journal.first("1"), await journal.first("1"), await other.first("1")] == [True, False, False]
        assert await elsewhere.first("1")

    with_journal(path, scene)


def test_a_thread_that_one_opened_is_known_to_the_other(path: str) -> None:
    async def scene(journal: Journal, store: Store) -> None:
        other = Journal(store, "slack", redact)
        assert not await other.opened("thread")
        await journal.open_thread("thread")
        assert await journal.opened("thread")
        await journal.finish(5)
        assert await other.opened("thread")

    with_journal(path, scene)


def test_a_follow_up_that_reaches_the_other_copy_has_its_context(path: str) -> None:
    async def scene(journal: Journal, store: Store) -> None:
        here, there, alone = Bot.open(KITCHEN), Bot.open(KITCHEN), Bot.open(KITCHEN)
        other = Journal(store, "slack", redact)
        ask(here, journal, LIMIT)
        expected = here.ask(Question("and an oven?", "talk", time.time()))
        await journal.finish(5)
        await other.recall(there, "talk")
        await other.recall(there, "")
        assert ask(there, other, "and an oven?").lead == expected.lead
        assert ask(alone, other, "and an oven?", conversation="else").lead != expected.lead
        await other.finish(5)

    with_journal(path, scene)


def test_a_store_that_nobody_shares_keeps_nothing_for_other_copies(kitchen: Bot) -> None:
    async def scene() -> None:
        store = open_store("memory")
        journal = Journal(store, "slack", redact)
        assert [await journal.first("1"), await journal.first("1")] == [True, False]
        ask(kitchen, journal, LIMIT)
        await journal.open_thread("thread")
        assert [await journal.opened("thread"), await journal.opened("other")] == [True, False]
        await journal.finish(5)
        assert [await store.context("talk"), await store.known("thread slack thread")] == ["", False]
        assert sum((await store.counts()).values()) == 1

    asyncio.run(scene())


def test_a_conversation_goes_to_and_fro_between_two_copies(path: str) -> None:
    async def scene(journal: Journal, store: Store) -> None:
        other, copies = Journal(store, "slack", redact), [Bot.open(KITCHEN), Bot.open(KITCHEN)]
        said = []
        for turn, text in enumerate((LIMIT, "and an oven?", "and the kettle?", "and the oven?")):
            keeper, bot = (journal, other)[turn % 2], copies[turn % 2]
            await keeper.recall(bot, "talk")
            said.append(ask(bot, keeper, text).subjects)
            await keeper.finish(5)
        assert said == [("kettle",), ("oven",), ("kettle",), ("oven",)]

    with_journal(path, scene)


# ---------------------------------------------------------------- a store that is down


def test_answers_wait_for_a_locked_store_a_moment_and_then_no_more(
    kitchen: Bot, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(journal: Journal, _: Store) -> None:
        with Locked(path), caplog.at_level(logging.INFO):
            waits = []
            for number in range(20):
                began = time.perf_counter()
                assert await journal.first(str(number))
                await journal.recall(kitchen, "talk")
                waits.append(time.perf_counter() - began)
            assert max(waits) < 2.5 * journal_room.PATIENCE
            assert sum(waits) < 5 * journal_room.PATIENCE
            began = time.perf_counter()
            ask(kitchen, journal, ELSEWHERE)
            await journal.open_thread("thread")
            assert time.perf_counter() - began < journal_room.PATIENCE, "nothing that follows the reply is waited for"
            assert not await journal.first("0"), "what this process has seen it knows without the store"
            assert not journal.healthy
            assert journal.failures >= 3
        assert [record.levelname for record in caplog.records].count("ERROR") == 1

    with_journal(path, scene)


def test_what_was_noted_meanwhile_is_written_when_the_store_is_back(
    kitchen: Bot, path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes_room, "PAUSES", (0.05, 0.1))
    monkeypatch.setattr(transactions_room, "BUSY", 0.2)

    async def scene(journal: Journal, store: Store) -> None:
        caplog.set_level(logging.INFO)
        with Locked(path):
            for _ in range(300):
                ask(kitchen, journal, ELSEWHERE)
            await asyncio.sleep(2 * transactions_room.BUSY)
            assert not journal.healthy
        for _ in range(300):
            await asyncio.sleep(0.05)
            if len(await store.misses()) == sum((await store.counts()).values()) == 300:
                break
        assert sum((await store.counts()).values()) == len(await store.misses()) == 300
        assert journal.lost == 0
        assert "works again" in caplog.text
        assert ELSEWHERE not in caplog.text

    with_journal(path, scene)


def test_feedback_is_accepted_only_if_it_is_stored(kitchen: Bot, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_room, "FEEDBACK", 0.1)

    async def scene(journal: Journal, store: Store) -> None:
        answer = ask(kitchen, journal, LIMIT)
        with Locked(path):
            assert not await journal.feedback(answer.id, "ann", helpful=False)
        assert await journal.feedback(answer.id, "ann", helpful=False)
        assert [vote.helpful for vote in await store.votes()] == [False]
        await journal.finish(5)
        assert [miss.kind for miss in await store.misses()] == ["unhelpful"]

    with_journal(path, scene)


def test_a_closed_store_stops_nothing(kitchen: Bot, path: str, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(journal: Journal, store: Store) -> None:
        await store.close()
        assert await journal.first("1")
        await journal.recall(kitchen, "talk")
        await journal.open_thread("thread")
        assert await journal.opened("thread")
        assert not await journal.opened("other")
        assert not await journal.feedback(ask(kitchen, journal, ELSEWHERE).id, "ann", helpful=True)
        began = time.perf_counter()
        await journal.finish(0.3)
        assert time.perf_counter() - began < 1
        assert journal.lost == 3  # the thread, the counter and the miss
        assert "3 notes" in caplog.text
        assert ELSEWHERE not in caplog.text

    with_journal(path, scene)


def test_what_waits_is_bounded(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes_room, "MOST", 50)

    async def scene(journal: Journal, store: Store) -> None:
        for number in range(60):
            await journal.open_thread(str(number))
        assert journal.lost == 10
        await journal.finish(5)
        assert [await store.known(f"thread slack {number}") for number in range(60)] == [False] * 10 + [True] * 50

    with_journal(path, scene)


def test_the_journal_may_be_finished_in_another_loop(kitchen: Bot) -> None:
    store = MemoryStore()
    journal = Journal(store, "slack", redact)

    async def begin() -> None:
        ask(kitchen, journal, ELSEWHERE)

    async def end() -> int:
        await journal.finish(5)
        return len(await store.misses())

    asyncio.run(begin())
    assert asyncio.run(end()) == 1
