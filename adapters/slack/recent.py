"""What was there lately, in this process: bounded in number and in time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable


class Recent:
    """The keys that were added lately: at most `size`, each for so many seconds on the clock."""

    def __init__(self, size: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._seconds, self._clock = size, seconds, clock
        self._until: OrderedDict[str, float] = OrderedDict()

    def add(self, key: str) -> bool:
        """Whether the key was not there; it is from now on."""
        now = self._clock()
        while self._until and next(iter(self._until.values())) <= now:
            self._until.popitem(last=False)
        if key in self._until:
            return False
        self._until[key] = now + self._seconds
        if len(self._until) > self._size:
            self._until.popitem(last=False)
        return True

    def __contains__(self, key: str) -> bool:
        """Whether the key was added and its time is not over."""
        return self._until.get(key, 0.0) > self._clock()

    def __len__(self) -> int:
        """How many keys are held."""
        return len(self._until)
