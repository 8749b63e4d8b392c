"""How much was asked, and what came of it: in all, and by platform, subject and week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from adapters.store import Count, Vote

WEEK = timedelta(days=7)
NO_SUBJECT = "(none)"


class Tally(NamedTuple):
    """Counts of questions by what came of them, and of the votes on answers."""

    answered: int = 0
    asked_back: int = 0
    declined: int = 0
    helpful: int = 0
    votes: int = 0

    @property
    def questions(self) -> int:
        """All that was asked; greetings, calls for help and what was left alone are no questions."""
        return self.answered + self.asked_back + self.declined

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(one + more for one, more in zip(self, other, strict=True)))

    @property
    def data(self) -> dict[str, Any]:
        """The tally with its rates (0..1, or null where nothing was asked or voted) for programs."""
        rates = {
            "answer_rate": rate(self.answered, self.questions),
            "clarify_rate": rate(self.asked_back, self.questions),
            "helpful_rate": rate(self.helpful, self.votes),
        }
        return {"questions": self.questions, **self._asdict(), **rates}


Tallies = dict[str, Tally]


class Usage(NamedTuple):
    """The tally of a span of weeks, and its parts; weeks by their Monday, the others most asked first."""

    first: date
    last: date
    all: Tally
    platforms: Tallies
    subjects: Tallies
    weeks: Tallies

    @property
    def data(self) -> dict[str, Any]:
        """The usage for programs."""
        parts = {"platforms": self.platforms, "subjects": self.subjects, "weeks": self.weeks}
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "all": self.all.data,
            **{name: {key: tally.data for key, tally in part.items()} for name, part in parts.items()},
        }


def rate(part: int, whole: int) -> float | None:
    """The share (0..1), if there is anything."""
    return round(part / whole, 4) if whole else None


def usage(counts: Mapping[Count, int], votes: Iterable[Vote], last: date, weeks: int) -> Usage:
    """What happened in so many weeks, the last of which is the one with this day."""
    this = monday(last)
    mondays = [this - WEEK * n for n in reversed(range(weeks))]
    events = [
        (day, key)
        for day, key in (*_counted(counts), *_voted(votes))
        if mondays[0] <= day <= last  # a clock that is ahead is no reason for a week that has not been
    ]
    return Usage(
        first=mondays[0],
        last=last,
        all=sum_of(tally for _, (_, _, tally) in events),
        platforms=_grouped((platform, tally) for _, (platform, _, tally) in events),
        subjects=_grouped((subject or NO_SUBJECT, tally) for _, (_, subject, tally) in events),
        weeks={str(week): sum_of(tally for day, (_, _, tally) in events if monday(day) == week) for week in mondays},
    )


Event = tuple[date, tuple[str, str, Tally]]
"""A day, a platform, a subject, and what is to be added there."""


def _counted(counts: Mapping[Count, int]) -> Iterable[Event]:
    kinds = {"answer": "answered", "clarify": "asked_back", "abstain": "declined"}
    for key, number in counts.items():
        if key.what in kinds:
            tally = Tally()._replace(**{kinds[key.what]: number})
            yield date.fromisoformat(key.day), (key.platform, key.subject, tally)


def _voted(votes: Iterable[Vote]) -> Iterable[Event]:
    for vote in votes:
        day = datetime.fromtimestamp(vote.at, UTC).date()
        yield day, (vote.platform, vote.subject, Tally(helpful=int(vote.helpful), votes=1))


def _grouped(parts: Iterable[tuple[str, Tally]]) -> Tallies:
    found: Tallies = {}
    for name, tally in parts:
        found[name] = found.get(name, Tally()).plus(tally)
    return dict(sorted(found.items(), key=lambda one: (-one[1].questions, one[0])))


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    whole = Tally()
    for tally in tallies:
        whole = whole.plus(tally)
    return whole


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())
