"""Discord, its pure parts: the adapter pair, completion, the names in other languages, and which commands differ."""

from __future__ import annotations

import asyncio
import copy
import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import discord
import pytest
from discord.app_commands import Choice
from discord.ui import LayoutView
from fake_discord import Payload, check_choices, check_commands, check_message, labels, stored, text_of, walk
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import completion, to_message, to_question
from adapters.discord.client import Client
from adapters.discord.commands import about_page, comparison, recommendation, topics_page
from adapters.discord.names import LANGUAGES, TRANSLATIONS, Names
from adapters.discord.sync import difference, wanted
from adapters.store.journal import Journal
from adapters.store.memory import MemoryStore
from bot import Answer, Bot, Question, Source, Table

KITCHEN = Path(__file__).parent / "kitchen"
MANUAL = Source("manual", "Kitchen [manual]", "https://kitchen.example/a(b)/c.html", "docs", "")
FULL = Answer(
    kind="answer",
    title="kettle vs oven",
    lead="The kettle is for water.",
    points=("Choose the kettle for tea.", "Choose the oven for bread."),
    table=Table(("kettle", "oven"), (("What it is", "boils water", "bakes"), ("Time limit", "5 minutes", "12 hours"))),
    caveat="Both are hot.",
    sources=(MANUAL,),
    as_of="2026-11-01",
    suggestions=("How long can the kettle run?", "How is the oven cleaned?"),
    id="0123456789ab",
)
EVIL = "@everyone <@6001> <#1> **x** [y](https://evil.example) `z` ||q|| <t:1> \u202e# a\n- b"


@pytest.fixture(scope="module")
def kitchen() -> Bot:
    return Bot.open(KITCHEN)


def rendered(answer: Answer, asker: int = 0) -> Payload:
    """The message as Discord would keep it, within its limits."""
    body = {"content": "", "components": components(to_message(answer, asker)), "flags": 1 << 15}
    check_message(body)
    return body


def components(view: LayoutView) -> list[Payload]:
    made: list[Payload] = view.to_components()  # type: ignore[no-untyped-call]
    return made


def commands() -> list[Payload]:
    """Our commands as they are sent."""

    async def ours() -> list[Payload]:
        client = Client(Bot.open(KITCHEN), Journal(MemoryStore(), "discord", str))
        await client.tree.set_translator(Names())
        client.desk.close()
        return await wanted(client.tree)

    return asyncio.run(ours())


# ---------------------------------------------------------------- the adapter pair


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<@1001> how long?", "how long?"),
        ("<@!1001>how long?", "how long?"),
        ("is <@&5> <#6> hot <:tea:77> <a:cup:78> </ask:9>?", "is hot ?"),
        ("<t:1700000000:R> how\n long", "how long"),
        ("a < b <3", "a < b <3"),
        ("<@1001>", "help"),
    ],
)
def test_a_message_is_a_question_without_its_mentions(content: str, text: str) -> None:
    assert to_question(content, 1, 2, 3.5).text == text


def test_each_person_has_a_conversation_of_their_own_in_each_channel() -> None:
    keys = {to_question("x", channel, person, 0).conversation for channel in (1, 2) for person in (1, 2)}
    assert len(keys) == 4


def test_every_part_of_an_answer_is_shown_in_order() -> None:
    shown = rendered(FULL, 6001)
    text = text_of(shown)
    parts = ["### kettle vs oven\nThe kettle is for water.", "- Choose the kettle", "- Choose the oven"]
    parts += [
        "-# Time limit\n**kettle** 5 minutes\n**oven** 12 hours",
        "**Note:** Both are hot.",
        "-# Source: ",
        "as of 2026-11-01",
    ]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert labels(shown) == [*FULL.suggestions, "Helpful", "Not helpful", "Delete"]


def test_a_source_is_a_link_without_a_preview() -> None:
    assert r"[Kitchen \[manual\]](<https://kitchen.example/a%28b%29/c.html>)" in text_of(rendered(FULL))


def test_only_who_asked_in_public_gets_a_delete_button() -> None:
    assert "Delete" not in labels(rendered(FULL))
    ids = [c["custom_id"] for c in walk(rendered(FULL, 6001)["components"]) if c["type"] == 2]
    assert "delete:6001" in ids


def test_what_cannot_be_told_from_others_asks_for_no_opinion() -> None:
    assert labels(rendered(Answer("abstain", lead="No."))) == []


@pytest.mark.parametrize(
    "answer",
    [FULL._replace(title=EVIL), FULL._replace(lead=EVIL), FULL._replace(points=(EVIL,)), FULL._replace(caveat=EVIL)],
    ids=["title", "lead", "points", "caveat"],
)
def test_no_text_can_ping_or_style(answer: Answer) -> None:
    text = text_of(rendered(answer))
    assert "<@6001>" not in text.replace(r"\<", "")
    assert r"\*\*x\*\*" in text
    assert r"\[y\]" in text
    assert "\u202e" not in text


def test_a_suggestion_too_long_for_a_button_is_shown_as_text() -> None:
    fits, long = "a" * 96, "b" * 97
    shown = rendered(FULL._replace(suggestions=(fits, long)))
    assert labels(shown)[0] == "a" * 79 + "…"
    assert f"ask:{fits}" in [c.get("custom_id") for c in walk(shown["components"])]
    assert long in text_of(shown)


def test_a_row_is_left_away_whole_or_not_at_all() -> None:
    rows = tuple((f"Row {n}", "x" * 300, "y" * 300) for n in range(8))
    text = text_of(rendered(FULL._replace(table=Table(("kettle", "oven"), rows))))
    shown = [n for n in range(8) if f"Row {n}" in text]
    assert shown == list(range(len(shown)))
    assert text.count("x" * 300) == text.count("y" * 300) == len(shown) > 0


texts = st.text(max_size=5_000) | st.sampled_from(["", " ", EVIL, "x" * 4_001, "\\" * 5_000, "\n" * 50])


@given(
    st.builds(
        Answer,
        kind=st.sampled_from(["answer", "clarify", "abstain", "help", "greet"]),
        lead=texts,
        title=texts,
        points=st.lists(texts, max_size=30).map(tuple),
        table=st.none() | st.just(Table(("a",) * 9, (("r",) + ("cell " * 99,) * 9,) * 40)) | st.just(FULL.table),
        caveat=texts,
        sources=st.lists(st.builds(Source, texts, texts, texts, texts, texts), max_size=9).map(tuple),
        as_of=texts,
        suggestions=st.lists(texts, max_size=12, unique=True).map(tuple),
        id=texts,
    ),
    st.integers(0, 2**63),
)
def test_whatever_is_answered_is_within_the_limits(answer: Answer, asker: int) -> None:
    assert text_of(rendered(answer, asker))


def test_every_written_answer_fits(the_bot: Bot) -> None:
    known = the_bot.knowledge
    asked = [title for entry in known.entries.values() for title in (entry.title, *entry.asks[:1])]
    asked += [" vs ".join(known.subjects[s].short for s in c.of) for c in known.comparisons.values()]
    longest = 0
    for text in asked:
        longest = max(longest, len(text_of(rendered(the_bot.ask(Question(text)), 1))))
    assert longest < 3_000


# ---------------------------------------------------------------- completion


def names(choices: Sequence[Choice[str]]) -> list[str]:
    check_choices([{"name": c.name, "value": c.value} for c in choices])
    return [c.name for c in choices]


def test_examples_are_offered_before_anything_is_typed(kitchen: Bot) -> None:
    assert names(completion.questions(kitchen, " ")) == list(kitchen.knowledge.talk.examples)


def test_questions_are_completed_and_can_be_answered(the_bot: Bot) -> None:
    offered = names(completion.questions(the_bot, "how long"))
    assert offered
    assert all(the_bot.ask(Question(text)).kind == "answer" for text in offered)


def test_a_choice_is_never_half_a_question() -> None:
    assert names(completion.choices([("x" * 101, "v"), ("n", "v" * 101), ("n", "v"), ("", "v")])) == ["n"]


def test_no_more_choices_than_discord_takes() -> None:
    assert len(names(completion.choices((str(n), str(n)) for n in range(99)))) == 25


def test_a_subject_is_found_by_any_of_its_names(the_bot: Bot) -> None:
    assert names(completion.subjects(the_bot, "elastic container s"))[0] == "Amazon ECS"
    assert names(completion.subjects(the_bot, "  LAMB"))[0] == "AWS Lambda"


def test_what_is_chosen_is_not_offered_again(kitchen: Bot) -> None:
    assert names(completion.subjects(kitchen, "")) == ["Electric kettle", "Convection oven"]
    assert names(completion.subjects(kitchen, "", ["kettle"])) == ["Convection oven"]


def test_only_what_is_known_of_both_can_be_compared(the_bot: Bot) -> None:
    shared = names(completion.aspects(the_bot, "", ["Lambda", "Fargate"]))
    assert len(shared) == 25
    assert names(completion.aspects(the_bot, "bill", ["Lambda", "Fargate"]))[0] == "Billing"


def test_completion_takes_five_milliseconds_at_most_with_10_000_phrasings(the_bot: Bot) -> None:
    entries = the_bot.knowledge.entries
    more = {f"{e.id}-{n}": e._replace(asks=(f"{e.asks[0]} {n}", *e.asks[1:])) for e in entries.values() for n in "12"}
    assert sum(len(e.asks) for e in more.values()) > 10_000
    bot = Bot(the_bot.knowledge._replace(entries=more))
    bot.suggest("x")  # the index is made when it is first asked
    typed = [t[:n] for e in entries.values() for t in e.asks[:2] for n in (1, 3, 8, 20)][:1_000]
    took = sorted(duration(partial(completion.questions, bot, t)) for t in typed)
    others = sorted(
        duration(partial(f, bot, t))
        for t in typed[:150]
        for f in (completion.subjects, completion.aspects, completion.needs)
    )
    assert took[int(len(took) * 0.99)] < 0.005
    assert others[int(len(others) * 0.99)] < 0.005


def duration(work: Callable[[], object]) -> float:
    start = time.thread_time()  # our own share: what else the machine does is not ours
    work()
    return time.thread_time() - start


# ---------------------------------------------------------------- options as questions


def test_a_comparison_is_answered_as_one(the_bot: Bot) -> None:
    for subjects in (["Lambda", "Fargate"], ["Lambda", "Fargate", "EC2"]):
        answer = the_bot.ask(Question(comparison(subjects)))
        assert answer.table
        assert set(answer.table.columns) == set(subjects)
    assert "illing" in the_bot.ask(Question(comparison(["Lambda", "Fargate"], "Billing"))).title


def test_a_need_is_answered_with_a_recommendation(the_bot: Bot) -> None:
    needs = the_bot.knowledge.needs
    fit = [n for n in needs if "ecommend" in the_bot.ask(Question(recommendation(the_bot, [n]))).title]
    assert len(fit) >= 0.9 * len(needs)


def test_a_need_may_be_written_instead_of_chosen(the_bot: Bot) -> None:
    answer = the_bot.ask(Question(recommendation(the_bot, ["containers", "no servers to manage"])))
    assert answer.kind == "answer"


def test_the_pages_fit(the_bot: Bot) -> None:
    for page in (topics_page(the_bot), about_page(the_bot)):
        assert "Delete" not in labels(rendered(page))
    assert "AWS Lambda" in text_of(rendered(topics_page(the_bot)))
    assert f"{len(the_bot.knowledge.sources):,} sources" in text_of(rendered(about_page(the_bot)))


# ---------------------------------------------------------------- the commands


def test_the_commands_are_within_the_limits_and_can_be_used_anywhere() -> None:
    ours = commands()
    check_commands(ours)
    assert {c["name"] for c in ours} == {"ask", "compare", "limits", "recommend", "topics", "about", "Ask about this"}
    for command in ours:
        assert (command["integration_types"], command["contexts"]) == ([0, 1], [0, 1, 2])
        assert set(command["name_localizations"]) >= {"de", "fr", "es-ES", "pt-BR", "ja"}
    compare = next(c for c in ours if c["name"] == "compare")
    assert [(o["name"], o["required"]) for o in compare["options"]][:4] == [
        ("a", True),
        ("b", True),
        ("c", False),
        ("by", False),
    ]


def test_every_text_is_translated_into_every_language() -> None:
    assert all(len(there) == len(LANGUAGES) for there in TRANSLATIONS.values())
    english = {text for command in commands() for text in texts_of(command)} - {"a", "b", "c"}
    assert english == set(TRANSLATIONS)


def texts_of(part: Payload) -> set[str]:
    own = {part["name"], part.get("description", "")} - {""}
    return own.union(*(texts_of(option) for option in part.get("options", [])))


def test_what_discord_adds_to_a_command_is_no_difference() -> None:
    ours = commands()
    theirs = [stored(c) | {"id": "1", "version": "2", "application_id": "3", "contexts": [2, 0, 1]} for c in ours]
    for command in theirs:
        for option in command.get("options", []):
            option.pop("required", None) if not option.get("required") else None
    assert difference(ours, reversed(theirs)) == []


def test_each_difference_is_a_line() -> None:
    theirs = copy.deepcopy(commands())
    theirs[0]["description"] = "Old"
    theirs[2]["options"][0]["autocomplete"] = False
    theirs[2]["name_localizations"]["de"] = "alt"
    theirs[3]["name"] = "old"
    assert difference(commands(), theirs) == [
        "~ /ask: description",
        "~ /compare: name_localizations, options",
        "- /old",
        "+ /recommend",
    ]


# ---------------------------------------------------------------- the page


def test_the_invitation_asks_for_what_replies_need_and_no_more() -> None:
    page = (Path(__file__).parent.parent / "docs" / "discord.md").read_text(encoding="utf-8")
    needed = discord.Permissions(
        view_channel=True, send_messages=True, send_messages_in_threads=True, read_message_history=True
    )
    assert f"permissions={needed.value}`" in page
    assert all(f"/{c['name']}" in page or c["name"] in page for c in commands())
    folder = Path(__file__).parent.parent / "docs"
    assert all((folder / picture).is_file() for picture in re.findall(r"\((images/[^)]+)\)", page))
