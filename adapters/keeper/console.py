"""What several commands print alike, and what they understand alike."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import upkeep

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def folder_argument(parser: argparse.ArgumentParser) -> None:
    """Let the folder be named behind the command."""
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="another folder")


def json_argument(parser: argparse.ArgumentParser) -> None:
    """Let programs read the result."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def age(text: str) -> timedelta:
    """How long "180d", "26w", "6m" or "1y" is; for argparse, so it raises ArgumentTypeError."""
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in _DAYS or len(number) > len("99999"):
        raise argparse.ArgumentTypeError(f"{text!r} is no age: write 180d, 26w, 6m or 1y")
    return timedelta(days=int(number) * _DAYS[unit])


def today() -> date:
    """The day, the same everywhere."""
    return datetime.now(tz=UTC).date()


def say(lines: Iterable[str]) -> None:
    """Print lines, without what could steer a terminal."""
    for line in lines:
        print(line if line.isprintable() else "".join(c if c.isprintable() else "?" for c in line))


def say_json(data: object) -> None:
    """Print for a program; ASCII only."""
    print(json.dumps(data, indent=2))


def line_of(kind: str, problem: upkeep.Problem) -> str:
    """The line that editors jump from: place, error or warning, what, and what to do."""
    return f"{problem.file}:{problem.line}:{problem.column}: {kind}: {problem.what}; {problem.fix}"


def data_of(problem: upkeep.Problem) -> dict[str, Any]:
    """The same for a program."""
    return problem._asdict()


def counted(count: int, noun: str) -> str:
    """The count with its noun: "1 fact", "2 facts"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
