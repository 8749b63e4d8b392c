"""What is asked: each question in a message becomes a `Reading` of subjects, aspects, needs, quantities and cues.

A reading only says what the words say.
Whether anything is known about it is found in `match` and `reasoning`; whether that is good enough, in `answer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from types import MappingProxyType
from typing import NamedTuple

from bot import english
from bot.language import Speller, Word, clean
from bot.model import Quantity
from bot.reading.amounts import amounts
from bot.reading.clauses import LONG, Clause, clauses, is_social, joined, may_ask, requires, sentences
from bot.reading.cues import cues
from bot.reading.ranking import is_excluded, rank_aspects, rank_needs
from bot.vocabulary import ASPECT, GROUP, NEED, NEIGHBOUR, SUBJECT, WEAK_ASPECT, WEAK_SUBJECT, Mention, Vocabulary

__all__ = ["EVERYDAY", "LONG", "TOLD", "Reader", "Reading"]

TOLD = 2.0  # weight of needs that make a question one for a service, whatever concept it names besides
WHOLE = 1.0  # weight of an aspect that makes the last sentence of a story a question of its own
NEARLY = 0.9  # and of one that does so where the story names the subject ("…, in an oven. How should it be cleaned?")
PAIR = 2  # subjects of a comparison of which one may be a feature of the other

# What the words weigh that must be explained.
NAMED = 1.0  # a name
ASIDE = 0.4  # a concept beside a service
PLAIN = 1.0  # a word that we know
EVERYDAY = 0.3  # a word of everyday stories, or a number
UNKNOWN = 1.5  # a word that we have never heard

_BROADCAST = re.compile(r"(?:@|<!)(?:everyone|here|channel)\b")
_OWNING = english.words("the our my")
_DESCRIBING = english.words(
    """
    local default standard regular usual normal typical common latest newest current old new abbreviation acronym term
    special word name expression concept notion phrase official actual underlying so-called classic original free
    """
)
_POINTING = english.words("this these those")
_STRONG = {WEAK_SUBJECT: SUBJECT, WEAK_ASPECT: ASPECT}


class Reading(NamedTuple):
    """One question as read.

    `subjects` are in the order in which they were named, features in place of the service they belong to;
    `aspects` and `needs` with the weight of the words that mean them, weightiest first.
    `content` maps the positions of words that carry meaning to their weight;
    `said` maps ("subject" | "aspect" | …, id) to the positions of the words that mean it.
    """

    words: tuple[Word, ...] = ()
    focus: int = 0
    asks: bool = False
    fragment: bool = False
    subjects: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    aspects: tuple[tuple[str, float], ...] = ()
    needs: tuple[tuple[str, float], ...] = ()
    groups: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    cues: frozenset[str] = frozenset()
    content: Mapping[int, float] = MappingProxyType({})
    said: Mapping[tuple[str, str], frozenset[int]] = MappingProxyType({})
    text: str = ""

    def has(self, *cues: str) -> bool:
        """Whether any of the cues was found."""
        return not self.cues.isdisjoint(cues)

    def covered(self, explained: Iterable[int]) -> float:
        """The share (0..1) of the meaning of the question that the words at these positions carry."""
        total = sum(self.content.values())
        return sum(self.content.get(i, 0.0) for i in set(explained)) / total if total else 1.0

    def positions(self, kind: str, *ids: str) -> frozenset[int]:
        """The positions of the words that mean these ids."""
        return frozenset(chain.from_iterable(self.said.get((kind, id_), ()) for id_ in ids))

    def names_aspect(self, subject: str) -> bool:
        """Whether the name of a subject is only what is asked of the others ("can X steam?")."""
        at = self.positions("subject", subject)
        return bool(at) and len(self.subjects) > 1 and any(at <= self.positions("aspect", a) for a, _ in self.aspects)


class _Piece(NamedTuple):
    """What is read of a clause: its words, what they mention, and the position at which the question begins."""

    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    focus: int = 0


class Reader:
    """Reads messages with one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, speller: Speller) -> None:
        self._vocabulary = vocabulary
        self._speller = speller
        self._subjects = vocabulary.knowledge.subjects

    def read(self, text: str, *, social: bool = False) -> tuple[Reading, ...]:
        """The questions of a message, in order; without `social`, empty when it says nothing but hello or thanks."""
        found = sentences(clean(text), self._vocabulary, self._speller)
        asked = [sentence for sentence in found if social or not is_social(sentence)]
        readings = [self._read(clause) for clause in clauses(asked)]
        if _BROADCAST.search(text):  # who calls everybody is not asking the bot
            readings = [r._replace(fragment=False) for r in readings]
        return tuple(_inherit(readings))

    def _read(self, clause: Clause) -> Reading:
        piece = self._condense(clause)
        words, mentions, focus = piece
        asks = clause.asks or requires(words, mentions)
        signs = cues([w.text for w in words], focus, asks=asks) | joined(words, mentions) | self._somebodys(piece)
        subjects, excluded = self._subjects_of(piece, signs)
        quantities, numbers = amounts(words)
        names = frozenset(m.at for m in mentions if m.kind == SUBJECT and m.id in subjects)
        if signs & {"compare", "either"}:
            mentions = _without_names(mentions, names)
        return Reading(
            words=words,
            focus=focus,
            asks=asks,
            fragment=not asks and may_ask(words),
            subjects=subjects,
            excluded=excluded,
            aspects=rank_aspects(mentions, names),
            needs=rank_needs((m for m in mentions if m.kind == NEED), words),
            groups=_ids(mentions, GROUP),
            neighbours=_ids(mentions, NEIGHBOUR),
            quantities=quantities,
            cues=signs,
            content=self._content(piece, subjects),
            said=_positions(mentions, numbers),
            text=clause.text,
        )

    # ------------------------------------------------------------ stories

    def _condense(self, clause: Clause) -> _Piece:
        """What to read of a clause: of a story only its question, where that says enough."""
        words, focus = clause.words, clause.focus
        piece = _Piece(words, self._vocabulary.find(words), focus)
        if len(words) < LONG or not focus:
            return piece
        later = [m for m in piece.mentions if m.at[0] >= focus]
        advised = any(word.text == "should" for word in words[focus:])
        if self._stands_alone(later, advised=advised) and not _points_back(words[focus:]):
            return _Piece(words[focus:], tuple(_moved(m, -focus) for m in later))
        told = [m for m in piece.mentions if m.at[0] < focus and self._is_named(m)]
        if words[focus].text == "how" and told and any(m.kind == ASPECT and m.weight >= NEARLY for m in later):
            return _about(max(told, key=lambda m: m.at), piece, later)
        return piece

    def _stands_alone(self, mentions: Sequence[Mention], *, advised: bool) -> bool:
        """Whether a question names what it asks and of what, so that the story before it only leads up to it.

        What should be done ("how should it be set up?") is told by the story, but for what has a number or a yes.
        """
        asked = [m.id for m in mentions if m.kind == ASPECT and not m.inside and m.weight >= WHOLE]
        plain = [a for a in asked if not advised or self._vocabulary.knowledge.aspects[a].kind != "text"]
        return bool(plain) and any(map(self._is_named, mentions))

    def _is_named(self, mention: Mention) -> bool:
        return mention.kind == SUBJECT and self._subjects[mention.id].kind != "concept"

    # ------------------------------------------------------------ subjects

    def _subjects_of(self, piece: _Piece, signs: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The subjects that a question is about, and those that it rules out."""
        named = self._named(piece.mentions, signs)
        named = [m for m in named if m.at[0] >= piece.focus] or named
        excluded = tuple(dict.fromkeys(m.id for m in named if is_excluded(piece.words, m.at[0])))
        own = self._narrowest([m.id for m in named if m.id not in excluded], signs)
        if signs & {"compare", "either"} or (len(own) == 1 and not signs & {"pronoun", "which", "what"}):
            return tuple(own), excluded
        return tuple(s for s in own if not self._is_property(s, own, piece.mentions, named, signs)), excluded

    def _narrowest(self, named: Iterable[str], signs: frozenset[str]) -> list[str]:
        """The subjects named, without those of which a feature was named; of a pair to be compared both stay."""
        wanted = list(dict.fromkeys(named))
        if "compare" in signs and len(wanted) == PAIR:
            return wanted
        parents = {self._subjects[s].parent for s in wanted}
        return [s for s in wanted if s not in parents]

    def _named(self, mentions: Sequence[Mention], signs: frozenset[str]) -> list[Mention]:
        """The mentions of subjects; a weak name counts in a definition, and beside another name of its family."""
        strong = [m for m in mentions if m.kind == SUBJECT]
        weak = [m for m in mentions if m.kind == WEAK_SUBJECT]
        if not strong and "define" in signs:
            strong = weak
        families = {self._family(m.id) for m in strong}
        taken = {i for m in strong for i in m.at}
        beside = [m for m in weak if self._family(m.id) in families and taken.isdisjoint(m.at)]
        return sorted((*strong, *beside), key=lambda m: m.at)

    def _family(self, subject: str) -> str:
        return self._subjects[subject].parent or subject

    def _is_property(
        self,
        subject: str,
        others: Sequence[str],
        mentions: Sequence[Mention],
        named: Sequence[Mention],
        signs: frozenset[str],
    ) -> bool:
        """Whether a concept, or a feature of something else, is only asked of another subject ("is X portable?")."""
        spans = {m.at for m in named if m.id == subject}
        concept = self._subjects[subject].kind == "concept"
        if concept and signs & {"which", "where", "advise", "pronoun"} and _needs_beside(spans, mentions) >= TOLD:
            return True
        if not concept and not self._is_foreign_feature(subject, others):
            return False
        if len(others) == 1 and not signs & {"pronoun", "which"}:
            return False
        return all(any(m.kind == ASPECT and m.at == span for m in mentions) for span in spans)

    def _is_foreign_feature(self, subject: str, others: Sequence[str]) -> bool:
        """Whether a subject is a feature of a service, and another service was named."""
        parent = self._subjects[subject].parent
        rest = (s for s in others if s not in {subject, parent})
        return bool(parent) and any(self._subjects[s].kind == "service" for s in rest)

    def _somebodys(self, piece: _Piece) -> frozenset[str]:
        """The cue that a thing of somebody's own is meant: "the checkout X", where no word of ours says "checkout"."""
        if len(piece.words) >= LONG:
            return frozenset()
        explained = {i for m in piece.mentions for i in m.at}
        before = {m.at[0] - 1 for m in piece.mentions if m.kind == SUBJECT} - explained
        own = any(i > 0 and self._is_theirs(*piece.words[i - 1 : i + 1]) for i in before)
        return frozenset({"account"}) if own else frozenset()

    def _is_theirs(self, owning: Word, thing: Word) -> bool:
        return owning.text in _OWNING and thing.text not in _DESCRIBING and self._weight(thing) >= PLAIN

    # ------------------------------------------------------------ what has to be explained

    def _content(self, piece: _Piece, subjects: Sequence[str]) -> dict[int, float]:
        """The weight of each word that has to be explained; a concept beside a service ("steam with X") says less."""
        concepts = {s for s in subjects if self._subjects[s].kind == "concept"}
        aside = concepts if len(concepts) < len(subjects) else set()
        kept = {*subjects, *(self._subjects[s].parent for s in subjects)}
        named = [m for m in piece.mentions if m.kind == NEIGHBOUR or (m.kind == SUBJECT and m.id in kept)]
        meant = {i: ASIDE if m.id in aside else NAMED for m in named for i in m.at}
        weights = {i: meant.get(i) or self._weight(word) for i, word in enumerate(piece.words)}
        return {i: weight for i, weight in weights.items() if weight > 0}

    def _weight(self, word: Word) -> float:
        if word.text in english.SAYING_NOTHING:
            return 0.0
        if word.text in english.GENERIC or word.text[0].isdigit():
            return EVERYDAY
        return PLAIN if self._speller.knows(word.text) else UNKNOWN


def _points_back(words: Sequence[Word]) -> bool:
    """Whether a question leans on what was told before it ("which one meets these requirements?")."""
    return any(word.text in _POINTING and before.text != "of" for before, word in pairwise(words))


def _without_names(mentions: Sequence[Mention], names: frozenset[tuple[int, ...]]) -> tuple[Mention, ...]:
    """What is mentioned, but for what only the names of several things to be compared say together."""
    named = frozenset(chain.from_iterable(names))
    meaning = {ASPECT, WEAK_ASPECT, NEED}
    return tuple(m for m in mentions if m.kind not in meaning or m.at in names or not named.issuperset(m.at))


def _about(name: Mention, piece: _Piece, later: Iterable[Mention]) -> _Piece:
    """The question of a story with a name from the story in front of it."""
    size = len(name.at)
    words = (*(piece.words[i] for i in name.at), *piece.words[piece.focus :])
    return _Piece(words, (name._replace(at=tuple(range(size))), *(_moved(m, size - piece.focus) for m in later)))


def _moved(mention: Mention, by: int) -> Mention:
    return mention._replace(at=tuple(i + by for i in mention.at))


def _needs_beside(spans: Iterable[tuple[int, ...]], mentions: Iterable[Mention]) -> float:
    """How much is needed besides what the words at these positions say themselves."""
    own = set(chain.from_iterable(spans))
    return sum(m.weight for m in mentions if m.kind == NEED and not own.issuperset(m.at))


def _ids(mentions: Iterable[Mention], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.id for m in mentions if m.kind == kind))


def _positions(mentions: Iterable[Mention], numbers: Iterable[int]) -> dict[tuple[str, str], frozenset[int]]:
    said: dict[tuple[str, str], frozenset[int]] = {("quantity", ""): frozenset(numbers)}
    for m in mentions:
        key = (_STRONG.get(m.kind, m.kind), m.id)
        said[key] = said.get(key, frozenset()) | frozenset(m.at)
    return said


def _inherit(readings: Iterable[Reading]) -> list[Reading]:
    """The questions of a message; a later one that names no subject is about the subject of the one before."""
    whole: list[Reading] = []
    for reading in readings:
        bare = not reading.subjects and not reading.neighbours and not reading.needs
        before = whole[-1].subjects if whole and bare else ()
        own = reading._replace(subjects=before, cues=reading.cues | {"inherited"}) if before else reading
        whole.append(own)
    return whole
