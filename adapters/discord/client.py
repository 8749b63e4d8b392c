"""The connection to Discord: what arrives goes to the desk; whatever breaks is tried again, until somebody ends it."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import sys
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
from discord import app_commands

from adapters.discord.buttons import buttons
from adapters.discord.commands import add_commands
from adapters.discord.desk import Desk, Memory
from adapters.discord.names import Names
from adapters.discord.sync import sync
from bot import Bot

DRAIN = 20.0  # seconds for what is in hand when the bot is told to end; ECS kills after 30
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0, 120.0)  # seconds before the next attempt: fewer than 1,000 a day
LATE = 30.0  # seconds that Discord takes to echo a heartbeat: by then it is not worth being called a connection
LONG_ENOUGH = 300.0  # seconds: after a connection that lasted so long, the pauses begin anew
WRONG_TOKEN = 4004  # the gateway's code
SPREAD = 0.25  # of a pause, up or down, so that many copies do not come back at once

PORTAL = "https://discord.com/developers/applications"
NO_TOKEN = f"Discord refuses the token in DISCORD_TOKEN; copy it anew from the page Bot at {PORTAL}."
NO_INTENT = f"Discord refuses an intent, though none needs permission; look at the page Bot at {PORTAL}."
REFUSED = "Discord closes the connection for good, with code {}."

log = logging.getLogger(__name__)


class RefusedError(Exception):
    """Says in one sentence why Discord will not have us, however often we try."""


class Tree(app_commands.CommandTree["Client"]):
    """The commands, each delivery of which is carried out once, and whose failures become an apology."""

    async def interaction_check(self, interaction: discord.Interaction[Client], /) -> bool:
        """Whether this is the first delivery; completions change nothing and must be fast."""
        completing = interaction.type is discord.InteractionType.autocomplete
        return completing or await self.client.desk.first(interaction.id)

    async def on_error(self, interaction: discord.Interaction[Client], error: app_commands.AppCommandError, /) -> None:
        """Answer calmly."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self.client.desk.apologise(interaction, cause, "a command")


class Client(discord.Client):
    """Listens to commands, buttons, mentions, replies to the bot and direct messages; to nothing else."""

    def __init__(self, bot: Bot, memory: Memory, guild_ready_timeout: float = 2.0) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=guild_ready_timeout,
        )
        self.desk = Desk(bot, memory)
        self.tree = Tree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        add_commands(self.tree, self.desk)
        self.add_dynamic_items(*buttons(self.desk))

    async def setup_hook(self) -> None:
        """Once logged in, before anything arrives."""
        await self.tree.set_translator(Names())

    async def sync(self, *, dry: bool = False) -> list[str]:
        """Send the commands if they have changed, and say what has."""
        assert self.application_id  # noqa: S101 - known since the login
        return await sync(self.tree, self.http, self.application_id, dry=dry)

    def dispatch(self, event: str, /, *arguments: object, **named: object) -> None:
        """Hand out an event; discord.py would still do so when it has no loop any more to run it in."""
        if not self.is_closed():
            super().dispatch(event, *arguments, **named)

    def is_alive(self) -> bool:
        """Whether Discord reaches us: a session, its connection open and in time."""
        late = LATE < self.latency < float("inf")  # nothing is known of it before the first heartbeat
        return not self.is_closed() and bool(self.ws) and self.ws.open and bool(self.ws.session_id) and not late

    async def on_ready(self) -> None:
        """Say where we are."""
        log.info("connected as application %s; servers: %d", self.application_id, len(self.guilds))

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is addressed to the bot."""
        if self.user and is_for(message, self.user.id) and await self.desk.first(message.id):
            await self.desk.reply(message)

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """An event that failed where nobody can be told."""
        self.desk.note(sys.exception(), event_method)


def is_for(message: discord.Message, me: int) -> bool:
    """Whether a person wrote this to us: in a direct message, by a mention, or as a reply to what we said."""
    if (
        message.author.bot
        or message.webhook_id
        or message.type not in {discord.MessageType.default, discord.MessageType.reply}
    ):
        return False
    if message.guild is None or any(user.id == me for user in message.mentions):
        return True
    answered = message.reference.resolved if message.reference else None
    return isinstance(answered, discord.Message) and answered.author.id == me and bool(message.content)


# ---------------------------------------------------------------- for as long as it takes


async def serve(make: Callable[[], Client], token: str, end: asyncio.Event, drain: float = DRAIN) -> None:
    """Stay connected until `end`, then finish for at most `drain` seconds; raises RefusedError where that is vain."""
    failures = 0
    while not end.is_set():
        started = asyncio.get_running_loop().time()
        client = make()
        running = asyncio.create_task(connect(client, token))
        ending = asyncio.create_task(end.wait())
        try:
            await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
            if end.is_set() and not await client.desk.finish(drain):
                log.warning("left with work in hand, after %s seconds", drain)
        finally:
            await leave(client, running, ending)
        if end.is_set():
            return
        failures = 0 if asyncio.get_running_loop().time() - started > LONG_ENOUGH else failures
        pause = PAUSES[min(failures, len(PAUSES) - 1)] * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311
        failures += 1
        explain(running, pause)
        await soon(end, pause)


async def connect(client: Client, token: str) -> None:
    """Log in, send the commands if they have changed, and listen."""
    await client.login(token)
    try:
        for line in await client.sync():
            log.info("command %s", line)
    except (discord.HTTPException, aiohttp.ClientError) as error:
        client.desk.note(error, "sending the commands")
    await client.connect()


async def leave(client: Client, *tasks: asyncio.Task[Any]) -> None:
    """Close the connection, and let nothing run on."""
    await client.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    client.desk.close()


def explain(running: asyncio.Task[None], pause: float) -> None:
    """Say why the connection ended; raises RefusedError where another attempt would end alike."""
    error = None if running.cancelled() else running.exception()
    if isinstance(error, discord.LoginFailure):
        raise RefusedError(NO_TOKEN)
    if isinstance(error, discord.PrivilegedIntentsRequired):
        raise RefusedError(NO_INTENT)
    if isinstance(error, discord.ConnectionClosed):
        raise RefusedError(NO_TOKEN if error.code == WRONG_TOKEN else REFUSED.format(error.code))
    # Here ends, too, discord.py's AttributeError when the gateway cannot be reached at the first attempt.
    log.warning("no connection (%s); trying again in %.0f seconds", type(error).__name__, pause)


async def soon(end: asyncio.Event, pause: float) -> None:
    """Wait for the end, but not longer than the pause."""
    try:
        async with asyncio.timeout(pause):
            await end.wait()
    except TimeoutError:
        return


def on_signal() -> asyncio.Event:
    """Set when somebody asks this process to end."""
    end = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        try:
            asyncio.get_running_loop().add_signal_handler(told, end.set)
        except NotImplementedError:  # Windows: Ctrl-C raises KeyboardInterrupt instead
            break
    return end
