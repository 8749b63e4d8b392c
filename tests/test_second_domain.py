"""The same code on another folder, about the appliances of a canteen: nothing in it is made for one domain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from talking import Chat, ask, compares, facts_stated, lacks, recommends

from bot import Bot


@pytest.fixture(scope="module")
def canteen() -> Bot:
    return Bot.open(Path(__file__).parent / "canteen")


@pytest.fixture
def talk(canteen: Bot) -> Chat:
    return Chat(canteen)


def test_every_fact_can_be_asked_for(canteen: Bot) -> None:
    known = canteen.knowledge
    facts = [fact for facts in known.facts.values() for fact in facts.values()]
    assert len(facts) > 48
    for fact in facts:
        question = known.aspects[fact.aspect].asks.replace("{subject}", known.subjects[fact.subject].short)
        assert fact.id in facts_stated(canteen, ask(canteen, question)), question


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("What is a steamer?", "steamer.what-is"),
        ("explain the pressure cooker", "pressure-cooker.what-is"),
        ("tell me about the air fryer", "air-fryer.what-is"),
        ("what's the time limit of the microwave", "microwave.longest-run"),
        ("how expensive is the oven", "oven.price"),
        ("do i have to descale the steamer", "steamer.cleaning"),
        ("crock pot capacity", "slow-cooker.portions"),
        ("turntable?", "turntable.what-is"),
    ],
)
def test_a_fact_is_found_by_other_words(canteen: Bot, question: str, fact: str) -> None:
    assert fact in facts_stated(canteen, ask(canteen, question))


@pytest.mark.parametrize(
    ("question", "begins", "says"),
    [
        ("Can the microwave run for two hours?", "No", "60 min"),
        ("can the microwave run for half an hour", "Yes", "60 min"),
        ("is 3600 seconds ok for the microwave", "Yes", "60 min"),
        ("can the microwave run for 61 minutes", "No", "60 min"),
        ("Can the oven run for 20 hours?", "No", "drying program"),
        ("is 90 minutes ok for the air fryer", "Yes", "90 min"),
        ("does the steamer brown food", "No", "moist"),
        ("Does the oven have a timer?", "Yes", "10 hours"),
        ("can the pressure cooker brown meat", "Partly", "lid off"),
        ("does the oven hold 50 portions?", "Yes", "60"),
    ],
)
def test_yes_or_no_is_told_with_the_limit(canteen: Bot, question: str, begins: str, says: str) -> None:
    answer = ask(canteen, question)
    assert answer.lead.startswith(begins)
    assert not lacks(answer, [says])


@pytest.mark.parametrize(
    ("question", "subjects"),
    [
        ("oven vs microwave", ["oven", "microwave"]),
        ("what is the difference between a slow cooker and a pressure cooker", ["slow-cooker", "pressure-cooker"]),
        ("oven or steamer?", ["oven", "steamer"]),
        ("compare the slow cooker, the oven and the air fryer", ["slow-cooker", "oven", "air-fryer"]),
    ],
)
def test_appliances_are_compared_in_a_table(canteen: Bot, question: str, subjects: list[str]) -> None:
    answer = ask(canteen, question)
    assert compares(canteen, answer, subjects)
    assert answer.table
    assert len(answer.table.rows) >= 4


def test_a_comparison_by_one_aspect_says_it_of_each(canteen: Bot) -> None:
    stated = facts_stated(canteen, ask(canteen, "which is cheaper, the air fryer or the oven?"))
    assert stated == {"air-fryer.price", "oven.price"}


@pytest.mark.parametrize(
    ("question", "first", "against"),
    [
        ("which appliances brown food?", ("oven", "air fryer"), ("microwave", "steamer", "slow cooker")),
        (
            "which appliances have a timer?",
            ("oven", "microwave", "steamer", "air fryer"),
            ("pressure cooker", "slow cooker"),
        ),
        ("which appliance has no timer?", ("pressure cooker", "slow cooker"), ("oven", "microwave")),
    ],
)
def test_a_list_names_all_that_can_and_none_that_cannot(
    canteen: Bot, question: str, first: tuple[str, ...], against: tuple[str, ...]
) -> None:
    answer = ask(canteen, question)
    assert not [name for name in first if name not in answer.lead]
    assert not [name for name in against if name in answer.lead]


@pytest.mark.parametrize(
    ("question", "best", "struck"),
    [
        ("I need a crispy crust on my pizza, which appliance should I use?", "oven", ("Not microwave", "Not steamer")),
        (
            "which appliance cooks overnight without anybody watching?",
            "slow-cooker",
            ("Not pressure cooker", "Not microwave"),
        ),
        ("what should i use to reheat leftovers", "microwave", ()),
        ("which appliance for dried beans", "pressure-cooker", ()),
        ("which appliance should I use for reheating, but not the microwave?", "oven", ()),
    ],
)
def test_an_appliance_is_recommended_by_elimination(
    canteen: Bot, question: str, best: str, struck: tuple[str, ...]
) -> None:
    answer = ask(canteen, question)
    assert recommends(canteen, answer, best)
    assert not lacks(answer, struck)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("why does the oven smoke?", "oven-smoke"),
        ("white marks in the steamer, what are they", "steamer-scale"),
        ("how full may the fryer basket be", "fryer-basket"),
    ],
)
def test_a_written_answer_is_found(canteen: Bot, question: str, entry: str) -> None:
    assert canteen.knowledge.entries[entry].says in ask(canteen, question).text


def test_a_conversation_is_followed(talk: Chat) -> None:
    talk.ask("What is the oven?")
    assert facts_stated(talk.bot, talk.ask("how long can it run?")) == {"oven.longest-run"}
    assert facts_stated(talk.bot, talk.ask("and the microwave?")) == {"microwave.longest-run"}
    assert talk.ask("why?").lead == "Its magnetron must cool down."


def test_one_of_those_compared_is_picked(talk: Chat) -> None:
    *_, price = talk.all("oven vs microwave", "the second one", "what does it cost?")
    assert facts_stated(talk.bot, price) == {"microwave.price"}


def test_a_question_back_is_filled(talk: Chat) -> None:
    asked_back, answer = talk.all("how is it cleaned?", "the steamer")
    assert asked_back.kind == "clarify"
    assert facts_stated(talk.bot, answer) == {"steamer.cleaning"}


def test_two_questions_are_both_answered(canteen: Bot) -> None:
    answer = ask(canteen, "What is a steamer? And how long can it run?")
    assert facts_stated(canteen, answer) >= {"steamer.what-is", "steamer.longest-run"}


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("how lnog can the slow coker run", "slow-cooker.longest-run"),
        ("presure cooker portoins", "pressure-cooker.portions"),
        ("wht does the airfryer cost", "air-fryer.price"),
        ("MICROWAV CLENING??", "microwave.cleaning"),
    ],
)
def test_misspellings_are_understood(canteen: Bot, question: str, fact: str) -> None:
    assert fact in facts_stated(canteen, ask(canteen, question))


@pytest.mark.parametrize(
    "message",
    [
        "How do I prune roses in the garden?",
        "how cold is the fridge",
        "what is a toaster",
        "which wine goes with fish",
        "what is the capital of France",
        "tell me a joke",
        "What is AWS Lambda?",
        "How long can a Lambda function run?",
        "Fargate vs EC2",
        "is it serverless",
    ],
)
def test_what_the_folder_does_not_know_is_declined(canteen: Bot, message: str) -> None:
    assert ask(canteen, message).kind != "answer"


def test_the_bot_speaks_of_itself_as_the_folder_says(canteen: Bot) -> None:
    assert "appliances of the canteen" in ask(canteen, "hello").text
    assert "canteen-bot" in ask(canteen, "what can you do?").text


def test_suggestions_and_topics_come_from_the_folder(canteen: Bot) -> None:
    assert canteen.suggest("how long can the st") == ("How long can the steamer run?",)
    assert dict(canteen.topics()).keys() == {
        "Convection oven",
        "Microwave",
        "Steam cooker",
        "Pressure cooker",
        "Slow cooker",
        "Air fryer",
    }


def test_nothing_that_it_says_is_of_another_domain(canteen: Bot, the_bot: Bot) -> None:
    own = words(path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "canteen").iterdir())
    named = [s for s in the_bot.knowledge.subjects.values() if s.kind in {"service", "tool"}]
    foreign = words(text for s in named for text in (s.id, s.name)) | {"serverless", "cloud", "instance"}
    subjects = ("Lambda", "oven", "microwave and the steamer")
    asked = [aspect.asks.replace("{subject}", s) for aspect in the_bot.knowledge.aspects.values() for s in subjects]
    said = words(ask(canteen, text).text for text in (*asked, "hi", "help", "what can you do", "how is it billed?"))
    assert {"oven", "steamer"} <= said
    assert not said & (foreign - own - {"service"})


def words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[a-z0-9]+", text.lower())}
