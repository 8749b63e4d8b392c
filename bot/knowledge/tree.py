"""What one YAML file says, as nodes that remember their places; what the words in it mean is decided in `shape`.

Scalars stay as they are written: `no` is the word no, `1.10` keeps its zero, and no tag constructs anything.
Nodes are made from YAML's events rather than with `yaml.compose`, because events show anchors, aliases and nesting
before anything is expanded or recursed into.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, Protocol

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


class Place(NamedTuple):
    """Where something is written; line and column count from 1."""

    file: str
    line: int
    column: int

    def problem(self, what: str, fix: str) -> Problem:
        """Give the problem that something is wrong here."""
        return Problem(self.file, self.line, self.column, what, fix)


class _Mark(NamedTuple):
    """What is used of YAML's marks; line and column count from 0."""

    line: int = 0
    column: int = 0


class _Node:
    """What all nodes have: where they begin. There are a hundred thousand, so a place is made when it is asked for."""

    __slots__ = ("_file", "_mark")

    def __init__(self, file: str, mark: _Mark) -> None:
        self._file, self._mark = file, mark

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self._file, self._mark.line + 1, self._mark.column + 1)


class Text(_Node):
    """A scalar as written; `empty` if nothing is written."""

    __slots__ = ("empty", "value")

    def __init__(self, file: str, mark: _Mark, value: str, *, empty: bool = False) -> None:
        self._file, self._mark = file, mark
        self.value, self.empty = value, empty


class Items(_Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, file: str, mark: _Mark, items: list[Node]) -> None:
        super().__init__(file, mark)
        self.items = items


class Pairs(_Node):
    """A mapping whose keys are all different."""

    __slots__ = ("pairs",)

    def __init__(self, file: str, mark: _Mark, pairs: list[tuple[Text, Node]]) -> None:
        super().__init__(file, mark)
        self.pairs = pairs

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
    start_mark: _Mark


class _Loader(Protocol):
    """What is used of YAML's loaders."""

    def get_event(self) -> _Event | None: ...


class _GiveUpError(Exception):
    """The rest of the file cannot be read sensibly."""


def read(file: File, problems: list[Problem]) -> Pairs | None:
    """Give the mapping that a file holds, or None if it cannot be read; problems are added to the list."""
    import yaml  # noqa: PLC0415 - a start from the cache does without

    before = len(problems)
    text = _decode(file, problems)
    if len(problems) > before:
        return None
    builder = _Builder(file.name, problems)
    try:
        builder.take(getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text))
    except _GiveUpError:
        return None
    # The loader written in Python trips over some escapes in quotes, such as "\UFFFFFFFF", with an error of its own.
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        problems.append(_syntax_problem(file.name, error))
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
        self.here = self.roots  # where the next node belongs
        self.open: list[tuple[_Mark, list[Node]]] = []  # what has begun: its place, and where it belongs itself

    def take(self, loader: _Loader) -> None:
        import yaml  # noqa: PLC0415 - as above

        takers = {
            yaml.ScalarEvent: self.scalar,
            yaml.SequenceStartEvent: self.start,
            yaml.MappingStartEvent: self.start,
            yaml.SequenceEndEvent: self.end_items,
            yaml.MappingEndEvent: self.end_pairs,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.document,
        }
        for event in iter(loader.get_event, None):
            if taker := takers.get(type(event)):
                taker(event)

    def scalar(self, event: _Event) -> None:
        if event.anchor is not None or event.tag is not None:
            self.refuse_marks(event)
        value = event.value
        self.here.append(Text(self.file, event.start_mark, value, empty=value in _NOTHING and event.implicit[0]))

    def start(self, event: _Event) -> None:
        self.refuse_marks(event)
        if len(self.open) >= DEEPEST:
            self.give_up(event, "lists and mappings are nested too deeply", "remove brackets or indentation")
        self.open.append((event.start_mark, self.here))
        self.here = []

    def end_items(self, _: _Event) -> None:
        items = self.here
        mark, self.here = self.open.pop()
        self.here.append(Items(self.file, mark, items))

    def end_pairs(self, _: _Event) -> None:
        items = self.here
        mark, self.here = self.open.pop()
        self.here.append(Pairs(self.file, mark, self.pairs(items)))

    def alias(self, event: _Event) -> None:
        self.note(event, f"the alias '*{event.anchor}' is not allowed", _alias_fix(event.anchor or ""))
        self.here.append(Text(self.file, event.start_mark, "", empty=True))

    def document(self, event: _Event) -> None:
        if self.roots:
            self.give_up(event, "a second document starts here", "remove the line '---', or use a file of its own")

    def refuse_marks(self, event: _Event) -> None:
        if event.anchor is not None:
            what = f"the anchor '&{event.anchor}' is not allowed"
            self.note(event, what, "remove it, and write the value out where it is needed")
        if event.tag is not None:
            what = f"the tag '{event.tag[:60]}' is not allowed"
            self.note(event, what, "remove it, or put the text in quotes if it starts with '!'")

    def note(self, event: _Event, what: str, fix: str) -> None:
        self.problems.append(_Node(self.file, event.start_mark).place.problem(what, fix))

    def pairs(self, items: list[Node]) -> list[tuple[Text, Node]]:
        seen: dict[str, tuple[Text, Node]] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            if isinstance(key, Text) and not key.empty and key.value not in seen:
                seen[key.value] = key, value
            else:
                self.problems.append(_key_problem(key, seen))
        return list(seen.values())

    def give_up(self, event: _Event, what: str, fix: str) -> None:
        self.note(event, what, fix)
        raise _GiveUpError

    def mapping(self) -> Pairs | None:
        """Give what the file holds as a whole; a file of comments only holds an empty mapping."""
        root = self.roots[0] if self.roots else Text(self.file, _Mark(), "", empty=True)
        if isinstance(root, Text) and root.empty:
            return Pairs(self.file, _Mark(), [])
        if isinstance(root, Pairs):
            return root
        self.problems.append(root.place.problem("the file is not a mapping", "start it with a section, such as facts:"))
        return None


def _key_problem(key: Node, seen: Mapping[str, tuple[Text, Node]]) -> Problem:
    if isinstance(key, Text) and key.value in seen:
        first, _ = seen[key.value]
        what = f"'{key.value[:60]}' is given twice, first in line {first.place.line}"
        return key.place.problem(what, "keep one of them")
    return key.place.problem("the key is not a word", "write 'name: value'")


def _alias_fix(anchor: str) -> str:
    return f"write out what '{anchor}' stands for, or put '*{anchor}' in quotes if it is text"
