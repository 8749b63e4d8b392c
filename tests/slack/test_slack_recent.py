"""What is remembered of the latest requests is bounded in number and in time."""

from __future__ import annotations

from adapters.slack.recent import Recent


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
