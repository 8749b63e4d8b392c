"""Calls the rooms in order: read, complete from the conversation, match, reason, decide, say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from bot import answer as replies
from bot import decide as policy
from bot import english
from bot.conversation import LONGEST, Conversations, Memory, Recall, follow
from bot.knowledge import Location, fingerprint, load_compiled
from bot.language import Speller, clean, split
from bot.match import Match, Matcher, compile_matcher
from bot.model import Answer, Knowledge, Question
from bot.reading import Reader, Reading
from bot.reasoning import Candidate, Conclusion, View, candidates
from bot.vocabulary import Plain, Vocabulary, compile_vocabulary

if TYPE_CHECKING:
    from bot.suggestions import Suggestions

REPEATED = 500  # messages whose answers are kept: buttons, and busy channels, ask the same again and again
TELLING = 8  # words of a question from which whole entries are looked at …
CLOSE = 0.45  # … and the score that something must have reached before
UNANSWERED = {"abstain", "clarify"}
PARTS = 3  # questions answered in one message
NAMED = 0.9  # weight from which words name an aspect that a follow-up may leave out
ABOUT_US = 10  # words of a question about the bot itself, at most
SHOWN = 6  # candidates that an explanation lists
RESEMBLING = 3  # and phrasings

_ADDRESSING = english.words("you your u help topics commands person human bot")
_ABOUT_BOT = _ADDRESSING | english.words(
    """
    who name real robot ai machine cover know can do what are live talking am i to speaking a work for made built
    created wrote purpose about ask answer questions the say is this it topic subjects does how things should of me
    list available menu supported support understand with
    """
)

# What makes the index of a knowledge: when one of these files changes, an index that was kept is of no more use.
INDEXERS = ("bot.py", "english.py", "english.txt", "language.py", "match.py", "packed.py", "vocabulary.py")


def compile_index(knowledge: Knowledge) -> Plain:
    """All that is worked out once from a knowledge, as plain data, so that the next start need not do it again."""
    vocabulary = compile_vocabulary(knowledge)
    return {"vocabulary": vocabulary, "matcher": compile_matcher(knowledge, Vocabulary(knowledge, vocabulary))}


class Explanation(NamedTuple):
    """How a message was read and why it was answered as it was, for people (`lines`) and programs (`data`)."""

    lines: tuple[str, ...]
    data: dict[str, Any]


class _Thought(NamedTuple):
    """What is to be done with one question, and all that was considered, best first."""

    decision: policy.Decision
    candidates: Sequence[Candidate]
    matches: Sequence[Match]

    @property
    def closest(self) -> str:
        """What came closest to being an answer, by its kind and id."""
        if self.candidates:
            return f"{self.candidates[0].shape} {self.candidates[0].id}"
        return f"{self.matches[0].kind} {self.matches[0].id}" if self.matches else ""


class Bot:
    """Answers questions from one knowledge; the conversations it remembers are its only state.

    It goes on with those of the bot `before` it, which may have known other things.
    """

    def __init__(self, knowledge: Knowledge, compiled: Plain | None = None, before: Bot | None = None) -> None:
        compiled = compiled or compile_index(knowledge)
        self.knowledge = knowledge
        self._view = View(knowledge)
        self._vocabulary = Vocabulary(knowledge, compiled["vocabulary"])
        self._matcher = Matcher(compiled["matcher"])
        words = compiled["vocabulary"]
        self._reader = Reader(
            self._vocabulary, Speller(words["words"], words["own"], words["whole"], words["known stems"])
        )
        self._afresh = lru_cache(REPEATED)(partial(self._reply, memory=None))
        self._conversations: Conversations = before._conversations if before else Conversations()  # noqa: SLF001 - one of us

    @classmethod
    def open(cls, folder: Location, cache: Location | None = None, before: Bot | None = None) -> Bot:
        """A bot with the knowledge of a folder; raises KnowledgeError when that is not sound."""
        version = fingerprint(os.path.dirname(__file__), INDEXERS) if cache else ""
        return cls(*load_compiled(folder, cache, compile_index, "index", version), before)

    def ask(self, question: Question) -> Answer:
        """The answer to one message; never raises for any text."""
        memory = self._conversations.recall(question.conversation, question.at)
        memory = memory if memory and self._knows(memory) else None
        answer, kept = self._reply(question.text, memory) if memory else self._afresh(question.text)
        if kept:
            self._conversations.remember(question.conversation, kept._replace(at=question.at))
        elif memory:
            self._conversations.forget(question.conversation, question.at)
        return answer

    def context(self, conversation: str) -> str:
        """What is remembered of a conversation, for another copy of the bot to `resume`; empty if nothing is.

        It is JSON, a few kilobytes at most, and has none of the words that somebody wrote but those that the knowledge
        has itself, everyday words, and amounts.
        """
        from bot.context import dump  # noqa: PLC0415 - a bot on its own never pays for it

        memory = self._conversations.newest(conversation)
        return dump(memory) if memory else ""

    def resume(self, conversation: str, context: str) -> None:
        """Go on where another copy left a conversation; what is older than our own memory, or odd, is ignored."""
        from bot.context import load  # noqa: PLC0415 - as above

        memory = load(context, lambda text: self._reader.read(text, social=True))
        own = self._conversations.newest(conversation)
        if memory and (own is None or own.at < memory.at):
            self._conversations.remember(conversation, memory)

    def suggest(self, beginning: str, limit: int = 10) -> tuple[str, ...]:
        """At most `limit` questions that can be answered and complete what somebody has begun to type."""
        return self._suggestions.complete(beginning, limit)

    @cached_property
    def _suggestions(self) -> Suggestions:
        from bot.suggestions import Suggestions  # noqa: PLC0415 - one answer does without

        return Suggestions(self.knowledge, self._view.popular)

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
        rows = [_explained(reading, self._think(reading)) for reading in self._reader.read(question.text)]
        lines = tuple(f"{key}: {value}" for row in rows for key, value in row.items())
        return Explanation(lines, {"questions": rows})

    def _reply(self, text: str, memory: Memory | None) -> tuple[Answer, Memory | None]:
        """The answer to a message, and what is to be remembered then; nothing if the topic is one that is not known."""
        readings = self._reader.read(text)
        if not readings:
            return self._small_talk(text, memory)
        if _about_the_bot(readings):
            return self._help()
        return self._each(readings[:PARTS], memory)

    # ------------------------------------------------------------ the questions of a message

    def _each(self, readings: Sequence[Reading], memory: Memory | None) -> tuple[Answer, Memory | None]:
        """The answers to the questions of a message, each of which may go on with the one before."""
        parts: list[Answer] = []
        for reading in readings:
            answer, memory = self._one(reading, memory)
            if answer.kind != "silent":
                parts.append(answer)
        return replies.together(parts) if parts else replies.silent(), memory

    def _one(self, reading: Reading, memory: Memory | None) -> tuple[Answer, Memory | None]:
        """The answer to one question, and what is to be remembered of it."""
        followed = follow(reading, memory)
        if isinstance(followed, Recall):
            return self._recalled(followed, memory)
        thought = self._think(followed)
        if thought.decision.kind in UNANSWERED and memory:
            followed, thought = self._in_context(reading, memory) or (followed, thought)
        decision = thought.decision
        if decision.kind == "answer" and decision.candidate:
            return self._say(followed, decision.candidate, memory)
        if decision.kind == "silent":
            return replies.silent(), memory
        if decision.kind == "abstain" and not policy.is_open(followed):
            answer, memory = replies.decline(decision, self.knowledge), None if decision.neighbour else memory
        else:
            answer, memory = self._ask_back(followed, decision)
        about = thought.candidates[0].subjects if thought.candidates else followed.subjects
        return answer._replace(subjects=about, because=decision.because, closest=thought.closest), memory

    def _in_context(self, reading: Reading, memory: Memory) -> tuple[Reading, _Thought] | None:
        """A question that has no answer by itself, read with the name of what was talked about, if it then has one."""
        if not reading.asks or reading.neighbours or not memory.subjects or len(reading.words) > LONGEST:
            return None
        choice = reading.has("which") and len(memory.options) > 1
        names = [self._view.short(s) for s in (memory.options if choice else memory.subjects[:1])]
        readings = self._reader.read(f"{reading.text.rstrip(' ?!.')} {' or '.join(names)}?")
        thought = self._think(readings[0]) if len(readings) == 1 else None
        return (readings[0], thought) if thought and thought.decision.kind == "answer" else None

    def _think(self, reading: Reading) -> _Thought:
        """What to do with a question; one that just misses an answer is held against whole entries, too."""
        thought = self._look(reading)
        if thought.decision.kind in UNANSWERED and _tells_enough(reading, thought):
            again = self._look(reading, whole=True)
            return again if again.decision.kind == "answer" else thought
        return thought

    def _look(self, reading: Reading, *, whole: bool = False) -> _Thought:
        matches = self._matches(reading, whole=whole)
        found = candidates(reading, matches, self._view)
        return _Thought(policy.decide(reading, found, matches, self._view), found, matches)

    def _matches(self, reading: Reading, *, whole: bool) -> tuple[Match, ...]:
        """The phrasings that a question resembles; a follow-up that is a mere name resembles none."""
        if reading.has("followed") and not reading.content:
            return ()
        mentions = self._vocabulary.find(reading.words)
        return self._matcher.match(reading.words, mentions, reading.subjects, whole=whole)

    # ------------------------------------------------------------ one answer, and what is remembered of it

    def _say(self, reading: Reading, chosen: Candidate, memory: Memory | None) -> tuple[Answer, Memory]:
        conclusion = chosen.draw()
        options = conclusion.options
        if memory and reading.has("followed") and set(options) < set(memory.options):
            options = memory.options  # also when one of them was found to be what was asked for
        one_of_them = len(conclusion.subjects) == 1 and len(options) > 1
        return (
            replies.say(conclusion, self._view),
            Memory(
                subjects=conclusion.subjects,
                aspects=conclusion.aspects or tuple(a for a, weight in reading.aspects[:1] if weight >= NAMED),
                options=options,
                picked=conclusion.subjects if one_of_them else (),
                said=conclusion,
                yesno=reading.has("yesno"),
                chain=reading.has("followed") and not reading.has("picked"),
                asked=reading,
            ),
        )

    def _ask_back(self, reading: Reading, decision: policy.Decision) -> tuple[Answer, Memory]:
        suggestions = decision.suggestions or self._which_subject(reading)
        return replies.clarify(suggestions), Memory(
            subjects=reading.subjects,
            suggestions=suggestions,
            pending=tuple(a for a, _ in reading.aspects[:1]),
            yesno=reading.has("yesno"),
        )

    def _which_subject(self, reading: Reading) -> tuple[str, ...]:
        """The same question about the services that are asked about most, where none was named."""
        if not reading.aspects:
            return ()
        aspect = self.knowledge.aspects[reading.aspects[0][0]]
        known = [s for s in self._view.popular if aspect.members or self.knowledge.fact(s, aspect.id)]
        return tuple(aspect.asks.replace("{subject}", self._view.short(s)) for s in known[: policy.SUGGESTIONS])

    def _recalled(self, recall: Recall, memory: Memory | None) -> tuple[Answer, Memory | None]:
        """The answer to a question about the reply before, or to the suggestion that was picked."""
        if memory is None or memory.said is None or recall.what == "question":
            return self._one(self._reader.read(recall.question, social=True)[0], None)
        return replies.say(_again(memory.said, recall), self._view), memory

    def _small_talk(self, text: str, memory: Memory | None) -> tuple[Answer, Memory | None]:
        """A reply to a message without a question; "the first one please" asks all the same after an offer."""
        for reading in self._reader.read(text, social=True) if memory else ():
            followed = follow(reading, memory)
            if isinstance(followed, Recall) or followed.has("followed"):
                return self._one(reading, memory)
        if text.strip() == "?" or "help" in text.lower().strip("/").split():
            return self._help()
        return replies.greet((w.text for w in split(clean(text))), self.knowledge), memory

    def _help(self) -> tuple[Answer, Memory]:
        answer = replies.help_(self.knowledge)
        return answer, Memory(suggestions=answer.suggestions)

    # ------------------------------------------------------------ memory

    def _knows(self, memory: Memory) -> bool:
        """Whether what was talked about is still known."""
        known, said = self.knowledge, memory.said or Conclusion("")
        return (
            known.subjects.keys() >= {*memory.subjects, *memory.options, *memory.picked, *said.subjects, *said.options}
            and known.aspects.keys() >= {*memory.aspects, *memory.pending, *said.aspects}
            and known.sources.keys() >= set(said.sources)
        )


def _tells_enough(reading: Reading, thought: _Thought) -> bool:
    """Whether a question without an answer says so much that one may be found in an entry as a whole."""
    if len(reading.words) < TELLING or reading.neighbours:
        return False
    close = bool(thought.candidates) and thought.candidates[0].score >= CLOSE
    return bool(reading.needs) or (close and bool(reading.subjects))


def _about_the_bot(readings: Sequence[Reading]) -> bool:
    """Whether a message asks about the bot itself, and nothing else."""
    reading = readings[0]
    if len(readings) > 1 or reading.subjects or reading.neighbours or len(reading.words) > ABOUT_US:
        return False
    texts = {w.text for w in reading.words}
    return texts <= _ABOUT_BOT and not texts.isdisjoint(_ADDRESSING)


def _again(said: Conclusion, recall: Recall) -> Conclusion:
    """What was said, told otherwise: the reason first, or without the lead that is known by now."""
    if recall.what == "why" and said.because:
        return said._replace(lead=said.because, points=(said.lead,), table=None)
    if recall.what == "more" and said.subjects and said.points:
        return said._replace(lead=said.points[0], points=said.points[1:])
    return said


def _explained(reading: Reading, thought: _Thought) -> dict[str, Any]:
    said = frozenset(i for positions in reading.said.values() for i in positions)
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
        "candidates": [f"{c.shape} {c.id} {c.score:.2f} (covers {c.covered:.2f})" for c in thought.candidates[:SHOWN]],
        "matches": [f"{m.kind} {m.id} {m.score:.2f}" for m in thought.matches[:RESEMBLING]],
        "decision": f"{thought.decision.kind}: {thought.decision.because}",
    }
