"""The nouns: what the rooms hand to one another.

Nothing is decided here.
Everything is frozen, so that a `Knowledge` can be shared by every conversation at once; collections are tuples or read-only
mappings, and an empty value stands for "none".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["answer", "clarify", "abstain", "help", "greet", "silent"]
Verdict = Literal["", "yes", "no", "partly"]
Measure = Literal["", "time", "data", "cpu", "count", "rate", "money"]


# ---------------------------------------------------------------- what is known


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from; `checked` is the ISO day on which somebody last read it."""

    id: str
    title: str
    url: str
    kind: str
    checked: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can be asked about: a service, a feature of one, a concept or a tool."""

    id: str
    name: str
    short: str
    names: tuple[str, ...]
    weak_names: tuple[str, ...] = ()
    stands_for: str = ""
    kind: str = "service"
    parent: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Aspect:
    """What can be asked of a subject, with the words people use for it."""

    id: str
    name: str
    asks: str
    kind: str
    words: tuple[str, ...]
    weak_words: tuple[str, ...] = ()
    measure: Measure = ""
    claim: str = ""
    members: tuple[str, ...] = ()
    under: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in base units: seconds, bytes, vCPUs, pieces, pieces a second, US dollars; infinite for `unlimited`."""

    amount: float
    measure: Measure
    text: str


@dataclass(frozen=True, slots=True)
class ScopedLimit:
    """A limit that holds only for part of a subject."""

    scope: str
    says: str
    max: Quantity | None = None
    min: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """What the study notes say about the same thing; `verdict` is same, outdated or narrower."""

    lines: tuple[int, ...]
    say: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What is true of one subject under one aspect."""

    subject: str
    aspect: str
    says: str
    sources: tuple[str, ...]
    as_of: str
    brief: str = ""
    more: tuple[str, ...] = ()
    answer: Verdict = ""
    max: Quantity | None = None
    min: Quantity | None = None
    default: Quantity | None = None
    scope: str = ""
    exceptions: tuple[ScopedLimit, ...] = ()
    because: str = ""
    caveat: str = ""
    confidence: str = "high"
    checked: str = "person"
    model: str = ""
    notes: Notes | None = None

    @property
    def id(self) -> str:
        """`subject.aspect`, the name under which a fact is cited."""
        return f"{self.subject}.{self.aspect}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A written answer to questions that have no subject-and-aspect shape, with example phrasings."""

    id: str
    title: str
    about: tuple[str, ...]
    asks: tuple[str, ...]
    says: str
    sources: tuple[str, ...]
    as_of: str
    more: tuple[str, ...] = ()
    answer: Verdict = ""
    caveat: str = ""
    confidence: str = "high"
    checked: str = "person"
    notes: Notes | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The written verdict on two or three subjects; its rows come from the facts."""

    id: str
    of: tuple[str, ...]
    says: str
    choose: Mapping[str, str]
    rows: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: str
    notes: Notes | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A set of alternatives that a "which …?" question chooses among."""

    id: str
    name: str
    words: tuple[str, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """What a workload may require, and what that does to the alternatives of one group.

    `best`, `fits` and `fails` map a subject to the reason, which completes "because …".
    """

    id: str
    name: str
    words: tuple[str, ...]
    group: str
    sources: tuple[str, ...]
    as_of: str
    best: Mapping[str, str] = field(default_factory=dict)
    fits: Mapping[str, str] = field(default_factory=dict)
    fails: Mapping[str, str] = field(default_factory=dict)
    aspect: str = ""
    with_: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A topic that is near but not known; `kind` aws may appear as context, `other` never."""

    id: str
    name: str
    kind: str
    words: tuple[str, ...]
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """How the bot speaks of itself."""

    name: str = "the bot"
    covers: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that is known, by id; `facts` by subject and then aspect."""

    sources: Mapping[str, Source]
    subjects: Mapping[str, Subject]
    groups: Mapping[str, Group]
    aspects: Mapping[str, Aspect]
    facts: Mapping[str, Mapping[str, Fact]]
    entries: Mapping[str, Entry]
    comparisons: Mapping[str, Comparison]
    needs: Mapping[str, Need]
    neighbours: Mapping[str, Neighbour]
    talk: Talk = Talk()

    def fact(self, subject: str, aspect: str) -> Fact | None:
        """The fact in this cell of the matrix, if it is filled."""
        return self.facts.get(subject, {}).get(aspect)


# ---------------------------------------------------------------- what is asked and said


@dataclass(frozen=True, slots=True)
class Question:
    """One message to the bot: `at` is in seconds on any clock that the conversation keeps to."""

    text: str
    conversation: str = ""
    at: float = 0.0
    addressed: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison: `columns` head the cells; each row is its heading and one cell for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says, before any platform's rendering; `text` in `bot.render` is its plain form."""

    kind: Kind
    lead: str = ""
    title: str = ""
    points: tuple[str, ...] = ()
    table: Table | None = None
    caveat: str = ""
    sources: tuple[Source, ...] = ()
    as_of: str = ""
    suggestions: tuple[str, ...] = ()
    id: str = ""
    text: str = ""
