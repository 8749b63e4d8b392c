"""The log: one line for each event, on standard error, and never a word of what people wrote."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Shows of an error where it happened and of which type it is: its words may quote a message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; what another handler has made of the error before is not used."""
        fresh = logging.makeLogRecord(record.__dict__)
        fresh.exc_text = None
        return super().format(fresh)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - logging's name
        """The way to the error, outermost place first, and what led to it."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            places = (f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__))
            lines += [f"{type(error).__name__} at", *(f"  {place}" for place in places)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def to_stderr() -> None:
    """Log what an operator wants to know."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # it warns that it cannot speak with a voice
