"""Which subjects have a property: every subject whose fact on one aspect says yes, those that partly do, and those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import english
from bot.model import Fact, Verdict
from bot.reading import Reading
from bot.reasoning.conclusion import Candidate, Conclusion, View, explained, listed

PARTIAL = 0.8  # a list by one property, where more is required of a service than that


def lists(reading: Reading, view: View) -> Iterator[Candidate]:
    """The list that "which services …?" asks for, among all main services or those the question names."""
    asked = reading.has("which", "list") or (reading.has("what") and reading.groups)
    if reading.has("where") or (not asked and len(reading.subjects) < 2):
        return
    if len(reading.subjects) == 1 and not reading.has("which", "list"):
        return
    for aspect, weight in reading.aspects[:3]:
        if view.knowledge.aspects[aspect].claim and weight >= 0.4:
            among = [s for s in reading.subjects if not reading.names_aspect(s)]
            facts = _facts(view, aspect, among if len(reading.subjects) > 1 else ())
            if len(facts) > 1:
                yield _candidate(reading, view, aspect, facts, weight)


def alternatives(reading: Reading, view: View) -> Iterator[Candidate]:
    """The members of a group that "which compute services are there?" asks for."""
    if not reading.has("list", "which", "what") or reading.needs or not reading.groups:
        return
    for group in reading.groups[:1]:
        members = [s for s in view.knowledge.subjects.values() if s.group == group]
        said = reading.positions("group", group) | reading.positions(
            "subject", *(s.parent for s in members), *reading.subjects
        )
        covered = reading.covered(said)
        foreign = [
            s
            for s in reading.subjects
            if s not in {m.parent for m in members} and view.knowledge.subjects[s].kind != "concept"
        ]
        if len(members) > 1 and not foreign:
            yield Candidate(
                "group", group, covered * 0.95, covered, tuple(s.id for s in members), (), lambda: _members(view, group)
            )


def _members(view: View, group: str) -> Conclusion:
    members = [s for s in view.knowledge.subjects.values() if s.group == group]
    facts = [f for s in members if (f := view.knowledge.fact(s.id, "what-is"))]
    return Conclusion(
        lead=f"{listed(view.short(s.id) for s in members)}.",
        title=f"Every {view.knowledge.groups[group].name} known here",
        points=tuple(f"{view.short(f.subject)}: {f.brief or f.says}" for f in facts),
        sources=tuple(dict.fromkeys(s for f in facts for s in f.sources))[:2],
        as_of=min((f.as_of for f in facts), default=""),
        subjects=tuple(s.id for s in members),
        options=tuple(s.id for s in members),
        cites=tuple(f.id for f in facts),
    )


def _facts(view: View, aspect: str, among: Sequence[str]) -> list[Fact]:
    subjects = among or [s for s in view.popular if view.knowledge.subjects[s].kind == "service"]
    return [f for s in subjects if (f := view.knowledge.fact(s, aspect)) and f.answer]


def _candidate(reading: Reading, view: View, aspect: str, facts: Sequence[Fact], weight: float) -> Candidate:
    said = (
        reading.positions("aspect", aspect)
        | reading.positions("group", *reading.groups)
        | reading.positions("subject", *(f.subject for f in facts))
    )
    claim = view.knowledge.aspects[aspect]
    said |= explained(reading, view.text_stems("claim " + aspect, (claim.claim, claim.name)))
    covered = reading.covered(said)
    strength = min(1.0, 0.6 + 0.4 * weight)
    told = reading.positions("need", *(need for need, _ in reading.needs))
    if not told <= said:
        strength *= PARTIAL
    if len(reading.subjects) == 1:
        strength *= 0.6
    elif reading.subjects and reading.has("weigh"):
        strength *= 0.9
    return Candidate(
        "list",
        aspect,
        covered * strength,
        covered,
        tuple(f.subject for f in facts if f.answer == "yes"),
        (aspect,),
        lambda: _conclude(view, aspect, facts, without=_is_denied(reading, aspect)),
    )


def _is_denied(reading: Reading, aspect: str) -> bool:
    """Whether those without a property are asked for: "which are not …?", "which has no …?"."""
    at = min(reading.positions("aspect", aspect), default=0)
    return any(w.text in english.NEGATIONS for w in reading.words[max(0, at - 2) : at])


def _conclude(view: View, aspect: str, facts: Sequence[Fact], *, without: bool) -> Conclusion:
    claim = view.knowledge.aspects[aspect].claim
    yes, partly, no = (_with(facts, answer) for answer in ("yes", "partly", "no"))
    if without:
        claim, yes, no = f"not {claim}", no, yes
    lead = (
        f"{claim[:1].upper()}{claim[1:]}: {listed(view.short(f.subject) for f in yes)}."
        if yes
        else f"None of them: {claim}."
    )
    points = [f"{view.short(f.subject)}: {f.brief}" for f in yes[:4] if f.brief]
    if partly:
        points.append(
            "Partly: "
            + "; ".join(
                f"{view.short(f.subject)} ({f.brief})" if f.brief else view.short(f.subject) for f in partly[:4]
            )
            + "."
        )
    if no:
        points.append(f"{'But these are' if without else 'Not'}: {listed(view.short(f.subject) for f in no)}.")
    return Conclusion(
        lead=lead,
        title=view.knowledge.aspects[aspect].name,
        points=tuple(points),
        sources=tuple(dict.fromkeys(s for f in (yes or facts) for s in f.sources))[:3],
        as_of=min((f.as_of for f in facts), default=""),
        subjects=tuple(f.subject for f in yes),
        aspects=(aspect,),
        options=tuple(f.subject for f in yes),
        cites=tuple(f.id for f in facts),
    )


def _with(facts: Sequence[Fact], answer: Verdict) -> list[Fact]:
    return [f for f in facts if f.answer == answer]
