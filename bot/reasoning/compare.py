"""How subjects differ: the written verdict where there is one, and a table of the facts that they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import Comparison, Fact, Table
from bot.reading import Reading
from bot.reasoning.conclusion import (
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

PAIR = 2
MOST = 4  # subjects in one comparison; from four on without a table
ASPECTS = 3  # aspects by which subjects are compared in one answer
NAMED = 0.5  # weight from which a word names one of them

# How surely a comparison was asked for.
ASKED = 1.0  # "X vs Y", "X and Y: …"
WEIGHED = 0.93  # "X or Y", "better than"
BARE = 0.85  # just two names
UNDECIDED = 0.75  # where an amount is told, by which one of them has to be chosen
LISTED = 0.97  # "which of them is …?" is better told as a list

ROWS = 8  # the rows that matter most to a pair; more is no answer in a chat
SOURCES = 3
CITED = 6  # facts of a table whose sources are looked at
SAYING = 220  # characters to which what a subject is gets cut beside another
UNKNOWN = "not known"
_BACKGROUND = (
    "what-is",
    "use-cases",
    "max-duration",
    "memory",
    "scaling",
    "cold-start",
    "billing",
    "provisioning",
    "serverless",
)


def comparisons(reading: Reading, view: View) -> Iterator[Candidate]:
    """The comparison that a question asks for, whole or by the aspects that it names."""
    subjects = _comparable(reading, view)[:MOST]
    if len(subjects) < PAIR or not _is_asked(reading):
        return
    aspects = _named(reading, view, subjects)
    written = view.comparisons.get(frozenset(subjects))
    said = reading.positions("subject", *subjects, *map(view.family, subjects))
    if written:
        said |= explained(reading, view.comparison_stems(written))
    strength = _strength(reading)
    if aspects:
        if reading.has("which") and view.knowledge.aspects[aspects[0]].claim:
            strength *= LISTED
        yield _by_aspects(
            subjects, aspects, reading.covered(said | _said_by(reading, view, subjects, aspects)), strength, view
        )
    if not _is_joint(reading):
        covered, pair = reading.covered(said), "+".join(subjects)
        yield Candidate(
            "compare", pair, covered * strength, covered, subjects, (), lambda: compare(subjects, written, view)
        )


def _comparable(reading: Reading, view: View) -> tuple[str, ...]:
    """The subjects of a question that are of one kind: "steam in X or Y" compares two things, not three."""
    if reading.has("compare"):
        return reading.subjects
    services = tuple(s for s in reading.subjects if view.knowledge.subjects[s].kind == "service")
    if reading.has("where"):
        return ()
    return services if len(services) >= PAIR else reading.subjects


def _is_asked(reading: Reading) -> bool:
    if reading.has("compare", "weigh", "inherited") or _is_joint(reading):
        return True
    put = reading.has("how", "why", "yesno", "trouble", "what", "which", "when", "where", "who")
    return not reading.aspects and not reading.needs and not put


def _is_joint(reading: Reading) -> bool:
    """Whether the same is asked of both subjects ("how are X and Y cleaned?")."""
    return reading.has("both") and bool(reading.aspects) and not reading.has("compare")


def _strength(reading: Reading) -> float:
    choosing = reading.has("when") and reading.has("weigh")  # "when would you take X instead of Y?"
    if reading.has("compare", "followed") or _is_joint(reading) or choosing:
        return ASKED
    return (WEIGHED if reading.has("weigh") else BARE) * (UNDECIDED if reading.quantities else 1.0)


def _named(reading: Reading, view: View, subjects: Sequence[str]) -> tuple[str, ...]:
    """The aspects by which to compare: those named, not by a mere pair of names, as far as they are known of both."""
    own = reading.positions("subject", *subjects)
    named = [a for a, weight in reading.aspects if weight >= NAMED and a != "what-is"]
    named = [a for a in named if not reading.positions("aspect", a) <= own]
    wider = (view.knowledge.aspects[a].under for a in named)
    known = [
        next((a for a in pair if a and len(_facts(view, subjects, [a])) >= PAIR), "")
        for pair in zip(named, wider, strict=True)
    ]
    return tuple(dict.fromkeys(filter(None, known)))[:ASPECTS]


def _facts(view: View, subjects: Sequence[str], aspects: Sequence[str]) -> list[Fact]:
    return [f for a in aspects for s in subjects if (f := view.knowledge.fact(s, a))]


def _said_by(reading: Reading, view: View, subjects: Sequence[str], aspects: Sequence[str]) -> frozenset[int]:
    """The positions of the words that a comparison by aspects explains."""
    stems = frozenset[str]().union(*(view.fact_stems(fact) for fact in _facts(view, subjects, aspects)))
    narrower = (a for a, _ in reading.aspects if view.knowledge.aspects[a].under in aspects)
    return reading.positions("aspect", *aspects, *narrower) | explained(reading, stems)


def _by_aspects(
    subjects: tuple[str, ...], aspects: tuple[str, ...], covered: float, strength: float, view: View
) -> Candidate:
    name = "+".join(subjects) + " by " + "+".join(aspects)
    return Candidate(
        "compare", name, covered * strength, covered, subjects, aspects, lambda: compare_by(subjects, aspects, view)
    )


# ---------------------------------------------------------------- what to say


def compare(subjects: Sequence[str], written: Comparison | None, view: View) -> Conclusion:
    """The whole comparison: verdict, when to choose which, and the table."""
    rows = _rows(subjects, written, view)
    facts = _facts(view, subjects, rows)
    sources = dict.fromkeys((*(written.sources if written else ()), *sources_of(facts[:CITED])))
    return Conclusion(
        lead=written.says if written else _verdict(subjects, view),
        title=_title(subjects, view),
        points=_choices(subjects, written, view) if written else (),
        table=_table(subjects, rows, view) if len(subjects) < MOST and rows else None,
        sources=tuple(sources)[:SOURCES],
        as_of=oldest([*facts, written] if written else facts),
        notes=(written.notes,) if written and written.notes else (),
        subjects=tuple(subjects),
        options=tuple(subjects),
        cites=tuple(f.id for f in facts),
    )


def compare_by(subjects: Sequence[str], aspects: Sequence[str], view: View) -> Conclusion:
    """The comparison by one aspect or a few: what the facts say of each subject; at least one fact must be known."""
    facts = _facts(view, subjects, aspects)
    missing = [view.short(s) for s in subjects if view.knowledge.fact(s, aspects[0]) is None]
    compared = listed(heading(view.knowledge.aspects[a]) for a in aspects)
    return Conclusion(
        lead=facts[0].says,
        title=f"{_title(subjects, view)}: {compared}",
        points=tuple(f.says for f in facts[1:]),
        caveat=f"Not known here for {listed(missing)}." if missing else "",
        sources=sources_of(facts)[:SOURCES],
        as_of=oldest(facts),
        medium=any(f.confidence != "high" for f in facts),
        notes=corrected(facts),
        subjects=tuple(subjects),
        aspects=tuple(aspects),
        options=tuple(subjects),
        cites=tuple(f.id for f in facts),
    )


def _title(subjects: Sequence[str], view: View) -> str:
    return " vs ".join(map(view.short, subjects))


def _choices(subjects: Sequence[str], written: Comparison, view: View) -> tuple[str, ...]:
    return tuple(f"Choose {view.short(s)} when {written.choose[s]}." for s in subjects if s in written.choose)


def _rows(subjects: Sequence[str], written: Comparison | None, view: View) -> list[str]:
    """The aspects to show: those of the written comparison first; never one that says the same of all subjects."""
    wanted = dict.fromkeys((*(written.rows if written else ()), *_BACKGROUND, *view.knowledge.aspects))
    return [aspect for aspect in wanted if _tells_apart(aspect, subjects, view)][:ROWS]


def _tells_apart(aspect: str, subjects: Sequence[str], view: View) -> bool:
    briefs = [f.brief for f in _facts(view, subjects, [aspect]) if f.brief]
    return len(briefs) == len(subjects) and len(set(briefs)) > 1


def _table(subjects: Sequence[str], rows: Sequence[str], view: View) -> Table:
    return Table(
        columns=tuple(map(view.short, subjects)),
        rows=tuple(
            (view.knowledge.aspects[a].name, *(_cell(view.knowledge.fact(s, a)) for s in subjects)) for a in rows
        ),
    )


def _cell(fact: Fact | None) -> str:
    return fact.brief if fact and fact.brief else UNKNOWN


def _verdict(subjects: Sequence[str], view: View) -> str:
    """What each subject is, for subjects on which nobody has written a verdict."""
    facts = _facts(view, subjects, ["what-is"])
    if len(subjects) == PAIR:
        return " ".join(_short(f.says) for f in facts)
    return " ".join(f"{view.short(f.subject)}: {f.brief or f.says}." for f in facts)


def _short(text: str) -> str:
    return text if len(text) < SAYING else text[: SAYING - 3].rsplit(" ", 1)[0] + " …"
