"""What one YAML file says, as nodes that remember their places; what the words in it mean is decided in `shape`.

Scalars stay as they are written: `no` is the word no, `1.10` keeps its zero, and no tag constructs anything.
Nodes are made from YAML's events rather than with `yaml.compose`, because events show anchors, aliases and nesting
before anything is expanded or recursed into.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.knowledge.folder import File
from bot.knowledge.problem import Problem

DEEPEST = 20
"""Levels of nesting; the format has six."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_FIXES = {
    "mapping values are not allowed": "put the text in quotes if it contains ': ', and check the indentation",
    "cannot start any token": "indent with spaces, not tabs, and put text that starts with a sign in quotes",
    "could not find expected ':'": "write 'key: value', with a space after the colon",
    "',' or": "close the bracket, or put text that has brackets or braces in quotes",
    "node content": "close the bracket, or put text that has brackets or braces in quotes",
    "end of stream": "close the quote or bracket",
    "expected key": "check the indentation of this line and of the one before",
    "<block end>": "check the indentation of this line and of the one before",
}
_FIX = "check the indentation, and put text in quotes if it has ': ' or ' #' in it or starts with a sign"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written; line and column count from 1."""

    file: str
    line: int
    column: int

    def problem(self, what: str, fix: str) -> Problem:
        """Give the problem that something is wrong here."""
        return Problem(self.file, self.line, self.column, what, fix)


@dataclass(slots=True)
class Text:
    """A scalar as written; `empty` if nothing is written."""

    place: Place
    value: str
    empty: bool = False


@dataclass(slots=True)
class Items:
    """A list."""

    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Pairs:
    """A mapping whose keys are all different."""

    place: Place
    pairs: list[tuple[Text, Node]] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        """Give the value of a key, if it is there."""
        return next((value for name, value in self.pairs if name.value == key), None)


Node = Text | Items | Pairs


class _Event(Protocol):
    """What is used of YAML's events; each kind has some of it."""

    anchor: str | None
    tag: str | None
    value: str
    implicit: tuple[bool, bool]
    start_mark: Any


class _GiveUpError(Exception):
    """The rest of the file cannot be read sensibly."""


def read(file: File, problems: list[Problem]) -> Pairs | None:
    """Give the mapping that a file holds, or None if it cannot be read; problems are added to the list."""
    before = len(problems)
    text = _decode(file, problems)
    if len(problems) > before:
        return None
    builder = _Builder(file.name, problems)
    try:
        for event in _events(file.name, text, problems):
            builder.take(event)
    except _GiveUpError:
        return None
    return builder.mapping()


def _decode(file: File, problems: list[Problem]) -> str:
    if file.problem:
        problems.append(file.problem)
        return ""
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode()
        problems.append(_after(file.name, good).problem("the file is not UTF-8", "save it in UTF-8"))
        return ""
    odd = _UNPRINTABLE.search(text)
    if odd:
        place = _after(file.name, text[: odd.start()])
        problems.append(place.problem(f"the character U+{ord(odd[0]):04X} is not allowed", "remove it"))
    return text


def _after(file: str, text: str) -> Place:
    return Place(file, text.count("\n") + 1, len(text) - text.rfind("\n"))


def _events(file: str, text: str, problems: list[Problem]) -> Iterator[Any]:
    import yaml  # noqa: PLC0415 - a start from the cache does without

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    # The loader written in Python trips over some escapes in quotes, such as "\UFFFFFFFF", with an error of its own.
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        problems.append(_syntax_problem(file, error))
        raise _GiveUpError from None


def _syntax_problem(file: str, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
    what = getattr(error, "problem", None) or getattr(error, "context", None) or "it cannot be parsed"
    fix = next((fix for part, fix in _FIXES.items() if part in what), _FIX)
    return place.problem(f"this is not valid YAML ({what})", fix)


class _Builder:
    """Puts nodes together from events, without recursion, and notes what the format does not allow."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.roots: list[Node] = []
        self.open: list[tuple[Place, list[Node]]] = [(Place(file, 1, 1), self.roots)]

    def take(self, event: _Event) -> None:
        name = type(event).__name__
        if name == "ScalarEvent":
            self.scalar(event)
        elif name in ("SequenceStartEvent", "MappingStartEvent"):
            self.start(event)
        elif name == "SequenceEndEvent":
            place, items = self.open.pop()
            self.add(Items(place, items))
        elif name == "MappingEndEvent":
            place, items = self.open.pop()
            self.add(self.pairs(place, items))
        elif name == "AliasEvent":
            self.alias(event)
        elif name == "DocumentStartEvent" and self.roots:
            self.give_up(event, "a second document starts here", "remove the line '---', or use a file of its own")

    def scalar(self, event: _Event) -> None:
        place = self.place(event)
        self.refuse_marks(event, place)
        plain = event.implicit[0]
        self.add(Text(place, event.value, empty=plain and event.value in _NOTHING))

    def start(self, event: _Event) -> None:
        place = self.place(event)
        self.refuse_marks(event, place)
        if len(self.open) > DEEPEST:
            self.give_up(event, "lists and mappings are nested too deeply", "remove brackets or indentation")
        self.open.append((place, []))

    def alias(self, event: _Event) -> None:
        place = self.place(event)
        self.problems.append(
            place.problem(f"the alias '*{event.anchor}' is not allowed", _alias_fix(event.anchor or ""))
        )
        self.add(Text(place, "", empty=True))

    def refuse_marks(self, event: _Event, place: Place) -> None:
        if event.anchor is not None:
            what = f"the anchor '&{event.anchor}' is not allowed"
            self.problems.append(place.problem(what, "remove it, and write the value out where it is needed"))
        if event.tag is not None:
            what = f"the tag '{event.tag[:60]}' is not allowed"
            self.problems.append(place.problem(what, "remove it, or put the text in quotes if it starts with '!'"))

    def add(self, node: Node) -> None:
        self.open[-1][1].append(node)

    def place(self, event: _Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def pairs(self, place: Place, items: list[Node]) -> Pairs:
        seen: dict[str, Place] = {}
        pairs = Pairs(place)
        for key, value in zip(items[::2], items[1::2], strict=True):
            if isinstance(key, Text) and not key.empty and key.value not in seen:
                seen[key.value] = key.place
                pairs.pairs.append((key, value))
            else:
                self.problems.append(_key_problem(key, seen))
        return pairs

    def give_up(self, event: _Event, what: str, fix: str) -> None:
        self.problems.append(self.place(event).problem(what, fix))
        raise _GiveUpError

    def mapping(self) -> Pairs | None:
        """Give what the file holds as a whole; a file of comments only holds an empty mapping."""
        root = self.roots[0] if self.roots else Pairs(Place(self.file, 1, 1))
        if isinstance(root, Text) and root.empty:
            return Pairs(root.place)
        if isinstance(root, Pairs):
            return root
        self.problems.append(root.place.problem("the file is not a mapping", "start it with a section, such as facts:"))
        return None


def _key_problem(key: Node, seen: dict[str, Place]) -> Problem:
    if isinstance(key, Text) and key.value in seen:
        first = seen[key.value]
        what = f"'{key.value[:60]}' is given twice, first in line {first.line}"
        return key.place.problem(what, "keep one of them")
    return key.place.problem("the key is not a word", "write 'name: value'")


def _alias_fix(anchor: str) -> str:
    return f"write out what '{anchor}' stands for, or put '*{anchor}' in quotes if it is text"
