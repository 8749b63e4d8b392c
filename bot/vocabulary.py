"""What the words of the knowledge mean: finds subjects, aspects, needs, groups and neighbours in a row of words.

Which of them the question is about is decided in `reading`.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from bot import english
from bot.language import Word, known_stems, phrase, split
from bot.language import stem as stem_of
from bot.model import Knowledge
from bot.packed import Packed, pack

SUBJECT, WEAK_SUBJECT, NEIGHBOUR = "subject", "weak subject", "neighbour"
ASPECT, WEAK_ASPECT, NEED, GROUP = "aspect", "weak aspect", "need", "group"
SHORTEST_NAME = 3  # letters of a word that is recognised as a name when it is misspelt, at least
JOINED = 2  # words before a name at which a first half may stand: "gas" in "gas and electric ovens"
_JOINING = english.words("and or vs versus nor")
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


class _Name(NamedTuple):
    """A name, which sorts as it wins: that of most telling words, then the neighbour's, the earlier, the longer one.

    "lid of a pan" says no more than "glass lid". The place where a name begins stands between these.
    """

    untelling: int
    ours: bool
    size: int
    meanings: tuple[Meaning, ...]
    weight: float


class _Names(NamedTuple):
    """The names that begin with one stem: by all their stems, and how many stems they have, shortest first."""

    by_stems: dict[tuple[str, ...], _Name]
    sizes: tuple[int, ...]


def _phrases_of(rows: Iterable[tuple[Any, ...]]) -> tuple[_Phrase, ...]:
    return tuple(map(_Phrase._make, rows))


def _names_of(rows: Iterable[tuple[Any, ...]]) -> _Names:
    by_stems = {name.stems: _name_of(name) for name in map(_Phrase._make, rows)}
    return _Names(by_stems, tuple(sorted(set(map(len, by_stems)))))


def _name_of(name: _Phrase) -> _Name:
    ours = all(kind != NEIGHBOUR for kind, _ in name.meanings)
    untelling = -sum(stem not in english.FUNCTION for stem in name.stems)
    return _Name(untelling, ours, len(name.stems), name.meanings, name.weight)


class Vocabulary:
    """An index of every phrase of the knowledge by the stem of its first word.

    `compiled` is what `compile_vocabulary` made of the same knowledge, now or at an earlier start.
    """

    def __init__(self, knowledge: Knowledge, compiled: Plain) -> None:
        self.knowledge = knowledge
        self._names = Packed(compiled["names"], _names_of)
        self._phrases = Packed(compiled["phrases"], _phrases_of)
        self.stems = frozenset(compiled["stems"])
        self._last: tuple[tuple[Word, ...], tuple[Mention, ...]] = ((), ())

    def find(self, words: Sequence[Word]) -> tuple[Mention, ...]:
        """Every mention: names, of which the longest win; then phrases, whose words may stand apart."""
        words = tuple(words)
        last, found = self._last  # the same words are looked up for their sentence, their question and their matches
        if words != last:
            stems = [word.stem for word in words]
            names = self.names(words)
            spans = [frozenset(m.at) for m in names if m.kind != WEAK_SUBJECT]
            found = (*names, *self._find_phrases(words, stems, spans))
            self._last = words, found
        return found

    def names(self, words: Sequence[Word]) -> list[Mention]:
        """The mentions by name alone: of names that overlap, the most telling one."""
        stems = [word.stem for word in words]
        here = [
            (name[:2], i, -size, name)
            for i, stem in enumerate(stems)
            if (names := self._names.get(stem))
            for size in names.sizes
            if (name := names.by_stems.get(tuple(stems[i : i + size])))
        ]
        here.sort()  # no two begin at one place and are of one length
        taken: set[int] = set()
        found: list[Mention] = []
        for *_, i, _, name in here:
            span = tuple(range(i, i + name.size))
            if taken.isdisjoint(span):
                taken.update(span)
                found += [Mention(kind, id_, span, name.weight) for kind, id_ in name.meanings]
        named = {i for mention in found if mention.kind != WEAK_SUBJECT for i in mention.at}
        found += [half for mention in found for half in self._first_halves(mention, words, stems, named)]
        return sorted(found, key=lambda m: m.at)

    def _first_halves(
        self, mention: Mention, words: Sequence[Word], stems: Sequence[str], taken: set[int]
    ) -> Iterator[Mention]:
        """What stands before a name and shares its end: "gas" in "gas and electric ovens"."""
        first, at = mention.at[0], mention.at[0] - JOINED
        if mention.kind != SUBJECT or at < 0 or at in taken or words[first - 1].text not in _JOINING:
            return
        for tail in range(first + 1, mention.at[-1] + 1):
            whole = (stems[at], *stems[tail : mention.at[-1] + 1])
            names = self._names.get(stems[at])
            name = names.by_stems.get(whole) if names else None
            yield from (Mention(kind, id_, (at,), name.weight) for kind, id_ in name.meanings) if name else ()

    def _find_phrases(
        self, words: Sequence[Word], stems: Sequence[str], spans: Sequence[frozenset[int]]
    ) -> list[Mention]:
        present = frozenset(stems)
        there = [
            (i, phrase)
            for i, stem in enumerate(stems)
            for phrase in self._phrases.get(stem, ())
            if present.issuperset(phrase.stems)
        ]
        if not there:
            return []
        covered: frozenset[int] = frozenset().union(*spans)
        skippable = [
            i in covered or word.text in english.FUNCTION or word.text[0].isdigit() for i, word in enumerate(words)
        ]
        loose = [skip or self._says_little(word) for skip, word in zip(skippable, words, strict=True)]
        found: dict[tuple[str, str, tuple[int, ...]], Mention] = {}
        for i, (wanted, meanings, weight, need, free) in there:
            at = _stretch(stems, loose if need else skippable, wanted, i)
            if not at and free:
                at = _turned(stems, skippable, wanted, i)
            if at and not any(span > frozenset(at) for span in spans):
                inside = frozenset(at) in spans
                for kind, id_ in meanings:
                    found.setdefault((kind, id_, at), Mention(kind, id_, at, weight, inside))
        return list(found.values())

    def _says_little(self, word: Word) -> bool:
        return word.text in english.GENERIC or (word.stem not in self.stems and not english.knows(word.text))


def _stretch(stems: Sequence[str], skippable: Sequence[bool], wanted: tuple[str, ...], start: int) -> tuple[int, ...]:
    """The positions of the wanted stems from `start`, in order, only skippable words between; empty if not there."""
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
    """The index of a knowledge as plain data, so that it can be kept between two starts."""
    return compile_mentions(knowledge) | _spelling(knowledge)


def compile_mentions(knowledge: Knowledge) -> Plain:
    """The part of the index that finds mentions in words that are spelt well."""
    names_by_stem, phrases_by_stem = _index(_names(knowledge)), _index(_phrases(knowledge))
    stems = {s for rows in (*names_by_stem.values(), *phrases_by_stem.values()) for row in rows for s in row.stems}
    return {"names": pack(names_by_stem), "phrases": pack(phrases_by_stem), "stems": sorted(stems)}


def _spelling(knowledge: Knowledge) -> Plain:
    """The part of the index that the speller needs."""
    names, phrases = _names(knowledge), _phrases(knowledge)
    words = {w.text for text, _, _ in (*names, *phrases) for w in split(text) if len(w.text) > 1}
    own = {w.text for text, kind, _ in names if kind == SUBJECT for w in split(text) if len(w.text) >= SHORTEST_NAME}
    return {
        "words": sorted(words),
        "own": sorted(own - english.common()),
        "whole": sorted(own & {text for text, _, _ in names}),
        "known stems": known_stems({*words, *_written(knowledge)}),
    }


def _written(knowledge: Knowledge) -> set[str]:
    """The words in which entries are asked for: spelt as they should be ("bastion"), though they mean no aspect."""
    return {w.text for entry in knowledge.entries.values() for ask in (*entry.asks, entry.title) for w in split(ask)}


def _names(knowledge: Knowledge) -> list[tuple[str, str, str]]:
    rows = []
    for subject in knowledge.subjects.values():
        rows += [
            (name, SUBJECT, subject.id)
            for name in _own_names(subject.name, subject.short, subject.stands_for, *subject.names)
        ]
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


def _index(rows: Iterable[tuple[str, str, str]]) -> dict[str, list[_Phrase]]:
    meanings: dict[tuple[str, ...], dict[Meaning, None]] = {}
    for text, kind, id_ in rows:
        stems = phrase(text)
        if stems:
            meanings.setdefault(stems, {})[(kind, id_)] = None
    index: dict[str, list[_Phrase]] = {}
    for stems, means in meanings.items():
        strong = {id_ for kind, id_ in means if kind == SUBJECT}
        kept = tuple(m for m in means if m[0] != WEAK_SUBJECT or m[1] not in strong)
        index.setdefault(stems[0], []).append(_phrase_of(stems, kept))
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
