"""What several of the keeper's commands print alike, and what they understand alike."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import upkeep

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def folder_argument(parser: argparse.ArgumentParser) -> None:
    """Let the folder be named behind the command."""
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="another folder")


def age(text: str) -> timedelta:
    """How long "180d", "26w", "6m" or "1y" is; for argparse, so it raises ArgumentTypeError."""
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in _DAYS or len(number) > len("99999"):
        raise argparse.ArgumentTypeError(f"{text!r} is no age: write 180d, 26w, 6m or 1y")
    return timedelta(days=int(number) * _DAYS[unit])


def line_of(kind: str, problem: upkeep.Problem) -> str:
    """The line that editors jump from: place, error or warning, what, and what to do."""
    return f"{problem.file}:{problem.line}:{problem.column}: {kind}: {problem.what}; {problem.fix}"


def data_of(problem: upkeep.Problem) -> dict[str, Any]:
    """The same for a program."""
    return problem._asdict()
