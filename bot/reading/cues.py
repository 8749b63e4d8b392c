"""How a question is put: its form (which, how many, yes or no, …), and signs that no knowledge folder can answer it.

Only the small words of English count here; what a question is about is read in `bot.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot import english

SHORT_STORY = 18  # words from which "today" or "our" set a scene instead of asking about it
ORDERED = 7  # words in which an order says whose thing it is about ("restart the …")
ASKED_SOON = 3  # words after "can you" in which a wish to be told something shows

# Words that lead up to a question.
LEADING = english.words(
    "and so but also then ok okay please well hey hi hello or plus yes no thanks sorry now oh um just btw by way"
)
_ASKING = ("how", "why", "what", "who", "when", "where", "which")
_WEIGHING = english.words("or than instead over different deciding choosing between better worse")
_SUPERLATIVES = english.words("best easiest simplest cheapest fastest quickest efficient effective most least suitable")
_ADVISING = english.words("recommend suggest best most should")
_WAYS = english.words("way solution approach option")
_LISTING = english.words("list name these following examples enumerate")
_ABBREVIATING = english.words("stand stands acronym abbreviation")
_DEFINING = english.words("define explain describe what")
_TROUBLES = english.words(
    """
    error errors fails failed failing fail failure stuck cannot not denied timeout timed slow problem exception crash
    crashes crashed killed refused unreachable unable blocked broken wrong missing lost never full exceeded stops
    stopped invalid unhealthy
    """
)
_DIFFERENCES = english.words("difference differences")
_FEATURES = english.words(
    """
    feature features setting settings policy policies parameter attribute property field flag mode mechanism capability
    functionality role tier state authorizer strategy interface rule configuration instruction
    """
)
_SERVICES = english.words("service services")
HEAD = 4  # words behind "which" among which is what it asks for
_TIMES = english.words("yesterday tonight tomorrow monday tuesday wednesday thursday friday saturday sunday worldwide")
_MOMENTS = frozenset(
    {("last", "night"), ("last", "week"), ("last", "month"), ("this", "month"), ("this", "morning"), ("right", "now")}
)
_STATES = english.words("working down broken stuck back failing")
_OURS = english.words("our ours us")
_ASKING_US = english.words("which what who why where when list show is are")
_ANYONE = english.words("anyone anybody somebody")
_ASKING_ANYONE = english.words("anyone anybody is has does did")
_ACTIONS = english.words(
    """
    deploy restart roll rollback run ssh reload ignore repeat write delete drop kill launch terminate check fix send
    ping open list show stop start scale update merge push build rerun retry approve
    """
)
_TELLING = english.words(
    """
    explain tell help describe compare list give show recommend suggest say clarify elaborate advise summarize name
    define please share
    """
)
_OWN = english.words("my our the me this")
_CAN_YOU = frozenset((may, "you") for may in ("can", "could", "will", "would"))
_YEAR = re.compile("20[2-9][0-9]")  # "will … in 2027"

Pair = tuple[str, str]
Pairs = frozenset[Pair]
_EITHER: Pairs = frozenset({("true", "or"), ("yes", "or")})
_WHAT_IS: Pairs = frozenset({("what", "is"), ("what", "are"), ("what", "does"), ("tell", "me")})
_WHAT_HAPPENS: Pairs = frozenset({("what", "happens"), ("what", "can")})
_MEASURING: Pairs = frozenset(("how", size) for size in ("many", "much", "long", "big", "large"))
_COUNTING: Pairs = frozenset({("how", "many"), ("maximum", "number"), ("max", "number"), ("many", "of")})
_KINDS: Pairs = frozenset(
    (kind, word) for kind in ("type", "types", "kind", "kinds", "example", "examples") for word in ("of", "are")
) | {("different", "types"), ("different", "kinds")}
_WHICH: Pairs = frozenset(
    {("what", "service"), ("what", "services"), ("what", "can"), ("what", "aws"), ("name", "of"), ("you", "call")}
)
_WHICH_ALL: Pairs = frozenset({("what", "services"), ("which", "services"), ("are", "there")})
_OF_OURS: Pairs = frozenset({("are", "running"), ("do", "we")})


def cues(texts: Sequence[str], focus: int, *, asks: bool) -> frozenset[str]:
    """The cues of a question in lower-case words; `focus` is where it begins, behind what leads up to it."""
    question = without_leading(texts[focus:])
    return frozenset((*_form(question), *_state(texts, question, asks=asks), *_action(question)))


def without_leading(texts: Sequence[str]) -> Sequence[str]:
    """The words without "and", "ok", "hi" … at their beginning."""
    while len(texts) > 1 and texts[0] in LEADING:
        texts = texts[1:]
    return texts


# ---------------------------------------------------------------- how it is put


def _form(texts: Sequence[str]) -> Iterator[str]:
    present, pairs, first = set(texts), frozenset(pairwise(texts)), texts[0] if texts else ""
    yield from (word for word in _ASKING if word in present)
    if first in {"how", "why", "who"}:
        yield "first-" + first
    yield from _choice(texts, present, pairs)
    signs = {
        "yesno": first in english.AUXILIARIES or "possible" in present or pairs & _EITHER,
        "many": pairs & _COUNTING,
        "kinds": pairs & _KINDS,
        "stands-for": present & _ABBREVIATING or ("full", "form") in pairs,
        "measure": pairs & _MEASURING,
        "define": _defines(texts, pairs),
        "pronoun": present & english.PRONOUNS or (texts and texts[-1] == "there"),
        "feature": _asked_for(texts) & _FEATURES or _asks_for_name(texts),
        "trouble": present & _TROUBLES,
    }
    yield from (cue for cue, found in signs.items() if found)


def _defines(texts: Sequence[str], pairs: Pairs) -> bool:
    """Whether a definition is asked for: "what is X", not "what happens if …" or "what is the difference"."""
    if "what" in texts and not _DIFFERENCES.isdisjoint(_asked_for(texts)):
        return False
    return (texts[:1] and texts[0] in _DEFINING and not pairs & _WHAT_HAPPENS) or bool(pairs & _WHAT_IS)


def _asks_for_name(texts: Sequence[str]) -> bool:
    """Whether the name of a part is asked for by what it does: "what is the … called?"."""
    return len(texts) > HEAD and texts[-1] in {"called", "named"} and _SERVICES.isdisjoint(texts)


def _asked_for(texts: Sequence[str]) -> frozenset[str]:
    """The words next to the last "which" or "what", among which is what is asked for."""
    at = max((i for i, text in enumerate(texts) if text in {"which", "what"}), default=len(texts))
    return frozenset(texts[at + 1 : at + 1 + HEAD])


def _choice(texts: Sequence[str], present: set[str], pairs: Pairs) -> Iterator[str]:
    """Whether something is to be compared, chosen or listed."""
    gap = texts[:1] and (
        texts[0] == "service" or tuple(texts[:2]) == ("a", "service")
    )  # "A service that …": what is it called?
    signs = {
        "compare": present & (english.COMPARING - _WEIGHING),
        "weigh": present & _WEIGHING or ("same", "as") in pairs,
        "which": gap or pairs & _WHICH,
        "advise": present & _ADVISING or (present & _WAYS and present & _SUPERLATIVES),
        "list": present & _LISTING or pairs & _WHICH_ALL,
    }
    yield from (cue for cue, found in signs.items() if found)


# ---------------------------------------------------------------- somebody's own


def _state(everything: Sequence[str], texts: Sequence[str], *, asks: bool) -> Iterator[str]:
    """The sign that the state of somebody's own account, or of the world right now, is asked for."""
    present, pairs, first = set(everything), frozenset(pairwise(everything)), texts[0] if texts else ""
    counting = ("how", "many") in pairs
    scene = first == "which" and len(texts) < len(everything)  # what stands before "which …?" only sets it
    short = len(everything) < SHORT_STORY and not scene
    if (
        (short and (_is_now(present, pairs, asks=asks) or _is_ours(present, first, counting=counting)))
        or (short and _is_past_or_future(texts, present))
        or (counting and pairs & _OF_OURS)
        or (first == "when" and ("the", "last") in pairs)
        or (first in {"is", "are"} and present & _STATES)
    ):
        yield "account"


def _is_now(present: set[str], pairs: Pairs, *, asks: bool) -> bool:
    dated = any(("every", day) not in pairs and ("each", day) not in pairs for day in present & _TIMES)
    return bool(dated or pairs & _MOMENTS or (not asks and present & {"now", "today"}))


def _is_ours(present: set[str], first: str, *, counting: bool) -> bool:
    if present & _OURS and (counting or first in _ASKING_US):
        return True
    return bool(present & _ANYONE) and first in _ASKING_ANYONE


def _is_past_or_future(texts: Sequence[str], present: set[str]) -> bool:
    """Whether a question is about what happened or will happen ("why did …", "when will …", "will … in 2027")."""
    first, second = (*texts[:2], "", "")[:2]
    if first == "did" or (second == "did" and first in english.INTERROGATIVES) or (first, second) == ("when", "will"):
        return True
    return "will" in present and any(map(_YEAR.fullmatch, present))


# ---------------------------------------------------------------- what is to be done


def _action(texts: Sequence[str]) -> Iterator[str]:
    """The sign that something is to be done instead of told: "restart the service", "can you deploy it for me"."""
    if texts and texts[0] in _ACTIONS and "your" in texts:
        yield "order"  # to us: "print your settings"
    asked = not english.INTERROGATIVES.isdisjoint(texts)
    own = _OWN - {"the"} if texts and texts[0] in _TELLING else _OWN  # "list the kinds of oven" asks
    ordered = bool(texts) and texts[0] in _ACTIONS and not own.isdisjoint(texts[1:ORDERED])
    if (ordered and not asked) or (tuple(texts[:2]) in _CAN_YOU and not _may_ask(texts[2:])):
        yield "action"


def _may_ask(texts: Sequence[str]) -> bool:
    """Whether what follows "can you" asks for words ("explain …") or for what people can do ("bake bread in …")."""
    if any(t in _TELLING or t in english.INTERROGATIVES for t in texts[:ASKED_SOON]):
        return True
    own = _OWN if texts[:1] and texts[0] in _ACTIONS else _OWN - {"the"}  # "can you bake in the pan?" is no order
    return own.isdisjoint(texts)
