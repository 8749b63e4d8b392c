"""How the plain data of the YAML files, which has been checked before, becomes the frozen nouns.

The plain form is {section: {id: {attribute: value}}} without empty values (facts below two ids, talk below none).
A quantity is [amount, measure, text].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from bot.model import (
    Aspect,
    Check,
    Comparison,
    Entry,
    Fact,
    Group,
    Knowledge,
    Measure,
    Need,
    Neighbour,
    Notes,
    Quantity,
    ScopedLimit,
    Source,
    Subject,
    Talk,
)

Plain = dict[str, Any]
"""The plain form of a record, a section or everything."""

_Noun = TypeVar("_Noun")
_QUANTITIES = frozenset({"max", "min", "default"})
_REASONS = ("best", "fits", "fails")


def build(plain: Plain) -> Knowledge:
    """Take the plain form of everything, and use it up."""
    return Knowledge(
        sources=_all(plain, "sources", _source),
        subjects=_all(plain, "subjects", lambda key, row: Subject(id=key, **_freeze(row))),
        groups=_all(plain, "groups", lambda key, row: Group(id=key, **_freeze(row))),
        aspects=_all(plain, "aspects", lambda key, row: Aspect(id=key, **_freeze(row))),
        facts=_facts(plain),
        entries=_all(plain, "entries", lambda key, row: Entry(id=key, **_freeze(row))),
        comparisons=_all(plain, "comparisons", _comparison),
        needs=_all(plain, "needs", _need),
        neighbours=_all(plain, "neighbours", lambda key, row: Neighbour(id=key, **_freeze(row))),
        talk=Talk(**_freeze(plain.get("talk", {}))),
    )


def _all(plain: Plain, section: str, make: Callable[[str, Plain], _Noun]) -> Mapping[str, _Noun]:
    return MappingProxyType({key: make(key, row) for key, row in plain.get(section, {}).items()})


def _freeze(row: Plain, measure: Measure = "") -> Plain:
    for name, value in row.items():
        if type(value) is list:
            row[name] = _quantity(value, measure) if name in _QUANTITIES else tuple(value)
    if "notes" in row:
        row["notes"] = Notes(**_freeze(row["notes"]))
    return row


def _quantity(written: list[Any], measure: Measure) -> Quantity:
    amount, own_measure, text = written
    return Quantity(amount, own_measure or measure, text)  # `unlimited` has none of its own


def _source(key: str, row: Plain) -> Source:
    return Source(id=key, **{"url": "", **row})


def _facts(plain: Plain) -> Mapping[str, Mapping[str, Fact]]:
    measures = {aspect: row.get("measure", "") for aspect, row in plain.get("aspects", {}).items()}
    facts = {}
    for subject, rows in plain.get("facts", {}).items():
        of_subject = {aspect: _fact(subject, aspect, row, measures[aspect]) for aspect, row in rows.items()}
        facts[subject] = MappingProxyType(of_subject)
    return MappingProxyType(facts)


def _fact(subject: str, aspect: str, row: Plain, measure: Measure) -> Fact:
    if "exceptions" in row:
        row["exceptions"] = tuple(ScopedLimit(**_freeze(limit, measure)) for limit in row["exceptions"])
    if "checks" in row:
        row["checks"] = tuple(Check(**{"path": row.get("model", ""), **_freeze(check)}) for check in row["checks"])
    return Fact(subject=subject, aspect=aspect, **_freeze(row, measure))


def _comparison(key: str, row: Plain) -> Comparison:
    choose = MappingProxyType(row.pop("choose", {}))
    return Comparison(id=key, choose=choose, **{"rows": (), **_freeze(row)})


def _need(key: str, row: Plain) -> Need:
    row |= {name: MappingProxyType(row.get(name, {})) for name in _REASONS}
    return Need(id=key, **{"sources": (), "as_of": "", **_freeze(row)})
