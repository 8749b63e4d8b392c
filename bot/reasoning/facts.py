"""What the facts say about one subject: definitions, single aspects, several at once, and whether an amount fits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from bot import english
from bot.model import Aspect, Fact, Quantity, Verdict
from bot.reading import LONG, Reading
from bot.reading import TOLD as TOLD_NEEDS
from bot.reasoning.conclusion import (
    ABOVE,
    Candidate,
    Conclusion,
    View,
    corrected,
    explained,
    heading,
    listed,
    oldest,
    sources_of,
)

WHAT_IS = "what-is"
DRAWBACKS = "drawbacks"  # what a subject without numbers is limited by

SUBJECTS = 3  # subjects of a question that are looked at
NAMED = 0.5  # weight from which a word names an aspect
SEVERAL = 2

# How surely the words that mean an aspect ask for it, by their weight and beside the weightiest.
LEAST, BY_WEIGHT = 0.58, 0.47
BESIDE_TOP, BY_SHARE = 0.8, 0.2
WIDER = 0.8  # an aspect that a narrower one was asked with ("what does it cost while idle")

# How surely the definition is asked for.
OFFERED = 0.95  # a feature of which it is asked whether there is one
DEFINED = 1.0  # in so many words, or by nothing but the name
NAME_ALONE = 0.9  # share of a question from which it is nothing but the name
UNSAID = 0.7  # where no other aspect was named
DOUBTFUL = 0.72  # where the words for it are there, and weak ones for other aspects
OF_KINDS = 0.93  # where its kinds are asked for, of which somebody may have written
BESIDES = 0.6  # where another aspect was named

# What a fact is worth that is not just what was asked for.
INHERITED = 0.85  # what is true of a service need not be what was asked of its feature
OF_ALL = 0.75  # what is true of a service is no feature of it
ASIDE = 0.7  # … and where that service is not what the question is about
INSTEAD = 0.9  # the wider aspect where nothing narrower is known
UNDECIDED = 0.93  # where yes or no, or one of several, is the better reply
BESIDE = 0.88  # a fact that only names the other subject
ALONE = 0.6  # one of the subjects of a comparison is half an answer
ONE_LIMIT = 0.7  # all limits where one was asked for

TOLD = 0.75  # share of a question that must be explained for its yes or no to be said
TOGETHER = 0.98  # several aspects asked in one breath
SURE = 0.8  # strength from which an aspect is one of them
MOST = 4  # of them in one answer
POINTS = 4  # further lines below a lead
LIMITS = 7  # limits in one answer

_OVER = english.words("more longer over beyond exceed exceeds exceeding above bigger larger greater")
_UNDER = english.words("less under below fewer within")
_TOO = english.words("too exceed exceeds exceeding")
_RUNNING = english.words("run runs running execute executes do does handle handles process finish complete take takes")
_SINGULARS = english.words("second minute hour day week month year megabyte gigabyte terabyte")
_OFFERING = english.words("or than better worse between")
_SUPPORTING = english.words("support supports supported have has offer offers provide provides include includes")
_HAVING = english.words("have has had")
_JOINING = english.words("and plus also")
_ABBREVIATING = english.words("stand stands for acronym abbreviation full form short letters mean")


def about_facts(reading: Reading, view: View) -> Iterator[Candidate]:
    """Every fact that the question could be asking for, one candidate each, and the facts that it asks for together."""
    alone = _alone(reading, view)
    for subject in reading.subjects[:SUBJECTS]:
        aspects = list(_asked_aspects(reading, view, subject))
        found = (_one_fact(reading, view, subject, aspect, strength * alone) for aspect, strength in aspects)
        yield from (candidate for candidate in found if candidate)
        yield from _together(reading, view, subject, [a for a, strength in aspects if strength >= SURE])
        yield from _stands_for(reading, view, subject)


def _alone(reading: Reading, view: View) -> float:
    """What a fact of one subject is worth where several were named."""
    kinds = {s: view.knowledge.subjects[s].kind for s in reading.subjects}
    compared = reading.has("compare")
    only_asked = set() if reading.has("either") else set(filter(reading.names_aspect, reading.subjects))
    named = [s for s in reading.subjects if compared or (kinds[s] != "concept" and s not in only_asked)]
    if len(named) < SEVERAL:
        return BESIDE if compared else 1.0
    return ALONE if reading.has("compare", "weigh", "followed", "list", "which") else BESIDE


# ---------------------------------------------------------------- which aspects are asked for

Weights = Sequence[tuple[str, float]]


def _asked_aspects(reading: Reading, view: View, subject: str) -> Iterator[tuple[str, float]]:
    """The aspects that the words mean, with how surely (0..1), and the definition where nothing else was asked."""
    offered = [s for s in reading.subjects if view.knowledge.subjects[s].kind != "concept"]
    own = reading.positions("subject", subject, *(offered if reading.has("either", "weigh") else ()))
    known = [(a, w) for a, w in reading.aspects if a in view.knowledge.aspects]  # a role need not have been written
    name = own | reading.positions("subject", view.knowledge.subjects[subject].parent)
    said = name if reading.has("define") else own
    asked = [(a, w) for a, w in known if not _in_name(_telling(reading, a), said)]
    implied = {_implied(view, subject, quantity, reading) for quantity in reading.quantities} - {""}
    yield from ((aspect, strength) for aspect, strength in _worded(asked, view) if aspect not in implied)
    yield from ((aspect, 1.0) for aspect in sorted(implied))
    if _is_offered(reading, view, subject):
        yield WHAT_IS, OFFERED
    else:
        yield WHAT_IS, _definition(reading, [w for a, w in asked if a != WHAT_IS], name)


def _worded(asked: Weights, view: View) -> Iterator[tuple[str, float]]:
    """The aspects other than the definition that the words mean, with how surely they do."""
    top = max((w for _, w in asked), default=1.0)
    wider = {view.knowledge.aspects[a].under for a, w in asked if w >= NAMED}
    for aspect, weight in asked:
        if aspect != WHAT_IS:
            strength = min(1.0, LEAST + BY_WEIGHT * weight) * (BESIDE_TOP + BY_SHARE * min(1.0, weight / top))
            yield aspect, strength * (WIDER if aspect in wider else 1.0)


def _is_offered(reading: Reading, view: View, subject: str) -> bool:
    """Whether it is only asked if something has the feature that is named ("does X have a lid?"), which we know."""
    parent = reading.positions("subject", view.knowledge.subjects[subject].parent)
    name = parent | reading.positions("subject", subject)
    offering = any(w.text in _SUPPORTING for w in reading.words)
    return bool(parent) and offering and plain_yes_no(reading) and reading.covered(name) > NAME_ALONE


def _definition(reading: Reading, others: Sequence[float], name: frozenset[int]) -> float:
    """How surely the definition is asked for, beside other aspects of these weights."""
    return (OF_KINDS if reading.has("kinds") else 1.0) * _defined(reading, others, name)


def _defined(reading: Reading, others: Sequence[float], name: frozenset[int]) -> float:
    stated = reading.has("define") or any(a == WHAT_IS for a, _ in reading.aspects)
    if others:
        return DOUBTFUL if stated and max(others) < NAMED else BESIDES
    if reading.has("compare") and not stated:
        return BESIDES
    formless = not reading.has("how", "why", "who", "when", "many", "yesno", "which")
    return DEFINED if stated or (formless and reading.covered(name) > NAME_ALONE) else UNSAID


def _telling(reading: Reading, aspect: str) -> frozenset[int]:
    """The positions of the words that mean an aspect, without a small one at the end ("scaling in")."""
    at = reading.positions("aspect", aspect)
    last = max(at, default=0)
    return at - {last} if reading.words[last].text in english.FUNCTION else at


def _in_name(aspect: frozenset[int], name: frozenset[int]) -> bool:
    """Whether the words that mean an aspect are only those of the subject's own name."""
    return bool(aspect) and aspect <= name


def _implied(view: View, subject: str, quantity: Quantity, reading: Reading) -> str:
    """The aspect whose limit an amount is held against: one that was named, else the first that has a limit."""
    measured = [a.id for a in view.knowledge.aspects.values() if a.measure == quantity.measure]
    named = [a for a, weight in reading.aspects if a in measured and weight >= NAMED]
    limited = (a for a in named or measured if (fact := _fact_of(view, subject, a)[0]) and (fact.max or fact.min))
    return next(limited, "")


# ---------------------------------------------------------------- one fact


def _one_fact(reading: Reading, view: View, subject: str, asked: str, strength: float) -> Candidate | None:
    aspect = view.knowledge.aspects[asked]
    if aspect.members:
        return _limits(reading, view, subject, aspect, strength)
    fact, owner = _fact_of(view, subject, asked)
    if fact is None:
        return None
    told = view.knowledge.aspects[fact.aspect]
    said = _said(reading, view, aspect, fact) | reading.positions("subject", subject, owner)
    covered = reading.covered(said | reading.positions("subject", view.knowledge.subjects[subject].parent))
    if owner != subject:
        strength *= INHERITED * (ASIDE if _is_aside(reading, view, subject, owner) else 1.0)
    if reading.has("feature") and not view.knowledge.subjects[subject].parent:
        strength *= OF_ALL
    if told is not aspect:
        strength *= INSTEAD
    if told.kind == "text" and reading.has("yesno") and told.id != WHAT_IS:
        strength *= UNDECIDED
    if reading.groups and reading.has("which") and not any(w.text in _HAVING for w in reading.words):
        strength *= UNDECIDED
    return Candidate(
        "fact",
        fact.id,
        covered * strength,
        covered,
        (subject,),
        (asked,),
        lambda: conclude(fact, told, reading, view, covered),
    )


def _is_aside(reading: Reading, view: View, subject: str, owner: str) -> bool:
    """Whether another service is asked about, or for a concept needed, than the one that a feature was named of."""
    kinds = {s: view.knowledge.subjects[s].kind for s in (subject, *reading.subjects)}
    needed = kinds[subject] == "concept" and sum(weight for _, weight in reading.needs) >= TOLD_NEEDS
    return needed or any(kinds[s] == "service" and s != owner for s in reading.subjects)


def _fact_of(view: View, subject: str, aspect: str) -> tuple[Fact | None, str]:
    """What is known of an aspect, and of whom: of the subject, be it in a wider sense, or of what it belongs to."""
    wider = view.knowledge.aspects[aspect].under
    fact = view.knowledge.fact(subject, aspect) or (view.knowledge.fact(subject, wider) if wider else None)
    if fact or aspect == WHAT_IS:
        return fact, subject
    parent = view.knowledge.subjects[subject].parent
    return (view.knowledge.fact(parent, aspect), parent) if parent else (None, subject)


def _said(reading: Reading, view: View, aspect: Aspect, fact: Fact) -> frozenset[int]:
    """The positions of the words that a fact explains, besides the name of its subject."""
    aspects = view.knowledge.aspects
    groups = [a for a, _ in reading.aspects if aspect.id in aspects[a].members or a == aspect.under]
    if aspect.id == DRAWBACKS:
        groups += [a.id for a in aspects.values() if a.members]
    said = reading.positions("aspect", aspect.id, *groups) | explained(reading, view.fact_stems(fact))
    if not any(q.measure == aspect.measure for q in reading.quantities):
        return said
    return said | reading.positions("quantity", "") | (_work(reading) if aspect.measure == "time" else frozenset())


def _work(reading: Reading) -> frozenset[int]:
    """The positions of the words for a piece of work that is only told by its length ("run a 3 hour simulation")."""
    asks_more = any(weight >= NAMED for _, weight in reading.aspects)
    if asks_more or not reading.has("yesno") or _RUNNING.isdisjoint(w.text for w in reading.words):
        return frozenset()
    behind = max(reading.positions("quantity", ""))
    return frozenset(i for i in reading.content if i > behind)


def conclude(fact: Fact, aspect: Aspect, reading: Reading, view: View, covered: float = 1.0) -> Conclusion:
    """What to say for one fact: whether the amount fits, or yes or no, where that was asked; then the fact itself.

    `covered` is the share of the question that the fact explains.
    """
    verdict, allowing = fits(fact, aspect, reading)
    offered = aspect.id == WHAT_IS and _is_offered(reading, view, fact.subject)
    answers = aspect.kind == "ability" and covered >= TOLD and plain_yes_no(reading)
    reason = fact.because if reading.has("first-why") else ""
    points = (fact.says, *fact.more) if verdict or reason else fact.more
    exceptions = tuple(e.says for e in fact.exceptions if e.says and e.says not in allowing)
    name = view.name(fact.subject)
    return Conclusion(
        lead=verdict or reason or spoken("yes" if offered else fact.answer if answers else "") + fact.says,
        title=name if aspect.id == WHAT_IS else f"{name}: {heading(aspect)}",
        points=(*allowing, *points, *exceptions)[: POINTS + 1],
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


# ---------------------------------------------------------------- yes or no


def spoken(answer: Verdict) -> str:
    """How a reply to a yes/no question begins."""
    return {"yes": "Yes: ", "no": "No: ", "partly": "Partly: ", "": ""}[answer]


def plain_yes_no(reading: Reading) -> bool:
    """Whether a question can be answered by yes or no, without a negation that would turn the answer round."""
    negative = any(w.text in english.NEGATIONS for w in reading.words)
    asked = reading.has("yesno") and not reading.has("how", "why", "what", "which", "compare")
    return asked and not negative and _OFFERING.isdisjoint(w.text for w in reading.words)


def fits(fact: Fact, aspect: Aspect, reading: Reading) -> tuple[str, tuple[str, ...]]:
    """Whether the amount in the question is within the limit, and the exceptions that allow it if not.

    The sentence begins with Yes or No; it is empty if no amount was asked for, or none that the limit decides.
    """
    amounts = [q for q in reading.quantities if q.measure == aspect.measure and aspect.measure]
    texts = {w.text for w in reading.words}
    counted = aspect.measure == "count" and not reading.has("yesno", "followed", "first-how")
    if (
        not amounts
        or counted
        or reading.has("first-why", "when")
        or (reading.has("advise", "feature") and reading.has("what"))
    ):
        return "", ()
    amount = max(amounts, key=lambda q: q.amount)
    if texts & _UNDER and fact.max and amount.amount > fact.max.amount:
        return "", ()  # less than too much may be little
    scope = f" for {fact.scope}" if fact.scope else ""
    asked = amount.amount * ABOVE if texts & _OVER else amount.amount
    if fact.max and asked > fact.max.amount:
        no = "" if texts & _TOO else "No: "
        allowing = tuple(e.says for e in fact.exceptions if e.max and asked <= e.max.amount)
        return f"{no}{_told(amount)} is over the limit of {fact.max.text}{scope}.", allowing
    if fact.min and amount.amount < fact.min.amount and aspect.measure != "time":
        return f"No: {_told(amount)} is below the minimum of {fact.min.text}{scope}.", ()
    if fact.max is None or texts & _TOO:
        return "", ()
    return f"Yes: {_within(amount, fact.max, scope)}.", ()


def _within(amount: Quantity, limit: Quantity, scope: str) -> str:
    if math.isinf(limit.amount):
        return "there is no limit"
    return f"{_told(amount)} is within the limit of {limit.text}{scope}"


def _told(amount: Quantity) -> str:
    """An amount as it stands in a sentence: what was asked as "a 3 hour run" is told as "3 hours"."""
    count, _, unit = amount.text.rpartition(" ")
    single = count in {"1", "one", "a", "an"} or count.startswith("half")
    return amount.text if single or unit not in _SINGULARS else f"{amount.text}s"


# ---------------------------------------------------------------- several facts


def _limits(reading: Reading, view: View, subject: str, aspect: Aspect, strength: float) -> Candidate | None:
    """All that limits a subject, what was named first; for a subject without numbers, its drawbacks."""
    facts = [f for member in aspect.members if (f := view.knowledge.fact(subject, member)) and _is_limit(f)]
    if not facts:
        return _one_fact(reading, view, subject, DRAWBACKS, strength) if DRAWBACKS in view.knowledge.aspects else None
    if len(facts) == 1:
        return _one_fact(reading, view, subject, facts[0].aspect, strength)
    said = reading.positions("subject", subject) | reading.positions("aspect", aspect.id, *aspect.members)
    covered = reading.covered(said.union(*(explained(reading, view.fact_stems(f)) for f in facts)))
    named = [a for a, _ in reading.aspects if a in aspect.members]
    if len(named) == 1:
        strength *= ONE_LIMIT
    shown = sorted(facts, key=lambda f: f.aspect not in named)[:LIMITS]
    name = f"{subject}.{aspect.id}"
    return Candidate(
        "limits",
        name,
        covered * strength,
        covered,
        (subject,),
        (aspect.id,),
        lambda: _limited(subject, aspect, shown, view),
    )


def _is_limit(fact: Fact) -> bool:
    """Whether a fact limits anything: it has a number, and an end."""
    return bool(fact.min or fact.max) and not (fact.max and math.isinf(fact.max.amount))


def _limited(subject: str, aspect: Aspect, facts: Sequence[Fact], view: View) -> Conclusion:
    aspects = view.knowledge.aspects
    return Conclusion(
        lead=f"{view.short(subject)} is limited by {listed(heading(aspects[f.aspect]) for f in facts)}.",
        title=f"{view.name(subject)}: limits",
        points=tuple(f"{aspects[f.aspect].name}: {f.brief or f.says}" for f in facts),
        sources=sources_of(facts),
        as_of=oldest(facts),
        notes=corrected(facts),
        subjects=(subject,),
        aspects=(aspect.id,),
        cites=tuple(f.id for f in facts),
    )


def _together(reading: Reading, view: View, subject: str, aspects: Iterable[str]) -> Iterator[Candidate]:
    """Several aspects asked in one breath ("disk space and time limit")."""
    joined = "," in reading.text or any(w.text in _JOINING for w in reading.words)
    if not joined or len(reading.subjects) != 1 or len(reading.words) >= LONG:
        return
    facts: list[Fact] = []
    said = reading.positions("subject", subject)
    for aspect in aspects:
        fact, positions = view.knowledge.fact(subject, aspect), reading.positions("aspect", aspect)
        if fact and aspect != WHAT_IS and not positions <= said:
            facts.append(fact)
            said |= positions | explained(reading, view.fact_stems(fact))
    if SEVERAL <= len(facts) <= MOST:
        yield _breath(facts, reading.covered(said), reading, view)


def _breath(facts: Sequence[Fact], covered: float, reading: Reading, view: View) -> Candidate:
    subject = facts[0].subject
    return Candidate(
        "facts",
        "+".join(f.id for f in facts),
        covered * TOGETHER,
        covered,
        (subject,),
        tuple(f.aspect for f in facts),
        lambda: combine(
            [conclude(f, view.knowledge.aspects[f.aspect], reading, view) for f in facts], view.name(subject)
        ),
    )


def combine(parts: Sequence[Conclusion], title: str) -> Conclusion:
    """Several conclusions about one subject as one: the leads, without their further lines."""
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


# ---------------------------------------------------------------- what an abbreviation stands for


def _stands_for(reading: Reading, view: View, subject: str) -> Iterator[Candidate]:
    meaning = view.knowledge.subjects[subject].stands_for
    if not meaning or not reading.has("stands-for"):
        return
    asking = frozenset(i for i in reading.content if reading.words[i].text in _ABBREVIATING)
    covered = reading.covered(asking | reading.positions("subject", subject))
    yield Candidate(
        "stands-for", subject, covered, covered, (subject,), (WHAT_IS,), lambda: _spelt_out(subject, meaning, view)
    )


def _spelt_out(subject: str, meaning: str, view: View) -> Conclusion:
    fact = view.knowledge.fact(subject, WHAT_IS)
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
