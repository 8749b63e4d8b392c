"""Which written entries could answer a question: weighs the words that question and phrasing share against the others.

The weight of a word is its inverse document frequency over the entries: rare words say more.
A word that no entry knows lengthens the question, which is the best single signal for declining (docs/decisions.md).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import nlargest
from itertools import chain
from typing import NamedTuple

from bot import english
from bot.language import Word, clean, split, stem
from bot.model import Knowledge
from bot.packed import Packed, pack
from bot.vocabulary import ASPECT, NEIGHBOUR, SUBJECT, Mention, Plain, Vocabulary

STORY = 12.0  # weight of words from which a question is a story: what its phrasing does not share counts less and less
TOLD = 1.5  # what all the words of an entry count beside those of one phrasing, when the nearest entries are looked for
FAINT = 0.36  # resemblance from which anybody looks at a match
WHOLE = 1.2  # what it is worth to resemble all phrasings of an entry together: no question has the words of all of them
OFTEN = 0.1  # in so many phrasings of an entry a word counts by half, in more by more
AVERAGE = 1.3  # times the usual weight of a phrasing is what a question should share with all of them
LOOKED_AT = 40  # owners that resemble the question most by one phrasing, of which the nearest are taken
NEAR_SAME = 0.7  # score that a phrasing has at least if it is the question word for word: a subject may only be meant
SAME = 1.01  # score of a phrasing that is the question word for word: above any that merely shares all its words
ENTRY, DECOY = "entry", "decoy"


class Match(NamedTuple):
    """That an entry (or a decoy: a neighbour's phrasing) resembles the question by `score` (0..1).

    The words `shared` show it; `telling` if they are more than names and question words, `verbatim` if they are all.
    `told` (0..1) is the share of the question's words, by weight, that occur anywhere in the entry.
    """

    kind: str
    id: str
    score: float
    shared: frozenset[str]
    telling: bool
    verbatim: bool
    told: float


class _Term(NamedTuple):
    """What the index knows of one term: its weight, which phrasings have it, and the owners of any text that has it."""

    weight: float
    holders: frozenset[int]
    tellers: frozenset[int]


class Matcher:
    """An inverted index over the phrasings of every entry and every neighbour, as `compile_matcher` made it."""

    def __init__(self, compiled: Plain) -> None:
        self._owners: list[tuple[str, str]] = compiled["owners"]
        self._owner: list[int] = compiled["owner"]
        self._phrasings: list[str] = compiled["phrasings"]
        self._halves: list[float] = compiled["halves"]
        self._terms = Packed(compiled["terms"], _Term._make)
        self._unknown = _Term(compiled["rarest"], frozenset(), frozenset())

    def match(
        self,
        words: Sequence[Word],
        mentions: Iterable[Mention],
        subjects: Sequence[str],
        *,
        whole: bool = False,
        limit: int = 5,
    ) -> tuple[Match, ...]:
        """The best match of each of the most similar entries and decoys, best first.

        They are the `limit` most similar by one phrasing, and as many by that and all they say.
        `subjects` are meant if not named ("it"). If `whole`, what counts is not only the one phrasing of an entry that
        is most similar, but all of them together: a story shares a word with this one and two with that one.
        """
        named = sorted(terms(words, mentions) | {"@" + s for s in subjects})  # so that sums come out alike each time
        asked = {text: self._terms.get(text, self._unknown) for text in named}
        length = sum(term.weight for term in asked.values())
        forgiving = min(0.5, 0.5 * STORY / length) if length else 0.5
        least = FAINT * forgiving * length / (1 - FAINT * (1 - forgiving))  # what shares less cannot score FAINT
        best = self._best(_overlap(asked, least), least, length, forgiving, "".join(w.text for w in words))
        if whole:
            together = self._whole(asked, length, forgiving)
            best = {owner: (max(score, together[owner]), i) for owner, (score, i) in best.items()}
        alike = nlargest(LOOKED_AT, best, key=best.__getitem__)
        told = _told(asked, length, alike)
        near = nlargest(limit, alike, key=lambda owner: (best[owner][0] + TOLD * told[owner], owner))
        ranked = sorted({*alike[:limit], *near}, key=lambda owner: (-best[owner][0], best[owner][1]))
        return tuple(self._match(*best[owner], asked, told[owner]) for owner in ranked)

    def _best(
        self, overlap: Mapping[int, float], least: float, length: float, forgiving: float, text: str
    ) -> dict[int, tuple[float, int]]:
        """The score of each owner, and which of its phrasings has it, where that shares `least` or more."""
        owners, halves, phrasings = self._owner, self._halves, self._phrasings
        missing, own = (
            forgiving * length,
            0.5 - forgiving,
        )  # shared + forgiving * (length - shared) + (its own - shared) / 2
        best: dict[int, tuple[float, int]] = {}
        for i, shared in overlap.items():
            if shared < least:
                continue
            score = shared / (missing + own * shared + halves[i])
            if score > NEAR_SAME and phrasings[i] == text:
                score = SAME
            owner = owners[i]
            if owner not in best or score > best[owner][0]:
                best[owner] = (score, i)
        return best

    def _whole(self, asked: Mapping[str, _Term], length: float, forgiving: float) -> dict[int, float]:
        """How much all phrasings of each owner together resemble the question, whose words weigh `length`."""
        shared: dict[int, float] = {}
        for weight, holders, _ in asked.values():
            for owner, times in Counter(map(self._owner.__getitem__, holders)).items():
                shared[owner] = shared.get(owner, 0.0) + weight * times / (times + OFTEN)
        missing = {owner: max(0.0, AVERAGE * self._usual[owner] - weight) for owner, weight in shared.items()}
        return {
            owner: min(1.0, WHOLE * weight / (weight + forgiving * (length - weight) + 0.5 * missing[owner]))
            for owner, weight in shared.items()
        }

    @cached_property
    def _usual(self) -> list[float]:
        """The mean weight of the phrasings of each owner."""
        lengths: list[list[float]] = [[] for _ in self._owners]
        for owner, half in zip(self._owner, self._halves, strict=True):
            lengths[owner].append(2 * half)
        return [sum(each) / len(each) for each in lengths]

    def _match(self, score: float, i: int, asked: Mapping[str, _Term], told: float) -> Match:
        kind, id_ = self._owners[self._owner[i]]
        shared = frozenset(text for text, term in asked.items() if i in term.holders)
        telling = any(not text.startswith("@") and text not in _ASKING for text in shared)
        return Match(kind, id_, min(score, 1.0), shared, telling, verbatim=score >= SAME, told=told)


def _overlap(asked: Mapping[str, _Term], least: float) -> dict[int, float]:
    """The weight of the words that phrasings share with the question, of all that share `least` or more.

    Small words only add to others; and so do the lightest, which together do not reach `least`.
    """
    overlap: dict[int, float] = {}
    left = sum(term.weight for term in asked.values())
    for text, (weight, holders, _) in sorted(asked.items(), key=_heaviest_first):
        if text in _TELLING or left < least:
            for i in overlap.keys() & holders:
                overlap[i] += weight
        else:
            for i in holders:
                overlap[i] = overlap.get(i, 0.0) + weight
        left -= weight
    return overlap


def _told(asked: Mapping[str, _Term], length: float, among: Iterable[int]) -> dict[int, float]:
    """The share of the words, which together weigh `length`, that each of these owners says somewhere."""
    terms_ = [(term.weight / length, term.tellers) for term in asked.values()]
    return {owner: sum([share for share, tellers in terms_ if owner in tellers]) for owner in among}


def _heaviest_first(item: tuple[str, _Term]) -> tuple[bool, float, str]:
    text, term = item
    return text in _TELLING, -term.weight, text


def compile_matcher(knowledge: Knowledge, vocabulary: Vocabulary) -> Plain:
    """The index of a knowledge as plain data, so that it can be kept between two starts."""
    owners, phrasings, bags = [], [], []
    for kind, id_, phrasing in _phrasings(knowledge):
        words = split(clean(phrasing))
        owners.append((kind, id_))
        phrasings.append("".join(w.text for w in words))
        bags.append(terms(words, vocabulary.find(words)))
    place = {owner: i for i, owner in enumerate(dict.fromkeys(owners))}
    owner = [place[each] for each in owners]
    weights = _rarity(bags, owners)
    rarest, none = max(weights.values(), default=1.0), frozenset[int]()
    holders = _inverted(enumerate(bags))
    tellers = _inverted(chain(zip(owner, bags, strict=True), _told_by(knowledge, vocabulary, place)))
    return {
        "owners": list(place),
        "owner": owner,
        "phrasings": phrasings,
        "halves": [sum(weights[t] for t in sorted(bag)) / 2 for bag in bags],
        "terms": pack({t: (weights.get(t, rarest), holders.get(t, none), told) for t, told in tellers.items()}),
        "rarest": rarest,
    }


def _told_by(
    knowledge: Knowledge, vocabulary: Vocabulary, place: Mapping[tuple[str, str], int]
) -> Iterator[tuple[int, frozenset[str]]]:
    """The terms of each sentence that an entry says, with the place of the entry."""
    for entry in knowledge.entries.values():
        for text in (entry.says, *entry.more):
            words = split(clean(text))
            yield place[ENTRY, entry.id], terms(words, vocabulary.find(words))


def _inverted(bags: Iterable[tuple[int, Iterable[str]]]) -> dict[str, frozenset[int]]:
    """The numbers of the bags that hold each term."""
    found: dict[str, set[int]] = {}
    for number, bag in bags:
        for term in bag:
            found.setdefault(term, set()).add(number)
    return {term: frozenset(numbers) for term, numbers in found.items()}


def terms(words: Sequence[Word], mentions: Iterable[Mention]) -> frozenset[str]:
    """What a row of words is compared by: the subjects it names, under whatever name, and its other telling words."""
    found: set[str] = set()
    named: set[int] = set()
    for mention in mentions:
        if mention.kind in (SUBJECT, NEIGHBOUR):
            found.add("@" + mention.id)
            named.update(mention.at)
        elif mention.kind == ASPECT and not mention.inside:
            found.add("#" + mention.id)
    for i, word in enumerate(words):
        if i not in named and (word.text not in english.FUNCTION or word.text in _TELLING):
            found.add(word.stem)
    return frozenset(found)


_ASKING = english.words("how why what when where which who")
_TELLING = _ASKING | english.words(
    "not without before after over multiple same more different need needs require requires only part together mean "
    "happen happens examples types kinds"
)


_LIGHT = _TELLING | {stem(word) for word in ("examples", "types", "kinds")}


def _phrasings(knowledge: Knowledge) -> Iterable[tuple[str, str, str]]:
    for entry in knowledge.entries.values():
        for phrasing in dict.fromkeys((*entry.asks, entry.title)):
            yield ENTRY, entry.id, phrasing
    for neighbour in knowledge.neighbours.values():
        for phrasing in neighbour.asks:
            yield DECOY, neighbour.id, phrasing


def _rarity(bags: Sequence[frozenset[str]], owners: Sequence[tuple[str, str]]) -> Mapping[str, float]:
    """The weight of each term: how few of the entries know it."""
    holders: dict[str, set[tuple[str, str]]] = {}
    for bag, owner in zip(bags, owners, strict=True):
        for term in bag:
            holders.setdefault(term, set()).add(owner)
    count = len(set(owners))
    weights = {term: math.log(1 + count / len(held)) for term, held in holders.items()}
    return {term: weight * _share(term) for term, weight in weights.items()}


def _share(term: str) -> float:
    if term in _LIGHT:
        return 0.35
    return 0.5 if term in english.GENERIC or term.startswith("#") else 1.0
