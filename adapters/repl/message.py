"""An answer in the terminal: its parts as blocks of lines, with a blank line between them."""

from __future__ import annotations

from adapters.repl import table
from adapters.repl.lines import BOLD, DIM, cells, fold, hang, painted, printable
from bot import Answer

CITED = "Source: "
NARROWEST = 20  # columns: in a smaller window the terminal may break the lines itself


def to_message(answer: Answer, width: int = 80, *, colour: bool = False) -> str:
    """The answer in lines of at most `width` columns, safe to print; only web addresses may be longer."""
    width = max(width, NARROWEST)
    grid = answer.table
    blocks = [
        painted(BOLD, fold(answer.title, width), colour=colour) + fold(answer.lead, width),
        [line for point in answer.points for line in hang("• ", point, width)],
        table.to_lines(grid.columns, grid.rows, width, colour=colour) if grid else [],
        fold(answer.caveat, width),
        painted(DIM, sources(answer, width), colour=colour),
        suggestions(answer, width),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def sources(answer: Answer, width: int) -> list[str]:
    """Each source with its address, never folded so that it can be clicked, and the day for which the answer holds."""
    lines: list[str] = []
    for source in answer.sources:
        mark = " " * len(CITED) if lines else CITED
        title, url = printable(source.title), printable(source.url)
        if cells(f"{mark}{title} {url}") <= width:
            lines.append(f"{mark}{title} {url}")
        else:
            lines += [*hang(mark, title, width), " " * len(CITED) + url]
    return [*lines, *fold(f"As of {answer.as_of}" if answer.as_of else "", width)]


def suggestions(answer: Answer, width: int) -> list[str]:
    """The questions that could come next, each behind the number that asks it."""
    return [line for number, asks in enumerate(answer.suggestions, 1) for line in hang(f"{number}  ", asks, width)]
