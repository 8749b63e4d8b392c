"""Whether one named alternative does what is needed: yes or no, and for which reason."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Need
from bot.reading import LONG, Reading
from bot.reasoning.conclusion import Candidate, Conclusion, View, explained
from bot.reasoning.facts import plain_yes_no
from bot.reasoning.recommend import fails

BETTER = 2  # that are named beside a no
STRENGTH = 0.9  # a fact, or an entry, about just that says it better
EXPLAINED = (
    0.85  # share of the question that need and name must explain: "from another account" turns a yes into a guess
)
TOLD = 1.0  # weight from which a need is what is asked for


def suitability(reading: Reading, view: View) -> Iterator[Candidate]:
    """The yes or no to "can X do this?", where the weightiest need says so of the one alternative that is named."""
    if not plain_yes_no(reading) or len(reading.words) >= LONG or reading.quantities:
        return
    needs = [view.knowledge.needs[id_] for id_, weight in reading.needs if weight >= TOLD][:1]
    for need in needs:
        named = [s for s in reading.subjects if s in need.best or s in need.fits or s in need.fails]
        candidate = _candidate(need, named[0], reading, view) if len(named) == 1 else None
        if candidate and candidate.covered >= EXPLAINED:
            yield candidate


def _candidate(need: Need, subject: str, reading: Reading, view: View) -> Candidate:
    words = view.text_stems("need " + need.id, (need.name, *need.best.values(), *need.words))
    said = reading.positions("need", need.id) | reading.positions("subject", subject) | explained(reading, words)
    covered = reading.covered(said)
    return Candidate(
        "suits",
        f"{subject}: {need.id}",
        covered * STRENGTH,
        covered,
        (subject,),
        (),
        lambda: _conclude(need, subject, reading, view),
    )


def _conclude(need: Need, subject: str, reading: Reading, view: View) -> Conclusion:
    against = fails(need, reading, view, (subject,)).get(subject, "")
    reason = against or need.best.get(subject) or need.fits.get(subject, "")
    better = [s for s in need.best if s != subject][:BETTER] if against else []
    return Conclusion(
        lead=f"{'No' if against else 'Yes'}: {view.name(subject)} – {reason}.",
        title=view.name(subject),
        points=tuple(f"Better: {view.name(s)}, as {need.best[s]}." for s in better),
        sources=need.sources,
        as_of=need.as_of,
        subjects=(subject,),
        options=tuple(better),
        cites=("need." + need.id,),
    )
