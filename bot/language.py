"""Words: a foreign text becomes clean words with their stems, and misspelt ones are repaired.

What the words mean is decided in `reading`; here they are only recognised as words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from bot import english

READ_AT_MOST = 4000  # characters of a message that are read: a pasted log has no question further down

# Patterns that few messages need are compiled by the first that does.
_LINK = r"<?https?://[^\s>|]*(?:\|[^>]*)?>?"
_PLATFORM = r"<[@#!][^>]{0,80}>|<a?:\w{1,40}:\d{1,30}>|(?<!\w)@(?:everyone|here|channel)\b|:[a-z0-9_+-]{2,40}:"
_TAG = r"(?i:</?[a-z][^<>]{0,200}>)"
_WITH = r"(?i:\bw/o\b|\bb/w\b|\bw/(?=\s|$)|\bv/s\b|\bn't\b)"
_WITHS = {"w/o": "without", "b/w": "between", "w/": "with", "v/s": "vs", "n't": "not"}
_WORD = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:st|nd|rd|th)\b|\d+(?:\.\d+)?|[^\W\d_][^\W_]*(?:'[^\W\d_]+)?[#+]{0,2}|[$€%&+]+|[^\W\d_]+"
)
_ENDINGS = {"'s": "", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}
_IS = frozenset(
    ["what", "how", "where", "who", "when", "why", "that", "it", "there", "here", "which", "he", "she", "let"]
)


class Word(NamedTuple):
    """One word as read: `text` is lower-case and repaired, `stem` its common form, `start`/`end` its place."""

    text: str
    stem: str
    start: int
    end: int
    typed: str


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The form that a word shares with its plural, -ing and -ed ("scaling", "scales", "scaled" -> "scal")."""
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("ches", "shes", "sses", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and (word.endswith("pus") or not word.endswith(("ss", "us", "is"))):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 1 and re.search("[aeiouy]", word[: -len(ending)]):
            word = _without(word, ending)
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _without(word: str, ending: str) -> str:
    """A word without -ing or -ed, as it was before: "running" is "run", "timing" is "time"."""
    bare = word[: -len(ending)]
    if len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "lsz":
        return bare[:-1]
    if re.fullmatch("[^aeiou][aeiou][^aeiouwxy]|[aeiou][^aeiou]", bare):
        return bare + "e"
    return bare


def clean(text: str) -> str:
    """The text without markup, links, mentions and invisible characters, at most READ_AT_MOST long."""
    text = unicodedata.normalize("NFKC", text[: READ_AT_MOST * 2])
    if not text.isprintable():
        text = "".join(
            " " if c in "\r\t" else c for c in text if c in "\n\r\t" or unicodedata.category(c) not in _INVISIBLE
        )
    text = text.translate(_PLAIN)
    if "://" in text:
        text = re.sub(_LINK, " ", text)
    if "<" in text or "@" in text or ":" in text:
        text = re.sub(_TAG, " ", re.sub(_PLATFORM, " ", text))
    if "/" in text or "'" in text:
        text = re.sub(_WITH, lambda m: _WITHS[m.group().lower()], text)
    return text[:READ_AT_MOST]


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": " - ",
        "`": " ",
        "*": " ",
        "~": " ",
        "…": ". ",
        "×": "x",
        "¿": " ",
        "¡": " ",
    }
)


def split(text: str) -> list[Word]:
    """The words of a clean text in order, contractions taken apart, not yet repaired."""
    lower = text.lower()
    written = text if len(text) == len(lower) else lower  # a few letters are longer when they are small
    return [
        Word(part, stem(part), match.start(), match.end(), written[match.start() : match.end()])
        for match in _WORD.finditer(lower)
        for part in _parts(match.group())
    ]


@lru_cache(maxsize=20_000)
def _parts(typed: str) -> tuple[str, ...]:
    """The words in one run of characters: "what's" is two, "can't" is two, "lambda's" is one."""
    if typed[0] in "&+":
        return ("and",)
    if typed[0] in "$€":
        return ("$",)
    if "'" in typed:
        head, tail = typed.split("'", 1)
        if tail == "t" and head.endswith("n"):
            return (head[:-1] if head != "can" else "can", "not") if head != "won" else ("will", "not")
        extra = "is" if tail == "s" and head in _IS else _ENDINGS.get("'" + tail, "")
        return (head, extra) if extra else (head,)
    if typed in english.SLOPPY:
        return tuple(english.SLOPPY[typed].split())
    return (typed.replace(",", "") if typed[0].isdigit() else typed,)


def phrase(words: str) -> tuple[str, ...]:
    """The stems of a phrase of the vocabulary, without articles unless nothing else is left."""
    found = split(clean(words))
    return tuple(w.stem for w in found if w.text not in english.ARTICLES) or tuple(w.stem for w in found)


def known_stems(vocabulary: Iterable[str]) -> str:
    """The stems of all words that need no repair, everyday English included, in one text: there are thousands."""
    return " ".join(sorted({stem(word) for word in english.common().union(vocabulary)}))


class Speller:
    """Repairs words that neither the vocabulary nor everyday English knows.

    `vocabulary`: the single words of the domain, as written; `names`: those of them that name a subject, which win a
    tie and may be recognised by their consonants alone ("lmbda"); `stems`: what `known_stems` says, if that is at hand.
    """

    def __init__(
        self, vocabulary: Iterable[str], names: Iterable[str], whole: Iterable[str] = (), stems: str = ""
    ) -> None:
        self._names = frozenset(names)
        self._whole = frozenset(whole)
        self._known = frozenset(vocabulary) | self._names
        self._stems_text = stems
        self._repairs: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset((self._stems_text or known_stems(self._known)).split())

    @cached_property
    def _by_length(self) -> tuple[Mapping[int, tuple[str, ...]], ...]:
        return _by_length(self._known, english.common())

    @cached_property
    def _skeletons(self) -> Mapping[str, str]:
        return {_skeleton(word): word for word in sorted(self._names) if word.isalpha() and len(_skeleton(word)) >= 4}

    @cached_property
    def _clipped(self) -> Mapping[str, str]:
        return {
            _skeleton(word): word
            for word in sorted(self._known, key=len, reverse=True)
            if word.isalpha() and len(word) > 4
        }

    def repair(self, words: Sequence[Word]) -> list[Word]:
        """The words with misspelt ones replaced, run-together ones split, names typed apart joined ("light sail")."""
        repaired: list[Word] = []
        for word in words:
            repaired.extend(
                word if text == word.text else Word(text, stem(text), word.start, word.end, word.typed)
                for text in self._respell(word.text)
            )
        return self._join(repaired)

    def knows(self, text: str) -> bool:
        """Whether a word needs no repair."""
        if len(text) < 3 or text[0].isdigit() or (not text.isalpha() and len(text) < 7):
            return True
        return self._has(text) or stem(text) in self._stems

    def _has(self, text: str) -> bool:
        """Whether a word is known as it is written."""
        return text in self._known or english.knows(text)

    def _respell(self, text: str) -> tuple[str, ...]:
        if self.knows(text):
            return (text,)
        if text not in self._repairs:
            if len(self._repairs) > 20_000:
                self._repairs.clear()
            self._repairs[text] = self._closest(text)
        return self._repairs[text]

    def _closest(self, text: str) -> tuple[str, ...]:
        calm = re.sub(r"(.)\1{2,}", r"\1", text)
        if calm != text and self.knows(calm):
            return (calm,)
        return (
            _two_small(calm)
            or self._by_sound(calm)
            or self._nearest(calm)
            or self._clip(calm)
            or self._apart(calm)
            or (text,)
        )

    def _nearest(self, text: str) -> tuple[str, ...]:
        """The known word within a few slips of the finger; the more letters, the more slips."""
        from rapidfuzz import process  # noqa: PLC0415 - half the start-up time, and only a misspelt word needs it
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        slips = 1 if len(text) < 7 else 2
        found: list[tuple[float, int, str]] = []
        for rank, table in enumerate(self._by_length[:1] if len(text) == 3 else self._by_length):
            near = [w for n in range(len(text) - slips, len(text) + slips + 1) for w in table.get(n, ())]
            for word, distance, _ in process.extract(text, near, scorer=OSA.distance, score_cutoff=slips, limit=4):
                if _plausible(text, word):
                    found.append(
                        (
                            distance
                            + (len(word) != len(text)) * 0.1
                            + (word[0] != text[0]) * 0.6
                            + rank * 0.4
                            - (word in self._names) * 0.3,
                            rank,
                            word,
                        )
                    )
        return (min(found)[2],) if found else ()

    def _apart(self, text: str) -> tuple[str, ...]:
        """The known words that were run together, if they are the whole text and one of them is of the domain."""
        if not 7 <= len(text) <= 40:
            return ()
        best: list[tuple[str, ...] | None] = [()] + [None] * len(text)
        for end in range(1, len(text) + 1):
            for start in range(max(0, end - 15), end):
                before, piece = best[start], text[start:end]
                if before is None or not self._piece(piece):
                    continue
                held = best[end]
                if held is None or len(before) + 1 < len(held):
                    best[end] = (*before, piece)
        pieces = best[-1] or ()
        if 1 < len(pieces) <= 5 and any(p in self._known and len(p) > 2 for p in pieces):
            return pieces
        return self._stuck(text)

    def _stuck(self, text: str) -> tuple[str, ...]:
        """A small word that stuck to a misspelt one ("thediffrence")."""
        for size in range(min(5, len(text) - 5), 1, -1):
            head, tail = text[:size], text[size:]
            if head in english.FUNCTION:
                word = (
                    (tail,)
                    if tail in self._known
                    else tuple(english.SLOPPY.get(tail, "").split()) or self._nearest(tail)
                )
                if word:
                    return (head, *word)
        return ()

    def _piece(self, piece: str) -> bool:
        if piece in self._names or (len(piece) > 3 and self._has(piece)):
            return True
        return len(piece) > 1 and (piece in english.FUNCTION or (len(piece) == 3 and piece in english.GENERIC))

    def _by_sound(self, text: str) -> tuple[str, ...]:
        if not text.isalpha():
            return ()
        word = self._skeletons.get(_skeleton(text), "")
        return (word,) if word and word[0] == text[0] else ()

    def _clip(self, text: str) -> tuple[str, ...]:
        """The word of the vocabulary whose vowels were left out ("chrgd")."""
        if not text.isalpha() or len(text) < 4 or re.search("[aeiou].*[aeiou]", text):
            return ()
        word = self._clipped.get(_skeleton(text), "")
        return (word,) if word and word[0] == text[0] else ()

    def _join(self, words: list[Word]) -> list[Word]:
        joined: list[Word] = []
        for word in words:
            before = joined[-1] if joined else word
            text = before.text + word.text
            apart = {before.text, word.text} <= self._known  # a name of two words is found as it is
            if len(before.text) > 2 and text in self._whole and word.start > before.start and not apart:
                joined[-1] = Word(text, stem(text), before.start, word.end, before.typed + " " + word.typed)
            else:
                joined.append(word)
        return joined


def _two_small(text: str) -> tuple[str, ...]:
    """Two small words that were run together ("howdo", "whatis")."""
    for i in range(2, len(text)):
        head, tail = text[:i], text[i:]
        if head in english.INTERROGATIVES | english.AUXILIARIES and (
            tail in english.AUXILIARIES or tail in ("i", "a", "the", "it", "you", "we")
        ):
            return (head, tail)
    return ()


def _by_length(*tables: Iterable[str]) -> tuple[Mapping[int, tuple[str, ...]], ...]:
    result = []
    for words in tables:
        lengths: dict[int, list[str]] = {}
        for word in sorted(words):
            if len(word) > 2 and word.isalpha():
                lengths.setdefault(len(word), []).append(word)
        result.append({n: tuple(listed) for n, listed in lengths.items()})
    return tuple(result)


def _plausible(typed: str, word: str) -> bool:
    """Whether a slip of the finger explains the difference: short words only swap letters or lose one."""
    if len(typed) == 3:
        return sorted(typed) == sorted(word)
    if len(typed) == 4:
        return sorted(typed) == sorted(word) or (typed[0] == word[0] and len(word) == len(typed) + 1)
    return (
        typed[0] == word[0]
        or typed[:2] == word[1::-1]
        or typed[1:3] == word[:2]
        or typed[0:2] == word[1:3]
        or len(typed) > 6
    )


def _skeleton(word: str) -> str:
    """The consonants that are heard ("lightsail" and "litesail" -> "ltsl")."""
    sounds = word.replace("ght", "t").replace("ph", "f").replace("ck", "k").replace("c", "k").replace("z", "s")
    heard = sounds[0] + re.sub("[aeiouyhw]", "", sounds[1:])
    return re.sub(r"(.)\1", r"\1", heard)
