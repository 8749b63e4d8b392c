"""Which questions complete what somebody has begun to type: only such as can be answered, the likeliest first.

Every fact, comparison and entry is one question; other names of a subject find it as well.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

from bot import english
from bot.language import clean, split
from bot.model import Knowledge, Subject

LONGEST = 100  # characters of a suggestion: what the narrowest platform shows
PREFIXES = 2_000  # beginnings of words whose rows are kept: everybody types the same ones

_COMPARING = english.words("compare vs or difference")


class _Row(NamedTuple):
    """A question, also in lower case, with all words by which it is found; `main` if it is not of a mere feature."""

    question: str
    words: frozenset[str]
    main: bool = True
    lower: str = ""


class Suggestions:
    """An index of the questions that can be answered, by the beginnings of their words; `popular` subjects first."""

    def __init__(self, knowledge: Knowledge, popular: Sequence[str]) -> None:
        rows: dict[str, _Row] = {}
        for row in _rows(knowledge, popular):
            rows.setdefault(row.question.lower(), row)
        self._rows = [row._replace(lower=lower) for lower, row in rows.items() if len(row.question) <= LONGEST]
        self._having: dict[str, set[int]] = {}
        for i, row in enumerate(self._rows):
            for word in row.words:
                self._having.setdefault(word, set()).add(i)
        self._words = sorted(self._having)
        self._beginning = lru_cache(PREFIXES)(self._find)

    def complete(self, beginning: str, limit: int) -> tuple[str, ...]:
        """At most `limit` questions with a word for each word of the beginning; for an empty one just the first."""
        typed = [w.text for w in split(clean(beginning))]
        telling = [t for t in typed if t not in english.FUNCTION or t == typed[-1]]
        if not telling:
            return tuple(row.question for row in self._rows[:limit])
        found = frozenset.intersection(*map(self._beginning, telling))
        start = " ".join(typed) if len(typed) > 1 else ""  # a single word says too little to order by
        return tuple(row.question for row in self._in_order(found, start, limit))

    def _find(self, typed: str) -> frozenset[int]:
        """The rows with a word that begins like this."""
        first = bisect_left(self._words, typed)
        alike = takewhile(lambda word: word.startswith(typed), islice(self._words, first, None))
        return frozenset().union(*(self._having[word] for word in alike))

    def _in_order(self, found: Iterable[int], start: str, limit: int) -> Sequence[_Row]:
        """The first of them: those that begin as typed, then those about main subjects, then the others."""
        ranks: tuple[list[_Row], ...] = ([], [], [], [])
        for row in map(self._rows.__getitem__, sorted(found)):
            rank = ranks[2 * (not row.lower.startswith(start)) + (not row.main)]
            rank.append(row)
            if rank is ranks[0] and len(rank) == limit:
                break
        return [row for rank in ranks for row in rank][:limit]


def _rows(knowledge: Knowledge, popular: Sequence[str]) -> Iterator[_Row]:
    names = {s.id: _words(s.name, s.short, *s.names) for s in knowledge.subjects.values()}
    yield from _of_facts(knowledge, popular, names)
    for comparison in knowledge.comparisons.values():
        question = " vs ".join(knowledge.subjects[s].short for s in comparison.of) + "?"
        yield _Row(question, _COMPARING.union(*(names[s] for s in comparison.of)))
    for entry in knowledge.entries.values():
        question = _as_question(entry.asks[0], [knowledge.subjects[s] for s in entry.about])
        yield _Row(question, _words(question, entry.title))


def _of_facts(knowledge: Knowledge, popular: Sequence[str], names: Mapping[str, frozenset[str]]) -> Iterator[_Row]:
    """Aspect by aspect, and of each the questions about popular subjects first."""
    order = [*popular, *(s for s in knowledge.subjects if s not in popular)]
    for aspect in knowledge.aspects.values():
        for subject in (knowledge.subjects[s] for s in order if knowledge.fact(s, aspect.id)):
            question = aspect.asks.replace("{subject}", subject.short)
            yield _Row(question, names[subject.id] | _words(question), main=not subject.parent)


def _as_question(phrasing: str, about: Sequence[Subject]) -> str:
    """A phrasing as a question, the names of its subjects as they are written."""
    text = phrasing
    for subject in about:
        plain = subject.short.lower()
        if f" {plain} " in f" {text} ":
            text = f" {text} ".replace(f" {plain} ", f" {subject.short} ").strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else "?")


def _words(*texts: str) -> frozenset[str]:
    return frozenset(w.text for text in texts for w in split(clean(text)))
