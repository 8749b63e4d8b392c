"""Whether the bot finds again what was written: every phrasing of an entry, every suggested question of a fact.

A miss is no mistake of the author alone; how questions are read is decided in `bot.reading`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.bot import Bot
from bot.knowledge import Problem
from bot.model import Answer, Question
from bot.upkeep.survey import Survey


class Miss(NamedTuple):
    """A question that does not come back to its record, told as a problem."""

    record: str
    problem: Problem


class Retrieval(NamedTuple):
    """How many of the questions of one sort come back to their record, and those that do not."""

    sort: str
    asked: int
    found: int
    misses: tuple[Miss, ...]

    @property
    def rate(self) -> float:
        """The share (0..1) that comes back; all, where there is nothing to ask."""
        return self.found / self.asked if self.asked else 1.0


def retrieval(known: Survey) -> tuple[Retrieval, ...]:
    """Ask the bot everything the folder says it can be asked."""
    bot = Bot(known.knowledge)
    entries, facts = _of_entries(known, bot), _of_facts(known, bot)
    return _tally("phrasings of entries", entries), _tally("questions about facts", facts)


def _tally(sort: str, results: Iterator[Miss | None]) -> Retrieval:
    listed = list(results)
    misses = tuple(miss for miss in listed if miss)
    return Retrieval(sort, len(listed), len(listed) - len(misses), misses)


def _of_entries(known: Survey, bot: Bot) -> Iterator[Miss | None]:
    for entry in known.knowledge.entries.values():
        for position, asks in enumerate(entry.asks):
            answer = bot.ask(Question(asks))
            if entry.says in answer.text:
                yield None
            else:
                what = f"'{asks}' is not answered with '{entry.id}' but with {_told(answer)}"
                fix = "word it more tellingly, or move it"
                yield Miss(entry.id, known.problem(("entries", entry.id), what, fix, "asks", position))


def _of_facts(known: Survey, bot: Bot) -> Iterator[Miss | None]:
    for facts in known.knowledge.facts.values():
        for fact in facts.values():
            subject, aspect = known.knowledge.subjects[fact.subject], known.knowledge.aspects[fact.aspect]
            asks = aspect.asks.replace("{subject}", subject.short)
            answer = bot.ask(Question(asks))
            if fact.says in answer.text:
                yield None
            else:
                what = f"'{asks}' is not answered with '{fact.id}' but with {_told(answer)}"
                fix = "name the aspect in the words of its 'asks', or the subject more clearly in 'short'"
                yield Miss(fact.id, known.problem(("facts", fact.subject, fact.aspect), what, fix))


def _told(answer: Answer) -> str:
    return f"'{answer.title or answer.lead[:60]}'" if answer.kind == "answer" else f"no answer ({answer.kind})"
