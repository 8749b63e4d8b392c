"""The log: one line for each event on standard error, as text or as JSON, and never a word of what people wrote.

Our own lines are shown as they are: they are written so that they hold no text of a message, no name and no token.
Of a line that a library writes only the fixed part is shown, as the rest may quote anything; of an error where it
happened and of which type it is. What is said beside the sentence, and may therefore be counted, is in FIELDS.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

OWN = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")
OURS = (os.path.join(OWN, "adapters", ""), os.path.join(OWN, "bot", ""))
FIELDS = (
    *("platform", "platforms", "kind", "ms", "question", "state", "seconds", "ready", "ok", "given_up", "version"),
    *("sockets_down", "refused", "errors", "questions", "abstained", "restarts", "store_errors", "store_ok"),
    *("knowledge_age_s", "rss_mb"),
)
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Discreet(logging.Formatter):
    """The line as text, and below it the way to an error."""

    def __init__(self, form: str = TEXT) -> None:
        super().__init__(form)

    def format(self, record: logging.LogRecord) -> str:
        """The line; what another handler has made of the record before is not used."""
        fresh = logging.makeLogRecord(record.__dict__)
        fresh.msg = " ".join(
            filter(None, (said(record) or event(record), *(f"{k}={v}" for k, v in fields(record).items())))
        )
        fresh.args, fresh.exc_text, fresh.stack_info = (), None, None
        return super().format(fresh)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - logging's name
        """The way to the error, outermost place first, and what led to it."""
        lines = ([f"{kind} at", *(f"  {place}" for place in places)] for kind, places in way(ei[1]))
        return "\n".join(line for block in lines for line in block)


class DiscreetJson(logging.Formatter):
    """The line as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger and event; the sentence, the fields and the error where there are any."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "event": event(record),
        }
        line |= fields(record) | ({"message": text} if (text := said(record)) else {})
        if record.exc_info and record.exc_info[1]:
            kinds, places = zip(*way(record.exc_info[1]), strict=True)
            line |= {"error": " from ".join(kinds), "at": [place for each in places for place in each]}
        return json.dumps(line)


def said(record: logging.LogRecord) -> str:
    """The sentence, if it is ours; of a library's the pattern into which it puts what we do not know, and the place."""
    if record.pathname.startswith(OURS):
        return record.getMessage()
    pattern = record.msg.partition("\n")[0] if record.args and isinstance(record.msg, str) else ""
    return f"{pattern} ({os.path.basename(record.pathname)}:{record.lineno})".strip()


def event(record: logging.LogRecord) -> str:
    """What kind of line it is, in a word."""
    return str(getattr(record, "event", "log"))


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """What is said beside the sentence."""
    return {name: value for name in FIELDS if (value := record.__dict__.get(name)) is not None}


def way(error: BaseException | None) -> Iterator[tuple[str, list[str]]]:
    """The error and what led to it, each with its type and its places, outermost first."""
    while error is not None:
        places = traceback.extract_tb(error.__traceback__)
        yield type(error).__name__, [f"{place.filename}:{place.lineno} {place.name}" for place in places]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def to_stderr(form: str = "text") -> None:
    """Log what an operator wants to know, as `text` or as `json`, also where an error is on its way out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetJson() if form == "json" else Discreet())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a line that cannot be put together would be shown with all its parts
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # it warns that it cannot speak with a voice
    threading.excepthook, sys.excepthook = from_thread, from_top


def from_top(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """Log what ends the process."""
    logging.getLogger("compute-bot").critical("Ended by %s", kind.__name__, exc_info=error)


def from_thread(left: threading.ExceptHookArgs) -> None:
    """Log what has ended a thread."""
    log = logging.getLogger("compute-bot.thread")
    log.error("A thread has ended", exc_info=left.exc_value)
