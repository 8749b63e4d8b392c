"""Whether the store answers: it is done without while it does not, and the log says so once."""

from __future__ import annotations

import logging
import time

from adapters.store import StoreError

IN_A_ROW = 3  # failures after which it is left in peace ...
PEACE = 1.0  # ... but for one try in so many seconds

log = logging.getLogger("compute-bot.store")


class Outage:
    """Told what becomes of every call."""

    def __init__(self) -> None:
        self.failures = 0  # since the start
        self._row = 0
        self._next = 0.0

    @property
    def over(self) -> bool:
        """Whether the last call succeeded, or there was none."""
        return not self._row

    def spares(self) -> bool:
        """Whether a call should not be tried now; if it should, the next ones are spared for a moment."""
        now = time.monotonic()
        if self._row < IN_A_ROW:
            return False
        if now < self._next:
            return True
        self._next = now + PEACE
        return False

    def failed(self, error: BaseException) -> None:
        """A call failed."""
        if not self._row:
            log.error("Doing without the store: %s", why(error))
        self._row += 1
        self.failures += 1

    def worked(self) -> None:
        """A call succeeded."""
        if self._row:
            log.info("The store works again, after %d failures", self._row)
        self._row = 0


def why(error: BaseException) -> str:
    """The error in words; what is not the store's own may hold anything, and is only named."""
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    return str(error) if isinstance(error, StoreError) else type(error).__name__
