"""What holds for every message, whatever it says: hypothesis looks for one for which it does not.

`pytest --hypothesis-profile=long` looks further, and at other examples every time.
"""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Callable, Iterator
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talking import Chat, ask, facts_stated

from bot import Answer, Bot, Question
from bot.model import Kind

LONG_WORD = re.compile(r"[A-Za-z]{5,}")
LONGEST = 1_200  # characters; a person reads the first lines
SEED = 20261123
SAID_NEVERTHELESS = 0.85  # share of misspelt questions that are answered as if they were not

ATTACKS = (
    "@everyone", "@here", "<!channel>", "<!here>", "<@U0123ABC>", "<@!123456789012345678>", "<@&987654321098765432>",
    "<#C024BE7LR>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "https://evil.example/steal",
    "[click](https://evil.example)", "javascript:alert(1)", "*bold*", "`rm -rf`", "||spoiler||", "{{7*7}}",
    "${jndi:ldap://evil}", "%s%n", "../../etc/passwd", "\x1b[31mred", "\x07", "\x00", "\u202egnirts", "\u200b",
    "\u2066", "\ufeff", "\ud800", "\U000e0041", "e\u0301\u0301\u0301", "😀", "ｌａｍｂｄａ", "Ⅻ GB", "٢٠ minutes",
    "\r\n", "\u2028",
)  # fmt: skip
SPELLINGS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "none": str.lower,
    "some": str.swapcase,
    "as it is": str,
}
ECHOES = re.compile(
    r"@everyone|@here|<[!@#&]|<script|<img|evil|javascript:|\[click\]|alert\(|jndi|\{\{|passwd|gnirts|spoiler",
    re.IGNORECASE,
)

PIECES = (
    "how long can", "what is", "is", "can", "which service", "compare", "vs", "and", "or", "not", "without servers",
    "why", "the second one", "lambda", "fargate", "ecs", "batch", "a lambda function", "s3", "run", "for 20 minutes",
    "12 GB", "of memory", "billed", "what about", "no,", "?", "!", ".", ",", "1)", "____", "it", "hi", "thanks", "more",
    "are you sure", "please", "a)", "-", "0", "99999999999", "1e9", "half an hour", "docker", "serverless", "gpu",
    "best", "cheapest",
)  # fmt: skip

texts = st.text(st.characters(codec=None, categories=None), max_size=200)
sentences = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map(" ".join)
attacks = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(ATTACKS)), min_size=1, max_size=12).map(" ".join)
glued = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(ATTACKS)), min_size=1, max_size=8).map("".join)
messages = st.one_of(texts, sentences, attacks, glued)


@pytest.fixture(scope="session")
def another_bot(the_bot: Bot) -> Bot:
    """A second one of the same knowledge."""
    return Bot(the_bot.knowledge)


@pytest.fixture(scope="session")
def suggestible(the_bot: Bot) -> tuple[str, ...]:
    """Every question that the bot offers to complete."""
    return the_bot.suggest("", 100_000)


@pytest.fixture(scope="session")
def facts(the_bot: Bot) -> dict[str, str]:
    """Every fact with the question for it, as its aspect words it."""
    known = the_bot.knowledge
    every = (fact for facts in known.facts.values() for fact in facts.values())
    return {
        fact.id: known.aspects[fact.aspect].asks.replace("{subject}", known.subjects[fact.subject].short)
        for fact in every
    }


def check(answer: Answer) -> None:
    """What holds for every answer."""
    assert answer.kind in get_args(Kind)
    assert len(answer.text) <= LONGEST
    assert (answer.text == "") is (answer.kind == "silent")
    if answer.kind == "answer":
        assert answer.lead
        assert answer.sources
        assert all(source.url.startswith("https://") for source in answer.sources)
        assert answer.id
    shown = "\n".join(parts_of(answer))
    assert not ECHOES.search(shown)
    assert not [c for c in shown if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]


def parts_of(answer: Answer) -> Iterator[str]:
    """Everything of an answer that a platform may show."""
    yield from (
        answer.text,
        answer.title,
        answer.lead,
        *answer.points,
        answer.caveat,
        *answer.suggestions,
        answer.as_of,
        answer.id,
    )
    for row in (answer.table.columns, *answer.table.rows) if answer.table else ():
        yield from row


# ---------------------------------------------------------------- any message


@given(messages)
def test_any_text_gets_an_answer(the_bot: Bot, text: str) -> None:
    check(ask(the_bot, text))


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "question",
    [
        "what is {}",
        "can lambda run for 20 {} minutes",
        "{}",
        "how long {} can lambda run",
        "{} vs lambda",
        "lambda with 12{} GB memory",
    ],
)
def test_nothing_that_a_user_writes_is_sent_to_others(the_bot: Bot, attack: str, question: str) -> None:
    check(ask(the_bot, question.format(attack)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\n ",
        "?" * 100_000,
        "a" * 100_000,
        "lambda " * 14_000,
        "what is lambda? " * 6_000,
        "how long can lambda run and " * 3_500,
        "9" * 100_000,
        "1 GB " * 20_000,
        "\u200b" * 100_000,
        "\u202e" * 1_000 + "what is lambda",
        "\ud83d" * 1_000,
        "vs ".join(["lambda "] * 10_000),
        "((((" * 20_000,
        "no not without except " * 4_000,
        "é" * 50_000,
        "\n" * 100_000 + "what is lambda",
    ],
    ids=lambda text: f"{text[:12]!a}…{len(text)}",
)
def test_an_extreme_text_gets_an_answer(the_bot: Bot, text: str) -> None:
    check(ask(the_bot, text))


@pytest.mark.parametrize(
    "text",
    ["which of ECS and Docker is serverless"],
)
def test_what_was_once_found_to_break_a_rule_no_longer_does(the_bot: Bot, text: str) -> None:
    check(ask(the_bot, text))


@given(st.lists(messages, min_size=1, max_size=6))
def test_any_conversation_gets_answers(the_bot: Bot, said: list[str]) -> None:
    for answer in Chat(the_bot).all(*said):
        check(answer)


@given(messages, st.text(max_size=20), st.floats(-1e15, 1e15))
def test_any_conversation_and_clock_will_do(the_bot: Bot, text: str, conversation: str, at: float) -> None:
    check(the_bot.ask(Question(text, conversation, at)))


@given(messages)
def test_any_text_can_be_explained_completed_and_left_unremembered(the_bot: Bot, text: str) -> None:
    assert the_bot.explain(Question(text)).data.keys() == {"questions"}
    assert all(isinstance(question, str) for question in the_bot.suggest(text))


# ---------------------------------------------------------------- the same again


@given(messages)
def test_the_same_text_gets_the_same_answer_from_another_bot(the_bot: Bot, another_bot: Bot, text: str) -> None:
    assert ask(the_bot, text) == ask(another_bot, text)


@given(messages)
def test_a_first_message_gets_the_same_answer_in_every_conversation(the_bot: Bot, text: str) -> None:
    assert Chat(the_bot).ask(text) == Chat(the_bot).ask(text) == ask(the_bot, text)


@given(st.lists(messages, min_size=1, max_size=4), st.lists(messages, max_size=4))
def test_what_others_say_meanwhile_changes_nothing(the_bot: Bot, ours: list[str], theirs: list[str]) -> None:
    alone = Chat(the_bot).all(*ours)
    here, there = Chat(the_bot), Chat(the_bot)
    there.all(*theirs)
    assert alone == [(here.ask(text), there.all(*theirs))[0] for text in ours]


# ---------------------------------------------------------------- what is offered


def test_much_is_offered_and_nothing_at_length(suggestible: tuple[str, ...]) -> None:
    assert len(suggestible) > 500
    assert max(map(len, suggestible)) <= 100


def test_nothing_is_offered_twice(suggestible: tuple[str, ...]) -> None:
    assert len(set(suggestible)) == len(suggestible)


def test_every_fact_is_said_when_it_is_asked_for_in_its_own_words(the_bot: Bot, facts: dict[str, str]) -> None:
    missed = [
        (fact, question)
        for fact, question in facts.items()
        if fact not in facts_stated(the_bot, ask(the_bot, question))
    ]
    assert len(missed) <= 0.035 * len(facts), missed  # an entry may say the same


def test_what_is_offered_while_typing_is_answered(the_bot: Bot, suggestible: tuple[str, ...]) -> None:
    unanswered = [question for question in suggestible if ask(the_bot, question).kind != "answer"]
    assert not unanswered


def test_the_title_of_an_entry_which_may_be_offered_is_answered(the_bot: Bot) -> None:
    titles = [entry.title.removesuffix("?") + "?" for entry in the_bot.knowledge.entries.values()]
    unanswered = [title for title in titles if ask(the_bot, title).kind != "answer"]
    assert not unanswered


@given(messages)
def test_what_is_offered_instead_of_an_answer_is_answered(the_bot: Bot, text: str) -> None:
    for suggestion in ask(the_bot, text).suggestions:
        assert ask(the_bot, suggestion).kind == "answer", suggestion


# ---------------------------------------------------------------- what does not matter


@given(st.data())
def test_capitals_and_space_and_marks_around_a_question_do_not_matter(
    the_bot: Bot, suggestible: tuple[str, ...], data: st.DataObject
) -> None:
    question = data.draw(st.sampled_from(suggestible))
    spelling = data.draw(st.sampled_from(sorted(SPELLINGS)))
    before, after = data.draw(st.text(" \t\n", max_size=5)), data.draw(st.text(" \t\n?!", max_size=5))
    space = data.draw(st.sampled_from([" ", "  ", "\t", "\u00a0"]))
    changed = before + SPELLINGS[spelling](question).replace(" ", space) + "?" + after
    assert ask(the_bot, changed).text == ask(the_bot, question).text, changed


def test_a_letter_wrong_in_a_long_word_mostly_does_not_matter(the_bot: Bot, facts: dict[str, str]) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same misspellings every time
    asked = [
        (fact, question) for fact, question in facts.items() if fact in facts_stated(the_bot, ask(the_bot, question))
    ]
    sample = [
        (fact, misspelt(question, chance)) for fact, question in chance.sample(asked, 400) if LONG_WORD.search(question)
    ]
    lost = [(fact, wrong) for fact, wrong in sample if fact not in facts_stated(the_bot, ask(the_bot, wrong))]
    assert len(sample) - len(lost) >= SAID_NEVERTHELESS * len(sample), lost


def misspelt(question: str, chance: random.Random) -> str:
    """The question with one letter of one of its long words dropped, doubled, exchanged or replaced."""
    found = chance.choice(list(LONG_WORD.finditer(question)))
    word = found.group()
    i = chance.randrange(1, len(word) - 1)
    slips = (
        word[:i] + word[i + 1 :],
        word[:i] + word[i] + word[i:],
        word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        word[:i] + chance.choice(string.ascii_lowercase) + word[i + 1 :],
    )
    return question[: found.start()] + chance.choice(slips) + question[found.end() :]


# ---------------------------------------------------------------- amounts

MINUTES = 15  # the limit of a standard function


@given(st.integers(1, 10**6 - 1), st.sampled_from(["seconds", "second", "s", "sec", "secs"]))
def test_seconds_are_held_against_the_limit(the_bot: Bot, amount: int, unit: str) -> None:
    begins = "Yes" if amount <= MINUTES * 60 else "No"
    assert ask(the_bot, f"Can Lambda run for {amount} {unit}?").lead.startswith(begins)


@given(st.decimals(0, 999, places=2), st.sampled_from([("minutes", 1.0), ("hours", 60.0), ("days", 1440.0)]))
def test_other_units_of_time_are_held_against_the_limit(the_bot: Bot, amount: object, unit: tuple[str, float]) -> None:
    begins = "Yes" if float(str(amount)) * unit[1] <= MINUTES else "No"
    assert ask(the_bot, f"Can Lambda run for {amount} {unit[0]}?").lead.startswith(begins)


@given(st.integers(128, 10**6))
def test_megabytes_are_held_against_the_limit(the_bot: Bot, amount: int) -> None:
    begins = "Yes" if amount <= 10_240 else "No"
    assert ask(the_bot, f"Can a Lambda function have {amount} MB of memory?").lead.startswith(begins)


@pytest.mark.parametrize(
    "workload",
    [
        "Which service should I use to run a Python script every night for {}?",
        "a python script every night that takes {}, which service",
        "nightly job of {} in python, what should i use",
        "which service runs a job of {} without servers",
        "run a function once a day for {}",
    ],
)
@given(amount=st.integers(16, 59).map("{} minutes".format) | st.integers(1, 20).map("{} hours".format))
def test_work_that_is_too_long_is_never_given_to_lambda(the_bot: Bot, workload: str, amount: str) -> None:
    answer = ask(the_bot, workload.format(amount))
    assert answer.kind == "answer"
    assert not answer.lead.startswith("AWS Lambda")


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("Can Lambda run for 900 seconds?", "Yes"),
        ("Can Lambda run for 901 seconds?", "No"),
        ("can lambda run for 1,000 seconds", "No"),
        ("can lambda run for a quarter of an hour", "Yes"),
        ("can lambda run for half an hour", "No"),
        ("can lambda run for twenty minutes", "No"),
        ("can lambda run for ninety seconds", "Yes"),
        ("can lambda run for 1 h 30 min", "No"),
        ("can lambda run 15-20 minutes", "No"),
        ("can lambda run longer than 15 minutes", "No"),
        ("can lambda run for more than 10 minutes", "Yes"),
        ("is 0 MB of memory ok for lambda", "No"),
        ("is 10 GiB of memory ok for lambda", "Yes"),
        ("is 10.5 GB of memory ok for lambda", "No"),
        ("can a fargate task have 33 vCPUs", "No"),
        ("can a fargate task have 32 vCPUs", "Yes"),
        ("can lambda run for 15 minutes and 1 second", "No"),
        ("can lambda run for 15 min 30 s", "No"),
        ("can lambda run for 1 000 seconds", "No"),
        ("Can Lambda run for 1000000 seconds?", "No"),
        ("can lambda have 99999999999 GB of memory", "No"),
        ("can lambda run less than 10 minutes", "Yes"),
        ("can lambda run less than 20 minutes", "Lambda ends"),  # it may be 10 or 19: neither yes nor no
    ],
)
def test_an_amount_is_understood_however_it_is_written(the_bot: Bot, question: str, begins: str) -> None:
    assert ask(the_bot, question).lead.startswith(begins)
