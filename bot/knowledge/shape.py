"""Whether each record has the fields that `fields` declares, in the right form; `links` decides how they agree.

A value with a problem is read as an empty one: nothing is built of it, but the checks that follow can go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from bot.knowledge.fields import ID_PATTERN, SECTIONS, Field, Form, Section
from bot.knowledge.problem import Problem, suggestion
from bot.knowledge.tree import Items, Node, Pairs, Place, Text
from bot.quantity import parse

_ID = re.compile(ID_PATTERN)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_URL = re.compile(r"https?://[^\s/<>\"][^\s<>\"]*")
_LINE = re.compile("[1-9][0-9]{0,6}")
_TAG = re.compile("<[/!@#A-Za-z][^<>]*>")
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNITS_FIX = "write a number and a unit (15 min, 10 GB, 4 vCPU, 1,000 requests/s, 5 USD), a bare number, or unlimited"
_LONGEST_QUOTE = 60

NO_CHOICE = "?"
"""What stands for a word that is none of the choices, so that nobody complains a second time that there is none."""

_EMPTY: dict[Form, Callable[[], Any]] = {
    "texts": list,
    "one or more texts": list,
    "ids": list,
    "one or more ids": list,
    "lines": list,
    "records": list,
    "reasons": dict,
    "record": dict,
    "quantity": lambda: None,
}


class Record(NamedTuple):
    """One record: the ids it lies below, its plain values by field, and its nodes, which know their places."""

    section: str
    ids: tuple[str, ...]
    key: Text
    node: Pairs
    values: dict[str, Any]

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.key.place

    def place_of(self, *path: str | int) -> Place:
        """Give the place of a value ("exceptions", 0, "max"), or the nearest one around it that exists."""
        node: Node = self.node
        nearest: Node = self.key
        for step in path:
            inner = node.get(str(step)) if isinstance(node, Pairs) else None
            if isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
                inner = node.items[step]
            if inner is None:
                break
            node = nearest = inner
        return nearest.place


class Reference(NamedTuple):
    """An id that must belong to a record of the section, and where it stands."""

    section: str
    id: str
    node: Node


class Findings:
    """What has been read so far: records, what they refer to, and what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.records: list[Record] = []
        self.references: list[Reference] = []

    def note(self, place: Place, what: str, fix: str) -> None:
        """Add a problem."""
        self.problems.append(place.problem(what, fix))


def read(root: Pairs, found: Findings) -> None:
    """Take the mapping of one file and add its records, references and problems to the findings."""
    for key, node in root.pairs:
        section = SECTIONS.get(key.value)
        if section is None:
            found.note(key.place, f"unknown section '{_cut(key.value)}'", suggestion(key.value, list(SECTIONS)))
        elif not _is_empty(node):
            _read_section(section, key, node, found)


_Spot = tuple[tuple[str, ...], Text, Node]
"""The ids down to a place in a section, the last key, and what stands below it."""


def _read_section(section: Section, key: Text, node: Node, found: Findings) -> None:
    spots: list[_Spot] = [((), key, node)]
    for kind in section.keys:
        spots = [inner for spot in spots for inner in _below(kind, spot, found)]
    for ids, last, record in spots:
        if pairs := _mapping(last, record, found):
            values = _fields(section.fields, ".".join(ids) or section.name, last, pairs, found)
            found.records.append(Record(section.name, ids, last, pairs, values))


def _below(kind: str, spot: _Spot, found: Findings) -> Iterator[_Spot]:
    ids, last, node = spot
    pairs = _mapping(last, node, found)
    for key, value in pairs.pairs if pairs else ():
        _check_key(kind, key, found)
        yield (*ids, key.value), key, value


def _mapping(key: Text, node: Node, found: Findings) -> Pairs | None:
    if isinstance(node, Pairs):
        return node
    found.note(node.place, f"'{_cut(key.value)}' is not a mapping", "write 'name: value' lines below it")
    return None


def _check_key(kind: str, key: Text, found: Findings) -> None:
    if kind in SECTIONS:
        found.references.append(Reference(kind, key.value, key))
    elif not _ID.fullmatch(key.value):
        fix = "use lower-case letters and digits, with single hyphens between them"
        found.note(key.place, f"'{_cut(key.value)}' is not an id", fix)


def _fields(fields: tuple[Field, ...], owner: str, at: Node, node: Pairs, found: Findings) -> dict[str, Any]:
    given = {key.value: value for key, value in node.pairs}
    values = {}
    for one in fields:
        if one.name in given:
            values[one.name] = _value(one, given[one.name], found)
        elif one.required:
            found.note(at.place, f"'{_cut(owner)}' lacks '{one.name}'", f"add it: {one.about}")
    for key in (key for key, _ in node.pairs if key.value not in values):
        fix = suggestion(key.value, [one.name for one in fields])
        found.note(key.place, f"unknown field '{_cut(key.value)}'", fix)
    return values


def _value(field: Field, node: Node, found: Findings) -> object:
    if not _is_empty(node):
        return _READERS[field.form](field, node, found)
    if field.required:
        found.note(node.place, f"'{field.name}' is empty", f"write {field.about}")
    return _EMPTY.get(field.form, str)()


def _is_empty(node: Node) -> bool:
    if isinstance(node, Text):
        return node.empty or not node.value.strip()
    return not (node.items if isinstance(node, Items) else node.pairs)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 3]}..."


# ---------------------------------------------------------------- one reader for each form


def _scalar(field: Field, node: Node, found: Findings) -> str:
    """Give the words of a scalar with single spaces between them, or nothing if it is a list or a mapping."""
    if isinstance(node, Text):
        return " ".join(node.value.split())
    kind = "a list" if isinstance(node, Items) else "a mapping"
    found.note(node.place, f"{kind} where '{field.name}' needs one text", "write text, in quotes if it has ': '")
    return ""


def _text(field: Field, node: Node, found: Findings) -> str:
    text = _scalar(field, node, found)
    if field.longest and len(text) > field.longest:
        what = f"'{field.name}' has {len(text)} characters, at most {field.longest} are allowed"
        found.note(node.place, what, "shorten it" + (", or move a part to 'more'" if field.name == "says" else ""))
    _check_markup(field, text, node, found)
    return text


def _check_markup(field: Field, text: str, node: Node, found: Findings) -> None:
    if field.placeholder and text and field.placeholder not in text:
        found.note(node.place, f"'{field.name}' lacks {field.placeholder}", "write it where the name belongs")
    rest = text.replace(field.placeholder, "") if field.placeholder else text
    if "{" in rest or "}" in rest:
        allowed = f"only {field.placeholder} may stand in braces" if field.placeholder else "text is plain"
        found.note(node.place, f"'{field.name}' has braces in it", f"remove them: {allowed}")
    if "<" in text and (tag := _TAG.search(text)):
        found.note(node.place, f"'{field.name}' has markup in it ('{_cut(tag[0])}')", "remove it: text is plain")
    if not text.isprintable() and (odd := _INVISIBLE.search(text)):
        what = f"'{field.name}' has the invisible character U+{ord(odd[0]):04X} in it"
        found.note(node.place, what, "remove it")


def _list(field: Field, node: Node, found: Findings) -> list[Node]:
    if not isinstance(node, Items):
        found.note(node.place, f"'{field.name}' is not a list", "write [one, two], or a line '- one' for each")
        return []
    count = len(node.items)
    if count < field.least:
        found.note(node.place, f"'{field.name}' has {_counted(count)}, at least {field.least} are needed", "add more")
    if field.most and count > field.most:
        found.note(
            node.place, f"'{field.name}' has {_counted(count)}, at most {field.most} are allowed", "keep the best"
        )
    return node.items


def _counted(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _items(read: Callable[[Field, Node, Findings], Any]) -> Callable[[Field, Node, Findings], list[Any]]:
    def read_items(field: Field, node: Node, found: Findings) -> list[Any]:
        return [_item(read, field, item, found) for item in _list(field, node, found)]

    return read_items


def _item(read: Callable[[Field, Node, Findings], object], field: Field, node: Node, found: Findings) -> object:
    if isinstance(node, Text) and _is_empty(node):
        found.note(node.place, f"'{field.name}' has an empty item", "fill or remove it")
    return read(field, node, found)


def _choice(field: Field, node: Node, found: Findings) -> str:
    text = _scalar(field, node, found)
    if text and text not in field.choices:
        found.note(node.place, f"'{field.name}' cannot be '{_cut(text)}'", suggestion(text, list(field.choices)))
        return NO_CHOICE
    return text


def _id(field: Field, node: Node, found: Findings) -> str:
    text = _scalar(field, node, found)
    if text:
        found.references.append(Reference(field.refers, text, node))
    return text


def _one_or_more(field: Field, node: Node, found: Findings) -> list[str]:
    return _items(_id)(field, node, found) if isinstance(node, Items) else [_id(field, node, found)]


def _text_or_texts(field: Field, node: Node, found: Findings) -> list[str]:
    return _items(_text)(field, node, found) if isinstance(node, Items) else [_text(field, node, found)]


def _day(field: Field, node: Node, found: Findings) -> str:
    text = _scalar(field, node, found)
    day = _as_day(text)
    if text and day is None:
        found.note(node.place, f"'{_cut(text)}' is not a day", "write year-month-day, such as 2026-01-31")
    # One day of grace, because the author's clock may be ahead of this one by a time zone.
    elif day and day > datetime.now(tz=UTC).date() + timedelta(days=1):
        found.note(node.place, f"'{field.name}' is {text}, which is in the future", "write the day it was read")
    return text


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _url(field: Field, node: Node, found: Findings) -> str:
    text = _scalar(field, node, found)
    if text and not _URL.fullmatch(text):
        found.note(node.place, f"'{_cut(text)}' is not a web address", "write the whole address, from https:// on")
    return text


def _quantity(field: Field, node: Node, found: Findings) -> list[Any] | None:
    text = _scalar(field, node, found)
    quantity = parse(text)
    if quantity:
        return [quantity.amount, quantity.measure, quantity.text]
    if text:
        found.note(node.place, f"'{_cut(text)}' is not a quantity", _UNITS_FIX)
    return None


def _line(field: Field, node: Node, found: Findings) -> int:
    text = _scalar(field, node, found)
    if _LINE.fullmatch(text):
        return int(text)
    if text:
        found.note(node.place, f"'{_cut(text)}' is not a line number", "write a whole number from 1 on")
    return 0


def _reasons(field: Field, node: Node, found: Findings) -> dict[str, str]:
    if not isinstance(node, Pairs):
        found.note(node.place, f"'{field.name}' is not a mapping", f"write ids of {field.refers}, each with a text")
        return {}
    for key, _ in node.pairs:
        found.references.append(Reference(field.refers, key.value, key))
    return {key.value: _reason(field, reason, found) for key, reason in node.pairs}


def _reason(field: Field, node: Node, found: Findings) -> str:
    if _is_empty(node):
        found.note(node.place, f"'{field.name}' has no reason here", "write what completes the sentence")
    return _text(field, node, found)


def _record(field: Field, node: Node, found: Findings) -> dict[str, Any]:
    if not isinstance(node, Pairs):
        names = ", ".join(f"{inner.name}: …" for inner in field.fields)
        found.note(node.place, f"'{field.name}' needs fields of its own", f"write {names}")
        return {}
    return _fields(field.fields, field.name, node, node, found)


_READERS: dict[Form, Callable[[Field, Node, Findings], Any]] = {
    "text": _text,
    "texts": _items(_text),
    "one or more texts": _text_or_texts,
    "choice": _choice,
    "id": _id,
    "ids": _items(_id),
    "one or more ids": _one_or_more,
    "day": _day,
    "url": _url,
    "quantity": _quantity,
    "lines": _items(_line),
    "reasons": _reasons,
    "record": _record,
    "records": _items(_record),
}
