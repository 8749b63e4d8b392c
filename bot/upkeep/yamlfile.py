"""Any YAML file of a team, such as its own questions, as plain data that remembers its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.knowledge import KnowledgeError, Problem, folder, tree


class Lined(dict[str, Any]):
    """A mapping, and the line on which it begins."""

    line: int = 0


class LinedText(str):
    """A text, and the line on which it begins."""

    __slots__ = ("line",)
    line: int


def read_lined(path: Path) -> Lined:
    """Give what a file says, every scalar as text; raises KnowledgeError if it is no YAML mapping."""
    problems: list[Problem] = []
    root = tree.read(folder.read_file(path), problems)
    if problems or root is None:
        raise KnowledgeError(tuple(problems))
    whole = _plain(root)
    assert isinstance(whole, Lined)  # noqa: S101 - the root is a mapping
    return whole


def _plain(node: tree.Node) -> Any:  # noqa: ANN401 - text, lists and mappings
    if isinstance(node, tree.Text):
        text = LinedText(node.value)
        text.line = node.place.line
        return text
    if isinstance(node, tree.Items):
        return [_plain(item) for item in node.items]
    pairs = Lined({key.value: _plain(value) for key, value in node.pairs})
    pairs.line = node.place.line
    return pairs
