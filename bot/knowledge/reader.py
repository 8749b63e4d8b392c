"""How files become plain, checked data: parse each, check each value, check them against each other, or refuse."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.knowledge import links, shape, tree
from bot.knowledge.builder import Plain
from bot.knowledge.folder import File
from bot.knowledge.problem import KnowledgeError

_ATTRIBUTES = {"source": "sources", "with": "with_"}
"""Fields whose attribute in the nouns is called otherwise."""


def read(files: Iterable[File]) -> Plain:
    """Give the plain form of everything the files say; raises KnowledgeError with every problem of all of them."""
    found = findings(files)
    if found.problems:
        raise KnowledgeError(tuple(found.problems))
    return plain(found.records)


def findings(files: Iterable[File]) -> shape.Findings:
    """Give every record of the files with its place, and every problem of them."""
    found = shape.Findings()
    unread = []
    for file in files:
        root = tree.read(file, found.problems)
        if root is None:
            unread.append(file.content.decode(errors="replace"))
        else:
            shape.read(root, found)
    links.check(found, unread)
    return found


def plain(records: list[shape.Record]) -> Plain:
    """Give the plain form of records that have no problem; it shares their lists, and `builder.build` uses it up."""
    whole: Plain = {}
    for record in records:
        here = whole
        for name in (record.section, *record.ids):
            here = here.setdefault(name, {})
        here.update(_without_empty(record.values))
    return whole


@contextmanager
def untidied() -> Iterator[None]:
    """Look for no garbage meanwhile: among a hundred thousand nodes that all are needed, that takes long."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {_ATTRIBUTES.get(name, name): value for name, value in values.items() if value}
