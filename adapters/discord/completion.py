"""What can be completed while somebody types a command: questions, subjects, aspects and needs."""

from __future__ import annotations

from collections.abc import Iterable

from discord.app_commands import Choice

from bot import Bot

MOST, LONGEST = 25, 100  # choices, and characters of each; Discord refuses more


def questions(bot: Bot, typed: str) -> list[Choice[str]]:
    """Questions that can be answered; examples before anything is typed."""
    found = bot.suggest(typed, MOST) if typed.strip() else bot.knowledge.talk.examples
    return choices((asks, asks) for asks in found)


def subjects(bot: Bot, typed: str, beside: Iterable[str] = ()) -> list[Choice[str]]:
    """Subjects of which something is known, by any of their names, but those already chosen; main subjects first."""
    known = bot.knowledge
    told = sorted((s for s in known.subjects.values() if s.id in known.facts), key=lambda s: bool(s.parent))
    taken = set(beside)
    return ranked(typed, ((s.name, s.short, (s.short, *s.names)) for s in told if s.short not in taken))


def aspects(bot: Bot, typed: str, of: Iterable[str] = ()) -> list[Choice[str]]:
    """What can be compared: the aspects that are known of every one of the chosen subjects."""
    known = bot.knowledge
    chosen = [s.id for s in known.subjects.values() if s.short in set(of)]
    shared = [a for a in known.aspects.values() if not a.members and all(known.fact(s, a.id) for s in chosen)]
    return ranked(typed, ((a.name, a.name, a.words) for a in shared))


def needs(bot: Bot, typed: str, beside: Iterable[str] = ()) -> list[Choice[str]]:
    """What a workload may need, but what is already chosen; the value is the id."""
    taken = set(beside)
    return ranked(typed, ((n.name, n.id, n.words) for n in bot.knowledge.needs.values() if n.id not in taken))


def ranked(typed: str, every: Iterable[tuple[str, str, Iterable[str]]]) -> list[Choice[str]]:
    """Those with a name that what was typed begins, then those in which a word begins with it, in the given order."""
    wanted = " ".join(typed.lower().split())
    first, second = [], []
    for name, value, others in every:
        spoken = [text.lower() for text in (name, *others)]
        if any(text.startswith(wanted) for text in spoken):
            first.append((name, value))
        elif any(f" {wanted}" in text for text in spoken):
            second.append((name, value))
    return choices([*first, *second])


def choices(pairs: Iterable[tuple[str, str]]) -> list[Choice[str]]:
    """As many choices as Discord takes, none of them cut: half a question would be another one."""
    fit = (Choice(name=n, value=v) for n, v in pairs if 0 < len(n) <= LONGEST and 0 < len(v) <= LONGEST)
    return list({choice.name: choice for choice in fit}.values())[:MOST]
