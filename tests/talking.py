"""How the tests talk to a bot: one conversation with a clock of its own, and what an answer turns out to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from bot import Answer, Bot, Question

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
    family = {s.id for s in known.subjects.values() if {s.id, s.parent} & set(subjects)}
    family |= {parent for s in subjects if (parent := known.subjects[s].parent)}
    aspects = {aspect, *known.aspects[aspect].members} | {a.id for a in known.aspects.values() if a.under == aspect}
    facts = (fact for s in family for a in aspects if (fact := known.fact(s, a)))
    entries = (entry for entry in known.entries.values() if family & set(entry.about))
    return any(repeats(answer, (f.says, f.brief, *f.more, *(e.says for e in f.exceptions))) for f in facts) or any(
        repeats(answer, (entry.says,)) for entry in entries
    )
