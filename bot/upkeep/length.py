"""Answers that lose their last lines because a chat shows no more; what is cut is decided in `bot.answer`."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answer import LONGEST, say
from bot.knowledge import Problem
from bot.reading import Reading
from bot.reasoning import Conclusion, View, compare, conclude, state
from bot.upkeep.survey import Survey


def too_long(known: Survey) -> Iterator[Problem]:
    """Facts, entries and written comparisons whose answer is cut."""
    view = View(known.knowledge)
    for key, conclusion in _conclusions(known, view):
        if lost := _lost(conclusion, view):
            what = f"the answer is longer than {LONGEST:,} characters: {lost} would be cut"
            yield known.problem(key, what, "shorten 'says' and 'more', or split it")


def _conclusions(known: Survey, view: View) -> Iterator[tuple[tuple[str, ...], Conclusion]]:
    for facts in known.knowledge.facts.values():
        for fact in facts.values():
            conclusion = conclude(fact, known.knowledge.aspects[fact.aspect], Reading(), view)
            yield ("facts", fact.subject, fact.aspect), conclusion
    for entry in known.knowledge.entries.values():
        yield ("entries", entry.id), state(entry)
    for comparison in known.knowledge.comparisons.values():
        yield ("comparisons", comparison.id), compare(comparison.of, comparison, view)


def _lost(conclusion: Conclusion, view: View) -> str:
    """What does not make it into the answer, in words."""
    said = say(conclusion, view)
    rows = len(conclusion.table.rows) if conclusion.table else 0
    kept = len(said.table.rows) if said.table else 0
    lost = {"point": len(set(conclusion.points)) - len(said.points), "row": rows - kept}
    parts = [f"{count} {what}{'s' if count > 1 else ''}" for what, count in lost.items() if count > 0]
    return " and ".join(parts) or ("the end" if len(said.text) > LONGEST else "")
