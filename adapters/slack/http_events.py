"""Requests over HTTP: what Slack has not signed just now is refused before anything of it is read.

What an accepted request leads to is decided in `app`.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.recent import Recent
from adapters.slack.work import place

log = logging.getLogger("compute-bot.slack")

PATH, HEALTH = "/slack/events", "/health"
STALE = 300  # seconds that a signature holds, before and after
LARGEST = 1024 * 1024  # bytes; a click on a long message, percent-encoded, is the largest that Slack sends
PATIENCE = 5.0  # seconds for a body to arrive: Slack itself waits three for the reply
SIGNATURES = 200_000  # remembered at once, so that a request that was copied is not taken twice


class RefusedError(Exception):
    """A request that is not let in, without an explanation: who is entitled to one is not asking."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Door:
    """Lets in what is signed with our secret, fresh, new and whole; `open` turns false when we are about to leave."""

    def __init__(self, app: AsyncApp, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._app, self._secret, self._clock = app, secret.encode(), clock
        self._seen = Recent(SIGNATURES, 2 * STALE, clock)
        self.open = True

    async def handle(self, request: web.Request) -> web.Response:
        """The response to any request: 200, or 400, 401, 408, 413, 500, 503 and not a word more."""
        try:
            bolt = await self._accepted(request)
            return await to_aiohttp_response(await self._app.async_dispatch(bolt))
        except RefusedError as error:
            return web.Response(status=error.status)
        except web.HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 - bolt stumbles over what is signed and still odd
            log.warning("A request made no sense: %s at %s", type(error).__name__, place(error))
            return web.Response(status=400)

    async def _accepted(self, request: web.Request) -> AsyncBoltRequest:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not self.open:
            raise RefusedError(503)
        if not self._fresh(timestamp):
            raise RefusedError(401)
        raw = await received(request)
        if not hmac.compare_digest(self._signature(timestamp, raw), signature.encode(errors="replace")):
            raise RefusedError(401)
        new = self._seen.add(signature)
        bolt = to_bolt(raw, request)
        if not new and not redelivered(bolt):
            raise RefusedError(401)
        return bolt

    def _fresh(self, timestamp: str) -> bool:
        digits = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12  # noqa: PLR2004 - the year 5138
        return digits and abs(self._clock() - int(timestamp)) <= STALE

    def _signature(self, timestamp: str, raw: bytes) -> bytes:
        return b"v0=" + hmac.digest(self._secret, b"v0:" + timestamp.encode() + b":" + raw, "sha256").hex().encode()


async def received(request: web.Request) -> bytes:
    """The body; aiohttp refuses one that is too large with 413."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await request.read()
    except TimeoutError:
        raise RefusedError(408) from None


def to_bolt(raw: bytes, request: web.Request) -> AsyncBoltRequest:
    """The request as bolt reads it; raises RefusedError unless it is an object of the shape that its type asks for."""
    try:
        bolt = AsyncBoltRequest(body=raw.decode(), query=request.query_string, headers=request.headers)  # type: ignore[arg-type]
        well_formed(bolt.body)
    except Exception:  # noqa: BLE001 - whatever the bytes are, they are no request
        raise RefusedError(400) from None
    return bolt


def well_formed(body: object) -> None:
    """Raise ValueError for a payload that bolt or we would stumble over."""
    if not isinstance(body, dict) or not body:
        raise ValueError("no object")
    if body.get("type") == "event_callback":
        event = body.get("event")
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            raise ValueError("no event")
    if body.get("type") == "url_verification" and not isinstance(body.get("challenge"), str):
        raise ValueError("no challenge")
    actions = body.get("actions", [{}])
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise ValueError("no action")


def redelivered(request: AsyncBoltRequest) -> bool:
    """Whether Slack says that it sends an event once more; the event's id keeps us from answering twice."""
    return request.body.get("type") == "event_callback" and "x-slack-retry-num" in request.headers


def to_server(door: Door) -> web.AppRunner:
    """The server around the door, and a path for a load balancer's health check."""
    server = web.Application(client_max_size=LARGEST)
    server.router.add_post(PATH, door.handle)
    server.router.add_get(HEALTH, health)
    return web.AppRunner(server, access_log=None, handle_signals=False, shutdown_timeout=3)


async def health(_: web.Request) -> web.Response:
    """We are here."""
    return web.Response(text="ok")
