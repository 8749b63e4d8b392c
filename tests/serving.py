"""`compute-bot serve` as a process, between a Slack and a Discord on loopback, and what whoever watches it sees."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from aiohttp import ClientSession
from fake_discord import TOKEN, FakeDiscord
from fake_slack import APP_TOKEN, BOT_TOKEN, SECRET, FakeSlack

Json = dict[str, Any]
T = TypeVar("T")

ROOT = Path(__file__).parent.parent
KITCHEN = ROOT / "tests" / "kitchen"
KETTLE = "How long can the kettle boil?"
IN_TIME = 20.0  # seconds, on a busy machine

# The command as it is, but that discord.py takes our fake for Discord.
STAND_IN = """
import sys, yarl
if sys.argv[1]:
    import discord.http, discord.gateway
    discord.http.Route.BASE = sys.argv[1]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sys.argv[2])
{more}
from adapters.cli import command
sys.argv[1:] = sys.argv[3:]
command()
"""


class Page(NamedTuple):
    """An answer of the health pages."""

    status: int
    text: str

    @property
    def json(self) -> Json:
        return dict(json.loads(self.text))


class Served:
    """A process that serves, and the two platforms that it serves on."""

    def __init__(self, slack: FakeSlack, discord: FakeDiscord, port: int) -> None:
        self.slack, self.discord, self.port = slack, discord, port
        self.log: list[Json] = []
        self.plain: list[str] = []  # what is no line of JSON
        self.process: asyncio.subprocess.Process

    def begin_reading(self) -> None:
        """Take in what the process writes, from now on."""
        self.reading = asyncio.create_task(self.read())

    async def read(self) -> None:
        """Take in what it writes, until it ends."""
        assert self.process.stderr
        async for raw in self.process.stderr:
            text = raw.decode()
            try:
                self.log.append(json.loads(text))
            except ValueError:
                self.plain.append(text)

    def events(self, event: str, **fields: object) -> list[Json]:
        """The lines of the log about this."""
        return [
            line for line in self.log if line["event"] == event and all(line.get(k) == v for k, v in fields.items())
        ]

    async def until(self, met: Callable[[], T], seconds: float = IN_TIME) -> T:
        """What is met in the end; fails with the log if it never is."""
        end = time.monotonic() + seconds
        while not (found := met()):
            assert time.monotonic() < end, f"waited in vain; log: {self.log} {self.plain}"
            await asyncio.sleep(0.02)
        return found

    async def logged(self, event: str, number: int = 1, **fields: object) -> Json:
        """The line about this with this number."""
        found = await self.until(lambda: self.events(event, **fields)[number - 1 :])
        return found[0]

    async def page(self, path: str) -> Page:
        """One of the health pages."""
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}{path}") as reply:
            return Page(reply.status, await reply.text())

    async def is_ready(self, *, ready: bool = True) -> Page:
        """The page /readyz as soon as it says so."""
        end = time.monotonic() + IN_TIME
        while True:
            with contextlib.suppress(OSError):
                page = await self.page("/readyz")
                if page.json["ready"] is ready:
                    return page
            assert time.monotonic() < end, f"never became so; log: {self.log} {self.plain}"
            await asyncio.sleep(0.02)

    async def ended(self, told: int = signal.SIGTERM) -> int:
        """Its exit code, after it was told to end."""
        if self.process.returncode is None:
            self.process.send_signal(told)
        return await asyncio.wait_for(self.process.wait(), IN_TIME)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(slack: FakeSlack, home: Path, port: int, **settings: str) -> dict[str, str]:
    """What the process finds set: both platforms, the kitchen, and nothing of this machine."""
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "DISCORD_TOKEN": TOKEN}
    ours = {
        "COMPUTE_BOT_KNOWLEDGE": str(KITCHEN),
        "COMPUTE_BOT_HEALTH_PORT": str(port),
        "COMPUTE_BOT_STORE": "memory",
    }
    basic = {"PATH": os.environ["PATH"], "HOME": str(home), "SLACK_API_URL": slack.api}
    return {name: value for name, value in (basic | tokens | ours | settings).items() if value}


async def started(
    discord: FakeDiscord | None, found: dict[str, str], *arguments: str, more: str = ""
) -> asyncio.subprocess.Process:
    """The command as a process."""
    addresses = (discord.api, discord.gateway_url) if discord else ("", "")
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", STAND_IN.format(more=more), *addresses, *arguments),
        env=found,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@contextlib.asynccontextmanager
async def serving(home: Path, more: str = "", **settings: str) -> AsyncIterator[Served]:
    """The process with these settings, which need not have become ready; it is ended with the block."""
    async with FakeSlack() as slack, FakeDiscord() as discord:
        served = Served(slack, discord, free_port())
        served.process = await started(discord, environment(slack, home, served.port, **settings), "serve", more=more)
        served.begin_reading()
        try:
            yield served
        finally:
            if served.process.returncode is None:
                served.process.kill()
            await served.process.wait()
            await served.reading
            assert slack.broken_rules == []


__all__ = ["SECRET", "Served", "environment", "free_port", "serving", "started"]
