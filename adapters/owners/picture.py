"""The usage as a picture: four figures, the weeks as columns, subjects and platforms as bars.

It is put together as SVG, which every browser shows and which is text; a plotting library would bring thirty times
the weight of the renderer that turns it into PNG, for three kinds of rectangles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from html import escape
from pathlib import Path
from typing import NamedTuple

from adapters.console import UsageError
from adapters.owners.tally import Tally, Usage, rate

FORMATS = {".svg", ".png"}
WIDTH, MARGIN, GAP = 960, 40, 40
LISTED = 8  # bars of one sort
SHARPNESS = 2  # pixels of a PNG for each of the picture's units

INK, FAINT, LINE, PAPER, CARD = "#1f2933", "#6b7785", "#dfe4ea", "#ffffff", "#f5f7fa"
COLOURS = {"answered": "#1b7f79", "asked back": "#e8b04a", "declined": "#c8553d"}  # also apart where red is green
LEGEND = {"answered": 96, "asked back": 104, "declined": 70}  # widths
FONTS = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

TILE, WEEKS_TALL, BAR = 92, 200, 30  # heights
TILES_AT, WEEKS_AT = 112, 268  # from the top


class Box(NamedTuple):
    """Where a rectangle stands, from the left and from the top."""

    x: float
    y: float
    wide: float
    tall: float


def draw(used: Usage, file: Path) -> None:
    """Write the picture; raises UsageError where PNG needs a library that is not installed."""
    text = svg(used)
    if file.suffix.lower() == ".svg":
        file.write_text(text, encoding="utf-8")
        return
    try:
        import resvg_py
    except ModuleNotFoundError:
        raise UsageError("PNG needs resvg-py: make install brings it; or draw an .svg") from None
    file.write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=SHARPNESS)))


def svg(used: Usage) -> str:
    """The whole picture."""
    half = (WIDTH - 2 * MARGIN - GAP) // 2
    below = WEEKS_AT + WEEKS_TALL + 96
    subjects = [*_bars("By subject", used.subjects, MARGIN, below, half)]
    platforms = [*_bars("By platform", used.platforms, MARGIN + half + GAP, below, half)]
    height = below + 24 + BAR * max(1, min(max(len(used.subjects), len(used.platforms)), LISTED)) + MARGIN
    said = f"{used.all.questions:,} questions, {_percent(used.all.answered, used.all.questions)} answered"
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    style = f'font-family="{FONTS}" fill="{INK}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{said}" {style}>',
            _rect(Box(0, 0, WIDTH, height), PAPER),
            _text(MARGIN, 56, "What people asked", size=26, weight=700),
            _text(MARGIN, 82, f"{_date(used.first)} to {_date(used.last)}", size=15, fill=FAINT),
            *_legend(WEEKS_AT - 20),
            *_tiles(used.all),
            *_weeks(used.weeks),
            *subjects,
            *platforms,
            "</svg>\n",
        ]
    )


# ---------------------------------------------------------------- the parts


def _tiles(whole: Tally) -> Iterator[str]:
    """The four figures that are read first."""
    votes = f"of {whole.votes:,} votes" if whole.votes != 1 else "of 1 vote"
    figures = (
        ("Questions", f"{whole.questions:,}", "that wanted to know something"),
        ("Answered", _percent(whole.answered, whole.questions), f"{whole.answered:,} answers"),
        ("Asked back", _percent(whole.asked_back, whole.questions), f"{whole.declined:,} more were declined"),
        ("Found helpful", _percent(whole.helpful, whole.votes), votes),
    )
    gap = 16
    wide = (WIDTH - 2 * MARGIN - gap * 3) / 4
    for number, (heading, figure, note) in enumerate(figures):
        x = MARGIN + number * (wide + gap)
        yield _rect(Box(x, TILES_AT, wide, TILE), CARD, radius=10)
        yield _text(x + 16, TILES_AT + 26, heading, size=13, fill=FAINT)
        yield _text(x + 16, TILES_AT + 60, figure, size=30, weight=700)
        yield _text(x + 16, TILES_AT + 80, note, size=12, fill=FAINT)


def _legend(y: float) -> Iterator[str]:
    """What the colours mean, up to the right edge."""
    x = WIDTH - MARGIN - sum(LEGEND.values())
    for (what, colour), wide in zip(COLOURS.items(), LEGEND.values(), strict=True):
        yield _rect(Box(x, y - 11, 12, 12), colour, radius=3)
        yield _text(x + 18, y, what, size=13)
        x += wide


def _weeks(weeks: Mapping[str, Tally]) -> Iterator[str]:
    """A column for each week, on lines that can be counted."""
    yield _text(MARGIN, WEEKS_AT - 20, "By week", size=16, weight=700)
    left, right, foot = MARGIN + 36, WIDTH - MARGIN, WEEKS_AT + WEEKS_TALL
    step = _step(max(tally.questions for tally in weeks.values()))
    top = step * max(1, -(-max(tally.questions for tally in weeks.values()) // step))
    for value in range(0, top + 1, step):
        y = foot - WEEKS_TALL * value / top
        yield f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>'
        yield _text(left - 8, y + 4, f"{value:,}", size=12, fill=FAINT, anchor="end")
    each = (right - left) / len(weeks)
    named = -(-len(weeks) // 13)  # every how many weeks one is named
    for number, (day, tally) in enumerate(weeks.items()):
        x = left + each * number
        column = Box(x + each * 0.18, foot, each * 0.64, 0)
        yield from _stack(_tip(_date(day), tally), _upwards(column, WEEKS_TALL / top, tally))
        if number % named == 0:
            yield _text(x + each / 2, foot + 20, _date(day, year=False), size=12, fill=FAINT, anchor="middle")
    yield _text(right, foot + 40, "weeks by their Monday", size=12, fill=FAINT, anchor="end")


def _stack(tip: str, parts: Iterable[Box]) -> Iterator[str]:
    """Answered, asked back and declined, one behind the other, with a word for whoever points at them."""
    yield f"<g><title>{_plain(tip)}</title>"
    yield from (_rect(box, colour) for box, colour in zip(parts, COLOURS.values(), strict=True) if box.wide * box.tall)
    yield "</g>"


def _upwards(foot: Box, unit: float, tally: Tally) -> Iterator[Box]:
    """The parts of a column on its foot, a unit tall for each question."""
    y = foot.y
    for part in tally[: len(COLOURS)]:
        y -= part * unit
        yield foot._replace(y=y, tall=part * unit)


def _onwards(start: Box, unit: float, tally: Tally) -> Iterator[Box]:
    """The parts of a bar from its start on, a unit wide for each question."""
    x = start.x
    for part in tally[: len(COLOURS)]:
        yield start._replace(x=x, wide=part * unit)
        x += part * unit


def _bars(heading: str, parts: Mapping[str, Tally], x: float, y: float, wide: float) -> Iterator[str]:
    """A bar for each part, the most asked first, with its figures behind it."""
    yield _text(x, y, heading, size=16, weight=700)
    yield _text(x + wide, y, "answered · helpful", size=12, fill=FAINT, anchor="end")
    names, figures = 130, 130
    most = max((tally.questions for tally in parts.values()), default=0)
    for number, (name, tally) in enumerate(list(parts.items())[:LISTED]):
        middle = y + 24 + BAR * number + BAR / 2
        yield _text(x, middle + 5, name if len(name) <= 18 else f"{name[:17]}…", size=14)  # noqa: PLR2004 - fits
        unit = (wide - names - figures) / max(most, 1)
        yield from _stack(_tip(name, tally), _onwards(Box(x + names, middle - 8, 0, 16), unit, tally))
        yield _text(x + names + tally.questions * unit + 8, middle + 5, f"{tally.questions:,}", size=13, weight=700)
        rates = f"{_percent(tally.answered, tally.questions)} · {_percent(tally.helpful, tally.votes)}"
        yield _text(x + wide, middle + 5, rates, size=13, fill=FAINT, anchor="end")


# ---------------------------------------------------------------- small things


def _rect(box: Box, fill: str, radius: float = 0) -> str:
    place = " ".join(f'{name}="{value:.1f}"' for name, value in zip(("x", "y", "width", "height"), box, strict=True))
    return f'<rect {place} rx="{radius}" fill="{fill}"/>'


def _text(  # noqa: PLR0913 - what SVG wants to know of a text
    x: float, y: float, text: str, *, size: int, weight: int = 400, fill: str = INK, anchor: str = "start"
) -> str:
    style = f'font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{_plain(text)}</text>'


def _plain(text: str) -> str:
    """The text as XML may have it."""
    return escape("".join(c if c.isprintable() else "?" for c in text))


def _tip(name: str, tally: Tally) -> str:
    """What a browser shows of a bar that is pointed at."""
    return f"{name}: {tally.answered:,} answered, {tally.asked_back:,} asked back, {tally.declined:,} declined"


def _step(most: int) -> int:
    """The distance of two lines, so that five are enough for the highest column: 1, 2, 2½ or 5 times a power of ten."""
    return next(step for step in _steps() if most <= 5 * step)


def _steps() -> Iterable[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power) if power == 1 else (power, 2 * power, power * 5 // 2, 5 * power)
        power *= 10


def _percent(part: int, whole: int) -> str:
    share = rate(part, whole)
    return "–" if share is None else f"{share:.0%}"


def _date(day: date | str, *, year: bool = True) -> str:
    when = date.fromisoformat(str(day))
    return f"{when.day} {when:%b %Y}" if year else f"{when.day} {when:%b}"
