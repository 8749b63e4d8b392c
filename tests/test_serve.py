"""`compute-bot serve` from outside: both platforms, what becomes of each when something fails, and what is said."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import signal
import socket
import sqlite3
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from fake_discord import Failure, awaited, text_of
from fake_slack import ANNS_DM, SECRET, fake_slack, signed
from serving import KETTLE, KITCHEN, ROOT, Served, environment, free_port, serving, started

from adapters.serve import supervise as room
from adapters.serve.figures import Figures
from adapters.serve.heard import Heard
from adapters.serve.supervise import Platform, Post, Watch, supervise
from adapters.store import open_store
from adapters.store.journal import Journal

PLANTED = "marmalade"
MINUTES = "at most 5 minutes"
MIB = 1024 * 1024


async def slack_answers(served: Served, question: str = KETTLE) -> None:
    """Ann asks in a direct message, and is answered there."""
    before = len(served.slack.said())
    await served.slack.direct(question)
    await served.slack.until(lambda: len(served.slack.said()) > before)
    assert served.slack.said()[-1]["channel"] == ANNS_DM


async def discord_answers(served: Served, question: str = KETTLE) -> str:
    """Alice asks with a command, and sees this."""
    return text_of(await served.discord.reply_to(await served.discord.command("ask", question=question)))


# ---------------------------------------------------------------- well


@awaited
async def test_it_answers_on_both_platforms_is_ready_and_leaves_when_told(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        page = await served.is_ready()
        assert {name: part["ok"] for name, part in page.json["parts"].items()} == {
            "slack": True,
            "discord": True,
            "knowledge": True,
            "store": True,
        }
        assert await served.page("/healthz") == (200, '{"ok": true}')
        await slack_answers(served)
        assert MINUTES in await discord_answers(served)
        began = time.monotonic()
        assert await served.ended() == 0
        assert time.monotonic() - began < 5
    assert served.plain == []
    assert served.log[0]["event"] == "started"
    assert served.events("stopped")
    assert served.events("started")[0]["platforms"] == ["slack", "discord"]


@awaited
async def test_one_platform_is_enough(tmp_path: Path) -> None:
    async with serving(tmp_path, DISCORD_TOKEN="") as served:
        assert "discord" not in (await served.is_ready()).json["parts"]
        await slack_answers(served)
        assert await served.ended(signal.SIGINT) == 0


@awaited
async def test_slack_over_http_listens_on_its_own_port(tmp_path: Path) -> None:
    port = free_port()
    http = {"COMPUTE_BOT_SLACK_MODE": "http", "SLACK_SIGNING_SECRET": SECRET, "SLACK_APP_TOKEN": ""}
    async with serving(tmp_path, COMPUTE_BOT_HOST="127.0.0.1", COMPUTE_BOT_PORT=str(port), **http) as served:
        await served.is_ready()
        served.slack.events_url = f"http://127.0.0.1:{port}/slack/events"
        await slack_answers(served)
        body = json.dumps({"type": "url_verification", "challenge": "c"}).encode()
        assert (await served.slack.post(body, signed(body, secret="another"))).status == 401  # noqa: S106
        assert await served.ended() == 0


@awaited
async def test_the_metrics_and_the_pulse_say_what_happens(tmp_path: Path) -> None:
    async with serving(tmp_path, COMPUTE_BOT_PULSE_SECONDS="1") as served:
        await served.is_ready()
        await slack_answers(served)
        await discord_answers(served, f"How do I make {PLANTED}?")
        pulse = await served.logged("pulse", abstained=1)
        assert 1 <= pulse["questions"] <= 2
        asked, declined = await served.logged("answered"), await served.logged("answered", platform="discord")
        assert (asked["kind"], declined["kind"]) == ("answer", "abstain")
        assert 0 < asked["ms"] < 5_000
        assert asked["question"] != declined["question"]
        page = (await served.page("/metrics")).text.splitlines()
        assert 'compute_bot_questions_total{kind="answer",platform="slack"} 1.0' in page
        assert 'compute_bot_questions_total{kind="abstain",platform="discord"} 1.0' in page
        assert 'compute_bot_answer_seconds_bucket{le="+Inf",platform="slack"} 1.0' in page
        assert any(line.startswith('compute_bot_answer_seconds_sum{platform="slack"} 0.') for line in page)
        assert 'compute_bot_platform_up{platform="slack"} 1.0' in page
        assert 'compute_bot_platform_up{platform="discord"} 1.0' in page
        assert {"compute_bot_ready 1.0", "compute_bot_store_up 1.0", "compute_bot_errors_total 0.0"} <= set(page)
        assert any(line.startswith("process_resident_memory_bytes ") for line in page)
        pulse = await served.logged("pulse", ready=True)
        assert (pulse["sockets_down"], pulse["errors"], pulse["restarts"], pulse["store_ok"]) == (0, 0, 0, True)
        assert 20 < pulse["rss_mb"] <= 120


@awaited
async def test_it_starts_in_three_seconds_of_a_quarter_of_a_processor_and_takes_less_than_120_mib(
    tmp_path: Path,
) -> None:
    knowledge = {"COMPUTE_BOT_KNOWLEDGE": str(ROOT / "knowledge")}
    async with fake_slack() as slack:  # an image has the knowledge compiled
        first = await started(None, environment(slack, tmp_path, 0, **knowledge), "topics")
        await first.communicate()
    async with serving(tmp_path, **knowledge) as served:
        await served.is_ready()
        assert await figure(served, "process_cpu_seconds_total") * 4 < 3
        assert await figure(served, "process_resident_memory_bytes") < 120 * MIB


async def figure(served: Served, name: str) -> float:
    """What the metrics say."""
    page = (await served.page("/metrics")).text.splitlines()
    return next(float(line.rpartition(" ")[2]) for line in page if line.startswith(f"{name} "))


@awaited
async def test_reading_changed_knowledge_does_not_make_the_process_larger(tmp_path: Path) -> None:
    """Reading takes 50 MiB, which a process does not give back."""
    folder = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", folder)
    knowledge = {"COMPUTE_BOT_KNOWLEDGE": str(folder)}
    async with fake_slack() as slack:
        first = await started(None, environment(slack, tmp_path, 0, **knowledge), "topics")
        await first.communicate()
    async with serving(tmp_path, **knowledge) as served:
        await served.is_ready()
        before = await figure(served, "process_resident_memory_bytes")
        for time_ in (1, 2):
            (folder / "more.yaml").write_text(f"sources: {{s: {{title: Source {time_}, kind: other}}}}")
            await hang_up(served)
            await served.logged("reloaded", time_, ok=True)
        assert await figure(served, "process_resident_memory_bytes") < before + 25 * MIB


# ---------------------------------------------------------------- not so well


@awaited
async def test_while_discord_is_gone_slack_is_answered_and_discord_comes_back(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await served.is_ready()
        served.discord.away = True
        await served.discord.cut()
        page = await served.is_ready(ready=False)
        assert page.status == 503
        assert page.json["parts"]["slack"]["ok"]
        assert not page.json["parts"]["discord"]["ok"]
        await slack_answers(served)
        assert (await served.page("/healthz")).status == 200
        assert 'compute_bot_platform_up{platform="discord"} 0.0' in (await served.page("/metrics")).text
        served.discord.away = False
        await served.is_ready()
        assert MINUTES in await discord_answers(served)
        assert await served.ended() == 0


@awaited
async def test_while_slacks_socket_is_gone_discord_is_answered_and_slack_comes_back(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await served.is_ready()
        await served.slack.drop("close")
        assert MINUTES in await discord_answers(served)
        await slack_answers(served)
        assert served.slack.connections == 2
        await served.is_ready()
        assert served.events("down", state="waiting") == []


@awaited
async def test_a_slack_that_cannot_be_reached_at_first_is_tried_again(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        served.slack.script("auth.test", *[503] * 4)
        down = await served.logged("down", platform="slack")
        assert (down["state"], down["level"]) == ("waiting", "WARNING")
        assert "did not answer about SLACK_BOT_TOKEN" in down["message"]
        assert MINUTES in await discord_answers(served)
        await served.is_ready()
        await slack_answers(served)
        page = (await served.page("/metrics")).text
        assert 'compute_bot_platform_restarts_total{platform="slack"} 1.0' in page


@awaited
async def test_a_platform_that_refuses_us_is_said_to_and_the_other_goes_on(tmp_path: Path) -> None:
    async with serving(tmp_path, DISCORD_TOKEN="refused", COMPUTE_BOT_PULSE_SECONDS="1") as served:  # noqa: S106
        down = await served.logged("down", platform="discord")
        assert (down["state"], down["level"]) == ("refused", "ERROR")
        assert down["message"].startswith("Discord refuses the token in DISCORD_TOKEN")
        assert down["seconds"] > 200
        await slack_answers(served)
        page = await served.is_ready(ready=False)
        assert page.json["parts"]["discord"] == {"ok": False, "state": "refused"}
        pulse = await served.logged("pulse", refused=1, sockets_down=1)
        assert not pulse["ready"]
        assert sum(each["errors"] for each in served.events("pulse")) == len(
            [line for line in served.log[: served.log.index(pulse)] if line["level"] == "ERROR"]
        )
        assert await served.ended() == 0


@awaited
async def test_when_every_platform_refuses_us_it_ends(tmp_path: Path) -> None:
    async with serving(tmp_path, DISCORD_TOKEN="refused", SLACK_BOT_TOKEN="xoxb-refused") as served:  # noqa: S106
        assert await asyncio.wait_for(served.process.wait(), 20) == 2
    assert {line["platform"] for line in served.events("down", state="refused")} == {"slack", "discord"}
    assert served.plain == []
    assert "xoxb-refused" not in str(served.log)


@awaited
async def test_told_to_end_it_is_not_ready_finishes_what_is_in_hand_and_leaves(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await served.is_ready()
        served.slack.script("chat.postMessage", (429, "1"))
        served.discord.failures.append(Failure("POST", r"/interactions/.*/callback", 503))
        await served.slack.direct(KETTLE)
        talk = await served.discord.command("ask", question=KETTLE)
        await served.slack.until(served.slack.said)
        await served.discord.call("POST", r"/interactions/.*/callback")
        served.process.send_signal(signal.SIGTERM)
        page = await served.is_ready(ready=False)
        assert (page.status, page.json["stopping"]) == (503, True)
        assert (await served.page("/healthz")).status == 200
        await served.slack.until(lambda: served.slack.messages)
        assert MINUTES in text_of(await served.discord.reply_to(talk))
        assert await served.ended() == 0
    assert served.slack.messages


@awaited
async def test_it_does_not_take_longer_to_end_than_it_may(tmp_path: Path) -> None:
    async with serving(tmp_path, COMPUTE_BOT_STOP_SECONDS="2") as served:
        await served.is_ready()
        served.slack.script("chat.postMessage", (429, "50"))
        await served.slack.direct(KETTLE)
        await served.slack.until(served.slack.said)
        began = time.monotonic()
        assert await served.ended() == 0
        assert 1 < time.monotonic() - began < 3.5


# ---------------------------------------------------------------- what is remembered


@awaited
async def test_a_store_that_hangs_makes_it_unready_and_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    async with serving(tmp_path, COMPUTE_BOT_STORE=str(file), COMPUTE_BOT_PULSE_SECONDS="1") as served:
        await served.is_ready()
        await slack_answers(served)
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await slack_answers(served)
            assert MINUTES in await discord_answers(served)
            pulse = await served.until(lambda: [p for p in served.events("pulse") if p["store_errors"]])
            assert pulse[0]["store_errors"] >= 1
            assert (await served.page("/healthz")).status == 200
            other.execute("ROLLBACK")
        await slack_answers(served)
        assert await served.ended() == 0
    store = open_store(str(file))
    counts = await store.counts()
    await store.close()
    assert sum(number for count, number in counts.items() if count.platform == "slack") == 3
    assert sum(number for count, number in counts.items() if count.platform == "discord") == 1


@awaited
async def test_a_store_that_cannot_be_reached_makes_it_unready(tmp_path: Path) -> None:
    nobody = {"AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{free_port()}", "AWS_REGION": "eu-west-1"}
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    async with serving(tmp_path, COMPUTE_BOT_STORE="dynamodb:table", **nobody, **keys) as served:
        await served.logged("store", ok=False)
        page = await served.is_ready(ready=False)
        assert page.json["parts"]["store"] == {"ok": False, "state": "not reachable"}
        await served.logged("up", platform="slack")
        await slack_answers(served)
        assert "compute_bot_store_up 0.0" in (await served.page("/metrics")).text
        assert (await served.page("/readyz")).status == 503


@awaited
async def test_a_store_that_can_never_work_ends_it_with_a_sentence(tmp_path: Path) -> None:
    async with serving(tmp_path, COMPUTE_BOT_STORE=str(tmp_path)) as served:
        assert await asyncio.wait_for(served.process.wait(), 20) == 2
    assert served.log == []
    assert str(tmp_path) in "".join(served.plain)
    assert "Traceback" not in "".join(served.plain)


# ---------------------------------------------------------------- knowledge that changes


def copied(folder: Path) -> tuple[Path, str]:
    """A kitchen that may be changed, and what is written there."""
    folder.mkdir()
    text = (KITCHEN / "kitchen.yaml").read_text(encoding="utf-8")
    (folder / "kitchen.yaml").write_text(text, encoding="utf-8")
    return folder / "kitchen.yaml", text


async def hang_up(served: Served) -> None:
    served.process.send_signal(signal.SIGHUP)


async def wait(_: Served) -> None:
    """It looks by itself."""


@pytest.mark.parametrize(("seconds", "tell"), [("no", hang_up), ("1", wait)], ids=["told", "by itself"])
@awaited
async def test_changed_knowledge_is_taken_on_every_platform_and_a_broken_edit_is_not(
    tmp_path: Path, seconds: str, tell: Callable[[Served], Awaitable[None]]
) -> None:
    file, text = copied(tmp_path / "kitchen")
    there = {"COMPUTE_BOT_KNOWLEDGE": str(file.parent), "COMPUTE_BOT_RELOAD_SECONDS": seconds}
    async with serving(tmp_path, **there) as served:
        await served.is_ready()
        assert MINUTES in await discord_answers(served)
        file.write_text(text.replace(MINUTES, "at most 7 minutes"), encoding="utf-8")
        await tell(served)
        await served.logged("reloaded", ok=True)
        assert "at most 7 minutes" in await discord_answers(served)
        await slack_answers(served)
        assert "at most 7 minutes" in str(served.slack.said()[-1])
        file.write_text(text.replace("subject", "sbject"), encoding="utf-8")
        await tell(served)
        await served.logged("reloaded", ok=False)
        page = await served.is_ready()
        assert page.json["parts"]["knowledge"]["state"].startswith("old")
        assert "at most 7 minutes" in await discord_answers(served)
        assert 'compute_bot_knowledge_reloads_total{result="broken"} 1.0' in (await served.page("/metrics")).text


# ---------------------------------------------------------------- what keeps it from starting


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "DISCORD_TOKEN": ""}, "No platform is set"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN holds a user token (xoxp-)"),
        ({"COMPUTE_BOT_STOER": "memory"}, "COMPUTE_BOT_STOER is no setting"),
        ({"COMPUTE_BOT_STOP_SECONDS": "soon"}, "COMPUTE_BOT_STOP_SECONDS must be seconds"),
        ({"COMPUTE_BOT_KNOWLEDGE": "/nowhere"}, "/nowhere"),
    ],
)
@awaited
async def test_what_is_set_wrongly_ends_it_with_a_sentence(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    async with serving(tmp_path, **settings) as served:
        assert await asyncio.wait_for(served.process.wait(), 20) == 2
    assert served.log == []
    assert says in served.plain[0]
    assert "Traceback" not in "".join(served.plain)


@awaited
async def test_a_port_that_is_taken_ends_it_with_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        async with serving(tmp_path, COMPUTE_BOT_HEALTH_PORT=port) as served:
            assert await asyncio.wait_for(served.process.wait(), 20) == 2
    assert f"port {port} on 127.0.0.1 cannot be listened on" in "".join(served.plain)
    assert "COMPUTE_BOT_HEALTH_PORT" in "".join(served.plain)


# ---------------------------------------------------------------- the log


@pytest.mark.parametrize("form", ["json", "text"])
@awaited
async def test_no_word_that_anybody_wrote_is_in_the_log(tmp_path: Path, form: str) -> None:
    async with serving(tmp_path, COMPUTE_BOT_LOG=form) as served:
        await served.is_ready()
        for text in (f"How do I make {PLANTED}?", f"{PLANTED} {KETTLE}", f"{KETTLE} {PLANTED}"):
            await slack_answers(served, text)
            await discord_answers(served, text)
        assert served.events("answered") or form == "text"
        served.slack.script("chat.postMessage", "fatal_error")
        served.discord.failures += [Failure("POST", r"/interactions/.*/callback", 400, {"code": 1, "message": PLANTED})]
        await served.slack.direct(f"{PLANTED} {KETTLE}")
        await served.discord.command("ask", question=PLANTED)
        await served.slack.send("events_api", {"type": "event_callback", "event": PLANTED}, within=2)
        await served.slack._socket.send_str(f"{{{PLANTED}")  # type: ignore[union-attr] # noqa: SLF001 - no JSON at all
        await served.slack.until(lambda: not served.slack.scripted["chat.postMessage"])
        await served.slack.drop("close")
        await served.discord.cut()
        await slack_answers(served)
        assert await served.ended() == 0
    whole = (json.dumps(served.log) + "".join(served.plain)).lower()
    assert "did not take it (fatal_error)" in whole
    assert [
        word for word in (PLANTED, "kettle", "alice", "xoxb", "xapp", "fake.token", "traceback") if word in whole
    ] == []
    assert (form == "json") == (served.plain == [])
    failed = [line for line in served.log if "fatal_error" in line.get("message", "")]
    assert all(line["question"] for line in failed)


# ---------------------------------------------------------------- the health check


@awaited
async def test_the_health_check_asks_the_process_that_serves(tmp_path: Path) -> None:
    async def checked(port: int, *arguments: str) -> int:
        async with fake_slack() as slack:
            found = environment(slack, tmp_path, port)
            process = await started(None, found, "healthcheck", *arguments)
            await process.communicate()
            return process.returncode or 0

    async with serving(tmp_path, DISCORD_TOKEN="refused") as served:  # noqa: S106
        await served.is_ready(ready=False)
        assert await checked(served.port) == 0
        assert await checked(served.port, "--ready") == 1
    assert await checked(free_port()) == 1


# ---------------------------------------------------------------- the supervision by itself


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is shorter than in life."""
    monkeypatch.setattr(room, "PAUSES", (0.01, 0.02, 0.3))
    monkeypatch.setattr(room, "LOOK", 0.01)
    monkeypatch.setattr(room, "STUCK", 0.1)


class RefusedError(Exception):
    """What a platform raises that will not have us."""


async def connected() -> bool:
    return True


async def steady(stop: asyncio.Event, watch: Watch, _: Heard) -> None:
    """A platform that is up until the end."""
    watch(connected)
    await stop.wait()


def platform(serve: Callable[[asyncio.Event, Watch, Heard], Coroutine[Any, Any, None]]) -> Platform:
    """A platform that is called like the function that serves it."""
    return Platform(serve.__name__, Journal(open_store("memory"), "any", str), serve, (RefusedError,))


async def watched(*platforms: Platform, until: Callable[[list[Post]], bool]) -> tuple[list[Post], Figures, bool]:
    """Supervise these until something is so."""
    figures, stop = Figures(), asyncio.Event()
    posts = [Post(platform, figures) for platform in platforms]
    running = asyncio.create_task(supervise(posts, stop))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            while not until(posts) and not running.done():  # noqa: ASYNC110 - whatever it is
                await asyncio.sleep(0.005)
    assert until(posts) or running.done()
    stop.set()
    return posts, figures, await asyncio.wait_for(running, 5)


@pytest.mark.usefixtures("quick")
@awaited
async def test_a_platform_that_breaks_is_begun_again_and_the_other_never_notices() -> None:
    began = []

    async def breaks(_: asyncio.Event, watch: Watch, __: Heard) -> None:
        began.append(time.monotonic())
        watch(connected)
        await asyncio.sleep(0.02)
        raise ValueError(PLANTED)

    async def ends(_: asyncio.Event, __: Watch, ___: Heard) -> None:
        """Ends without a word, which no platform should."""

    platforms = [platform(steady), platform(breaks), platform(ends)]
    seen: list[str] = []

    def enough(posts: list[Post]) -> bool:
        seen.append(posts[0].state)
        return len(began) >= 3

    posts, figures, wanted = await watched(*platforms, until=enough)
    assert wanted
    assert figures.restarts["breaks"] >= 2
    assert figures.restarts["ends"] >= 2
    assert figures.restarts["steady"] == 0
    assert set(seen[seen.index("up") :]) == {"up"}
    assert [post.state for post in posts] == ["stopped"] * 3


@pytest.mark.usefixtures("quick")
@awaited
async def test_a_platform_without_a_connection_for_too_long_is_ended_and_begun_again() -> None:
    ended = []

    async def hangs(stop: asyncio.Event, _: Watch, __: Heard) -> None:
        try:
            await stop.wait()
        finally:
            ended.append(True)

    _, figures, _ = await watched(platform(hangs), until=lambda _: len(ended) >= 2)
    assert figures.restarts["hangs"] >= 2


@pytest.mark.usefixtures("quick")
@awaited
async def test_a_refusal_is_tried_at_the_longest_pause_and_may_end() -> None:
    began = []

    async def relents(stop: asyncio.Event, watch: Watch, heard: Heard) -> None:
        began.append(time.monotonic())
        if len(began) == 1:
            raise RefusedError
        await steady(stop, watch, heard)

    posts, _, wanted = await watched(
        platform(relents),
        platform(steady),
        until=lambda posts: len(began) == 2 and all(post.state == "up" for post in posts),
    )
    assert wanted
    assert [post.state for post in posts] == ["stopped", "stopped"]
    assert began[1] - began[0] >= 0.2


@pytest.mark.usefixtures("quick")
@awaited
async def test_when_all_are_refused_there_is_nothing_to_stay_for() -> None:
    async def refuses(_: asyncio.Event, __: Watch, ___: Heard) -> None:
        raise RefusedError

    posts, _, wanted = await watched(platform(refuses), platform(refuses), until=lambda _: False)
    assert not wanted
    assert [post.state for post in posts] == ["refused", "refused"]
