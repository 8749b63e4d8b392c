"""The work in progress: what was acknowledged and is not yet answered, so that nothing is left lying at the end."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Coroutine
from typing import Any

from adapters.slack.api import FAILURES, reason

log = logging.getLogger("compute-bot.slack")

MOST = 2_000  # pieces of work at once; beyond it Slack is asked to deliver again later


class Work:
    """The tasks that run; a failing one is logged without a word of what anybody wrote."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def full(self) -> bool:
        """Whether no more can be taken on."""
        return len(self._tasks) >= self._most

    def start(self, what: str, doing: Coroutine[Any, Any, None]) -> None:
        """Begin a piece of work, named for the log."""
        task = asyncio.get_running_loop().create_task(guarded(what, doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> int:
        """Wait until all is done, at most so long; returns how many pieces were given up."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = [task for task in self._tasks if not task.done()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)


async def guarded(what: str, doing: Coroutine[Any, Any, None]) -> None:
    """Do it; failures end here, in one line."""
    try:
        await doing
    except FAILURES as error:
        log.error("%s: Slack did not take it (%s)", what, reason(error))  # noqa: TRY400 - a trace would show nothing
    except Exception as error:  # noqa: BLE001 - the last place that an error can reach
        log.error("%s: %s at %s", what, type(error).__name__, place(error))  # noqa: TRY400 - a trace may show text


def place(error: BaseException) -> str:
    """Where an error was raised, without its text."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return f"{last[0].filename}:{last[0].lineno}" if last else "an unknown place"
