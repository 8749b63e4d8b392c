"""Discord: commands, buttons and messages become a `Question`, and an `Answer` becomes components.

Which words are an answer is decided in `bot`; which settings hold, in `adapters.cli`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import discord

from adapters.discord.client import DRAIN, NO_TOKEN, Client, RefusedError, on_signal
from adapters.discord.client import serve as stay
from adapters.discord.desk import Memory
from adapters.discord.doctor import examined
from adapters.discord.message import to_message
from adapters.discord.question import to_question
from bot import Bot

__all__ = ["Memory", "RefusedError", "Watch", "differences", "examined", "run", "serve", "to_message", "to_question"]

Renew = Callable[[Callable[[Bot], None]], None]  # told at the start whom to give a bot with newer knowledge
Watch = Callable[[Callable[[], Awaitable[bool]]], None]  # told how it can be seen whether Discord reaches us


def run(bot: Bot, memory: Memory, token: str, renew: Renew | None = None, drain: float = DRAIN) -> None:
    """Answer on Discord until the process is told to end; raises RefusedError when Discord will not have the bot."""
    asyncio.run(serve(bot, memory, token, renew=renew, drain=drain))


async def serve(  # noqa: PLR0913 - what it is given by whoever runs it
    bot: Bot,
    memory: Memory,
    token: str,
    stop: asyncio.Event | None = None,
    *,
    renew: Renew | None = None,
    watch: Watch | None = None,
    drain: float = DRAIN,
) -> None:
    """Answer until `stop` is set, or a signal comes if none is given, with one client after another.

    At the end, what is in hand is given `drain` seconds. Raises RefusedError.
    """
    client: Client | None = None

    def make() -> Client:
        nonlocal client
        client = Client(bot, memory)
        return client

    def use(newer: Bot) -> None:
        nonlocal bot
        bot = newer
        if client:
            client.desk.bot = newer

    async def alive() -> bool:
        return bool(client and client.is_alive())

    if renew:
        renew(use)
    if watch:
        watch(alive)
    await stay(make, token, stop or on_signal(), drain)


def differences(bot: Bot, memory: Memory, token: str, *, dry: bool) -> list[str]:
    """What differs between our commands and those that Discord has; unless it is a dry run, they are sent."""
    return asyncio.run(synced(Client(bot, memory), token, dry=dry))


async def synced(client: Client, token: str, *, dry: bool) -> list[str]:
    """Log in only to send the commands."""
    async with client:
        try:
            await client.login(token)
            return await client.sync(dry=dry)
        except discord.LoginFailure:
            raise RefusedError(NO_TOKEN) from None
        except discord.HTTPException as error:
            raise RefusedError(
                f"Discord does not take the commands: status {error.status}, code {error.code}."
            ) from None
        finally:
            client.desk.close()
