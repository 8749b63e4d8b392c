"""`gaps`: what people asked and got no good answer to; the same question in other words is one gap.

Which questions are the same is decided in `bot.upkeep`, what a stub of an entry looks like in `stubs`.
"""

from __future__ import annotations

import textwrap
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from adapters.console import UsageError, counted, json_argument, say, say_json, today
from adapters.owners import FINE, Settings, stubs
from adapters.owners.gap import Gap
from adapters.store import Miss, Store
from bot import Bot, Question, upkeep

LISTED = 20  # gaps
NEWEST = 10_000  # misses that are put together, which takes seconds; a bot with more is better served by the newest
WORDINGS = 4  # that are shown of one gap, the first among them
ELSEWHERE = "another topic"  # why the bot declines what somebody wrote down as not known here
HAPPENED = {"abstain": "declined", "clarify": "asked back", "unhelpful": "not helpful"}


class Found(NamedTuple):
    """The gaps, most asked first; those without text; how many misses have an answer by now, and are too old."""

    gaps: tuple[Gap, ...]
    silent: tuple[Gap, ...]
    settled: int
    older: int


def arguments(parser: ArgumentParser) -> None:
    """What the command understands besides the store."""
    json_argument(parser)
    parser.add_argument("--yaml", action="store_true", help="print stubs of entries for the knowledge folder")
    parser.add_argument(
        "--top", type=int, default=LISTED, metavar="N", help=f"so many gaps; default {LISTED}, 0 for all"
    )
    parser.add_argument("--all", action="store_true", help="what has an answer by now or is another topic, too")


async def run(given: Namespace, settings: Settings, store: Store) -> int:
    """List the gaps, for people, for programs or for the knowledge folder."""
    if given.json and given.yaml:
        raise UsageError("gaps prints --json or --yaml, not both")
    bot = Bot.open(settings.knowledge, settings.cache)
    found = gaps(await store.misses(), bot, settled=given.all)
    top = given.top if given.top > 0 else None
    if given.yaml:
        say(stubs.lines(found.gaps[:top], settings.knowledge, today()))
    elif given.json:
        say_json(as_data(found, top))
    else:
        say(lines(found, top, settings.columns))
    return FINE


# ---------------------------------------------------------------- what belongs together


def gaps(misses: Sequence[Miss], bot: Bot, *, settled: bool = False) -> Found:
    """The misses as gaps; without `settled`, only those that the bot would still not answer well."""
    every = [miss for miss in misses if miss.text]
    told = every[-NEWEST:]
    still = [miss for miss in told if settled or not _is_settled(miss, bot)]
    groups = upkeep.alike([miss.text for miss in still], bot.knowledge)
    return Found(
        tuple(_gap([still[i] for i in group.positions], group.subjects) for group in groups),
        tuple(_untold([miss for miss in misses if not miss.text])),
        len(told) - len(still),
        len(every) - len(told),
    )


def _is_settled(miss: Miss, bot: Bot) -> bool:
    """Whether the same words get an answer today, and not the one that did not help, or are another topic."""
    answer = bot.ask(Question(miss.text))
    if answer.kind == "answer":
        return answer.id != miss.answer and not answer.lead.startswith(upkeep.UNFINISHED)
    return answer.because == ELSEWHERE


def _untold(misses: Sequence[Miss]) -> Iterator[Gap]:
    """Misses without their text, by what came closest."""
    closest = Counter(miss.closest for miss in misses)
    for one, _ in closest.most_common():
        yield _gap([miss for miss in misses if miss.closest == one], ())


def _gap(misses: Sequence[Miss], subjects: tuple[str, ...]) -> Gap:
    return Gap(
        wordings=_usual([miss.text for miss in misses]),
        times=len(misses),
        people=len({(miss.platform, miss.user) for miss in misses}),
        platforms=tuple(sorted({miss.platform for miss in misses})),
        first=_day(min(miss.at for miss in misses)),
        last=_day(max(miss.at for miss in misses)),
        happened=tuple(Counter(HAPPENED.get(miss.kind, miss.kind) for miss in misses).most_common()),
        because=_most(miss.because for miss in misses),
        closest=_most(miss.closest for miss in misses),
        subjects=subjects,
    )


def _usual(texts: Sequence[str]) -> tuple[str, ...]:
    """The wordings, each once: the most usual first, of two as usual the one that says more."""
    plain = [" ".join(text.split()) for text in texts]
    often = Counter(text.casefold().rstrip("?!. ") for text in plain)
    each = {text.casefold().rstrip("?!. "): text for text in plain}
    return tuple(each[key] for key, _ in sorted(often.items(), key=lambda found: (-found[1], -len(found[0]))))


def _most(values: Iterator[str]) -> str:
    return Counter(values).most_common(1)[0][0]


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


# ---------------------------------------------------------------- how it is told


def lines(found: Found, top: int | None, columns: int) -> Iterator[str]:
    """The gaps for people: how often, in which words, and what the bot made of it."""
    shown = found.gaps[:top]
    yield from _hang("", _heading(found), columns)
    for gap in shown:
        yield ""
        yield from gap_lines(gap, columns)
    if rest := len(found.gaps) - len(shown):
        yield ""
        yield f"… and {counted(rest, 'more gap')}: --top 0 lists all"
    if found.silent:
        yield ""
        yield "Without their text, which was not kept:"
        yield from (line for gap in found.silent for line in gap_lines(gap, columns))


def _heading(found: Found) -> str:
    by_now = f"; {counted(found.settled, 'other')} answered, or known as another topic, by now" if found.settled else ""
    if not found.gaps:
        return f"No question without a good answer is kept{by_now}."
    by_now += f"; {counted(found.older, 'older one')} not looked at" if found.older else ""
    times, since = sum(gap.times for gap in found.gaps), min(gap.first for gap in found.gaps)
    asked = f"asked {times:,} time{'' if times == 1 else 's'} since {since}"
    return f"{counted(len(found.gaps), 'question')} without a good answer, {asked}{by_now}"


def gap_lines(gap: Gap, columns: int) -> Iterator[str]:
    """One gap: its usual wording beside how often it was asked, and below it the others and what is known of it."""
    mark = f"{gap.times:>4}×  "
    first, *others = gap.wordings
    more = [f"and {len(others) - WORDINGS + 1} more"] if len(others) >= WORDINGS else []
    yield from _hang(mark, first or f"closest to {gap.closest or 'nothing'}", columns)
    if others:
        yield from _hang(" " * len(mark), " · ".join([*others[: WORDINGS - 1], *more]), columns)
    yield from _hang(" " * len(mark), "; ".join(_about(gap)), columns)


def _about(gap: Gap) -> Iterator[str]:
    people = "1 person" if gap.people == 1 else f"{gap.people:,} people"
    yield f"{people} in {' and '.join(gap.platforms)}, last on {gap.last}"
    only = len(gap.happened) == 1
    yield ", ".join(what if only else f"{what} {times}×" for what, times in gap.happened) + gap.reason
    if gap.closest and gap.wordings[0]:
        yield f"closest: {gap.closest}"


def _hang(mark: str, text: str, columns: int) -> list[str]:
    """The text behind a mark, further lines indented as far."""
    indent, width = " " * len(mark), max(columns, 2 * len(mark))
    return textwrap.wrap(text, width, initial_indent=mark, subsequent_indent=indent, break_on_hyphens=False)


def as_data(found: Found, top: int | None) -> dict[str, Any]:
    """The gaps for programs."""
    return {
        "gaps": [gap.data for gap in found.gaps[:top]],
        "without_text": [gap.data for gap in found.silent],
        "settled": found.settled,
        "older": found.older,
    }
