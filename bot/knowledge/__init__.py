"""What is known: reads the knowledge folder and hands out a `Knowledge`, or refuses with a list of what to mend.

From files to nouns: `folder` (bytes) → `tree` (YAML) → `shape` (fields, by `fields`) → `links` (references), `builder`.
`cache` keeps the nouns as plain data (`packing`), so that a warm start imports neither yaml nor the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bot.knowledge.cache import FORMAT, fetch, path_for, store
from bot.knowledge.folder import File, Location, content_key, digest, fingerprint, read
from bot.knowledge.packing import layout, pack, unpack
from bot.knowledge.problem import KnowledgeError, Problem
from bot.model import Knowledge

__all__ = ["KnowledgeError", "Location", "Problem", "digest", "fingerprint", "load", "load_compiled", "schema"]


def load(folder: Location, cache: Location | None = None) -> Knowledge:
    """Give what the folder says; raises KnowledgeError with every problem of all files.

    With a cache directory, unchanged files are neither parsed nor checked again.
    """
    return load_compiled(folder, cache, lambda _: None, "knowledge")[0]


def load_compiled(
    folder: Location, cache: Location | None, derive: Callable[[Knowledge], Any], name: str, version: str = ""
) -> tuple[Knowledge, Any]:
    """Give what the folder says, and what `derive` makes of it, which is kept in the cache along with it under `name`.

    `derive` must return plain data (text, bytes, numbers, tuples, lists, dictionaries), which comes back as it was;
    bytes, which must not be in a list, come back as a view of what was read.
    It is called again when a file or the `version` changes. Raises KnowledgeError as `load` does.
    """
    if cache is None:
        return _compile(read(folder), derive)
    context = (FORMAT, layout(), version)
    path = path_for(cache, folder, name)
    kept = _revive(fetch(path, content_key(folder, read(folder), *context)))  # one file at a time is in memory
    if kept:
        return kept
    files = tuple(read(folder))
    knowledge, derived = _compile(files, derive)
    plain = pack(knowledge), derived
    store(path, content_key(folder, files, *context), plain)
    return unpack(plain[0]), derived  # what was built is a multiple of it, and a server must not grow


def schema() -> dict[str, Any]:
    """Give the JSON Schema of a knowledge file, for editors."""
    from bot.knowledge import fields  # noqa: PLC0415 - a start does not need it

    return fields.schema()


def _compile(files: Iterable[File], derive: Callable[[Knowledge], Any]) -> tuple[Knowledge, Any]:
    from bot.knowledge import builder, reader  # noqa: PLC0415 - a start from the cache needs neither the checks nor yaml

    with reader.untidied():
        knowledge = builder.build(reader.read(files))
        return knowledge, derive(knowledge)


def _revive(kept: object) -> tuple[Knowledge, Any] | None:
    if not isinstance(kept, tuple):
        return None
    try:
        plain, derived = kept
        return unpack(plain), derived
    except (TypeError, ValueError, LookupError, AttributeError):
        return None
