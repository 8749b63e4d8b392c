"""How a question is put: its form (which, how many, yes or no, …), and signs that no knowledge folder can answer it.

Only the small words of English count here; what a question is about is read in `bot.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot import english

LEADING = frozenset(
    ["and", "so", "but", "also", "then", "ok", "okay", "please", "well", "hey", "hi", "hello", "or", "plus", "yes", "no", "thanks", "sorry", "now", "oh", "um", "just", "btw", "by", "way"]
)
SHORT_STORY = 25  # words from which "today" or "our" set a scene instead of asking about it

_WEIGHING = frozenset(["or", "than", "instead", "over", "different", "deciding", "choosing", "between", "better", "worse"])
_SUPERLATIVES = frozenset(
    ["best", "easiest", "simplest", "cheapest", "fastest", "quickest", "efficient", "effective", "most", "least", "suitable"]
)
_ABBREVIATING = frozenset(["stand", "stands", "acronym", "abbreviation"])
_TROUBLES = frozenset(
    ["error", "errors", "fails", "failed", "failing", "fail", "failure", "stuck", "cannot", "not", "denied", "timeout", "timed", "slow", "problem", "exception", "crash", "crashes", "crashed", "killed", "refused", "unreachable", "unable", "blocked", "broken", "wrong", "missing", "lost", "never", "full", "exceeded", "stops", "stopped", "invalid", "unhealthy"]
)
_TIMES = frozenset(
    ["yesterday", "tonight", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "worldwide"]
)
_MOMENTS = frozenset({("last", "night"), ("last", "week"), ("this", "morning"), ("right", "now")})
_STATES = frozenset(["working", "down", "broken", "stuck", "back", "failing"])
_ACTIONS = frozenset(
    ["deploy", "restart", "roll", "rollback", "run", "ssh", "reload", "ignore", "repeat", "write", "delete", "drop", "kill", "launch", "terminate", "check", "fix", "send", "ping", "open", "list", "show", "stop", "start", "scale", "update", "merge", "push", "build", "rerun", "retry", "approve"]
)
_TELLING = frozenset(
    ["explain", "tell", "help", "describe", "compare", "list", "give", "show", "recommend", "suggest", "say", "clarify", "elaborate", "advise", "summarize", "name", "define", "please", "share"]
)
_OWN = frozenset(["my", "our", "the", "me", "this"])
Pairs = frozenset[tuple[str, str]]


def cues(texts: Sequence[str], focus: int, asks: bool) -> frozenset[str]:
    """The cues of a question in lower-case words; `focus` is where the question itself begins, behind what leads up to it."""
    question = without_leading(texts[focus:])
    return frozenset((*_form(question), *_state(texts, question, asks), *_action(question)))


def without_leading(texts: Sequence[str]) -> Sequence[str]:
    """The words without "and", "ok", "hi" … at their beginning."""
    while len(texts) > 1 and texts[0] in LEADING:
        texts = texts[1:]
    return texts


def _form(texts: Sequence[str]) -> Iterator[str]:
    present, pairs, first = set(texts), frozenset(pairwise(texts)), texts[0] if texts else ""
    yield from (word for word in ("how", "why", "what", "who", "when", "where", "which") if word in present)
    if first in ("how", "why", "who"):
        yield "first-" + first
    yield from _choice(texts, present, pairs)
    if first in english.AUXILIARIES or "possible" in present or pairs & {("true", "or"), ("yes", "or")}:
        yield "yesno"
    if ("how", "many") in pairs:
        yield "many"
    if present & _ABBREVIATING or ("full", "form") in pairs:
        yield "stands-for"
    if first in {"define", "explain", "describe", "what"} or pairs & {
        ("what", "is"),
        ("what", "are"),
        ("what", "does"),
        ("tell", "me"),
    }:
        yield "define"
    if present & english.PRONOUNS:
        yield "pronoun"
    if present & _TROUBLES:
        yield "trouble"


def _choice(texts: Sequence[str], present: set[str], pairs: Pairs) -> Iterator[str]:
    """Whether something is to be compared, chosen or listed."""
    if present & (english.COMPARING - _WEIGHING):
        yield "compare"
    if present & _WEIGHING or ("same", "as") in pairs:
        yield "weigh"
    if (
        tuple(texts[:1]) == ("service",)
        or tuple(texts[:2]) == ("a", "service")
        or pairs & {("what", "service"), ("what", "services"), ("what", "aws"), ("name", "of"), ("you", "call")}
    ):
        yield "which"
    if present & {"recommend", "suggest", "best", "most", "should"}:
        yield "advise"
    if present & {"way", "solution", "approach", "option"} and present & _SUPERLATIVES:
        yield "advise"
    listing = {("what", "services"), ("which", "services"), ("are", "there")}
    if present & {"list", "name", "these", "following", "examples", "enumerate"} or pairs & listing:
        yield "list"


def _state(everything: Sequence[str], texts: Sequence[str], asks: bool) -> Iterator[str]:
    """Signs that the state of somebody's own account, or of the world right now, is asked for."""
    present, pairs = set(everything), frozenset(pairwise(everything))
    first, second = texts[0] if texts else "", texts[1] if len(texts) > 1 else ""
    counting = ("how", "many") in pairs
    if len(everything) < SHORT_STORY and (_is_now(present, pairs, asks) or _is_ours(present, first, counting)):
        yield "account"
    if first == "did" or (second == "did" and first in english.INTERROGATIVES) or (first, second) == ("when", "will"):
        yield "account"
    if "will" in present and any(re.fullmatch("20[2-9][0-9]", t) for t in present):
        yield "account"
    if (counting and pairs & {("are", "running"), ("do", "we")}) or (("the", "last") in pairs and first == "when"):
        yield "account"
    if first in {"is", "are"} and present & _STATES:
        yield "account"


def _is_now(present: set[str], pairs: Pairs, asks: bool) -> bool:
    return bool(present & _TIMES or pairs & _MOMENTS or (not asks and present & {"now", "today"}))


def _is_ours(present: set[str], first: str, counting: bool) -> bool:
    if present & {"our", "ours", "us"} and (
        counting or first in {"which", "what", "who", "why", "where", "when", "list", "show", "is", "are"}
    ):
        return True
    return bool(present & {"anyone", "anybody", "somebody"}) and first in {
        "anyone",
        "anybody",
        "is",
        "has",
        "does",
        "did",
    }


def _action(texts: Sequence[str]) -> Iterator[str]:
    """Whether something is to be done instead of told: "restart the service", "can you deploy it for me"."""
    asked = not english.INTERROGATIVES.isdisjoint(texts)
    if texts[:1] and texts[0] in _ACTIONS and not _OWN.isdisjoint(texts[1:7]) and not asked:
        yield "action"
    if tuple(texts[:2]) in {(a, "you") for a in ("can", "could", "will", "would")} and not _may_ask(texts[2:]):
        yield "action"


def _may_ask(texts: Sequence[str]) -> bool:
    """Whether what follows "can you" asks for words ("explain …") or for what people in general can do ("run containers on …")."""
    if any(t in _TELLING or t in english.INTERROGATIVES for t in texts[:3]):
        return True
    return _OWN.isdisjoint(texts)
