"""Discord on the wire: the real discord.py and the real adapter against a Discord on loopback."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord.gateway
import discord.http
import pytest
import yarl
from fake_discord import (
    ALICE,
    BOB,
    CHANNEL,
    DIRECT,
    EPHEMERAL,
    ME,
    SUPPRESS_EMBEDS,
    TOKEN,
    Failure,
    FakeDiscord,
    awaited,
    labels,
    text_of,
)
from fake_discord import message as message_of
from fake_discord import user as user_of

from adapters.discord import client as connection
from adapters.discord import desk as desk_room
from adapters.discord.client import Client, RefusedError, serve
from adapters.logs import Discreet
from adapters.store import Store, open_store
from adapters.store.journal import Journal
from adapters.store.memory import MemoryStore
from bot import Answer, Bot, Question

KITCHEN = Path(__file__).parent / "kitchen"
KETTLE = "How long can the kettle boil?"
CALLBACK = r"/interactions/.*/callback"
MESSAGES = rf"/channels/{CHANNEL}/messages"
SLOW, BROKEN = "slowly please", "break please"


class Moody(Bot):
    """The kitchen's bot, which is slow or fails when told to."""

    def ask(self, question: Question) -> Answer:
        if SLOW in question.text:
            time.sleep(0.4)
            question = question._replace(text=question.text.replace(SLOW, ""))
        if BROKEN in question.text:
            raise ValueError(question.text)
        return super().ask(question)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is shorter than in life."""
    monkeypatch.setattr(connection, "PAUSES", (0.1,))
    monkeypatch.setattr(desk_room, "DEFER_AFTER", 0.1)
    monkeypatch.setattr(desk_room, "SETTLE", 0.01)


def point_to(fake: FakeDiscord) -> None:
    """Let discord.py believe that this is Discord."""
    discord.http.Route.BASE = fake.api
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(fake.gateway_url)


@asynccontextmanager
async def serving(fake: FakeDiscord, store: Store | None = None) -> AsyncIterator[asyncio.Event]:
    """The bot, connected as the command connects it; ends when it is told to."""
    point_to(fake)
    end, kept, bot = asyncio.Event(), Journal(store or MemoryStore(), "discord", str), Moody.open(KITCHEN)
    running = asyncio.create_task(serve(lambda: Client(bot, kept, guild_ready_timeout=0.01), TOKEN, end))
    try:
        yield end
    finally:
        end.set()
        await running


@asynccontextmanager
async def connected(*, compress: bool = False, store: Store | None = None) -> AsyncIterator[FakeDiscord]:
    """A Discord with our bot in it."""
    async with FakeDiscord(compress=compress) as fake, serving(fake, store):
        await fake.ready()
        yield fake


# ---------------------------------------------------------------- where it is asked


@pytest.mark.parametrize("compress", [False, True], ids=["plain", "zlib-stream"])
@awaited
async def test_a_command_is_answered_for_all_to_see(*, compress: bool) -> None:
    async with connected(compress=compress) as fake:
        talk = await fake.command("ask", question=KETTLE)
        shown = await fake.reply_to(talk)
        assert "at most 5 minutes" in text_of(shown)
        assert shown["flags"] & SUPPRESS_EMBEDS
        assert not shown["flags"] & EPHEMERAL
        assert talk["reply"]["data"]["allowed_mentions"] == {"parse": []}


@awaited
async def test_no_intent_is_asked_for_that_needs_a_permission() -> None:
    async with connected() as fake:
        assert fake.identified[0]["intents"] == 1 << 0 | 1 << 9 | 1 << 12


@awaited
async def test_an_answer_can_be_private() -> None:
    async with connected() as fake:
        shown = await fake.reply_to(await fake.command("ask", question=KETTLE, private=True))
        assert shown["flags"] & EPHEMERAL
        assert "Delete" not in labels(shown)


@pytest.mark.parametrize("question", ["How do I prune roses?", "hello", "hm", "How long can it run?"])
@awaited
async def test_what_is_no_answer_only_the_asker_sees(question: str) -> None:
    async with connected() as fake:
        shown = await fake.reply_to(await fake.command("ask", question=question))
        assert shown["flags"] & EPHEMERAL
        assert text_of(shown)


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("compare", {"a": "kettle", "b": "oven"}, "**oven** 12 hours"),
        ("compare", {"a": "kettle", "b": "oven", "by": "Cleaning"}, "citric acid"),
        ("limits", {"service": "kettle"}, ""),
        ("recommend", {"need": "tea"}, ""),
        ("topics", {}, "Electric kettle"),
        ("about", {}, "without a language model"),
    ],
)
@awaited
async def test_every_command_is_answered(name: str, options: dict[str, Any], says: str) -> None:
    async with connected() as fake:
        shown = await fake.reply_to(await fake.command(name, **options))
        assert says in text_of(shown)


@awaited
async def test_a_command_is_answered_in_a_direct_message_too() -> None:
    async with connected() as fake:
        shown = await fake.reply_to(await fake.command("ask", question=KETTLE, direct=True))
        assert "5 minutes" in text_of(shown)


@awaited
async def test_typing_is_completed() -> None:
    async with connected() as fake:
        assert (await fake.type("ask", "question", ""))[0]["value"] == KETTLE
        assert [c["value"] for c in await fake.type("compare", "a", "el")] == ["kettle"]
        assert [c["value"] for c in await fake.type("compare", "b", "", a="kettle")] == ["oven"]
        assert "Cleaning" in [c["value"] for c in await fake.type("compare", "by", "cl", a="kettle", b="oven")]
        assert await fake.type("recommend", "need", "x") == []


@awaited
async def test_a_message_can_be_asked_about() -> None:
    async with connected() as fake:
        assert "5 minutes" in text_of(await fake.reply_to(await fake.menu("Ask about this", KETTLE)))
        nothing = await fake.reply_to(await fake.menu("Ask about this", ""))
        assert nothing["flags"] & EPHEMERAL


@awaited
async def test_a_mention_is_answered_with_a_reply_that_pings_nobody() -> None:
    async with connected() as fake:
        asked = await fake.say(f"<@{ME}> {KETTLE}")
        call = await fake.call("POST", MESSAGES)
        assert call.body["message_reference"]["message_id"] == int(asked["id"])
        assert call.body["message_reference"]["fail_if_not_exists"] is False
        assert call.body["allowed_mentions"] == {"parse": [], "replied_user": False}
        assert call.body["flags"] & SUPPRESS_EMBEDS


@awaited
async def test_a_bare_mention_gets_help() -> None:
    async with connected() as fake:
        await fake.say(f"<@{ME}>")
        await fake.call("POST", MESSAGES)
        assert "kettles and ovens" in text_of(next(iter(fake.messages.values())))


@awaited
async def test_a_reply_to_the_bot_is_answered_within_the_conversation() -> None:
    async with connected() as fake:
        await fake.say(f"<@{ME}> {KETTLE}")
        await fake.call("POST", MESSAGES)
        ours = next(iter(fake.messages.values()))
        me = user_of(ME, "compute-bot", bot=True)
        reference = {"message_id": ours["id"], "channel_id": str(CHANNEL)}
        await fake.say("and the oven?", type=19, mentions=(me,), message_reference=reference, referenced_message=ours)
        await fake.call("POST", MESSAGES, 2)
        assert "12 hours" in text_of(list(fake.messages.values())[-1])


@awaited
async def test_a_direct_message_needs_no_mention() -> None:
    async with connected() as fake:
        await fake.say(KETTLE, direct=True)
        await fake.call("POST", f"/channels/{DIRECT}/messages")


@awaited
async def test_nobody_else_is_answered() -> None:
    async with connected() as fake:
        me, robot = user_of(ME, "compute-bot", bot=True), user_of(77, "robot", bot=True)
        await fake.say(KETTLE)  # to nobody
        await fake.say(f"<@{BOB}> {KETTLE}")
        await fake.say(f"@everyone {KETTLE}", mention_everyone=True)
        await fake.say(f"<@{ME}> {KETTLE}", author=robot)
        await fake.say(f"<@{ME}> {KETTLE}", author=me)
        await fake.say(f"<@{ME}> {KETTLE}", webhook_id="5")
        await fake.say(f"<@{ME}> {KETTLE}", type=7)  # somebody joined
        await fake.dispatch("MESSAGE_UPDATE", message_of(9, CHANNEL, user_of(ALICE, "alice"), f"<@{ME}> {KETTLE}"))
        await fake.say(f"<@{ME}> thank you")  # nothing to say to that, or a polite word
        await fake.reply_to(await fake.command("ask", question=KETTLE))
        assert len(fake.calls_of("POST", MESSAGES)) <= 1


# ---------------------------------------------------------------- buttons


@awaited
async def test_buttons_work_after_a_restart() -> None:
    store = MemoryStore()
    async with FakeDiscord() as fake:
        async with serving(fake):
            await fake.ready()
            unclear = await fake.reply_to(await fake.command("ask", question="hello"))
            answer = await fake.reply_to(await fake.command("ask", question=KETTLE))
        async with serving(fake, store):
            await fake.ready(2)
            asked = await fake.reply_to(await fake.click(unclear, KETTLE))
            assert "5 minutes" in text_of(asked)
            assert asked["flags"] & EPHEMERAL  # as its suggestion was
            for label, helpful in (("Helpful", True), ("Not helpful", False)):
                thanks = await fake.reply_to(await fake.click(answer, label))
                assert thanks["flags"] & EPHEMERAL
                assert [vote.helpful for vote in await store.votes()] == [helpful]
            refused = await fake.reply_to(await fake.click(answer, "Delete", who=BOB))
            assert refused["flags"] & EPHEMERAL
            assert int(answer["id"]) in fake.messages
            await fake.click(answer, "Delete", who=ALICE)
            await fake.until(lambda: int(answer["id"]) not in fake.messages)


@awaited
async def test_the_answer_to_a_mention_can_be_deleted_by_who_asked() -> None:
    async with connected() as fake:
        await fake.say(f"<@{ME}> {KETTLE}", who=BOB)
        await fake.call("POST", MESSAGES)
        answer = next(iter(fake.messages.values()))
        await fake.click(answer, "Delete", who=BOB)
        await fake.until(lambda: not fake.messages)


# ---------------------------------------------------------------- what goes wrong


async def ask_to_reconnect(fake: FakeDiscord) -> None:
    await fake.ask_to_reconnect()


async def cut(fake: FakeDiscord) -> None:
    await fake.cut()


async def close_4000(fake: FakeDiscord) -> None:
    await fake.close(4000)


async def close_1001(fake: FakeDiscord) -> None:
    await fake.close(1001)


@pytest.mark.parametrize("drop", [ask_to_reconnect, cut, close_4000, close_1001])
@pytest.mark.parametrize("compress", [False, True], ids=["plain", "zlib-stream"])
@awaited
async def test_what_was_asked_while_the_gateway_was_gone_is_answered_once(
    drop: Callable[[FakeDiscord], Awaitable[None]], *, compress: bool
) -> None:
    async with connected(compress=compress) as fake:
        await fake.reply_to(await fake.command("ask", question="hello"))
        await drop(fake)
        talk = await fake.command("ask", question=KETTLE)
        assert "5 minutes" in text_of(await fake.reply_to(talk))
        assert (len(fake.resumed), len(fake.identified)) == (1, 1)
        assert len(fake.calls_of("POST", CALLBACK)) == 2


@awaited
async def test_a_gateway_that_is_down_at_first_is_tried_again() -> None:
    async with FakeDiscord() as fake:
        point_to(fake)
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL("ws://127.0.0.1:9/gw")
        end, bot = asyncio.Event(), Bot.open(KITCHEN)
        made: list[Client] = []

        def make() -> Client:
            made.append(Client(bot, Journal(MemoryStore(), "discord", str), guild_ready_timeout=0.01))
            if len(made) > 1:
                point_to(fake)
            return made[-1]

        running = asyncio.create_task(serve(make, TOKEN, end))
        await fake.until(lambda: fake.identified, 10)
        assert "5 minutes" in text_of(await fake.reply_to(await fake.command("ask", question=KETTLE)))
        end.set()
        await running


@awaited
async def test_discord_that_is_down_at_first_is_tried_again() -> None:
    async with FakeDiscord() as fake:
        port = fake.port
    fake = FakeDiscord(port=port)
    async with serving(fake):
        await asyncio.sleep(0.3)
        async with fake:
            await fake.ready()
            assert "5 minutes" in text_of(await fake.reply_to(await fake.command("ask", question=KETTLE)))


@pytest.mark.parametrize(
    "failure",
    [
        Failure("POST", CALLBACK, 429, {"message": "slow down", "retry_after": 0.3, "global": False}, {"Via": "1.1"}),
        Failure("POST", CALLBACK, 503, {"message": "upstream"}),
    ],
    ids=["429", "503"],
)
@awaited
async def test_a_failed_callback_is_tried_again(failure: Failure) -> None:
    async with connected() as fake:
        fake.failures.append(failure)
        assert "5 minutes" in text_of(await fake.reply_to(await fake.command("ask", question=KETTLE)))
        assert len(fake.calls_of("POST", CALLBACK)) == 2


@pytest.mark.parametrize("status", [429, 502])
@awaited
async def test_a_failed_reply_is_tried_again(status: int) -> None:
    async with connected() as fake:
        body = {"message": "slow down", "retry_after": 0.3, "global": False}
        fake.failures.append(Failure("POST", MESSAGES, status, body, {"Via": "1.1"}))
        await fake.say(f"<@{ME}> {KETTLE}")
        await fake.until(lambda: fake.messages)


@awaited
async def test_what_is_delivered_twice_is_answered_once() -> None:
    async with connected() as fake:
        talk = await fake.command("ask", question=KETTLE)
        await fake.again()
        answer = await fake.reply_to(talk)
        await fake.say(f"<@{ME}> {KETTLE}")
        await fake.again()
        await fake.call("POST", MESSAGES)
        await fake.click(answer, "Helpful")
        await fake.again()
        await fake.reply_to(await fake.command("ask", question="hello"))
        assert len(fake.calls_of("POST", CALLBACK)) == 3
        assert len(fake.calls_of("POST", MESSAGES)) == 1


@awaited
async def test_a_slow_answer_is_announced_and_then_given() -> None:
    async with connected() as fake:
        talk = await fake.command("ask", question=f"{KETTLE} {SLOW}")
        await fake.until(lambda: talk.get("reply"))
        assert talk["reply"]["type"] == 5
        assert "5 minutes" in text_of(await fake.reply_to(talk))


@awaited
async def test_a_slow_refusal_only_the_asker_sees() -> None:
    async with connected() as fake:
        talk = await fake.command("ask", question=f"How do I prune roses? {SLOW}")
        await fake.until(lambda: any(m["flags"] & EPHEMERAL for m in fake.messages.values()))
        assert talk["original"] not in fake.messages


@pytest.mark.parametrize("slow", ["", SLOW])
@awaited
async def test_a_command_that_fails_answers_calmly_with_an_id_that_is_in_the_log(
    caplog: pytest.LogCaptureFixture, slow: str
) -> None:
    caplog.set_level(logging.INFO)
    async with connected() as fake:
        await fake.command("ask", question=f"secret {slow} {BROKEN}")
        shown = await fake.until(lambda: next((m for m in fake.messages.values() if "error" in text_of(m)), None))
        assert shown["flags"] & EPHEMERAL
        mark = re.search(r"error ([0-9a-f]{8})", text_of(shown))
        assert mark
        assert "secret" not in text_of(shown)
        assert mark[1] in caplog.text
        assert "5 minutes" in text_of(await fake.reply_to(await fake.command("ask", question=KETTLE)))


@awaited
async def test_a_mention_that_fails_answers_calmly_too() -> None:
    async with connected() as fake:
        await fake.say(f"<@{ME}> {BROKEN}")
        await fake.call("POST", MESSAGES)
        assert "error" in text_of(next(iter(fake.messages.values())))


def test_without_its_store_it_answers_and_takes_no_feedback(tmp_path: Path) -> None:
    async def scene() -> None:
        store = open_store(str(tmp_path / "store.db"))
        await store.close()
        async with connected(store=store) as fake:
            answer = await fake.reply_to(await fake.command("ask", question=KETTLE))
            assert "5 minutes" in text_of(answer)
            sorry = await fake.reply_to(await fake.click(answer, "Helpful"))
            assert "press again" in text_of(sorry)
            assert sorry["flags"] & EPHEMERAL

    asyncio.run(scene())


@awaited
async def test_a_command_that_we_no_longer_have_is_answered() -> None:
    async with connected() as fake:
        shown = await fake.reply_to(await fake.command("gone", question=KETTLE))
        assert shown["flags"] & EPHEMERAL


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060)])
@awaited
async def test_what_cannot_be_answered_any_more_is_let_be(status: int, code: int) -> None:
    async with connected() as fake:
        fake.failures.append(Failure("POST", CALLBACK, status, {"code": code, "message": "no"}))
        await fake.command("ask", question=KETTLE)
        await fake.call("POST", CALLBACK)
        assert "5 minutes" in text_of(await fake.reply_to(await fake.command("ask", question=KETTLE)))
        assert len(fake.calls_of("POST", CALLBACK)) == 2


@awaited
async def test_a_channel_where_it_may_not_speak_does_no_harm() -> None:
    async with connected() as fake:
        fake.failures.append(Failure("POST", MESSAGES, 403, {"code": 50013, "message": "Missing Permissions"}))
        await fake.say(f"<@{ME}> {KETTLE}")
        await fake.call("POST", MESSAGES)
        await fake.say(f"<@{ME}> {KETTLE}")
        await fake.until(lambda: fake.messages)


@awaited
async def test_an_event_that_discord_py_cannot_read_costs_a_reconnection_and_no_more() -> None:
    async with connected() as fake:
        await fake.dispatch("INTERACTION_CREATE", {"id": "1"})
        await fake.ready(2)
        assert "5 minutes" in text_of(await fake.reply_to(await fake.command("ask", question=KETTLE)))


@pytest.mark.parametrize(("code", "says"), [(4004, "DISCORD_TOKEN"), (4014, "intent"), (4013, "4013")])
@awaited
async def test_a_connection_that_is_refused_for_good_is_not_tried_again(code: int, says: str) -> None:
    async with FakeDiscord() as fake:
        point_to(fake)
        bot = Bot.open(KITCHEN)
        running = asyncio.create_task(
            serve(
                lambda: Client(bot, Journal(MemoryStore(), "discord", str), guild_ready_timeout=0.01),
                TOKEN,
                asyncio.Event(),
            )
        )
        await fake.ready()
        await fake.close(code)
        with pytest.raises(RefusedError, match=says):
            await running


# ---------------------------------------------------------------- commands are sent when they changed


@awaited
async def test_commands_are_sent_once_and_again_only_when_they_changed() -> None:
    put = ("PUT", "/applications/.*/commands")
    async with FakeDiscord() as fake:
        for number, expected in ((1, 1), (2, 1)):
            async with serving(fake):
                await fake.ready(number)
            assert len(fake.calls_of(*put)) == expected
        fake.commands[0]["description_localizations"]["de"] = "Etwas anderes"
        async with serving(fake):
            await fake.ready(3)
        assert len(fake.calls_of(*put)) == 2


@awaited
async def test_commands_that_cannot_be_sent_do_not_keep_it_from_answering() -> None:
    async with FakeDiscord() as fake:
        fake.failures.append(Failure("PUT", ".*", 400, {"code": 50035, "message": "Invalid Form Body"}))
        async with serving(fake):
            await fake.ready()
            assert "5 minutes" in text_of(await fake.reply_to(await fake.command("ask", question=KETTLE)))


# ---------------------------------------------------------------- the process

STAND_IN = """
import sys, time, yarl, warnings
warnings.simplefilter("ignore")
import discord.http, discord.gateway
discord.http.Route.BASE = sys.argv[1]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sys.argv[2])
from adapters.discord import desk
desk.DEFER_AFTER = 0.1
from bot import Bot
ask = Bot.ask
def slow(bot, question):
    time.sleep(1.0 if "slowly" in question.text else 0)
    return ask(bot, question._replace(text=question.text.replace("slowly", "")))
Bot.ask = slow
from adapters.cli import command
sys.argv[1:] = sys.argv[3:]
command()
"""


async def start(
    fake: FakeDiscord, home: Path, *arguments: str, token: str = TOKEN, knowledge: Path = KITCHEN, **settings: str
) -> asyncio.subprocess.Process:
    """The command, in a process of its own that takes the fake for Discord."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "DISCORD_TOKEN": token}
    environment |= {"COMPUTE_BOT_KNOWLEDGE": str(knowledge), "PYTHONPATH": str(KITCHEN.parent.parent)}
    environment |= settings
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", STAND_IN, fake.api, fake.gateway_url, "discord", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )


@awaited
async def test_told_to_end_it_first_finishes_what_was_promised(tmp_path: Path) -> None:
    async with FakeDiscord() as fake:
        process = await start(fake, tmp_path)
        await fake.until(lambda: fake.identified, 20)
        talk = await fake.command("ask", question=f"{KETTLE} slowly")
        await fake.until(lambda: talk.get("reply"))
        assert talk["reply"]["type"] == 5
        process.send_signal(signal.SIGTERM)
        assert "5 minutes" in text_of(await fake.reply_to(talk))
        _, log = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0
        assert b"kettle" not in log.lower()
        assert TOKEN.encode() not in log
        assert b"Traceback" not in log


@awaited
async def test_told_to_end_it_takes_no_longer_than_it_may(tmp_path: Path) -> None:
    async with FakeDiscord() as fake:
        busy = {"message": "slow down", "retry_after": 50, "global": False}
        fake.failures.append(Failure("POST", MESSAGES, 429, busy, {"Via": "1.1"}))
        process = await start(fake, tmp_path, COMPUTE_BOT_STOP_SECONDS="2")
        await fake.until(lambda: fake.identified, 20)
        await fake.say(f"<@{ME}> {KETTLE}")
        await fake.call("POST", MESSAGES)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0
        assert 1 < time.monotonic() - began < 4


@awaited
async def test_on_sighup_it_takes_changed_knowledge(tmp_path: Path) -> None:
    folder = tmp_path / "kitchen"
    folder.mkdir()
    text = (KITCHEN / "kitchen.yaml").read_text(encoding="utf-8")
    (folder / "kitchen.yaml").write_text(text, encoding="utf-8")
    async with FakeDiscord() as fake:
        process = await start(fake, tmp_path, knowledge=folder)
        await fake.until(lambda: fake.identified, 20)
        assert "at most 5 minutes" in text_of(await fake.reply_to(await fake.command("ask", question=KETTLE)))
        (folder / "kitchen.yaml").write_text(text.replace("at most 5 minutes", "at most 7 minutes"), encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        said = ""
        for _ in range(50):
            said = text_of(await fake.reply_to(await fake.command("ask", question=KETTLE)))
            if "at most 7 minutes" in said:
                break
            await asyncio.sleep(0.1)
        assert "at most 7 minutes" in said
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0


@pytest.mark.parametrize("arguments", [(), ("sync",)])
@awaited
async def test_a_wrong_token_ends_with_one_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    async with FakeDiscord() as fake:
        process = await start(fake, tmp_path, *arguments, token="wrong")  # noqa: S106
        out, err = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 2
        assert out == b""
        last = err.decode().strip().splitlines()[-1]
        assert "DISCORD_TOKEN" in last
        assert "Traceback" not in err.decode()
        assert "wrong" not in err.decode()


@awaited
async def test_no_token_ends_with_one_sentence(tmp_path: Path) -> None:
    async with FakeDiscord() as fake:
        process = await start(fake, tmp_path, token=" ")  # noqa: S106
        out, err = await asyncio.wait_for(process.communicate(), 20)
        assert (process.returncode, out) == (2, b"")
        assert len(err.decode().splitlines()) == 1


@awaited
async def test_a_dry_run_shows_what_differs_and_sends_nothing(tmp_path: Path) -> None:
    async with FakeDiscord() as fake:
        seen = []
        for arguments in (("sync", "--dry-run"), ("sync",), ("sync", "--dry-run")):
            process = await start(fake, tmp_path, *arguments)
            out, _ = await asyncio.wait_for(process.communicate(), 20)
            assert process.returncode == 0
            seen.append((out.decode(), len(fake.calls_of("PUT", ".*"))))
        assert "+ /ask" in seen[0][0]
        assert [puts for _, puts in seen] == [0, 1, 1]
        assert seen[2][0] == "Discord has these commands already.\n"
        assert not fake.identified


@awaited
async def test_commands_that_discord_refuses_end_with_one_sentence(tmp_path: Path) -> None:
    async with FakeDiscord() as fake:
        fake.failures.append(Failure("PUT", ".*", 403, {"code": 50001, "message": "Missing Access"}))
        process = await start(fake, tmp_path, "sync")
        _, err = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 2
        assert "50001" in err.decode()
        assert "Traceback" not in err.decode()


# ---------------------------------------------------------------- the log


@awaited
async def test_the_log_has_no_word_of_what_was_written(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with connected() as fake:
        for text in ("marmalade", f"marmalade {KETTLE}", f"marmalade {BROKEN}"):
            await fake.reply_to(await fake.command("ask", question=text))
            await fake.say(f"<@{ME}> {text}")
            await fake.type("ask", "question", text)
    formatter = Discreet("%(name)s %(message)s")
    ours = [r for r in caplog.records if not r.name.startswith("aiohttp.access")]
    log = "\n".join(formatter.format(record) for record in ours)
    assert "ValueError at" in log
    assert "marmalade" not in log
    assert "alice" not in log
