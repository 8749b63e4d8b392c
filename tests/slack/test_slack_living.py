"""The adapter lives in a Slack of our own, in both modes: what people do, from their event to what they see."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fake_slack import (
    ANN,
    ANNS_DM,
    APP_TOKEN,
    BEN,
    BOT_ID,
    BOT_TOKEN,
    GENERAL,
    ME,
    SECRET,
    TEAM,
    Ack,
    FakeSlack,
    encoded,
    fake_slack,
    listening,
    signed,
)
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack import Settings
from adapters.slack.api import Api
from adapters.slack.app import to_app
from adapters.slack.desk import Desk
from adapters.slack.run import serve
from adapters.slack.start import Identity
from adapters.slack.work import Work
from adapters.store.journal import Journal
from adapters.store.memory import MemoryStore
from adapters.store.pseudonym import pseudonym
from bot import Bot

MODES = ("socket", "http")
LIMIT = "How long can the kettle boil?"
VERSUS = "kettle vs oven?"
OPTED = "C0OPTED"


class Running(NamedTuple):
    """The adapter at work in a fake Slack."""

    slack: FakeSlack
    store: MemoryStore
    stop: asyncio.Event
    ended: asyncio.Task[None]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def running(bot: Bot, mode: str, stop_within: float = 5.0) -> AsyncIterator[Running]:
    """The adapter in this mode, until the end of the block."""
    async with fake_slack() as slack:
        slack.members.add(OPTED)
        port = free_port()
        settings = Settings(
            bot_token=BOT_TOKEN,
            app_token=APP_TOKEN,
            signing_secret=SECRET,
            channels=frozenset({OPTED}),
            http=mode == "http",
            host="127.0.0.1",
            port=port,
            api=slack.api,
            stop=stop_within,
            ping=0.3,
        )
        store, stop = MemoryStore(), asyncio.Event()
        ended = asyncio.ensure_future(serve(bot, settings, Journal(store, "slack", str), stop))
        if mode == "http":
            slack.events_url = f"http://127.0.0.1:{port}/slack/events"
            await listening(port)
        else:
            await asyncio.wait_for(slack.hello.wait(), 5)
        slack.calls.clear()
        try:
            yield Running(slack, store, stop, ended)
        finally:
            stop.set()
            await asyncio.wait_for(ended, 10)


@pytest.fixture
def kitchen() -> Bot:
    """A bot of its own for each test, which no edit of the real knowledge touches."""
    return Bot.open(Path(__file__).parent.parent / "kitchen")


Scene = Callable[[Running], Awaitable[None]]


def play(bot: Bot, mode: str, scene: Scene, stop_within: float = 5.0) -> None:
    """Run a scene with the adapter in this mode."""

    async def whole() -> None:
        async with running(bot, mode, stop_within) as run:
            await scene(run)

    asyncio.run(whole())


async def everything_done(run: Running) -> None:
    """Once a later question is answered, so is all before it."""
    before = len(run.slack.said())
    marker = run.slack.message("what is the oven?", user=BEN, channel="D0BEN", channel_type="im")
    await run.slack.event(marker)
    await run.slack.until(lambda: any(m["channel"] == "D0BEN" for m in run.slack.said()[before:]))
    await asyncio.sleep(0.02)


def shown(message: dict[str, Any]) -> str:
    return str(message["blocks"])


def posted(slack: FakeSlack, number: int = -1) -> dict[str, Any]:
    """A message as it stands in the channel, with its ts."""
    key = list(slack.messages)[number]
    return slack.messages[key] | {"channel": key[0], "ts": key[1]}


both_modes = pytest.mark.parametrize("mode", MODES)


# ---------------------------------------------------------------- where it listens


@both_modes
def test_a_mention_is_answered_once_in_its_thread(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        message = await run.slack.mention(LIMIT)
        await everything_done(run)
        first, marker = run.slack.said()
        assert (first["channel"], first["thread_ts"], marker["channel"]) == (GENERAL, message["ts"], "D0BEN")
        assert "5 minutes" in first["text"]
        assert "5 minutes" in shown(first)

    play(kitchen, mode, scene)


@both_modes
def test_a_mention_within_a_thread_is_answered_in_that_thread(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.mention(LIMIT, thread_ts="1700000000.000001", parent_user_id=BEN)
        await run.slack.until(run.slack.said)
        assert run.slack.said()[0]["thread_ts"] == "1700000000.000001"

    play(kitchen, mode, scene)


@both_modes
@pytest.mark.parametrize("text", ["", "👍", "the weather in Paris", "which one?"])
def test_a_mention_gets_a_reply_whatever_it_says(kitchen: Bot, mode: str, text: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.mention(text)
        await run.slack.until(run.slack.said)

    play(kitchen, mode, scene)


@both_modes
def test_a_direct_message_is_answered_without_a_mention_and_remembers(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.direct(LIMIT)
        await run.slack.until(run.slack.said)
        await run.slack.direct("and the oven?")
        await run.slack.until(lambda: len(run.slack.said()) == 2)
        first, second = run.slack.said()
        assert first["channel"] == second["channel"] == ANNS_DM
        assert "thread_ts" not in first
        assert "12 hours" in second["text"]

    play(kitchen, mode, scene)


@both_modes
def test_a_command_is_answered_for_its_sender_alone(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        ack = await run.slack.command(LIMIT)
        await run.slack.until(lambda: run.slack.said("hook"))
        reply = run.slack.said("hook")[0]
        assert ack.status == 200
        assert reply["response_type"] == "ephemeral"
        assert "5 minutes" in shown(reply)
        assert "Share" in shown(reply)
        assert run.slack.said() == []

    play(kitchen, mode, scene)


@both_modes
def test_a_message_shortcut_answers_the_message_for_its_sender_alone(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        assert (await run.slack.shortcut(f"hi <@{BEN}|ben>, {LIMIT}")).status == 200
        await run.slack.until(lambda: run.slack.said("hook"))
        reply = run.slack.said("hook")[0]
        assert (reply["response_type"], "5 minutes" in shown(reply)) == ("ephemeral", True)

    play(kitchen, mode, scene)


@both_modes
def test_a_thread_that_it_opened_is_followed_and_nobody_elses(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        slack = run.slack
        opening = await slack.mention(LIMIT)
        await slack.until(slack.said)
        await slack.event(slack.message("how is it cleaned?", thread_ts=opening["ts"], parent_user_id=ANN))
        await slack.until(lambda: len(slack.said()) == 2)
        for text in ("thanks all, let us have lunch", "is that so, Ben?", "see the ticket of yesterday"):
            await slack.event(slack.message(text, thread_ts=opening["ts"], parent_user_id=ANN))
        await slack.event(slack.message(LIMIT, thread_ts="1700000000.000009", parent_user_id=BEN))
        await slack.event(slack.message(LIMIT))
        await everything_done(run)
        assert [m["channel"] for m in slack.said()] == [GENERAL, GENERAL, "D0BEN"]
        assert "citric acid" in slack.said()[1]["text"]
        assert slack.said()[1]["thread_ts"] == opening["ts"]

    play(kitchen, mode, scene)


@both_modes
def test_a_thread_under_its_own_message_is_followed_without_any_memory(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.event(run.slack.message(LIMIT, thread_ts="1700000000.000009", parent_user_id=ME))
        await run.slack.until(run.slack.said)

    play(kitchen, mode, scene)


@both_modes
def test_a_channel_that_opted_in_is_answered_when_sure(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        slack = run.slack
        question = slack.message(LIMIT, channel=OPTED)
        await slack.event(question)
        await slack.event(slack.message("who has the key of the meeting room?", channel=OPTED))
        await slack.event(slack.message(LIMIT, channel="C0OTHER"))
        await everything_done(run)
        assert [(m["channel"], m.get("thread_ts")) for m in slack.said()] == [(OPTED, question["ts"]), ("D0BEN", None)]

    play(kitchen, mode, scene)


@both_modes
@pytest.mark.parametrize(
    "odd",
    [
        {"bot_id": "B0OTHER"},
        {"bot_id": "B0OTHER", "subtype": "bot_message", "user": ""},
        {"bot_id": BOT_ID, "user": ME},
        {"user": ME},
        {"user": "USLACKBOT"},
        {"subtype": "message_changed", "hidden": True, "message": {"text": LIMIT, "user": ANN}},
        {"subtype": "message_deleted", "hidden": True},
        {"subtype": "channel_join"},
        {"edited": {"user": ANN, "ts": "1.1"}},
    ],
    ids=lambda odd: "-".join(map(str, odd)),
)
def test_it_never_answers_bots_itself_or_edits(kitchen: Bot, mode: str, odd: dict[str, Any]) -> None:
    async def scene(run: Running) -> None:
        direct = run.slack.message(LIMIT, channel=ANNS_DM, channel_type="im")
        mention = run.slack.message(f"<@{ME}> {LIMIT}", type="app_mention")
        for event in (direct | odd, mention | odd):
            assert (await run.slack.event(event)).status == 200
        await everything_done(run)
        assert [m["channel"] for m in run.slack.said()] == ["D0BEN"]

    play(kitchen, mode, scene)


@both_modes
def test_it_does_not_talk_to_itself_when_its_own_messages_come_back(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        run.slack.echo = True
        await run.slack.mention(LIMIT)
        await run.slack.direct(VERSUS)
        await everything_done(run)
        await everything_done(run)
        assert len(run.slack.said()) == 4

    play(kitchen, mode, scene)


@both_modes
@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("events_api", {"event": {"type": "reaction_added", "user": ANN}}),
        ("events_api", {"event": {"type": "something_new"}}),
        ("slash_commands", {"command": "/other", "text": "", "user_id": ANN, "team_id": TEAM}),
        ("interactive", {"type": "shortcut", "callback_id": "unknown", "user": {"id": ANN}, "team": {"id": TEAM}}),
        ("interactive", {"type": "view_submission", "view": {"id": "V"}, "user": {"id": ANN}, "team": {"id": TEAM}}),
        ("interactive", {"type": "something_new", "user": {"id": ANN}, "team": {"id": TEAM}}),
        ("interactive", {"type": "block_actions", "actions": [{"action_id": "x", "type": "y", "block_id": "z"}]}),
    ],
)
def test_what_nobody_listens_to_is_acknowledged(kitchen: Bot, mode: str, kind: str, payload: dict[str, Any]) -> None:
    async def scene(run: Running) -> None:
        whole = run.slack.callback({}) | payload if kind == "events_api" else payload
        assert (await run.slack.deliver(kind, whole)).status == 200

    play(kitchen, mode, scene)


# ---------------------------------------------------------------- what it shows


@both_modes
def test_a_comparison_is_a_table_with_its_sources_and_nothing_unfolds(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.mention(VERSUS)
        await run.slack.until(run.slack.said)
        message = run.slack.said()[0]
        kinds = [block["type"] for block in message["blocks"]]
        table = next(block for block in message["blocks"] if block["type"] == "table")
        assert [cell["text"] for cell in table["rows"][0]][1:] == ["kettle", "oven"]
        assert kinds[-2:] in (["context", "context_actions"], ["actions", "context_actions"])
        assert "https://kitchen.example/" in shown(message)

    play(kitchen, mode, scene)


@both_modes
def test_a_suggestion_of_a_question_back_is_answered_in_its_place(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.mention("help")
        await run.slack.until(run.slack.said)
        message = posted(run.slack)
        offered = next(b for b in message["blocks"] if b["type"] == "actions")["elements"][0]["text"]["text"]
        assert (await run.slack.click(message, offered)).status == 200
        await run.slack.until(lambda: run.slack.said("chat.update"))
        update = run.slack.said("chat.update")[0]
        assert (update["channel"], update["ts"]) == (message["channel"], message["ts"])
        assert "feedback_buttons" in shown(update)
        assert len(run.slack.said()) == 1

    play(kitchen, mode, scene)


@both_modes
def test_a_related_question_is_answered_below_the_answer(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.mention(LIMIT)
        await run.slack.until(run.slack.said)
        message = posted(run.slack)
        element = {"type": "button", "action_id": "ask:0", "value": VERSUS, "text": {"type": "plain_text", "text": "x"}}
        message["blocks"] = [*message["blocks"], {"type": "actions", "elements": [element]}]
        await run.slack.click(message, "x")
        await run.slack.until(lambda: len(run.slack.said()) == 2)
        assert run.slack.said()[1]["thread_ts"] == message["thread_ts"]
        assert "for water" in run.slack.said()[1]["text"]

    play(kitchen, mode, scene)


@both_modes
def test_a_suggestion_in_an_ephemeral_reply_is_answered_in_its_place(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.command("help")
        await run.slack.until(lambda: run.slack.said("hook"))
        message = run.slack.said("hook")[0] | {"channel": GENERAL}
        offered = next(b for b in message["blocks"] if b["type"] == "actions")["elements"][0]["text"]["text"]
        await run.slack.click(message, offered, ephemeral=True)
        await run.slack.until(lambda: len(run.slack.said("hook")) == 2)
        assert run.slack.said("hook")[1]["replace_original"] is True
        assert "Share" in shown(run.slack.said("hook")[1])

    play(kitchen, mode, scene)


@both_modes
@pytest.mark.parametrize(("button", "helpful"), [("Helpful", True), ("Not helpful", False)])
def test_feedback_is_kept_and_acknowledged_to_its_giver(kitchen: Bot, mode: str, button: str, *, helpful: bool) -> None:
    async def scene(run: Running) -> None:
        await run.slack.mention(LIMIT)
        await run.slack.until(run.slack.said)
        await run.slack.click(posted(run.slack), button, by=BEN)
        await run.slack.until(lambda: run.slack.said("hook"))
        (vote,) = await run.store.votes()
        assert (vote.user, vote.helpful, len(vote.answer)) == (pseudonym(f"slack:{BEN}"), helpful, 12)
        assert run.slack.said("hook")[0]["response_type"] == "ephemeral"
        assert run.slack.said("hook")[0]["replace_original"] is False

    play(kitchen, mode, scene)


@both_modes
def test_only_the_asker_can_delete_an_answer(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.mention(LIMIT)
        await run.slack.until(run.slack.said)
        message = posted(run.slack)
        await run.slack.click(message, "Delete", by=BEN)
        await run.slack.until(lambda: run.slack.said("hook"))
        assert run.slack.said("chat.delete") == []
        await run.slack.click(message, "Delete", by=ANN)
        await run.slack.until(lambda: run.slack.said("chat.delete"))
        assert run.slack.messages == {}

    play(kitchen, mode, scene)


@both_modes
def test_share_says_the_answer_to_everybody_once(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.command(LIMIT)
        await run.slack.until(lambda: run.slack.said("hook"))
        message = run.slack.said("hook")[0] | {"channel": GENERAL}
        await run.slack.click(message, "Share", ephemeral=True)
        await run.slack.until(lambda: len(run.slack.said("hook")) == 2)
        shared = run.slack.said()[0]
        assert (shared["channel"], LIMIT in shown(shared)) == (GENERAL, True)
        assert run.slack.said("hook")[1] == {"delete_original": True}

    play(kitchen, mode, scene)


@both_modes
def test_share_works_where_kitchen_is_no_member(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        run.slack.members.discard(GENERAL)
        await run.slack.command(LIMIT)
        await run.slack.until(lambda: run.slack.said("hook"))
        await run.slack.click(run.slack.said("hook")[0] | {"channel": GENERAL}, "Share", ephemeral=True)
        await run.slack.until(lambda: len(run.slack.said("hook")) == 3)
        assert run.slack.said("hook")[1]["response_type"] == "in_channel"
        assert "5 minutes" in shown(run.slack.said("hook")[1])

    play(kitchen, mode, scene)


@both_modes
def test_the_home_says_what_it_knows_and_its_examples_are_answered_in_messages(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.home()
        await run.slack.until(lambda: run.slack.said("views.publish"))
        view = run.slack.said("views.publish")[0]["view"]
        assert "Electric kettle" in shown(view)
        assert "sources, read" in shown(view)
        await run.slack.click(view, LIMIT)
        await run.slack.until(run.slack.said)
        assert run.slack.said()[0]["channel"] == ANN

    play(kitchen, mode, scene)


@both_modes
def test_an_empty_conversation_offers_questions(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.home("messages")
        await run.slack.until(lambda: run.slack.said("assistant.threads.setSuggestedPrompts"))
        offered = run.slack.said("assistant.threads.setSuggestedPrompts")[0]
        assert offered["channel_id"] == ANNS_DM
        assert {"title": VERSUS, "message": VERSUS} in offered["prompts"]

    play(kitchen, mode, scene)


@both_modes
def test_markup_in_a_question_neither_pings_nor_formats(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        await run.slack.command(f"<!channel> <@{BEN}> <https://e.example|{LIMIT}> &lt;!here&gt; <@U1> @everyone")
        await run.slack.until(lambda: run.slack.said("hook"))
        reply = run.slack.said("hook")[0]
        if "Share" in shown(reply):
            await run.slack.click(reply | {"channel": GENERAL}, "Share", ephemeral=True)
            await run.slack.until(run.slack.said)
        for message in [reply, *run.slack.said()]:
            assert "<!" not in shown({"blocks": [b for b in message["blocks"] if b["type"] != "actions"]})
            assert "<@" not in shown(message)

    play(kitchen, mode, scene)


# ---------------------------------------------------------------- what it survives


@both_modes
def test_a_redelivered_event_is_acknowledged_and_answered_once(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        message = run.slack.message(LIMIT, channel=ANNS_DM, channel_type="im")
        acks = await asyncio.gather(*[run.slack.event(message, "Ev0SAME", retry=n) for n in range(4)])
        await everything_done(run)
        assert [ack.status for ack in acks] == [200] * 4
        assert [m["channel"] for m in run.slack.said()] == [ANNS_DM, "D0BEN"]

    play(kitchen, mode, scene)


@both_modes
def test_only_the_retry_arriving_is_answered_too(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        message = run.slack.message(LIMIT, channel=ANNS_DM, channel_type="im")
        await run.slack.event(message, retry=1)
        await run.slack.until(run.slack.said)

    play(kitchen, mode, scene)


@both_modes
def test_a_busy_or_broken_slack_is_asked_again_when_it_says(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        run.slack.script("chat.postMessage", 502, (503, "0"), (429, "1"))
        await run.slack.direct(LIMIT)
        await run.slack.until(lambda: len(run.slack.said()) == 4)
        times = [c.at for c in run.slack.calls if c.method == "chat.postMessage"]
        assert times[3] - times[2] >= 1.0
        assert len(run.slack.messages) == 1

    play(kitchen, mode, scene)


@both_modes
def test_a_response_address_that_fails_is_asked_again(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        run.slack.script("hook", 500, (429, "1"))
        await run.slack.command(LIMIT)
        await run.slack.until(lambda: len(run.slack.said("hook")) == 3)

    play(kitchen, mode, scene)


@both_modes
def test_a_call_whose_connection_drops_is_made_again(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        run.slack.script("chat.postMessage", 0)
        run.slack.script("hook", 0)
        await run.slack.direct(LIMIT)
        await run.slack.command(LIMIT)
        await run.slack.until(lambda: run.slack.messages and len(run.slack.said("hook")) == 2)
        assert len(run.slack.said()) == 2

    play(kitchen, mode, scene)


@both_modes
def test_a_slack_that_drops_every_connection_is_given_up(
    kitchen: Bot, mode: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("adapters.slack.api.FIRST_WAIT", 0.05)

    async def scene(run: Running) -> None:
        run.slack.script("chat.postMessage", 0, 0, 0, 0)
        await run.slack.direct(LIMIT)
        await run.slack.until(lambda: len(run.slack.said()) == 4)
        await everything_done(run)

    play(kitchen, mode, scene)
    assert "message: Slack did not take it (ServerDisconnectedError)" in caplog.text


@both_modes
def test_what_slack_does_not_take_ends_in_one_line_without_the_words(
    kitchen: Bot, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def scene(run: Running) -> None:
        run.slack.script("chat.postMessage", "channel_not_found")
        run.slack.script("hook", 404)
        await run.slack.direct(LIMIT)
        await run.slack.command("what is the zanzibar of the kettle")
        await run.slack.until(lambda: run.slack.said("hook"))
        await everything_done(run)

    play(kitchen, mode, scene)
    assert "message: Slack did not take it (channel_not_found)" in caplog.text
    assert "command: Slack did not take it (status 404)" in caplog.text
    for word in ("Traceback", "zanzibar", LIMIT, ANN, "5 minutes", BOT_TOKEN, APP_TOKEN):
        assert word not in caplog.text


@both_modes
def test_leaving_finishes_what_was_begun(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        run.slack.script("chat.postMessage", (429, "1"))
        await run.slack.direct(LIMIT)
        await run.slack.until(run.slack.said)
        began = time.monotonic()
        run.stop.set()
        await asyncio.wait_for(asyncio.shield(run.ended), 5)
        assert 0.5 < time.monotonic() - began < 3
        assert len(run.slack.messages) == 1

    play(kitchen, mode, scene)


@both_modes
def test_leaving_does_not_wait_longer_than_it_may(kitchen: Bot, mode: str) -> None:
    async def scene(run: Running) -> None:
        run.slack.script("chat.postMessage", (429, "30"))
        await run.slack.direct(LIMIT)
        await run.slack.until(run.slack.said)
        began = time.monotonic()
        run.stop.set()
        await asyncio.wait_for(asyncio.shield(run.ended), 5)
        assert time.monotonic() - began < 3

    play(kitchen, mode, scene, stop_within=0.3)


def test_when_too_much_is_under_way_slack_is_asked_to_deliver_again(kitchen: Bot) -> None:
    async def statuses() -> list[int]:
        api = Api("http://127.0.0.1:9/api/", BOT_TOKEN)
        desk = Desk(kitchen, api, Journal(MemoryStore(), "slack", str), ME)
        app = to_app(Identity(ME, BOT_ID, TEAM), api, desk, Work(most=0))
        events: list[dict[str, Any]] = [{"type": "app_mention", "channel": GENERAL}, {"type": "reaction_added"}]
        bodies = [{"type": "event_callback", "event": event, "team_id": TEAM} for event in events]
        requests = [AsyncBoltRequest(mode="socket_mode", body=body) for body in bodies]
        found = [(await app.async_dispatch(request)).status for request in requests]
        await api.close()
        return found

    assert asyncio.run(statuses()) == [503, 200]


@pytest.mark.parametrize("how", ["close", "disconnect", "abort"])
def test_a_dropped_socket_comes_back_and_loses_nothing_in_flight(kitchen: Bot, how: str) -> None:
    async def scene(run: Running) -> None:
        run.slack.script("chat.postMessage", (429, "1"))
        await run.slack.direct(LIMIT)
        await run.slack.until(run.slack.said)
        await run.slack.drop(how)
        await run.slack.until(lambda: run.slack.connections == 2)
        await run.slack.direct(VERSUS)
        await run.slack.until(lambda: len(run.slack.messages) == 2)

    play(kitchen, "socket", scene)


def test_a_socket_that_cannot_be_reopened_at_once_comes_back_later(kitchen: Bot) -> None:
    async def scene(run: Running) -> None:
        run.slack.script("apps.connections.open", 500, 500, "internal_error")
        await run.slack.drop("close")
        await run.slack.until(lambda: run.slack.connections == 2)
        await run.slack.direct(LIMIT)
        await run.slack.until(run.slack.said)

    play(kitchen, "socket", scene)


def test_an_envelope_that_makes_no_sense_is_acknowledged_and_forgotten(kitchen: Bot) -> None:
    async def scene(run: Running) -> None:
        odd: list[Any] = [
            [],
            "text",
            {},
            {"type": "event_callback"},
            {"type": "event_callback", "event": 7},
            {"team": 5},
        ]
        for payload in odd:
            ack = await run.slack.send("events_api", payload, within=0.3)
            assert ack.status == 200 or payload in ([], "text", {}), payload
        await run.slack.direct(LIMIT)
        await run.slack.until(run.slack.said)

    play(kitchen, "socket", scene)


# ---------------------------------------------------------------- what it refuses


def test_url_verification_is_answered_when_signed(kitchen: Bot) -> None:
    async def scene(run: Running) -> None:
        body = b'{"type": "url_verification", "challenge": "abc", "token": "x"}'
        ack = await run.slack.post(body, signed(body))
        assert (ack.status, "abc" in ack.body) == (200, True)
        assert (await run.slack.post(body, {"Content-Type": "application/json"})).status == 401

    play(kitchen, "http", scene)


FORM = "application/x-www-form-urlencoded"
EVENT = b'{"type": "event_callback", "event_id": "Ev9", "event": {"type": "message"}}'
Headers = Callable[[bytes], dict[str, str]]


def as_form(body: bytes) -> dict[str, str]:
    return signed(body, FORM)


def unsigned(_: bytes) -> dict[str, str]:
    return {"Content-Type": FORM}


def but(**changed: str) -> Headers:
    return lambda body: signed(body) | {f"X-Slack-{name.replace('_', '-')}": value for name, value in changed.items()}


REFUSED: list[tuple[str, int, bytes, Headers]] = [
    ("unsigned", 401, EVENT, unsigned),
    ("forged", 401, EVENT, lambda body: signed(body, secret="other")),  # noqa: S106
    ("another body", 401, EVENT, lambda body: signed(body + b" ")),
    ("no signature", 401, EVENT, but(Signature="")),
    ("non-ASCII signature", 401, EVENT, but(Signature="v0=é")),
    ("another version", 401, EVENT, but(Signature="v1=0")),
    ("stale", 401, EVENT, lambda body: signed(body, at=-301)),
    ("from the future", 401, EVENT, lambda body: signed(body, at=302)),
    ("no number", 401, EVENT, but(Request_Timestamp="yesterday")),
    ("a fraction", 401, EVENT, but(Request_Timestamp=f"{time.time()}")),
    ("odd digits", 401, EVENT, but(Request_Timestamp="²")),
    ("endless number", 401, EVENT, but(Request_Timestamp="9" * 5000)),
    ("unsigned ssl_check", 401, b"ssl_check=1&token=x", unsigned),
    ("unsigned nonsense", 401, b"\xff{", unsigned),
    ("not UTF-8", 400, b"\xff\xfe", signed),
    ("not JSON", 400, b"{nonsense", signed),
    ("no object", 400, b"[1]", signed),
    ("a number", 400, b"7", signed),
    ("nothing", 400, b"", signed),
    ("deep", 400, b'{"a":' * 50_000, signed),
    ("no event", 400, b'{"type":"event_callback"}', signed),
    ("an odd event", 400, b'{"type":"event_callback","event":{"type":7}}', signed),
    ("an odd team", 400, b'{"type":"event_callback","team":7,"event":{"type":"message"}}', signed),
    ("no action", 400, b'{"type":"block_actions","actions":[]}', signed),
    ("an odd action", 400, b'{"type":"block_actions","actions":[{}]}', signed),
    ("form without JSON", 400, b"payload=%7Bno", as_form),
    ("too large", 413, b"x" * 1_100_000, as_form),
    ("too large, unsigned", 401, b"x" * 1_100_000, unsigned),
]


def test_what_is_forged_stale_or_malformed_is_refused_without_a_word(
    kitchen: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(run: Running) -> None:
        for name, status, body, headers in REFUSED:
            ack = await run.slack.post(body, headers(body))
            assert (name, ack.status, len(ack.body) < 100) == (name, status, True), ack
        await run.slack.direct(LIMIT)
        await run.slack.until(run.slack.said)

    play(kitchen, "http", scene)
    assert "Traceback" not in caplog.text


def test_a_signed_ssl_check_is_taken(kitchen: Bot) -> None:
    async def scene(run: Running) -> None:
        body = b"ssl_check=1&token=x"
        assert (await run.slack.post(body, signed(body, FORM))).status == 200

    play(kitchen, "http", scene)


def test_a_replayed_request_is_refused_and_done_once(kitchen: Bot) -> None:
    async def scene(run: Running) -> None:
        slack = run.slack
        event = slack.callback(slack.message(LIMIT, channel=ANNS_DM, channel_type="im"))
        command = {"command": "/compute", "text": LIMIT, "response_url": slack.hook(), "team_id": TEAM, "user_id": ANN}
        for kind, payload in (("events_api", event), ("slash_commands", command)):
            body, content = encoded(kind, payload)
            headers = signed(body, content)
            acks: list[Ack] = [await slack.post(body, headers) for _ in range(3)]
            assert [ack.status for ack in acks] == [200, 401, 401]
        await everything_done(run)
        assert len(slack.said("hook")) == 1
        assert len(slack.said()) == 2

    play(kitchen, "http", scene)


def test_other_paths_and_methods_are_refused_and_health_is_told(kitchen: Bot) -> None:
    async def scene(run: Running) -> None:
        url = run.slack.events_url
        session = run.slack._client  # noqa: SLF001 - the fake is ours
        for method, path, status in (("GET", "/slack/events", 405), ("POST", "/", 404), ("GET", "/health", 200)):
            async with session.request(method, url.replace("/slack/events", path)) as reply:
                assert reply.status == status

    play(kitchen, "http", scene)
