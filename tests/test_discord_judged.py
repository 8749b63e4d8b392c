"""Discord, judged by simcord: written elsewhere, it plays Discord for discord.py and refuses what Discord refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import discord
import pytest
import simcord
from fake_discord import Payload, awaited, labels, text_of
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from adapters.discord.client import Client
from adapters.store.journal import Journal
from adapters.store.memory import MemoryStore
from bot import Bot

QUESTION = "How long can a Lambda function run?"
OURS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class Scene(NamedTuple):
    """A server with a channel and two people, and our bot in it."""

    env: simcord.Env
    client: Client
    channel: ChannelHandle
    alice: MemberActor
    bob: MemberActor


@asynccontextmanager
async def scene(bot: Bot) -> AsyncIterator[Scene]:
    client = Client(bot, Journal(MemoryStore(), "discord", str))
    async with simcord.run(client, approved_intents=OURS) as env:
        await client.sync()
        guild = env.create_guild()
        alice, bob = (guild.add_member(env.create_user(name)) for name in ("alice", "bob"))
        yield Scene(env, client, guild.create_text_channel("study"), alice, bob)


def last(channel: ChannelHandle) -> discord.Message:
    assert channel.last_message
    return channel.last_message


def shown(result: InteractionResult) -> Payload:
    """The reply as a payload."""
    assert result.response
    return {"content": result.response.content, "components": result.response.components}


@awaited
async def test_the_commands_are_accepted_and_then_unchanged(the_bot: Bot) -> None:
    async with scene(the_bot) as here:
        assert await here.client.sync() == []
        assert set(here.alice.available_commands(here.channel)) == {
            *("ask", "compare", "limits", "recommend", "topics", "about"),
        }


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("ask", {"question": QUESTION}, "15 minutes"),
        ("compare", {"a": "Lambda", "b": "Fargate"}, "-# Time limit\n**Lambda** 15 minutes"),
        ("compare", {"a": "Lambda", "b": "Fargate", "c": "EC2"}, "**EC2** "),
        ("compare", {"a": "Lambda", "b": "Fargate", "by": "Billing"}, "billing"),
        ("limits", {"service": "Lambda"}, "15 minutes"),
        ("recommend", {"need": "containers"}, "Recommendation"),
    ],
)
@awaited
async def test_answers_are_for_all(the_bot: Bot, name: str, options: dict[str, str], says: str) -> None:
    async with scene(the_bot) as here:
        result = await here.alice.slash(here.channel, name, **options)
        assert says in text_of(shown(result))
        assert (result.ephemeral, result.deferred) == (False, False)
        private = await here.alice.slash(here.channel, name, **options, private=True)
        assert private.ephemeral


@pytest.mark.parametrize("name", ["topics", "about"])
@awaited
async def test_pages_are_for_the_asker(the_bot: Bot, name: str) -> None:
    async with scene(the_bot) as here:
        assert (await here.alice.slash(here.channel, name)).ephemeral


@pytest.mark.parametrize("question", ["How do I prune roses?", "hello", "@everyone <@1> **x**", "x" * 1000])
@awaited
async def test_refusals_are_for_the_asker(the_bot: Bot, question: str) -> None:
    async with scene(the_bot) as here:
        result = await here.alice.slash(here.channel, "ask", question=question)
        assert result.ephemeral
        assert "@everyone" not in text_of(shown(result))


@awaited
async def test_completion_is_within_the_limits(the_bot: Bot) -> None:
    async with scene(the_bot) as here:
        for typed in ("", "l", "how long can lam", "x" * 300, "what is the difference between"):
            await here.alice.autocomplete(here.channel, "ask", "question", typed)
        assert await here.alice.autocomplete(here.channel, "ask", "question", "lambda")
        assert len(await here.alice.autocomplete(here.channel, "recommend", "need", "")) == 25
        found = await here.alice.autocomplete(here.channel, "compare", "b", "", a="Lambda")
        assert "AWS Lambda" not in [choice["name"] for choice in found]


@awaited
async def test_a_message_is_asked_about(the_bot: Bot) -> None:
    async with scene(the_bot) as here:
        message = await here.bob.send(here.channel, QUESTION)
        result = await here.alice.context_menu(here.channel, "Ask about this", message)
        assert "15 minutes" in text_of(shown(result))


@awaited
async def test_mentions_and_direct_messages_are_answered_and_nothing_else(the_bot: Bot) -> None:
    async with scene(the_bot) as here:
        assert here.client.user
        await here.alice.send(here.channel, QUESTION)
        assert last(here.channel).author.id == here.alice.id
        asked = await here.alice.send(here.channel, f"<@{here.client.user.id}> {QUESTION}")
        reply = last(here.channel)
        assert reply.author.id == here.client.user.id
        assert reply.reference
        assert reply.reference.message_id == asked.id
        assert not reply.mentions
        assert reply.flags.components_v2
        assert reply.flags.suppress_embeds
        before = len(here.env.http_requests)
        await here.alice.send_dm(QUESTION)
        assert len(here.env.http_requests) > before


@awaited
async def test_buttons_work_after_a_restart(the_bot: Bot) -> None:
    async with scene(the_bot) as here:
        await here.alice.slash(here.channel, "ask", question=QUESTION)
        answer = last(here.channel)
        store = MemoryStore()
        await here.env.restart_bot(Client(the_bot, Journal(store, "discord", str)))
        thanks = await here.bob.click(answer, label="Helpful")
        assert thanks.ephemeral
        assert [vote.helpful for vote in await store.votes()] == [True]
        refused = await here.bob.click(answer, label="Delete")
        assert refused.ephemeral
        assert last(here.channel).id == answer.id
        await here.alice.click(answer, label="Delete")
        assert answer.id not in [message.id for message in here.channel.history()]


@awaited
async def test_a_suggestion_is_answered_where_it_was_made(the_bot: Bot) -> None:
    async with scene(the_bot) as here:
        greeting = await here.alice.slash(here.channel, "ask", question="hello")
        assert greeting.response
        label = labels(shown(greeting))[0]
        result = await here.alice.click(greeting.response.message, label=label)
        assert result.ephemeral
        assert text_of(shown(result))


@awaited
async def test_a_command_that_fails_is_answered(the_bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene(the_bot) as here:
        monkeypatch.setattr(type(the_bot), "ask", lambda *_: 1 / 0)
        result = await here.alice.slash(here.channel, "ask", question=QUESTION)
        assert result.ephemeral
        assert "error" in text_of(shown(result))
        monkeypatch.undo()
        assert [type(e) for e in here.env.errors]
