"""`knowledge check`: errors, which keep the bot from starting, and warnings, each on a line that editors can jump from.

Warnings are found only where there is no error; it is quick enough to run whenever a file is saved.
A kind of which there are many is told as a count, so that a new one of another kind is seen.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from adapters.console import counted, json_argument, say, say_json, today
from adapters.keeper import FINE, FOUND, UNUSABLE, Settings
from adapters.keeper.console import age, data_of, folder_argument, line_of
from bot import upkeep

FEW = 10  # warnings of one kind that are listed without being asked for
WORST = 20  # records whose questions lead elsewhere, as far as they are listed
LOST = "not-found-again"  # the rule of what `--thorough` finds
RULES = (*upkeep.DOUBTS, "old")


class Report(NamedTuple):
    """What was found: `errors` alone, or else warnings, and with `--thorough` what the bot finds again."""

    errors: tuple[upkeep.Problem, ...] = ()
    warnings: tuple[upkeep.Doubt, ...] = ()
    retrieval: tuple[upkeep.Retrieval, ...] = ()


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    folder_argument(parser)
    json_argument(parser)
    parser.add_argument("--strict", action="store_true", help="exit with 1 if there is a warning")
    parser.add_argument("--thorough", action="store_true", help="ask the bot all that it should know")
    parser.add_argument(
        "--older-than", type=age, default=age("1y"), metavar="AGE", help="warn of what is older; default 1y"
    )
    parser.add_argument("--all", action="store_true", help=f"list more than {FEW} warnings of a kind, too")
    parser.add_argument("--only", action="append", choices=RULES, metavar="RULE", help="list all of this kind alone")
    parser.add_argument("--skip", action="append", default=[], choices=RULES, metavar="RULE", help=", ".join(RULES))


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Check, print, and exit with 2 for errors, with 1 for warnings under `--strict`."""
    started = time.perf_counter()
    report = examined(given, settings)
    seconds = time.perf_counter() - started
    if given.json:
        say_json({**as_data(report), "seconds": round(seconds, 3)})
    else:
        say(lines(report, seconds, len(report.warnings) if given.all or given.only else FEW))
    lost = any(one.misses for one in report.retrieval)
    return UNUSABLE if report.errors else FOUND if given.strict and (report.warnings or lost) else FINE


def examined(given: argparse.Namespace, settings: Settings) -> Report:
    """Everything that is wrong, or else everything that is doubtful."""
    try:
        known = upkeep.survey(settings.folder)
    except upkeep.KnowledgeError as error:
        return Report(errors=error.problems)
    found = upkeep.doubts(known, today(), given.older_than)
    warnings = tuple(doubt for doubt in found if doubt.rule in (given.only or RULES) and doubt.rule not in given.skip)
    return Report(warnings=warnings, retrieval=upkeep.retrieval(known) if given.thorough else ())


def lines(report: Report, seconds: float, few: int) -> Iterator[str]:
    """The report for people: every finding on a line unless there are more than a few of its kind, the counts last."""
    kinds = Counter(doubt.rule for doubt in report.warnings)
    yield from (line_of("error", problem) for problem in report.errors)
    for doubt in report.warnings:
        if kinds[doubt.rule] <= few:
            yield f"{line_of('warning', doubt.problem)} [{doubt.rule}]"
    for rule, count in kinds.most_common():
        if count > few:
            yield f"{counted(count, 'warning')} of {rule}: compute-bot knowledge check --only {rule}"
    for one in report.retrieval:
        yield from (f"{line_of('warning', problem)} [{LOST}]" for problem in worst(one))
    for one in report.retrieval:
        yield f"{one.found:,} of {one.asked:,} {one.sort} are answered with what they stand for: {one.rate:.1%}"
    listed = ", ".join(f"{count} {rule}" for rule, count in kinds.most_common())
    found = f"{counted(len(report.errors), 'error')}, {counted(len(report.warnings), 'warning')}"
    yield f"{found}{f' ({listed})' if listed else ''}, {seconds:.2f} s"


def worst(one: upkeep.Retrieval) -> list[upkeep.Problem]:
    """The misses of those records that lose the most, a record's misses together."""
    losing = {record for record, _ in Counter(miss.record for miss in one.misses).most_common(WORST)}
    return [miss.problem for miss in one.misses if miss.record in losing]


def as_data(report: Report) -> dict[str, Any]:
    """The report for programs."""
    return {
        "errors": [data_of(problem) for problem in report.errors],
        "warnings": [{"rule": doubt.rule, **data_of(doubt.problem)} for doubt in report.warnings],
        "retrieval": [
            {"sort": one.sort, "asked": one.asked, "found": one.found, "misses": misses_as_data(one)}
            for one in report.retrieval
        ],
    }


def misses_as_data(one: upkeep.Retrieval) -> list[dict[str, Any]]:
    """Every miss with the record it belongs to."""
    return [{"record": miss.record, **data_of(miss.problem)} for miss in one.misses]
