"""Keeps a bot on the newest sound knowledge of a folder; a broken edit keeps the old knowledge, and is told once.

Nothing here waits or watches by itself: a chat calls `poll` between two questions, a server `reload` when told.
`python -m adapters.reload FOLDER CACHE` reads a folder, keeps it compiled, and prints what is wrong with it as JSON.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import PathLike

from bot import Bot, KnowledgeError, Problem, digest

log = logging.getLogger("compute-bot.reload")

Cache = str | PathLike[str] | None

SHARED_MEMORY = "/dev/shm"  # noqa: S108 - the folder that is made there is nobody else's
A_DAY = 86_400.0  # seconds
PAUSE = 1.0  # seconds: looking costs a fraction of a millisecond, and still need not be done for every line
LONGEST = 120.0  # seconds that reading may take: a second on a whole processor


class Reloader:
    """The `bot` of a folder: always use the current one, and never keep it; conversations go on when it is another.

    `clock` gives seconds. Raises KnowledgeError if there is no sound knowledge to begin with.
    """

    def __init__(
        self,
        folder: str | PathLike[str],
        cache: Cache = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._cache, self._clock = folder, cache, clock
        self._turn = 0
        self._looked = clock()
        self._seen = digest(folder)  # before loading: what changes meanwhile is noticed the next time
        self.bot = Bot.open(folder, cache)

    def poll(self) -> tuple[Problem, ...]:
        """Reload if a file has changed, at most once a second; gives the problems of a broken edit, once."""
        now = self._clock()
        if now - self._looked < PAUSE:
            return ()
        self._looked = now
        return () if digest(self._folder) == self._seen else self.reload()

    def reload(self) -> tuple[Problem, ...]:
        """Take what the folder says now; if that is broken, keep what was known and give the problems.

        It may be called from a signal handler (SIGHUP) and from another thread: `bot` changes at once or not at all.
        """
        self._turn += 1
        turn = self._turn
        self._seen = digest(self._folder)
        try:
            with writable(self._cache) as cache:
                if cache:
                    compile_apart(self._folder, cache)
                bot = Bot.open(self._folder, cache, before=self.bot)
        except KnowledgeError as error:
            return error.problems
        if turn == self._turn:  # otherwise it was called again meanwhile, and that one knows more
            self.bot = bot
        return ()


@contextmanager
def writable(cache: Cache) -> Iterator[Cache]:
    """The cache, or if nothing can be written there (an image's) a passing one; None if there is no room for that.

    It is memory that looks like a folder where every other place is read-only.
    """
    import shutil
    import tempfile

    if cache and os.access(cache, os.W_OK):
        yield cache
        return
    passing = None
    for place in (None, SHARED_MEMORY):
        with suppress(OSError):
            passing = passing or tempfile.mkdtemp(prefix="compute-bot-", dir=place)
    try:
        yield passing
    finally:
        if passing:
            shutil.rmtree(passing, ignore_errors=True)


def compile_apart(folder: str | PathLike[str], cache: str | PathLike[str]) -> None:
    """Have another process read the folder and keep it compiled; raises KnowledgeError if it is not sound.

    Reading takes 50 MB that a process does not give back, as what stays lies among what goes, and it would hold up
    answers meanwhile. If there can be no such process, only that is lost: whoever opens the folder then reads it.
    """
    import subprocess

    command = [sys.executable, "-P", "-m", __name__, folder, cache]  # ours, whatever else lies where we were started
    try:
        told = subprocess.run(  # noqa: S603 - ourselves
            command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=LONGEST
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return
    if problems := json.loads(told):
        raise KnowledgeError(tuple(Problem(*problem) for problem in problems))


def main(folder: str, cache: str) -> None:
    """Be that other process."""
    problems: tuple[Problem, ...] = ()
    try:
        Bot.open(folder, cache)
    except KnowledgeError as error:
        problems = error.problems
    print(json.dumps(problems))


async def renew(
    reloader: Reloader,
    look: Callable[[], tuple[Problem, ...]],
    use: Callable[[Bot], None],
    told: Callable[[bool], object] = bool,
) -> None:
    """Let `look` see what the folder says, `use` the bot that may come of it, and have `told` whether it was sound.

    A broken edit is logged, problem by problem, and changes nothing.
    """
    import asyncio

    before = id(
        reloader.bot
    )  # and not the bot: nothing may hold it once it is out of use, as two take twice the memory
    try:
        problems = await asyncio.to_thread(look)
    except OSError as error:
        log.error("The knowledge folder cannot be read: %s", error.strerror)  # noqa: TRY400 - the reason says it all
        return
    for problem in problems:
        log.error("%s", problem)
    if problems:
        log.error("The knowledge is not sound; what was known before is still answered from")
        told(False)  # noqa: FBT003 - the one thing that is told
    elif id(reloader.bot) != before:
        use(reloader.bot)
        gc.collect()  # the one before: left to itself it would stay until two more have come
        log.info("The knowledge was read again")
        told(True)  # noqa: FBT003 - likewise


def on_hangup(reloader: Reloader, use: Callable[[Bot], None], told: Callable[[bool], object] = bool) -> None:
    """From now on, SIGHUP makes a server `use` the bot on what the folder says by then; call it in the running loop.

    Where there is no such signal, nothing happens.
    """
    import asyncio
    import signal

    loop = asyncio.get_running_loop()
    underway: set[asyncio.Task[None]] = set()

    def hung_up() -> None:
        task = loop.create_task(renew(reloader, reloader.reload, use, told))
        underway.add(task)
        task.add_done_callback(underway.discard)

    if hasattr(signal, "SIGHUP"):
        loop.add_signal_handler(signal.SIGHUP, hung_up)


async def follow(
    reloader: Reloader, use: Callable[[Bot], None], seconds: float, told: Callable[[bool], object] = bool
) -> None:
    """Take what the folder says on SIGHUP, and every so many seconds if there are any, for ever."""
    import asyncio

    on_hangup(reloader, use, told)
    while True:
        await asyncio.sleep(seconds or A_DAY)
        if seconds:
            await renew(reloader, reloader.poll, use, told)


if __name__ == "__main__":
    main(*sys.argv[1:])
