"""Answers that lose their last lines because a chat shows no more; what is cut is decided in `bot.answer`.

The rows of a comparison may be cut: they stand in the order in which they matter, and others fill up what is free.
"""

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
            yield known.problem(key, what, "shorten what it says, or split it")


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
    if lost := len(set(conclusion.points)) - len(said.points):
        return "1 point" if lost == 1 else f"{lost} points"
    return "the end" if len(said.text) > LONGEST else ""
