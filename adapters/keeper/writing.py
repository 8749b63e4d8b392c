"""Writing into the folder: a file is replaced at once or not at all, and what is in it stays as it was written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

INDENT = "  "
_BLANK = re.compile(r"\s*(#.*)?")


class Block(NamedTuple):
    """Lines that belong below some keys: ("facts", "oven", "timer") and what stands below the last of them."""

    keys: tuple[str, ...]
    lines: tuple[str, ...]


def replace(path: Path, text: str) -> None:
    """Write a whole file; whoever reads it meanwhile gets the old text or the new."""
    # A hidden name, because what is hidden is no part of the knowledge.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        temporary.write_bytes(text.encode())
        if path.exists():
            temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def inserted(text: str, block: Block) -> str:
    """The text of a file with a block behind what is there under the same keys; raises ValueError if that cannot be."""
    lines = text.removesuffix("\n").split("\n") if text else []
    start, end, depth, indent = 0, len(lines), 0, ""
    while depth < len(block.keys) - 1:
        place = _find(lines, start, end, indent, block.keys[depth])
        if place is None:
            break
        start, end = place + 1, _end(lines, place + 1, end, indent)
        indent = _indent(lines[start:end]) or indent + INDENT
        depth += 1
    while end > start and _BLANK.fullmatch(lines[end - 1]):
        end -= 1
    new = [*([""] if depth == 0 and end else []), *written(block.keys[depth:], block.lines, indent)]
    new = [f"{line}\r" for line in new] if "\r\n" in text else new
    return "\n".join([*lines[:end], *new, *lines[end:]]) + "\n"


def written(keys: Sequence[str], lines: Sequence[str], indent: str = "") -> Iterator[str]:
    """The keys, one below the other, and the lines below the last."""
    for depth, key in enumerate(keys):
        yield f"{indent}{INDENT * depth}{key}:"
    yield from (f"{indent}{INDENT * len(keys)}{line}" for line in lines)


def _find(lines: list[str], start: int, end: int, indent: str, key: str) -> int | None:
    for number in range(start, end):
        if lines[number].startswith(f"{indent}{key}:"):
            if not _BLANK.fullmatch(lines[number][len(f"{indent}{key}:") :]):
                raise ValueError(f"line {number + 1} has '{key}' in braces: write it on lines of its own first")
            return number
    return None


def _end(lines: list[str], start: int, end: int, indent: str) -> int:
    """Where the next key stands that is no deeper than the indent."""
    for number in range(start, end):
        if not _BLANK.fullmatch(lines[number]) and not lines[number].startswith(f"{indent} "):
            return number
    return end


def _indent(lines: list[str]) -> str:
    first = next((line for line in lines if not _BLANK.fullmatch(line)), "")
    return first[: len(first) - len(first.lstrip())]
