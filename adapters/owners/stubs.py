"""Gaps as stubs of entries that pass `knowledge check`, with a warning until somebody writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from adapters.console import UsageError
from adapters.owners.gap import Gap
from bot import upkeep

TODO = upkeep.UNFINISHED
ASKS = 5  # phrasings that an entry needs
MOST_ASKS = 12  # more say nothing new
LONGEST_ID, LONGEST_ASK = 50, 200  # characters
SCHEMA = "# yaml-language-server: $schema=schema.json"

_PLACEHOLDER = re.compile(r"\[[a-z-]+\]")  # what stands for something that was taken out


def lines(gaps: Sequence[Gap], folder: Path, day: date) -> list[str]:
    """A file of the knowledge folder with an entry for each gap; raises UsageError if that would not load."""
    known = upkeep.survey(folder).knowledge
    claimed = [entry.asks for entry in known.entries.values()] + [one.asks for one in known.neighbours.values()]
    taken = {_same(ask) for asks in claimed for ask in asks}
    ids = set(known.entries)
    written = [SCHEMA, f"# What people could not find out, by {day.isoformat()}; replace every {TODO}.", "entries:"]
    for gap in gaps:
        if phrasings := _asks(gap, taken):
            written += [f"  {line}".rstrip() for line in _stub(gap, _id(phrasings[0], ids), phrasings, known, day)]
    if len(written) == len([SCHEMA, "", "entries:"]):
        return ["# There is no gap to write an entry for."]
    if problems := upkeep.problems_with(folder, folder / "stubs-that-are-not-written.yaml", "\n".join(written) + "\n"):
        raise UsageError(f"the stubs would not load: {problems[0].what}; take that question out with `forget`")
    return written


def _stub(gap: Gap, id_: str, asks: Sequence[str], known: upkeep.Knowledge, day: date) -> Iterator[str]:
    about = _about(gap, known)
    fact = known.fact(about, upkeep.WHAT_IS)
    yield ""
    yield f"# {gap.times}×, {gap.happened[0][0]}{gap.reason}"
    if gap.closest:
        yield f"# If {gap.closest} says it already, move the phrasings there and take this out."
    yield f"{id_}:"
    yield f"  title: {_quoted(f'{TODO} {asks[0]}')}"
    yield f"  about: [{about}]"
    yield "  asks:  # as people asked; add what is worded differently"
    yield from (f"    - {_quoted(ask)}" for ask in asks)
    yield from (f"    - {_quoted(f'{TODO} {asks[0]} phrasing {number}')}" for number in range(len(asks) + 1, ASKS + 1))
    yield f"  says: {TODO} the answer in a sentence."
    source = fact.sources[0] if fact else next(iter(known.sources))
    yield f"  source: {source}  # {TODO} the page that says so, if it is another"
    yield f"  as_of: {day.isoformat()}"
    yield "  checked: person"


def _about(gap: Gap, known: upkeep.Knowledge) -> str:
    """The subject that people named, or that of the closest entry, or any."""
    closest = known.entries.get(gap.closest.removeprefix("entry "))
    return next(iter((*gap.subjects, *(closest.about if closest else ()), *known.subjects)))


def _asks(gap: Gap, taken: set[str]) -> list[str]:
    """The wordings as phrasings, without what was taken out of them, and without what is claimed already."""
    asks: list[str] = []
    for wording in gap.wordings:
        ask = _sayable(wording)
        if ask and any(map(str.isalnum, ask)) and _same(ask) not in taken and len(asks) < MOST_ASKS:
            taken.add(_same(ask))
            asks.append(ask)
    return asks


def _sayable(wording: str) -> str:
    plain = "".join(c if c.isprintable() and c not in "<>{}" else " " for c in _PLACEHOLDER.sub(" ", wording))
    return " ".join(plain.lower().split())[:LONGEST_ASK].strip()


def _same(ask: str) -> str:
    """What two phrasings have in common that the folder takes for one."""
    return " ".join(ask.lower().split()).rstrip("?!. ")


def _id(ask: str, taken: set[str]) -> str:
    """A new id that tells the question."""
    words = re.findall("[a-z0-9]+", ask)
    short = "-".join(words)[:LONGEST_ID].rsplit("-", 1)[0] if len("-".join(words)) > LONGEST_ID else "-".join(words)
    base = short or "question"
    id_ = next(name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base}-{n}") not in taken)
    taken.add(id_)
    return id_


def _quoted(text: str) -> str:
    """The text as YAML has it in double quotes, which is as JSON has it."""
    return json.dumps(text, ensure_ascii=False)
