"""What we were talking about: completes a follow-up with what was said before, for a quarter of an hour.

Whether the completed question can be answered is decided as for any other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Literal, NamedTuple

from bot import english
from bot.reading import LONG, Reading
from bot.reasoning import Conclusion

REMEMBERED = 15 * 60.0  # seconds after which a new message starts a new topic
AGAINST = "not-for"  # the aspect that answers "why not X?"
CONVERSATIONS = 10_000  # remembered at once; the oldest is forgotten first

BRIEF, QUICK, LONGEST = 3, 9, 16  # words of a follow-up that is a mere name, a quick aside, a question of its own
NAMED = 0.5  # weight from which a word names an aspect in a follow-up

_WHY = frozenset("why how come is that so though the reason it this exactly but and because".split())
_SURE = frozenset(
    "are you sure really source sources says who is that true where did get do know this from proof reference references link certain how can i "
    "trust it right correct for real seriously citation docs the your".split()
)
_DOUBTING = frozenset(
    "sure really source sources true proof reference references link certain trust seriously citation who docs know".split()
)
_MORE = frozenset("more tell me details detail elaborate go on and please can you give explain further info information a bit about it that expand".split())
_WANTING_MORE = frozenset("more details detail elaborate on further expand".split())
_LEAD_IN = frozenset("and for or of with same also then no not nope nah oops actually but instead ok so as well".split())
_OPENING = frozenset("and what how is does can do are so but also about will has".split())
_PICKING = frozenset("the one please first second third last other former latter number option 1 2 3 1st 2nd 3rd and what about tell me more is which".split())


class Memory(NamedTuple):
    """The last thing said in a conversation: what it was about, what could be picked, and what an open question back asked for.

    `chain` if it was a follow-up itself.
    """

    at: float
    subjects: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    said: Conclusion | None = None
    suggestions: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    yesno: bool = False
    chain: bool = False


class Recall(NamedTuple):
    """That the message asks about the reply before: why, sources or more of it; or that it picks a suggestion."""

    what: Literal["why", "sources", "more", "suggestion"]
    suggestion: str = ""


class Conversations:
    """The memory of every conversation, bounded in number and in time."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Memory] = OrderedDict()

    def recall(self, conversation: str, at: float) -> Memory | None:
        """What is remembered, unless it is too old or the message has no conversation."""
        memory = self._held.get(conversation) if conversation else None
        return memory if memory and at - memory.at <= REMEMBERED else None

    def remember(self, conversation: str, memory: Memory) -> None:
        """Keep the newest memory of a conversation."""
        if not conversation:
            return
        self._held[conversation] = memory
        self._held.move_to_end(conversation)
        if len(self._held) > CONVERSATIONS:
            self._held.popitem(last=False)

    def forget(self, conversation: str) -> None:
        """Forget a conversation: its topic has changed to something unknown."""
        self._held.pop(conversation, None)


def follow(reading: Reading, memory: Memory | None) -> Reading | Recall:
    """The reading completed from memory where it does not stand on its own, or what it asks about the reply before."""
    if memory is None or len(reading.words) >= LONG:
        return reading
    texts = [w.text for w in reading.words]
    recalled = _recall(texts, reading, memory)
    if recalled:
        return recalled
    picked = _pick(texts, reading, memory)
    if picked:
        return picked
    if reading.neighbours:
        return reading
    if reading.subjects and not _names_aspect(texts, reading, memory):
        return _same_question(texts, reading, memory)
    return _same_subject(texts, reading, memory)


def _recall(texts: Sequence[str], reading: Reading, memory: Memory) -> Recall | None:
    bare = not reading.subjects and not reading.neighbours and not reading.needs
    if memory.said is None or not bare or len(texts) > QUICK:
        return None
    present = set(texts)
    if present <= _WHY and ("why" in present or {"how", "come"} <= present):
        return Recall("why")
    if present <= _SURE and present & _DOUBTING:
        return Recall("sources")
    if present <= _MORE and present & _WANTING_MORE:
        return Recall("more")
    return None


# ---------------------------------------------------------------- "the second one"


def _pick(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading | Recall | None:
    """The option that "the second one" or "the other one" picks."""
    if len(texts) > QUICK or not _only_properties(reading):
        return None
    number = _number(texts)
    if number is not None and ("one" in texts or set(texts) <= _PICKING):
        if memory.options and -1 <= number < len(memory.options):
            return _about(reading, (memory.options[number],), memory)
        if memory.suggestions and -1 <= number < len(memory.suggestions):
            return Recall("suggestion", memory.suggestions[number])
    if texts[-1:] == ["other"] or {"other", "one"} <= set(texts):
        left = tuple(o for o in memory.options if o not in memory.picked)
        return _about(reading, left[:1], memory) if left else None
    return None


def _number(texts: Sequence[str]) -> int | None:
    """The place in a list that the words name, from 0; -1 for the last."""
    named = [english.ORDINALS[t] for t in texts if t in english.ORDINALS]
    if named:
        return named[0]
    return next((int(t) - 1 for t in texts if t in ("1", "2", "3")), None) if len(texts) <= BRIEF else None


def _only_properties(reading: Reading) -> bool:
    """Whether every name in a reading is also an aspect ("is the first one serverless?")."""
    return all(_as_aspect(reading, subject) for subject in reading.subjects)


def _as_aspect(reading: Reading, subject: str) -> bool:
    at = reading.positions("subject", subject)
    return any(at <= reading.positions("aspect", aspect) for aspect, _ in reading.aspects)


def _about(reading: Reading, subjects: tuple[str, ...], memory: Memory) -> Reading:
    own = tuple((a, 1.0) for a, weight in reading.aspects if weight >= NAMED or _only_properties(reading) and reading.subjects)
    aspects = own or tuple((a, 1.0) for a in memory.aspects)
    content = _content(reading, drop=not own)
    return _followed(reading, "picked")._replace(subjects=subjects, aspects=aspects, content=content)


# ---------------------------------------------------------------- "and Batch?", "and how is it billed?"


def _names_aspect(texts: Sequence[str], reading: Reading, memory: Memory) -> bool:
    """Whether a follow-up names an aspect by a word that is a name as well: "and cold starts", "can it run Docker?"."""
    led = _leads(texts) or any(t in ("it", "they") for t in texts)
    return bool(memory.subjects) and led and not reading.has("define") and _only_properties(reading)


def _same_question(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading:
    """The same question about another subject, or a question about both."""
    if memory.said and texts[:2] == ["why", "not"]:
        against = ((AGAINST, 1.0),)
        return _followed(reading)._replace(aspects=against, excluded=(), content=_content(reading, drop=True))
    if len(texts) > QUICK or reading.needs and not memory.pending or reading.aspects and not _weak(reading):
        return reading
    if texts[0] in ("vs", "versus", "compared", "against") and memory.subjects:
        return _followed(reading, "compare")._replace(subjects=(*memory.subjects[:1], *reading.subjects))
    if "it" in texts and memory.subjects and not reading.has("define"):
        return _followed(reading)._replace(subjects=(*reading.subjects, *memory.subjects[:1]))
    if reading.has("compare") or not _continues(texts, reading, memory):
        return reading
    aspects = memory.pending or memory.aspects
    content = _content(reading, drop=True)
    if not aspects:
        return _followed(reading, "define")._replace(content=content)
    form = {"yesno"} if memory.yesno else set()
    cues = (reading.cues - {"define", "what", "how"}) | form | {"followed"}
    return reading._replace(aspects=tuple((a, 1.0) for a in aspects), asks=True, cues=cues, content=content)


def _weak(reading: Reading) -> bool:
    return all(weight < NAMED for _, weight in reading.aspects)


def _leads(texts: Sequence[str]) -> bool:
    return texts[0] in _LEAD_IN or tuple(texts[:2]) in (("what", "about"), ("how", "about"))


def _continues(texts: Sequence[str], reading: Reading, memory: Memory) -> bool:
    """Whether a message that names a subject goes on with the question before."""
    if reading.excluded or _leads(texts) or texts[-1] in ("too", "also", "instead"):
        return True
    corrected = {"meant", "sorry"} & set(texts) or tuple(texts[:2]) == ("i", "mean")
    return bool(corrected) or (bool(memory.pending or memory.chain) and len(texts) <= BRIEF)


def _same_subject(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading:
    """Another question about the same subject, or about those just compared."""
    if not memory.subjects or len(texts) > LONGEST or (reading.groups and not reading.has("pronoun")):
        return reading
    if reading.has("which") and len(memory.options) > 1 and reading.aspects:
        return _followed(reading, "inherited")._replace(subjects=memory.options)
    if reading.quantities and _weak(reading) and memory.aspects:
        aspects = tuple((a, 1.0) for a in memory.aspects)
        return _followed(reading, "yesno")._replace(subjects=memory.subjects[:1], aspects=aspects)
    opens = texts[0] in _OPENING or reading.has("pronoun")
    if reading.aspects and (opens or len(texts) <= BRIEF + 1) and not (reading.needs and reading.has("which")):
        both = len(memory.options) > 1 and not memory.picked
        about = memory.options if both else (memory.picked or memory.subjects)[:1]
        aspects = tuple((a, max(weight, NAMED)) for a, weight in reading.aspects)
        return _followed(reading, "inherited")._replace(subjects=about[:3], aspects=aspects)
    if reading.has("pronoun") and not reading.needs:
        return _followed(reading)._replace(subjects=memory.subjects[:1])
    return reading


def _followed(reading: Reading, *cues: str) -> Reading:
    return reading._replace(asks=True, cues=reading.cues | {"followed", *cues})


def _content(reading: Reading, *, drop: bool) -> dict[int, float]:
    """What still has to be explained: in a mere follow-up, neither names nor lead-ins."""
    if not drop:
        return dict(reading.content)
    named = reading.positions("subject", *(id_ for kind, id_ in reading.said if kind == "subject"))
    spent = english.ORDINALS.keys() | _LEAD_IN | _OPENING
    return {i: w for i, w in reading.content.items() if i not in named and reading.words[i].text not in spent}
