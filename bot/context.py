"""The memory of a conversation as text, so that another copy of the bot, in another process, can go on with it.

What somebody wrote is not in it: of a question it keeps the words that the knowledge explains, everyday words
and amounts. What is remembered, and for how long, is decided in `bot.conversation`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from bot import english
from bot.conversation import Memory
from bot.model import Notes, Table
from bot.reading import Reading
from bot.reasoning import Conclusion

Read = Callable[[str], Sequence[Reading]]

_SAFE = english.SAYING_NOTHING | english.GENERIC


def dump(memory: Memory) -> str:
    """The memory as JSON."""
    asked, said = memory.asked, memory.said
    plain = {"asked": understood(asked) if asked else "", "said": said._asdict() if said else None}
    return json.dumps(memory._asdict() | plain)


def load(text: str, read: Read) -> Memory | None:
    """The memory in a text from `dump`; none if it comes from elsewhere, or from a version that kept other things."""
    try:
        return _memory(json.loads(text), read)
    except (ValueError, TypeError, RecursionError):
        return None


def understood(reading: Reading) -> str:
    """A question without the words that only its writer knows: names, numbers, whatever is not about our subjects."""
    known = {i for positions in reading.said.values() for i in positions}
    return " ".join(w.text for i, w in enumerate(reading.words) if i in known or w.text in _SAFE)


def _memory(data: object, read: Read) -> Memory:
    fields = _fields(Memory(), data)
    asked = read(_like("", fields["asked"]))
    said = fields["said"]
    return Memory(**fields | {"asked": asked[0] if asked else None, "said": _conclusion(said) if said else None})


def _conclusion(data: object) -> Conclusion:
    fields = _fields(Conclusion(""), data)
    table, notes = fields["table"], fields["notes"]
    return Conclusion(**fields | {"table": _table(*table) if table else None, "notes": tuple(_note(*n) for n in notes)})


def _fields(sample: Memory | Conclusion, data: object) -> dict[str, Any]:
    """The fields of a noun, of the types that a sample has; those that are no plain data come as they are."""
    if not isinstance(data, dict) or data.keys() != set(sample._fields):
        raise TypeError
    odd = {"asked", "said", "table", "notes"}
    return {key: value if key in odd else _like(getattr(sample, key), value) for key, value in data.items()}


def _table(columns: object, rows: Sequence[object]) -> Table:
    return Table(_like((), columns), tuple(_like((), row) for row in rows))


def _note(lines: Sequence[int], say: object, verdict: object) -> Notes:
    return Notes(tuple(int(line) for line in lines), _like("", say), _like("", verdict))


def _like(sample: object, value: object) -> Any:  # noqa: ANN401 - of the type of the sample
    """The value, if it is of the type of the sample: a list of texts for a tuple."""
    if isinstance(sample, tuple) and isinstance(value, list):
        return tuple(_like("", text) for text in value)
    if type(value) is not type(sample):
        raise TypeError
    return value
