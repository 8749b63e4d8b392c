"""Which amounts a row of words holds ("20 minutes", "half an hour", "12 GB", "5,000 runs"), and where.

What a unit is worth is decided in `bot.quantity`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot import english, quantity
from bot.language import Word
from bot.model import Quantity

_FRACTIONS = {("half", "an"): 0.5, ("half", "a"): 0.5, ("quarter", "of", "an"): 0.25, ("half",): 0.5}
_ONES = english.words("hour day week year minute month gigabyte terabyte")
_REPEATING = english.words("every each")
_HUNDRED = 100
_AHEAD = 4  # words in which the longest number in words is looked for


def amounts(words: Sequence[Word]) -> tuple[tuple[Quantity, ...], list[int]]:
    """The amounts in a row of words, in base units, and the positions of all their words.

    Amounts that go on ("15 minutes and 30 seconds") are one; a number without a unit counts whatever follows it.
    A rhythm ("every 5 minutes") is no amount, though its words are of one.
    """
    found: list[Quantity] = []
    at: list[int] = []
    i = 0
    while i < len(words):
        amount, used = _amount(words, i)
        if amount is None:
            i += 1
            continue
        joined = _join(found[-1], amount, words, at[-1], i) if found and at else None
        if joined:
            found[-1] = joined
        elif not (amount.measure == "time" and i and words[i - 1].text in _REPEATING):
            found.append(amount)
        at += range(i, i + used)
        i += used
    return tuple(found), at


def _amount(words: Sequence[Word], i: int) -> tuple[Quantity | None, int]:
    """The amount that begins at word i, and how many words it takes."""
    number, used = _number([w.text for w in words[i : i + _AHEAD]])
    if not used or i + used >= len(words):
        return None, 0
    unit = words[i + used].text
    text = " ".join(w.typed for w in words[i : i + used + 1])
    if unit in quantity.UNITS:
        measure, factor = quantity.UNITS[unit]
        return Quantity(number * factor, measure, text), used + 1
    if words[i].text[0].isdigit() and unit.isalpha() and unit not in english.FUNCTION:
        return Quantity(number, "count", text), used
    return None, 0


def _join(before: Quantity, after: Quantity, words: Sequence[Word], end: int, start: int) -> Quantity | None:
    """The sum of two amounts that stand together, the second in a smaller unit: "15 minutes and 1 second"."""
    between = [w.text for w in words[end + 1 : start]]
    if before.measure != after.measure or before.measure == "count" or between not in ([], ["and"]):
        return None
    if after.amount >= before.amount:
        return None
    return Quantity(before.amount + after.amount, before.measure, " ".join((before.text, *between, after.text)))


def _number(texts: list[str]) -> tuple[float, int]:
    """The number that these words begin with, and how many of them it takes (0: none)."""
    for words, worth in _FRACTIONS.items():
        if tuple(texts[: len(words)]) == words:
            return worth, len(words)
    if re.fullmatch(r"\d+(?:\.\d+)?", texts[0]):
        return _digits(texts)
    if texts[0] in english.NUMBERS:
        return _spelt(texts)
    if texts[0] in ("a", "an") and len(texts) > 1 and texts[1] in _ONES:
        return 1.0, 1
    return 0.0, 0


def _digits(texts: list[str]) -> tuple[float, int]:
    """A number in digits, its thousands perhaps apart: "1 000"."""
    digits, used = texts[0], 1
    while used < len(texts) and re.fullmatch(r"\d{3}", texts[used]) and digits.isdigit():
        digits += texts[used]
        used += 1
    return float(digits), used


def _spelt(texts: list[str]) -> tuple[float, int]:
    """A number in words: "twenty five" is 25, "two hundred" is 200."""
    total, used = float(english.NUMBERS[texts[0]]), 1
    while used < len(texts) and texts[used] in english.NUMBERS:
        following = english.NUMBERS[texts[used]]
        total = total * following if following >= _HUNDRED else total + following
        used += 1
    return total, used
