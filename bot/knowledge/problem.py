"""How a mistake in the knowledge folder is told to the person who can mend it."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """One mistake: where it is (line and column from 1), what is wrong, and what to do about it."""

    file: str
    line: int
    column: int
    what: str
    fix: str

    def __str__(self) -> str:
        """Give the line that editors and terminals can jump from."""
        return f"{self.file}:{self.line}:{self.column}: {self.what}; {self.fix}"


class KnowledgeError(Exception):
    """The folder cannot be used; `problems` has every mistake of all files, in the order of their places."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def suggestion(wrong: str, known: list[str], otherwise: str = "") -> str:
    """Give "did you mean …?" if something known is spelled like the wrong word, else the other advice.

    Where there is other advice, the likeness must be closer: ids of different things often share a part.
    """
    import difflib  # noqa: PLC0415 - only a folder with a mistake pays for it

    near = difflib.get_close_matches(wrong, known, n=1, cutoff=0.8 if otherwise else 0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return otherwise or f"use one of: {', '.join(known)}"
