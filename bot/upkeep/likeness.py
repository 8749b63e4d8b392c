"""Which of many questions ask the same in other words.

They are compared by what the bot reads in them, so that another name, another ending, another word for the same aspect
and a slip of the finger make no difference. Words that few phrasings of the knowledge have tell the most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from bot.language import Speller, Word, clean, split, stem
from bot.match import compile_matcher, terms
from bot.model import Knowledge
from bot.packed import Packed
from bot.vocabulary import Vocabulary, compile_vocabulary

# Both were found on 16 questions that nobody answers, each asked in 3 to 5 ways, and on the phrasings of 250 entries.
ALIKE = 0.45  # the share of their weight that two questions have in common at least
ON_AVERAGE = 0.36  # and the share that the questions of two groups have, so that no chain of likenesses joins strangers
FREQUENT = 500  # questions that have a term from which it alone brings no two of them together

SHORTEST, LONG = 5, 7  # letters from which a word may be another that was misspelt with one slip, with two

Bag = frozenset[str]


class Alike(NamedTuple):
    """Questions that ask the same: their positions, and the subjects that they name, most often named first."""

    positions: tuple[int, ...]
    subjects: tuple[str, ...]


def alike(texts: Sequence[str], knowledge: Knowledge) -> tuple[Alike, ...]:
    """The texts in groups that ask the same; the largest first, of two of one size the one that began earlier."""
    reader = _Reader(knowledge)
    bags = reader.read(texts)
    places: dict[Bag, list[int]] = {}
    for i, bag in enumerate(bags):
        places.setdefault(bag, []).append(i)
    groups = [sorted(i for bag in group for i in places[bag]) for group in _Groups(places, reader).joined()]
    groups.sort(key=lambda group: (-len(group), group[0]))
    return tuple(Alike(tuple(group), reader.subjects(bags[i] for i in group)) for group in groups)


class _Reader:
    """Reads questions as bags of terms: what the knowledge calls them, and the stems of the other telling words."""

    def __init__(self, knowledge: Knowledge) -> None:
        words = compile_vocabulary(knowledge)
        self._knowledge = knowledge
        self._vocabulary = Vocabulary(knowledge, words)
        self._speller = Speller(words["words"], words["own"], words["whole"], words["known stems"])
        matcher = compile_matcher(knowledge, self._vocabulary)
        self._weights = Packed(matcher["terms"], lambda term: float(term[0]))
        self._rarest = float(matcher["rarest"])

    def read(self, texts: Sequence[str]) -> list[Bag]:
        """The terms of each question; words that nobody knows are spelt as most people spell them."""
        rows = [self._speller.repair(split(clean(text))) for text in texts]
        meant = _respelt(Counter(word.text for row in rows for word in row), self._speller)
        rows = [[_as(word, meant.get(word.text, word.text)) for word in row] for row in rows]
        return [terms(row, self._vocabulary.find(row)) for row in rows]

    def weight(self, bag: Bag) -> float:
        """How much a bag tells; what the knowledge does not have tells the most."""
        return sum(self._weights.get(term, self._rarest) for term in sorted(bag))

    def families(self, bag: Bag) -> frozenset[str]:
        """What a question is about, each part under the name of the whole."""
        subjects = self._knowledge.subjects
        named = (term[1:] for term in bag if term.startswith("@"))
        return frozenset((subjects[name].parent or name) if name in subjects else name for name in named)

    def subjects(self, bags: Iterator[Bag]) -> tuple[str, ...]:
        """The subjects that questions name."""
        named = Counter(term[1:] for bag in bags for term in sorted(bag) if term.startswith("@"))
        return tuple(name for name, _ in named.most_common() if name in self._knowledge.subjects)


class _Groups:
    """Joins the most alike first, and two groups only if their questions are alike on average."""

    def __init__(self, bags: Mapping[Bag, object], reader: _Reader) -> None:
        self._bags, self._reader = tuple(bags), reader
        self._weights = [reader.weight(bag) for bag in self._bags]
        self._families = [reader.families(bag) for bag in self._bags]
        self._shares = dict(self._shared())

    def joined(self) -> list[list[Bag]]:
        """The bags, in groups."""
        group = {i: [i] for i in range(len(self._bags))}
        for (i, j), share in sorted(self._shares.items(), key=lambda found: (-found[1], found[0])):
            one, other = group[i], group[j]
            if share >= ALIKE and one is not other and self._average(one, other) >= ON_AVERAGE:
                one += other
                group.update(dict.fromkeys(other, one))
        return [[self._bags[i] for i in members] for members in {id(one): one for one in group.values()}.values()]

    def _average(self, one: Sequence[int], other: Sequence[int]) -> float:
        shares = (self._shares.get((min(i, j), max(i, j)), 0.0) for i in one for j in other)
        return sum(shares) / (len(one) * len(other))

    def _shared(self) -> Iterator[tuple[tuple[int, int], float]]:
        """The share of their weight that any two have in common which a term brings together."""
        for i, j in self._pairs():
            ours, theirs = self._families[i], self._families[j]
            if not (ours and theirs) or ours & theirs:
                common = self._reader.weight(self._bags[i] & self._bags[j])
                yield (i, j), 2 * common / (self._weights[i] + self._weights[j])

    def _pairs(self) -> set[tuple[int, int]]:
        holders: dict[str, list[int]] = {}
        for i, bag in enumerate(self._bags):
            for term in bag:
                holders.setdefault(term, []).append(i)
        return {pair for held in holders.values() if len(held) <= FREQUENT for pair in combinations(held, 2)}


def _as(word: Word, text: str) -> Word:
    return word if word.text == text else word._replace(text=text, stem=stem(text))


def _respelt(words: Mapping[str, int], speller: Speller) -> dict[str, str]:
    """What words are meant that nobody knows, and that are a slip or two from one that others write more often."""
    from rapidfuzz import process  # noqa: PLC0415 - a check does without, and loading it takes 7 ms
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    often = sorted((word for word in words if len(word) >= SHORTEST and word.isalpha()), key=lambda w: (-words[w], w))
    meant: dict[str, str] = {}
    for i, word in enumerate(often):
        slips = 1 if len(word) < LONG else 2
        near = () if speller.knows(word) else process.extract(word, often[:i], scorer=OSA.distance, score_cutoff=slips)
        if same := next((other for other, _, _ in near if other[0] == word[0]), ""):
            meant[word] = meant.get(same, same)
    return meant
