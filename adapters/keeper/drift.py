"""`knowledge drift`: whether the vendor's published API models still say what the facts' `checks` expect of them.

An alarm, never a source of answers: a maximum in a model covers every variant of a service, and an enumeration names
what is long retired or not yet offered. A difference means that a person should read the source again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from adapters.console import counted, json_argument, say, say_json
from adapters.keeper import FINE, FOUND, UNUSABLE, Settings
from adapters.keeper.console import data_of, folder_argument, line_of
from adapters.keeper.models import Found, MissingError, Models
from bot import upkeep

LONGEST = 160  # characters of what was found
AROUND = 60  # of them before the place where it differs
NOTHING = "nothing stands there"
REVIEW = "the vendor changed something: read the source again, then correct the fact, or what is expected here"


class Result(NamedTuple):
    """One check of one fact: `state` is ok, drift or skipped (the installed models are older than the check)."""

    fact: upkeep.Fact
    check: upkeep.Check
    state: str
    found: str
    problem: upkeep.Problem


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    folder_argument(parser)
    json_argument(parser)
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="models that come before those of botocore")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Compare, print, and exit with 1 if something differs, with 2 if there is nothing to compare with."""
    known = upkeep.survey(settings.folder)
    try:
        models = Models(given.models)
    except MissingError as error:
        print(f"compute-bot: {error}", file=sys.stderr)
        return UNUSABLE
    results = [*confirmed(known, models)]
    drifted = [result for result in results if result.state == "drift"]
    if given.json:
        say_json(as_data(results, models))
    else:
        say([*(line_of("drift", result.problem) for result in drifted), summary(results, models)])
    return FOUND if drifted else FINE


def confirmed(known: upkeep.Survey, models: Models) -> Iterator[Result]:
    """Every check of every fact; a fact that only names its place in a model is checked for being there."""
    for facts in known.knowledge.facts.values():
        for fact in facts.values():
            for position, check in enumerate(fact.checks):
                yield _result(known, fact, check, models, ("checks", position))
            if fact.model and all(check.path != fact.model for check in fact.checks):
                since = max((check.since for check in fact.checks), default="")
                yield _result(known, fact, upkeep.Check(fact.model, "there", (), since), models, ("model",))


def _result(
    known: upkeep.Survey, fact: upkeep.Fact, check: upkeep.Check, models: Models, path: tuple[str | int, ...]
) -> Result:
    found, state = "", "skipped"
    if models.has(check.since):
        try:
            there = models.find(check.path)
            found, state = _shown(there, check), "ok" if holds(check, there) else "drift"
        except LookupError as error:
            found, state = f"{NOTHING} ({error.args[0]})", "drift"
    what = f"{fact.id} expects of {check.path} that it {expected(check)}, but found {found}"
    key = ("facts", fact.subject, fact.aspect)
    return Result(fact, check, state, found, known.problem(key, what, REVIEW, *path))


def holds(check: upkeep.Check, found: Found) -> bool:
    """Whether what was found is as expected."""
    names = set(found) if isinstance(found, list) else {str(found)}
    text = " ".join(found) if isinstance(found, list) else str(found)
    match check.op:
        case "is":
            return str(found) == check.want[0]
        case "has":
            return names >= set(check.want)
        case "only":
            return names == set(check.want)
        case "says":
            return all(_folded(phrase) in _folded(text) for phrase in check.want)
        case "least":
            size = len(found) if isinstance(found, list | str) else found
            return size >= int(check.want[0])
    return True  # it is there, and no more was expected


def expected(check: upkeep.Check) -> str:
    """What is expected, completing "that it …"."""
    wanted = ", ".join(check.want)
    phrases = {
        "is": f"is {wanted}",
        "has": f"has {wanted}",
        "only": f"has {wanted} and nothing else",
        "says": f"says {' … '.join(map(repr, check.want))}",
        "least": f"has, or is, at least {wanted}",
    }
    return phrases.get(check.op, "is there")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _shown(found: Found, check: upkeep.Check) -> str:
    if isinstance(found, list):
        return _difference(found, check)
    text = str(found)
    if len(text) <= LONGEST:
        return repr(text) if isinstance(found, str) else text
    # Of a long text, the part where the expected words begin to differ is what a person wants to see.
    start = max(0, _nearest(text, check.want) - AROUND)
    return repr(f"{'… ' if start else ''}{text[start : start + LONGEST]} …")


def _nearest(text: str, phrases: tuple[str, ...]) -> int:
    """Where a phrase that is missing begins to be said: by as many of its first words as the text has together."""
    low = text.casefold()
    for phrase in (p for p in phrases if _folded(p) not in low):
        words = _folded(phrase).split()
        for count in range(len(words), 0, -1):
            place = low.find(" ".join(words[:count]))
            if place >= 0:
                return place
    return 0


def _difference(names: list[str], check: upkeep.Check) -> str:
    if check.op not in {"has", "only"}:
        return counted(len(names), "name")
    missing, more = [w for w in check.want if w not in names], [n for n in names if n not in check.want]
    parts = [f"without {', '.join(missing)}"] if missing else []
    parts += [f"with {', '.join(more)}"] if more and check.op == "only" else []
    return f"{counted(len(names), 'name')} {' and '.join(parts)}".rstrip()


def summary(results: list[Result], models: Models) -> str:
    """The counts in a sentence."""
    real = [result for result in results if result.check.op != "there"]
    facts = len({result.fact.id for result in real})
    states = [result.state for result in results]
    ok, drifted, skipped = (states.count(state) for state in ("ok", "drift", "skipped"))
    beside = counted(len(results) - len(real), "other place") + " in the models"
    return (
        f"{counted(len(real), 'check')} of {counted(facts, 'fact')} and {beside} against botocore {models.version}: "
        f"{ok} ok, {drifted} drifted, {skipped} skipped (newer than this botocore)"
    )


def as_data(results: list[Result], models: Models) -> dict[str, Any]:
    """All of it for programs."""
    return {
        "botocore": models.version,
        "checks": [
            {"fact": result.fact.id, "state": result.state, "found": result.found}
            | result.check._asdict()
            | data_of(result.problem)
            for result in results
        ],
    }
