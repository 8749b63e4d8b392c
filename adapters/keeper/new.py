"""`knowledge new`: a stub of a record that passes `check`, with a warning until somebody writes it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from adapters.console import UsageError, say, today
from adapters.keeper import FINE, UNUSABLE, Settings
from adapters.keeper.writing import Block, inserted, replace, written
from bot import upkeep

TODO = upkeep.UNFINISHED
ASKS = 5  # phrasings that an entry needs


class Wanted(NamedTuple):
    """The stub that is asked for, in a folder that loads."""

    id: str
    known: upkeep.Knowledge
    source: str

    @property
    def words(self) -> str:
        """The id as people would say it."""
        return self.id.replace("-", " ")

    @property
    def origin(self) -> tuple[str, ...]:
        """The lines that say where a statement comes from."""
        return (f"source: {self.source}", f"as_of: {today().isoformat()}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    parser.add_argument("kind", choices=list(STUBS), metavar="KIND", help=", ".join(STUBS))
    parser.add_argument("id", metavar="ID", help="its id; for a fact SUBJECT.ASPECT, for a comparison SUBJECT.SUBJECT")
    parser.add_argument("--into", type=Path, metavar="FILE", help="add it to this file of the folder, or make the file")
    parser.add_argument("--source", default="", metavar="ID", help="the source that it cites")


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Make the stub, see that the folder loads with it, and print or write it; exit with 2 if it does not."""
    known = upkeep.survey(settings.folder).knowledge
    blocks = STUBS[given.kind](Wanted(given.id, known, given.source or _source(known, given.id, given.kind)))
    file = _target(given.into, settings.folder)
    try:
        text = file.read_bytes().decode() if file.exists() else ""
        for block in blocks:
            text = inserted(text, block)
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from None
    if problems := upkeep.problems_with(settings.folder, file, text):
        for problem in problems:
            print(problem, file=sys.stderr)
        return UNUSABLE
    if given.into is None:
        say(line for block in blocks for line in written(block.keys, block.lines))
        return FINE
    replace(file, text)
    say([f"{file} has a new {given.kind}; replace every {TODO}, then run: compute-bot knowledge check"])
    return FINE


def _target(into: Path | None, folder: Path) -> Path:
    """The file to write, or one that only has to be thought of."""
    file = into or folder / "stub-that-is-not-written.yaml"
    inside = file.absolute().resolve().is_relative_to(folder.absolute().resolve())
    if not inside or file.suffix != ".yaml" or file.name.startswith("."):
        raise UsageError(f"{file} is no .yaml file of {folder}")
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}")
    return file


def _source(known: upkeep.Knowledge, id_: str, kind: str) -> str:
    """A source that is likely the right one: what the definition of the same subject cites."""
    fact = known.fact(_subject(known, id_), upkeep.WHAT_IS)
    source = fact.sources[0] if fact else next(iter(known.sources), "")
    if not source and kind not in {"source", "neighbour"}:
        raise UsageError("there is no source to cite yet: start with `new source ID`")
    return f"{source}  # {TODO} the page that says so, if it is another"


def _subject(known: upkeep.Knowledge, id_: str) -> str:
    """The subject with whose id this one begins, or the first of all."""
    named = [subject for subject in known.subjects if id_.startswith(subject)]
    return max(named, key=len, default=next(iter(known.subjects), ""))


def _pair(wanted: Wanted, kinds: str) -> list[str]:
    parts = wanted.id.split(".")
    if len(parts) < len(kinds.split(".")) or not all(parts):
        raise UsageError(f"write the id as {kinds}")
    return parts


# ---------------------------------------------------------------- the stubs


def _new_source(wanted: Wanted) -> list[Block]:
    lines = (
        f"title: {TODO} the title of the page",
        f"url: https://example.org/  # {TODO} the address of the page",
        "kind: docs  # docs | guide | pricing | model | notes | other",
        f"checked: {today().isoformat()}",
    )
    return [Block(("sources", wanted.id), lines)]


def _new_subject(wanted: Wanted) -> list[Block]:
    lines = (
        f"name: {TODO} the name of {wanted.words} in full",
        f"short: {wanted.words}",
        "kind: service  # service | concept | feature | tool",
        "# parent: the subject it is part of, if any",
        "# group: the alternatives it competes with, if any",
        f"names: [{wanted.words}]",
    )
    blocks = [Block(("subjects", wanted.id), lines)]
    if upkeep.WHAT_IS in wanted.known.aspects:
        blocks.append(_fact(wanted, wanted.id, upkeep.WHAT_IS, wanted.words))
    return blocks


def _new_fact(wanted: Wanted) -> list[Block]:
    subject, aspect, *_ = _pair(wanted, "SUBJECT.ASPECT")
    known = wanted.known
    return [_fact(wanted, subject, aspect, known.subjects[subject].short if subject in known.subjects else subject)]


def _fact(wanted: Wanted, subject: str, aspect: str, name: str) -> Block:
    about = wanted.known.aspects.get(aspect)
    kind = about.kind if about else ""
    lines = (
        f"says: {TODO} a sentence that begins with {name}, true on its own.",
        "# brief: at most 60 characters for a table",
        *(["answer: partly  # yes | no | partly"] if kind == "ability" else []),
        *(["# max: a number and a unit, or unlimited"] if kind == "limit" else []),
        *wanted.origin,
        "checked: person",
    )
    return Block(("facts", subject, aspect), lines)


def _new_entry(wanted: Wanted) -> list[Block]:
    lines = (
        f"title: {TODO} {wanted.words}",
        f"about: [{_subject(wanted.known, wanted.id)}]",
        "asks:  # worded as differently as people do",
        *(f"  - {TODO} {wanted.words} phrasing {number}" for number in range(1, ASKS + 1)),
        f"says: {TODO} the answer in a sentence.",
        *wanted.origin,
        "checked: person",
    )
    return [Block(("entries", wanted.id), lines)]


def _new_need(wanted: Wanted) -> list[Block]:
    group = next(iter(wanted.known.groups), "")
    if not group:
        raise UsageError("there is no group of alternatives yet")
    first = next((s.id for s in wanted.known.subjects.values() if s.group == group), "")
    lines = (
        f"name: {TODO} completes A workload that …",
        f"words: [{wanted.words}]",
        f"group: {group}",
        *([f"best: {{{first}: {TODO} completes because …}}"] if first else []),
        "# fits and fails: as best",
        *wanted.origin,
    )
    return [Block(("needs", wanted.id), lines)]


def _new_comparison(wanted: Wanted) -> list[Block]:
    subjects = _pair(wanted, "SUBJECT.SUBJECT")
    choose = ", ".join(f"{subject}: {TODO} completes Choose it when …" for subject in subjects)
    lines = (
        f"of: [{', '.join(subjects)}]",
        f"says: {TODO} what tells them apart, in a sentence.",
        f"choose: {{{choose}}}",
        "# rows: [the aspects that matter most, in order]",
        *wanted.origin,
    )
    return [Block(("comparisons", "-".join(subjects)), lines)]


def _new_neighbour(wanted: Wanted) -> list[Block]:
    lines = (
        f"name: {TODO} the name of {wanted.words} in full",
        "kind: other  # or what may appear as context of a known question",
        f"words: [{wanted.words}]",
        f"asks: [what is {wanted.words}]",
    )
    return [Block(("neighbours", wanted.id), lines)]


STUBS: dict[str, Callable[[Wanted], list[Block]]] = {
    "source": _new_source,
    "subject": _new_subject,
    "fact": _new_fact,
    "entry": _new_entry,
    "need": _new_need,
    "comparison": _new_comparison,
    "neighbour": _new_neighbour,
}
