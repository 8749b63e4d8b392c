"""What the words of the knowledge mean: finds subjects, aspects, needs, groups and neighbours in a row of words.

Which of them the question is about is decided in `reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from bot import english
from bot.language import Word, phrase, split
from bot.language import stem as stem_of
from bot.model import Knowledge

SUBJECT, WEAK_SUBJECT, NEIGHBOUR = "subject", "weak subject", "neighbour"
ASPECT, WEAK_ASPECT, NEED, GROUP = "aspect", "weak aspect", "need", "group"
_NAMES = frozenset({SUBJECT, WEAK_SUBJECT, NEIGHBOUR})
REACH = 5  # words between two words of one phrase, at most, and all of them small words or names

Meaning = tuple[str, str]  # (kind, id)
Plain = dict[str, Any]


class Mention(NamedTuple):
    """That the words at the positions `at` mean `id`; `inside` a name they say less."""

    kind: str
    id: str
    at: tuple[int, ...]
    weight: float
    inside: bool = False


class _Phrase(NamedTuple):
    stems: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    weight: float
    need: bool
    free: bool


class Vocabulary:
    """An index of every phrase of the knowledge by the stem of its first word.

    `compiled` is what `compile_vocabulary` made of the same knowledge, now or at an earlier start.
    """

    def __init__(self, knowledge: Knowledge, compiled: Plain) -> None:
        self.knowledge = knowledge
        self._names: dict[str, Any] = compiled["names"]
        self._phrases: dict[str, Any] = compiled["phrases"]
        self.stems = frozenset(compiled["stems"])

    def find(self, words: Sequence[Word]) -> tuple[Mention, ...]:
        """Every mention: names first, longest first and never overlapping; then phrases, whose words may stand apart."""
        stems = [word.stem for word in words]
        names = self._find_names(stems)
        return (*names, *self._find_phrases(words, stems, [frozenset(m.at) for m in names if m.kind != WEAK_SUBJECT]))

    def _find_names(self, stems: Sequence[str]) -> list[Mention]:
        found: list[Mention] = []
        i = 0
        while i < len(stems):
            at = [row for row in self._names.get(stems[i], ()) if tuple(stems[i : i + len(row[0])]) == row[0]]
            if not at:
                i += 1
                continue
            wanted, meanings, weight, _, _ = max(at, key=lambda row: len(row[0]))
            span = tuple(range(i, i + len(wanted)))
            found += [Mention(kind, id_, span, weight) for kind, id_ in meanings]
            i += len(span)
        return found

    def _find_phrases(self, words: Sequence[Word], stems: Sequence[str], spans: Sequence[frozenset[int]]) -> list[Mention]:
        present = frozenset(stems)
        covered: frozenset[int] = frozenset().union(*spans)
        skippable = [i in covered or word.text in english.FUNCTION or word.text[0].isdigit() for i, word in enumerate(words)]
        loose = [skip or word.text in english.GENERIC or word.stem not in self.stems and word.text not in english.common() for skip, word in zip(skippable, words, strict=True)]
        found: dict[tuple[str, str, tuple[int, ...]], Mention] = {}
        for i, first in enumerate(stems):
            for wanted, meanings, weight, need, free in self._phrases.get(first, ()):
                if not present.issuperset(wanted):
                    continue
                at = _stretch(stems, loose if need else skippable, wanted, i)
                if not at and free:
                    at = _turned(stems, skippable, wanted, i)
                if at and not any(span > frozenset(at) for span in spans):
                    inside = frozenset(at) in spans
                    for kind, id_ in meanings:
                        found.setdefault((kind, id_, at), Mention(kind, id_, at, weight, inside))
        return list(found.values())


def _stretch(stems: Sequence[str], skippable: Sequence[bool], wanted: tuple[str, ...], start: int) -> tuple[int, ...]:
    """The positions of the wanted stems from `start`, in order, with only skippable words between; empty if they are not there."""
    at = [start]
    for stem in wanted[1:]:
        j, end = at[-1] + 1, min(len(stems), at[-1] + 2 + REACH)
        while j < end and stems[j] != stem and skippable[j]:
            j += 1
        if j >= end or stems[j] != stem:
            return ()
        at.append(j)
    return tuple(at)


def _turned(stems: Sequence[str], skippable: Sequence[bool], phrase: tuple[str, ...], start: int) -> tuple[int, ...]:
    """The positions of a phrase turned round ("hardware that is dedicated")."""
    wanted, at, i = set(phrase[1:]), [start], start - 1
    while wanted and i >= max(0, start - REACH) and (stems[i] in wanted or skippable[i]):
        if stems[i] in wanted:
            wanted.remove(stems[i])
            at.append(i)
        i -= 1
    return tuple(sorted(at)) if not wanted else ()


# ---------------------------------------------------------------- compiling


def compile_vocabulary(knowledge: Knowledge) -> Plain:
    """The index of a knowledge as plain data, so that it can be kept between two starts; `words` and `own` are for the speller."""
    names, phrases = _names(knowledge), _phrases(knowledge)
    index, rest = _index(names), _index(phrases)
    words = {w.text for text, _, _ in (*names, *phrases) for w in split(text) if len(w.text) > 1}
    own = {w.text for text, kind, _ in names if kind == SUBJECT for w in split(text) if len(w.text) > 2}
    stems = {s for rows in (*index.values(), *rest.values()) for row in rows for s in row[0]}
    return {"names": index, "phrases": rest, "stems": sorted(stems), "words": sorted(words), "own": sorted(own - english.common())}


def _names(knowledge: Knowledge) -> list[tuple[str, str, str]]:
    rows = []
    for subject in knowledge.subjects.values():
        rows += [(name, SUBJECT, subject.id) for name in _own_names(subject.name, subject.short, subject.stands_for, *subject.names)]
        rows += [(name, WEAK_SUBJECT, subject.id) for name in subject.weak_names]
    for neighbour in knowledge.neighbours.values():
        rows += [(word, NEIGHBOUR, neighbour.id) for word in neighbour.words]
    return rows


def _own_names(*names: str) -> Iterable[str]:
    return dict.fromkeys(name for name in names if name)


def _phrases(knowledge: Knowledge) -> list[tuple[str, str, str]]:
    rows = []
    for aspect in knowledge.aspects.values():
        rows += [(word, ASPECT, aspect.id) for word in aspect.words]
        rows += [(word, WEAK_ASPECT, aspect.id) for word in aspect.weak_words]
    for need in knowledge.needs.values():
        rows += [(word, NEED, need.id) for word in need.words]
    for group in knowledge.groups.values():
        rows += [(word, GROUP, group.id) for word in group.words]
    return rows


def _index(rows: Iterable[tuple[str, str, str]]) -> Plain:
    meanings: dict[tuple[str, ...], dict[Meaning, None]] = {}
    for text, kind, id_ in rows:
        stems = phrase(text)
        if stems:
            meanings.setdefault(stems, {})[(kind, id_)] = None
    index: dict[str, list[tuple[Any, ...]]] = {}
    for stems, means in meanings.items():
        strong = {id_ for kind, id_ in means if kind == SUBJECT}
        kept = tuple(m for m in means if m[0] != WEAK_SUBJECT or m[1] not in strong)
        index.setdefault(stems[0], []).append(tuple(_phrase_of(stems, kept)))
    return index


def _phrase_of(stems: tuple[str, ...], meanings: tuple[Meaning, ...]) -> _Phrase:
    small, _ = _common_stems()
    need = all(kind == NEED for kind, _ in meanings)
    free = len(stems) > 1 and small.isdisjoint(stems) and all(kind in (NEED, ASPECT) for kind, _ in meanings)
    return _Phrase(stems, meanings, sum(map(_weight, stems)), need, free)


def _weight(stem: str) -> float:
    """How much a word says: small words say little, words of everyday stories half, the others all."""
    small, everyday = _common_stems()
    return 0.3 if stem in small else 0.6 if stem in everyday else 1.0


@cache
def _common_stems() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(map(stem_of, english.FUNCTION)), frozenset(map(stem_of, english.GENERIC))
