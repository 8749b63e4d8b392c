"""The supervision: a platform that ends is begun again, after a pause that grows, and whatever the others do.

A platform that has been without a connection for too long is ended, so that it begins anew.
Tokens come from the environment, so one that is refused cannot become right while this process lives. As long as
another platform works it is worth staying, and the refused one is tried at the longest pause, in case the fault was the
vendor's; when every platform is refused the process ends, so that whoever runs it starts one with today's secrets.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Literal, NamedTuple

from adapters.serve.figures import Figures
from adapters.serve.heard import Heard, Journal

log = logging.getLogger("compute-bot.serve")

PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)  # seconds before the next attempt
SPREAD = 0.25  # of a pause, up or down, so that many copies do not come back at once
LONG_ENOUGH = 300.0  # seconds: after a platform was up so long, the pauses begin anew
STUCK = 600.0  # seconds without a connection, after which a platform's own way back has failed, and it is begun anew
LEAVE = 10.0  # seconds for a platform that is ended to tidy up
LOOK = 0.25  # seconds between two looks at a connection

State = Literal["starting", "up", "waiting", "refused", "stopped"]
Alive = Callable[[], Awaitable[bool]]  # whether a platform is connected at this moment
Watch = Callable[[Alive], None]  # told by a platform how that can be seen


class Platform(NamedTuple):
    """A chat, its journal, and what answers there until the event is set, and raises what keeps it from doing so.

    It raises one of `refused` where trying again is vain, and one of `unreachable` where it is not; of both, the text
    is a sentence for people.
    """

    name: str
    journal: Journal
    serve: Callable[[asyncio.Event, Watch, Heard], Coroutine[Any, Any, None]]
    refused: tuple[type[Exception], ...]
    unreachable: tuple[type[Exception], ...] = ()


class StuckError(Exception):
    """A platform is without a connection for too long."""


async def nowhere() -> bool:
    """What is known of a platform that has not said anything yet: it is not connected."""
    return False


class Post:
    """One platform and how it fares."""

    def __init__(self, platform: Platform, figures: Figures) -> None:
        self.platform = platform
        self.state: State = "starting"
        self._figures = figures
        self._heard = Heard(platform.journal, platform.name, figures)
        self._alive: Alive = nowhere
        self._failures = 0

    @property
    def name(self) -> str:
        """What the platform is called."""
        return self.platform.name

    def watch(self, alive: Alive) -> None:
        """From now on, this tells whether there is a connection."""
        self._alive = alive

    async def attempt(self, stop: asyncio.Event) -> None:
        """Serve once, until `stop` or until something fails; raises what failed."""
        self.state, self._alive = "starting", nowhere
        serving = asyncio.create_task(self.platform.serve(stop, self.watch, self._heard), name=self.name)
        try:
            await self._look_after(serving, stop)
        finally:
            serving.cancel()
            await asyncio.wait({serving}, timeout=LEAVE)
        if serving.done() and not serving.cancelled():
            serving.result()

    async def _look_after(self, serving: asyncio.Task[None], stop: asyncio.Event) -> None:
        """Keep the state while it serves; raises StuckError."""
        began = seen = time.monotonic()
        while not serving.done():
            await asyncio.wait({serving}, timeout=LOOK)
            now = time.monotonic()
            if stop.is_set() or serving.done():
                await asyncio.wait({serving})
            elif await self._alive():
                self._turn_up()
                seen = now
                self._failures = 0 if now - began > LONG_ENOUGH else self._failures
            elif now - seen > STUCK:
                raise StuckError
            elif self.state == "up":
                self.state = "starting"
                log.warning("The connection is gone; it is being opened again", extra=self._about("down"))

    def _turn_up(self) -> None:
        if self.state != "up":
            self.state = "up"
            log.info("Connected", extra=self._about("up"))

    def fail(self, error: BaseException) -> float:
        """Note why it has ended, and give the seconds until the next attempt."""
        refused = isinstance(error, self.platform.refused)
        self.state = "refused" if refused else "waiting"
        pause = PAUSES[-1] if refused else PAUSES[min(self._failures, len(PAUSES) - 1)]
        pause *= random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - no secret
        self._failures += 1
        self._figures.restarts[self.name] += 1
        about = self._about("down") | {"seconds": round(pause, 1)}
        if refused:
            log.error("%s", error, extra=about)
        elif isinstance(error, self.platform.unreachable):
            log.warning("%s", error, extra=about)
        else:
            log.warning("It has ended, and is begun again", extra=about, exc_info=error)
        return pause

    def _about(self, event: str) -> dict[str, object]:
        return {"event": event, "platform": self.name, "state": self.state}


async def supervise(posts: Iterable[Post], stop: asyncio.Event) -> bool:
    """Keep every platform going until `stop`; says whether any of them would have us to the end."""
    every = list(posts)
    await asyncio.gather(*(keep(post, every, stop) for post in every))
    return any(post.state != "refused" for post in every)


async def keep(post: Post, every: list[Post], stop: asyncio.Event) -> None:
    """Keep one platform going until `stop`, which is set here when every platform is refused."""
    while not stop.is_set():
        try:
            await post.attempt(stop)
            error: Exception = EOFError()  # it ended by itself, without a word
        except Exception as failure:  # noqa: BLE001 - whatever it is, the others go on
            error = failure
        if stop.is_set():
            break
        pause = post.fail(error)
        if all(other.state == "refused" for other in every):
            stop.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
    if post.state != "refused":
        post.state = "stopped"
