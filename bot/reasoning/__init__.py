"""What follows from the knowledge for a question: every conclusion, each with how well it explains the question.

Which of them is said, if any, is decided in `bot.decide`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.language import phrase
from bot.match import ENTRY, Match
from bot.model import Entry
from bot.reading import EVERYDAY, LONG, TOLD, Reading
from bot.reasoning.compare import compare, compare_by, comparisons
from bot.reasoning.conclusion import Candidate, Conclusion, View, explained
from bot.reasoning.facts import WHAT_IS, about_facts, combine, conclude, plain_yes_no, spoken
from bot.reasoning.listing import alternatives, lists
from bot.reasoning.recommend import recommendations
from bot.reasoning.suits import suitability

__all__ = [
    "WHAT_IS",
    "Candidate",
    "Conclusion",
    "View",
    "candidates",
    "combine",
    "compare",
    "compare_by",
    "conclude",
    "state",
]

_DENIED = re.compile(r"\b(?:no|not|without|except|never|neither|nor) ([^.;:]+)")  # to the end of the clause

# What resembling a phrasing says for an entry.
UNLIKE = 0.24  # resemblance from which it speaks for it
ALIKE = 0.78  # … and from which it speaks for it fully
SAME = 0.75  # … and from which its yes or no may be said
ALL_SAID = 0.97  # … and from which it has all the words, if only names and question words
PUT = ("compare", "yesno", "why", "how")  # … where it is a question in so many words
TITLED = 0.85  # … also if no word of its title is in the question
NEARLY = 0.94  # … and from which it is what was asked for, whatever else that could be
WITH_ALL = 0.95  # share of the question, by weight, from which an entry has all its words somewhere …
OF_ALL = 0.85  # … and what resembling a phrasing is then worth at least
SHARED = 2  # words that question and phrasing must share at least

# What the words say that the entry explains: in a story less, as it has many words that nothing explains.
TELLING = 0.65
TELLING_IN_STORY = 0.3

# What an entry is worth beside other conclusions.
WRITTEN = 0.97  # where a fact answers as well, the fact does
WHOLE = 0.99  # share of a question that a fact explains which was asked for with every word …
SURE = 0.8  # … and its score, from which no entry that merely resembles the question comes before it
BEHIND = 0.999
VERBATIM = 1.03  # unless the question is one of the entry's phrasings
UNNAMED = 0.92  # where needs are told and no service is named, a recommendation is what is asked for
ELSEWHERE = 0.55  # an entry about another subject than the one asked about


def candidates(reading: Reading, matches: Sequence[Match], view: View) -> list[Candidate]:
    """Every conclusion that could be drawn, best first."""
    facts = list(about_facts(reading, view))
    plain = max((c.score for c in facts if _is_plain(c)), default=1.0)
    compared = list(comparisons(reading, view))
    found = [
        *facts,
        *compared,
        *lists(reading, view),
        *alternatives(reading, view),
        *recommendations(reading, view),
        *suitability(reading, view),
        *_written(reading, matches, view, plain * BEHIND, put=not compared or reading.has(*PUT)),
    ]
    return sorted(found, key=lambda c: (-round(c.score, 2), c.shape == "recommend", -c.score))


def _is_plain(candidate: Candidate) -> bool:
    """Whether a candidate is the fact that a question asks for with every word of it."""
    if candidate.shape != "fact" or candidate.aspects == (WHAT_IS,):
        return False
    return candidate.covered >= WHOLE and candidate.score >= SURE


def _written(reading: Reading, matches: Sequence[Match], view: View, most: float, *, put: bool) -> Iterator[Candidate]:
    """The entries that the question resembles; those that it merely resembles score `most` at most.

    Where it is `put` as a question in words, one with all the words of a phrasing counts even if they are only names.
    """
    for match in matches:
        told = (match.telling and len(match.shared) >= SHARED) or (match.score >= ALL_SAID and put)
        if match.kind == ENTRY and (match.verbatim or told):
            entry = view.knowledge.entries[match.id]
            candidate = _entry(entry, match, reading, view)
            asked = match.score >= NEARLY or (reading.has("yesno") and _decides(entry, match, reading, view))
            yield candidate if asked or candidate.score <= most else candidate._replace(score=most)


def _entry(entry: Entry, match: Match, reading: Reading, view: View) -> Candidate:
    """An entry, as far as its phrasing resembles the question and its words explain it."""
    decides = plain_yes_no(reading) and _decides(entry, match, reading, view)
    said = explained(reading, view.entry_stems(entry)) | reading.positions("subject", *entry.about)
    covered = reading.covered(said)
    likeness = min(1.0, max(0.0, (match.score - UNLIKE) / (ALIKE - UNLIKE)))
    foreign = bool(reading.subjects) and not _is_about(entry, reading, view)
    if match.told >= WITH_ALL and not (foreign or reading.neighbours or reading.has("compare")):
        likeness = max(likeness, OF_ALL)
    telling = TELLING_IN_STORY if len(reading.words) >= LONG else TELLING
    score = _worth(match, decides=decides) * (1 - telling + telling * covered) * likeness
    if match.score < NEARLY and _is_told(reading, view):
        score *= UNNAMED
    if foreign and match.score < NEARLY:
        score *= ELSEWHERE
    return Candidate("entry", entry.id, score, covered, entry.about[:1], (), lambda: state(entry, decides=decides))


def _decides(entry: Entry, match: Match, reading: Reading, view: View) -> bool:
    """Whether the yes or no of an entry is the answer: it resembles the question, and in what its title is about."""
    if not entry.answer or match.score < SAME or _denies(entry, reading, view):
        return False
    shared = explained(reading, _telling(entry, view))
    return match.score >= TITLED or any(reading.content[i] > EVERYDAY for i in shared)


def _telling(entry: Entry, view: View) -> frozenset[str]:
    """The stems of a title, without those of the names of what the entry is about."""
    subjects = [view.knowledge.subjects[s] for s in entry.about[:1]]
    names = (view.text_stems("names " + s.id, (s.name, s.short, *s.names)) for s in subjects)
    return view.text_stems("title " + entry.id, (entry.title,)).difference(*names)


def _denies(entry: Entry, reading: Reading, view: View) -> bool:
    """Whether the question names what the answer, a yes, only denies ("runs pots and pans, but no lids")."""
    if entry.answer != "yes":
        return False
    denied = view.text_stems("denied " + entry.id, (found[1] for found in _DENIED.finditer(entry.says)))
    told = view.text_stems("told " + entry.id, _DENIED.split(entry.says)[::2])
    return bool(explained(reading, denied - told) - reading.positions("subject", *entry.about))


def _worth(match: Match, *, decides: bool) -> float:
    if match.verbatim:
        return VERBATIM
    return 1.0 if decides else WRITTEN


def _is_told(reading: Reading, view: View) -> bool:
    """Whether needs are told and no service is named, so that one has to be recommended."""
    told = sum(weight for _, weight in reading.needs)
    concepts = all(view.knowledge.subjects[s].kind == "concept" for s in reading.subjects)
    return bool(told) and (not reading.subjects or (told >= TOLD and concepts))


def _is_about(entry: Entry, reading: Reading, view: View) -> bool:
    """Whether an entry is about the subjects of the question, and where these are a choice about each of them."""
    return _related(entry, reading, view) and _of_both(entry, reading, view)


def _related(entry: Entry, reading: Reading, view: View) -> bool:
    """Whether an entry is first of all about a subject of the question or its family, and at least names the others."""
    subjects, stems = view.knowledge.subjects, view.entry_stems(entry)
    named = [s for s in reading.subjects if subjects[s].kind != "concept"] or reading.subjects
    first = entry.about[0]
    if first not in named and view.family(first) not in map(view.family, named):
        return False
    about = {*entry.about, *map(view.family, entry.about)}
    own = [s in about or subjects[s].parent in about for s in named]
    others = [s for s, mine in zip(named, own, strict=True) if not mine]
    return any(own) and all(stems.issuperset(phrase(subjects[s].short)) for s in others)


def _of_both(entry: Entry, reading: Reading, view: View) -> bool:
    """Whether an entry is about each side of a choice ("which of X and Y starts faster?"), where there is one."""
    if not reading.has("either"):
        return True
    sides = [s for s in reading.subjects if view.knowledge.subjects[s].kind == "service"]
    return set(entry.about).issuperset(sides)


def state(entry: Entry, *, decides: bool = False) -> Conclusion:
    """What to say for an entry; with its yes or no in front if it `decides` the question."""
    return Conclusion(
        lead=spoken(entry.answer) + entry.says if decides else entry.says,
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
