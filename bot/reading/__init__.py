"""What is asked: each question in a message becomes a `Reading` of subjects, aspects, needs, quantities and cues.

A reading only says what the words say.
Whether anything is known about it is found in `match` and `reasoning`; whether that is good enough, in `answer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
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

__all__ = ["LONG", "Reader", "Reading"]

TOLD = 2.0  # weight of needs that make a question one for a service, whatever concept it names besides
NAMED, ASIDE, PLAIN, EVERYDAY, UNKNOWN = 1.0, 0.4, 1.0, 0.3, 1.5  # what words weigh that must be explained
_BROADCAST = re.compile(r"(?:@|<!)(?:everyone|here|channel)\b")
_OWNING = frozenset(["the", "our", "my"])
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
        words, mentions, focus = self._condense(clause)
        asks = clause.asks or requires(words, mentions)
        signs = cues([w.text for w in words], focus, asks) | joined(words, mentions) | self._somebodys(words, mentions)
        subjects, excluded = self._subjects_of(words, mentions, focus, signs)
        quantities, numbers = amounts(words)
        names = frozenset(m.at for m in mentions if m.kind == SUBJECT and m.id in subjects)
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
            content=self._content(words, mentions, subjects),
            said=_positions(mentions, numbers),
            text=clause.text,
        )

    # ------------------------------------------------------------ stories

    def _condense(self, clause: Clause) -> tuple[tuple[Word, ...], tuple[Mention, ...], int]:
        """The words to read, what they mention, and where the question begins: of a story only its question, where that says enough."""
        words, focus = clause.words, clause.focus
        mentions = self._vocabulary.find(words)
        if len(words) < LONG or not focus:
            return words, mentions, focus
        later = [m for m in mentions if m.at[0] >= focus]
        if self._stands_alone(later):
            return words[focus:], tuple(_moved(m, -focus) for m in later), 0
        told = [m for m in mentions if m.at[0] < focus and m.kind == SUBJECT and self._subjects[m.id].kind != "concept"]
        if words[focus].text != "how" or not told or not any(m.kind == ASPECT and m.weight >= 0.9 for m in later):
            return words, mentions, focus
        last = max(told, key=lambda m: m.at)  # "…, deployed on X. How should it log in?" asks about X
        size = len(last.at)
        name = last._replace(at=tuple(range(size)))
        return (*(words[i] for i in last.at), *words[focus:]), (name, *(_moved(m, size - focus) for m in later)), 0

    def _stands_alone(self, mentions: Sequence[Mention]) -> bool:
        """Whether a question names what it asks and of what, so that the story before it only leads up to it."""
        named = any(m.kind == SUBJECT and self._subjects[m.id].kind != "concept" for m in mentions)
        return named and any(m.kind == ASPECT and not m.inside and m.weight >= 1.0 for m in mentions)

    # ------------------------------------------------------------ subjects

    def _subjects_of(
        self, words: Sequence[Word], mentions: Sequence[Mention], focus: int, signs: frozenset[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The subjects that a question is about, and those that it rules out."""
        named = self._named(mentions, signs)
        named = [m for m in named if m.at[0] >= focus] or named
        excluded = tuple(dict.fromkeys(m.id for m in named if is_excluded(words, m.at[0])))
        wanted = list(dict.fromkeys(m.id for m in named if m.id not in excluded))
        parents = {self._subjects[s].parent for s in wanted}
        apart = (
            "compare" in signs and len(wanted) == 2
        )  # "an instance and an image of it": the service is a side of its own
        own = [s for s in wanted if apart or s not in parents]
        if signs & {"compare", "either"} or (len(own) == 1 and not signs & {"pronoun", "which", "what"}):
            return tuple(own), excluded
        asked = {s for s in own if self._is_property(s, own, named, mentions, signs)}
        return tuple(s for s in own if s not in asked), excluded

    def _somebodys(self, words: Sequence[Word], mentions: Sequence[Mention]) -> frozenset[str]:
        """The cue that one thing of somebody's own is meant: "the checkout X", where no word of ours explains "checkout"."""
        explained = {i for m in mentions for i in m.at}
        for start in {m.at[0] for m in mentions if m.kind == SUBJECT}:
            if (
                start > 1
                and words[start - 2].text in _OWNING
                and start - 1 not in explained
                and self._weight(words[start - 1]) >= PLAIN
            ):
                return frozenset({"account"}) if len(words) < LONG else frozenset()
        return frozenset()

    def _named(self, mentions: Sequence[Mention], signs: frozenset[str]) -> list[Mention]:
        """The mentions of subjects; a weak name counts in a definition, and where something of its family is named as well."""
        strong = [m for m in mentions if m.kind == SUBJECT]
        if not strong and "define" in signs:
            strong = [m for m in mentions if m.kind == WEAK_SUBJECT]
        families = {self._family(m.id) for m in strong}
        taken = {i for m in strong for i in m.at}
        weak = [
            m for m in mentions if m.kind == WEAK_SUBJECT and self._family(m.id) in families and taken.isdisjoint(m.at)
        ]
        return sorted((*strong, *weak), key=lambda m: m.at)

    def _family(self, subject: str) -> str:
        return self._subjects[subject].parent or subject

    def _is_property(
        self,
        subject: str,
        others: Sequence[str],
        named: Sequence[Mention],
        mentions: Sequence[Mention],
        signs: frozenset[str],
    ) -> bool:
        """Whether a concept, or a feature of something else, is only what is asked of another subject ("is X serverless?")."""
        noun = self._subjects[subject]
        spans = {m.at for m in named if m.id == subject}
        if noun.kind == "concept" and signs & {"which", "where", "advise", "pronoun"}:
            own = set(chain.from_iterable(spans))
            if sum(m.weight for m in mentions if m.kind == NEED and not own.issuperset(m.at)) >= TOLD:
                return True
        services = [s for s in others if s not in (subject, noun.parent) and self._subjects[s].kind == "service"]
        if noun.kind != "concept" and not (noun.parent and services):
            return False
        if len(others) == 1 and not signs & {"pronoun", "which"}:
            return False
        return all(any(m.kind == ASPECT and m.at == span for m in mentions) for span in spans)

    # ------------------------------------------------------------ what has to be explained

    def _content(self, words: Sequence[Word], mentions: Sequence[Mention], subjects: Sequence[str]) -> dict[int, float]:
        """The weight of each word that has to be explained; a concept beside a service ("Arm containers on X") says less."""
        kinds = {self._subjects[s].kind for s in subjects}
        aside = {s for s in subjects if self._subjects[s].kind == "concept"} if kinds - {"concept"} else set()
        kept = {*subjects, *(self._subjects[s].parent for s in subjects)}
        named = [m for m in mentions if m.kind == NEIGHBOUR or (m.kind == SUBJECT and m.id in kept)]
        meant = {i: ASIDE if m.id in aside else NAMED for m in named for i in m.at}
        return {i: weight for i, word in enumerate(words) if (weight := meant.get(i) or self._weight(word)) > 0}

    def _weight(self, word: Word) -> float:
        if word.text in english.SAYING_NOTHING:
            return 0.0
        if word.text in english.GENERIC or word.text[0].isdigit():
            return EVERYDAY
        return PLAIN if self._speller.knows(word.text) else UNKNOWN


def _moved(mention: Mention, by: int) -> Mention:
    return mention._replace(at=tuple(i + by for i in mention.at))


def _ids(mentions: Iterable[Mention], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.id for m in mentions if m.kind == kind))


def _positions(mentions: Iterable[Mention], numbers: Iterable[int]) -> dict[tuple[str, str], frozenset[int]]:
    said: dict[tuple[str, str], frozenset[int]] = {("quantity", ""): frozenset(numbers)}
    for m in mentions:
        key = (_STRONG.get(m.kind, m.kind), m.id)
        said[key] = said.get(key, frozenset()) | frozenset(m.at)
    return said


def _inherit(readings: Sequence[Reading]) -> list[Reading]:
    """A later question of the same message that names no subject is about the subject of the one before."""
    whole: list[Reading] = []
    for reading in readings:
        bare = not reading.subjects and not reading.neighbours and not reading.needs
        if whole and bare and whole[-1].subjects:
            reading = reading._replace(subjects=whole[-1].subjects, cues=reading.cues | {"inherited"})
        whole.append(reading)
    return whole
