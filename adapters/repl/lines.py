"""Lines: text that is safe to print, folded between words to a number of columns.

What stands on the lines is decided in `message` and `table`.
"""

from __future__ import annotations

from collections.abc import Mapping

BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def printable(text: str) -> str:
    """The text without what could steer a terminal: control, zero-width and direction characters, lone surrogates."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " if c.isspace() else "" for c in text)


def painted(style: str, lines: list[str], *, colour: bool) -> list[str]:
    """The lines, each in the style, if colour is wanted."""
    return [f"{style}{line}{PLAIN}" for line in lines] if colour else lines


def cells(text: str) -> int:
    """How many columns the text takes: ideographs take two, combining marks none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def fold(text: str, columns: int) -> list[str]:
    """The text in lines of at most `columns`, broken between words; no lines for no text."""
    lines = []
    for paragraph in printable(text).splitlines():
        line = ""
        for word in (piece for whole in paragraph.split() for piece in pieces(whole, columns)):
            if line and cells(line) + 1 + cells(word) > columns:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines


def pieces(word: str, columns: int) -> list[str]:
    """The word, cut where it is too long for one line."""
    if cells(word) <= columns:
        return [word]
    size = columns if word.isascii() else max(columns // 2, 1)
    return [word[start : start + size] for start in range(0, len(word), size)]


def hang(mark: str, text: str, columns: int) -> list[str]:
    """The text behind a mark, its further lines indented as far."""
    lines = fold(text, columns - cells(mark))
    return [(mark if number == 0 else " " * cells(mark)) + line for number, line in enumerate(lines)]


def columns_first(meanings: Mapping[str, str]) -> list[str]:
    """Names and what they mean, in two columns."""
    longest = max(map(len, meanings))
    return [f"{name:<{longest}}  {meaning}" for name, meaning in meanings.items()]
