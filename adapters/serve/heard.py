"""What is heard: a platform's journal that also tells the figures and the log of every question, by an id of its own.

The id is made up when an event arrives and holds for all that is done about it, so that every line of the log about
one question can be found; nothing about the person or the words is in it.
"""

from __future__ import annotations

import logging
import secrets
import time
from contextvars import ContextVar
from typing import NamedTuple, Protocol

from adapters.serve.figures import Figures
from bot import Answer, Bot, Question

log = logging.getLogger("compute-bot.serve")


class Journal(Protocol):
    """What platforms remember in, as far as it is listened to here."""

    async def first(self, event: str) -> bool:
        """Whether this event is seen for the first time."""

    async def recall(self, bot: Bot, conversation: str) -> None:
        """Hand the bot what is known of a conversation."""

    def answered(self, bot: Bot, question: Question, answer: Answer, user: str) -> None:
        """A reply was sent."""

    async def feedback(self, answer: str, by: str, *, helpful: bool) -> bool:
        """Keep what somebody thinks of an answer; says whether it is kept for good."""

    async def open_thread(self, thread: str) -> None:
        """Remember that we opened this thread."""

    async def opened(self, thread: str) -> bool:
        """Whether we opened this thread."""


class Arrival(NamedTuple):
    """An event: the id that it is given here, and when it came."""

    id: str
    at: float


arrival: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


class Heard:
    """The journal of one platform, listened to."""

    def __init__(self, journal: Journal, platform: str, figures: Figures) -> None:
        self._journal, self._platform, self._figures = journal, platform, figures

    async def first(self, event: str) -> bool:
        """Whether this event is seen for the first time."""
        arrival.set(Arrival(secrets.token_hex(4), time.perf_counter()))
        return await self._journal.first(event)

    async def recall(self, bot: Bot, conversation: str) -> None:
        """Hand the bot what is known of a conversation."""
        await self._journal.recall(bot, conversation)

    def answered(self, bot: Bot, question: Question, answer: Answer, user: str) -> None:
        """A reply was sent: count it, and say so."""
        came = arrival.get()
        seconds = time.perf_counter() - came.at if came else 0.0
        self._figures.answered(self._platform, answer.kind, seconds)
        about = {"event": "answered", "platform": self._platform, "kind": answer.kind, "ms": round(1000 * seconds, 1)}
        log.info("", extra=about)
        self._journal.answered(bot, question, answer, user)

    async def feedback(self, answer: str, by: str, *, helpful: bool) -> bool:
        """Keep what somebody thinks of an answer."""
        return await self._journal.feedback(answer, by, helpful=helpful)

    async def open_thread(self, thread: str) -> None:
        """Remember that we opened this thread."""
        await self._journal.open_thread(thread)

    async def opened(self, thread: str) -> bool:
        """Whether we opened this thread."""
        return await self._journal.opened(thread)


def stamp(record: logging.LogRecord) -> bool:
    """Give a line of the log the id of the question that it is about; to be a filter of a handler."""
    came = arrival.get()
    if came:
        record.question = came.id
    return True
