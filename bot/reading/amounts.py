"""Which amounts a row of words holds ("20 minutes", "half an hour", "12 GB"), and where.

What a unit is worth is decided in `bot.quantity`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot import english, quantity
from bot.language import Word
from bot.model import Quantity

_FRACTIONS = {("half", "an"): 0.5, ("half", "a"): 0.5, ("quarter", "of", "an"): 0.25, ("half",): 0.5}
_ONES = frozenset("hour day week year minute month gigabyte terabyte".split())
_HUNDRED = 100


def amounts(words: Sequence[Word]) -> tuple[tuple[Quantity, ...], list[int]]:
    """The amounts in a row of words, in base units, and the positions of all their words."""
    found: list[Quantity] = []
    at: list[int] = []
    i = 0
    while i < len(words):
        number, used = _number([w.text for w in words[i : i + 4]])
        unit = words[i + used].text if used and i + used < len(words) else ""
        if used and unit in quantity.UNITS:
            measure, factor = quantity.UNITS[unit]
            text = " ".join(w.typed for w in words[i : i + used + 1])
            found.append(Quantity(number * factor, measure, text))
            at += range(i, i + used + 1)
            i += used
        i += 1
    return tuple(found), at


def _number(texts: list[str]) -> tuple[float, int]:
    """The number that these words begin with, and how many of them it takes (0: none)."""
    for words, worth in _FRACTIONS.items():
        if tuple(texts[: len(words)]) == words:
            return worth, len(words)
    if re.fullmatch(r"\d+(?:\.\d+)?", texts[0]):
        return float(texts[0]), 1
    if texts[0] in english.NUMBERS:
        return _spelt(texts)
    if texts[0] in ("a", "an") and len(texts) > 1 and texts[1] in _ONES:
        return 1.0, 1
    return 0.0, 0


def _spelt(texts: list[str]) -> tuple[float, int]:
    """A number in words: "twenty five" is 25, "two hundred" is 200."""
    total, used = float(english.NUMBERS[texts[0]]), 1
    while used < len(texts) and texts[used] in english.NUMBERS:
        following = english.NUMBERS[texts[used]]
        total = total * following if following >= _HUNDRED else total + following
        used += 1
    return total, used
