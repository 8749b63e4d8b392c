"""Calls to Slack: each waits its turn when Slack is busy, and says by an exception when it did not succeed.

What is called when is decided in `desk`. The SDK's client would try again only after some failures, never at a response
address, and take half as long again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiohttp import (
    ClientError,
    ClientOSError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerConnectionError,
    TCPConnector,
)

from adapters.slack.blocks import Block

sdk_log = logging.getLogger("compute-bot.slack.sdk")

TRIES = 4  # calls in all: a busy channel is free again after one or two
LONGEST = 60.0  # seconds that Slack may ask us to wait; an answer that comes later helps nobody
FIRST_WAIT = 0.5  # seconds before the second try, doubled each time, where Slack names no time
CALL = 30.0  # seconds for one try
CONNECTIONS = 100
TAKEN, TOO_MANY, BROKEN = 200, 429, 500
JSON = "application/json; charset=utf-8"  # Slack warns of a missing charset


class RefusedError(Exception):
    """Slack did not do what it was asked; the text is its word for why, or the status, and nothing of a message."""


FAILURES = (RefusedError, ClientError, TimeoutError, OSError)
DROPPED = (ServerConnectionError, ClientOSError)  # connections that may hold the next time


class Reply(NamedTuple):
    """What Slack said to a call; the names of headers may be written in any case."""

    status: int
    headers: Mapping[str, str]
    text: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The object that was said, empty if it was none."""
        try:
            data = json.loads(self.text)
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}


NO_REPLY = Reply(BROKEN, {}, b"")  # what a dropped connection comes to


def worthwhile(reply: Reply, attempt: int) -> bool:
    """Whether another try may succeed while somebody still waits for it."""
    return (reply.status == TOO_MANY or reply.status >= BROKEN) and wait(reply, attempt) <= LONGEST


def wait(reply: Reply, attempt: int) -> float:
    """Seconds until the next try: what Retry-After says, or twice as long as before, and a little for fairness."""
    named = reply.headers.get("Retry-After", "")
    seconds = float(named) if named.isdecimal() else FIRST_WAIT * 2**attempt
    return seconds + random.random() / 10  # noqa: S311 - no secret


class Api:
    """The calls that the adapter makes, over kept-alive connections; use it within a running event loop."""

    def __init__(self, url: str, token: str) -> None:
        self.session = ClientSession(
            connector=TCPConnector(limit=CONNECTIONS),
            timeout=ClientTimeout(total=CALL),
            cookie_jar=DummyCookieJar(),
        )
        self.url, self.token = url, token

    async def close(self) -> None:
        """Let the connections go."""
        await self.session.close()

    async def call(self, method: str, arguments: Mapping[str, Any], token: str = "") -> Reply:
        """Call a method of the Web API; raises one of FAILURES."""
        reply = await self._send(self.url + method, arguments, {"Authorization": f"Bearer {token or self.token}"})
        data = reply.data
        if reply.status != TAKEN or not data.get("ok"):
            raise RefusedError(str(data.get("error") or f"status {reply.status}"))
        return reply

    async def post(self, channel: str, message: Block, thread: str = "") -> None:
        """Post for everybody in the channel or thread; links do not unfold."""
        plain = {"channel": channel, "unfurl_links": False, "unfurl_media": False}
        await self.call("chat.postMessage", plain | within(thread) | message)

    async def whisper(self, channel: str, user: str, text: str, thread: str = "") -> None:
        """Post so that only this person sees it."""
        await self.call("chat.postEphemeral", {"channel": channel, "user": user, "text": text} | within(thread))

    async def replace(self, channel: str, ts: str, message: Block) -> None:
        """Put another message in the place of one of ours."""
        await self.call("chat.update", {"channel": channel, "ts": ts} | message)

    async def delete(self, channel: str, ts: str) -> None:
        """Take one of our messages away."""
        await self.call("chat.delete", {"channel": channel, "ts": ts})

    async def respond(self, url: str, message: Block) -> None:
        """Reply to a response address; raises one of FAILURES."""
        reply = await self._send(url, message, {})
        if reply.status != TAKEN or reply.data.get("ok") is False:
            raise RefusedError(f"status {reply.status}")

    async def _send(self, url: str, message: Mapping[str, Any], headers: Mapping[str, str]) -> Reply:
        """What Slack says in the end."""
        data, headers = json.dumps(message).encode(), {"Content-Type": JSON, **headers}
        for attempt in range(TRIES - 1):
            try:
                reply = await self._send_once(url, data, headers)
            except DROPPED:
                reply = NO_REPLY
            if not worthwhile(reply, attempt):
                return reply
            await asyncio.sleep(wait(reply, attempt))
        return await self._send_once(url, data, headers)

    async def _send_once(self, url: str, data: bytes, headers: Mapping[str, str]) -> Reply:
        async with self.session.post(url, data=data, headers=headers) as response:
            return Reply(response.status, response.headers, await response.read())


def within(thread: str) -> Block:
    """Where a message belongs, if not into the channel itself."""
    return {"thread_ts": thread} if thread else {}


def reason(error: BaseException) -> str:
    """Why a call failed, in words that hold nothing of any message."""
    return str(error) if isinstance(error, RefusedError) else type(error).__name__
