"""Where one question ends and the next begins: a message becomes clauses, each one question with what leads up to it.

A long message is a story with one question at its end (an exam stem); a short one may hold several questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from bot import english
from bot.language import Speller, Word, split
from bot.reading.cues import without_leading
from bot.vocabulary import ASPECT, NEED, SUBJECT, WEAK_ASPECT, WEAK_SUBJECT, Mention, Vocabulary

LONG = 24  # words from which a message is a story; the longest double questions of our own have 20
SHORT = 15  # words of a sentence that may be one of several questions
BARE = 3  # words of a fragment that only names what the next question is about ("oven?? microwave?? difference")
FRAGMENT = 10  # words that may be a question in telegraph style

_SENTENCE = re.compile(
    r"(?P<end>[?!;]+(?=\s|$|[A-Z])|(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)(?<!\bincl)(?<!\bapprox)[.:](?=\s|$)|\s-\s|\n+)|(?:(?<=\s)|^)\(?[1-9][.)](?=\s)"
)
_BLANK = re.compile(r"_{2,}|\.{4,}|true or false|\?", re.IGNORECASE)  # "a registry for images is called ____"
_JOINING = english.words("and plus also")
_PLACING = english.words("for in on at with to from by under")
_LEAD = english.words("me wonder wondering know us explain question")
_SUPERLATIVE = english.words("best cheapest easiest simplest fastest")
_CONTRASTING = english.words("vs versus difference differences possible")
_INVERTING = english.words("can does do will could should")
_OBLIGING = english.words("must shall should")
_TELLING = english.words(
    "know tell wonder wondering understand explain ask asking sure idea learn remember confused about find out curious"
)
_AFTER_HOW = english.words("does do did can could to many much long should is are would big fast often come")
_STATING = english.words("can could may will has have")  # "how it can …", "what we have" ask nothing
_NOT_PLACED = english.PRONOUNS | english.FIRST_PERSON | {"you", ""}
_DECLARING = english.words(
    """
    lol haha hahaha lmao rofl wow yay omg i we im ive is are was were has have had will am just lets gonna went got did
    be been turns
    """
)
_BUSY = english.words("the my our a now")  # "deploying my …" tells what somebody does
_OWNING = english.words("the our my this")
_WANTING = frozenset(
    {
        ("i", "need"),
        ("we", "need"),
        ("i", "want"),
        ("we", "want"),
        ("looking", "for"),
        ("like", "to"),
        ("have", "to"),
        ("shall", "run"),
        ("needs", "to"),
    }
)


class Sentence(NamedTuple):
    """A piece of a message: its words, how it ended, and what was found in it."""

    text: str
    words: tuple[Word, ...]
    end: str
    mentions: tuple[Mention, ...]

    def means(self, kind: str) -> bool:
        """Whether something of this kind is mentioned."""
        return any(m.kind == kind for m in self.mentions)


class Clause(NamedTuple):
    """One question with what leads up to it; `focus` is the position at which the question itself begins."""

    words: tuple[Word, ...]
    focus: int
    asks: bool
    text: str


def sentences(text: str, vocabulary: Vocabulary, speller: Speller) -> list[Sentence]:
    """The pieces of a clean text that have words; each ends in a mark, a line break or the number of a list."""
    found, start = [], 0
    for match in chain(_SENTENCE.finditer(text), [None]):
        piece = text[start : match.start()] if match else text[start:]
        start = match.end() if match else start
        words = tuple(speller.repair(split(piece)))
        end = (match.group("end") or "") if match else ""
        if words:
            found.append(Sentence(piece, words, "?" if _BLANK.search(piece) else end, vocabulary.find(words)))
    return _with_what_follows(found, vocabulary)


def _with_what_follows(found: Sequence[Sentence], vocabulary: Vocabulary) -> list[Sentence]:
    """The pieces, a question that ends in a colon in one with what it is asked of ("which is wrong: …?")."""
    whole: list[Sentence] = []
    for sentence in found:
        before = whole[-1] if whole else sentence
        if before.end == ":" and _opens(before.words) and sentence is not before and not _opens(sentence.words):
            words = (*before.words, *sentence.words)
            whole[-1] = Sentence(f"{before.text}:{sentence.text}", words, "?", vocabulary.find(words))
        else:
            whole.append(sentence)
    return whole


def _opens(words: Sequence[Word]) -> bool:
    return _opens_question(without_leading([w.text for w in words]))


def is_social(sentence: Sentence) -> bool:
    """Whether a sentence only greets, thanks or fills."""
    texts = [w.text for w in sentence.words]
    telling = any(m.kind not in (WEAK_ASPECT, WEAK_SUBJECT) for m in sentence.mentions)
    if telling or "?" in sentence.end or not all(t in english.SOCIAL or t in english.FUNCTION for t in texts):
        return False
    return english.INTERROGATIVES.isdisjoint(texts) or " ".join(texts) in english.PLEASANTRIES


def clauses(found: Sequence[Sentence]) -> list[Clause]:
    """The questions of a message, in order."""
    if not found:
        return []
    asking = [i for i, sentence in enumerate(found) if asks(sentence)]
    story = sum(len(s.words) for s in found) >= LONG and any(len(s.words) > SHORT for s in found)
    if story or len(asking) <= 1:
        return _one(found, asking)
    result: list[Clause] = []
    context: list[Sentence] = []
    for i, sentence in enumerate(found):
        if i not in asking or _only_names(found, i):
            context.append(sentence)
            continue
        result += _one([*context, sentence], [len(context)])
        context = []
    return result


def _only_names(found: Sequence[Sentence], i: int) -> bool:
    """Whether a sentence only names what the next one asks about."""
    sentence = found[i]
    if i + 1 == len(found) or len(sentence.words) > BARE or sentence.words[0].text in english.INTERROGATIVES:
        return False
    return not sentence.means(ASPECT) and not found[i + 1].means(SUBJECT)


def _one(found: Sequence[Sentence], asking: Sequence[int]) -> list[Clause]:
    """The clauses of sentences with at most one question mark: a question joined by "and" to another is two."""
    at = asking[-1] if asking else 0
    before = [w for s in found[:at] for w in s.words]
    focus, after = list(found[at].words), [w for s in found[at + 1 :] for w in s.words]
    text = " ".join(s.text.strip() for s in found)
    question = _without_lead(focus)
    if len(before) + len(question) + len(after) >= LONG:
        return [Clause((*before, *focus, *after), len(before), bool(asking), text)]
    parts = _split_questions(question)
    parts[-1] += after
    return [Clause((*before, *parts[0]), len(before), bool(asking), text), *map(_joined_on, parts[1:])]


def _joined_on(words: Sequence[Word]) -> Clause:
    """A question that was joined to the one before by "and"."""
    return Clause(tuple(words), focus=0, asks=True, text=" ".join(w.typed for w in words))


def _split_questions(words: Sequence[Word]) -> list[list[Word]]:
    """Two questions joined by "and" are told apart where the second begins like a question."""
    parts: list[list[Word]] = [[]]
    for i, word in enumerate(words):
        if word.text in _JOINING and _begins(words[i + 1 :]) and _has_content(parts[-1]):
            parts.append([])
        elif _is_asked_again(words, i) and _has_content(parts[-1]):
            parts.append([word])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _is_asked_again(words: Sequence[Word], i: int) -> bool:
    """Whether the same is asked of something else here: "does X steam, does Y?"."""
    opening = words[0].text
    apart = i > 1 and words[i].start > words[i - 1].end + 1  # a comma, as no blank is that wide
    return apart and words[i].text == opening and opening in english.AUXILIARIES and len(words) - i <= BARE


def _begins(words: Sequence[Word]) -> bool:
    """Whether a question begins here."""
    texts = [w.text for w in words[:BARE] if w.text not in {"also", "then", "second", "q"}]
    if len(texts) <= 1:
        return False
    if texts[0] in _PLACING and texts[1] in english.INTERROGATIVES:
        return True  # "and for which sizes is it made?"
    return texts[0] in english.INTERROGATIVES or (texts[0] in english.AUXILIARIES and len(words) >= BARE)


def _has_content(words: Sequence[Word]) -> bool:
    return any(w.text not in english.FUNCTION and w.text not in english.INTERROGATIVES for w in words)


def _without_lead(words: list[Word]) -> list[Word]:
    """A question without what leads up to it ("I was reading about … and wonder, could you tell me how long …")."""
    for i in range(len(words) - 3, 2, -1):
        if words[i].text in english.INTERROGATIVES and words[i - 1].text in _LEAD:
            return words[i:]
    return words


# ---------------------------------------------------------------- does it ask?


def asks(sentence: Sentence) -> bool:
    """Whether a sentence asks something, by its mark, its first word, or a question inside it."""
    if "?" in sentence.end or sentence.end == ":":
        return True
    texts = without_leading([w.text for w in sentence.words])
    if _opens_question(texts) or not _CONTRASTING.isdisjoint(texts):
        return True
    return any(_asks_inside(*three) for three in zip(["", *texts], texts, [*texts[1:], ""], strict=False))


def _opens_question(texts: Sequence[str]) -> bool:
    first = texts[0]
    if first in english.INTERROGATIVES or first in english.QUESTION_VERBS or first in _SUPERLATIVE:
        return True
    if first == "service" or tuple(texts[:2]) == ("a", "service"):  # "A service that …": what is it called?
        return True
    return first in english.AUXILIARIES and first not in {"have", "had"}


def _asks_inside(before: str, text: str, after: str) -> bool:
    """Whether a word within a sentence begins a question: "could you tell me which …", "the oven how"."""
    if text == "should" and after in {"i", "we", "you"}:
        return True
    if text not in english.INTERROGATIVES:
        return False
    if before in _TELLING or not after or after == "service" or (text == "how" and after in _AFTER_HOW):
        return True
    if after in english.AUXILIARIES and after not in _STATING:
        return True
    return text in {"which", "what", "where"} and after not in _NOT_PLACED


def requires(words: Sequence[Word], mentions: Sequence[Mention]) -> bool:
    """Whether somebody states a need, offers a choice, or asks with a verb before the name ("…, can X do …")."""
    texts = [w.text for w in words]
    starts = {m.at[0] for m in mentions if m.kind == SUBJECT}
    needs = sum(m.kind == NEED for m in mentions)
    if "either" in joined(words, mentions) or (needs > 1 and not _OBLIGING.isdisjoint(texts)):
        return True
    if any(i + 1 in starts and text in _INVERTING for i, text in enumerate(texts)):
        return True
    return needs > 0 and not _WANTING.isdisjoint(pairwise(texts))


def joined(words: Sequence[Word], mentions: Sequence[Mention]) -> frozenset[str]:
    """The cues that two subjects are offered to choose from ("X or Y": either) or meant together ("X and Y": both)."""
    ends = {m.at[-1] for m in mentions if m.kind == SUBJECT}
    starts = {m.at[0] for m in mentions if m.kind == SUBJECT}
    between = {w.text for i, w in enumerate(words) if i - 1 in ends and i + 1 in starts}
    return frozenset(cue for cue, word in (("either", "or"), ("both", "and")) if word in between)


def may_ask(words: Sequence[Word]) -> bool:
    """Whether words that do not ask may be a question in telegraph style: short, and not telling of anything."""
    texts = [w.text for w in words]
    if len(texts) > FRAGMENT:
        return False
    acting = texts[0].endswith("ing") and not _BUSY.isdisjoint(texts[1:])
    done = texts[0] in _OWNING and any(t.endswith("ed") for t in texts)
    return not acting and not done and _DECLARING.isdisjoint(texts)
