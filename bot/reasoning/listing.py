"""Which subjects have a property: those whose fact on it says yes, those that partly do, and those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import english
from bot.model import Aspect, Fact, Subject, Verdict
from bot.reading import Reading
from bot.reasoning.conclusion import Candidate, Conclusion, View, explained, listed, oldest, sources_of

ASPECTS = 3  # properties that a question may ask a list for; the weightiest are tried
NAMED = 0.4  # weight from which a word names a property
SEVERAL = 2  # what it takes to make a list

# What a list is worth.
PLAIN, BY_WEIGHT = 0.6, 0.4  # by how surely the property was named
GROUP = 0.95  # the members of a group
PARTIAL = 0.8  # a list by one property, where more is required of a service than that
OF_ONE = 0.6  # where one subject was named, and is what the question is about
WEIGHED = 0.9  # where the subjects named are to be weighed against each other

BEFORE = 2  # words before a property in which it may be denied
SHOWN = 4  # subjects that are told with a word more than their names
SOURCES, GROUP_SOURCES = 3, 2


def lists(reading: Reading, view: View) -> Iterator[Candidate]:
    """The list that "which services …?" asks for, among all main services or those the question names."""
    if not _asks_for_list(reading, view):
        return
    several = len(reading.subjects) >= SEVERAL
    among = [s for s in reading.subjects if several and not reading.names_aspect(s)]
    for aspect, weight in reading.aspects[:ASPECTS]:
        if view.knowledge.aspects[aspect].claim and weight >= NAMED:
            facts = _facts(view, aspect, among)
            if len(facts) >= SEVERAL:
                yield _candidate(reading, view, aspect, facts, weight)


def _asks_for_list(reading: Reading, view: View) -> bool:
    if reading.has("where"):
        return False
    if reading.has("which", "list"):
        return True
    if len(reading.subjects) >= SEVERAL:
        kinds = {view.knowledge.subjects[s].kind for s in reading.subjects}
        return "feature" not in kinds or reading.has("compare", "weigh", "either", "both", "inherited")
    return not reading.subjects and reading.has("what") and bool(reading.groups)


def _facts(view: View, aspect: str, among: Sequence[str]) -> list[Fact]:
    subjects = among or [s for s in view.popular if view.knowledge.subjects[s].kind == "service"]
    return [f for s in subjects if (f := view.knowledge.fact(s, aspect)) and f.answer]


def _candidate(reading: Reading, view: View, aspect: str, facts: Sequence[Fact], weight: float) -> Candidate:
    claim = view.knowledge.aspects[aspect]
    said = (
        reading.positions("aspect", aspect)
        | reading.positions("group", *reading.groups)
        | reading.positions("subject", *(f.subject for f in facts))
        | explained(reading, view.text_stems("claim " + aspect, (claim.claim, claim.name)))
    )
    covered = reading.covered(said)
    strength = min(1.0, PLAIN + BY_WEIGHT * weight) * _fitting(reading, said)
    subjects = tuple(f.subject for f in _with(facts, "yes"))
    denied = _is_denied(reading, aspect)
    return Candidate(
        "list",
        aspect,
        covered * strength,
        covered,
        subjects,
        (aspect,),
        lambda: _conclude(view, claim, facts, denied=denied),
    )


def _fitting(reading: Reading, said: frozenset[int]) -> float:
    """What a list that says this is worth, by what else was asked."""
    needed = reading.positions("need", *(need for need, _ in reading.needs))
    worth = 1.0 if needed <= said else PARTIAL
    if len(reading.subjects) == 1:
        return worth * OF_ONE
    return worth * WEIGHED if reading.subjects and reading.has("weigh") else worth


def _is_denied(reading: Reading, aspect: str) -> bool:
    """Whether those without a property are asked for: "which are not …?", "which has no …?"."""
    at = min(reading.positions("aspect", aspect), default=0)
    return any(w.text in english.NEGATIONS for w in reading.words[max(0, at - BEFORE) : at])


def _conclude(view: View, aspect: Aspect, facts: Sequence[Fact], *, denied: bool) -> Conclusion:
    yes, partly, no = (_with(facts, answer) for answer in ("yes", "partly", "no"))
    claim = aspect.claim
    if denied:
        claim, yes, no = f"not {claim}", no, yes
    points = [f"{view.short(f.subject)}: {f.brief}" for f in yes[:SHOWN] if f.brief]
    if partly:
        points.append(f"Partly: {'; '.join(_with_brief(f, view) for f in partly[:SHOWN])}.")
    if no:
        points.append(f"{'But these are' if denied else 'Not'}: {listed(view.short(f.subject) for f in no)}.")
    named = listed(view.short(f.subject) for f in yes)
    return Conclusion(
        lead=f"{claim[:1].upper()}{claim[1:]}: {named}." if yes else f"None of them: {claim}.",
        title=aspect.name,
        points=tuple(points),
        sources=sources_of(yes or facts)[:SOURCES],
        as_of=oldest(facts),
        subjects=tuple(f.subject for f in yes),
        aspects=(aspect.id,),
        options=tuple(f.subject for f in yes),
        cites=tuple(f.id for f in facts),
    )


def _with(facts: Sequence[Fact], answer: Verdict) -> list[Fact]:
    return [f for f in facts if f.answer == answer]


def _with_brief(fact: Fact, view: View) -> str:
    return f"{view.short(fact.subject)} ({fact.brief})" if fact.brief else view.short(fact.subject)


# ---------------------------------------------------------------- the members of a group


def alternatives(reading: Reading, view: View) -> Iterator[Candidate]:
    """The members of a group that "which kinds of oven are there?" asks for."""
    if not reading.has("list", "which", "what") or reading.needs or not reading.groups:
        return
    group = reading.groups[0]
    members = [s for s in view.knowledge.subjects.values() if s.group == group]
    if len(members) < SEVERAL or _names_others(reading, view, members):
        return
    said = reading.positions("subject", *(s.parent for s in members), *reading.subjects)
    covered = reading.covered(said | reading.positions("group", group))
    ids = tuple(s.id for s in members)
    yield Candidate("group", group, covered * GROUP, covered, ids, (), lambda: _members(view, group, members))


def _names_others(reading: Reading, view: View, members: Sequence[Subject]) -> bool:
    """Whether the question names a subject that none of the members is a feature of."""
    parents = {m.parent for m in members}
    return any(s not in parents and view.knowledge.subjects[s].kind != "concept" for s in reading.subjects)


def _members(view: View, group: str, members: Sequence[Subject]) -> Conclusion:
    facts = [f for s in members if (f := view.knowledge.fact(s.id, "what-is"))]
    ids = tuple(s.id for s in members)
    return Conclusion(
        lead=f"{listed(s.short for s in members)}.",
        title=f"Every {view.knowledge.groups[group].name} known here",
        points=tuple(f"{view.short(f.subject)}: {f.brief or f.says}" for f in facts),
        sources=sources_of(facts)[:GROUP_SOURCES],
        as_of=oldest(facts),
        subjects=ids,
        options=ids,
        cites=tuple(f.id for f in facts),
    )
