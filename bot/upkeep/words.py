"""Words that lead to two places: phrasings and names that are written in other words and read as the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from bot.knowledge import Problem
from bot.language import Word, clean, phrase, split
from bot.match import terms
from bot.upkeep.survey import Survey
from bot.vocabulary import Vocabulary, compile_mentions

Key = tuple[str, ...]


@cache
def _words(part: str) -> list[Word]:
    """What stands between two blanks, read; in ten thousand phrasings hardly anything stands only once."""
    return split(clean(part))


class _Phrasing(NamedTuple):
    """One of the questions of a record, and its position among them."""

    key: Key
    position: int
    asks: str


def claimed_twice(known: Survey) -> Iterator[Problem]:
    """Phrasings of different entries (or of an entry and a neighbour) that are compared by the very same terms."""
    first: dict[frozenset[str], _Phrasing] = {}
    for bag, phrasing in _read(known):
        holder = first.setdefault(bag, phrasing).key
        if bag and holder != phrasing.key and not holder[0] == phrasing.key[0] == "neighbours":
            place = known.place(holder)
            read_as = f"'{first[bag].asks}' of '{holder[1]}' ({place.file} line {place.line})"
            fix = "keep one of them, or add the word that tells them apart"
            yield known.problem(phrasing.key, f"'{phrasing.asks}' is read as {read_as}", fix, "asks", phrasing.position)


def _read(known: Survey) -> Iterator[tuple[frozenset[str], _Phrasing]]:
    """The terms of the phrasings of which any two might be alike.

    Aspects only add terms, and finding them takes the most time: who is alone without them is alone with them.
    """
    compared = known.knowledge._replace(needs={}, groups={})  # whose words are no terms, and would take half the time
    vocabulary = Vocabulary(compared, compile_mentions(compared))
    alike: dict[frozenset[str], list[_Phrasing]] = {}
    for phrasing in _phrasings(known):
        words = [word for part in phrasing.asks.split() for word in _words(part)]
        alike.setdefault(terms(words, vocabulary.names(words)), []).append(phrasing)
    for rows in alike.values():
        if len({phrasing.key for phrasing in rows}) > 1:
            for phrasing in rows:
                words = split(clean(phrasing.asks))
                yield terms(words, vocabulary.find(words)), phrasing


def _phrasings(known: Survey) -> Iterator[_Phrasing]:
    for section, records in (("entries", known.knowledge.entries), ("neighbours", known.knowledge.neighbours)):
        for record in records.values():
            yield from (_Phrasing((section, record.id), position, asks) for position, asks in enumerate(record.asks))


def names_alike(known: Survey) -> Iterator[Problem]:
    """Names of different subjects, or of a subject and a neighbour, that are read as the same words."""
    first: dict[Key, Key] = {}
    for key, field, position, name in _names(known):
        stems = phrase(name)
        holder = first.setdefault(stems, key)
        if holder != key and not holder[0] == key[0] == "neighbours":
            place = known.place(holder)
            what = f"the name '{name}' is read as a name of '{holder[1]}', too ({place.file} line {place.line})"
            yield known.problem(key, what, "keep it in one of them, or make it a weak name", field, position)


def _names(known: Survey) -> Iterator[tuple[Key, str, int, str]]:
    for subject in known.knowledge.subjects.values():
        key = ("subjects", subject.id)
        yield from ((key, "names", position, name) for position, name in enumerate(subject.names))
    for neighbour in known.knowledge.neighbours.values():
        key = ("neighbours", neighbour.id)
        yield from ((key, "words", position, word) for position, word in enumerate(neighbour.words))
