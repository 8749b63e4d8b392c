"""Which questions complete what somebody has begun to type: only such as can be answered, the likeliest first.

Every fact, comparison and entry is one question; other names of a subject find it as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot import english
from bot.language import clean, split
from bot.model import Knowledge, Subject

LONGEST = 100  # characters of a suggestion: what the narrowest platform shows
PREFIX = 3  # letters by which the index finds the words that begin alike


class _Row(NamedTuple):
    question: str
    words: frozenset[str]
    main: bool


class Suggestions:
    """An index of the questions that can be answered by the beginnings of their words; `popular` subjects come first."""

    def __init__(self, knowledge: Knowledge, popular: Sequence[str]) -> None:
        rows = dict.fromkeys(_rows(knowledge, popular))
        self._rows = [row for row in rows if len(row.question) <= LONGEST]
        self._begins: dict[str, list[int]] = {}
        for i, row in enumerate(self._rows):
            for prefix in {word[:PREFIX] for word in row.words}:
                self._begins.setdefault(prefix, []).append(i)

    def complete(self, beginning: str, limit: int) -> tuple[str, ...]:
        """At most `limit` questions that have a word for each word of the beginning; the first ones for an empty beginning."""
        typed = [w.text for w in split(clean(beginning))]
        telling = [t for t in typed if t not in english.FUNCTION or t == typed[-1]]
        if not telling:
            return tuple(row.question for row in self._rows[:limit])
        found = (self._rows[i] for i in self._candidates(telling))
        hits = [row for row in found if all(_has(row, text) for text in telling)]
        start = " ".join(typed) if len(typed) > 1 else "\n"
        hits.sort(key=lambda row: (not row.question.lower().startswith(start), not row.main))
        return tuple(row.question for row in hits[:limit])

    def _candidates(self, typed: Sequence[str]) -> Sequence[int]:
        """The rows that have words beginning like the rarest of the typed ones."""
        lists = [self._begins.get(text[:PREFIX], []) for text in typed if len(text) >= PREFIX]
        return min(lists, key=len) if lists else range(len(self._rows))


def _has(row: _Row, typed: str) -> bool:
    return any(word.startswith(typed) for word in row.words)


def _rows(knowledge: Knowledge, popular: Sequence[str]) -> Iterator[_Row]:
    """Every question, those about popular subjects first, and of each subject the aspects in the order of the knowledge."""
    order = [*popular, *(s for s in knowledge.subjects if s not in popular)]
    names = {id_: frozenset(_words(" ".join((s.name, s.short, *s.names)))) for id_, s in knowledge.subjects.items()}
    for aspect in knowledge.aspects.values():
        for subject in order:
            if knowledge.fact(subject, aspect.id):
                question = aspect.asks.replace("{subject}", knowledge.subjects[subject].short)
                yield _Row(question, names[subject] | _words(question), not knowledge.subjects[subject].parent)
    for comparison in knowledge.comparisons.values():
        question = " vs ".join(knowledge.subjects[s].short for s in comparison.of) + "?"
        yield _Row(question, frozenset().union(*(names[s] for s in comparison.of)) | {"compare", "vs", "or", "difference"}, True)
    for entry in knowledge.entries.values():
        question = _as_question(entry.asks[0], [knowledge.subjects[s] for s in entry.about])
        yield _Row(question, _words(question) | _words(entry.title), True)


def _as_question(phrasing: str, about: Sequence[Subject]) -> str:
    """A phrasing as a question, the names of its subjects as they are written."""
    text = phrasing
    for subject in about:
        plain = subject.short.lower()
        if f" {plain} " in f" {text} ":
            text = f" {text} ".replace(f" {plain} ", f" {subject.short} ").strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else "?")


def _words(text: str) -> frozenset[str]:
    return frozenset(w.text for w in split(clean(text)))
