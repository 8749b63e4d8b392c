"""An hour of bad luck: whether `compute-bot serve` loses or doubles an answer when everything around it fails in turn.

The real command runs between a Slack and a Discord on loopback, with a store in SQLite. People ask without a pause;
meanwhile sockets drop, both platforms say 429 for seconds on end, the store hangs, events are delivered twice, an edit
breaks the knowledge, and the process is replaced as a deployment does it. In the end every question must have exactly
one answer. `make soak` runs it for an hour, `make soak SECONDS=300 SEED=7` otherwise; it prints one summary.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, NamedTuple

sys.path += [str(Path(__file__).parent), str(Path(__file__).parent / "slack")]

from aiohttp import web
from fake_discord import ME as DISCORD_ME
from fake_discord import FakeDiscord, Payload
from fake_slack import GENERAL, FakeSlack, Json
from fake_slack import ME as SLACK_ME
from serving import ROOT, Served, environment, free_port, started

from adapters.store import open_store

ASKED = (
    *("How long can a Lambda function run?", "Lambda vs Fargate?", "what is ecr", "is 12 GB enough for lambda"),
    *("how do I prune roses?", "which of these are serverless?", "how is fargate billed"),
)
EVERY = 0.25  # seconds between two questions on a platform
FAULT_EVERY = 6.0  # seconds between two faults, on average
STORM = (1.0, 4.0)  # seconds that a platform says 429
HANG = (2.0, 6.0)  # seconds that the store hangs
BROKEN_FOR = 3.0  # seconds that an edit stays broken
AGAIN = 0.1  # of all events are delivered twice
PATIENCE = 60.0  # seconds at the end for the last answers


class Summary(NamedTuple):
    """How it went."""

    seconds: float
    asked: dict[str, int]
    lost: int
    doubled: int
    counted: int  # answers that the store knows of
    faults: dict[str, int]
    redelivered: int
    errors: int  # lines of the log that tell of an error
    restarts: int  # of platforms, within the process
    memory: tuple[float, float]  # MiB of the last process: at its first pulse, and at most
    odd: tuple[str, ...]  # what should never be: lines that are no JSON, planted words, wrong exit codes

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled or odd, among the answers and in the store."""
        return not (self.lost or self.doubled or self.odd) and self.counted == sum(self.asked.values())

    def __str__(self) -> str:
        faults = ", ".join(f"{count} × {fault}" for fault, count in sorted(self.faults.items()))
        asked = ", ".join(f"{platform} {count}" for platform, count in self.asked.items())
        return "\n".join(
            [
                f"{'sound' if self.sound else 'NOT SOUND'}: {self.seconds:.0f} s, asked {asked}",
                f"lost {self.lost}, doubled {self.doubled}; the store counted {self.counted} answers",
                f"faults: {faults}; {self.redelivered} events delivered again",
                f"log: {self.errors} errors; platforms begun again: {self.restarts}",
                f"memory: {self.memory[0]:.0f} MiB at first, {self.memory[1]:.0f} MiB at most",
                *self.odd,
            ]
        )


class StormySlack(FakeSlack):
    """A Slack that is busy at times, and then says until when."""

    busy_until = 0.0

    async def _api(self, request: web.Request) -> web.Response:
        left = self.busy_until - time.monotonic()
        if left > 0 and request.match_info["method"].startswith("chat."):
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(int(left) + 1)}
            )
        return await super()._api(request)

    def answers(self) -> Counter[str]:
        """How often each question was answered, by the message in whose thread the answer is."""
        return Counter(message["thread_ts"] for message in self.messages.values() if message.get("thread_ts"))


class StormyDiscord(FakeDiscord):
    """A Discord that is busy at times, and remembers which question each message answers."""

    busy_until = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.answered: Counter[str] = Counter()

    async def rest(self, request: web.Request) -> web.Response:
        left = self.busy_until - time.monotonic()
        if left > 0 and request.method == "POST":
            return self.json({"message": "busy", "retry_after": left, "global": False}, 429, {"Via": "1.1 google"})
        return await super().rest(request)

    def callback(self, token: str, body: Payload) -> web.Response:
        if token in self.pending:
            self.answered[token] += 1
        return super().callback(token, body)

    def message(self, channel: int, body: Payload, keep: str = "", *, empty: bool = False) -> Payload:
        if reference := body.get("message_reference"):
            self.answered[str(reference["message_id"])] += 1
        return super().message(channel, body, keep, empty=empty)


class Soak:
    """People who ask, faults that happen, and a tally of both."""

    def __init__(self, served: Served, home: Path, seed: int) -> None:
        self.served, self.home = served, home
        assert isinstance(served.slack, StormySlack)
        assert isinstance(served.discord, StormyDiscord)
        self.slack, self.discord = served.slack, served.discord
        self.dice = random.Random(seed)  # noqa: S311 - no secret
        self.asked: dict[str, set[str]] = {"Slack": set(), "Discord": set()}
        self.faults: Counter[str] = Counter()
        self.redelivered = 0
        self.odd: list[str] = []
        self.deliveries: set[asyncio.Task[None]] = set()
        self.numbers = itertools.count(1)
        self.steady = asyncio.Event()  # no process is being replaced: Discord keeps no events for a session that ended
        self.steady.set()

    # ------------------------------------------------------------ people

    async def ask_in_slack(self) -> None:
        """A mention, which Slack delivers until it is acknowledged, and at times once more."""
        message = self.slack.message(f"<@{SLACK_ME}> {self.dice.choice(ASKED)}", channel=GENERAL)
        event = {k: v for k, v in message.items() if k != "channel_type"} | {"type": "app_mention"}
        payload = self.slack.callback(event, f"Ev-soak-{next(self.numbers)}")
        self.asked["Slack"].add(message["ts"])
        self.begin(self.deliver(payload, twice=self.dice.random() < AGAIN))

    async def deliver(self, payload: Json, *, twice: bool) -> None:
        """Send it until it is acknowledged, and then perhaps again."""
        for attempt in itertools.count():
            with contextlib.suppress(OSError, TimeoutError):
                if (await self.slack.send("events_api", payload, attempt)).status and (attempt or not twice):
                    return
            self.redelivered += 1
            await asyncio.sleep(0.3)

    async def ask_in_discord(self) -> None:
        """A command or a mention, and at times the same event once more."""
        await self.steady.wait()
        question = self.dice.choice(ASKED)
        if self.dice.random() < 0.5:
            talk = await self.discord.command("ask", question=question)
            self.asked["Discord"].add(talk["token"])
        else:
            said = await self.discord.say(f"<@{DISCORD_ME}> {question}")
            self.asked["Discord"].add(str(said["id"]))
        if self.dice.random() < AGAIN:
            self.redelivered += 1
            await self.discord.again()

    def begin(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self.deliveries.add(task)
        task.add_done_callback(self.deliveries.discard)

    # ------------------------------------------------------------ faults

    async def slack_drops(self) -> None:
        if self.slack.hello.is_set():
            await self.slack.drop(self.dice.choice(["close", "abort", "disconnect"]))

    async def discord_drops(self) -> None:
        how = self.dice.choice([self.discord.cut, self.discord.ask_to_reconnect, self.discord_closes])
        await how()

    async def discord_closes(self) -> None:
        await self.discord.close(4000)

    async def slack_is_busy(self) -> None:
        self.slack.busy_until = time.monotonic() + self.dice.uniform(*STORM)

    async def discord_is_busy(self) -> None:
        self.discord.busy_until = time.monotonic() + self.dice.uniform(*STORM)

    async def the_store_hangs(self) -> None:
        """Somebody else holds the file."""
        with contextlib.closing(sqlite3.connect(self.home / "store.db", isolation_level=None, timeout=5)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(self.dice.uniform(*HANG))
            other.execute("ROLLBACK")

    async def an_edit_breaks_the_knowledge(self) -> None:
        file = self.home / "knowledge" / "ecr.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("subject", "sbject", 1) + "\n: broken [\n", encoding="utf-8")
        await asyncio.sleep(BROKEN_FOR)
        file.write_text(text, encoding="utf-8")

    async def the_process_is_replaced(self) -> None:
        """Stopped, waited for, and begun again, as a deployment of one task does it."""
        self.steady.clear()
        await self.until(lambda: not self.discord_waits(), PATIENCE)
        if code := await self.served.ended(signal.SIGTERM):
            self.odd.append(f"the process ended with {code}")
        await start(self.served, self.home)
        self.steady.set()

    def discord_waits(self) -> set[str]:
        return self.asked["Discord"] - self.discord.answered.keys()

    def slack_waits(self) -> set[str]:
        return self.asked["Slack"] - self.slack.answers().keys()

    # ------------------------------------------------------------ the whole

    async def people(self, ask: Callable[[], Awaitable[None]], until: float) -> None:
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                await ask()
            await asyncio.sleep(self.dice.uniform(0, 2 * EVERY))

    async def bad_luck(self, until: float) -> None:
        """One fault after the other, each kind equally often."""
        kinds = [
            *(self.slack_drops, self.discord_drops, self.slack_is_busy, self.discord_is_busy),
            *(self.the_store_hangs, self.an_edit_breaks_the_knowledge, self.the_process_is_replaced),
        ]
        while True:
            for fault in self.dice.sample(kinds, len(kinds)):
                await asyncio.sleep(self.dice.uniform(0, 2 * FAULT_EVERY))
                if time.monotonic() > until:
                    return
                await fault()
                self.faults[fault.__name__.replace("_", " ")] += 1

    async def run(self, seconds: float) -> Summary:
        """Ask for so long, wait for the last answers, and sum up."""
        began = time.monotonic()
        until = began + seconds
        await asyncio.gather(
            self.people(self.ask_in_slack, until), self.people(self.ask_in_discord, until), self.bad_luck(until)
        )
        await self.until(lambda: not (self.deliveries or self.slack_waits() or self.discord_waits()), PATIENCE)
        await asyncio.sleep(1)  # for what comes twice
        if code := await self.served.ended():
            self.odd.append(f"the process ended with {code}")
        await asyncio.sleep(0.1)  # for the last lines of its log
        return self.sum_up(time.monotonic() - began, await counted(self.home / "store.db"))

    async def until(self, met: Callable[[], object], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not met() and time.monotonic() < end:  # noqa: ASYNC110 - whatever it is
            await asyncio.sleep(0.05)

    def sum_up(self, seconds: float, counts: int) -> Summary:
        log, pulses = self.served.log, self.served.events("pulse")
        whole = str(log).lower()
        self.odd += self.served.plain + [word for word in ("prune", "roses", "xoxb", "alice") if word in whole]
        self.odd += self.slack.broken_rules
        twice = [*self.slack.answers().values(), *self.discord.answered.values()]
        return Summary(
            seconds=seconds,
            asked={platform: len(asked) for platform, asked in self.asked.items()},
            lost=len(self.slack_waits()) + len(self.discord_waits()),
            doubled=sum(times - 1 for times in twice),
            counted=counts,
            faults=dict(self.faults),
            redelivered=self.redelivered,
            errors=sum(line["level"] == "ERROR" for line in log),
            restarts=sum(pulse["restarts"] for pulse in pulses),
            memory=(pulses[0]["rss_mb"], max(pulse["rss_mb"] for pulse in pulses)) if pulses else (0, 0),
            odd=tuple(self.odd),
        )


async def counted(file: Path) -> int:
    """How many answers the store knows of."""
    store = open_store(str(file))
    counts = await store.counts()
    await store.close()
    return sum(counts.values())


async def start(served: Served, home: Path) -> None:
    """Begin the process, and wait until it is ready."""
    settings = {
        "COMPUTE_BOT_KNOWLEDGE": str(home / "knowledge"),
        "COMPUTE_BOT_STORE": str(home / "store.db"),
        "COMPUTE_BOT_RELOAD_SECONDS": "1",
        "COMPUTE_BOT_PULSE_SECONDS": "1",
    }
    found = environment(served.slack, home, served.port, **settings)
    served.process = await started(served.discord, found, "serve")
    served.begin_reading()
    await served.is_ready()


async def soak(home: Path, seconds: float, seed: int) -> Summary:
    """The whole, in an empty folder."""
    shutil.copytree(ROOT / "knowledge", home / "knowledge")
    async with StormySlack() as slack, StormyDiscord() as discord:
        served = Served(slack, discord, free_port())
        await start(served, home)
        try:
            return await Soak(served, home, seed).run(seconds)
        finally:
            if served.process.returncode is None:
                served.process.kill()
                await served.process.wait()


def main() -> int:
    """Run it as long as is said, and print the summary."""
    seconds, seed = float(os.environ.get("SECONDS", "3600")), int(os.environ.get("SEED", "1"))
    with tempfile.TemporaryDirectory() as home:
        summary = asyncio.run(soak(Path(home), seconds, seed))
    print(summary)
    return 0 if summary.sound else 1


if __name__ == "__main__":
    sys.exit(main())
