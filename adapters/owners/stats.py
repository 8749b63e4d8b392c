"""`stats`: how much is asked, answered and found helpful, as a table, as a picture, or for programs."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path

from adapters.console import UsageError, counted, json_argument, say, say_json, today
from adapters.owners import FINE, Settings, picture
from adapters.owners.tally import Tally, Usage, rate, usage
from adapters.store import Store

WEEKS = 12
SUBJECTS = 10  # that are listed
NAME, LONGEST_BAR = 18, 60  # columns
FIGURES = "{:>10}{:>10}{:>7}{:>10}{:>13}"
SHADES = {"answered": "█", "asked back": "▒", "declined": "░"}


def arguments(parser: ArgumentParser) -> None:
    """What the command understands besides the store."""
    json_argument(parser)
    parser.add_argument("--weeks", type=span, default=WEEKS, metavar="N", help=f"so many weeks; default {WEEKS}")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw it, as FILE.svg or FILE.png")


def span(text: str) -> int:
    """How many; for argparse, so it raises ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= 520:  # noqa: PLR2004 - ten years
        raise ArgumentTypeError(f"{text!r} is no number of weeks: write 1 to 520")
    return int(text)


async def run(given: Namespace, settings: Settings, store: Store) -> int:
    """Print the table or the data, or draw the picture."""
    if given.picture and given.picture.suffix.lower() not in picture.FORMATS:
        raise UsageError(f"{given.picture} is no picture that can be drawn: end its name with .svg or .png")
    used = usage(await store.counts(), await store.votes(), today(), given.weeks)
    if given.picture:
        picture.draw(used, given.picture)
        say([f"{given.picture} shows {counted(used.all.questions, 'question')}."])
    elif given.json:
        say_json(used.data)
    elif used.all.questions or used.all.votes:
        say(lines(used, settings.columns))
    else:
        say([f"Nothing was asked since {used.first.isoformat()}."])
    return FINE


def lines(used: Usage, columns: int) -> Iterator[str]:
    """The table; where the window is wide enough, with a bar for each line."""
    figures = len(FIGURES.format(*[""] * 5))
    space = min(columns - NAME - figures - 2, LONGEST_BAR)
    yield f"{counted(used.all.questions, 'question')} from {used.first.isoformat()} to {used.last.isoformat()}"
    yield ""
    yield f"{'':<{NAME}}{FIGURES.format('', '', 'asked', '', '')}".rstrip()
    yield f"{'':<{NAME}}{FIGURES.format('questions', 'answered', 'back', 'declined', 'helpful')}"
    yield _line("all", used.all, used.all, 0)
    listed = dict(list(used.subjects.items())[:SUBJECTS])
    weeks = dict(dropwhile(lambda week: not week[1].questions, used.weeks.items()))  # before the bot was there
    for heading, part in (("by week", weeks), ("by platform", used.platforms), ("by subject", listed)):
        most = max(part.values(), key=lambda tally: tally.questions, default=Tally())
        yield ""
        yield heading
        yield from (_line(f"  {name}", tally, most, space) for name, tally in part.items())
    if rest := len(used.subjects) - len(listed):
        yield f"  … and {counted(rest, 'more subject')}: --json has all"
    if space >= len(SHADES):
        yield ""
        yield "  ".join(f"{shade} {what}" for what, shade in SHADES.items())


def _line(name: str, tally: Tally, most: Tally, space: int) -> str:
    """One line: the name, the figures, and a bar as long as its share of the longest."""
    votes = f"{percent(tally.helpful, tally.votes)} of {tally.votes:,}" if tally.votes else "–"
    rates = (percent(part, tally.questions) for part in (tally.answered, tally.asked_back, tally.declined))
    short = name if len(name) <= NAME else f"{name[: NAME - 1]}…"
    row = f"{short:<{NAME}}{FIGURES.format(f'{tally.questions:,}', *rates, votes)}"
    return f"{row}  {_bar(tally, most, space)}".rstrip()


def _bar(tally: Tally, most: Tally, space: int) -> str:
    parts = (tally.answered, tally.asked_back, tally.declined)
    if space < len(SHADES) or not most.questions:
        return ""
    ends = [round(sum(parts[: n + 1]) * space / most.questions) for n in range(len(parts))]
    lengths = (end - start for start, end in zip([0, *ends], ends, strict=False))
    return "".join(shade * length for shade, length in zip(SHADES.values(), lengths, strict=True))


def percent(part: int, whole: int) -> str:
    """The share in hundredths, or a dash where there is nothing to share."""
    share = rate(part, whole)
    return "–" if share is None else f"{share:.0%}"
