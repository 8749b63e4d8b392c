"""What the facts say about one subject: definitions, single aspects, several at once, limits, and whether a quantity fits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from bot import english
from bot.model import Aspect, Fact, Quantity, Verdict
from bot.reading import LONG, Reading
from bot.reasoning.conclusion import Candidate, Conclusion, View, explained, listed

WHAT_IS = "what-is"
DRAWBACKS = "drawbacks"  # what a subject without numbers is limited by
INHERITED = 0.85  # what is true of a service need not be what was asked of its feature
INSTEAD = 0.9  # the definition where nothing narrower is known
UNDECIDED = 0.93  # to a yes/no question, something that says yes or no is the better reply
WIDER = 0.8  # an aspect that a narrower one was asked with ("what does it cost while idle")
BESIDE = 0.88  # a fact that only names the other subject
ALONE = 0.6  # one of the subjects of a comparison is half an answer
POINTS = 4  # further lines below a lead
_OVER = frozenset(["more", "longer", "over", "beyond", "exceed", "exceeds", "exceeding", "above", "bigger", "larger", "greater", "than"])
_UNDER = frozenset("less under below fewer within".split())
_TOO = frozenset(["too", "exceed", "exceeds", "exceeding"])


def about_facts(reading: Reading, view: View) -> Iterator[Candidate]:
    """Every fact that the question could be asking for, one candidate each, and the facts that it asks for together."""
    for subject in reading.subjects[:3]:
        aspects = list(_asked_aspects(reading, view, subject))
        alone = _alone(reading, view)
        for aspect, strength in aspects:
            strength *= alone
            candidate = _one_fact(reading, view, subject, aspect, strength)
            if candidate:
                yield candidate
        yield from _together(reading, view, subject, [a for a, strength in aspects if strength >= 0.8])
        yield from _stands_for(reading, view, subject)


def _asked_aspects(reading: Reading, view: View, subject: str) -> Iterator[tuple[str, float]]:
    """The aspects that the words mean, with how surely (0..1), and the definition where nothing else was asked."""
    implied = {_implied(view, subject, quantity, reading) for quantity in reading.quantities} - {""}
    own = reading.positions("subject", subject)
    asked = [(a, w) for a, w in reading.aspects if not _in_name(reading.positions("aspect", a), own)]
    top = max((w for a, w in asked), default=1.0)
    wider = {view.knowledge.aspects[a].under for a, w in asked if w >= 0.5}
    for aspect, weight in asked:
        if aspect != WHAT_IS and aspect not in implied:
            strength = min(1.0, 0.58 + 0.47 * weight) * (0.8 + 0.2 * min(1.0, weight / top))
            yield aspect, strength * (WIDER if aspect in wider else 1.0)
    yield from ((aspect, 1.0) for aspect in sorted(implied))
    stated = any(a == WHAT_IS for a, _ in reading.aspects) or reading.has("define")
    others = [w for a, w in asked if a != WHAT_IS]
    if not others:
        plain = not reading.has("how", "why", "who", "when", "many", "yesno", "which") and reading.covered(own) > 0.9
        yield WHAT_IS, 1.0 if stated or plain else 0.7
    else:
        yield WHAT_IS, 0.72 if stated and max(others) < 0.5 else 0.6


def _alone(reading: Reading, view: View) -> float:
    """What a fact of one subject is worth where several were named."""
    named = [s for s in reading.subjects if view.knowledge.subjects[s].kind != "concept" and not reading.names_aspect(s)]
    if len(named) < 2:  # noqa: PLR2004 - "several"
        return 1.0
    return ALONE if reading.has("compare", "weigh", "followed", "list", "which") else BESIDE


def _in_name(aspect: frozenset[int], name: frozenset[int]) -> bool:
    """Whether the words that mean an aspect are only those of the subject's own name."""
    return bool(aspect) and aspect <= name


def _implied(view: View, subject: str, quantity: Quantity, reading: Reading) -> str:
    """The aspect whose limit an amount is to be held against: one that was named, else the first of the same measure that has a limit."""
    measured = [a.id for a in view.knowledge.aspects.values() if a.measure == quantity.measure]
    named = [a for a, weight in reading.aspects if a in measured and weight >= 0.5]
    limited = [a for a in named or measured if (fact := _fact_of(view, subject, a)[0]) and (fact.max or fact.min)]
    return limited[0] if limited else ""


def _one_fact(reading: Reading, view: View, subject: str, aspect_id: str, strength: float) -> Candidate | None:
    aspect = view.knowledge.aspects[aspect_id]
    if aspect.members:
        return _limits(reading, view, subject, aspect, strength)
    fact, owner = _fact_of(view, subject, aspect_id)
    if fact is None:
        return None
    groups = [a for a, _ in reading.aspects if aspect_id in view.knowledge.aspects[a].members or a == aspect.under]
    groups += [a for a in view.knowledge.aspects if aspect_id == DRAWBACKS and view.knowledge.aspects[a].members]
    said = (
        reading.positions("subject", subject, owner, view.knowledge.subjects[subject].parent)
        | reading.positions("aspect", aspect_id, *groups)
        | explained(reading, view.fact_stems(fact))
    )
    if any(q.measure == aspect.measure for q in reading.quantities):
        said |= reading.positions("quantity", "")
    covered = reading.covered(said)
    if owner != subject:
        strength *= INHERITED
    if fact.aspect != aspect_id:
        aspect = view.knowledge.aspects[fact.aspect]
        strength *= INSTEAD
    if aspect.kind == "text" and reading.has("yesno") and aspect.id != WHAT_IS:
        strength *= UNDECIDED
    return Candidate(
        "fact",
        fact.id,
        covered * strength,
        covered,
        (subject,),
        (aspect_id,),
        lambda: conclude(fact, aspect, reading, view, covered),
    )


def _fact_of(view: View, subject: str, aspect: str) -> tuple[Fact | None, str]:
    """The fact of a subject; else what it says of the wider aspect; else, for a feature, what is said of what it belongs to."""
    wider = view.knowledge.aspects[aspect].under
    fact = view.knowledge.fact(subject, aspect) or (view.knowledge.fact(subject, wider) if wider else None)
    if fact or aspect == WHAT_IS:
        return fact, subject
    parent = view.knowledge.subjects[subject].parent
    return (view.knowledge.fact(parent, aspect), parent) if parent else (None, subject)


def conclude(fact: Fact, aspect: Aspect, reading: Reading, view: View, covered: float = 1.0) -> Conclusion:
    """What to say for one fact: whether the amount fits, or yes or no, where that was asked; then the fact itself."""
    verdict, extra = fits(fact, aspect, reading)
    lead = verdict or fact.says
    points = (fact.says, *fact.more) if verdict else fact.more
    if not verdict and aspect.kind == "ability" and fact.answer and covered >= 0.75 and plain_yes_no(reading):
        lead = spoken(fact.answer) + fact.says
    exceptions = tuple(e.says for e in fact.exceptions if e.says and e.says not in extra)
    return Conclusion(
        lead=lead,
        title=f"{view.name(fact.subject)}: {aspect.name.lower() if not aspect.name.isupper() else aspect.name}"
        if aspect.id != WHAT_IS
        else view.name(fact.subject),
        points=(*extra, *points, *exceptions)[: POINTS + 1],
        caveat=fact.caveat,
        because=fact.because,
        sources=fact.sources,
        as_of=fact.as_of,
        notes=(fact.notes,) if fact.notes else (),
        medium=fact.confidence != "high",
        subjects=(fact.subject,),
        aspects=(aspect.id,),
        cites=(fact.id,),
    )


def spoken(answer: Verdict) -> str:
    """How a reply to a yes/no question begins."""
    return {"yes": "Yes: ", "no": "No: ", "partly": "Partly: ", "": ""}[answer]


def plain_yes_no(reading: Reading) -> bool:
    """Whether a question can be answered by yes or no, without a negation that would turn the answer round."""
    negative = any(w.text in english.NEGATIONS for w in reading.words)
    return reading.has("yesno") and not negative and not reading.has("how", "why", "what", "which", "weigh", "compare")


def fits(fact: Fact, aspect: Aspect, reading: Reading) -> tuple[str, tuple[str, ...]]:
    """Whether the amount in the question is within the limit: a sentence that begins with Yes or No, and exceptions; empty if none was asked."""
    amounts = [q for q in reading.quantities if q.measure == aspect.measure and aspect.measure]
    if not amounts or (fact.max is None and fact.min is None):
        return "", ()
    amount = max(amounts, key=lambda q: q.amount)
    words = {w.text for w in reading.words}
    if words & _UNDER and not words & _OVER:
        return "", ()
    over = amount.amount * 1.0000001 if words & _OVER else amount.amount
    scope = f" for {fact.scope}" if fact.scope else ""
    if fact.max and over > fact.max.amount:
        reply = "" if words & _TOO else "No: "
        allowing = [e for e in fact.exceptions if e.max and over <= e.max.amount]
        return f"{reply}{amount.text} is over the limit of {fact.max.text}{scope}.", tuple(e.says for e in allowing)
    if fact.min and amount.amount < fact.min.amount and aspect.measure != "time":
        return f"No: {amount.text} is below the minimum of {fact.min.text}{scope}.", ()
    if fact.max is None or words & _TOO:
        return "", ()
    within = (
        "there is no limit"
        if math.isinf(fact.max.amount)
        else f"{amount.text} is within the limit of {fact.max.text}{scope}"
    )
    return f"Yes: {within}.", ()


def _is_limit(fact: Fact) -> bool:
    """Whether a fact limits anything: it has a number, and an end."""
    return bool(fact.min or fact.max) and not (fact.max and math.isinf(fact.max.amount))


def _limits(reading: Reading, view: View, subject: str, aspect: Aspect, strength: float) -> Candidate | None:
    facts = [
        f for member in aspect.members if (f := view.knowledge.fact(subject, member)) and _is_limit(f)
    ]
    if not facts:
        return _one_fact(reading, view, subject, DRAWBACKS, strength) if DRAWBACKS in view.knowledge.aspects else None
    said = reading.positions("subject", subject) | reading.positions("aspect", aspect.id, *aspect.members)
    for fact in facts:
        said |= explained(reading, view.fact_stems(fact))
    covered = reading.covered(said)
    named = [a for a, _ in reading.aspects if a in aspect.members]
    if len(named) == 1:
        strength *= 0.7

    def draw() -> Conclusion:
        shown = sorted(facts, key=lambda f: f.aspect not in named)[:7]
        return Conclusion(
            lead=f"{view.short(subject)} is limited by {listed(view.knowledge.aspects[f.aspect].name.lower() if not view.knowledge.aspects[f.aspect].name.isupper() else view.knowledge.aspects[f.aspect].name for f in shown)}.",
            title=f"{view.name(subject)}: limits",
            points=tuple(f"{view.knowledge.aspects[f.aspect].name}: {f.brief or f.says}" for f in shown),
            sources=tuple(dict.fromkeys(s for f in shown for s in f.sources)),
            as_of=min(f.as_of for f in shown),
            notes=tuple(f.notes for f in shown if f.notes and f.notes.verdict != "same")[:1],
            subjects=(subject,),
            aspects=(aspect.id,),
            cites=tuple(f.id for f in shown),
        )

    return Candidate("limits", f"{subject}.{aspect.id}", covered * strength, covered, (subject,), (aspect.id,), draw)


def _together(reading: Reading, view: View, subject: str, aspects: list[str]) -> Iterator[Candidate]:
    """Several aspects asked in one breath ("disk space and time limit")."""
    if (
        len(reading.subjects) != 1
        or len(reading.words) >= LONG
        or (not any(w.text in ("and", "plus", "also") for w in reading.words)
        and "," not in reading.text)
    ):
        return
    facts, said = [], set(reading.positions("subject", subject))
    for aspect in aspects:
        fact = view.knowledge.fact(subject, aspect)
        positions = reading.positions("aspect", aspect)
        if fact and aspect != WHAT_IS and not positions <= said:
            facts.append(fact)
            said |= positions | explained(reading, view.fact_stems(fact))
    if not 2 <= len(facts) <= 4:
        return
    covered = reading.covered(said)
    yield Candidate(
        "facts", "+".join(f.id for f in facts), covered * 0.98, covered, (subject,), tuple(f.aspect for f in facts),
        lambda: combine([conclude(f, view.knowledge.aspects[f.aspect], reading, view) for f in facts], view.name(subject)),
    )  # fmt: skip


def combine(parts: Iterable[Conclusion], title: str) -> Conclusion:
    """Several conclusions about one subject as one: the leads, without their further lines."""
    parts = list(parts)
    return Conclusion(
        lead=parts[0].lead,
        title=title,
        points=tuple(p.lead for p in parts[1:]),
        sources=tuple(dict.fromkeys(s for p in parts for s in p.sources)),
        as_of=min(p.as_of for p in parts),
        notes=tuple(n for p in parts for n in p.notes),
        medium=any(p.medium for p in parts),
        subjects=parts[0].subjects,
        aspects=tuple(a for p in parts for a in p.aspects),
        cites=tuple(c for p in parts for c in p.cites),
    )


def _stands_for(reading: Reading, view: View, subject: str) -> Iterator[Candidate]:
    meaning = view.knowledge.subjects[subject].stands_for
    if not meaning or not reading.has("stands-for"):
        return
    fact = view.knowledge.fact(subject, WHAT_IS)

    def draw() -> Conclusion:
        return Conclusion(
            lead=f"{view.short(subject)} stands for {meaning}.",
            title=view.name(subject),
            points=(fact.says,) if fact else (),
            sources=fact.sources if fact else (),
            as_of=fact.as_of if fact else "",
            subjects=(subject,),
            aspects=(WHAT_IS,),
            cites=(fact.id,) if fact else (),
        )

    stands = {
        "stand",
        "stands",
        "for",
        "acronym",
        "abbreviation",
        "full",
        "form",
        "short",
        "letters",
        "mean",
        "aws",
        "amazon",
    }
    said = reading.positions("subject", subject) | frozenset(
        i for i in reading.content if reading.words[i].text in stands
    )
    covered = reading.covered(said)
    yield Candidate("stands-for", subject, covered, covered, (subject,), (WHAT_IS,), draw)
