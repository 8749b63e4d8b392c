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

from bot import english, quantity
from bot.language import Speller, Word, clean, split
from bot.model import Quantity
from bot.vocabulary import ASPECT, GROUP, NEED, NEIGHBOUR, SUBJECT, WEAK_ASPECT, WEAK_SUBJECT, Mention, Vocabulary

LONG = 24  # words from which a message is a story with one question at its end (an exam stem), not several questions
TOLD = 2.0  # weight of needs that make a question one for a service, whatever concept it names besides
SHORT = 15  # words of a sentence that may be one of several questions
_SENTENCE = re.compile(r"(?P<end>[?!;]+(?=\s|$|[A-Z])|[.:](?=\s|$)|\s-\s|\n+)|(?:(?<=\s)|^)\(?[1-9][.)](?=\s)")
_BLANK = re.compile(r"_{2,}|\.{4,}|true or false|\?", re.I)  # "a registry for images is called ____"
_BROADCAST = re.compile(r"(?:@|<!)(?:everyone|here|channel)\b")
_LEADING = frozenset("and so but also then ok okay please well hey hi hello or plus yes no thanks sorry now oh um just btw by way".split())
_TELLING = frozenset("know tell wonder wondering understand explain ask asking sure idea learn remember confused about find out curious".split())
_PLACES = frozenset("does do did can could to many much long should is are would big fast often come".split())
_DECLARING = frozenset("lol haha hahaha lmao rofl wow yay omg i we im ive is are was were has have had will am just lets gonna went got did be been turns".split())
_ACTIONS = frozenset("deploy restart roll rollback run ssh reload ignore repeat write delete drop kill launch terminate check fix send "
                     "ping open list show stop start scale update merge push build rerun retry approve".split())  # fmt: skip
_TROUBLES = frozenset("error errors fails failed failing fail failure stuck cannot can't not denied timeout timed slow problem exception crash crashes "
                      "crashed killed refused unreachable broken wrong missing lost never full exceeded stops stopped invalid unhealthy".split())  # fmt: skip
_DENYING = frozenset("not no without never cannot nor".split())
_SUPERLATIVES = frozenset("best easiest simplest cheapest fastest quickest efficient effective most least suitable".split())
_TIMES = frozenset("yesterday tonight tomorrow monday tuesday wednesday thursday friday saturday sunday worldwide".split())
_TELLING_VERBS = frozenset("explain tell help describe compare list give show recommend suggest say clarify elaborate advise summarize name define please share".split())


class Reading(NamedTuple):
    """One question as read.

    `subjects` are in the order in which they were named, features in place of the service they belong to; `aspects` with the weight of
    the words that mean them, strongest first; `needs` likewise.  `content` maps the positions of words that carry meaning to their weight,
    and `said` maps ("subject" | "aspect" | …, id) to the positions of the words that mean it.
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


class _Sentence(NamedTuple):
    text: str
    words: tuple[Word, ...]
    end: str
    mentions: tuple[Mention, ...]


class Reader:
    """Reads messages with one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, speller: Speller) -> None:
        self.vocabulary = vocabulary
        self._speller = speller
        self._subjects = vocabulary.knowledge.subjects
        self._neighbours = vocabulary.knowledge.neighbours

    def read(self, text: str, social: bool = False) -> tuple[Reading, ...]:
        """The questions of a message, in order; without `social`, empty when it says nothing but hello or thanks."""
        sentences = [s for s in self._sentences(clean(text)) if s.words]
        asked = [s for s in sentences if social or not self._is_social(s)]
        readings = [self._read(*clause) for clause in self._clauses(asked)]
        if _BROADCAST.search(text):
            readings = [r._replace(fragment=False) for r in readings]
        return tuple(_inherit(readings))

    # ------------------------------------------------------------ sentences and clauses

    def _sentences(self, text: str) -> list[_Sentence]:
        sentences, start = [], 0
        for match in chain(_SENTENCE.finditer(text), [None]):
            piece = text[start : match.start()] if match else text[start:]
            start = match.end() if match else start
            words = tuple(self._speller.repair(split(piece)))
            end = (match.group("end") or "") if match else ""
            end = "?" if _BLANK.search(piece) else end
            sentences.append(_Sentence(piece, words, end, self.vocabulary.find(words)))
        return sentences

    def _is_social(self, sentence: _Sentence) -> bool:
        texts = [w.text for w in sentence.words]
        if any(m.kind not in (WEAK_ASPECT, WEAK_SUBJECT) for m in sentence.mentions) or "?" in sentence.end or not all(t in english.SOCIAL or t in english.FUNCTION for t in texts):
            return False
        asking = any(t in english.INTERROGATIVES for t in texts) and " ".join(texts) not in english.PLEASANTRIES
        return not asking

    def _clauses(self, sentences: Sequence[_Sentence]) -> list[tuple[tuple[Word, ...], int, bool, str]]:
        """(words, focus, asks, text) of each question: stories keep together, short questions are told apart."""
        if not sentences:
            return []
        asking = [i for i, s in enumerate(sentences) if _asks(s.words, s.end)]
        story = sum(len(s.words) for s in sentences) >= LONG and any(len(s.words) > SHORT for s in sentences)
        if story or len(asking) <= 1:
            return self._one(sentences, asking)
        clauses, context = [], []
        for i, sentence in enumerate(sentences):
            bare = i + 1 < len(sentences) and len(sentence.words) <= 3 and sentence.words[0].text not in english.INTERROGATIVES and not _means(sentence, ASPECT) and not _means(sentences[i + 1], SUBJECT)
            if i not in asking or bare:
                context.append(sentence)
                continue
            clauses += self._one([*context, sentence], [len(context)])
            context = []
        return clauses

    def _one(self, sentences: Sequence[_Sentence], asking: Sequence[int]) -> list[tuple[tuple[Word, ...], int, bool, str]]:
        focus_at = asking[-1] if asking else 0
        before = [w for s in sentences[:focus_at] for w in s.words]
        focus, after = list(sentences[focus_at].words), [w for s in sentences[focus_at + 1 :] for w in s.words]
        text = " ".join(s.text.strip() for s in sentences)
        if len(before) + len(_without_lead(focus)) + len(after) >= LONG:
            return [((*before, *focus, *after), len(before), bool(asking), text)]
        parts = _split_questions(_without_lead(focus))
        parts[-1] += after
        first = ((*before, *parts[0]), len(before), bool(asking), text)
        return [first, *((tuple(part), 0, True, " ".join(w.typed for w in part)) for part in parts[1:])]

    # ------------------------------------------------------------ one question

    def _read(self, words: tuple[Word, ...], focus: int, asks: bool, text: str) -> Reading:
        mentions = self.vocabulary.find(words)
        if len(words) >= LONG and focus and self._stands_alone(mentions, focus):
            words, mentions, focus = words[focus:], _from(mentions, focus), 0
        elif len(words) >= LONG and focus and words[focus].text == "how":
            words, mentions, focus = self._condense(words, mentions, focus)
        quantities, numbers = _quantities(words)
        asks = asks or _requires(words, mentions)
        cues = _cues(words, focus, asks) | _either(words, mentions)
        subjects, excluded = self._subjects_of(words, mentions, focus, cues)
        said: dict[tuple[str, str], frozenset[int]] = {}
        for m in mentions:
            kind = {WEAK_SUBJECT: SUBJECT, WEAK_ASPECT: ASPECT}.get(m.kind, m.kind)
            said[kind, m.id] = said.get((kind, m.id), frozenset()) | frozenset(m.at)
        said["quantity", ""] = frozenset(numbers)
        kept = frozenset(m.at for m in mentions if m.kind == SUBJECT and m.id in subjects)
        aspects = _rank_aspects(mentions, kept)
        return Reading(
            words=words,
            focus=focus,
            asks=asks,
            fragment=not asks and len(words) <= 10 and not _declares(words),
            subjects=subjects,
            excluded=excluded,
            aspects=aspects,
            needs=_rank_needs(m for m in mentions if m.kind == NEED and not _denied(words, m)),
            groups=tuple(dict.fromkeys(m.id for m in mentions if m.kind == GROUP)),
            neighbours=tuple(dict.fromkeys(m.id for m in mentions if m.kind == NEIGHBOUR)),
            quantities=quantities,
            cues=cues,
            content=self._content(words, mentions, subjects),
            said=said,
            text=text,
        )

    def _subjects_of(
        self, words: Sequence[Word], mentions: Sequence[Mention], focus: int, cues: frozenset[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        strong = [m for m in mentions if m.kind == SUBJECT]
        families = {self._family(m.id) for m in strong}
        strong += [m for m in mentions if m.kind == WEAK_SUBJECT and self._family(m.id) in families and not _taken(m, strong)]
        strong.sort(key=lambda m: m.at)
        in_focus = [m for m in strong if m.at[0] >= focus] or strong
        excluded = tuple(dict.fromkeys(m.id for m in in_focus if _negated(words, m.at[0])))
        named = list(dict.fromkeys(m.id for m in in_focus if m.id not in excluded))
        parents = {self._subjects[s].parent for s in named}
        apart = "compare" in cues and len(named) == 2  # "an instance and an AMI": here the parent is a side of its own
        own = [s for s in named if apart or s not in parents]
        if {"compare", "either"} & cues or (len(own) == 1 and not {"pronoun", "which", "what"} & cues):
            return tuple(own), excluded
        asked = {s for s in own if self._is_property(s, own, strong, mentions, cues)}
        return tuple(s for s in own if s not in asked), excluded

    def _is_property(self, subject: str, others: Sequence[str], subjects: Sequence[Mention], mentions: Sequence[Mention], cues: frozenset[str]) -> bool:
        """Whether a concept, or a feature of something else, is only what is asked of another subject ("is Fargate serverless?")."""
        noun = self._subjects[subject]
        services = [s for s in others if s != subject and self._subjects[s].kind == "service" and s != noun.parent]
        at = {m.at for m in subjects if m.id == subject}
        named = set(chain.from_iterable(at))
        if noun.kind == "concept" and {"which", "where", "advise", "pronoun"} & cues and sum(m.weight for m in mentions if m.kind == NEED and not named.issuperset(m.at)) >= TOLD:
            return True
        if noun.kind != "concept" and not (noun.parent and services):
            return False
        if len(others) == 1 and not {"pronoun", "which"} & cues:
            return False
        return all(any(m.kind == ASPECT and m.at == span for m in mentions) for span in at)

    def _stands_alone(self, mentions: Sequence[Mention], focus: int) -> bool:
        """Whether the question at the end of a story names what it asks and of what, so that the story only leads up to it."""
        later = [m for m in mentions if m.at[0] >= focus]
        named = any(m.kind == SUBJECT and self._subjects[m.id].kind != "concept" for m in later)
        return named and any(m.kind == ASPECT and not m.inside and m.weight >= 1.0 for m in later)

    def _condense(self, words: tuple[Word, ...], mentions: Sequence[Mention], focus: int) -> tuple[tuple[Word, ...], tuple[Mention, ...], int]:
        """A story that ends in "how …?" without a name: its last service, and that question, where the question says what it wants to know."""
        asked = any(m.kind == ASPECT and m.at[0] >= focus and m.weight >= 0.9 for m in mentions)
        named = [m for m in mentions if m.kind == SUBJECT and m.at[0] < focus and self._subjects[m.id].kind != "concept"]
        if not asked or not named:
            return words, tuple(mentions), focus
        last = max(named, key=lambda m: m.at)
        size = len(last.at)
        kept = last._replace(at=tuple(range(size)))
        shifted = [m._replace(at=tuple(i - focus + size for i in m.at)) for m in mentions if m.at[0] >= focus]
        return (*(words[i] for i in last.at), *words[focus:]), (kept, *shifted), 0

    def _family(self, subject: str) -> str:
        return self._subjects[subject].parent or subject

    def _content(self, words: Sequence[Word], mentions: Sequence[Mention], subjects: Sequence[str]) -> dict[int, float]:
        """The weight of each word that has to be explained; a concept beside a service ("Arm containers on Fargate") says less."""
        kinds = {self._subjects[s].kind for s in subjects}
        aside = {s for s in subjects if self._subjects[s].kind == "concept"} if kinds - {"concept"} else set()
        kept = {*subjects, *(self._subjects[s].parent for s in subjects)}
        named = [m for m in mentions if m.kind == NEIGHBOUR or (m.kind == SUBJECT and m.id in kept)]
        meant = {i: 0.4 if m.id in aside else 1.0 for m in named for i in m.at}
        return {i: weight for i, w in enumerate(words) if (weight := meant.get(i) or self._weight(w)) > 0}

    def _weight(self, word: Word) -> float:
        if word.text in english.FUNCTION or word.text in english.INTERROGATIVES or word.text in english.AUXILIARIES:
            return 0.0
        if word.text in english.COMPARING or word.text in english.QUESTION_VERBS:
            return 0.0
        if word.text in english.GENERIC or word.text[0].isdigit():
            return 0.3
        return 1.0 if self._speller.knows(word.text) else 1.5


def _asks(words: Sequence[Word], end: str) -> bool:
    """Whether a sentence asks something, by its mark, its first word, or a question inside it."""
    if "?" in end or end == ":":
        return True
    texts = [w.text for w in words]
    while texts and texts[0] in _LEADING and len(texts) > 1:
        texts = texts[1:]
    if not texts:
        return False
    if texts[0] in ("best", "cheapest", "easiest", "simplest", "fastest") or texts[0] in english.INTERROGATIVES or texts[0] in english.QUESTION_VERBS or (texts[0] in english.AUXILIARIES and texts[0] not in ("have", "had")):
        return True
    if any(t in ("vs", "versus", "difference", "differences", "possible") for t in texts):
        return True
    for before, text, after in zip(["", *texts], texts, [*texts[1:], ""], strict=False):
        if text in english.INTERROGATIVES and (before in _TELLING or (text == "how" and after in _PLACES) or not after or after == "service"):
            return True
        if text in english.INTERROGATIVES and after in english.AUXILIARIES and after not in ("can", "could", "may", "will", "has", "have"):
            return True
        if text in ("which", "what", "where") and after not in english.PRONOUNS | english.FIRST_PERSON | {"you", ""}:
            return True
    pairs = set(zip(texts, texts[1:], strict=False))
    return any(a == "should" and b in ("i", "we", "you") for a, b in pairs)


def _requires(words: Sequence[Word], mentions: Sequence[Mention]) -> bool:
    """Whether somebody states what they need, or asks with a verb before the name ("…, can Lambda do it")."""
    texts = [w.text for w in words]
    starts = {m.at[0] for m in mentions if m.kind == SUBJECT}
    if "either" in _either(words, mentions):
        return True
    if {"must", "shall", "should"} & set(texts) and sum(m.kind == NEED for m in mentions) > 1:
        return True
    if any(i + 1 in starts and texts[i] in ("can", "does", "do", "will", "could", "should") for i in range(len(texts))):
        return True
    wanting = {("i", "need"), ("we", "need"), ("i", "want"), ("we", "want"), ("looking", "for"), ("like", "to"), ("have", "to"), ("shall", "run"), ("needs", "to")}
    return not wanting.isdisjoint(zip(texts, texts[1:], strict=False)) and any(m.kind == NEED for m in mentions)


def _either(words: Sequence[Word], mentions: Sequence[Mention]) -> frozenset[str]:
    """The cues that two subjects are offered to choose from ("EC2 or Fargate") or asked about together ("EC2 and Fargate")."""
    ends = {m.at[-1] for m in mentions if m.kind == SUBJECT}
    starts = {m.at[0] for m in mentions if m.kind == SUBJECT}
    between = {w.text for i, w in enumerate(words) if i - 1 in ends and i + 1 in starts}
    return frozenset(cue for cue, word in (("either", "or"), ("both", "and")) if word in between)


def _declares(words: Sequence[Word]) -> bool:
    """Whether a row of words tells something: "we use Docker", "rolling back the deploy"."""
    texts = [w.text for w in words]
    telling = texts[0].endswith("ing") and not {"the", "my", "our", "a", "now"}.isdisjoint(texts[1:])
    done = texts[0] in ("the", "our", "my", "this") and any(t.endswith("ed") for t in texts)
    return telling or done or not _DECLARING.isdisjoint(texts)


def _split_questions(words: Sequence[Word]) -> list[list[Word]]:
    """Two questions joined by "and" are told apart where the second begins like a question."""
    parts: list[list[Word]] = [[]]
    for i, word in enumerate(words):
        after = [w.text for w in words[i + 1 : i + 4] if w.text not in ("also", "then", "second", "q")]
        starts = bool(after) and (after[0] in english.INTERROGATIVES or (after[0] in english.AUXILIARIES and len(words) - i > 3)) and len(after) > 1
        if word.text in ("and", "plus", "also") and starts and _has_content(parts[-1]):
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _without_lead(words: list[Word]) -> list[Word]:
    """A question without what leads up to it ("I was reading about … and wonder, could somebody tell me how long …")."""
    for i in range(len(words) - 3, 2, -1):
        if words[i].text in english.INTERROGATIVES and words[i - 1].text in ("me", "wonder", "wondering", "know", "us", "explain", "question"):
            return words[i:]
    return words


def _has_content(words: Sequence[Word]) -> bool:
    return any(w.text not in english.FUNCTION and w.text not in english.INTERROGATIVES for w in words)


def _from(mentions: Iterable[Mention], start: int) -> tuple[Mention, ...]:
    return tuple(m._replace(at=tuple(i - start for i in m.at)) for m in mentions if m.at[0] >= start)


def _means(sentence: _Sentence, kind: str) -> bool:
    return any(m.kind == kind for m in sentence.mentions)


def _inherit(readings: Sequence[Reading]) -> list[Reading]:
    """A later question of the same message that names no subject is about the subject of the one before."""
    whole: list[Reading] = []
    for reading in readings:
        if whole and not reading.subjects and not reading.neighbours and not reading.needs and whole[-1].subjects:
            reading = reading._replace(subjects=whole[-1].subjects, cues=reading.cues | {"inherited"})
        whole.append(reading)
    return whole


def _taken(mention: Mention, by: Iterable[Mention]) -> bool:
    return any(not set(mention.at).isdisjoint(other.at) for other in by)


def _negated(words: Sequence[Word], at: int) -> bool:
    """Whether the name at this position is ruled out ("not EC2", "other than EC2", "no, ECR" is not)."""
    before = [w.text for w in words[max(0, at - 2) : at]]
    if not before:
        return False
    if before == ["why", "not"]:
        return False
    if before[-1] in ("not", "except", "excluding", "besides", "without"):
        return True
    return before in (["not", "the"], ["not", "aws"], ["other", "than"], ["except", "for"], ["apart", "from"], ["not", "amazon"])


def _rank_aspects(mentions: Sequence[Mention], names: frozenset[tuple[int, ...]]) -> tuple[tuple[str, float], ...]:
    """The aspects by weight; a phrase whose words all belong to a weightier phrase does not count, one that is a name counts little."""
    found = [m._replace(inside=m.at in names) for m in mentions if m.kind in (ASPECT, WEAK_ASPECT)]
    found.sort(key=lambda m: -_aspect_weight(m))
    owners: list[Mention] = []
    weights: dict[str, float] = {}
    for m in found:
        if any(o.id != m.id and set(m.at) < set(o.at) for o in owners):
            continue
        owners.append(m)
        weights[m.id] = max(weights.get(m.id, 0.0), _aspect_weight(m))
    return tuple(sorted(weights.items(), key=lambda item: -item[1]))


def _aspect_weight(mention: Mention) -> float:
    """Phrases of several words say what they mean; a weak word or a name says less."""
    telling = mention.weight > 0.3 * len(mention.at)
    floor = (0.9 + 0.1 * len(mention.at) if len(mention.at) > 1 else 0.9) if telling else 0.0
    weight = max(mention.weight, floor)
    return weight * (0.4 if mention.kind == WEAK_ASPECT else 1.0) * (0.4 if mention.inside else 1.0)


def _denied(words: Sequence[Word], mention: Mention) -> bool:
    """Whether a need is told to be none ("without interruptions", "must not be interrupted")."""
    before = [w.text for w in words[max(0, mention.at[0] - 3) : mention.at[0]]]
    own = any(words[i].text in _DENYING for i in mention.at)
    near = before[-1:] + (before[-2:-1] if before[-1:] and before[-1] in english.FUNCTION else []) + (before[-3:-2] if before[-2:] and set(before[-2:]) <= english.FUNCTION else [])
    return not own and not _DENYING.isdisjoint(near)


def _rank_needs(mentions: Iterable[Mention]) -> tuple[tuple[str, float], ...]:
    weights: dict[str, float] = {}
    seen: dict[str, set[int]] = {}
    for m in sorted(mentions, key=lambda m: -m.weight):
        if seen.setdefault(m.id, set()).isdisjoint(m.at):
            weights[m.id] = weights.get(m.id, 0.0) + m.weight
            seen[m.id].update(m.at)
    return tuple(sorted(weights.items(), key=lambda item: -item[1]))


def _cues(words: Sequence[Word], focus: int, asks: bool) -> frozenset[str]:
    """The signals of a question's form: compare, which, many, yesno, how, why, what, define, account (about somebody's own state)…"""
    texts = [w.text for w in words[focus:]]
    while len(texts) > 1 and texts[0] in _LEADING:
        texts = texts[1:]
    return frozenset(chain(_form(texts), _deixis([w.text for w in words], texts, asks)))


def _form(texts: Sequence[str]) -> Iterable[str]:
    pairs = set(zip(texts, texts[1:], strict=False))
    present = set(texts)
    first = texts[0] if texts else ""
    if present & english.COMPARING - {"over", "than", "or", "instead", "between", "better", "worse", "deciding", "choosing", "different"}:
        yield "compare"
    if present & {"or", "than", "instead", "over", "different", "deciding", "choosing", "between", "better"} or ("same", "as") in pairs:
        yield "weigh"
    if "which" in present or ("what", "service") in pairs or ("what", "services") in pairs or ("what", "aws") in pairs or ("name", "of") in pairs or ("do", "you", "call") in set(zip(texts, texts[1:], texts[2:], strict=False)):
        yield "which"
    if "where" in present:
        yield "where"
    if present & {"recommend", "suggest"} or ("should", "i") in pairs or ("should", "we") in pairs or ("best", "way") in pairs or present & {"best", "most", "should"}:
        yield "advise"
    if present & {"way", "solution", "approach", "option"} and present & _SUPERLATIVES:
        yield "advise"
    if first in english.AUXILIARIES or "possible" in present or ("true", "or") in pairs or ("yes", "or") in pairs:
        yield "yesno"
    for word in ("how", "why", "what", "who", "when"):
        if word in present:
            yield word
    if first == "how" or first == "why" or first == "who":
        yield "first-" + first
    if ("how", "many") in pairs:
        yield "many"
    if ("stand", "for") in pairs or ("stands", "for") in pairs or "stands" in present or "acronym" in present or "abbreviation" in present or ("full", "form") in pairs:
        yield "stands-for"
    if ("what", "is") in pairs or ("what", "are") in pairs or ("what", "does") in pairs or first in {"define", "explain", "describe", "what"} or ("tell", "me") in pairs:
        yield "define"
    if present & {"list", "name", "these", "following", "examples", "enumerate"} or ("what", "services") in pairs or ("which", "services") in pairs or ("are", "there") in pairs:
        yield "list"
    if present & english.PRONOUNS:
        yield "pronoun"
    if present & _TROUBLES:
        yield "trouble"


def _deixis(everything: Sequence[str], texts: Sequence[str], asks: bool) -> Iterable[str]:
    """Signs that somebody's own account, the present state of things or an action is meant, of which no knowledge folder can know."""
    short = len(everything) < 25
    present = set(everything)
    pairs = set(zip(everything, everything[1:], strict=False))
    first = texts[0] if texts else ""
    second = texts[1] if len(texts) > 1 else ""
    if short and (present & _TIMES or ("last", "night") in pairs or ("last", "week") in pairs or ("this", "morning") in pairs or ("right", "now") in pairs):
        yield "account"
    if short and not asks and present & {"now", "today"}:
        yield "account"
    if short and present & {"our", "ours", "us"} and (first in {"which", "what", "who", "why", "where", "when", "list", "show", "is", "are"} or ("how", "many") in pairs):
        yield "account"
    if first == "did" or (second == "did" and first in english.INTERROGATIVES) or (first == "when" and second == "will"):
        yield "account"
    if short and present & {"anyone", "anybody", "somebody"} and first in {"anyone", "anybody", "is", "has", "does", "did"}:
        yield "account"
    if "will" in present and any(re.fullmatch("20[2-9][0-9]", t) for t in present):
        yield "account"
    if ("how", "many") in pairs and ("are", "running") in pairs:
        yield "account"
    if ("do", "we") in pairs and first in english.INTERROGATIVES and ("how", "many") in pairs or ("the", "last") in pairs and first == "when":
        yield "account"
    if first in {"is", "are"} and present & {"working", "down", "broken", "stuck", "back", "failing"}:
        yield "account"
    if first in {"can", "could", "will", "would"} and second == "you" and not _may_ask(texts[2:]):
        yield "action"
    if first in _ACTIONS and not {"the", "my", "our", "this", "me"}.isdisjoint(texts[1:7]) and not present & english.INTERROGATIVES:
        yield "action"


def _may_ask(texts: Sequence[str]) -> bool:
    """Whether what follows "can you" asks for words ("explain …") or for what people in general can do ("run Docker on …")."""
    if any(t in _TELLING_VERBS or t in english.INTERROGATIVES for t in texts[:3]):
        return True
    return not {"my", "our", "the", "me", "this"} & set(texts)


# ---------------------------------------------------------------- quantities


def _quantities(words: Sequence[Word]) -> tuple[tuple[Quantity, ...], list[int]]:
    """The amounts in a row of words ("20 minutes", "half an hour", "12 GB") and the positions of their words."""
    found: list[Quantity] = []
    at: list[int] = []
    i = 0
    while i < len(words):
        number, used = _number(words, i)
        unit = words[i + used].text if used and i + used < len(words) else ""
        if used and unit in quantity.UNITS:
            measure, factor = quantity.UNITS[unit]
            text = " ".join(w.typed for w in words[i : i + used + 1])
            found.append(Quantity(number * factor, measure, text))
            at += range(i, i + used + 1)
            i += used
        i += 1
    return tuple(found), at


def _number(words: Sequence[Word], i: int) -> tuple[float, int]:
    """The number that begins at word i, and how many words it takes (0: none)."""
    texts = [w.text for w in words[i : i + 4]]
    if texts[:2] == ["half", "an"] or texts[:2] == ["half", "a"]:
        return 0.5, 2
    if texts[:3] == ["quarter", "of", "an"]:
        return 0.25, 3
    if texts[0] == "half":
        return 0.5, 1
    if texts[0][0].isdigit():
        match = re.fullmatch(r"\d+(?:\.\d+)?", texts[0])
        return (float(texts[0]), 1) if match else (0.0, 0)
    if texts[0] in english.NUMBERS:
        total, used = float(english.NUMBERS[texts[0]]), 1
        while used < len(texts) and texts[used] in english.NUMBERS:
            following = english.NUMBERS[texts[used]]
            total = total * following if following >= 100 else total + following
            used += 1
        return total, used
    if texts[0] in ("a", "an") and len(texts) > 1 and texts[1] in ("hour", "day", "week", "year", "minute", "month", "gigabyte", "terabyte"):
        return 1.0, 1
    return 0.0, 0
