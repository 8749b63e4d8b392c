"""The nouns: what the rooms hand to one another.

Nothing is decided here.
Everything is immutable, so that a `Knowledge` can be shared by every conversation at once; collections are tuples or
read-only mappings, and an empty value stands for "none".  Named tuples, because a start from the shell must not wait
for thirty dataclasses to be compiled (20 ms of the 50 that it may take); and their annotations are no text, which each
would have to be compiled, too (another 0.7).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Kind = Literal["answer", "clarify", "abstain", "help", "greet", "silent"]
Verdict = Literal["", "yes", "no", "partly"]
NOTHING: Mapping[str, str] = MappingProxyType({})
Measure = Literal["", "time", "data", "cpu", "count", "rate", "money"]


# ---------------------------------------------------------------- what is known


class Source(NamedTuple):
    """Where a statement comes from; `checked` is the ISO day on which somebody last read it, empty if nobody has."""

    id: str
    title: str
    url: str
    kind: str
    checked: str = ""


class Subject(NamedTuple):
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


class Aspect(NamedTuple):
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


class Quantity(NamedTuple):
    """An amount in base units: seconds, bytes, vCPUs, pieces, pieces a second, US dollars; infinite for `unlimited`."""

    amount: float
    measure: Measure
    text: str


class ScopedLimit(NamedTuple):
    """A limit that holds only for part of a subject."""

    scope: str
    says: str
    max: Quantity | None = None
    min: Quantity | None = None


class Notes(NamedTuple):
    """What the study notes say about the same thing; `verdict` is same, outdated or narrower."""

    lines: tuple[int, ...]
    say: str
    verdict: str


class Check(NamedTuple):
    """What a vendor's published API model should say if the fact still holds; `path` is `service/version#Shape.key`.

    `op` says how what is found there compares with `want`: `is` it, a list that `has` all of it or `only` that, text
    that `says` it, or `least` so many. Models older than the version `since` did not carry it yet.
    """

    path: str
    op: str
    want: tuple[str, ...]
    since: str = ""


class Fact(NamedTuple):
    """What is true of one subject under one aspect; `checked` is who compared it with its source, if anybody has."""

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
    checked: str = ""
    model: str = ""
    notes: Notes | None = None
    checks: tuple[Check, ...] = ()

    @property
    def id(self) -> str:
        """`subject.aspect`, the name under which a fact is cited."""
        return f"{self.subject}.{self.aspect}"


class Entry(NamedTuple):
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
    checked: str = ""
    notes: Notes | None = None


class Comparison(NamedTuple):
    """The written verdict on two or three subjects; its rows come from the facts."""

    id: str
    of: tuple[str, ...]
    says: str
    choose: Mapping[str, str]
    rows: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: str
    notes: Notes | None = None


class Group(NamedTuple):
    """A set of alternatives that a "which …?" question chooses among; it `means` "any" if its words may mean others."""

    id: str
    name: str
    words: tuple[str, ...]
    beside: tuple[str, ...] = ()
    means: str = ""


class Need(NamedTuple):
    """What a workload may require, and what that does to the alternatives of one group.

    `best`, `fits` and `fails` map a subject to the reason, which completes "because …".
    """

    id: str
    name: str
    words: tuple[str, ...]
    group: str
    sources: tuple[str, ...]
    as_of: str
    best: Mapping[str, str] = NOTHING
    fits: Mapping[str, str] = NOTHING
    fails: Mapping[str, str] = NOTHING
    aspect: str = ""
    with_: tuple[str, ...] = ()


class Neighbour(NamedTuple):
    """A topic that is near but not known; `kind` aws may appear as context, `other` never."""

    id: str
    name: str
    kind: str
    words: tuple[str, ...]
    asks: tuple[str, ...] = ()


class Talk(NamedTuple):
    """How the bot speaks of itself."""

    name: str = "the bot"
    covers: str = ""
    examples: tuple[str, ...] = ()


class Knowledge(NamedTuple):
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


class Question(NamedTuple):
    """One message to the bot: `at` is in seconds on any clock that the conversation keeps to."""

    text: str
    conversation: str = ""
    at: float = 0.0


class Table(NamedTuple):
    """A comparison: `columns` head the cells; each row is its heading and one cell for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Answer(NamedTuple):
    """What the bot says, before any platform's rendering; `text` is its plain form.

    For whoever keeps count, not for readers: `subjects` are the ids of what it is about; where it is no answer,
    `because` says why in a word or two, and `closest` is the kind and the id of what came closest.
    """

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
    subjects: tuple[str, ...] = ()
    because: str = ""
    closest: str = ""
