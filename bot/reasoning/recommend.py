"""Which alternative a workload needs, by elimination: needs keep alternatives or strike them out, each for a reason."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot import english
from bot.model import Need, Quantity
from bot.reading import LONG, Reading
from bot.reasoning.conclusion import (
    ABOVE,
    Candidate,
    Conclusion,
    View,
    explained,
    listed,
    oldest,
    sentence,
    sources_of,
)

# What a need says for an alternative.
FIT = 0.35  # what "can do it" is worth beside "is made for it"
WEIGHTIEST = 2.5  # more words for the same need say no more
CLOSE = 0.92  # a runner-up within this share of the winner is named beside it: never a silent tie-break
TOLD = 1.9  # weight of needs by which a story is explained to 63 %
HELPING = 1.0  # weight from which a need of another group is met beside the winner

# How surely a choice among a group was asked for.
ASKED = 1.0  # the group is named
SETTLED = 1.05  # one of two that were offered is ruled out: that is the answer
WISHED = 0.97  # "which service …?"
ASKED_HOW = 0.87  # "how do I …?", "can I …?"
STATED = 0.82  # needs, and no question
COMPLETING = 0.82  # what stands beside another choice is named with it
ABOUT_ONE = 0.7  # one of them is named, and rather asked about than to be chosen
UNASKED = 0.6  # "what is event driven?" asks for no service
SIZED = 0.6  # "how much memory for …" asks for a size
ELSEWHERE = 0.55  # another group is named, or a feature is asked for
IN_USE = 0.6  # a story in which one of them is used already asks for something about that one …
MOSTLY = 0.66  # … unless the choice explains this share of it
FOREIGN = 0.5  # the features of one service are no choice for a question about another

# Where the words stand that tell whether an amount is how long the work takes.
BEFORE = 3  # words before it: "every 4 hours" is no length
DENIED = 4  # words before a name: "does not want to manage servers" has none
AROUND = (7, 5)  # words before and behind it: "a job of 4 hours" is

# What is shown.
WINNERS, OTHERS, HELPERS, STRUCK, SOURCES = 2, 2, 2, 2, 3
REASONS = 2  # further reasons for the winner

_LASTING = english.words("every each per within last past next after once than")
_WORKING = english.words(
    """
    run runs running take takes taking last lasts process processing processed job jobs complete completes finish
    finishes long execute executes execution
    """
)
_DOING_WITHOUT = english.words("without no not avoid only")
_ADJECTIVE, _SINGLE = english.words("second minute hour day"), english.words("1 one a an half")
_OVER = english.words("over more longer exceed exceeds exceeding above beyond")

Weighted = tuple[Need, float]


class _Choice(NamedTuple):
    """The alternatives of one group: points, reasons for and against, the needs that decide, and how much they say."""

    group: str
    points: dict[str, float]
    reasons: dict[str, list[str]]
    struck: dict[str, str]
    needs: tuple[Need, ...]
    weight: float

    def ranked(self) -> list[str]:
        """The alternatives that are left, best first."""
        return sorted(self.points, key=lambda s: -self.points[s])


def recommendations(reading: Reading, view: View) -> Iterator[Candidate]:
    """The recommendation that the needs in a question lead to, one for each group of alternatives in play."""
    needs = [(view.knowledge.needs[id_], weight) for id_, weight in reading.needs]
    for group in dict.fromkeys(need.group for need, _ in needs):
        choice = _weigh(reading, view, group, needs)
        if choice.points:
            yield _candidate(reading, view, choice, needs)


def _candidate(reading: Reading, view: View, choice: _Choice, needs: Sequence[Weighted]) -> Candidate:
    winners = _winners(choice, reading)
    covered = reading.covered(_said(reading, view, choice))
    story = 1.0 - math.exp(-choice.weight / TOLD)
    strength = _strength(reading, view, choice)
    if len(reading.words) >= LONG and covered < MOSTLY and _has_one(reading, view, choice):
        strength *= IN_USE
    score = strength * (max(covered, story) if len(reading.words) >= LONG else covered)
    name = f"{choice.group}: {'/'.join(winners)}"
    return Candidate(
        "recommend", name, score, covered, tuple(winners), (), lambda: _conclude(view, choice, winners, needs)
    )


def _said(reading: Reading, view: View, choice: _Choice) -> frozenset[int]:
    """The positions of the words that a choice explains."""
    stems = (view.text_stems("need " + n.id, (n.name, *n.best.values(), *n.words)) for n in choice.needs)
    return reading.positions("quantity", "").union(
        reading.positions("need", *(id_ for id_, _ in reading.needs)),
        reading.positions("group", *reading.groups),
        reading.positions("aspect", *(a for a, _ in reading.aspects)),
        reading.positions("subject", *choice.points),
        *(explained(reading, of_need) for of_need in stems),
    )


def _winners(choice: _Choice, reading: Reading) -> list[str]:
    """The best alternative, and the next one if it is as good; of those offered, if some were."""
    ranked = choice.ranked()
    offered = [s for s in reading.subjects if s in choice.points]
    if len(offered) > 1 and reading.has("weigh", "compare"):
        ranked = sorted(offered, key=lambda s: -choice.points[s])
    top = choice.points[ranked[0]]
    return [s for s in ranked[:WINNERS] if choice.points[s] >= CLOSE * top]


# ---------------------------------------------------------------- how surely it was asked for


def _strength(reading: Reading, view: View, choice: _Choice) -> float:
    """How surely a choice among this group was asked for: the first of these that holds."""
    groups = [g for g in reading.groups if view.knowledge.groups[g].means != "any"]
    named = _named(reading, view, choice)
    one = len(named) == 1
    either = reading.has("either")
    rules = (
        (ELSEWHERE, groups and choice.group not in groups),
        (UNASKED, reading.has("compare") and len(reading.subjects) > 1 and not reading.has("which", "where", "advise")),
        (UNASKED, len(named) > 1 and reading.has("when") and reading.has("weigh") and not reading.has("which", "what")),
        (ELSEWHERE, reading.has("feature") and choice.group not in groups and _is_service(choice, view)),
        (FOREIGN, not named and _is_foreign(reading, view, choice)),
        (ASKED, choice.group in groups),
        (COMPLETING, _completes(reading, view, choice)),
        (SETTLED, either and not choice.struck.keys().isdisjoint(reading.subjects)),
        (SIZED, named and reading.has("measure") and reading.aspects),
        (ABOUT_ONE, one and not either and not reading.has("which") and not reading.groups),
        (WISHED, reading.groups or reading.has("which", "where", "advise", "list")),
        (ABOUT_ONE, one and not reading.has("weigh")),
        (UNASKED, reading.has("define") and not reading.has("pronoun")),
        (ABOUT_ONE, not either and reading.has("yesno") and _names_product(reading, view)),
        (ASKED_HOW, reading.has("how", "what", "weigh", "yesno")),
    )
    return next((strength for strength, holds in rules if holds), STATED)


def _is_service(choice: _Choice, view: View) -> bool:
    return view.knowledge.subjects[choice.ranked()[0]].kind == "service"


def _named(reading: Reading, view: View, choice: _Choice) -> set[str]:
    """The alternatives that a question names, itself or a feature of it."""
    named = {*reading.subjects, *map(view.family, reading.subjects)}
    return {s for s in named if s in choice.points or view.knowledge.subjects[s].group == choice.group}


def _has_one(reading: Reading, view: View, choice: _Choice) -> bool:
    """Whether a story tells that one of the alternatives is in use: names it, and does not rule it out."""
    subjects, winner = view.knowledge.subjects, choice.ranked()[0]
    for (kind, id_), at in reading.said.items():
        if kind != "subject" or id_ in reading.excluded:
            continue
        if reading.groups and view.family(id_) == winner:
            continue  # "which service …?" may have its answer's name in the story ("batch work")
        among = choice.group in (subjects[id_].group, subjects[view.family(id_)].group)
        before = reading.words[max(0, min(at) - DENIED) : min(at)]
        if among and _DOING_WITHOUT.isdisjoint(w.text for w in before):
            return True
    return False


def _is_foreign(reading: Reading, view: View, choice: _Choice) -> bool:
    """Whether the alternatives are features of another service than the question is about."""
    owners = {view.knowledge.subjects[s].parent for s in choice.points}
    return bool(reading.subjects) and owners.isdisjoint({"", *map(view.family, reading.subjects)})


def _completes(reading: Reading, view: View, choice: _Choice) -> bool:
    """Whether the question needs something that this group only stands beside."""
    beside = view.knowledge.groups[choice.group].beside
    return any(view.knowledge.needs[need].group in beside for need, _ in reading.needs)


def _names_product(reading: Reading, view: View) -> bool:
    return any(view.knowledge.subjects[s].kind != "concept" for s in reading.subjects)


# ---------------------------------------------------------------- points, and what is struck out


def _weigh(reading: Reading, view: View, group: str, needs: Sequence[Weighted]) -> _Choice:
    own = [(need, weight) for need, weight in needs if need.group == group]
    named = {need.id for need, _ in own}
    own += [(need, 0.0) for need in _implied(reading, view, group) if need.id not in named]
    choice = _Choice(group, {}, {}, {}, tuple(need for need, _ in own), sum(weight for _, weight in own))
    for need, weight in own:
        _count(choice, need.best, min(weight, WEIGHTIEST))
        _count(choice, need.fits, FIT * min(weight, WEIGHTIEST))
        choice.struck.update(fails(need, reading, view, (*choice.points, *need.fails)))
    for subject in [*choice.struck, *reading.excluded]:
        choice.points.pop(subject, None)
        choice.struck.setdefault(subject, "you ruled it out")
    return choice


def _count(choice: _Choice, reasons: Mapping[str, str], points: float) -> None:
    for subject, reason in reasons.items():
        choice.points[subject] = choice.points.get(subject, 0.0) + points
        choice.reasons.setdefault(subject, []).append(reason)


def _implied(reading: Reading, view: View, group: str) -> Iterator[Need]:
    """The needs for time, where an amount says how long the work takes ("jobs of 4 hours")."""
    if not any(_is_length(q, reading) for q in reading.quantities if q.measure == "time"):
        return
    for need in view.knowledge.needs.values():
        timed = bool(need.aspect) and view.knowledge.aspects[need.aspect].measure == "time"
        if timed and need.group == group and not need.best:
            yield need


def _is_length(amount: Quantity, reading: Reading) -> bool:
    """Whether an amount is how long the work takes, so that the time limit of every alternative matters."""
    texts, number = [w.text for w in reading.words], amount.text.split()[0]
    at = next((i for i, w in enumerate(reading.words) if w.typed == number), None)
    if at is None:
        return False
    if amount.text.split()[-1] in _ADJECTIVE and number not in _SINGLE:
        return True  # "a 40 minute script"
    before, behind = AROUND
    around = texts[max(0, at - before) : at + behind]
    told = texts[at - 1] == "for" if at else False  # "every night for 2 hours", not "every 2 hours"
    repeats = not told and not _LASTING.isdisjoint(texts[max(0, at - BEFORE) : at])
    return not repeats and not _WORKING.isdisjoint(around)


def fails(need: Need, reading: Reading, view: View, subjects: Iterable[str]) -> Mapping[str, str]:
    """The alternatives that cannot meet a need: by the amount in the question where it gives one, else as written."""
    measure = view.knowledge.aspects[need.aspect].measure if need.aspect else None
    amounts = [q for q in reading.quantities if q.measure == measure]
    if not amounts:
        return need.fails
    amount = min(amounts, key=lambda q: _distance(q, need, reading))
    over = ABOVE if any(w.text in _OVER for w in reading.words) else 1.0
    limits = [(s, fact.max) for s in subjects if (fact := view.knowledge.fact(s, need.aspect)) and fact.max]
    return {s: f"its limit is {limit.text}" for s, limit in limits if amount.amount * over > limit.amount}


def _distance(amount: Quantity, need: Need, reading: Reading) -> int:
    """How many characters stand between an amount and the words of the need that it belongs to."""
    at = [w.start for w in reading.words if w.typed in amount.text.split()]
    said = [reading.words[i].start for i in reading.positions("need", need.id)]
    return min((abs(a - b) for a in at for b in said), default=0)


# ---------------------------------------------------------------- what to say


def _conclude(view: View, choice: _Choice, winners: Sequence[str], needs: Sequence[Weighted]) -> Conclusion:
    helpers = _helpers(view, choice.group, needs, winners)
    reasons = list(dict.fromkeys(choice.reasons[winners[0]]))
    others = [s for s in choice.ranked() if s not in winners][:OTHERS]
    named = listed(map(view.name, winners), "or")
    with_ = f" with {listed(map(view.name, helpers))}" if helpers else ""
    return Conclusion(
        lead=f"{named}{with_}: {reasons[0]}.",
        title="Recommendation",
        points=(
            *(sentence(reason) for reason in reasons[1 : 1 + REASONS]),
            *(f"{view.short(s)}: {choice.reasons[s][0]}." for s in winners[1:]),
            *(f"Also possible: {view.short(s)} ({choice.reasons[s][0]})." for s in others[:1]),
            *(f"Not {view.short(s)}: {reason}." for s, reason in list(choice.struck.items())[:STRUCK]),
            *_reasons_beside(view, helpers, needs),
        ),
        because=sentence(reasons[0]),
        sources=sources_of(choice.needs)[:SOURCES],
        as_of=oldest(choice.needs),
        subjects=(winners[0],),
        options=(*winners, *others),
        cites=tuple("need." + need.id for need in choice.needs),
    )


def _helpers(view: View, group: str, needs: Sequence[Weighted], winners: Sequence[str]) -> list[str]:
    """What belongs beside the winner: named by its needs, or best for what another group is needed for."""
    with_ = [s for need, _ in needs if need.group == group for s in need.with_]
    beside = [n for n, weight in needs if weight >= HELPING and group in view.knowledge.groups[n.group].beside]
    found = dict.fromkeys((*with_, *(next(iter(need.best)) for need in beside if need.best)))
    return [s for s in found if s not in winners][:HELPERS]


def _reasons_beside(view: View, helpers: Iterable[str], needs: Sequence[Weighted]) -> Iterator[str]:
    for helper in helpers:
        reason = next((need.best[helper] for need, _ in needs if helper in need.best), "")
        if reason:
            yield f"{view.short(helper)}: {reason}."
