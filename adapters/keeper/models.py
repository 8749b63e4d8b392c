"""The vendor's API models that botocore carries: what stands at a path such as `service/version#Shape.key`.

Which paths matter, and what should stand there, is written with the facts; `drift` compares.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ENDPOINTS = "endpoints.json"  # beside the services: which of them is offered where
MISSING = "botocore, a development dependency, is not installed; `make install` or `pip install botocore` brings it"

_INLINE = re.compile(r"</?(?:a|b|code|em|i|strong)\b[^>]*>")  # these stand within a word or a sentence
_TAG = re.compile("<[^>]*>")
_BESIDE_SHAPES = {"documentation", "metadata", "operations"}

Found = str | int | float | bool | list[str]


class MissingError(Exception):
    """There is no botocore here."""


class Models:
    """The models of the installed botocore; those in `folder`, laid out as in its data folder, come before its own."""

    def __init__(self, folder: Path | None = None) -> None:
        try:
            import botocore  # type: ignore[import-untyped]
            from botocore import exceptions, loaders
        except ImportError:
            raise MissingError(MISSING) from None
        self.version: str = botocore.__version__
        self._unknown = exceptions.DataNotFoundError
        places = [str(folder)] if folder else []
        # Not the user's ~/.aws/models, which would make the same facts drift on one machine and not on the next.
        self._loader = loaders.Loader([*places, loaders.Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
        self._load = cache(self._loader.load_data)

    def has(self, since: str) -> bool:
        """Whether the installed version is this one or newer."""
        return not since or _numbers(self.version) >= _numbers(since)

    def find(self, path: str) -> Found:
        """What stands at a path: a number, plain text, or the names in a list or mapping; or LookupError."""
        file, _, inside = path.partition("#")
        steps = tuple(inside.split("."))
        try:
            if file == ENDPOINTS:
                return list(_offered(self._load("endpoints")["partitions"], steps))
            model = self._load(f"{file}/service-2")
        except self._unknown:
            raise LookupError(f"botocore {self.version} has no {file}") from None
        root = model if steps[0] in _BESIDE_SHAPES else model["shapes"]
        return _plain(_below(root, steps))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _offered(partitions: list[dict[str, Any]], steps: tuple[str, ...]) -> Iterator[str]:
    """The regions of a service, without the names that only stand for one of them."""
    own = next((one for one in partitions if one["partition"] == steps[0]), None)
    if own is None:
        raise LookupError(f"there is no {steps[0]!r}")
    yield from (name for name in _below(own, steps[1:]) if name in own["regions"])


def _below(node: Any, steps: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON
    """What lies that many steps down; a name in the model may have dots of its own."""
    if not steps:
        return node
    for count in range(1, len(steps) + 1):
        name = ".".join(steps[:count])
        if isinstance(node, dict) and name in node:
            return _below(node[name], steps[count:])
    raise LookupError(f"there is no {steps[0]!r}")


def _plain(found: Any) -> Found:  # noqa: ANN401 - JSON
    if isinstance(found, str):
        return " ".join(html.unescape(_TAG.sub(" ", _INLINE.sub("", found))).split())
    if isinstance(found, dict | list):
        return [str(name) for name in found]
    return found  # type: ignore[no-any-return]
