"""Calls the rooms in order: read, complete from the conversation, match, reason, decide, say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from bot import answer as policy
from bot import english
from bot.conversation import Conversations, Memory, Recall, follow
from bot.knowledge import load_compiled
from bot.language import Speller, clean, split
from bot.match import Match, Matcher, compile_matcher
from bot.model import Answer, Knowledge, Question
from bot.suggestions import Suggestions
from bot.reading import Reader, Reading
from bot.reasoning import Candidate, View, candidates
from bot.vocabulary import Plain, Vocabulary, compile_vocabulary

PARTS = 3  # questions answered in one message

_ABOUT_BOT = frozenset("help who you your name bot real human person robot ai machine topics cover know can do what are live talking am i to speaking a "
                       "work for made built created wrote purpose commands about ask answer questions the say is is this it topic subjects does how things "
                       "should of me u list available menu supported support understand".split())  # fmt: skip


INDEX = "1"  # raise it when the index of the same knowledge comes out otherwise than before


def compile_index(knowledge: Knowledge) -> Plain:
    """All that is worked out once from a knowledge, as plain data, so that the next start need not work it out again."""
    vocabulary = compile_vocabulary(knowledge)
    return {"vocabulary": vocabulary, "matcher": compile_matcher(knowledge, Vocabulary(knowledge, vocabulary))}


class Explanation(NamedTuple):
    """How a message was read and why it was answered as it was, for people (`lines`) and programs (`data`)."""

    lines: tuple[str, ...]
    data: dict[str, Any]


class Bot:
    """Answers questions from one knowledge; the conversations it remembers are its only state."""

    def __init__(self, knowledge: Knowledge, compiled: Plain | None = None) -> None:
        compiled = compiled or compile_index(knowledge)
        self.knowledge = knowledge
        self._view = View(knowledge)
        self._vocabulary = Vocabulary(knowledge, compiled["vocabulary"])
        self._matcher = Matcher(compiled["matcher"])
        self._reader = Reader(self._vocabulary, Speller(compiled["vocabulary"]["words"], compiled["vocabulary"]["own"]))
        self._conversations = Conversations()
        self._popular = _popular(knowledge)

    @classmethod
    def open(cls, folder: Path, cache: Path | None = None) -> Bot:
        """A bot with the knowledge of a folder; raises KnowledgeError when that is not sound."""
        return cls(*load_compiled(folder, cache, compile_index, INDEX))

    def ask(self, question: Question) -> Answer:
        """The answer to one message; never raises for any text."""
        memory = self._conversations.recall(question.conversation, question.at)
        readings = self._reader.read(question.text)
        if not readings:
            return self._small_talk(question, memory)
        if _about_the_bot(readings):
            return self._help(question)
        parts: list[Answer] = []
        for reading in readings[:PARTS]:
            answer, memory = self._one(question, reading, memory)
            if answer.kind != "silent":
                parts.append(answer)
        if memory:
            self._conversations.remember(question.conversation, memory._replace(at=question.at))
        else:
            self._conversations.forget(question.conversation)
        return policy.together(parts, self.knowledge) if parts else policy.silent()

    def suggest(self, beginning: str, limit: int = 10) -> tuple[str, ...]:
        """At most `limit` questions that can be answered and complete what somebody has begun to type."""
        return self._suggestions.complete(beginning, limit)

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self.knowledge, self._popular)

    def topics(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Every service with the headings of what is known about it."""
        known = self.knowledge
        return tuple(
            (s.name, tuple(a.name for a in known.aspects.values() if known.fact(s.id, a.id)))
            for s in known.subjects.values()
            if not s.parent and s.id in known.facts
        )

    def explain(self, question: Question) -> Explanation:
        """How the words were read, the candidates with their scores, and what was left unexplained."""
        lines: list[str] = []
        rows: list[dict[str, Any]] = []
        for reading in self._reader.read(question.text):
            decision, found, matches = self._decide(reading)
            data = _explained(reading, found, matches, decision)
            rows.append(data)
            lines += [f"{key}: {value}" for key, value in data.items()]
        return Explanation(tuple(lines), {"questions": rows})

    # ------------------------------------------------------------ one question

    def _decide(self, reading: Reading) -> tuple[policy.Decision, list[Candidate], tuple[Match, ...]]:
        bare = reading.has("followed") and not reading.content
        matches = () if bare else self._matcher.match(reading.words, self._vocabulary.find(reading.words), reading.subjects)
        found = candidates(reading, matches, self._view)
        return policy.decide(reading, found, matches, self._view), found, matches

    def _one(self, question: Question, reading: Reading, memory: Memory | None) -> tuple[Answer, Memory | None]:
        followed = follow(reading, memory)
        if isinstance(followed, Recall):
            assert memory is not None  # noqa: S101 - follow() only recalls from a memory
            return self._recalled(question, followed, memory)
        decision, found, _ = self._decide(followed)
        if decision.kind == "answer" and decision.candidate:
            return self._say(question, followed, decision.candidate, memory)
        if decision.kind == "silent":
            return policy.silent(), memory
        if decision.kind == "abstain" and not policy.is_open(followed):
            return policy.decline(decision, self.knowledge), None if decision.neighbour else memory
        return self._ask_back(followed, decision, question)

    def _say(self, question: Question, reading: Reading, chosen: Candidate, memory: Memory | None) -> tuple[Answer, Memory]:
        conclusion = chosen.draw()
        answer = policy.say(conclusion, self._view, question)
        options = conclusion.options or (memory.options if memory and "followed" in reading.cues else ())
        return answer, Memory(
            at=question.at,
            subjects=conclusion.subjects,
            aspects=conclusion.aspects or tuple(a for a, weight in reading.aspects[:1] if weight >= 0.9),
            options=options,
            picked=conclusion.subjects if len(conclusion.subjects) == 1 and len(options) > 1 else (),
            said=conclusion,
            yesno=reading.has("yesno"),
            chain=reading.has("followed") and not reading.has("picked"),
        )

    def _ask_back(self, reading: Reading, decision: policy.Decision, question: Question) -> tuple[Answer, Memory]:
        suggestions = decision.suggestions or (self._which_subject(reading) if reading.aspects else ())
        pending = tuple(a for a, _ in reading.aspects[:1])
        return policy.clarify(suggestions), Memory(question.at, reading.subjects, suggestions=suggestions, pending=pending, yesno=reading.has("yesno"))

    def _which_subject(self, reading: Reading) -> tuple[str, ...]:
        """The same question about the services that are asked about most, where none was named."""
        aspect = self.knowledge.aspects[reading.aspects[0][0]]
        known = [s for s in self._popular if aspect.members or self.knowledge.fact(s, aspect.id)]
        return tuple(aspect.asks.replace("{subject}", self._view.short(s)) for s in known[: policy.SUGGESTIONS])

    def _recalled(self, question: Question, recall: Recall, memory: Memory) -> tuple[Answer, Memory | None]:
        said = memory.said
        if recall.what == "suggestion" or said is None:
            return self._one(question, self._reader.read(recall.suggestion)[0], None)
        if recall.what == "why" and said.because:
            said = said._replace(lead=said.because, points=(said.lead,), table=None)
        elif recall.what == "more" and memory.subjects:
            said = said._replace(lead=said.points[0] if said.points else said.lead, points=said.points[1:])
        return policy.say(said, self._view, question), memory

    def _small_talk(self, question: Question, memory: Memory | None) -> Answer:
        """A reply to a message without a question: "the first one please" asks all the same once something was offered."""
        for reading in self._reader.read(question.text, social=True) if memory else ():
            followed = follow(reading, memory)
            if isinstance(followed, Recall) or followed.has("followed"):
                answer, kept = self._one(question, reading, memory)
                if kept:
                    self._conversations.remember(question.conversation, kept._replace(at=question.at))
                return answer
        words = [w.text for w in split(clean(question.text))]
        if question.text.strip() == "?":
            return self._help(question)
        return policy.greet(words, self.knowledge)

    def _help(self, question: Question) -> Answer:
        answer = policy.help_(self.knowledge)
        self._conversations.remember(question.conversation, Memory(question.at, suggestions=answer.suggestions))
        return answer


def _popular(knowledge: Knowledge) -> tuple[str, ...]:
    """The main subjects, those that are compared most first: the ones that a question without a name is likely about."""
    compared = Counter(s for c in knowledge.comparisons.values() for s in c.of)
    return tuple(sorted((s.id for s in knowledge.subjects.values() if not s.parent), key=lambda s: -compared[s]))


def _about_the_bot(readings: Sequence[Reading]) -> bool:
    return len(readings) == 1 and not readings[0].subjects and not readings[0].neighbours and 0 < len(readings[0].words) <= 10 and all(
        w.text in _ABOUT_BOT for w in readings[0].words
    ) and any(w.text in ("you", "your", "help", "topics", "commands", "u", "person", "human", "bot") for w in readings[0].words)


def _explained(reading: Reading, found: Sequence[Candidate], matches: Sequence[Match], decision: policy.Decision) -> dict[str, Any]:
    said = frozenset().union(*reading.said.values()) if reading.said else frozenset()
    return {
        "read as": " ".join(w.text for w in reading.words),
        "asks": reading.asks,
        "subjects": list(reading.subjects),
        "aspects": {a: round(w, 2) for a, w in reading.aspects},
        "needs": {n: round(w, 2) for n, w in reading.needs},
        "quantities": [q.text for q in reading.quantities],
        "cues": sorted(reading.cues),
        "neighbours": list(reading.neighbours),
        "unexplained": [reading.words[i].text for i in reading.content if i not in said],
        "candidates": [f"{c.shape} {c.id} {c.score:.2f} (covers {c.covered:.2f})" for c in found[:6]],
        "matches": [f"{m.kind} {m.id} {m.score:.2f}" for m in matches[:3]],
        "decision": f"{decision.kind}: {decision.because}",
    }
