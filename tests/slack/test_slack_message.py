"""The adapter pair as plain functions: any answer becomes a message that Slack takes, and its markup becomes words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_slack import ANN, BEN, GENERAL, ME, TEAM
from hypothesis import given, settings
from hypothesis import strategies as some
from slack_limits import problems, view_problems

from adapters.slack import to_message, to_question
from adapters.slack.home import prompts, to_home
from adapters.slack.message import Share
from adapters.slack.question import words
from bot import Answer, Bot, Source, Table
from bot.model import Kind

HOSTILE = "<!channel> <@U1> & <https://x|y> *b* @everyone"

texts = some.text(max_size=60) | some.sampled_from([HOSTILE, "x" * 5_000, "&" * 4_000, "\ud800", "  ", "a\nb"])
sources = some.builds(Source, texts, texts, texts | some.just("https://a.example/?a=1&b=|>"), texts, texts)
tables = some.integers(0, 25).flatmap(
    lambda width: some.builds(
        Table,
        some.tuples(*[texts] * width),
        some.lists(some.tuples(*[texts] * (width + 1)), max_size=4).map(lambda rows: tuple(rows * 40)),
    )
)
answers = some.builds(
    Answer,
    kind=some.sampled_from(["answer", "clarify", "abstain", "help", "greet"]),
    lead=texts,
    title=texts,
    points=some.lists(texts, max_size=70).map(tuple),
    table=some.none() | tables,
    caveat=texts,
    sources=some.lists(sources, max_size=12).map(tuple),
    as_of=texts,
    suggestions=some.lists(texts, max_size=40).map(tuple),
    id=some.text("0123456789abcdef", max_size=12),
    text=texts,
)


@settings(max_examples=60)
@given(answers, some.sampled_from(["", ANN]), some.booleans(), texts)
def test_any_answer_is_a_message_within_slacks_limits(answer: Answer, asker: str, shared: bool, asked: str) -> None:  # noqa: FBT001
    share = Share(answer.id, "1.2", asked) if shared else None
    assert problems(to_message(answer, asker, share, asked)) == []


def test_hostile_text_is_shown_letter_by_letter() -> None:
    message = to_message(Answer("answer", lead=HOSTILE, points=(HOSTILE,), text=HOSTILE))
    shown = "&lt;!channel&gt; &lt;@U1&gt; &amp; &lt;https://x|y&gt; *b* @everyone"
    assert (message["text"], message["blocks"][0]["text"]["text"]) == (shown, shown)
    assert message["blocks"][0]["text"]["verbatim"] is True


def test_every_part_is_there_in_order() -> None:
    answer = Answer(
        "answer",
        lead="Lead.",
        title="Title",
        points=("One.", "Two."),
        table=Table(("a", "b"), (("r", "1", ""),)),
        caveat="Careful.",
        sources=(Source("s", "Manual", "https://m.example/a?b=1&c=2", "docs", ""),),
        as_of="2026-11-01",
        suggestions=("Next?",),
        id="abc",
        text="plain",
    )
    lead, points, table, caveat, sources, buttons, opinion = to_message(answer, asker=ANN)["blocks"]
    assert lead["text"]["text"] == "*Title*\nLead."
    assert points["text"]["text"] == "•  One.\n•  Two."
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [["–", "a", "b"], ["r", "1", "–"]]
    assert caveat["text"]["text"] == "*Note:* Careful."
    assert [e["text"] for e in sources["elements"]] == [
        "Source: <https://m.example/a?b=1&amp;c=2|Manual>",
        "As of 2026-11-01",
    ]
    assert [b["value"] for b in buttons["elements"]] == ["Next?"]
    assert [e["type"] for e in opinion["elements"]] == ["feedback_buttons", "icon_button"]
    assert opinion["elements"][1]["visible_to_user_ids"] == [ANN]


def test_only_answers_can_be_judged_and_shared() -> None:
    kinds: list[Kind] = ["clarify", "abstain", "help", "greet"]
    for kind in kinds:
        message = to_message(Answer(kind, lead="x", text="x", id="1"), share=Share("1", "", "q"))
        assert "feedback" not in str(message)
        assert "Share" not in str(message)


def test_the_home_and_the_prompts_keep_their_limits(the_bot: Bot) -> None:
    kitchen = Bot.open(Path(__file__).parent.parent / "kitchen")
    for bot in (the_bot, kitchen):
        assert view_problems(to_home(bot)) == []
        assert 1 <= len(prompts(bot)) <= 4


@pytest.mark.parametrize(
    ("wrote", "means"),
    [
        ("<@U0BOT> how long?", "how long?"),
        ("<@U0BOT|bot> <!here> <!subteam^S1|@team> how long?", "how long?"),
        ("see <https://a.example/x|the page>", "see the page"),
        ("see <https://a.example/x>", "see https://a.example/x"),
        ("in <#C1|general>?", "in  general ?"),
        ("is 3 &lt; 4 &amp;&amp; 5 &gt; 4 &amp;lt;", "is 3 < 4 && 5 > 4 &lt;"),
        ("how long :thinking_face:?", "how long  ?"),
        ("arn:aws:lambda:eu-west-1", "arn:aws:lambda:eu-west-1"),
        ("`docker run`", "docker run"),
        ("<<nested>>", "<nested>"),
        ("<", "<"),
        ("", ""),
    ],
)
def test_slacks_markup_becomes_words(wrote: str, means: str) -> None:
    assert words(wrote) == means


def event(**fields: str) -> dict[str, Any]:
    basic = {"type": "message", "user": ANN, "text": "q", "ts": "1.1", "channel": GENERAL, "channel_type": "channel"}
    return {"type": "event_callback", "team_id": TEAM, "event_id": "E", "event": basic | fields}


def test_a_conversation_is_a_thread_or_a_person() -> None:
    asked = [
        to_question(event(type="app_mention"), ME),
        to_question(event(type="app_mention", thread_ts="0.9"), ME),
        to_question(event(channel="D1", channel_type="im"), ME),
        to_question(event(channel="D1", channel_type="im", thread_ts="0.9"), ME),
        to_question({"command": "/x", "team_id": TEAM, "channel_id": GENERAL, "user_id": BEN, "text": "q"}, ME),
    ]
    assert [a and a.question.conversation for a in asked] == [
        f"{TEAM}:{GENERAL}:1.1",
        f"{TEAM}:{GENERAL}:0.9",
        f"{TEAM}:{ANN}",
        f"{TEAM}:{ANN}",
        f"{TEAM}:{GENERAL}:{BEN}",
    ]
    assert [a and a.thread for a in asked] == ["1.1", "0.9", "", "0.9", ""]


@pytest.mark.parametrize(
    "body",
    [
        event(),
        event(text=f"<@{ME}> q", thread_ts="0.9"),
        event(type="app_mention", channel="D1"),
        event(type="reaction_added"),
        event(user=ME, thread_ts="0.9"),
        {"type": "event_callback"},
        {"type": "event_callback", "event": 7},
        {"type": "block_actions"},
        {},
    ],
)
def test_what_is_not_for_us_is_no_question(body: dict[str, Any]) -> None:
    assert to_question(body, ME) is None


KEYS = [
    *("type", "event", "team_id", "team", "user", "channel", "channel_id", "text", "ts", "thread_ts", "command", "id"),
    *("message", "bot_id", "subtype", "channel_type", "response_url", "parent_user_id", "user_id"),
]
json = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)
TYPES = some.sampled_from(["event_callback", "message_action", "app_mention", "message", ""])


@settings(max_examples=100)
@given(some.dictionaries(some.sampled_from(KEYS), json, max_size=8), TYPES, TYPES)
def test_reading_a_payload_never_fails(body: dict[str, Any], kind: str, inner: str) -> None:
    if isinstance(body.get("event"), dict):
        body["event"]["type"] = inner
    to_question(body | {"type": kind}, ME, frozenset({GENERAL}))
