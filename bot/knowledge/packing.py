"""The nouns as plain tuples and back again: the form in which they are kept between two starts.

A noun is the tuple of its fields in their order. A warm start spends most of its time here, coming back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
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
    Need,
    Neighbour,
    Notes,
    Quantity,
    ScopedLimit,
    Source,
    Subject,
    Talk,
)

Row = tuple[Any, ...]
_Noun = TypeVar("_Noun")
_NOUNS = (Knowledge, Source, Subject, Group, Aspect, Fact, Entry, Comparison, Need, Neighbour, Talk)
_PARTS = (Quantity, ScopedLimit, Notes, Check)


def layout() -> str:
    """Give a text that changes when the fields of the nouns do: what was packed before is then of no use."""
    return " ".join(f"{noun.__name__}({','.join(_names(noun))})" for noun in (*_NOUNS, *_PARTS))


def pack(value: object) -> Any:  # noqa: ANN401 - nested tuples, and the dictionaries that hold them
    """Take a noun, or what it holds, and give it in tuples, dictionaries, text and numbers."""
    if isinstance(value, Mapping):
        return {key: pack(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(map(pack, value))
    return value


def unpack(plain: Row) -> Knowledge:
    """Take what `pack` made of a `Knowledge` and give the same again; TypeError or the like if it is something else."""
    sources, subjects, groups, aspects, facts, entries, comparisons, needs, neighbours, talk = plain
    return Knowledge(
        sources=_all(Source, sources),
        subjects=_all(Subject, subjects),
        groups=_all(Group, groups),
        aspects=_all(Aspect, aspects),
        facts=MappingProxyType({subject: _all(_fact, rows) for subject, rows in facts.items()}),
        entries=_all(_entry, entries),
        comparisons=_all(_comparison, comparisons),
        needs=_all(_need, needs),
        neighbours=_all(Neighbour, neighbours),
        talk=Talk(*talk),
    )


def _names(noun: type[tuple[Any, ...]]) -> tuple[str, ...]:
    names: tuple[str, ...] = noun._fields  # type: ignore[attr-defined]
    return names


def _all(make: Callable[..., _Noun], rows: Mapping[str, Row]) -> Mapping[str, _Noun]:
    return MappingProxyType({key: make(*row) for key, row in rows.items()})


_FACT_PARTS = tuple(_names(Fact).index(name) for name in ("max", "min", "default", "exceptions", "notes", "checks"))
_parts = itemgetter(*_FACT_PARTS)


def _fact(*row: Any) -> Fact:  # noqa: ANN401 - the fields of a fact
    largest, smallest, default, exceptions, notes, checks = _FACT_PARTS
    if not any(_parts(row)):
        return Fact(*row)
    values = list(row)
    for part in (largest, smallest, default):
        values[part] = _optional(Quantity, row[part])
    values[exceptions] = tuple(_limit(*limit) for limit in row[exceptions])
    values[notes] = _optional(Notes, row[notes])
    values[checks] = tuple(Check(*check) for check in row[checks])
    return Fact(*values)


def _limit(scope: str, says: str, largest: Row | None, smallest: Row | None) -> ScopedLimit:
    return ScopedLimit(scope, says, _optional(Quantity, largest), _optional(Quantity, smallest))


def _optional(make: Callable[..., _Noun], row: Row | None) -> _Noun | None:
    return make(*row) if row else None


def _entry(*row: Any) -> Entry:  # noqa: ANN401 - the fields of an entry, the notes last
    return Entry(*(*row[:-1], _optional(Notes, row[-1])))


def _comparison(*row: Any) -> Comparison:  # noqa: ANN401 - the fields of a comparison, the notes last
    return Comparison(*(*_read_only(row[:-1]), _optional(Notes, row[-1])))


def _need(*row: Any) -> Need:  # noqa: ANN401 - the fields of a need
    return Need(*_read_only(row))


def _read_only(row: Row) -> Row:
    return tuple(MappingProxyType(value) if type(value) is dict else value for value in row)
