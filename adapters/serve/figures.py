"""The figures: what has been counted since the start; how they are shown is decided in `exposition` and `pulse`."""

from __future__ import annotations

import logging
from collections import Counter
from typing import NamedTuple

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds from a question to its reply


class Asked(NamedTuple):
    """What is counted of questions."""

    platform: str
    kind: str


class Figures:
    """Counts that only grow; differences between two looks are for whoever looks."""

    def __init__(self) -> None:
        self.questions: Counter[Asked] = Counter()
        self.within: dict[str, list[int]] = {}  # by platform, for each of BOUNDS and beyond: how many took so long
        self.seconds: Counter[str] = Counter()  # by platform, in all
        self.restarts: Counter[str] = Counter()
        self.reloads: Counter[str] = Counter()
        self.errors = 0
        self.loaded = 0.0  # seconds since the epoch: when the knowledge was read

    def answered(self, platform: str, kind: str, seconds: float) -> None:
        """A question has its reply."""
        self.questions[Asked(platform, kind)] += 1
        slots = self.within.setdefault(platform, [0] * (len(BOUNDS) + 1))
        slots[sum(bound < seconds for bound in BOUNDS)] += 1
        self.seconds[platform] += seconds  # type: ignore[assignment] # a Counter takes fractions, its types do not


class Tally(logging.Handler):
    """Counts the lines of the log that tell of an error."""

    def __init__(self, figures: Figures) -> None:
        super().__init__(logging.ERROR)
        self._figures = figures

    def emit(self, _: logging.LogRecord) -> None:
        """One more."""
        self._figures.errors += 1
