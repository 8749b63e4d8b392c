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

_WHY = frozenset("why how come is that so though the reason it this exactly but and because".split())
_SURE = frozenset("are you sure really source sources says who is that true where did get do know this from proof reference references link certain how can "
                  "i trust it right correct for real seriously citation docs the your".split())  # fmt: skip
_MORE = frozenset("more tell me details detail elaborate go on and please can you give explain further info information a bit about it that expand".split())
_LEAD_IN = frozenset("and what about how or for with same as well also then no not sorry i meant mean actually ok so but instead nope nah oops on in the is does do can".split())
_PICKING = frozenset("the one please first second third last other former latter number option 1 2 3 1st 2nd 3rd and what about tell me more is which".split())


class Memory(NamedTuple):
    """The last thing said in a conversation: what it was about, what could be picked, and what an open question back asked for."""

    at: float
    subjects: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    said: Conclusion | None = None
    suggestions: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    yesno: bool = False


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
    if reading.subjects:
        if texts[:2] == ["why", "not"] and memory.said and AGAINST:
            return reading._replace(aspects=((AGAINST, 1.0),), excluded=(), asks=True, cues=reading.cues | {"followed"}, content=_content(reading, drop=True))
        return _same_question(texts, reading, memory)
    return _same_subject(texts, reading, memory)


def _recall(texts: Sequence[str], reading: Reading, memory: Memory) -> Recall | None:
    bare = not reading.subjects and not reading.neighbours and not reading.needs
    if memory.said is None or not bare or len(texts) > 8:
        return None
    present = set(texts)
    if present <= _WHY and ("why" in present or ("how" in present and "come" in present)):
        return Recall("why")
    if present <= _SURE and present & {"sure", "really", "source", "sources", "true", "proof", "reference", "references", "link", "certain", "trust", "seriously", "citation", "who", "docs", "know"}:
        return Recall("sources")
    if present <= _MORE and present & {"more", "details", "detail", "elaborate", "on", "further", "expand"}:
        return Recall("more")
    return None


def _pick(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading | Recall | None:
    """The option that "the second one" or "the other one" picks."""
    if reading.subjects or len(texts) > 9:
        return None
    number = next((english.ORDINALS[t] for t in texts if t in english.ORDINALS), None)
    if number is None and len(texts) <= 3:
        number = next((int(t) - 1 for t in texts if t in ("1", "2", "3")), None)
    if number is not None and ("one" in texts or set(texts) <= _PICKING):
        if memory.options and -1 <= number < len(memory.options):
            return _about(reading, (memory.options[number],), memory)
        if memory.suggestions and -1 <= number < len(memory.suggestions):
            return Recall("suggestion", memory.suggestions[number])
    if "other" in texts and "one" in texts or texts[-1:] == ["other"]:
        left = tuple(o for o in memory.options if o not in memory.picked)
        if left:
            return _about(reading, left[:1], memory)
    return None


def _about(reading: Reading, subjects: tuple[str, ...], memory: Memory) -> Reading:
    own = reading.aspects
    aspects = own or tuple((a, 1.0) for a in memory.aspects)
    return reading._replace(subjects=subjects, aspects=aspects, asks=True, cues=reading.cues | {"followed"}, content=_content(reading, drop=not own))


def _same_question(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading:
    """ "And Batch?": the same question about another subject."""
    short = len(texts) <= 8 and not reading.needs
    led = bool(reading.excluded) or (texts and texts[0] in _LEAD_IN - {"what", "is", "does", "do", "can", "how"}) or texts[:2] in (["what", "about"], ["how", "about"])
    corrected = any(t in ("meant", "sorry", "instead") for t in texts)
    if memory.subjects and reading.aspects and _is_object(reading):
        return reading._replace(subjects=memory.subjects[:1], cues=reading.cues | {"followed"})
    if not short or reading.aspects or reading.has("compare") or not (led or corrected or (memory.pending and len(texts) <= 4)):
        return reading
    aspects = memory.pending or memory.aspects
    if not aspects:
        return reading._replace(asks=True, cues=reading.cues | {"define", "followed"}, content=_content(reading, drop=True))
    cues = reading.cues - {"define"} | ({"yesno"} if memory.yesno else set()) - {"what", "how"} | {"followed"}
    cues = frozenset(c for c in cues if c not in ("what", "how") or not memory.yesno)
    return reading._replace(aspects=tuple((a, 1.0) for a in aspects), asks=True, cues=cues, content=_content(reading, drop=True))


def _is_object(reading: Reading) -> bool:
    """Whether the subject named is only what is asked about "it": "do I need EC2 for it?"."""
    if not any(w.text in ("it", "that", "this") for w in reading.words[-2:]):
        return False
    return any(reading.positions("subject", *reading.subjects) < reading.positions("aspect", a) for a, _ in reading.aspects)


def _same_subject(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading:
    """ "And how is it billed?": another question about the same subject, or about those just compared."""
    subjects = memory.subjects
    if not subjects or len(texts) > 16 or reading.groups and not reading.has("pronoun"):
        return reading
    if reading.has("which") and len(memory.options) > 1 and reading.aspects:
        return reading._replace(subjects=memory.options, asks=True, cues=reading.cues | {"inherited", "followed"})
    if reading.quantities and not reading.aspects and memory.aspects:
        return reading._replace(subjects=subjects[:1], aspects=tuple((a, 1.0) for a in memory.aspects), asks=True, cues=reading.cues | {"followed", "yesno"})
    leads = texts and (texts[0] in ("and", "what", "how", "is", "does", "can", "do", "are", "so", "but", "also") or reading.has("pronoun"))
    if reading.aspects and (leads or len(texts) <= 4) and not (reading.needs and reading.has("which")):
        about = memory.picked or subjects
        return reading._replace(subjects=about[:2] if len(memory.options) > 1 and not memory.picked else about[:1], asks=True, cues=reading.cues | {"inherited", "followed"})
    if reading.has("pronoun") and not reading.needs:
        return reading._replace(subjects=subjects[:1], cues=reading.cues | {"followed"})
    return reading


def _content(reading: Reading, drop: bool) -> dict[int, float]:
    """What still has to be explained: in a mere follow-up, only words that are neither small nor lead-ins."""
    if not drop:
        return dict(reading.content)
    named = reading.positions("subject", *(id_ for kind, id_ in reading.said if kind == "subject"))
    return {i: w for i, w in reading.content.items() if i not in named and reading.words[i].text not in english.ORDINALS and reading.words[i].text not in _LEAD_IN}
