"""What we do with a question: answer, ask back, decline or keep silent.

All thresholds are here; each was found on the development papers and the project's own questions (docs/decisions.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot import english
from bot.match import DECOY, ENTRY, Match
from bot.model import Knowledge
from bot.reading import LONG, Reading
from bot.reasoning import WHAT_IS, Candidate, View

# From which score on a conclusion is said.
ANSWER = 0.62  # a question
FRAGMENT = 0.75  # what is not worded as a question must be explained better than one that is
STORY = 0.55  # an exam stem has more words that say nothing
DESCRIBED = 0.93  # what is no question at all, from such a resemblance to a phrasing on
TROUBLE = 0.85  # what merely tells of a trouble must be one that is written about
CLARIFY = 0.30  # below this not even a suggestion is worth the reader's time

# What speaks against answering.
EVEN = 0.03  # entries about different subjects that are so close are one as good as the other …
BOTH = 0.95  # … unless a difference is asked for, and both are so good that either tells it
HALF = 0.62  # an entry that explains less of the question …
ALIKE = 0.83  # … and resembles it less …
APART = 0.1  # … must be ahead of the next conclusion by this much: else it is as often wrong as right
NEAR = 0.55  # a phrasing of a neighbouring topic that resembles the question this much raises the bar …
RAISED = 0.25  # … by this share of the resemblance …
FOREIGN = 0.93  # … and from here on the question is one of that topic
MENTIONED = 0.1  # how much a neighbour raises the bar that is only mentioned
PLAIN = 0.85  # share of a question that a fact must explain for a phrasing of a neighbour not to count

# A question that does not say of what ("how is it billed?").
OPEN = 10  # words of it, at most
OPEN_SHARE = 0.75  # share of it that the names of aspects must explain
WORD_FOR_WORD = 0.99  # resemblance to a phrasing from which it is nothing but that
# How many questions are offered.
SUGGESTIONS = 3

_NUMBER = re.compile(r"(?<![\w-])\d|\b(?:no (?:[\w-]+ )?(?:limit|number|maximum)|quotas?|unlimited)\b")
_COUNTS = (english.NUMBERS.keys() - {"one"}) | english.words("dozens hundreds thousands millions")
ACCOUNT, ELSEWHERE = "about somebody's own account or an action", "another topic"


class Decision(NamedTuple):
    """What to do with one question: `kind`, the candidate to say, the suggestions, and why, in a word or two."""

    kind: str
    candidate: Candidate | None = None
    suggestions: tuple[str, ...] = ()
    because: str = ""
    neighbour: str = ""


class _Case(NamedTuple):
    """What a decision looks at: the question, its best conclusion, and what else it resembles."""

    reading: Reading
    best: Candidate | None
    matches: Sequence[Match]
    knowledge: Knowledge


def decide(reading: Reading, candidates: Sequence[Candidate], matches: Sequence[Match], view: View) -> Decision:
    """Whether the best conclusion is good enough to be said; `candidates` and `matches` come best first."""
    if reading.has("many"):
        candidates = [c for c in candidates if _says_how_many(c)]
    case = _Case(reading, candidates[0] if candidates else None, matches, view.knowledge)
    if candidates and _verbatim(candidates[0]):
        return Decision("answer", candidates[0], because="in the words of an entry")
    refused = next((decision for reason in _REASONS if (decision := reason(case))), None)
    if refused:
        return refused
    best = candidates[0]
    torn = _is_torn(candidates, matches) or _is_of_either(reading, candidates)
    if best.score >= _bar(reading, best, matches) and not torn:
        return Decision("answer", best, because=f"{best.score:.2f}")
    return _hesitate(reading, candidates, view)


def _is_torn(candidates: Sequence[Candidate], matches: Sequence[Match]) -> bool:
    """Whether the best conclusion is an entry that explains half of the question, and another comes nearly as close."""
    best, *others = candidates
    if best.shape != "entry" or best.covered >= HALF or not others:
        return False
    alike = next((m.score for m in matches if m.kind == ENTRY and m.id == best.id), 0.0)
    return alike < ALIKE and best.score - others[0].score < APART


def _is_of_either(reading: Reading, candidates: Sequence[Candidate]) -> bool:
    """Whether a question that names nothing is answered as well of one subject as of another."""
    best, *others = candidates
    if reading.subjects or reading.needs or best.shape != "entry" or not others:
        return False
    other = others[0]
    even = other.shape == "entry" and other.subjects != best.subjects and best.score - other.score < EVEN
    return even and not (reading.has("compare") and other.score >= BOTH)


def _says_how_many(candidate: Candidate) -> bool:
    """Whether there is a number in what would be said, or that a quota or nothing decides, or a list to be counted."""
    if candidate.shape in {"list", "group"}:
        return True
    if candidate.shape == "recommend" or candidate.aspects == (WHAT_IS,):
        return False
    said = candidate.draw()
    text = " ".join((said.lead, *said.points)).lower()
    return bool(_NUMBER.search(text)) or not _COUNTS.isdisjoint(text.replace(",", " ").split())


def _hesitate(reading: Reading, candidates: Sequence[Candidate], view: View) -> Decision:
    """What to do where nothing explains the question well enough: name its topic, ask back, or decline."""
    if reading.neighbours and not reading.subjects:
        return Decision("abstain", because=ELSEWHERE, neighbour=reading.neighbours[0])
    close = [c for c in candidates if c.score >= CLARIFY]
    if not reading.asks and not (close and reading.subjects and reading.fragment):
        return Decision("silent", because="not sure that it is a question")
    score = f"{candidates[0].score:.2f}"
    if close and (reading.subjects or reading.needs or reading.aspects):
        return Decision("clarify", suggestions=suggest(close, view), because=score)
    return Decision("abstain", because=score)


# ---------------------------------------------------------------- reasons not to answer, whatever the score


def _nobody_asks(case: _Case) -> Decision | None:
    asked = case.reading.asks or case.reading.fragment
    if asked or (case.best and (_is_told_trouble(case.best, case.reading) or _is_described(case))):
        return None
    return Decision("silent", because="no question")


def _ordered_about(case: _Case) -> Decision | None:
    return Decision("abstain", because="an order") if case.reading.has("order") and not case.reading.subjects else None


def _somebodys_own(case: _Case) -> Decision | None:
    if not case.reading.has("account", "action"):
        return None
    return Decision("abstain", because=ACCOUNT if case.best or case.reading.subjects else "nothing known")


def _another_topic(case: _Case) -> Decision | None:
    neighbour = _foreign(case.reading, case.knowledge)
    return Decision("abstain", because=ELSEWHERE, neighbour=neighbour) if neighbour else None


def _of_nothing(case: _Case) -> Decision | None:
    if case.best and is_open(case.reading) and not _is_entry_asked_for(case):
        return Decision("clarify", because="of what?")
    return None


def _nothing_known(case: _Case) -> Decision | None:
    if case.best:
        return None
    return Decision("abstain" if case.reading.asks else "silent", because="nothing known")


def _question_of_a_neighbour(case: _Case) -> Decision | None:
    decoy = _decoy(case.matches, FOREIGN)
    if decoy and case.best and case.best.shape not in {"compare", "entry"}:
        return Decision("abstain", because=ELSEWHERE, neighbour=decoy.id)
    return None


_REASONS = (
    _ordered_about,
    _nobody_asks,
    _somebodys_own,
    _another_topic,
    _of_nothing,
    _nothing_known,
    _question_of_a_neighbour,
)


def _is_entry_asked_for(case: _Case) -> bool:
    """Whether the question has every telling word of a phrasing, and no other, of the entry that answers it."""
    first = case.matches[0] if case.matches else None
    if not first or not case.best or case.best.shape != "entry" or first.id != case.best.id:
        return False
    return first.score >= WORD_FOR_WORD and any(term[0] not in "@#" for term in first.shared)


def _verbatim(candidate: Candidate) -> bool:
    """Whether the question is one of an entry's own phrasings."""
    return candidate.shape == "entry" and candidate.score > 1.0


def _is_described(case: _Case) -> bool:
    """Whether what stands there, a noun with what it does, has nearly all the words of a phrasing ("a pan that …")."""
    first = case.matches[0] if case.matches else None
    return bool(first and case.best and first.id == case.best.id and first.score >= DESCRIBED)


def _is_told_trouble(best: Candidate, reading: Reading) -> bool:
    """Whether what is told, not asked, is a trouble that somebody has written about."""
    return best.shape == "entry" and best.score >= TROUBLE and reading.has("trouble")


def is_open(reading: Reading) -> bool:
    """Whether a question says what it wants to know but not of what ("how is it billed?")."""
    if not reading.aspects or reading.subjects or reading.neighbours or len(reading.words) > OPEN:
        return False
    if reading.has("which", "where", "list") or (reading.needs and not reading.has("pronoun")):
        return False
    return reading.covered(reading.positions("aspect", *(a for a, _ in reading.aspects))) >= OPEN_SHARE


def _foreign(reading: Reading, knowledge: Knowledge) -> str:
    """The neighbour that a question is about, if it is: any that is never mere context, or the only topic named."""
    others = [n for n in reading.neighbours if knowledge.neighbours[n].kind == "other"]
    if others:
        return others[0]
    if not reading.neighbours or reading.subjects or len(reading.words) >= LONG:
        return ""
    named = reading.positions("neighbour", *reading.neighbours)
    needed = any(not reading.positions("need", need) <= named for need, _ in reading.needs)
    advises = reading.has("which", "where", "advise", "how", "weigh", "yesno")
    return "" if needed and advises else reading.neighbours[0]


# ---------------------------------------------------------------- how well a question must be explained


def _bar(reading: Reading, best: Candidate, matches: Sequence[Match]) -> float:
    """The score from which this conclusion may be said."""
    if not reading.asks and best.shape == "entry":
        return TROUBLE
    bar = _usual_bar(reading)
    decoy = _decoy(matches, NEAR)
    if decoy and not _plainly_asked(best):
        bar += RAISED * decoy.score
    if reading.neighbours and best.shape not in {"recommend", "entry"}:
        bar += MENTIONED
    return bar


def _usual_bar(reading: Reading) -> float:
    if len(reading.words) >= LONG:
        return STORY
    return ANSWER if reading.asks else FRAGMENT


def _plainly_asked(best: Candidate) -> bool:
    return best.shape == "compare" or (best.shape == "fact" and best.covered >= PLAIN)


def _decoy(matches: Sequence[Match], least: float) -> Match | None:
    """The phrasing of a neighbour that resembles the question most, if nothing else resembles it more."""
    best = matches[0] if matches else None
    return best if best and best.kind == DECOY and best.score >= least else None


# ---------------------------------------------------------------- asking back


def suggest(candidates: Iterable[Candidate], view: View) -> tuple[str, ...]:
    """The questions that these candidates would answer, worded so that they can be asked."""
    worded = (wording(c, view) for c in candidates)
    return tuple(dict.fromkeys(w for w in worded if w))[:SUGGESTIONS]


def wording(candidate: Candidate, view: View) -> str:
    """A question whose answer is this candidate; empty if there is no natural one."""
    knowledge = view.knowledge
    if candidate.shape == "entry":
        return _as_question(knowledge.entries[candidate.id].title)
    if candidate.shape == "compare":
        return f"{' vs '.join(view.short(s) for s in candidate.subjects)}?"
    if candidate.shape in {"fact", "limits", "facts", "stands-for"} and candidate.subjects:
        return knowledge.aspects[candidate.aspects[0]].asks.replace("{subject}", view.short(candidate.subjects[0]))
    if candidate.shape == "list":
        return f"Which services are {knowledge.aspects[candidate.aspects[0]].claim}?"
    return ""


def _as_question(title: str) -> str:
    return title if title.endswith("?") else title + "?"
