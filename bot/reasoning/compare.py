"""How two or three subjects differ: the written verdict where there is one, and a table of the facts that they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import Comparison, Fact, Table
from bot.reading import Reading
from bot.reasoning.conclusion import Candidate, Conclusion, View, explained, listed

ROWS = 8  # the rows that matter most to a pair; more is no answer in a chat
LISTED = 0.97  # "which of them is …?" is better told as a list
MOST = 4  # subjects in one comparison; from four on without a table
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
    if len(subjects) < 2:
        return
    compares, weighs = reading.has("compare"), reading.has("weigh")
    bare = not reading.aspects and not reading.needs and not reading.has("how", "why", "yesno", "trouble")
    joint = reading.has("both") and bool(reading.aspects)
    if not compares and not weighs and not bare and not joint and not reading.has("inherited"):
        return
    written = view.comparisons.get(frozenset(subjects))
    aspects = [a for a, weight in reading.aspects if weight >= 0.5 and a != "what-is" and _filled(view, subjects, a)][
        :3
    ]
    said = reading.positions("subject", *subjects)
    if written:
        said |= explained(reading, view.comparison_stems(written))
    whole = reading.covered(said)
    strength = 1.0 if compares or joint else 0.93 if weighs else 0.85
    if reading.has("followed"):
        strength = 1.0
    by = said | reading.positions("aspect", *aspects)
    for aspect in aspects:
        for subject in subjects:
            fact = view.knowledge.fact(subject, aspect)
            by |= explained(reading, view.fact_stems(fact)) if fact else frozenset()
    partly = reading.covered(by)
    if aspects and reading.has("which") and view.knowledge.aspects[aspects[0]].claim:
        strength *= LISTED
    if aspects:
        yield Candidate(
            "compare", "+".join(subjects) + " by " + "+".join(aspects), partly * strength, partly, subjects, tuple(aspects),
            lambda: compare_by(subjects, aspects, view),
        )  # fmt: skip
    if not joint:
        yield Candidate(
            "compare",
            "+".join(subjects),
            whole * strength,
            whole,
            subjects,
            (),
            lambda: compare(subjects, written, view),
        )


def _comparable(reading: Reading, view: View) -> tuple[str, ...]:
    """The subjects of a question that are of one kind: "images for ECS or Fargate" compares two services, not three things."""
    services = tuple(s for s in reading.subjects if view.knowledge.subjects[s].kind == "service")
    if reading.has("where") and not reading.has("compare"):
        return ()
    return services if len(services) > 1 and not reading.has("compare") else reading.subjects


def _filled(view: View, subjects: Sequence[str], aspect: str) -> bool:
    return sum(view.knowledge.fact(s, aspect) is not None for s in subjects) >= 2


def compare(subjects: Sequence[str], written: Comparison | None, view: View) -> Conclusion:
    """The whole comparison: verdict, when to choose which, and the table."""
    rows = _rows(subjects, written, view)
    facts = [f for aspect in rows for s in subjects if (f := view.knowledge.fact(s, aspect))]
    lead = written.says if written else _verdict(subjects, view)
    choose = (
        tuple(f"Choose {view.short(s)} when {written.choose[s]}." for s in subjects if s in written.choose)
        if written
        else ()
    )
    return Conclusion(
        lead=lead,
        title=" vs ".join(view.short(s) for s in subjects),
        points=choose,
        table=_table(subjects, rows, view) if len(subjects) < MOST and rows else None,
        sources=tuple(
            dict.fromkeys((*(written.sources if written else ()), *(s for f in facts[:6] for s in f.sources)))
        )[:3],
        as_of=min([f.as_of for f in facts] + ([written.as_of] if written else []), default=""),
        notes=(written.notes,) if written and written.notes else (),
        subjects=tuple(subjects),
        options=tuple(subjects),
        cites=tuple(f.id for f in facts),
    )


def compare_by(subjects: Sequence[str], aspects: Sequence[str], view: View) -> Conclusion:
    """The comparison by one aspect or a few: what the facts say of each subject."""
    facts = [f for a in aspects for s in subjects if (f := view.knowledge.fact(s, a))]
    missing = [view.short(s) for s in subjects if view.knowledge.fact(s, aspects[0]) is None]
    return Conclusion(
        lead=facts[0].says,
        title=" vs ".join(view.short(s) for s in subjects)
        + ": "
        + listed(view.knowledge.aspects[a].name.lower() for a in aspects),
        points=tuple(f.says for f in facts[1:]),
        caveat=f"Not known here for {listed(missing)}." if missing else "",
        sources=tuple(dict.fromkeys(s for f in facts for s in f.sources))[:3],
        as_of=min(f.as_of for f in facts),
        medium=any(f.confidence != "high" for f in facts),
        notes=tuple(f.notes for f in facts if f.notes and f.notes.verdict != "same")[:1],
        subjects=tuple(subjects),
        aspects=tuple(aspects),
        options=tuple(subjects),
        cites=tuple(f.id for f in facts),
    )


def _rows(subjects: Sequence[str], written: Comparison | None, view: View) -> list[str]:
    """The aspects to show: those of the written comparison first, then those that tell most services apart, never one that says the same of all."""
    wanted = [*(written.rows if written else ()), *_BACKGROUND, *view.knowledge.aspects]
    rows = []
    for aspect in dict.fromkeys(wanted):
        briefs = [f.brief for s in subjects if (f := view.knowledge.fact(s, aspect)) and f.brief]
        if len(briefs) == len(subjects) and len(set(briefs)) > 1:
            rows.append(aspect)
    return rows[:ROWS]


def _table(subjects: Sequence[str], rows: Sequence[str], view: View) -> Table:
    return Table(
        columns=tuple(view.short(s) for s in subjects),
        rows=tuple(
            (view.knowledge.aspects[a].name, *(_cell(view.knowledge.fact(s, a)) for s in subjects)) for a in rows
        ),
    )


def _cell(fact: Fact | None) -> str:
    return fact.brief if fact and fact.brief else UNKNOWN


def _verdict(subjects: Sequence[str], view: View) -> str:
    """What each subject is, for a pair on which nobody has written a verdict."""
    said = [f.says for s in subjects if (f := view.knowledge.fact(s, "what-is"))]
    return (
        " ".join(s if len(s) < 220 else s[:217].rsplit(" ", 1)[0] + " …" for s in said[:2])
        if len(subjects) == 2
        else " ".join(
            f"{view.short(s)}: {f.brief or f.says}." for s in subjects if (f := view.knowledge.fact(s, "what-is"))
        )
    )
