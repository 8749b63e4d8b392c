"""`knowledge stale`: what nobody has compared with its source for long, a source at a time.

One reading of a source settles all that cites it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from adapters.console import counted, json_argument, say, say_json, today
from adapters.keeper import FINE, FOUND, Settings
from adapters.keeper.console import age, data_of, folder_argument
from bot import upkeep

SINGULAR = {"facts": "fact", "entries": "entry", "comparisons": "comparison", "needs": "need"}


class Old(NamedTuple):
    """One record, true as of a day that is long ago."""

    day: str
    kind: str
    id: str
    place: upkeep.Problem


class Group(NamedTuple):
    """A source, and the old records that cite it first, oldest first."""

    source: str
    title: str
    url: str
    checked: str
    records: tuple[Old, ...]

    @property
    def oldest(self) -> str:
        """The oldest day of all of it."""
        return min([self.checked, *(record.day for record in self.records)])


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    folder_argument(parser)
    json_argument(parser)
    parser.add_argument("--older-than", type=age, default=age("180d"), metavar="AGE", help="180d (the default), 6m, 1y")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """List, and exit with 1 if there is anything."""
    known = upkeep.survey(settings.folder)
    before = today() - given.older_than
    groups = grouped(known, before)
    if given.json:
        say_json({"before": before.isoformat(), "sources": [as_data(group) for group in groups]})
    else:
        say(lines(groups, before))
    return FOUND if groups else FINE


def grouped(known: upkeep.Survey, before: date) -> list[Group]:
    """The sources that were last read before the day, or that records older than it cite; the oldest first."""
    by_source: dict[str, list[Old]] = {}
    for source, old in old_records(known, before.isoformat()):
        by_source.setdefault(source, []).append(old)
    groups = [
        Group(source.id, source.title, source.url, source.checked, tuple(sorted(by_source.get(source.id, ()))))
        for source in known.knowledge.sources.values()
        if source.id in by_source or source.checked < before.isoformat()
    ]
    return sorted(groups, key=lambda group: (group.oldest, group.source))


def old_records(known: upkeep.Survey, before: str) -> Iterator[tuple[str, Old]]:
    """Each old record with the source that it cites first."""
    whole = known.knowledge
    keyed: list[tuple[tuple[str, ...], upkeep.Stated]] = [
        *((("facts", fact.subject, fact.aspect), fact) for facts in whole.facts.values() for fact in facts.values()),
        *((("entries", entry.id), entry) for entry in whole.entries.values()),
        *((("comparisons", comparison.id), comparison) for comparison in whole.comparisons.values()),
        *((("needs", need.id), need) for need in whole.needs.values()),
    ]
    for key, one in keyed:
        if one.as_of and one.as_of < before and one.sources:
            place = known.problem(key, f"true as of {one.as_of}", "compare it with its source", "as_of")
            yield one.sources[0], Old(one.as_of, SINGULAR[key[0]], ".".join(key[1:]), place)


def lines(groups: list[Group], before: date) -> Iterator[str]:
    """Each source, and below it where its old records are."""
    for group in groups:
        yield f"{group.title} <{group.url}>, last read {group.checked or 'never'}"
        for old in group.records:
            yield f"  {old.place.file}:{old.place.line}:{old.place.column}: {old.kind} {old.id}, as of {old.day}"
    records = sum(len(group.records) for group in groups)
    yield f"{counted(records, 'record')} of {counted(len(groups), 'source')} older than {before.isoformat()}"


def as_data(group: Group) -> dict[str, Any]:
    """A source with its old records for programs."""
    records = [{"kind": old.kind, "id": old.id, "as_of": old.day, **data_of(old.place)} for old in group.records]
    return {"id": group.source, "title": group.title, "url": group.url, "checked": group.checked, "records": records}
