"""What stays bytes until it is asked for, and that nobody can tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot import Bot, Question
from bot.bot import INDEXERS
from bot.packed import Packed, pack

ROOT = Path(__file__).parent.parent
ROWS = {"b": ("bread", 2), "a": ("apple", 1), "c": ("", 0)}

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def packed(made: list[str]) -> Packed[str]:
    def make(row: tuple[str, int]) -> str:
        made.append(row[0])
        return row[0] * row[1]

    return Packed(pack(ROWS), make)


def test_a_value_is_made_when_it_is_asked_for_and_only_once() -> None:
    made: list[str] = []
    rows = packed(made)
    assert (list(rows), len(rows), "a" in rows, "z" in rows) == (["b", "a", "c"], 3, True, False)
    assert made == []
    assert (rows["b"], rows.get("b"), rows["b"]) == ("breadbread",) * 3
    assert made == ["bread"]


def test_all_values_come_in_order_and_are_made_once() -> None:
    made: list[str] = []
    rows = packed(made)
    assert rows["a"] == "apple"
    for _ in range(2):
        assert list(rows.values()) == ["breadbread", "apple", ""]
        assert list(rows.items()) == [("b", "breadbread"), ("a", "apple"), ("c", "")]
    assert made == ["apple", "bread", ""]


def test_what_is_not_there_is_no_value() -> None:
    rows = packed([])
    assert rows.get("z") is None
    assert rows.get("z", "none") == "none"
    with pytest.raises(KeyError, match="z"):
        rows["z"]


@given(st.dictionaries(st.text(), PLAIN))
def test_it_equals_the_mapping_that_was_packed(rows: dict[str, Any]) -> None:
    lazily = Packed(pack(rows), lambda row: row)
    assert lazily == rows
    assert rows == lazily
    assert list(lazily.items()) == list(rows.items())


def test_it_cannot_be_changed() -> None:
    rows: Any = packed([])
    with pytest.raises(TypeError):
        rows["a"] = "pear"
    with pytest.raises(TypeError):
        del rows["a"]


# ---------------------------------------------------------------- the bot


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    cache = tmp_path_factory.mktemp("cache")
    Bot.open(ROOT / "knowledge", cache)
    return Bot.open(ROOT / "knowledge", cache)


def test_a_bot_from_the_cache_knows_and_answers_the_same(the_bot: Bot, warm: Bot) -> None:
    data = yaml.safe_load((ROOT / "tests" / "questions.yaml").read_text("utf-8"))
    for item in [*data["known"], *data["declined"]]:
        question = Question(item if isinstance(item, str) else item["ask"])
        assert warm.ask(question) == the_bot.ask(question)
    assert warm.knowledge == the_bot.knowledge
    assert warm.topics() == the_bot.topics()


def test_the_files_that_make_the_index_are_there() -> None:
    assert all((ROOT / "bot" / name).is_file() for name in INDEXERS)
