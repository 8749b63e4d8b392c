"""What is remembered between two requests is bounded in number and in time."""

from __future__ import annotations

import asyncio

from adapters.slack import MemoryStore
from adapters.slack.store import Recent


def test_a_key_is_new_once_until_its_time_is_over() -> None:
    now = [0.0]
    recent = Recent(10, 60, lambda: now[0])
    assert [recent.add("a"), recent.add("a"), recent.add("b")] == [True, False, True]
    now[0] = 60.0
    assert "a" not in recent
    assert recent.add("a")
    assert len(recent) == 1


def test_the_oldest_key_makes_room() -> None:
    recent = Recent(3, 60)
    assert all(recent.add(str(number)) for number in range(1000))
    assert len(recent) == 3
    assert "999" in recent
    assert "0" not in recent


def test_a_later_vote_replaces_an_earlier_one() -> None:
    async def votes() -> dict[tuple[str, str], bool]:
        store = MemoryStore()
        await store.feedback("answer", "ann", helpful=True)
        await store.feedback("answer", "ann", helpful=False)
        await store.feedback("answer", "ben", helpful=True)
        return dict(store.votes)

    assert asyncio.run(votes()) == {("answer", "ann"): False, ("answer", "ben"): True}
