"""Discord: commands, buttons and messages become a `Question`, and an `Answer` becomes components.

Which words are an answer is decided in `bot`; which settings hold, in `adapters.cli`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import discord

from adapters.discord.client import NO_TOKEN, Client, RefusedError, until_told
from adapters.discord.desk import Memory
from adapters.discord.logs import to_stderr
from adapters.discord.message import to_message
from adapters.discord.question import to_question
from bot import Bot

__all__ = ["Memory", "RefusedError", "differences", "run", "to_message", "to_question"]


Renew = Callable[[Callable[[Bot], None]], None]  # told at the start whom to give a bot with newer knowledge


def run(bot: Bot, memory: Memory, token: str, renew: Renew | None = None) -> None:
    """Answer on Discord until the process is told to end; raises RefusedError when Discord will not have the bot."""
    to_stderr()
    asyncio.run(answer(bot, memory, token, renew))


async def answer(bot: Bot, memory: Memory, token: str, renew: Renew | None) -> None:
    """Serve with one client after another, each with the newest bot."""
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

    if renew:
        renew(use)
    await until_told(make, token)


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
