"""What we say: answer, ask back, decline or keep silent, and in which words.

All thresholds are here; each was found on the development papers and the project's own questions (docs/decisions.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot import english
from bot.match import DECOY, Match
from bot.model import Answer, Knowledge, Notes, Question, Table
from bot.reading import LONG, Reading
from bot.reasoning import Candidate, Conclusion, View
from bot.reasoning.conclusion import listed

ANSWER = 0.62  # a question is answered from this score on
FRAGMENT = 0.75  # what is not worded as a question must be explained better than one that is
STORY = 0.55  # an exam stem has more words that say nothing
TROUBLE = 0.85  # what merely tells of a trouble must be one that is written about
CLARIFY = 0.30  # below this not even a suggestion is worth the reader's time
NEAR = 0.55  # a phrasing of a neighbouring topic that resembles the question this much speaks against answering
FOREIGN = 0.93  # and from here on it is one of its questions
LONGEST = 1200  # characters of an answer; nobody reads further in a chat
SUGGESTIONS = 3


class Decision(NamedTuple):
    """What to do with one question: `kind`, the candidate to say, the suggestions to make, and why, in a word or two."""

    kind: str
    candidate: Candidate | None = None
    suggestions: tuple[str, ...] = ()
    because: str = ""
    neighbour: str = ""


def decide(reading: Reading, candidates: Sequence[Candidate], matches: Sequence[Match], view: View) -> Decision:
    """Whether the best conclusion is good enough to be said."""
    best = candidates[0] if candidates else None
    if not reading.asks and not reading.fragment and not (best and _is_told_trouble(best, reading)):
        return Decision("silent", because="no question")
    if reading.has("account", "action"):
        return Decision("abstain", because="about somebody's own account or an action")
    foreign = _foreign(reading, view.knowledge)
    if foreign:
        return Decision("abstain", because="another topic", neighbour=foreign)
    if best and is_open(reading) and not _verbatim(best):
        return Decision("clarify", because="of what?")
    if best is None:
        return Decision("abstain" if reading.asks else "silent", because="nothing known")
    if matches and matches[0].kind == DECOY and matches[0].score >= FOREIGN and best.shape not in ("compare", "entry"):
        return Decision("abstain", because="another topic", neighbour=matches[0].id)
    if best.score >= _bar(reading, best, matches):
        return Decision("answer", best, because=f"{best.score:.2f}")
    if reading.neighbours and not reading.subjects:
        return Decision("abstain", because="another topic", neighbour=reading.neighbours[0])
    if not reading.asks:
        return Decision("silent", because="not sure that it is a question")
    close = [c for c in candidates if c.score >= CLARIFY]
    if close and (reading.subjects or reading.needs or reading.aspects):
        return Decision("clarify", suggestions=suggest(close, view), because=f"{best.score:.2f}")
    return Decision("abstain", because=f"{best.score:.2f}")


def _verbatim(candidate: Candidate) -> bool:
    """Whether the question is one of an entry's own phrasings."""
    return candidate.shape == "entry" and candidate.score > 1.0


def _is_told_trouble(best: Candidate, reading: Reading) -> bool:
    """Whether what is told, not asked, is a trouble that somebody has written about."""
    return _verbatim(best) or (best.shape == "entry" and best.score >= TROUBLE and reading.has("trouble"))


def is_open(reading: Reading) -> bool:
    """Whether a question says what it wants to know but not of what ("how is it billed?")."""
    if not reading.aspects or reading.subjects or reading.neighbours or reading.has("which", "where", "list") or len(reading.words) > 10:
        return False
    if reading.needs and not reading.has("pronoun"):
        return False
    return reading.covered(reading.positions("aspect", *(a for a, _ in reading.aspects))) >= 0.75


def _bar(reading: Reading, best: Candidate, matches: Sequence[Match]) -> float:
    if not reading.asks and best.shape == "entry":
        return ANSWER if _verbatim(best) else TROUBLE
    bar = STORY if len(reading.words) >= LONG else ANSWER if reading.asks else FRAGMENT
    plain = best.shape == "compare" or (best.shape == "fact" and best.covered >= 0.85)
    if matches and matches[0].kind == DECOY and matches[0].score >= NEAR and not plain:
        bar += 0.25 * matches[0].score
    if reading.neighbours and best.shape not in ("recommend", "entry"):
        bar += 0.1
    return bar


def _foreign(reading: Reading, knowledge: Knowledge) -> str:
    """The neighbouring topic that the question is about, if it is about one: any of another vendor, or the only one named."""
    for neighbour in reading.neighbours:
        if knowledge.neighbours[neighbour].kind == "other":
            return neighbour
    if reading.neighbours and not reading.subjects and len(reading.words) < LONG:
        named = reading.positions("neighbour", *reading.neighbours)
        needed = any(not reading.positions("need", need) <= named for need, _ in reading.needs)
        if not needed or not reading.has("which", "where", "advise", "how", "weigh", "yesno"):
            return reading.neighbours[0]
    return ""


def suggest(candidates: Iterable[Candidate], view: View) -> tuple[str, ...]:
    """The questions that these candidates would answer, worded so that they can be asked."""
    worded = (wording(c, view) for c in candidates)
    return tuple(dict.fromkeys(w for w in worded if w))[:SUGGESTIONS]


def wording(candidate: Candidate, view: View) -> str:
    """A question whose answer is this candidate; empty if there is no natural one."""
    knowledge = view.knowledge
    if candidate.shape == "entry":
        return _as_question(knowledge.entries[candidate.id].title)
    if candidate.shape == "compare":
        return f"{' vs '.join(view.short(s) for s in candidate.subjects)}?"
    if candidate.shape in ("fact", "limits", "facts", "stands-for") and candidate.subjects:
        return knowledge.aspects[candidate.aspects[0]].asks.replace("{subject}", view.short(candidate.subjects[0]))
    if candidate.shape == "list":
        return f"Which services are {knowledge.aspects[candidate.aspects[0]].claim}?"
    return ""


def _as_question(title: str) -> str:
    return title if title.endswith("?") else title + "?"


# ---------------------------------------------------------------- wording


def say(conclusion: Conclusion, view: View, question: Question, suggestions: Sequence[str] = ()) -> Answer:
    """The answer that states a conclusion."""
    points = list(conclusion.points)
    note = next((n for n in conclusion.notes if n.verdict != "same"), None)
    if note:
        points = [*points[:3], _beside(note)]
    caveats = [conclusion.caveat] if conclusion.caveat else []
    if conclusion.medium:
        caveats.append("Medium confidence: check the source before you rely on it.")
    answer = Answer(
        kind="answer",
        title=conclusion.title,
        lead=conclusion.lead,
        points=tuple(dict.fromkeys(points)),
        table=conclusion.table,
        caveat=" ".join(caveats),
        sources=tuple(view.knowledge.sources[s] for s in conclusion.sources[:2]),
        as_of=conclusion.as_of,
        suggestions=tuple(suggestions),
        id=_id(question, conclusion.cites),
    )
    return finish(answer)


def _beside(note: Notes) -> str:
    where = f"line{'s' if len(note.lines) > 1 else ''} {listed(map(str, note.lines))}"
    verdict = {"outdated": "no longer true", "narrower": "true only in part"}[note.verdict]
    return f"The study notes ({where}) say: {note.say.rstrip('.')} – {verdict}."


def _id(question: Question, cites: Iterable[str]) -> str:
    """An id that a button can carry: what was said, without what was asked."""
    return hashlib.blake2b("|".join(cites).encode(), digest_size=6).hexdigest()


def finish(answer: Answer) -> Answer:
    """The answer cut to what is read in a chat, with its plain form."""
    while len(text := plain(answer)) > LONGEST and (answer.points or answer.table):
        if answer.table and len(answer.table.rows) > 3 and len(answer.points) <= len(answer.table.columns):
            answer = answer._replace(table=Table(answer.table.columns, answer.table.rows[:-1]))
        elif answer.points:
            answer = answer._replace(points=answer.points[:-1])
        else:
            answer = answer._replace(table=None)
    return answer._replace(text=text)


def plain(answer: Answer) -> str:
    """The plain form of an answer: what a terminal prints and a notification shows."""
    parts = [answer.title, answer.lead, *(f"- {point}" for point in answer.points)]
    if answer.table:
        parts += _plain_table(answer.table)
    if answer.caveat:
        parts.append(answer.caveat)
    if answer.sources:
        cited = "; ".join(f"{s.title} <{s.url}>" for s in answer.sources)
        parts.append(f"Source: {cited}" + (f" (as of {answer.as_of})" if answer.as_of else ""))
    parts += [f"> {s}" for s in answer.suggestions]
    return "\n".join(part for part in parts if part)


def _plain_table(table: Table) -> list[str]:
    rows = [("", *table.columns), *table.rows]
    return [" | ".join(row) for row in rows]


def together(parts: Sequence[Answer], knowledge: Knowledge) -> Answer:
    """Several answers to one message as one: each with its lead and first point, what is not known said in a line."""
    if len(parts) == 1:
        return parts[0]
    answered = [p for p in parts if p.kind == "answer"]
    if not answered:
        return parts[0]
    points: list[str] = []
    for part in parts[1:] if parts[0].kind == "answer" else [*parts[1:], parts[0]]:
        points.append(part.lead)
        points += part.points[:2] if part.kind == "answer" else ()
    first = parts[0] if parts[0].kind == "answer" else answered[0]
    points = [*first.points[:2], *points] if first.table is None else points
    return finish(
        first._replace(
            title="",
            points=tuple(dict.fromkeys(p for p in points if p != first.lead)),
            caveat=" ".join(dict.fromkeys(p.caveat for p in answered if p.caveat)),
            sources=tuple(dict.fromkeys(s for p in answered for s in p.sources[:1])),
            suggestions=(),
            id=hashlib.blake2b("".join(p.id for p in parts).encode(), digest_size=6).hexdigest(),
        )
    )


def decline(decision: Decision, knowledge: Knowledge) -> Answer:
    """The one line that declines, and says what is known instead."""
    covers = knowledge.talk.covers
    if decision.neighbour:
        lead = f"{knowledge.neighbours[decision.neighbour].name} is outside what I know. I can answer about {covers}."
    elif decision.because.startswith("about somebody"):
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
    """A friendly word back: to a greeting, to thanks, to good-bye; to a mere "ok" none."""
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
    lead = f"I am {talk.name}, a bot. I answer from a reviewed folder of facts about {talk.covers}, and say so when I don't know."
    return finish(Answer(kind="help", lead=lead, suggestions=talk.examples[:3]))
