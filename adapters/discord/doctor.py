"""What a doctor looks at in Discord: the token, intents, commands, and whether our clock is Discord's."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import aiohttp
import discord
from discord.http import Route

from adapters.discord.client import NO_TOKEN, Client
from adapters.discord.desk import Memory
from bot import Bot

Finding = tuple[str, bool | None, str]

SKEW = 60.0  # seconds: an interaction must be answered within three, and its age is told by Discord's clock
FEW = 10  # sessions left for the day: every new connection costs one


async def examined(bot: Bot, memory: Memory, token: str) -> list[Finding]:
    """What is found, with nothing changed."""
    client = Client(bot, memory)
    try:
        return [await clock(), *await logged_in(client, token)]
    finally:
        await client.close()
        client.desk.close()


async def logged_in(client: Client, token: str) -> list[Finding]:
    """What only the token's owner can see."""
    try:
        await client.login(token)
        return [
            ("Discord's token", True, "is alive"),
            intents(client.application),
            await sessions(client),
            await commands(client),
        ]
    except discord.LoginFailure:
        return [("Discord's token", False, NO_TOKEN)]
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        return [("Discord's token", False, f"Discord did not answer ({type(error).__name__}): check the network")]


def intents(application: discord.AppInfo | None) -> Finding:
    """Whether the application was given more than the bot asks for, which nobody needs."""
    flags = application.flags if application else discord.ApplicationFlags()
    content = flags.gateway_message_content or flags.gateway_message_content_limited
    if content:
        return (
            "Discord's intents",
            True,
            "Message Content is on, and not needed: switch it off at the page Bot",
        )
    return "Discord's intents", True, "none is needed that wants a permission, and none is on"


async def sessions(client: Client) -> Finding:
    """How many connections the day has left."""
    try:
        _, _, limit = await client.http.get_bot_gateway()
    except discord.GatewayNotFound:
        return "Discord's gateway", None, "Discord did not say how many sessions are left"
    left = limit["remaining"]
    return "Discord's gateway", left >= FEW, f"{left} of {limit['total']} sessions are left for today"


async def commands(client: Client) -> Finding:
    """Whether Discord has the commands that this version has."""
    differing = await client.sync(dry=True)
    if differing:
        return "Discord's commands", False, f"{'; '.join(differing)}: compute-bot discord sync, or a start, sends them"
    return "Discord's commands", True, "are registered, and in step with this version"


async def clock() -> Finding:
    """Whether our clock shows the time that Discord states."""
    what = "Discord's clock"
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{Route.BASE}/gateway") as reply:
            ahead = time.time() - parsedate_to_datetime(reply.headers.get("Date", "")).timestamp()
    except (aiohttp.ClientError, OSError, ValueError):
        return what, None, "no answer that had a time"
    if abs(ahead) > SKEW:
        way = "ahead of" if ahead > 0 else "behind"
        return what, False, f"this machine is {abs(ahead):.0f} seconds {way} it: set the clock, or have NTP do so"
    return what, True, "agrees with this machine's within a minute"
