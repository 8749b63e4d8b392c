"""`compute-bot doctor`: what it finds in both platforms when all is well, when something is not, and with nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fake_discord import Failure, FakeDiscord, awaited
from fake_slack import BOT_TOKEN, SCOPES, SECRET, FakeSlack, fake_slack
from serving import KITCHEN, environment, free_port, serving, started

from adapters.doctor import examine, knowledge
from adapters.healthcheck import ask, report
from adapters.slack.doctor import clock, in_step
from adapters.slack.start import Settings

ROOT = Path(__file__).parent.parent
WRITING = ("chat.", "views.", "conversations.", "reactions.")


class Examined(NamedTuple):
    """What it found by what it looked at, its exit code and its words."""

    code: int
    found: dict[str, tuple[str, str]]
    said: str


async def examined(slack: FakeSlack, discord: FakeDiscord, home: Path, **settings: str) -> Examined:
    process = await started(discord, environment(slack, home, free_port(), **settings), "doctor", "--json")
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert err == b"", err
    found = {each["what"]: (each["state"], each["said"]) for each in json.loads(out)}
    return Examined(process.returncode or 0, found, out.decode())


Prepare = Callable[[FakeSlack, FakeDiscord], object]


async def looked(home: Path, prepare: Prepare = lambda _, __: None, **settings: str) -> Examined:
    """What it finds in platforms that were prepared so; it must have changed neither."""
    async with fake_slack() as slack, FakeDiscord() as discord:
        discord.commands = [{"name": "old", "type": 1, "description": "x"}]
        prepare(slack, discord)
        found = await examined(slack, discord, home, **settings)
        assert [call.method for call in slack.calls if call.method.startswith(WRITING)] == []
        assert {call.method for call in discord.calls} <= {"GET"}
        assert slack.connections == 0
        assert discord.identified == []
        return found


@awaited
async def test_all_is_well_once_the_process_serves(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await served.is_ready()
        found = environment(served.slack, tmp_path, served.port)
        process = await started(served.discord, found, "doctor", "--json")
        out, _ = await asyncio.wait_for(process.communicate(), 30)
        states = {each["what"]: each["state"] for each in json.loads(out)}
        assert process.returncode == 0, out
        assert set(states.values()) == {"ok"}, states
        assert {
            "settings",
            "knowledge",
            "store",
            "Slack's bot token",
            "Slack's app token",
            "Slack's scopes",
        } <= states.keys()
        assert {"Slack's clock", "Slack's manifest", "Discord's token", "Discord's intents"} <= states.keys()
        assert {"Discord's gateway", "Discord's commands", "Discord's clock", "serve"} <= states.keys()


@pytest.mark.parametrize(
    ("prepare", "settings", "what", "says"),
    [
        (lambda s, _: s.script("auth.test", "invalid_auth"), {}, "Slack's bot token", "refuses SLACK_BOT_TOKEN"),
        (lambda s, _: s.script("auth.test", "fatal_error"), {}, "Slack's bot token", "did not answer"),
        (None, {"SLACK_BOT_TOKEN": "xapp-1"}, "Slack's settings", "holds an app-level token (xapp-)"),
        (lambda s, _: s.script("apps.connections.open", "missing_scope"), {}, "Slack's app token", "SLACK_APP_TOKEN"),
        (lambda s, _: setattr(s, "scopes", "chat:write,commands"), {}, "Slack's scopes", "without im:history it hears"),
        (None, {"DISCORD_TOKEN": "refused"}, "Discord's token", "refuses the token in DISCORD_TOKEN"),
        (None, {}, "Discord's commands", "+ /ask"),
        (None, {}, "Discord's commands", "compute-bot discord sync"),
        (lambda _, d: setattr(d, "sessions_left", 3), {}, "Discord's gateway", "3 of 1000 sessions"),
        (None, {"COMPUTE_BOT_KNOWLEDGE": "/nowhere"}, "knowledge", "/nowhere"),
        (None, {"COMPUTE_BOT_STORE": "/dev/null/store.db"}, "store", "/dev/null/store.db"),
        (None, {"COMPUTE_BOT_STOER": "x"}, "settings", "COMPUTE_BOT_STOER is no setting"),
        (None, {"COMPUTE_BOT_PORT": "x"}, "settings", "COMPUTE_BOT_PORT must be a port"),
        (None, {"SLACK_APP_TOKEN": ""}, "settings", "SLACK_APP_TOKEN is not set"),
    ],
)
@awaited
async def test_what_is_wrong_is_said_with_what_to_do(
    tmp_path: Path, prepare: Prepare | None, settings: dict[str, str], what: str, says: str
) -> None:
    found = await looked(tmp_path, prepare or (lambda _, __: None), **settings)
    assert found.code == 1
    assert found.found[what][0] == "wrong", found.said
    assert says in found.found[what][1]
    assert BOT_TOKEN not in found.said


@awaited
async def test_over_http_no_app_token_is_asked_for(tmp_path: Path) -> None:
    found = await looked(tmp_path, COMPUTE_BOT_SLACK_MODE="http", SLACK_SIGNING_SECRET=SECRET, SLACK_APP_TOKEN="")
    assert found.found["Slack's app token"][0] == "skipped"
    assert found.found["Slack's bot token"][0] == "ok"


@awaited
async def test_with_nothing_at_all_it_is_calm_and_quick(tmp_path: Path) -> None:
    nothing = {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "DISCORD_TOKEN": "", "COMPUTE_BOT_STORE": ""}
    async with fake_slack() as slack, FakeDiscord() as discord:
        began = time.monotonic()
        found = await examined(slack, discord, tmp_path, **nothing)
        assert time.monotonic() - began < 5
        assert slack.calls == []
        assert discord.calls == []
    assert found.code == 1
    assert found.found["settings"][1].startswith("No platform is set")
    assert {found.found[what][0] for what in ("Slack", "Discord", "serve")} == {"skipped"}
    assert found.found["knowledge"][0] == "ok"


@awaited
async def test_where_nobody_answers_it_is_calm_and_quick(tmp_path: Path) -> None:
    async with fake_slack() as slack, FakeDiscord() as discord:
        pass  # both are gone
    began = time.monotonic()
    found = await examined(slack, discord, tmp_path)
    assert time.monotonic() - began < 12
    assert found.code == 1
    assert {found.found[what][0] for what in ("Slack's bot token", "Slack's app token")} == {"wrong"}
    assert found.found["Discord's token"] == (
        "wrong",
        "Discord did not answer (ClientConnectorError): check the network",
    )


@awaited
async def test_a_process_that_is_not_ready_is_told_with_its_parts(tmp_path: Path) -> None:
    async with serving(tmp_path, DISCORD_TOKEN="refused") as served:  # noqa: S106
        await served.logged("down", state="refused")
        found = environment(served.slack, tmp_path, served.port)
        process = await started(served.discord, found, "doctor")
        out, _ = await asyncio.wait_for(process.communicate(), 30)
        (line,) = [line for line in out.decode().splitlines() if " serve " in line]
        assert line.startswith("WRONG")
        assert "discord: refused" in line


@awaited
async def test_an_error_in_the_middle_leaves_the_other_findings(tmp_path: Path) -> None:
    found = await looked(
        tmp_path, lambda _, d: d.failures.append(Failure("GET", "/oauth2/applications/@me", 403, {"message": "x"}))
    )
    assert found.found["Discord's token"][0] == "wrong"
    assert found.found["Slack's bot token"][0] == "ok"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>hello</p>", "something else answers"),
        (b"HTTP/1.1 200 OK\r\n\r\n[]", "something else answers"),
        (b"SSH-2.0-x\r\n", "something else answers"),
        (b"", "something else answers"),
        (b'HTTP/1.1 503 x\r\n\r\n{"ready": false, "parts": {}}', "it is stopping"),
    ],
)
@awaited
async def test_whatever_answers_on_the_health_port_is_told_calmly(answer: bytes, says: str) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = int(server.sockets[0].getsockname()[1])
        well, said = await asyncio.to_thread(report, "0.0.0.0", port)  # noqa: S104 - what means every address
        assert well is False
        assert says in said
        assert await asyncio.to_thread(ask, "127.0.0.1", port, ready=True) is answer.startswith(b"HTTP/1.1 200")


def test_where_nobody_listens_the_process_does_not_run() -> None:
    assert report("", free_port())[0] is None


# ---------------------------------------------------------------- single looks


@pytest.mark.parametrize(("ahead", "ok"), [(0, True), (50, True), (-50, True), (90, False), (-3600, False)], ids=str)
def test_a_clock_may_be_a_minute_off(ahead: float, *, ok: bool) -> None:
    stated = format_datetime(datetime.now(tz=UTC) - timedelta(seconds=ahead), usegmt=True)
    what, found, said = clock("clock", stated)
    assert (what, found) == ("clock", ok)
    assert ok or ("ahead of" if ahead > 0 else "behind") in said


def test_an_answer_without_a_time_says_nothing_about_a_clock() -> None:
    assert clock("clock", "")[1] is None


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("- im:history", "- im:read", "im:history, im:read"),
        ("      - app_mention\n", "", "events: app_mention"),
        ("command: /compute", "command: /computer", "commands: /compute, /computer"),
        ("callback_id: ask_about_this", "callback_id: other", "shortcuts: ask_about_this, other"),
        ("socket_mode_enabled: true", "socket_mode_enabled: false", "socket mode is off"),
        ("token_rotation_enabled: false", "token_rotation_enabled: true", "token rotation is on"),
        ("features:", "features: [", "cannot be read"),
    ],
)
def test_a_manifest_out_of_step_is_told_by_what_differs(tmp_path: Path, before: str, after: str, says: str) -> None:
    text = (ROOT / "deploy" / "slack" / "manifest.yaml").read_text(encoding="utf-8")
    assert before in text
    file = tmp_path / "manifest.yaml"
    file.write_text(text.replace(before, after), encoding="utf-8")
    _, ok, said = in_step(str(file), Settings())
    assert not ok
    assert says in said


def test_a_manifest_that_is_not_there_is_skipped(tmp_path: Path) -> None:
    assert in_step(str(tmp_path / "none.yaml"), Settings())[1] is None


def test_the_manifest_of_the_source_is_in_step() -> None:
    assert in_step(str(ROOT / "deploy" / "slack" / "manifest.yaml"), Settings())[1]
    assert SCOPES


def test_knowledge_that_nobody_compared_for_a_year_is_told() -> None:
    (now,) = knowledge(str(ROOT / "knowledge"), None, date(2026, 12, 1))
    assert now[1]
    (later,) = knowledge(str(ROOT / "knowledge"), None, date(2029, 12, 1))
    assert not later[1]
    assert "knowledge stale" in later[2]
    (kitchen,) = knowledge(str(KITCHEN), None, date(2026, 12, 1))
    assert "subjects" in kitchen[2]


@pytest.mark.parametrize(
    ("leaflet", "says"),
    [
        ("2026-11-01", "sources read on 2026-11-01, 30 days ago"),
        ("2026-11-22", "sources read between 2026-11-01 and 2026-11-22, 9 days ago"),
    ],
)
def test_when_sources_were_read_is_told_in_days(tmp_path: Path, leaflet: str, says: str) -> None:
    source = f"{{title: Leaflet, url: https://kitchen.example/leaflet, kind: docs, checked: {leaflet}}}"
    text = (KITCHEN / "kitchen.yaml").read_text(encoding="utf-8")
    (tmp_path / "kitchen.yaml").write_text(text.replace("sources:", f"sources:\n  leaflet: {source}", 1))
    (found,) = knowledge(str(tmp_path), None, date(2026, 12, 1))
    assert says in found[2]


@awaited
async def test_what_takes_too_long_or_fails_is_a_finding() -> None:
    async def hangs() -> Any:  # noqa: ANN401 - never comes to it
        await asyncio.sleep(60)

    async def fails() -> Any:  # noqa: ANN401 - likewise
        raise ValueError("marmalade")

    async def lacks() -> Any:  # noqa: ANN401 - likewise
        raise ModuleNotFoundError("marmalade", name="slack_sdk")

    found = await examine({"one": hangs, "two": fails, "three": lacks}, 0.05)
    assert [(what, ok) for what, ok, _ in found] == [("one", False), ("two", False), ("three", False)]
    assert found[2][2] == "needs slack_sdk, which is not installed: run make install"
    assert "marmalade" not in str(found)
