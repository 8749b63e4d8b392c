"""How the tests talk to a bot: one conversation with a clock of its own, and what an answer turns out to say."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from bot import Answer, Bot, Question
from bot.model import Fact

_numbers = count()


class Chat:
    """One conversation; `pause` lets its clock run."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.name = f"chat {next(_numbers)}"
        self.at = 1_000_000.0

    def pause(self, seconds: float) -> None:
        self.at += seconds

    def ask(self, text: str) -> Answer:
        """Say something 20 seconds after the message before."""
        self.pause(20)
        return self.bot.ask(Question(text, self.name, self.at))

    def all(self, *texts: str) -> list[Answer]:
        return [self.ask(text) for text in texts]


def ask(bot: Bot, text: str) -> Answer:
    """Ask out of any conversation."""
    return bot.ask(Question(text))


def lacks(answer: Answer, fragments: Iterable[str]) -> list[str]:
    """Which of the fragments, in lower case, are not in the answer."""
    text = answer.text.lower()
    return [fragment for fragment in fragments if fragment.lower() not in text]


# ---------------------------------------------------------------- what an answer says, told from the answer itself


def states(bot: Bot, answer: Answer, subjects: Iterable[str], aspect: str) -> bool:
    """Whether an answer states a fact of one of the subjects, or of a feature of theirs, under an aspect.

    A written entry about the subject counts as well: it was written because the facts say less.
    """
    known = bot.knowledge
    family = _family(bot, subjects)
    asked = known.aspects[aspect]
    facts = [fact for s in family for a in (aspect, *asked.members) if (fact := known.fact(s, a))]
    facts = facts or [fact for s in family if asked.under and (fact := known.fact(s, asked.under))]
    return any(_stated(bot, answer, fact) for fact in facts) or any(
        entry.says in answer.text for entry in known.entries.values() if family & set(entry.about)
    )


def compares(bot: Bot, answer: Answer, subjects: Iterable[str]) -> bool:
    """Whether an answer sets just these subjects side by side: in a table, its title or a verdict written on them."""
    known = bot.knowledge
    names = {known.subjects[s].short for s in subjects}
    written = [e.says for e in known.entries.values() if set(subjects) <= set(e.about)]
    written += [c.says for c in known.comparisons.values() if set(c.of) == set(subjects)]
    titled = set(answer.title.split(": ")[0].split(" vs ")) == names
    titled = titled or (" vs " not in answer.title and all(name in answer.title for name in names))
    return (
        titled
        or bool(answer.table and set(answer.table.columns) == names)
        or any(says in answer.text for says in written)
    )


def recommends(bot: Bot, answer: Answer, subject: str) -> bool:
    """Whether an answer names a subject, or a feature of it, where the recommendation stands."""
    said = f"{answer.title} {answer.lead}".lower()
    named = [bot.knowledge.subjects[s] for s in (subject, *_features(bot, subject))]
    return any(name.lower() in said for s in named for name in (s.name, s.short))


def facts_stated(bot: Bot, answer: Answer) -> frozenset[str]:
    """The ids of all facts that an answer states."""
    if answer.kind != "answer":
        return frozenset()
    return frozenset(f.id for facts in bot.knowledge.facts.values() for f in facts.values() if _stated(bot, answer, f))


def _stated(bot: Bot, answer: Answer, fact: Fact) -> bool:
    sentences = (fact.says, fact.because, *(e.says for e in fact.exceptions))
    if any(sentence and sentence in answer.text for sentence in sentences):
        return True
    heading, subject = bot.knowledge.aspects[fact.aspect].name, bot.knowledge.subjects[fact.subject]
    if answer.title.startswith(subject.name):
        return f"{heading}: {fact.brief}" in answer.points  # one of several limits
    if answer.table and subject.short in answer.table.columns:
        cell = 1 + answer.table.columns.index(subject.short)
        return any(row[0] == heading and row[cell] == fact.brief for row in answer.table.rows)
    return False


def _family(bot: Bot, subjects: Iterable[str]) -> set[str]:
    """The subjects, their features, and what they are features of."""
    known = bot.knowledge.subjects
    return {*subjects, *(f for s in subjects for f in _features(bot, s)), *(known[s].parent for s in subjects)} - {""}


def _features(bot: Bot, subject: str) -> list[str]:
    return [s.id for s in bot.knowledge.subjects.values() if s.parent == subject]
