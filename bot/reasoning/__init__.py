"""What follows from the knowledge for a question: every conclusion that could be drawn, each with how well it explains the question.

Which of them is said, if any, is decided in `bot.answer`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.language import phrase
from bot.match import ENTRY, Match
from bot.model import Entry
from bot.reading import LONG, TOLD, Reading
from bot.reasoning.compare import compare, compare_by, comparisons
from bot.reasoning.conclusion import Candidate, Conclusion, View, explained
from bot.reasoning.facts import about_facts, combine, conclude, plain_yes_no, spoken
from bot.reasoning.listing import alternatives, lists
from bot.reasoning.recommend import recommendations

__all__ = ["Candidate", "Conclusion", "View", "candidates", "combine", "compare", "compare_by", "conclude"]


UNLIKE, ALIKE = (
    0.24,
    0.78,
)  # resemblance to a phrasing: from where it speaks for an entry, and from where it speaks for it fully
WRITTEN = 0.97  # where a fact answers as well, the fact does
SAME = 0.75  # resemblance to a phrasing from which an entry's yes or no may be said
NEARLY = 0.95  # resemblance to a phrasing from which an entry is what was asked for, whatever else it could be
VERBATIM = 1.03  # unless the question is one of the entry's phrasings
UNNAMED = 0.92  # where needs are told and no service is named, a recommendation is what is asked for
ELSEWHERE = 0.55  # an entry about another subject than the one asked about


def candidates(reading: Reading, matches: Sequence[Match], view: View) -> list[Candidate]:
    """Every conclusion that could be drawn, best first."""
    found = [
        *about_facts(reading, view),
        *comparisons(reading, view),
        *lists(reading, view),
        *alternatives(reading, view),
        *recommendations(reading, view),
        *_written(reading, matches, view),
    ]
    return sorted(found, key=lambda c: -c.score)


def _written(reading: Reading, matches: Sequence[Match], view: View) -> Iterator[Candidate]:
    for match in matches:
        if match.kind == ENTRY and (match.verbatim or (match.telling and len(match.shared) > 1)):
            yield _entry(view.knowledge.entries[match.id], match, reading, view)


def _entry(entry: Entry, match: Match, reading: Reading, view: View) -> Candidate:
    said = explained(reading, view.entry_stems(entry)) | reading.positions("subject", *entry.about)
    covered = reading.covered(said)
    likeness = min(1.0, max(0.0, (match.score - UNLIKE) / (ALIKE - UNLIKE)))
    telling = 0.3 if len(reading.words) >= LONG else 0.65
    decided = entry.answer and match.score >= SAME and plain_yes_no(reading)
    written = VERBATIM if match.verbatim else 1.0 if decided else WRITTEN
    score = written * (1 - telling + telling * covered) * likeness
    told = sum(weight for _, weight in reading.needs)
    if told and match.score < NEARLY and (not reading.subjects or (told >= TOLD and _only_concepts(reading, view))):
        score *= UNNAMED
    if reading.subjects and not (_related(entry, reading, view) and _of_both(entry, reading, view)):
        score *= ELSEWHERE
    return Candidate("entry", entry.id, score, covered, entry.about[:1], (), lambda: _say(entry, reading, alike=match.score >= SAME))


def _only_concepts(reading: Reading, view: View) -> bool:
    return all(view.knowledge.subjects[s].kind == "concept" for s in reading.subjects)


def _related(entry: Entry, reading: Reading, view: View) -> bool:
    """Whether an entry is about a subject of the question or its family, and at least names the others."""
    subjects = view.knowledge.subjects
    about = {subjects[a].parent or a for a in entry.about} | set(entry.about)
    stems = view.entry_stems(entry)
    named = [s for s in reading.subjects if subjects[s].kind != "concept"] or reading.subjects
    own = [s in about or subjects[s].parent in about for s in named]
    first = entry.about[0]
    main = first in named or (subjects[first].parent or first) in {subjects[s].parent or s for s in named}
    return (
        main
        and any(own)
        and all(mine or stems.issuperset(phrase(subjects[s].short)) for s, mine in zip(named, own, strict=True))
    )


def _of_both(entry: Entry, reading: Reading, view: View) -> bool:
    """Whether an entry is about each side of a choice ("which of X and Y starts faster?"), where there is one."""
    if not reading.has("either"):
        return True
    sides = [s for s in reading.subjects if view.knowledge.subjects[s].kind == "service"]
    return set(entry.about).issuperset(sides)


def _say(entry: Entry, reading: Reading, *, alike: bool) -> Conclusion:
    lead = entry.says
    if entry.answer and alike and plain_yes_no(reading):
        lead = spoken(entry.answer) + lead
    return Conclusion(
        lead=lead,
        title=entry.title,
        points=entry.more,
        caveat=entry.caveat,
        sources=entry.sources,
        as_of=entry.as_of,
        notes=(entry.notes,) if entry.notes else (),
        medium=entry.confidence != "high",
        subjects=entry.about[:1],
        cites=("entry." + entry.id,),
    )
