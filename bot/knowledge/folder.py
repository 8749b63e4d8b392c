"""Which files make up the knowledge, and whether they have changed; what is in them is decided elsewhere."""

from __future__ import annotations

import os
import stat
from binascii import crc32
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bot.hashing import blake2b
from bot.knowledge.problem import KnowledgeError, Problem

Location = str | os.PathLike[str]
"""A file or folder, as people give it; `pathlib` is not used here, because it takes longer to load than an answer."""

LARGEST_FILE = 5_000_000
"""In bytes; the largest file people can be expected to read and edit is far smaller."""


class File(NamedTuple):
    """One file: its bytes, or the problem that kept them (or a folder) from being read."""

    name: str
    content: bytes = b""
    problem: Problem | None = None


def read(folder: Location) -> Iterator[File]:
    """Give every YAML file below the folder in the order of their paths; raise KnowledgeError if there is none."""
    unreadable: list[OSError] = []
    paths = _paths(folder, unreadable.append)
    if not paths and not unreadable:
        raise KnowledgeError((_problem(str(folder), "the folder holds no .yaml file", "put the knowledge there"),))
    yield from map(read_file, paths)
    yield from map(_unreadable_folder, unreadable)


def content_key(folder: Location, files: Iterable[File], *context: str) -> str:
    """Give a digest of contents, names below the folder, and whatever else the use of them depends on.

    A checksum stands for the content of a file, as nobody here has to be kept from making two with the same: it takes
    a fifth of the time, and overlooks one change in four thousand million, none of them shorter than five bytes.
    """
    digest = blake2b(digest_size=20)
    for text in context:
        digest.update(f"{len(text)} {text} ".encode())
    for file in files:
        name = file.name.removeprefix(_printable(folder)).lstrip(os.sep)
        content = f"{len(file.content)} {crc32(file.content)}"
        digest.update(f"{len(name)} {name} {file.problem} {content} ".encode(errors="replace"))
    return digest.hexdigest()


def fingerprint(folder: Location, names: Iterable[str]) -> str:
    """Give a digest of the contents of some files of a folder, be they there or not."""
    return content_key(folder, (read_file(os.path.join(folder, name)) for name in names))


def digest(folder: Location) -> str:
    """Give a short text that changes when a file below the folder is changed, added or removed.

    It looks at names, sizes and times only, which costs a fraction of a millisecond.
    Take it before loading, not after: a file that changes meanwhile is then noticed the next time.
    """
    seen = blake2b(digest_size=16)
    for path in _paths(folder):
        try:
            now = os.stat(path)
            seen.update(os.fsencode(f"{path} {now.st_size} {now.st_mtime_ns} {now.st_ino}\n"))
        except OSError:
            seen.update(os.fsencode(f"{path} gone\n"))
    return seen.hexdigest()


def _paths(folder: Location, unreadable: Callable[[OSError], None] | None = None) -> list[str]:
    """Give the path of every file, in their order: those of a folder together."""
    found: list[str] = []
    for here, folders, names in os.walk(os.fspath(folder), onerror=unreadable):
        # No hidden names: editors keep backups there, and a mounted Kubernetes ConfigMap a second copy of all.
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [os.path.join(here, name) for name in names if name.endswith(".yaml") and not name.startswith(".")]
    return sorted(found, key=lambda path: path.split(os.sep))


def read_file(path: Location) -> File:
    """Give one file, or the problem that kept it from being read."""
    name = _printable(path)
    try:
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode):
            return File(name, problem=_problem(name, "this is not a regular file", "remove or rename it"))
        if about.st_size > LARGEST_FILE:
            return File(name, problem=_problem(name, f"the file is larger than {LARGEST_FILE:,} bytes", "split it"))
        with open(path, "rb", buffering=0) as file:
            return File(name, file.read())
    except OSError as error:
        what = f"the file cannot be read ({error.strerror or 'unknown reason'})"
        return File(name, problem=_problem(name, what, "check that it exists and may be read"))


def _unreadable_folder(error: OSError) -> File:
    name = _printable(error.filename)
    what = f"the folder cannot be read ({error.strerror or 'unknown reason'})"
    return File(name, problem=_problem(name, what, "give the path of a folder that exists and may be read"))


def _printable(name: object) -> str:
    # A name that is not UTF-8 must not break the message about it.
    return str(name).encode(errors="replace").decode()


def _problem(file: str, what: str, fix: str) -> Problem:
    return Problem(file, 1, 1, what, fix)
