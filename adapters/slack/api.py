"""Calls to Slack: each waits its turn when Slack is busy, and says by an exception when it did not succeed.

What is called when is decided in `desk`.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.blocks import Block

log = logging.getLogger("compute-bot.slack")
sdk_log = logging.getLogger("compute-bot.slack.sdk")

TRIES = 4  # calls in all: a busy channel is free again after one or two
LONGEST = 60.0  # seconds that Slack may ask us to wait; an answer that comes later helps nobody
FIRST_WAIT = 0.5  # seconds before the second try, doubled each time, where Slack names no time
CALL = 30.0  # seconds for one call
CONNECTIONS = 100
TAKEN, TOO_MANY, BROKEN = 200, 429, 500

FAILURES = (SlackApiError, ClientError, TimeoutError, OSError)


class RefusedError(Exception):
    """A response address did not take the reply; its text is the status and Slack's word for it."""


class Patience(AsyncRetryHandler):
    """Tries again after 429 and every 5xx, when Slack says or after a little longer each time."""

    def __init__(self) -> None:
        super().__init__(max_retry_count=TRIES - 1)

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002 - the SDK's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002 - the SDK's signature
    ) -> bool:
        return response is not None and worthwhile(response.status_code, response.headers, state.current_attempt)

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002 - the SDK's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002 - the SDK's signature
    ) -> None:
        """Wait as long as is due."""
        state.next_attempt_requested = True
        await asyncio.sleep(wait(response.headers if response else {}, state.current_attempt))
        state.increment_current_attempt()


def worthwhile(status: int, headers: Mapping[str, Any], attempt: int) -> bool:
    """Whether another try may succeed while somebody still waits for it."""
    return (status == TOO_MANY or status >= BROKEN) and wait(headers, attempt) <= LONGEST


def wait(headers: Mapping[str, Any], attempt: int) -> float:
    """Seconds until the next try: what Retry-After says, or twice as long as before, and a little for fairness."""
    named = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    first = named[0] if isinstance(named, list) and named else named
    seconds = float(first) if isinstance(first, str) and first.isdecimal() else FIRST_WAIT * 2**attempt
    return seconds + random.random() / 10  # noqa: S311 - no secret


class Api:
    """The calls that the adapter makes, over kept-alive connections; use it within a running event loop."""

    def __init__(self, url: str, token: str) -> None:
        self.session = ClientSession(connector=TCPConnector(limit=CONNECTIONS), timeout=ClientTimeout(total=CALL))
        self._dropped: list[AsyncRetryHandler] = [AsyncConnectionErrorRetryHandler(max_retry_count=2)]
        self.web = AsyncWebClient(
            token, base_url=url, session=self.session, logger=sdk_log, retry_handlers=[Patience(), *self._dropped]
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self.session.close()

    async def post(self, channel: str, message: Block, thread: str = "") -> None:
        """Post for everybody in the channel or thread; links do not unfold."""
        await self.web.chat_postMessage(
            channel=channel, thread_ts=thread or None, unfurl_links=False, unfurl_media=False, **message
        )

    async def whisper(self, channel: str, user: str, text: str, thread: str = "") -> None:
        """Post so that only this person sees it."""
        await self.web.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread or None)

    async def replace(self, channel: str, ts: str, message: Block) -> None:
        """Put another message in the place of one of ours."""
        await self.web.chat_update(channel=channel, ts=ts, **message)

    async def delete(self, channel: str, ts: str) -> None:
        """Take one of our messages away."""
        await self.web.chat_delete(channel=channel, ts=ts)

    async def respond(self, url: str, message: dict[str, Any]) -> None:
        """Reply to a response address; raises RefusedError, as the SDK lets such a failure pass in silence."""
        hook = AsyncWebhookClient(url, session=self.session, logger=sdk_log, retry_handlers=self._dropped)
        reply = await hook.send_dict(dict(message))
        for attempt in range(TRIES - 1):
            if not worthwhile(reply.status_code, reply.headers, attempt):
                break
            await asyncio.sleep(wait(reply.headers, attempt))
            reply = await hook.send_dict(dict(message))
        if reply.status_code != TAKEN or '"ok":false' in reply.body:
            raise RefusedError(f"{reply.status_code}")


def reason(error: BaseException) -> str:
    """Why a call failed, in words that hold nothing of any message."""
    if isinstance(error, SlackApiError):
        found = error.response.get("error") if isinstance(error.response.data, dict) else None
        return str(found or f"status {error.response.status_code}")
    return f"status {error}" if isinstance(error, RefusedError) else type(error).__name__
