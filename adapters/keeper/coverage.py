"""`knowledge coverage`: which aspects of the main subjects are known, surely or less so, and which are not."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from adapters.console import UsageError, json_argument, say, say_json
from adapters.keeper import FINE, Settings
from adapters.keeper.console import folder_argument
from bot import upkeep

KNOWN, MEDIUM, UNKNOWN = "known", "medium", "unknown"
MARKS = {KNOWN: "●", MEDIUM: "○", UNKNOWN: "·"}
CELL = 3  # columns of a cell
WIDEST_HEADING = 26  # columns
TOTAL = 8  # columns of a total such as "  12/18"
FEWEST = 4  # cells in a line, however narrow the window


class Matrix(NamedTuple):
    """The state of every cell, by subject and then aspect."""

    subjects: dict[str, str]
    aspects: dict[str, str]
    cells: dict[str, dict[str, str]]

    def filled(self, subject: str = "", aspect: str = "") -> int:
        """How many cells of a subject, of an aspect or of everything are known."""
        rows = [self.cells[subject]] if subject else self.cells.values()
        return sum(state != UNKNOWN for row in rows for name, state in row.items() if aspect in ("", name))


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    folder_argument(parser)
    json_argument(parser)
    parser.add_argument("--all", action="store_true", help="features of subjects, too")
    parser.add_argument("--subject", action="append", default=[], metavar="ID", help="only this one; may be repeated")
    parser.add_argument("--unknown", action="store_true", help="list the unknown cells, as ids for `new fact`")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Print the table."""
    known = upkeep.survey(settings.folder).knowledge
    if strange := set(given.subject) - known.subjects.keys():
        raise UsageError(f"there is no subject {min(strange)!r}")
    found = matrix(known, given.subject or main_subjects(known, features=given.all))
    if given.json:
        say_json(as_data(found))
    elif given.unknown:
        say(f"{s}.{a}" for s, row in found.cells.items() for a, state in row.items() if state == UNKNOWN)
    else:
        say(lines(found, settings.columns))
    return FINE


def main_subjects(known: upkeep.Knowledge, *, features: bool) -> list[str]:
    """The subjects that are no part of another and of which anything is known, services and tools before concepts."""
    listed = [s for s in known.subjects.values() if (features or not s.parent) and known.facts.get(s.id)]
    return [s.id for s in sorted(listed, key=lambda s: (s.kind not in {"service", "tool"}, -len(known.facts[s.id])))]


def matrix(known: upkeep.Knowledge, subjects: Sequence[str]) -> Matrix:
    """What is known of these subjects, under every aspect that can have a fact."""
    aspects = {aspect.id: aspect.name for aspect in known.aspects.values() if not aspect.members}
    cells = {s: {a: state(known.fact(s, a)) for a in aspects} for s in subjects}
    return Matrix({s: known.subjects[s].short for s in subjects}, aspects, cells)


def state(fact: upkeep.Fact | None) -> str:
    """Which mark a cell gets."""
    if fact is None:
        return UNKNOWN
    return KNOWN if fact.confidence == "high" else MEDIUM


def lines(found: Matrix, columns: int) -> Iterator[str]:
    """The table, in as many parts as the window needs; a number stands for each subject."""
    heading = min(max(map(len, found.aspects.values()), default=0), WIDEST_HEADING)
    at_once = max((columns - heading - TOTAL) // CELL, FEWEST)
    subjects = list(found.subjects)
    for number, subject in enumerate(subjects, 1):
        yield f"{number:>{CELL}}  {found.subjects[subject]}, {found.filled(subject)} of {len(found.aspects)}"
    for first in range(0, len(subjects), at_once):
        part = subjects[first : first + at_once]
        yield ""
        yield " " * heading + "".join(f"{number:>{CELL}}" for number in range(first + 1, first + len(part) + 1))
        for aspect, name in found.aspects.items():
            marks = "".join(f"{MARKS[found.cells[subject][aspect]]:>{CELL}}" for subject in part)
            yield f"{name[:heading]:<{heading}}{marks}{f'{found.filled(aspect=aspect)}/{len(subjects)}':>{TOTAL}}"
    medium = sum(state == MEDIUM for row in found.cells.values() for state in row.values())
    size = len(found.aspects) * len(subjects)
    filled = found.filled()
    known = f"{filled:,} of {size:,} cells known ({MARKS[KNOWN]})"
    yield ""
    yield f"{known}, {medium:,} with medium confidence ({MARKS[MEDIUM]}), {size - filled:,} unknown ({MARKS[UNKNOWN]})"


def as_data(found: Matrix) -> dict[str, Any]:
    """The matrix for programs."""
    return {
        "cells": found.cells,
        "known": {
            "subjects": {subject: found.filled(subject) for subject in found.subjects},
            "aspects": {aspect: found.filled(aspect=aspect) for aspect in found.aspects},
            "all": found.filled(),
        },
        "size": len(found.aspects) * len(found.subjects),
    }
