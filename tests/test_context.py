"""A conversation that changes from one copy of the bot to another: it goes on, and takes nobody's words along."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Bot, Question

DIALOGUES = (
    ("How long can Lambda run?", "and Fargate?", "and how is it billed?", "why?", "are you sure?", "tell me more"),
    ("Can Lambda run for 20 minutes?", "and for 5 minutes?", "and for half an hour?"),
    ("Fargate vs EC2", "which one is cheaper?", "the second one", "and the other one?"),
    ("Which service runs containers without servers?", "how much memory can it have?", "what else could I use?"),
    ("How is it billed?", "Lambda", "no, I meant Fargate"),
    ("What is Lambda?", "what is an S3 bucket policy?", "and how is it billed?"),
    ("Lambda vs Fargate for a 20 minute job?", "why not Lambda?"),
)


@pytest.fixture(scope="module")
def copies(the_bot: Bot) -> tuple[Bot, Bot]:
    return Bot(the_bot.knowledge), Bot(the_bot.knowledge)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue[0])
def test_two_copies_in_turn_answer_as_one_would(
    the_bot: Bot, copies: tuple[Bot, Bot], dialogue: tuple[str, ...]
) -> None:
    name = f"in turn: {dialogue[0]}"
    for number, text in enumerate(dialogue):
        question = Question(text, name, 1_000.0 + number)
        mine, other = copies[number % 2], copies[1 - number % 2]
        assert mine.ask(question) == the_bot.ask(question)
        other.resume(name, mine.context(name))


def test_a_copy_forgets_what_the_other_forgot(copies: tuple[Bot, Bot]) -> None:
    first, second = copies
    first.ask(Question("What is Lambda?", "forgotten", 1.0))
    second.resume("forgotten", first.context("forgotten"))
    second.ask(Question("how do I bake a chocolate cake in the oven?", "forgotten", 2.0))
    second.ask(Question("what is lambda calculus?", "forgotten", 3.0))
    first.resume("forgotten", second.context("forgotten"))
    asked = Question("and how is it billed?", "forgotten", 4.0)
    assert first.ask(asked) == second.ask(asked)


def test_what_is_older_than_the_own_memory_is_ignored(copies: tuple[Bot, Bot]) -> None:
    first, second = copies
    first.ask(Question("What is Lambda?", "older", 1.0))
    second.ask(Question("What is Fargate?", "older", 2.0))
    second.resume("older", first.context("older"))
    assert second.ask(Question("how is it billed?", "older", 3.0)).subjects == ("fargate",)


def test_a_context_has_none_of_the_words_that_only_the_writer_knows(the_bot: Bot) -> None:
    the_bot.ask(Question("Miller wants: can Lambda run acme for 10 minutes?", "private", 1.0))
    context = the_bot.context("private").lower()
    assert "10 minutes" in context
    assert not [word for word in ("miller", "acme") if word in context]


def test_nothing_is_kept_of_a_conversation_that_never_was(the_bot: Bot) -> None:
    assert the_bot.context("never") == ""


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


@given(data=st.data())
def test_a_context_from_elsewhere_changes_nothing(the_bot: Bot, data: st.DataObject) -> None:
    the_bot.ask(Question("How long can Lambda run?", "sound", 1.0))
    sound = json.loads(the_bot.context("sound"))
    field = data.draw(st.sampled_from(sorted(sound)))
    junk = data.draw(JUNK.filter(lambda value: type(value) is not type(sound[field])))
    for odd in (json.dumps(sound | {field: junk}), json.dumps(junk), data.draw(st.text(max_size=20)), "[" * 100_000):
        the_bot.resume("odd", odd)
        the_bot.ask(Question("and Fargate?", "odd", 2.0))
