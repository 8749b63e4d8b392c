"""What we were talking about: completes a follow-up with what was said before, for a quarter of an hour.

Whether the completed question can be answered is decided as for any other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from bot import english
from bot.english import words
from bot.reading import LONG, Reading
from bot.reasoning import Conclusion

REMEMBERED = 15 * 60.0  # seconds after which a new message starts a new topic
CONVERSATIONS = 10_000  # remembered at once; the oldest is forgotten first
AGAINST = "not-for"  # the aspect that answers "why not X?"

BRIEF = 3  # words of a follow-up that is a mere name, at most
QUICK = 9  # words of an aside ("and how about …?")
LONGEST = 16  # words of a question of its own about the same subject
NAMED = 0.5  # weight from which a word names an aspect in a follow-up
COMPARED = 3  # subjects of a comparison that a follow-up asks about

_WHY = words("why not how come is that so though the reason it this exactly but and because")
_DOUBTING = words(
    """
    sure really source sources true proof reference references link certain trust seriously citation who docs know
    """
)
_SURE = _DOUBTING | words(
    "are you says is that where did get do this from how can i it right correct for real the your"
)
_WANTING_MORE = words("more details detail elaborate on further expand")
_MORE = _WANTING_MORE | words("tell me go and please can you give explain info information a bit about it that")
_LEAD_IN = words("and for or of with same also then no not nope nah oops actually but instead ok so as well")
_OPENING = words("and what how is does can do are so but also about will has")
_PICKING = words(
    """
    the one please first second third last other former latter number option 1 2 3 1st 2nd 3rd and what about tell me
    more is which
    """
)
_PLACES = {"1": 0, "2": 1, "3": 2}
_OTHERWISE = words("instead else alternative alternatives otherwise then rather")
_USING = words("so ok and what which do should can could i we one you use take pick choose service to now")
_RAISING = words("raise raised increase increased extend extended lift lifted change changed exceed exceeded higher")
_IT = words("it they")
_AGAINST_BOTH = words("vs versus compared against")


class Memory(NamedTuple):
    """The last thing said in a conversation: what it was about, and what could be picked.

    `at` is set when it is kept, in seconds; `asked` is the question, `chain` whether it was a follow-up; `pending` are
    the aspects that were asked back about.
    """

    at: float = 0.0
    subjects: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    said: Conclusion | None = None
    suggestions: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    yesno: bool = False
    chain: bool = False
    asked: Reading | None = None


class Recall(NamedTuple):
    """That a message asks about the reply before: why, sources or more of it; or stands for a `question` in full."""

    what: Literal["why", "sources", "more", "question"]
    question: str = ""


class Conversations:
    """The memory of every conversation, bounded in number and in time."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Memory] = OrderedDict()

    def recall(self, conversation: str, at: float) -> Memory | None:
        """What is remembered, unless it is too old or the message has no conversation."""
        memory = self.newest(conversation)
        return memory if memory and at - memory.at <= REMEMBERED and memory != Memory(memory.at) else None

    def newest(self, conversation: str) -> Memory | None:
        """The last memory of a conversation, however old, also one of nothing; none if there was never any."""
        return self._held.get(conversation)

    def remember(self, conversation: str, memory: Memory) -> None:
        """Keep the newest memory of a conversation."""
        if not conversation:
            return
        self._held[conversation] = memory
        self._held.move_to_end(conversation)
        if len(self._held) > CONVERSATIONS:
            self._held.popitem(last=False)

    def forget(self, conversation: str, at: float) -> None:
        """Forget a conversation: its topic has changed to something unknown, and that is newer than what was known."""
        self.remember(conversation, Memory(at))


def follow(reading: Reading, memory: Memory | None) -> Reading | Recall:
    """The reading completed from memory where it does not stand on its own, or what it asks about the reply before."""
    if memory is None or len(reading.words) >= LONG:
        return reading
    texts = [w.text for w in reading.words]
    asked_back = _recall(texts, reading, memory) or _pick(texts, reading, memory) or _resized(texts, reading, memory)
    if asked_back:
        return asked_back
    if reading.neighbours:
        return reading
    asked_on = _else(texts, reading, memory) or _raised(texts, reading, memory) or _with_it(texts, reading, memory)
    if asked_on:
        return asked_on
    if reading.subjects and not _names_aspect(texts, reading, memory):
        return _same_question(texts, reading, memory)
    return _same_subject(texts, reading, memory)


def _recall(texts: Sequence[str], reading: Reading, memory: Memory) -> Recall | None:
    """What a message asks about the reply before, if it names nothing itself."""
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
    if number is not None and ("one" in texts or _PICKING.issuperset(texts)):
        if memory.options and number < len(memory.options):
            return _about(reading, (memory.options[number],), memory)
        if memory.suggestions and number < len(memory.suggestions):
            return Recall("question", memory.suggestions[number])
    if texts[-1:] == ["other"] or {"other", "one"} <= set(texts):
        left = tuple(o for o in memory.options if o not in memory.picked)
        return _about(reading, left[:1], memory) if left else None
    return None


def _number(texts: Sequence[str]) -> int | None:
    """The place in a list that the words name, from 0; -1 for the last."""
    named = [english.ORDINALS[t] for t in texts if t in english.ORDINALS]
    if not named and len(texts) <= BRIEF:
        named = [_PLACES[t] for t in texts if t in _PLACES]
    return named[0] if named else None


def _only_properties(reading: Reading) -> bool:
    """Whether every name in a reading is also an aspect ("is the first one dishwasher-safe?")."""
    return all(_as_aspect(reading, subject) for subject in reading.subjects)


def _as_aspect(reading: Reading, subject: str) -> bool:
    at = reading.positions("subject", subject)
    return any(at <= reading.positions("aspect", aspect) for aspect, _ in reading.aspects)


def _about(reading: Reading, subjects: tuple[str, ...], memory: Memory) -> Reading:
    """What a reading asks about the option that was picked; if nothing, what was asked before."""
    every = bool(reading.subjects) and _only_properties(reading)
    own = [a for a, weight in reading.aspects if weight >= NAMED or every]
    content = _content(reading, drop=not own)
    return _followed(reading, "picked")._replace(
        subjects=subjects, aspects=_surely(own or memory.aspects), content=content
    )


# ---------------------------------------------------------------- "and for 5 minutes?", "what else could I use?"


def _resized(texts: Sequence[str], reading: Reading, memory: Memory) -> Recall | None:
    """The question before with the amount of this one, which gives nothing else."""
    asked = memory.asked
    if asked is None or len(texts) > QUICK or reading.subjects or not _weak(reading):
        return None
    if len(reading.quantities) != 1 or len(asked.quantities) != 1:
        return None
    now, before = reading.quantities[0], asked.quantities[0]
    if now.measure != before.measure or before.text not in asked.text:
        return None
    return Recall("question", asked.text.replace(before.text, now.text, 1))


def _else(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading | None:
    """What else there is for what was just asked: the question before, without what it was about."""
    asked = memory.asked
    if asked is None or not asked.needs or not memory.subjects or reading.subjects:
        return None
    if len(texts) > QUICK or not (_OTHERWISE.intersection(texts) or _USING.issuperset(texts)):
        return None
    return _followed(asked._replace(cues=frozenset()), "which")._replace(subjects=(), excluded=memory.subjects)


# ---------------------------------------------------------------- "and the oven?", "and how is it cleaned?"


def _names_aspect(texts: Sequence[str], reading: Reading, memory: Memory) -> bool:
    """Whether a follow-up names an aspect by a word that is a name as well ("and the timer", "can it steam?")."""
    led = _leads(texts) or "it" in texts or "they" in texts
    if len(reading.subjects) > 1 and reading.has("compare", "weigh"):
        return False  # "and how is an X different from a Y?"
    return bool(memory.subjects) and led and not reading.has("define") and _only_properties(reading)


def _same_question(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading:
    """The same question about another subject, or a question about both."""
    if memory.said and texts[:2] == ["why", "not"]:
        content = _content(reading, drop=True)
        return _followed(reading)._replace(aspects=_surely([AGAINST]), excluded=(), content=content)
    own_aspect = bool(reading.aspects) and not _weak(reading)
    if len(texts) > QUICK or own_aspect or (reading.needs and not memory.pending):
        return reading
    return _both(texts, reading, memory) or _instead(texts, reading, memory)


def _both(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading | None:
    """A question about the subject before and another one ("vs the oven?", "can it replace the oven?")."""
    if not memory.subjects:
        return None
    before = memory.subjects[:1]
    if texts[0] in _AGAINST_BOTH:
        return _followed(reading, "compare")._replace(subjects=(*before, *reading.subjects))
    if "it" in texts and not reading.has("define"):
        return _followed(reading)._replace(subjects=(*reading.subjects, *before))
    return None


def _with_it(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading | None:
    """What is asked of the subject before, whatever else is named ("can it steam?", "does it fit an oven?")."""
    asked = [t for t in texts[:BRIEF] if t not in _LEAD_IN]
    of_it = len(texts) <= QUICK and len(asked) > 1 and asked[0] in english.AUXILIARIES and asked[1] in _IT
    if not of_it or not memory.subjects or reading.quantities:
        return None
    before = (memory.picked or memory.subjects)[:1]
    return _followed(reading)._replace(subjects=tuple(dict.fromkeys((*before, *reading.subjects))))


def _instead(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading:
    """The question before, about another subject ("and the oven?")."""
    if reading.has("compare") or not _continues(texts, reading, memory):
        return reading
    aspects = memory.pending or memory.aspects
    content = _content(reading, drop=True)
    if not aspects:
        return _followed(reading, "define")._replace(content=content)
    cues = reading.cues - {"define", "what", "how"} | ({"yesno"} if memory.yesno else set())
    return _followed(reading._replace(cues=cues, aspects=_surely(aspects), content=content))


def _weak(reading: Reading) -> bool:
    """Whether no word names an aspect for sure."""
    return all(weight < NAMED for _, weight in reading.aspects)


def _leads(texts: Sequence[str]) -> bool:
    return texts[0] in _LEAD_IN or tuple(texts[:2]) in {("what", "about"), ("how", "about")}


def _continues(texts: Sequence[str], reading: Reading, memory: Memory) -> bool:
    """Whether a message that names a subject goes on with the question before."""
    if reading.excluded or _leads(texts) or texts[-1] in {"too", "also", "instead"}:
        return True
    if texts[0] in english.AUXILIARIES and len(texts) < BRIEF:
        return True  # "does the oven?"
    corrected = "meant" in texts or "sorry" in texts or tuple(texts[:2]) == ("i", "mean")
    return corrected or (bool(memory.pending or memory.chain) and len(texts) <= BRIEF)


# ---------------------------------------------------------------- "how is it cleaned?", "which of them is cheaper?"


def _raised(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading | None:
    """The limit that was just told, where it is asked whether that can be raised: what is said of it says so, too."""
    asked = reading.has("pronoun") and len(texts) <= BRIEF + 1 and not _RAISING.isdisjoint(texts)
    if not asked or not memory.aspects or reading.subjects:
        return None
    return _followed(reading)._replace(subjects=memory.subjects[:1], aspects=_surely(memory.aspects), content={})


def _same_subject(texts: Sequence[str], reading: Reading, memory: Memory) -> Reading:
    """Another question about the same subject, or about those just compared."""
    if not memory.subjects or len(texts) > LONGEST or (reading.groups and not reading.has("pronoun")):
        return reading
    if reading.has("which") and len(memory.options) > 1 and reading.aspects:
        return _followed(reading, "inherited")._replace(subjects=memory.options)
    if reading.quantities and _weak(reading) and memory.aspects:
        aspects = _surely(memory.aspects)
        return _followed(reading, "yesno")._replace(subjects=memory.subjects[:1], aspects=aspects)
    if _asks_more(texts, reading):
        return _another_aspect(reading, memory)
    if reading.has("pronoun") and not reading.needs:
        return _followed(reading)._replace(subjects=memory.subjects[:1])
    return reading


def _asks_more(texts: Sequence[str], reading: Reading) -> bool:
    """Whether a message asks for an aspect and leaves out of what."""
    if not reading.aspects or (reading.needs and reading.has("which")):
        return False
    return len(texts) <= BRIEF + 1 or texts[0] in _OPENING or reading.has("pronoun")


def _another_aspect(reading: Reading, memory: Memory) -> Reading:
    both = len(memory.options) > 1 and not memory.picked
    about = memory.options if both else (memory.picked or memory.subjects)[:1]
    aspects = tuple((a, max(weight, NAMED)) for a, weight in reading.aspects)
    return _followed(reading, "inherited")._replace(subjects=about[:COMPARED], aspects=aspects)


# ---------------------------------------------------------------- a completed reading


def _followed(reading: Reading, *cues: str) -> Reading:
    return reading._replace(asks=True, cues=reading.cues | {"followed", *cues})


def _surely(aspects: Iterable[str]) -> tuple[tuple[str, float], ...]:
    """Aspects that are meant for sure."""
    return tuple((aspect, 1.0) for aspect in aspects)


def _content(reading: Reading, *, drop: bool) -> dict[int, float]:
    """What still has to be explained: in a mere follow-up, neither names nor lead-ins."""
    if not drop:
        return dict(reading.content)
    named = reading.positions("subject", *(id_ for kind, id_ in reading.said if kind == "subject"))
    spent = english.ORDINALS.keys() | _LEAD_IN | _OPENING
    return {i: w for i, w in reading.content.items() if i not in named and reading.words[i].text not in spent}
