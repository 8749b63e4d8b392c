"""In which words we answer, ask back or decline; which of these is done is decided in `bot.decide`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot import english
from bot.decide import ACCOUNT, ELSEWHERE, SUGGESTIONS, Decision
from bot.hashing import blake2b
from bot.model import Answer, Knowledge, Notes, Table
from bot.reasoning import Conclusion, View
from bot.reasoning.conclusion import listed

LONGEST = 1200  # characters of an answer; nobody reads further in a chat
SOURCES = 2  # sources below an answer
BESIDE_OTHERS = 2  # points of each of several answers to one message
ROWS = 3  # rows of a table that are cut only after the points
NOT_ALL = "I don't know the answer to the other part of the question."
_VERDICTS = {"outdated": "no longer true", "narrower": "true only in part"}


def say(conclusion: Conclusion, view: View) -> Answer:
    """The answer that states a conclusion, with its sources, cut to what is read in a chat."""
    note = next((n for n in conclusion.notes if n.verdict != "same"), None)
    beside = _beside(note) if note else ""
    doubt = "Medium confidence: check the source before you rely on it." if conclusion.medium else ""
    answer = Answer(
        kind="answer",
        title=conclusion.title,
        lead=conclusion.lead,
        points=tuple(dict.fromkeys(conclusion.points)),
        table=conclusion.table,
        caveat="\n".join(filter(None, (conclusion.caveat, beside, doubt))),
        sources=tuple(view.knowledge.sources[s] for s in conclusion.sources[:SOURCES]),
        as_of=conclusion.as_of,
        id=_id("|".join(conclusion.cites)),
        subjects=conclusion.subjects,
    )
    return finish(answer)


def _beside(note: Notes) -> str:
    where = f"line{'s' if len(note.lines) > 1 else ''} {listed(map(str, note.lines))}"
    return f"The study notes ({where}) say: {note.say.rstrip('.')} – {_VERDICTS[note.verdict]}."


def _id(said: str) -> str:
    """An id that a button can carry: what was said, without what was asked."""
    return blake2b(said.encode(), digest_size=6).hexdigest()


def finish(answer: Answer) -> Answer:
    """The answer cut to what is read in a chat, with its plain form."""
    while len(text := plain(answer)) > LONGEST and (answer.points or answer.table):
        answer = _shorter(answer)
    return answer._replace(text=text)


def _shorter(answer: Answer) -> Answer:
    """An answer without its last row or point, whichever is missed less; in the end without its table."""
    table = answer.table
    if table and len(table.rows) > ROWS and len(answer.points) <= len(table.columns):
        return answer._replace(table=table._replace(rows=table.rows[:-1]))
    if answer.points:
        return answer._replace(points=answer.points[:-1])
    return answer._replace(table=None)


def plain(answer: Answer) -> str:
    """The plain form of an answer: what a terminal prints and a notification shows."""
    parts = [answer.title, answer.lead, *(f"- {point}" for point in answer.points)]
    if answer.table:
        parts += _plain_table(answer.table)
    parts.append(answer.caveat)
    if answer.sources:
        cited = "; ".join(f"{s.title} <{s.url}>" for s in answer.sources)
        parts.append(f"Source: {cited}" + (f" (as of {answer.as_of})" if answer.as_of else ""))
    parts += [f"> {s}" for s in answer.suggestions]
    return "\n".join(part for part in parts if part)


def _plain_table(table: Table) -> list[str]:
    rows = [("", *table.columns), *table.rows]
    return [" | ".join(row) for row in rows]


def together(parts: Sequence[Answer]) -> Answer:
    """Several answers to one message as one: each with its lead and first points, what is not known said in a line."""
    answered = [p for p in parts if p.kind == "answer"]
    if len(parts) == 1 or not answered:
        return parts[0]
    first = answered[0]
    others = parts[1:] if first is parts[0] else [*parts[1:], parts[0]]
    points = [point for part in others for point in _in_short(part)]
    if first.table is None:
        points = [*first.points[:BESIDE_OTHERS], *points]
    return finish(
        first._replace(
            title="",
            points=tuple(dict.fromkeys(p for p in points if p != first.lead)),
            caveat=" ".join(dict.fromkeys(p.caveat for p in answered if p.caveat)),
            sources=tuple(dict.fromkeys(s for p in answered for s in p.sources[:1])),
            suggestions=(),
            id=_id("".join(p.id for p in parts)),
        )
    )


def _in_short(part: Answer) -> tuple[str, ...]:
    if part.kind == "answer":
        return (part.lead, *part.points[:BESIDE_OTHERS])
    return (NOT_ALL if part.because != ELSEWHERE else part.lead.partition(". ")[0] + ".",)


def decline(decision: Decision, knowledge: Knowledge) -> Answer:
    """The one line that declines, and says what is known instead."""
    covers = knowledge.talk.covers
    if decision.neighbour:
        name = knowledge.neighbours[decision.neighbour].name
        lead = f"{name}: that is outside what I know. I can answer about {covers}."
    elif decision.because == ACCOUNT:
        lead = f"I can't see or change anything in an account; I only know {covers} in general."
    else:
        lead = f"I don't know that. I can answer about {covers}."
    return finish(Answer(kind="abstain", lead=lead))


def clarify(suggestions: Sequence[str]) -> Answer:
    """The question back, with what could be meant."""
    lead = "I am not sure what you mean. Did you want to ask one of these?" if suggestions else "What do you mean?"
    return finish(Answer(kind="clarify", lead=lead, suggestions=tuple(suggestions)))


def silent() -> Answer:
    """No reply at all."""
    return Answer(kind="silent")


def greet(words: Iterable[str], knowledge: Knowledge) -> Answer:
    """A friendly word back to lower-case words: to a greeting, to thanks, to good-bye; to a mere "ok" none."""
    said = set(words)
    if said & english.THANKS:
        return finish(Answer(kind="greet", lead="You're welcome!"))
    if said & english.FAREWELLS:
        return finish(Answer(kind="greet", lead="Bye! Come back with the next question."))
    if not said & english.GREETINGS:
        return silent()
    examples = knowledge.talk.examples[:2]
    return finish(Answer(kind="greet", lead=f"Hello! Ask me about {knowledge.talk.covers}.", suggestions=examples))


def help_(knowledge: Knowledge) -> Answer:
    """What the bot is and what can be asked."""
    talk = knowledge.talk
    lead = (
        f"I am {talk.name}, a bot. I answer from a reviewed folder of facts about {talk.covers}, "
        "and say so when I don't know."
    )
    return finish(Answer(kind="help", lead=lead, suggestions=talk.examples[:SUGGESTIONS]))
