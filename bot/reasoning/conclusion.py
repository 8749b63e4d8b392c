"""What a conclusion is: something that could be said in reply, and how well it explains the question.

Nothing is decided here; `bot.decide` chooses among conclusions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from bot.language import clean, split
from bot.model import Aspect, Comparison, Entry, Fact, Knowledge, Need, Notes, Table
from bot.reading import Reading

ABOVE = 1.0000001  # "more than 15 minutes" is this many times 15 minutes: just over a limit of 15


class Conclusion(NamedTuple):
    """The parts of a reply, in plain text; `options` are the subjects that "the second one" would choose among."""

    lead: str
    title: str = ""
    points: tuple[str, ...] = ()
    table: Table | None = None
    caveat: str = ""
    because: str = ""
    sources: tuple[str, ...] = ()
    as_of: str = ""
    notes: tuple[Notes, ...] = ()
    medium: bool = False
    subjects: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


class Candidate(NamedTuple):
    """A conclusion that could be drawn, and will be if `draw` is called.

    `score` (0..1) is how much of the question it explains, which is `covered`, times how surely its form was asked for.
    """

    shape: str
    id: str
    score: float
    covered: float
    subjects: tuple[str, ...]
    aspects: tuple[str, ...]
    draw: Callable[[], Conclusion]


class View:
    """The knowledge with what reasoning needs at hand: the words of every statement, worked out once and kept."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._stems: dict[str, frozenset[str]] = {}

    def fact_stems(self, fact: Fact) -> frozenset[str]:
        """The stems of all the words of a fact, its aspect's words included."""
        return self._of(
            fact.id,
            lambda: (fact.says, fact.brief, *fact.more, fact.scope, *(e.scope + " " + e.says for e in fact.exceptions)),
        )

    def entry_stems(self, entry: Entry) -> frozenset[str]:
        """The stems of all the words of an entry, its phrasings included."""
        return self._of("entry " + entry.id, lambda: (entry.title, entry.says, *entry.more, *entry.asks))

    def comparison_stems(self, comparison: Comparison) -> frozenset[str]:
        """The stems of all the words of a written comparison."""
        return self._of("comparison " + comparison.id, lambda: (comparison.says, *comparison.choose.values()))

    def text_stems(self, key: str, texts: Iterable[str]) -> frozenset[str]:
        """The stems of any texts, kept under a key that names them."""
        return self._of("text " + key, lambda: tuple(texts))

    def _of(self, key: str, texts: Callable[[], Iterable[str]]) -> frozenset[str]:
        if key not in self._stems:
            self._stems[key] = frozenset(word.stem for text in texts() for word in split(clean(text)))
        return self._stems[key]

    @cached_property
    def comparisons(self) -> dict[frozenset[str], Comparison]:
        """Every written comparison by the set of its subjects."""
        return {frozenset(c.of): c for c in self.knowledge.comparisons.values()}

    @cached_property
    def popular(self) -> tuple[str, ...]:
        """The main subjects, those that are compared most first: what people ask about most."""
        compared = Counter(s for c in self.knowledge.comparisons.values() for s in c.of)
        main = (s.id for s in self.knowledge.subjects.values() if not s.parent)
        return tuple(sorted(main, key=lambda s: -compared[s]))

    def family(self, subject: str) -> str:
        """What a subject is a feature of; if of nothing, the subject itself."""
        return self.knowledge.subjects[subject].parent or subject

    def short(self, subject: str) -> str:
        """What a subject is called within a sentence."""
        return self.knowledge.subjects[subject].short

    def name(self, subject: str) -> str:
        """What a subject is called in full."""
        return self.knowledge.subjects[subject].name


def explained(reading: Reading, stems: frozenset[str]) -> frozenset[int]:
    """The positions of the words of a question that occur in a statement."""
    return frozenset(i for i in reading.content if reading.words[i].stem in stems)


def sources_of(statements: Iterable[Fact | Need]) -> tuple[str, ...]:
    """The sources of all statements, each once."""
    return tuple(dict.fromkeys(source for statement in statements for source in statement.sources))


def oldest(statements: Iterable[Fact | Need | Comparison]) -> str:
    """The day of which all statements were true; empty if there are none."""
    return min((statement.as_of for statement in statements), default="")


def corrected(facts: Iterable[Fact]) -> tuple[Notes, ...]:
    """The first study notes on these facts that have to be corrected, if any."""
    return tuple(f.notes for f in facts if f.notes and f.notes.verdict != "same")[:1]


def heading(aspect: Aspect) -> str:
    """The name of an aspect within a sentence; an abbreviation stays as it is."""
    return aspect.name if aspect.name.isupper() else aspect.name.lower()


def sentence(clause: str) -> str:
    """A clause with a capital and a full stop."""
    return clause[:1].upper() + clause[1:] + ("" if clause.endswith(".") else ".")


def listed(items: Iterable[str], last: str = "and") -> str:
    """The items as people list them: "a, b and c"."""
    *rest, final = [*items] or [""]
    return f"{', '.join(rest)} {last} {final}" if rest else final
