"""Requests over Socket Mode: one connection that we open, and that Slack's SDK opens again whenever it drops.

What a request leads to is decided in `app`.
"""

from __future__ import annotations

import asyncio
import logging
import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.app import MALFORMED
from adapters.slack.http_events import well_formed
from adapters.slack.work import place

log = logging.getLogger("compute-bot.slack")

FLUSH = 2.0  # seconds for acknowledgements to leave before the connection closes


class Socket(AsyncSocketModeHandler):
    """The connection; when it is about to leave it takes nothing more, so that Slack delivers it elsewhere."""

    def __init__(self, app: AsyncApp, app_token: str, ping: float) -> None:
        super().__init__(app, app_token, ping_interval=ping)
        self._leaving = False
        self._taking = 0

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Let bolt deal with one envelope, and acknowledge it; also one that makes no sense, or it would come again."""
        if self._leaving:
            return
        self._taking += 1
        try:
            await self._take(client, req)
        finally:
            self._taking -= 1

    async def leave(self) -> None:
        """Take nothing more, let the acknowledgements out, and hang up."""
        self._leaving = True
        for _ in range(int(FLUSH / 0.01)):
            if not self._taking:
                break
            await asyncio.sleep(0.01)
        await self.close_async()  # type: ignore[no-untyped-call]

    async def _take(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        try:
            well_formed(req.payload)
            response = await run_async_bolt_app(self.app, req)
            if response.status == MALFORMED:
                response.status = 200
            await send_async_response(client, req, response, time.time())
        except ConnectionError:
            log.warning("The connection dropped before an acknowledgement; Slack delivers that request again")
        except Exception as error:  # noqa: BLE001 - an odd envelope must not come again and again
            log.warning("An envelope made no sense: %s at %s", type(error).__name__, place(error))
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
