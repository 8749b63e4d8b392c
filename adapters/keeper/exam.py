"""`knowledge exam`: how the bot answers a team's own questions, written as in tests/questions.yaml."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from adapters.console import UsageError, json_argument, say, say_json
from adapters.keeper import FINE, FOUND, UNUSABLE, Settings
from adapters.keeper.grading import DECLINED, RIGHT, WRONG, graded, lacks, strange
from bot import Answer, Bot, Question, upkeep

TURN = 20.0  # seconds between two turns of a dialogue
SHOWN = 110  # characters of what the bot said instead
GRADES = (RIGHT, WRONG, DECLINED)
SECTIONS = ("known", "declined", "dialogues")


class Result(NamedTuple):
    """One question or dialogue of a section, where it stands, what became of it, and what was said instead."""

    section: str
    line: int
    asked: str
    grade: str
    expected: str = ""
    said: str = ""


class Bar(NamedTuple):
    """A share (in percent) that a grade must reach, or for `wrong` and `declined` must not exceed."""

    section: str
    grade: str
    percent: float

    def __str__(self) -> str:
        """The bar as it is written."""
        return f"{self.section}{'.' if self.section else ''}{self.grade}={self.percent:g}"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    parser.add_argument("file", type=Path, metavar="FILE", help="questions, written as in tests/questions.yaml")
    help_ = "exit with 1 unless so many percent are right, at most so many wrong: right=92,wrong=3,dialogues.right=85"
    parser.add_argument("--bar", type=bars, default=(), metavar="BARS", help=help_.replace("%", "%%"))
    json_argument(parser)


def bars(text: str) -> tuple[Bar, ...]:
    """The bars of "right=92,known.wrong=3"; for argparse, so it raises ArgumentTypeError."""
    return tuple(map(_bar, text.split(",")))


def _bar(text: str) -> Bar:
    name, _, percent = text.strip().partition("=")
    section, _, grade = name.rpartition(".")
    try:
        found = Bar(section, grade, float(percent))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no bar: write right=92") from None
    if grade not in GRADES or section not in ("", *SECTIONS) or not 0 <= found.percent <= 100:  # noqa: PLR2004 - percent
        raise argparse.ArgumentTypeError(f"{text!r} is no bar: write right=92, wrong=3 or known.declined=5")
    return found


def run(given: argparse.Namespace, settings: Settings) -> int:
    """Ask everything, print, and exit with 1 if a bar is missed."""
    try:
        paper = upkeep.read_lined(given.file)
    except upkeep.KnowledgeError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return UNUSABLE
    if unknown := paper.keys() - set(SECTIONS):
        raise UsageError(f"{given.file} has a section {min(unknown)!r}; there are {', '.join(SECTIONS)}")
    bot = Bot.open(settings.folder, settings.cache)
    results = [result for section, sit in SITTINGS.items() for result in sit(bot, _listed(paper, section, given.file))]
    missed = [bar for bar in given.bar if not met(bar, results)]
    if given.json:
        say_json({"results": [result._asdict() for result in results], "missed": list(map(str, missed))})
    else:
        say(lines(results, missed, given.file))
    return FOUND if missed else FINE


def _listed(paper: upkeep.Lined, section: str, file: Path) -> list[Any]:
    items = paper.get(section) or []
    if not isinstance(items, list):
        raise UsageError(f"{file}: '{section}' is not a list")
    return items


# ---------------------------------------------------------------- the sections


def _known(bot: Bot, items: list[Any]) -> Iterator[Result]:
    for item in items:
        if not (isinstance(item, dict) and _texts(item.get("ask")) and isinstance(item.get("expect"), dict)):
            raise UsageError(f"line {_line(item)}: write {{ask: …, expect: {{…}}}} in 'known'")
        if mistake := strange(bot.knowledge, item["expect"]):
            raise UsageError(f"line {_line(item)}: {mistake}")
        answer = bot.ask(Question(item["ask"]))
        grade = graded(bot.knowledge, answer, item["expect"])
        yield Result("known", _line(item), item["ask"], grade, _readable(item["expect"]), _shown(answer))


def _declined(bot: Bot, items: list[Any]) -> Iterator[Result]:
    for item in items:
        text = item.get("ask") if isinstance(item, dict) else item
        if not isinstance(text, str):
            raise UsageError(f"line {_line(item)}: write the question, or {{ask: …}}, in 'declined'")
        answer = bot.ask(Question(text))
        grade = WRONG if answer.kind == "answer" else RIGHT
        yield Result("declined", _line(item), text, grade, "no answer", _shown(answer))


def _dialogues(bot: Bot, items: list[Any]) -> Iterator[Result]:
    for number, item in enumerate(items):
        turns = item.get("turns") if isinstance(item, dict) else None
        if not turns or not isinstance(turns, list) or not all(map(_is_turn, turns)):
            raise UsageError(f"line {_line(item)}: write {{turns: [{{user: …, says: […]}}]}} in 'dialogues'")
        if not str(item.get("gap", 0)).isdecimal():
            raise UsageError(f"line {_line(item)}: 'gap' is a whole number of seconds")
        yield _dialogue(bot, item, f"exam {number}")


def _is_turn(turn: object) -> bool:
    return isinstance(turn, dict) and _texts(turn.get("user")) and _texts(*turn.get("says") or ())


def _texts(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def _line(item: Any) -> int:  # noqa: ANN401 - whatever stands in the file
    """The line on which an item begins; that of its first part for a list."""
    return _line(item[0]) if isinstance(item, list) and item else getattr(item, "line", 0)


def _dialogue(bot: Bot, item: upkeep.Lined, conversation: str) -> Result:
    at, turns = 0.0, item["turns"]
    for turn in turns:
        at += TURN + (float(item.get("gap", 0)) if turn is turns[-1] else 0)
        answer = bot.ask(Question(turn["user"], conversation, at))
        declined = str(turn.get("declined", "")) == "true"
        if answer.kind == "answer" if declined else lacks(answer, turn.get("says") or []):
            expected = "no answer" if declined else _readable({"says": turn["says"]})
            grade = WRONG if answer.kind == "answer" else DECLINED
            return Result("dialogues", _line(turn), turn["user"], grade, expected, _shown(answer))
    return Result("dialogues", _line(item), turns[0]["user"], RIGHT)


SITTINGS: dict[str, Callable[[Bot, list[Any]], Iterator[Result]]] = {
    "known": _known,
    "declined": _declined,
    "dialogues": _dialogues,
}


# ---------------------------------------------------------------- the report


def share(results: list[Result], grade: str, section: str = "") -> float:
    """How many percent of a section, or of everything, have a grade."""
    sat = [result.grade for result in results if section in ("", result.section)]
    return 100 * sat.count(grade) / len(sat) if sat else 0.0


def met(bar: Bar, results: list[Result]) -> bool:
    """Whether a bar is reached, or not exceeded."""
    reached = share(results, bar.grade, bar.section)
    return reached >= bar.percent if bar.grade == RIGHT else reached <= bar.percent


def lines(results: list[Result], missed: list[Bar], file: Path) -> Iterator[str]:
    """Every miss on a line, then a table by section, then the bars that were missed."""
    for result in results:
        if result.grade != RIGHT:
            yield f"{file}:{result.line}: {result.grade}: {result.asked} | expected {result.expected} | {result.said}"
    yield f"{'':<10}{'asked':>7}" + "".join(f"{grade:>16}" for grade in GRADES)
    for section in (*SECTIONS, ""):
        sat = Counter(result.grade for result in results if section in ("", result.section))
        cells = "".join(f"{f'{sat[grade]} ({share(results, grade, section):.1f} %)':>16}" for grade in GRADES)
        if sat:
            yield f"{section or 'all':<10}{sum(sat.values()):>7}{cells}"
    for bar in missed:
        yield f"missed: {bar}, and it is {share(results, bar.grade, bar.section):.1f}"


def _readable(expected: dict[str, Any]) -> str:
    pairs = ((name, ", ".join(value) if isinstance(value, list) else value) for name, value in expected.items())
    return "; ".join(f"{name}: {value}" for name, value in pairs)


def _shown(answer: Answer) -> str:
    text = f"{answer.kind}: {answer.title + ' | ' if answer.title else ''}{answer.lead}"
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
