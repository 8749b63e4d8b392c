"""How much one written quantity is, in base units: "15 min" is 900 seconds.

Which quantities a sentence contains, and amounts in words ("half an hour"), are decided in `bot.language`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.model import Measure, Quantity

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_MONTH, _YEAR = 30 * _DAY, 365 * _DAY
# Binary, because that is what cloud vendors mean by MB and GB of memory, disk and payload.
_KB, _MB, _GB, _TB = 1024.0, 1024.0**2, 1024.0**3, 1024.0**4

UNITS: Mapping[str, tuple[Measure, float]] = MappingProxyType(
    {
        **dict.fromkeys(("ms", "millisecond", "milliseconds"), ("time", 0.001)),
        **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), ("time", 1.0)),
        **dict.fromkeys(("min", "mins", "minute", "minutes"), ("time", _MINUTE)),
        **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), ("time", _HOUR)),
        **dict.fromkeys(("d", "day", "days"), ("time", _DAY)),
        **dict.fromkeys(("week", "weeks"), ("time", 7 * _DAY)),
        **dict.fromkeys(("month", "months"), ("time", _MONTH)),
        **dict.fromkeys(("year", "years"), ("time", _YEAR)),
        **dict.fromkeys(("b", "byte", "bytes"), ("data", 1.0)),
        **dict.fromkeys(("kb", "kib", "kilobyte", "kilobytes"), ("data", _KB)),
        **dict.fromkeys(("mb", "mib", "megabyte", "megabytes"), ("data", _MB)),
        **dict.fromkeys(("gb", "gib", "gigabyte", "gigabytes"), ("data", _GB)),
        **dict.fromkeys(("tb", "tib", "terabyte", "terabytes"), ("data", _TB)),
        **dict.fromkeys(("vcpu", "vcpus", "cpu", "cpus"), ("cpu", 1.0)),
        **dict.fromkeys(("/s", "/sec", "/second", "rps", "tps"), ("rate", 1.0)),
        **dict.fromkeys(("/min", "/minute"), ("rate", 1 / _MINUTE)),
        **dict.fromkeys(("/h", "/hour"), ("rate", 1 / _HOUR)),
        **dict.fromkeys(("/d", "/day"), ("rate", 1 / _DAY)),
        "/week": ("rate", 1 / (7 * _DAY)),
        "/month": ("rate", 1 / _MONTH),
        "/year": ("rate", 1 / _YEAR),
        **dict.fromkeys(("usd", "$", "dollar", "dollars"), ("money", 1.0)),
    }
)
"""Every unit, in lower case, with its measure and how many base units it is; a month counts 30 days, a year 365."""

UNLIMITED = "unlimited"
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?:\.[0-9]{1,9})?"
_AMOUNT = rf"(\$?) ?({_NUMBER}) ?((?:[^0-9\s].*)?)"  # only whoever reads a folder compiles it
_RATE = r"([a-z][a-z -]*?)? ?(?:/|\bper\b) ?([a-z]+)"


def parse(text: str) -> Quantity | None:
    """Take one quantity as people write it ("15 min", "1,000 requests/s", "$5", "20", "unlimited"); None if it is none.

    A bare number is a count.
    `unlimited` is infinite and has no measure of its own: it takes that of whatever it limits.
    """
    written = " ".join(text.split())
    if written.lower() == UNLIMITED:
        return Quantity(math.inf, "", UNLIMITED)
    found = re.fullmatch(_AMOUNT, written)
    if found is None or (found[1] and found[3]):
        return None
    sign, number, unit = found.groups()
    known = unit_of(sign or unit)
    if known is None:
        return None
    measure, size = known
    return Quantity(float(number.replace(",", "")) * size, measure, _readable(sign, number, unit))


def unit_of(unit: str) -> tuple[Measure, float] | None:
    """Give the measure of a unit and its size in base units; None if it is no unit.

    What is counted in a rate does not matter: "requests/s", "calls per second" and "/s" are the same unit.
    """
    unit = unit.lower()
    if not unit:
        return "count", 1.0
    rate = re.fullmatch(_RATE, unit)
    if rate is None or unit in UNITS:
        return UNITS.get(unit)
    # "GB/s" and "USD per hour" are neither rates of pieces nor amounts, and nothing here reckons with them.
    return None if rate[1] in UNITS else UNITS.get(f"/{rate[2]}")


def _readable(sign: str, number: str, unit: str) -> str:
    whole, point, fraction = number.replace(",", "").partition(".")
    return f"{sign}{int(whole):,}{point}{fraction} {unit}".rstrip()
