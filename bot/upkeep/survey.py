"""A knowledge folder with the places of everything in it: what it says, or what is wrong with it, and where.

Answers need no places, so a bot loads without them; whoever keeps the folder does.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from bot.knowledge import KnowledgeError, Problem, folder, reader
from bot.knowledge.builder import build
from bot.knowledge.reader import untidied
from bot.knowledge.shape import Record
from bot.knowledge.tree import Place
from bot.model import Knowledge

Step = str | int


class Survey(NamedTuple):
    """A folder that loads: its knowledge, and every record by (section, id …)."""

    knowledge: Knowledge
    records: dict[tuple[str, ...], Record]

    def place(self, key: tuple[str, ...], *path: Step) -> Place:
        """Where a record stands, or a value within it ("asks", 2)."""
        return self.records[key].place_of(*path)

    def problem(self, key: tuple[str, ...], what: str, fix: str, *path: Step) -> Problem:
        """Something to be said about a record, or about a value within it."""
        return self.place(key, *path).problem(what, fix)


def survey(path: Path) -> Survey:
    """Read a folder; raises KnowledgeError with every problem of all files."""
    with untidied():
        found = reader.findings(folder.read(path))
        if found.problems:
            raise KnowledgeError(tuple(found.problems))
        records = {(record.section, *record.ids): record for record in found.records}
        return Survey(build(reader.plain(found.records)), records)


def problems_with(path: Path, file: Path, text: str) -> tuple[Problem, ...]:
    """What would be wrong with a folder if one file of it had this text."""
    others = [one for one in folder.read(path) if Path(one.name).resolve() != file.resolve()]
    with untidied():
        return tuple(sorted(reader.findings((*others, folder.File(str(file), text.encode()))).problems))


def files(path: Path) -> tuple[Path, ...]:
    """The files of a folder."""
    return tuple(Path(file.name) for file in folder.read(path) if not file.problem)
