"""Two processes `compute-bot slack --http` on one store are one bot: in a file, and in DynamoDB."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from fake_dynamodb import FakeDynamo
from fake_slack import BEN, BOT_TOKEN, GENERAL, ME, SECRET, FakeSlack, encoded, fake_slack, listening, signed

from adapters.store import open_store
from adapters.store.pseudonym import pseudonym

ROOT = Path(__file__).parent.parent.parent
KITCHEN = ROOT / "tests" / "kitchen"
LIMIT = "How long can a kettle boil?"
FOLLOW_UP = "and an oven?"
ROUNDS = 20


class Copies(NamedTuple):
    """Two copies, by where they take events, and the Slack that they talk to."""

    slack: FakeSlack
    urls: tuple[str, ...]

    async def both(self, event: dict[str, object], event_id: str) -> None:
        """The same event reaches both at once."""
        body, content = encoded("events_api", self.slack.callback(event, event_id))
        await asyncio.gather(*(self.post(url, body, content) for url in self.urls))

    async def post(self, url: str, body: bytes, content: str) -> None:
        self.slack.events_url = url
        assert (await self.slack.post(body, signed(body, content))).status == 200


@pytest.fixture(params=["sqlite", "dynamodb"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The setting of a new store, which the environment lets the copies and the test use."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    dynamo: FakeDynamo = request.getfixturevalue("dynamo")
    for name, value in dynamo.environment.items():
        monkeypatch.setenv(name, value)
    dynamo.make_table(tmp_path.name)
    return f"dynamodb:{tmp_path.name}"


@contextlib.asynccontextmanager
async def two(place: str) -> AsyncIterator[Copies]:
    """Two copies, until the end of the block."""
    async with fake_slack() as slack, contextlib.AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(copy(slack, place)) for _ in range(2)]
        yield Copies(slack, tuple(f"http://127.0.0.1:{port}/slack/events" for port in ports))


@contextlib.asynccontextmanager
async def copy(slack: FakeSlack, place: str) -> AsyncIterator[int]:
    """One copy, and the port on which it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    ours = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": slack.api}
    where = {"COMPUTE_BOT_HOST": "127.0.0.1", "COMPUTE_BOT_PORT": str(port), "COMPUTE_BOT_STORE": place}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters.cli", "slack", "--http", "--knowledge", str(KITCHEN)),
        env=dict(os.environ) | ours | where,
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await listening(port)
        yield port
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 15) == 0
    finally:
        if process.returncode is None:
            process.kill()


def test_an_event_that_reaches_both_is_answered_once(place: str) -> None:
    async def scene() -> None:
        async with two(place) as copies:
            for number in range(ROUNDS):
                message = copies.slack.message(f"<@{ME}> {LIMIT}") | {"type": "app_mention"}
                await copies.both(message, f"Ev-{number}")
            await copies.slack.until(lambda: len(copies.slack.said()) >= ROUNDS)
            await asyncio.sleep(0.3)  # time enough for an answer too many
            assert len(copies.slack.said()) == ROUNDS
        store = open_store(place)
        assert sum((await store.counts()).values()) == ROUNDS
        await store.close()

    asyncio.run(scene())


def test_the_other_copy_goes_on_with_a_conversation_and_takes_the_feedback(place: str) -> None:
    async def scene() -> None:
        async with two(place) as copies:
            slack, (here, there) = copies.slack, copies.urls
            slack.events_url = here
            asked = await slack.mention(LIMIT)
            await slack.until(lambda: len(slack.said()) == 1)
            assert "kettle" in slack.said()[0]["text"]
            await asyncio.sleep(0.5)  # nobody follows up sooner
            slack.events_url = there
            await slack.event(slack.message(FOLLOW_UP, thread_ts=asked["ts"]))
            await slack.until(lambda: len(slack.said()) == 2)
            answer = slack.said()[1]
            assert answer["thread_ts"] == asked["ts"]
            assert "oven" in answer["text"]
            slack.events_url = here
            await slack.click(answer | {"ts": "1.2", "channel": GENERAL}, "Helpful", by=BEN)
            await slack.until(lambda: slack.said("hook"))
        store = open_store(place)
        assert [(vote.user, vote.helpful) for vote in await store.votes()] == [(pseudonym(f"slack:{BEN}"), True)]
        await store.close()

    asyncio.run(scene())
