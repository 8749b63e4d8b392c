"""What a folder may say and probably does not mean: one rule for each kind of doubt, each finding with its place.

Unlike the problems that `bot.knowledge` finds, none of this keeps the bot from starting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from bot.knowledge import Problem
from bot.language import clean, split
from bot.model import Comparison, Entry, Fact, Need
from bot.reading.amounts import amounts
from bot.upkeep import length, words
from bot.upkeep.survey import Survey

WHAT_IS = "what-is"  # the aspect that every subject should have, in a folder that has it
UNFINISHED = "TODO"  # how a stub that is still to be written begins


Stated = Fact | Entry | Comparison | Need
"""What is true as of a day, by a source."""


class Doubt(NamedTuple):
    """One finding: the rule that found it, and where it is, what it is and what to do."""

    rule: str
    problem: Problem


def doubts(known: Survey, today: date, older_than: timedelta) -> tuple[Doubt, ...]:
    """Everything doubtful in a folder, in the order of files and lines."""
    found = [Doubt(rule, problem) for rule, find in DOUBTS.items() for problem in find(known)]
    found += [Doubt("old", problem) for problem in _old(known, today - older_than)]
    return tuple(sorted(found, key=lambda doubt: doubt.problem))


def _facts(known: Survey) -> Iterator[Fact]:
    return (fact for facts in known.knowledge.facts.values() for fact in facts.values())


def _old(known: Survey, before: date) -> Iterator[Problem]:
    for key, record in known.records.items():
        field = "checked" if record.section == "sources" else "as_of"
        day = record.values.get(field)
        if day and date.fromisoformat(day) < before:
            what = f"'{'.'.join(record.ids)}' was last true, as far as anybody knows, on {day}"
            yield known.problem(key, what, "compare it with its source and renew the day", field)


def _unfinished(known: Survey) -> Iterator[Problem]:
    for key, record in known.records.items():
        for field in (name for name, value in record.values.items() if value and _to_be_written(value)):
            what = f"'{field}' of '{'.'.join(record.ids)}' is still to be written"
            yield known.problem(key, what, f"replace what begins with {UNFINISHED}", field)
            break


def _to_be_written(value: object) -> bool:
    if isinstance(value, str):
        return value.startswith(UNFINISHED)
    texts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(text, str) and text.startswith(UNFINISHED) for text in texts)


def _without_number(known: Survey) -> Iterator[Problem]:
    for aspect in known.knowledge.aspects.values():
        if aspect.kind == "limit" and not aspect.measure:
            what = f"the limit '{aspect.id}' has no measure, so no amount can be compared with it"
            yield known.problem(("aspects", aspect.id), what, "add 'measure', or make it kind: text", "kind")
    for fact in _facts(known):
        aspect = known.knowledge.aspects[fact.aspect]
        limits = (fact.max, fact.min, fact.default, *(e.max or e.min for e in fact.exceptions))
        if aspect.kind == "limit" and not any(limits) and (amount := _amount(fact, aspect.measure)):
            what = f"'{fact.id}' is about a limit and says '{amount}', but no question can be compared with that"
            fix = "if it is the limit, add it as 'max', 'min' or 'default'"
            yield known.problem(("facts", fact.subject, fact.aspect), what, fix)


def _amount(fact: Fact, measure: str) -> str:
    """The first amount of a measure that a fact names: in its cell, which is about nothing else, if it has one."""
    found, _ = amounts(split(clean(fact.brief or fact.says)))
    return next((amount.text for amount in found if amount.measure == measure), "")


def _undefined(known: Survey) -> Iterator[Problem]:
    for subject in known.knowledge.subjects if WHAT_IS in known.knowledge.aspects else ():
        if not known.knowledge.fact(subject, WHAT_IS):
            fix = f"add a fact '{WHAT_IS}' for it"
            yield known.problem(("subjects", subject), f"nothing says what '{subject}' is", fix)


def _other_group(known: Survey) -> Iterator[Problem]:
    for need in known.knowledge.needs.values():
        for verdict, reasons in (("best", need.best), ("fits", need.fits), ("fails", need.fails)):
            for subject in reasons:
                group = known.knowledge.subjects[subject].group
                if group not in ("", need.group):  # what is in no group is an alternative wherever it is named
                    what = f"'{subject}' is no alternative here: it is in group '{group}', not in '{need.group}'"
                    yield known.problem(("needs", need.id), what, "take it out, or name it in 'with'", verdict, subject)


def _empty_rows(known: Survey) -> Iterator[Problem]:
    """One finding for each cell that keeps rows from being shown, where it can be filled."""
    rows = ((c.of, aspect) for c in known.knowledge.comparisons.values() for aspect in c.rows)
    for (subject, aspect), count in Counter((s, aspect) for of, aspect in rows for s in of).items():
        fact = known.knowledge.fact(subject, aspect)
        if not (fact and fact.brief):
            what = f"'{subject}.{aspect}' {'has no brief' if fact else 'is not known'}, so the row is not shown in "
            fix = "write it, or take the row out there"
            key = ("facts", subject, aspect) if fact else ("subjects", subject)
            yield known.problem(key, what + ("a comparison" if count == 1 else f"{count} comparisons"), fix)


def _unused(known: Survey) -> Iterator[Problem]:
    whole = known.knowledge
    stated: list[Stated] = [*_facts(known), *whole.entries.values(), *whole.comparisons.values(), *whole.needs.values()]
    cited = {source for one in stated for source in one.sources}
    for source in whole.sources.keys() - cited:
        yield known.problem(("sources", source), f"nothing cites the source '{source}'", "cite it, or take it out")
    filled = {fact.aspect for fact in _facts(known)}
    for aspect in whole.aspects.values():
        if aspect.id not in filled and not aspect.members:
            what = f"no subject has the aspect '{aspect.id}'"
            yield known.problem(("aspects", aspect.id), what, "write a fact, or take it out")


DOUBTS: Mapping[str, Callable[[Survey], Iterator[Problem]]] = MappingProxyType(
    {
        "same-words": words.claimed_twice,
        "same-name": words.names_alike,
        "too-long": length.too_long,
        "no-number": _without_number,
        "undefined": _undefined,
        "other-group": _other_group,
        "empty-row": _empty_rows,
        "unused": _unused,
        "unfinished": _unfinished,
    }
)
"""Every rule but the one that needs a day."""
