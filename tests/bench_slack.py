"""How many signed mentions a second one core answers end to end, how soon it acknowledges them, and at what cost.

`compute-bot slack --http` runs as a process on one core; this one, on the others, is Slack: it signs and sends the
mentions over 64 connections and takes the answers. Run it with `make bench-slack`; it is no test, and nothing fails.
What another process takes from a core lowers the requests a second, but hardly the processor time for each.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).parent.parent
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - ours alone
CONNECTIONS = 64
MENTIONS = int(os.environ.get("MENTIONS", "20000"))
WARM = 1_000  # mentions before the clock starts
ASKED = ("How long can a Lambda function run?", "Lambda vs Fargate?", "what is ecr", "how much memory can fargate have")
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
IDENTITY = json.dumps({"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": "T0"}).encode()
POSTED = json.dumps({"ok": True, "ts": "1.1", "channel": "C0"}).encode()


class Api(asyncio.Protocol):
    """The Web API, as little of it as answers: counts under which thread something was posted."""

    answered: ClassVar[Counter[str]] = Counter()
    enough: ClassVar[asyncio.Event]
    wanted: ClassVar = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            size = next((int(h[15:]) for h in head.split(b"\r\n") if h[:15].lower() == b"content-length:"), 0)
            if not found or len(rest) < size:
                return
            self.buffer = rest[size:]
            self.take(head, rest[:size])

    def take(self, head: bytes, body: bytes) -> None:
        reply = IDENTITY
        if b"chat.postMessage" in head:
            start = body.index(b'"thread_ts"') + 14
            type(self).answered[body[start : body.index(b'"', start)].decode()] += 1
            reply = POSTED
            if len(self.answered) >= self.wanted:
                self.enough.set()
        self.transport.write(OK % (len(reply), reply))


async def main() -> None:
    Api.enough = asyncio.Event()
    server = await asyncio.get_running_loop().create_server(Api, "127.0.0.1", 0)
    port = await free_port()
    folder = tempfile.mkdtemp()
    bot = await started(server.sockets[0].getsockname()[1], port, folder)
    try:
        await load(port, range(WARM))
        before, began = cpu(bot.pid), time.perf_counter()
        acks = await load(port, range(WARM, WARM + MENTIONS))
        took, used = time.perf_counter() - began, cpu(bot.pid) - before
        report(sorted(acks), took, used)
    finally:
        bot.terminate()
        await bot.wait()
        server.close()
        shutil.rmtree(folder)


def report(acks: list[float], took: float, used: float) -> None:
    seen = Api.answered
    doubled = sum(times > 1 for times in seen.values())
    rows = [
        ("mentions answered a second", f"{MENTIONS / took:,.0f}", "at least 2,500"),
        ("processor time for each", f"{used / MENTIONS * 1e6:,.0f} us", ""),
        ("… so at most, on a core of its own", f"{MENTIONS / used:,.0f} a second", ""),
        ("acknowledged, p50", f"{acks[len(acks) // 2] * 1e3:.1f} ms", ""),
        (
            f"acknowledged, p99, {CONNECTIONS} connections",
            f"{acks[len(acks) * 99 // 100] * 1e3:.1f} ms",
            "at most 50 ms",
        ),
        ("lost, doubled", f"{WARM + MENTIONS - len(seen)}, {doubled}", "0, 0"),
    ]
    for name, figure, aim in rows:
        print(f"{name:<40}  {figure:>16}  {aim}".rstrip())


async def load(port: int, numbers: range) -> list[float]:
    """Send the mentions, and wait until each is answered; gives the seconds until each was acknowledged."""
    Api.wanted = numbers.stop
    Api.enough.clear()
    left = iter(numbers)
    acks = await asyncio.gather(*[sender(port, left) for _ in range(CONNECTIONS)])
    async with asyncio.timeout(60):
        await Api.enough.wait()
    return [*itertools.chain.from_iterable(acks)]


async def sender(port: int, left: Iterator[int]) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    acks = []
    for number in left:
        request = mention(number)
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        acks.append(time.perf_counter() - began)
        assert head.startswith(b"HTTP/1.1 200"), head
        size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(size)
    writer.close()
    return acks


def mention(number: int) -> bytes:
    ts = f"1700000000.{number:06d}"
    event = {"type": "app_mention", "user": "U0ANN", "text": f"<@U0BOT> {ASKED[number % len(ASKED)]}", "ts": ts}
    event |= {"channel": "C0GENERAL", "event_ts": ts, "team": "T0", "client_msg_id": "c"}
    outer = {"type": "event_callback", "team_id": "T0", "api_app_id": "A0", "event_id": f"Ev{number}", "event_time": 1}
    authorizations = [{"team_id": "T0", "user_id": "U0BOT", "is_bot": True, "is_enterprise_install": False}]
    body = json.dumps(outer | {"event": event, "authorizations": authorizations}).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return (
        "POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def started(api: int, port: int, folder: str) -> asyncio.subprocess.Process:
    """The bot, on the first core if there are several, once it listens."""
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{api}/api/",
        "COMPUTE_BOT_HOST": "127.0.0.1",
        "COMPUTE_BOT_PORT": str(port),
        "COMPUTE_BOT_STORE": os.environ.get("COMPUTE_BOT_STORE") or f"{folder}/store.db",
    }
    cores = sorted(os.sched_getaffinity(0))
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters.cli", "slack", "--http", "--knowledge", knowledge()),
        env=os.environ | settings,
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )
    if len(cores) > 1:
        os.sched_setaffinity(bot.pid, cores[:1])
        os.sched_setaffinity(0, cores[1:])
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return bot
    raise SystemExit("compute-bot slack does not start")


def knowledge() -> str:
    return os.environ.get("COMPUTE_BOT_KNOWLEDGE", str(ROOT / "knowledge"))


async def free_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        return int(server.sockets[0].getsockname()[1])


def cpu(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    asyncio.run(main())
