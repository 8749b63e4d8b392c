"""A comparison in the terminal: aligned columns, folded cells in a narrow window, a list in a very narrow one."""

from __future__ import annotations

from itertools import zip_longest

from adapters.repl.lines import BOLD, DIM, cells, fold, hang, painted, printable

GAP = 2  # columns between two cells
NARROWEST = 14  # columns: narrower cells break within words, so the table becomes a list

Row = tuple[str, ...]


def to_lines(heads: Row, rows: tuple[Row, ...], width: int, *, colour: bool = False) -> list[str]:
    """The table in `width` columns; each row has its heading and one cell for each of the heads."""
    top, *body = [tuple(printable(cell) for cell in row) for row in (("", *heads), *rows)]
    widths = share([max(map(cells, column)) for column in zip(top, *body, strict=True)], width)
    if not widths:
        return as_list(top[1:], body, width, colour=colour)
    rule = ["─" * (sum(widths) + GAP * (len(widths) - 1))]
    lines = painted(BOLD, aligned(top, widths), colour=colour) + painted(DIM, rule, colour=colour)
    tall = any(cells(cell) > columns for row in body for cell, columns in zip(row, widths, strict=True))
    for number, row in enumerate(body):
        lines += ([""] if tall and number else []) + aligned(row, widths)
    return lines


def share(natural: list[int], width: int) -> list[int]:
    """How wide each column becomes: its own width, or a fair share of what narrower ones leave; none if too little."""
    left, given = width - GAP * (len(natural) - 1), dict.fromkeys(range(len(natural)), 0)
    for done, column in enumerate(sorted(given, key=natural.__getitem__)):
        given[column] = min(natural[column], left // (len(natural) - done))
        left -= given[column]
    enough = all(columns >= min(natural[column], NARROWEST) for column, columns in given.items())
    return list(given.values()) if enough else []


def aligned(row: Row, widths: list[int]) -> list[str]:
    """One row, in as many lines as its tallest cell needs."""
    folded = [fold(cell, columns) for cell, columns in zip(row, widths, strict=True)]
    lines = []
    for parts in zip_longest(*folded, fillvalue=""):
        padded = [part + " " * (columns - cells(part)) for part, columns in zip(parts, widths, strict=True)]
        lines.append((" " * GAP).join(padded).rstrip())
    return lines


def as_list(heads: Row, rows: list[Row], width: int, *, colour: bool) -> list[str]:
    """Each row's heading, and below it a line for each of the heads."""
    lines: list[str] = []
    for heading, *row in rows:
        lines += painted(BOLD, fold(heading, width), colour=colour)
        for head, cell in zip(heads, row, strict=True):
            lines += hang("  ", f"{head}: {cell}", width)
    return lines
