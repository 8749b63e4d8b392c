"""The desk: takes what was asked to the bot, and brings the reply to where it belongs.

What is a question is decided in `question`, what to say in `bot`, and how it looks in `message` and `home`.
"""

from __future__ import annotations

import logging
import time
from typing import Any, Protocol

from adapters.slack.api import Api, RefusedError, reason
from adapters.slack.blocks import Block, escaped
from adapters.slack.home import prompts, to_home
from adapters.slack.message import DELETE, FEEDBACK, HELPFUL, REPLACE, SHARE, Share, to_message
from adapters.slack.question import Asked, Payload, person_of, string, team_of, thread_of, to_question
from bot import Answer, Bot, Question

log = logging.getLogger("compute-bot.slack")

HELP = "?"  # the question to which the bot says what it can do
THANKS = "Thank you, that is noted."
NOT_NOTED = "Thank you, but I cannot note that at the moment. Please press again in a minute."
NOT_YOURS = "Only the person who asked can delete this."
ASK_AGAIN = "I can no longer share this answer. Please ask again."
OUTSIDE = {"not_in_channel", "channel_not_found", "is_archived"}  # why we may not post where a response address may


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

    async def open_thread(self, thread: str) -> None:
        """Remember that we opened this thread; returns at once."""

    async def opened(self, thread: str) -> bool:
        """Whether we opened this thread."""


class Desk:
    """What is done with each kind of request; every method may raise one of `api.FAILURES`."""

    def __init__(self, bot: Bot, api: Api, memory: Memory, me: str, channels: frozenset[str] = frozenset()) -> None:
        self._api, self._memory = api, memory
        self._me, self._channels = me, channels
        self.use(bot)

    def use(self, bot: Bot) -> None:
        """Answer with this bot from the next question on."""
        self._bot, self._home, self._prompts = bot, to_home(bot), prompts(bot)

    async def asked(self, body: Payload) -> None:
        """Answer an event, a command or a message shortcut, once."""
        asked = to_question(body, self._me, self._channels, time.time())
        if asked is None or (asked.follows and not await self._memory.opened(asked.follows)):
            return
        if not await self._first(body):
            return
        if not asked.opens:  # of a thread that begins with this message, nobody knows anything yet
            await self._memory.recall(self._bot, asked.question.conversation)
        answer = self._answer(asked)
        if answer is None:
            return
        if asked.opens:
            await self._memory.open_thread(thread_of(asked.team, asked.channel, asked.thread))
        await self._reply(asked, answer)
        self._memory.answered(self._bot, asked.question, answer, asked.user)

    async def home_opened(self, body: Payload) -> None:
        """Show the App Home, or offer questions in the empty conversation beside it."""
        if not await self._first(body):
            return
        if string(body, "event", "tab") == "home":
            await self._api.call("views.publish", {"user_id": string(body, "event", "user"), "view": self._home})
        elif string(body, "event", "tab") == "messages" and self._prompts:
            offer = {"channel_id": string(body, "event", "channel"), "prompts": self._prompts}
            await self._api.call("assistant.threads.setSuggestedPrompts", offer)

    async def clicked(self, body: Payload) -> None:
        """Do what a button says."""
        actions = body.get("actions")
        action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
        does = {SHARE: self._share, FEEDBACK: self._feedback, DELETE: self._delete}
        name, value = string(action, "action_id").partition(":")[0], string(action, "value")
        if value and await self._first(body):
            await does.get(name, self._suggested)(body, value)

    # ------------------------------------------------------------ questions

    async def _first(self, body: Payload) -> bool:
        """Whether this request was not dealt with before, however often it is delivered."""
        key = string(body, "event_id") or string(body, "trigger_id")
        return await self._memory.first(key) if key else True

    def _answer(self, asked: Asked) -> Answer | None:
        """What to say, or none where silence is better."""
        began = time.perf_counter()
        answer = self._bot.ask(asked.question)
        if answer.kind == "silent" and asked.owed == "always":
            answer = self._bot.ask(Question(HELP))
        log.debug("%s in %.1f ms", answer.kind, 1000 * (time.perf_counter() - began))
        if answer.kind == "silent" or (asked.owed == "sure" and answer.kind != "answer"):
            return None
        return answer

    async def _reply(self, asked: Asked, answer: Answer) -> None:
        if not asked.response:
            await self._api.post(asked.channel, to_message(answer, asker=asked.user), asked.thread)
            return
        share = Share(answer.id, asked.thread, asked.question.text)
        await self._api.respond(asked.response, private(to_message(answer, share=share)))

    # ------------------------------------------------------------ buttons

    async def _suggested(self, body: Payload, question: str) -> None:
        """Answer a suggestion where it stands: in place of a question back, below an answer."""
        channel, user = string(body, "channel", "id"), string(body, "user", "id")
        thread, ts = string(body, "message", "thread_ts"), string(body, "message", "ts")
        hidden = bool(isinstance(body.get("container"), dict) and body["container"].get("is_ephemeral"))
        asked = Question(question, self._conversation(body, hidden=hidden), time.time())
        await self._memory.recall(self._bot, asked.conversation)
        answer = self._bot.ask(asked)
        if hidden:
            message = to_message(answer, share=Share(answer.id, thread, question))
            await self._api.respond(string(body, "response_url"), private(message) | {"replace_original": True})
        elif channel and replaces(body):
            await self._api.replace(channel, ts, to_message(answer, asker=user))
        else:
            direct = channel.startswith("D")
            message = to_message(answer, asker=user, asked=question)
            await self._api.post(channel or user, message, thread or ("" if direct else ts))
        self._memory.answered(self._bot, asked, answer, user)

    def _conversation(self, body: Payload, *, hidden: bool) -> str:
        """The conversation in which a button was pressed: the same as for a message there."""
        team, channel, user = team_of(body), string(body, "channel", "id"), string(body, "user", "id")
        if not channel or channel.startswith("D"):
            return person_of(team, user)
        thread = string(body, "message", "thread_ts") or string(body, "message", "ts")
        return thread_of(team, channel, user if hidden else thread)

    async def _share(self, body: Payload, value: str) -> None:
        """Say for everybody what only one person saw; the words come from the bot again, never from the button."""
        share, url = Share.read(value), string(body, "response_url")
        channel = string(body, "channel", "id")
        asked = Question(share.question, self._conversation(body, hidden=True), time.time())
        await self._memory.recall(self._bot, asked.conversation)
        answer = self._bot.ask(asked)
        if answer.kind != "answer" or answer.id != share.answer:
            await self._api.respond(url, private({"text": ASK_AGAIN, "replace_original": True}))
            return
        message = to_message(answer, asker=string(body, "user", "id"), asked=share.question)
        try:
            await self._api.post(channel, message, share.thread)
        except RefusedError as error:
            if reason(error) not in OUTSIDE:
                raise
            public: dict[str, Any] = {"response_type": "in_channel", "replace_original": False}
            await self._api.respond(url, message | public | ({"thread_ts": share.thread} if share.thread else {}))
        await self._api.respond(url, {"delete_original": True})

    async def _feedback(self, body: Payload, value: str) -> None:
        """Note it, and say to the one who gave it whether it is kept."""
        user, helpful = string(body, "user", "id"), value.startswith(HELPFUL)
        kept = await self._memory.feedback(value[1:], user, helpful=helpful)
        await self._tell(body, THANKS if kept else NOT_NOTED)

    async def _delete(self, body: Payload, asker: str) -> None:
        """Delete the message, for its asker alone."""
        if asker != string(body, "user", "id"):
            await self._tell(body, NOT_YOURS)
            return
        await self._api.delete(string(body, "channel", "id"), string(body, "message", "ts"))

    async def _tell(self, body: Payload, text: str) -> None:
        """Say something to the person who pressed a button."""
        url = string(body, "response_url")
        if url:
            await self._api.respond(url, private({"text": escaped(text, 300), "replace_original": False}))
            return
        channel, user = string(body, "channel", "id"), string(body, "user", "id")
        await self._api.whisper(channel, user, text, string(body, "message", "thread_ts"))


def private(message: Block) -> Block:
    """The message as a reply that one person sees."""
    return {"response_type": "ephemeral", "unfurl_links": False, "unfurl_media": False} | message


def replaces(body: Payload) -> bool:
    """Whether the button that was pressed gives its message up for the answer."""
    return REPLACE in string(body["actions"][0], "action_id").split(":")
