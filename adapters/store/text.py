"""What becomes of texts and keys on their way into a store, so that each keeps the same."""

from __future__ import annotations

import datetime as dt
from hashlib import blake2b
from typing import Any, TypeVar

from adapters.store import Count, Miss, Vote

Record = TypeVar("Record", Miss, Vote, Count)


def digest(*parts: str) -> str:
    """A short name for a key of any length and any characters, and without the names that may stand in it."""
    sound = (part.encode("utf-8", "surrogatepass") for part in parts)
    return blake2b(b"".join(len(part).to_bytes(4) + part for part in sound), digest_size=16).hexdigest()


def sound(text: str) -> str:
    """The text, as Unicode allows it."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def sound_record(record: Record) -> Record:
    """The record, with its texts as Unicode allows them."""
    texts: dict[str, Any] = {name: sound(value) for name, value in record._asdict().items() if isinstance(value, str)}
    return record._replace(**texts)


def ended(day: str, moment: float) -> bool:
    """Whether a day, as a counter names it, was over by a moment in seconds since the epoch."""
    return day < dt.datetime.fromtimestamp(moment, dt.UTC).date().isoformat()
