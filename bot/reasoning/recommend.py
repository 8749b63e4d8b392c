"""Which alternative a workload needs, by elimination: needs in, alternatives kept or struck out, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.model import Need, Quantity
from bot.reading import LONG, Reading
from bot.reasoning.conclusion import Candidate, Conclusion, View, explained, listed

FIT = 0.35  # what "can do it" is worth beside "is made for it"
CLOSE = 0.92  # a runner-up within this share of the winner is named beside it: never a silent tie-break
UNASKED = 0.6  # "what is event driven?" asks for no service
SETTLED = 1.05  # one of two that were offered is ruled out: that is the answer
SIZED = 0.6  # "how much memory for …" asks for a size
COMPLETING = 0.85  # what stands beside another choice is named with it
FOREIGN = 0.5  # the features of one service are no choice for a question about another
STRUCK = 2  # alternatives ruled out that are worth a line


_LASTING = frozenset(["every", "each", "per", "within", "last", "past", "next", "after", "once", "than"])
_WORKING = frozenset(
    ["run", "runs", "running", "take", "takes", "taking", "last", "lasts", "process", "processing", "processed", "job", "jobs", "complete", "completes", "finish", "finishes", "long", "execute", "executes", "execution"]
)
_OVER = frozenset(["over", "more", "longer", "exceed", "exceeds", "exceeding", "above", "beyond"])


class _Weighed(NamedTuple):
    """The alternatives of one group: points, reasons for, and reasons against."""

    points: dict[str, float]
    reasons: dict[str, list[str]]
    struck: dict[str, str]
    needs: list[Need]
    weight: float


def recommendations(reading: Reading, view: View) -> Iterator[Candidate]:
    """The recommendation that the needs in a question lead to, one for each group of alternatives in play."""
    needs = [(view.knowledge.needs[id_], weight) for id_, weight in reading.needs]
    groups = dict.fromkeys(need.group for need, _ in needs)
    for group in groups:
        weighed = _weigh(reading, view, group, needs)
        if weighed.points:
            yield _candidate(reading, view, group, weighed, needs)


def _candidate(
    reading: Reading, view: View, group: str, weighed: _Weighed, needs: Sequence[tuple[Need, float]]
) -> Candidate:
    winners = _winners(weighed, reading)
    said = reading.positions("need", *(n.id for n, _ in needs)) | reading.positions("group", *reading.groups)
    said |= (
        reading.positions("aspect", *(a for a, _ in reading.aspects))
        | reading.positions("subject", *weighed.points)
        | reading.positions("quantity", "")
    )
    for need in weighed.needs:
        said |= explained(reading, view.text_stems("need " + need.id, (need.name, *need.best.values(), *need.words)))
    covered = reading.covered(said)
    strength = _strength(reading, view, group, weighed)
    story = 1.0 - math.exp(-weighed.weight / 1.9)
    score = strength * covered
    if len(reading.words) >= LONG:
        score = strength * max(covered, story)
    return Candidate(
        "recommend",
        group + ": " + "/".join(winners),
        score,
        covered,
        tuple(winners),
        (),
        lambda: _conclude(view, group, weighed, winners, needs),
    )


def _strength(reading: Reading, view: View, group: str, weighed: _Weighed) -> float:
    """How surely a choice among this group was asked for."""
    asked = [g for g in reading.groups if g != "compute"]
    if asked and group not in asked:
        return 0.55
    families = [view.knowledge.subjects[s].parent or s for s in reading.subjects]
    named = [
        s for s in (*reading.subjects, *families) if s in weighed.points or view.knowledge.subjects[s].group == group
    ]
    named = list(dict.fromkeys(named))
    owners = {view.knowledge.subjects[s].parent for s in weighed.points}
    if families and owners.isdisjoint({"", *families}) and not named:
        return FOREIGN
    if group in asked:
        return 1.0
    if any(view.knowledge.needs[need].group in view.knowledge.groups[group].beside for need, _ in reading.needs):
        return COMPLETING
    if reading.has("either") and not weighed.struck.keys().isdisjoint(reading.subjects):
        return SETTLED
    if named and reading.has("measure") and reading.aspects:
        return SIZED
    if len(named) == 1 and not reading.has("which", "either") and not reading.groups:
        return 0.7
    if reading.has("which", "where", "advise", "list") or reading.groups:
        return 0.97
    if len(named) == 1 and not reading.has("weigh"):
        return 0.7
    if reading.has("define") and not reading.has("pronoun"):
        return UNASKED
    services = [s for s in reading.subjects if view.knowledge.subjects[s].kind == "service"]
    if services and reading.has("yesno") and not reading.has("either"):
        return 0.7
    if reading.has("how", "what", "weigh", "yesno"):
        return 0.9
    return 0.85


def _weigh(reading: Reading, view: View, group: str, needs: Sequence[tuple[Need, float]]) -> _Weighed:
    weighed = _Weighed({}, {}, {}, [], 0.0)
    own = [(need, weight) for need, weight in needs if need.group == group]
    named = {need.id for need, _ in own}
    timed = any(q.measure == "time" for q in reading.quantities)  # else no need is implied
    own += [
        (need, 0.0)
        for need in (view.knowledge.needs.values() if timed else ())
        if need.group == group and need.id not in named and _implied(need, reading, view)
    ]
    for need, weight in own:
        weighed.needs.append(need)
        for subject, reason in need.best.items():
            weighed.points[subject] = weighed.points.get(subject, 0.0) + min(weight, 2.5)
            weighed.reasons.setdefault(subject, []).append(reason)
        for subject, reason in need.fits.items():
            weighed.points[subject] = weighed.points.get(subject, 0.0) + FIT * min(weight, 2.5)
            weighed.reasons.setdefault(subject, []).append(reason)
        weighed.struck.update(_fails(need, reading, view, dict.fromkeys((*weighed.points, *need.fails))))
    for subject in [*weighed.struck, *reading.excluded]:
        weighed.points.pop(subject, None)
        weighed.struck.setdefault(subject, "you ruled it out")
    return _Weighed(weighed.points, weighed.reasons, weighed.struck, weighed.needs, sum(w for _, w in own))


def _implied(need: Need, reading: Reading, view: View) -> bool:
    """Whether an amount in the question says how long the work takes, so that every alternative's time limit matters ("jobs of 4 hours")."""
    if not need.aspect or view.knowledge.aspects[need.aspect].measure != "time" or need.best:
        return False
    return any(_is_length(q, reading) for q in reading.quantities if q.measure == "time")


def _is_length(amount: Quantity, reading: Reading) -> bool:
    texts = [w.text for w in reading.words]
    at = next((i for i, w in enumerate(reading.words) if w.typed == amount.text.split()[0]), -1)
    before, around = texts[max(0, at - 3) : at], texts[max(0, at - 7) : at + 5]
    return at >= 0 and _LASTING.isdisjoint(before) and not _WORKING.isdisjoint(around)


def _fails(need: Need, reading: Reading, view: View, subjects: Iterable[str]) -> dict[str, str]:
    """The alternatives that cannot meet a need: by the amount in the question where it gives one, else as written."""
    amounts = [
        q for q in reading.quantities if need.aspect and q.measure == view.knowledge.aspects[need.aspect].measure
    ]
    if not amounts:
        return dict(need.fails)
    return {**_too_much(need, reading, view, subjects, amounts)}


def _too_much(
    need: Need, reading: Reading, view: View, subjects: Iterable[str], amounts: Sequence[Quantity]
) -> dict[str, str]:
    over = 1.0000001 if not _OVER.isdisjoint(w.text for w in reading.words) else 1.0
    amount = min(amounts, key=lambda q: _distance(q, need, reading))
    struck = {}
    for subject in subjects:
        fact = view.knowledge.fact(subject, need.aspect)
        if fact and fact.max and (amount.amount * over > fact.max.amount):
            struck[subject] = f"its limit is {fact.max.text}"
    return struck


def _distance(amount: Quantity, need: Need, reading: Reading) -> int:
    """How many words stand between an amount and the words of the need that it belongs to."""
    at = [w.start for w in reading.words if w.typed in amount.text.split()]
    said = [reading.words[i].start for i in reading.positions("need", need.id)]
    return min((abs(a - b) for a in at for b in said), default=0)


def _winners(weighed: _Weighed, reading: Reading) -> list[str]:
    named = [s for s in reading.subjects if s in weighed.points]
    pool = named if len(named) >= 2 and reading.has("weigh", "compare") else list(weighed.points)
    ranked = sorted(pool, key=lambda s: -weighed.points[s])
    top = weighed.points[ranked[0]]
    return [s for s in ranked[:2] if weighed.points[s] >= CLOSE * top]


def _conclude(
    view: View, group: str, weighed: _Weighed, winners: Sequence[str], needs: Sequence[tuple[Need, float]]
) -> Conclusion:
    winner = winners[0]
    helpers = _helpers(view, group, needs, winners)
    choice = listed((view.name(s) for s in winners), "or")
    with_ = f" with {listed(view.name(h) for h in helpers)}" if helpers else ""
    reasons = _distinct(weighed.reasons[winner])
    others = [s for s in sorted(weighed.points, key=lambda s: -weighed.points[s]) if s not in winners][:2]
    lead = f"{choice}{with_}: {reasons[0]}."
    points = [*(_sentence(r) for r in reasons[1:3])]
    points += [f"{view.short(s)}: {weighed.reasons[s][0]}." for s in winners[1:]]
    points += [f"Also possible: {view.short(s)} ({weighed.reasons[s][0]})." for s in others if s in weighed.reasons][:1]
    points += [
        f"Not {view.short(s)}: {reason}."
        for s, reason in list(weighed.struck.items())[:STRUCK]
        if s in view.knowledge.subjects
    ]
    for helper in helpers:
        need = next((n for n, _ in needs if helper in n.best), None)
        if need:
            points.append(f"{view.short(helper)}: {need.best[helper]}.")
    own = weighed.needs
    return Conclusion(
        lead=lead,
        title="Recommendation",
        points=tuple(points),
        because=_sentence(reasons[0]),
        sources=tuple(dict.fromkeys(s for n in own for s in n.sources))[:3],
        as_of=min((n.as_of for n in own), default=""),
        subjects=(winner,),
        options=(*winners, *others),
        cites=tuple("need." + n.id for n in own),
    )


def _helpers(view: View, group: str, needs: Sequence[tuple[Need, float]], winners: Sequence[str]) -> list[str]:
    """What belongs beside the winner: named by its needs, or best for a need of another group (an API in front of a function)."""
    found = [s for need, _ in needs if need.group == group for s in need.with_]
    found += [
        next(iter(need.best))
        for need, weight in needs
        if group in view.knowledge.groups[need.group].beside and weight >= 1.0 and need.best
    ]
    return [s for s in dict.fromkeys(found) if s not in winners][:2]


def _distinct(reasons: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(reasons))


def _sentence(clause: str) -> str:
    return clause[:1].upper() + clause[1:] + ("" if clause.endswith(".") else ".")
