"""The journal: what a platform's desk asks and tells of what is kept. It never fails, and never waits for long.

What an answer waits for is short and may be done without: whether somebody else has the event, what was talked about.
All else is written in the background, in batches, and again if the store was down. Only feedback is waited for.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from adapters.store import Claim, Clock, Context, Count, Counted, Miss, Missed, Store, Vote
from adapters.store.memory import MemoryStore
from adapters.store.notes import Notes
from adapters.store.outage import Outage
from adapters.store.pseudonym import pseudonym
from bot import Answer, Bot, Question

Result = TypeVar("Result")
Key = TypeVar("Key")
Value = TypeVar("Value")

PATIENCE = 0.3  # seconds that an answer waits for the store, each time
FEEDBACK = 2.0  # seconds that a click waits; Discord waits 3 for the first sign of life
EVENT = 3600.0  # seconds: Slack delivers for the last time after about five minutes, Discord within minutes
DAY = 86_400.0  # seconds
THREAD = 7 * DAY  # seconds: nobody expects an answer in last week's thread
CONTEXT = 15 * 60.0  # seconds after which the bot takes a message for a new topic
CONVERSATIONS = 5_000  # whose newest context need not be read again, as it is our own
QUESTIONS, QUESTION = 5_000, 3600.0  # texts, seconds: what was asked, in case that the answer turns out unhelpful
MISSED = {"abstain", "clarify"}  # kinds of answer after which somebody went without

log = logging.getLogger("compute-bot.store")


class Asked(NamedTuple):
    """A question that was answered: as much of its text as is kept, and the subject of the answer."""

    text: str
    subject: str
    until: float


class Journal:
    """One for each platform, around the store that all share.

    `keeps` says what is kept of a text, and for `days` it is. The clock tells seconds since the epoch.
    """

    def __init__(
        self, store: Store, platform: str, keeps: Callable[[str], str], days: float = 90.0, clock: Clock = time.time
    ) -> None:
        self._store, self._platform, self._keeps = store, platform, keeps
        self._days, self._clock = days, clock
        self._own = MemoryStore(clock)  # what this process knows by itself
        self._questions: OrderedDict[tuple[str, str], Asked] = OrderedDict()
        self._noted: OrderedDict[str, str] = OrderedDict()  # the contexts that are of this process itself
        self._outage = Outage()
        self._notes = Notes(store, self._outage)

    @property
    def healthy(self) -> bool:
        """Whether the store works, as far as is known."""
        return self._outage.over

    @property
    def failures(self) -> int:
        """How many calls to the store failed."""
        return self._outage.failures

    @property
    def lost(self) -> int:
        """How many notes were given up, because the store was down for too long."""
        return self._notes.lost

    # ------------------------------------------------------------ before an answer

    async def first(self, event: str) -> bool:
        """Whether the event is for us to answer: nobody had it before, as far as can be known in a moment."""
        key = f"event {self._platform} {event}"
        if not await self._own.claim(key, EVENT):
            return False
        return not self._store.shared or await self._ask(lambda: self._store.claim(key, EVENT), default=True)

    async def recall(self, bot: Bot, conversation: str) -> None:
        """Hand the bot what another copy may know about a conversation."""

        async def recalled() -> None:
            context = await self._store.context(conversation)
            if context and context != self._noted.get(conversation):
                bot.resume(conversation, context)

        if conversation and self._store.shared:
            await self._ask(recalled, default=None)

    async def opened(self, thread: str) -> bool:
        """Whether we opened this thread."""
        key = f"thread {self._platform} {thread}"
        if await self._own.known(key):
            return True
        return self._store.shared and await self._ask(lambda: self._store.known(key), default=False)

    # ------------------------------------------------------------ after an answer

    async def open_thread(self, thread: str) -> None:
        """Remember that we opened this thread; returns at once."""
        key = f"thread {self._platform} {thread}"
        await self._own.claim(key, THREAD)
        if self._store.shared:
            self._notes.add(Claim(key, THREAD))

    def answered(self, bot: Bot, question: Question, answer: Answer, user: str) -> None:
        """A reply was sent: note what to learn from it. Returns at once."""
        try:
            if answer.kind != "silent":
                self._note_all(bot, question, answer, pseudonym(f"{self._platform}:{user}"))
        except Exception as error:  # noqa: BLE001 - the reply was sent, and that is what matters
            log.error("Noting an answer failed: %s", type(error).__name__)  # noqa: TRY400 - a trace may show text

    async def feedback(self, answer: str, by: str, *, helpful: bool) -> bool:
        """Keep what somebody thinks of an answer; says whether it is kept for good."""
        user = pseudonym(f"{self._platform}:{by}")
        asked = self._asked(answer, user)
        vote = Vote(self._clock(), self._platform, user, answer, helpful, asked.subject)

        async def voted() -> bool:
            await self._store.vote(vote)
            return True

        kept = await self._ask(voted, default=False, patience=FEEDBACK)
        if kept and not helpful and await self._own.claim(f"unhelpful {answer} {user}", QUESTION):
            miss = Miss(vote.at, self._platform, user, "unhelpful", asked.text, "", "", answer)
            self._notes.add(Missed(miss, self._days * DAY))
        return kept

    async def finish(self, seconds: float) -> None:
        """Write out what waits, for so many seconds at most."""
        await self._notes.finish(seconds)

    # ------------------------------------------------------------ asking the store

    async def _ask(self, ask: Callable[[], Awaitable[Result]], default: Result, patience: float = 0.0) -> Result:
        """What the store says, or in good time the default. Whoever brings patience of their own is never spared it."""
        if not patience and self._outage.spares():
            return default
        try:
            async with asyncio.timeout(patience or PATIENCE):
                result = await ask()
        except Exception as error:  # noqa: BLE001 - nothing about the store may stop an answer
            self._outage.failed(error)
            return default
        self._outage.worked()
        return result

    # ------------------------------------------------------------ what is noted

    def _note_all(self, bot: Bot, question: Question, answer: Answer, user: str) -> None:
        subject, now = next(iter(answer.subjects), ""), self._clock()
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        self._notes.add(Counted(Count(day, self._platform, answer.kind, subject)))
        if question.conversation and self._store.shared:
            self._note_context(question.conversation, bot.context(question.conversation))
        text = self._keeps(question.text)
        if answer.kind in MISSED:
            miss = Miss(now, self._platform, user, answer.kind, text, answer.because, answer.closest, "")
            self._notes.add(Missed(miss, self._days * DAY))
        elif answer.id:
            self._remember((answer.id, ""), Asked("", subject, now + QUESTION))
            self._remember((answer.id, user), Asked(text, subject, now + QUESTION))

    def _note_context(self, conversation: str, context: str) -> None:
        if context:
            self._notes.add(Context(conversation, context, CONTEXT))
            put(self._noted, conversation, context, CONVERSATIONS)

    def _remember(self, key: tuple[str, str], asked: Asked) -> None:
        put(self._questions, key, asked, 2 * QUESTIONS)  # each stands under its asker, and under nobody

    def _asked(self, answer: str, user: str) -> Asked:
        """The question of this person that had the answer, if that is not too long ago; else the subject alone."""
        for key in ((answer, user), (answer, "")):
            asked = self._questions.get(key)
            if asked and asked.until > self._clock():
                return asked
        return Asked("", "", 0.0)


def put(newest: OrderedDict[Key, Value], key: Key, value: Value, most: int) -> None:
    """Keep the newest so many."""
    newest[key] = value
    newest.move_to_end(key)
    if len(newest) > most:
        newest.popitem(last=False)
