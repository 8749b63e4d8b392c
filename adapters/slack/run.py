"""Runs the adapter from its first call to Slack to its last answer: start, listen, and leave in good order."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.slack.api import Api, sdk_log
from adapters.slack.app import to_app
from adapters.slack.desk import Desk, Memory
from adapters.slack.http_events import Door, to_server
from adapters.slack.socket_mode import Socket
from adapters.slack.start import Settings, StartError, check, probe
from adapters.slack.work import Work
from bot import Bot

log = logging.getLogger("compute-bot.slack")

GARBAGE = 10_000  # objects made before garbage is looked for: an answer makes hundreds, and each round looks at many

Renew = Callable[[Callable[[Bot], None]], None]  # told at the start whom to give a bot with newer knowledge
Watch = Callable[[Callable[[], Awaitable[bool]]], None]  # told how it can be seen whether Slack reaches us


def run(bot: Bot, settings: Settings, memory: Memory, renew: Renew | None = None) -> None:
    """Answer until SIGTERM or SIGINT, then finish what was begun; raises StartError or UnreachableError."""
    check(settings)
    gc.collect()
    gc.freeze()  # the knowledge stays as it is: no need to look through it for garbage again and again
    gc.set_threshold(GARBAGE)
    asyncio.run(serve(bot, settings, memory, renew=renew))


async def serve(  # noqa: PLR0913 - what it is given by whoever runs it
    bot: Bot,
    settings: Settings,
    memory: Memory,
    stop: asyncio.Event | None = None,
    *,
    renew: Renew | None = None,
    watch: Watch | None = None,
) -> None:
    """Answer until `stop` is set, or a signal comes if none is given; raises StartError or UnreachableError."""
    quieten()
    stop, watch = stop or on_signal(), watch or (lambda _: None)
    api, work = Api(settings.api, settings.bot_token), Work()
    try:
        identity = await probe(settings, api)
        desk = Desk(bot, api, memory, identity.user, settings.channels)
        del bot  # a newer one may take its place, and two take twice the memory
        if renew:
            renew(desk.use)
        app = to_app(identity, api, desk, work)
        if settings.http:
            door = Door(app, settings.signing_secret)
            await over_http(door, settings, stop, watch)
        else:
            await over_socket(Socket(app, settings.app_token, settings.ping), stop, watch)
        given_up = await work.finish(settings.stop)
        log.info("Stopped; %s", f"{given_up} answers were given up" if given_up else "nothing was left to do")
    finally:
        await api.close()


async def over_http(door: Door, settings: Settings, stop: asyncio.Event, watch: Watch) -> None:
    """Take requests on a port until it is time to stop."""
    runner = to_server(door)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            raise StartError(f"Port {settings.port} cannot be listened on: {error.strerror}") from None
        log.info("Listening over HTTP on port %s", runner.addresses[0][1])
        watch(always)
        await stop.wait()
    finally:
        door.open = False
        await runner.cleanup()


async def over_socket(socket: Socket, stop: asyncio.Event, watch: Watch) -> None:
    """Keep one connection until it is time to stop."""
    watch(socket.client.is_connected)
    connecting = asyncio.ensure_future(connected(socket))
    try:
        await stop.wait()
    finally:
        await socket.leave()
        connecting.cancel()


async def always() -> bool:
    """Whether Slack reaches us: a port that is listened on stays so."""
    return True


async def connected(socket: Socket) -> None:
    """Connect, however often it takes, and say so."""
    await socket.connect_async()  # type: ignore[no-untyped-call]
    log.info("Listening over Socket Mode")


def on_signal() -> asyncio.Event:
    """Set when somebody asks this process to end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def quieten() -> None:
    """Keep the SDK from logging what people write, which it does when it debugs, and traces, which may hold it."""
    sdk_log.setLevel(logging.WARNING)
    sdk_log.addFilter(without_trace)


def without_trace(record: logging.LogRecord) -> bool:
    """Let a record through without its trace."""
    record.exc_info = record.exc_text = None
    return True
