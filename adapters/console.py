"""What the commands for people who keep the bot understand alike and print alike, whatever they are about."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NoReturn


class UsageError(Exception):
    """Says what is wrong with the arguments."""


class Parser(argparse.ArgumentParser):
    """One that raises UsageError instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong."""
        raise UsageError(f"{message}; see {self.prog} --help")


def json_argument(parser: argparse.ArgumentParser) -> None:
    """Let programs read the result."""
    parser.add_argument("--json", action="store_true", help="print JSON")


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


def counted(count: int, noun: str) -> str:
    """The count with its noun: "1 fact", "2 facts"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
