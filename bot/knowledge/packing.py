"""The nouns as plain tuples, each in bytes of its own, and back again: how they are kept between two starts.

A noun is the tuple of its fields in their order. It comes back when somebody asks for it, not at the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from bot import packed
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
from bot.packed import Packed, Table

Row = tuple[Any, ...]
_Noun = TypeVar("_Noun")
_NOUNS = (Knowledge, Source, Subject, Group, Aspect, Fact, Entry, Comparison, Need, Neighbour, Talk)
_PARTS = (Quantity, ScopedLimit, Notes, Check)


def layout() -> str:
    """Give a text that changes when the fields of the nouns do: what was packed before is then of no use."""
    return " ".join(f"{noun.__name__}({','.join(_names(noun))})" for noun in (*_NOUNS, *_PARTS))


def pack(knowledge: Knowledge) -> Row:
    """Give each section as a table by id (the facts by subject, and below that by aspect), and the talk as a row."""
    facts = {subject: packed.pack(rows) for subject, rows in knowledge.facts.items()}
    sections = knowledge._asdict() | {"facts": facts}
    talk = sections.pop("talk")
    return (*map(packed.pack, sections.values()), packed.plain(talk))


def unpack(plain: Row) -> Knowledge:
    """Take what `pack` made of a `Knowledge` and give an equal one; TypeError or the like if it is something else."""
    sources, subjects, groups, aspects, facts, entries, comparisons, needs, neighbours, talk = plain
    return Knowledge(
        sources=_section(sources, Source._make),
        subjects=_section(subjects, Subject._make),
        groups=_section(groups, Group._make),
        aspects=_section(aspects, Aspect._make),
        facts=_section(facts, lambda table: Packed(table, _fact)),
        entries=_section(entries, _entry),
        comparisons=_section(comparisons, _comparison),
        needs=_section(needs, _need),
        neighbours=_section(neighbours, Neighbour._make),
        talk=Talk._make(talk),
    )


def _section(table: object, make: Callable[[Any], _Noun]) -> Mapping[str, _Noun]:
    if not isinstance(table, Table):
        raise TypeError(type(table))
    return Packed(table, make)


def _names(noun: type[tuple[Any, ...]]) -> tuple[str, ...]:
    names: tuple[str, ...] = noun._fields  # type: ignore[attr-defined]
    return names


def _fact(row: Row) -> Fact:
    fact = Fact._make(row)  # its parts are rows still
    return fact._replace(
        max=_optional(Quantity, fact.max),
        min=_optional(Quantity, fact.min),
        default=_optional(Quantity, fact.default),
        exceptions=tuple(_limit(*limit) for limit in fact.exceptions),
        notes=_optional(Notes, fact.notes),
        checks=tuple(map(Check._make, fact.checks)),
    )


def _limit(scope: str, says: str, largest: Row | None, smallest: Row | None) -> ScopedLimit:
    return ScopedLimit(scope, says, _optional(Quantity, largest), _optional(Quantity, smallest))


def _optional(make: Callable[..., _Noun], row: Row | None) -> _Noun | None:
    return make(*row) if row else None


def _entry(row: Row) -> Entry:
    entry = Entry._make(row)
    return entry._replace(notes=_optional(Notes, entry.notes))


def _comparison(row: Row) -> Comparison:
    comparison = Comparison._make(row)
    return comparison._replace(choose=MappingProxyType(comparison.choose), notes=_optional(Notes, comparison.notes))


def _need(row: Row) -> Need:
    need = Need._make(row)
    best, fits, fails = map(MappingProxyType, (need.best, need.fits, need.fails))
    return need._replace(best=best, fits=fits, fails=fails)
