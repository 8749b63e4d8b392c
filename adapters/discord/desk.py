"""The desk: takes a question, has it answered, and hands the answer over in the way Discord wants it.

Which question was asked is decided in `commands`, `buttons` and `client`; how an answer looks in `message`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiohttp
import discord
from discord import Interaction
from discord.ui import LayoutView

from adapters.discord.message import NOTHING, to_message
from adapters.discord.question import to_question
from bot import Answer, Bot, Question

DEFER_AFTER = 1.5  # seconds: Discord waits 3 for the first sign of life, and one failed attempt costs a second
SETTLE = 0.05  # seconds in which work that has arrived begins
TOO_LATE, ANSWERED_BEFORE, GONE = 10062, 40060, 10008  # Discord's codes for what cannot be answered any more
WAITING = "waiting"
NOTED = "Thank you, noted."
NOT_NOTED = "Thank you, but I cannot note that at the moment. Please press again in a minute."
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError)

log = logging.getLogger(__name__)
Talk = Interaction[Any]


class Memory(Protocol):
    """What is remembered beyond one answer, perhaps on another machine; nothing of it fails, or takes long."""

    async def first(self, event: str) -> bool:
        """Whether this event is for us to answer; true only once for each id, also among several processes."""

    async def recall(self, bot: Bot, conversation: str) -> None:
        """Hand the bot what another process knows about a conversation."""

    def answered(self, bot: Bot, question: Question, answer: Answer, user: str) -> None:
        """Note that a reply was sent; returns at once."""

    async def feedback(self, answer: str, by: str, *, helpful: bool) -> bool:
        """Keep what somebody thinks of an answer, in place of what they thought; says whether it is kept for good."""


class Desk:
    """Answers one question after the other, in a thread of its own, so that Discord hears from us meanwhile."""

    def __init__(self, bot: Bot, memory: Memory) -> None:
        self.bot = bot
        self._memory = memory
        self._thread = ThreadPoolExecutor(1, "answers")
        self._busy = 0
        self._idle = asyncio.Event()

    async def first(self, event: int) -> bool:
        """Whether this event is delivered for the first time; Discord may deliver one twice."""
        async with self.working():
            return await self._memory.first(str(event))

    async def respond(self, talk: Talk, text: str, *, private: bool = False) -> None:
        """Answer an interaction: an answer for all to see unless it shall be private, anything else for the asker."""
        async with self.working():
            question = to_question(text, talk.channel_id or 0, talk.user.id, talk.created_at.timestamp())
            asked = asyncio.ensure_future(self._answer(question))
            done, _ = await asyncio.wait({asked}, timeout=DEFER_AFTER)
            if not done:
                await talk.response.defer(ephemeral=private, thinking=True)
                talk.extras[WAITING] = private
            answer = await asked
            private = private or answer.kind != "answer"
            await self.hand(talk, to_message(answer, 0 if private else talk.user.id), private=private)
            self._memory.answered(self.bot, question, answer, str(talk.user.id))

    async def reply(self, message: discord.Message) -> None:
        """Answer a message with a reply; nothing where nothing was asked."""
        async with self.working():
            try:
                question = to_question(
                    message.content, message.channel.id, message.author.id, message.created_at.timestamp()
                )
                answer = await self._ask(question)
                if answer.kind != "silent":
                    await self._send(message, to_message(answer, message.author.id))
                    self._memory.answered(self.bot, question, answer, str(message.author.id))
            except UNREACHABLE as error:
                self.note(error, "a reply")
            except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a calm answer
                await self._send(message, notice(self.note(error, "a reply")))

    async def hand(self, talk: Talk, view: LayoutView, *, private: bool) -> None:
        """Show the message, whether Discord has already been told to wait or not."""
        if not talk.response.is_done():
            await talk.response.send_message(view=view, ephemeral=private, suppress_embeds=True)
            return
        waiting = talk.extras.pop(WAITING, None)  # whether only the asker sees that they wait; None where nobody waits
        if waiting is None:
            await talk.followup.send(view=view, ephemeral=private, suppress_embeds=True)
        elif private and not waiting:
            await talk.delete_original_response()
            await talk.followup.send(view=view, ephemeral=True, suppress_embeds=True)
        else:
            await talk.edit_original_response(view=view)

    async def rate(self, talk: Talk, answer: str, *, helpful: bool) -> None:
        """Keep a person's opinion of an answer, and say whether it is kept."""
        async with self.working():
            kept = await self._memory.feedback(answer, str(talk.user.id), helpful=helpful)
            await self.hand(talk, text_only(NOTED if kept else NOT_NOTED), private=True)

    async def apologise(self, talk: Talk, error: BaseException, what: str) -> None:
        """Say calmly that something went wrong, with the id under which the log has it."""
        if isinstance(error, discord.HTTPException) and error.code in {TOO_LATE, ANSWERED_BEFORE, GONE}:
            log.info("%s came too late: %s", what, error.code)
            return
        async with self.working():
            view = notice(self.note(error, what))
            try:
                await self.hand(talk, view, private=True)
            except UNREACHABLE as another:
                self.note(another, "an apology")

    @asynccontextmanager
    async def calmly(self, talk: Talk, what: str) -> AsyncIterator[None]:
        """What fails within is answered with an apology."""
        async with self.working():
            try:
                yield
            except Exception as error:  # noqa: BLE001 - the one place where a click's failure becomes an answer
                await self.apologise(talk, error, what)

    def note(self, error: BaseException | None, what: str) -> str:
        """Write an error to the log, and return the id under which it stands there."""
        mark = secrets.token_hex(4)
        log.error("error %s in %s", mark, what, exc_info=error)
        return mark

    # ------------------------------------------------------------ work in hand

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """While something is in hand, the bot does not leave."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def finish(self, longest: float) -> bool:
        """Wait until nothing is in hand, but not for ever; says whether that was reached."""
        try:
            async with asyncio.timeout(longest):
                await asyncio.sleep(SETTLE)  # what has just arrived is given a moment to begin
                while self._busy:  # what was first checked may only now be answered
                    await self._idle.wait()
                    await asyncio.sleep(SETTLE)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Let the thread go."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    # ------------------------------------------------------------ one answer

    async def _answer(self, question: Question) -> Answer:
        """The answer to somebody who is waiting for one: silence is none."""
        answer = await self._ask(question)
        return answer._replace(lead=NOTHING) if answer.kind == "silent" else answer

    async def _ask(self, question: Question) -> Answer:
        await self._memory.recall(self.bot, question.conversation)
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.bot.ask, question)

    @staticmethod
    async def _send(message: discord.Message, view: LayoutView) -> None:
        """Reply to a message, or speak up in its channel where it has been deleted meanwhile."""
        reference = message.to_reference(fail_if_not_exists=False)
        await message.channel.send(view=view, reference=reference, suppress_embeds=True, mention_author=False)


def text_only(text: str) -> LayoutView:
    """A message without buttons."""
    return to_message(Answer(kind="help", lead=text))


def notice(mark: str) -> LayoutView:
    """The apology for an error that the log has under this id."""
    return text_only(f"Something went wrong on my side; it is noted as error {mark}. Please try again in a moment.")
