"""Which of the things mentioned count, and how much: aspects and needs by their words, subjects unless ruled out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from bot import english
from bot.language import Word
from bot.vocabulary import ASPECT, WEAK_ASPECT, Mention

SMALL = 0.3  # weight of a small word in a phrase (see `bot.vocabulary`)
WEAK = 0.4  # what a weak word, or a word that is a name, says beside one that means only this
TELLING = 0.9  # what a phrase says at least that is not only small words …
LONGER = 0.1  # … and how much each of its words adds, if it has several
NEAR = 3  # words before a need in which it may be told to be none

_DENYING = english.words("not no without never cannot nor")
_EXCLUDING = english.words("not except excluding besides without")
_ASKING_WHETHER = english.words("can could do does did will would should")  # "can not X …?" asks about X
_EXCLUDING_PAIRS = frozenset(
    {("not", "the"), ("not", "aws"), ("not", "amazon"), ("other", "than"), ("except", "for"), ("apart", "from")}
)


def rank_aspects(mentions: Sequence[Mention], names: frozenset[tuple[int, ...]]) -> tuple[tuple[str, float], ...]:
    """The aspects, weightiest first; `names` are the positions of names, whose words mean an aspect only by the way.

    A phrase whose words all belong to a weightier phrase of another aspect does not count.
    """
    found = [m._replace(inside=m.at in names) for m in mentions if m.kind in (ASPECT, WEAK_ASPECT)]
    owners: list[Mention] = []
    weights: dict[str, float] = {}
    for mention in sorted(found, key=lambda m: -_weight(m)):
        if any(o.id != mention.id and set(mention.at) < set(o.at) for o in owners):
            continue
        owners.append(mention)
        weights[mention.id] = max(weights.get(mention.id, 0.0), _weight(mention))
    return tuple(sorted(weights.items(), key=lambda item: -item[1]))


def _weight(mention: Mention) -> float:
    """Phrases of several words say what they mean; a weak word or a name says less."""
    size = len(mention.at)
    telling = mention.weight > SMALL * size
    floor = TELLING + (LONGER * size if size > 1 else 0.0) if telling else 0.0
    weight = max(mention.weight, floor)
    if mention.kind == WEAK_ASPECT:
        weight *= WEAK
    return weight * WEAK if mention.inside else weight


def rank_needs(mentions: Iterable[Mention], words: Sequence[Word]) -> tuple[tuple[str, float], ...]:
    """The needs, weightiest first, each word counted once for each; a need that is told to be none does not count."""
    weights: dict[str, float] = {}
    seen: dict[str, set[int]] = {}
    for m in sorted(mentions, key=lambda m: -m.weight):
        if seen.setdefault(m.id, set()).isdisjoint(m.at) and not _is_denied(m, words):
            weights[m.id] = weights.get(m.id, 0.0) + m.weight
            seen[m.id].update(m.at)
    return tuple(sorted(weights.items(), key=lambda item: -item[1]))


def _is_denied(mention: Mention, words: Sequence[Word]) -> bool:
    """Whether a need is told to be none ("without interruptions", "must not be interrupted")."""
    if any(words[i].text in _DENYING for i in mention.at):
        return False
    before = reversed(words[max(0, mention.at[0] - NEAR) : mention.at[0]])
    near = takewhile(lambda word: word.text in english.FUNCTION or word.text in _DENYING, before)
    return any(word.text in _DENYING for word in near)


def is_excluded(words: Sequence[Word], at: int) -> bool:
    """Whether the name at this position is ruled out: in "not X" and "other than X", not in "no, X" and "why not X"."""
    before = tuple(w.text for w in words[max(0, at - 2) : at])
    if not before or before == ("why", "not") or (before[-1] == "not" and before[0] in _ASKING_WHETHER):
        return False
    return before[-1] in _EXCLUDING or before in _EXCLUDING_PAIRS
