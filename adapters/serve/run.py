"""Runs the house from its start to its end: platforms, health pages, pulse, and knowledge as it changes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, NamedTuple

from adapters.serve.figures import Figures, Tally
from adapters.serve.health import Health, Memory, Store
from adapters.serve.heard import stamp
from adapters.serve.pages import pages, to_server
from adapters.serve.pulse import Pulse
from adapters.serve.supervise import Platform, Post, supervise

log = logging.getLogger("compute-bot.serve")

GARBAGE = 10_000  # objects made before garbage is looked for: an answer makes hundreds, and each round looks at many
LAST = 1.0  # second of the time to stop that platforms do not get, even if they ask for more


class Way(NamedTuple):
    """How to run: where the health pages are, and how many seconds for what."""

    host: str
    port: int
    stop: float
    pulse: float
    version: str


class House(NamedTuple):
    """What is run.

    `follow` reads changed knowledge for ever, and calls what it is given with whether that was sound.
    """

    platforms: tuple[Platform, ...]
    memory: Memory
    follow: Callable[[Callable[[bool], None]], Coroutine[Any, Any, None]]


def run(house: House, way: Way) -> bool:
    """Serve until SIGTERM or SIGINT; says whether any platform would have us to the end. Raises PortError."""
    settle()
    return asyncio.run(serve(house, way))


def settle() -> None:
    """Let go of what nobody uses any more, old knowledge above all, and look through the rest no more for garbage."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


async def serve(house: House, way: Way, stop: asyncio.Event | None = None) -> bool:
    """Serve until `stop` is set, or a signal comes if none is given; says whether any platform would have us."""
    began, stop = time.monotonic(), stop or on_signal()
    figures = Figures()
    figures.loaded = time.time()
    listen(figures)
    posts = [Post(platform, figures) for platform in house.platforms]
    store = Store(house.memory)
    health = Health(posts, store, figures)
    names = [post.name for post in posts]
    log.info("Started", extra={"event": "started", "version": way.version, "platforms": names})

    def taken(sound: bool) -> None:  # noqa: FBT001 - the one thing that is told
        health.sound = sound
        figures.reloads["ok" if sound else "broken"] += 1
        figures.loaded = time.time() if sound else figures.loaded
        settle()
        log.info("", extra={"event": "reloaded", "ok": sound})

    pulse = Pulse(health, figures)
    beside = (store.watch(), pulse.beat(way.pulse), house.follow(taken), say_when_ready(health, began))
    async with pages(to_server(health, figures, way.version), way.host, way.port), alongside(*beside):
        supervising = asyncio.create_task(supervise(posts, stop))
        supervising.add_done_callback(lambda _: stop.set())  # should it ever fail, the process must not stay
        await stop.wait()
        health.stopping = True
        return await leave(supervising, house, way)


async def leave(supervising: asyncio.Task[bool], house: House, way: Way) -> bool:
    """Let the platforms finish, write out what waits, and say how it went."""
    began = time.monotonic()
    log.info("Stopping", extra={"event": "stopping"})
    await asyncio.wait({supervising}, timeout=way.stop - LAST)
    supervising.cancel()
    await asyncio.wait({supervising}, timeout=LAST / 2)
    left = max(LAST / 2, way.stop - (time.monotonic() - began))
    try:
        await asyncio.wait_for(house.memory.finish(left), left)
    except Exception as error:
        log.error("What waited could not be written out", exc_info=error)  # noqa: TRY400 - a formatter of ours
    log.info("Stopped", extra={"event": "stopped", "seconds": round(time.monotonic() - began, 1)})
    return not supervising.done() or supervising.cancelled() or supervising.result()


@contextlib.asynccontextmanager
async def alongside(*doing: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do all this for as long as the block lasts; what fails is logged, and the block goes on."""
    tasks = [asyncio.create_task(each) for each in doing]
    for task in tasks:
        task.add_done_callback(complain)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def complain(task: asyncio.Task[None]) -> None:
    """Log what has ended a task that goes on beside the platforms."""
    if not task.cancelled() and (error := task.exception()):
        log.error("Something beside the platforms has ended", exc_info=error)


async def say_when_ready(health: Health, began: float) -> None:
    """Say once that everything is there."""
    while not health.ready:  # noqa: ASYNC110 - many things make it so, and it is asked for a few seconds only
        await asyncio.sleep(0.05)
    log.info("Ready", extra={"event": "ready", "seconds": round(time.monotonic() - began, 2)})


def listen(figures: Figures) -> None:
    """Count the errors that are logged, and give each line the id of its question."""
    root = logging.getLogger()
    for handler in root.handlers:
        handler.addFilter(stamp)
    root.addHandler(Tally(figures))


def on_signal() -> asyncio.Event:
    """Set when somebody asks this process to end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
