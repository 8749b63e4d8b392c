"""The pulse: a line of the log every minute from which alarms can be made without anything that collects metrics."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import NamedTuple

from adapters.serve.figures import Figures
from adapters.serve.health import Health

log = logging.getLogger("compute-bot.serve")

MEBIBYTE = 1024 * 1024


class Counted(NamedTuple):
    """What only grows."""

    errors: int
    questions: int
    abstained: int
    restarts: int
    store_errors: int


class Pulse:
    """What is new since the last line."""

    def __init__(self, health: Health, figures: Figures) -> None:
        self._health, self._figures = health, figures
        self._last = counted(figures, health)

    async def beat(self, seconds: float) -> None:
        """A line every so many seconds, for ever."""
        while True:
            await asyncio.sleep(seconds)
            self.say()

    def say(self) -> None:
        """One line."""
        now = counted(self._figures, self._health)
        new = Counted(*(after - before for after, before in zip(now, self._last, strict=True)))
        self._last = now
        about = {
            "event": "pulse",
            "ready": self._health.ready,
            "sockets_down": self._health.down(),
            "refused": self._health.refused(),
            **new._asdict(),
            "store_ok": self._health.store.ok,
            "knowledge_age_s": round(self._health.age()),
            "rss_mb": resident(),
        }
        log.info("", extra=about)


def counted(figures: Figures, health: Health) -> Counted:
    """The sums at this moment."""
    return Counted(
        figures.errors,
        figures.questions.total(),
        sum(count for asked, count in figures.questions.items() if asked.kind == "abstain"),
        figures.restarts.total(),
        health.store.errors,
    )


def resident() -> float | None:
    """The memory of this process in MiB, where the system tells."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return round(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE, 1)
    except OSError:
        return None
