"""Whether a compiled form of the knowledge can be used again, and where it is kept.

A cache file is one header line (what it is, what it was made of, the checksum of the rest and the size of its first
part), then marshalled data, then the bytes that are in this data, which are not copied any more.
Unlike pickle, marshal holds only data and calls nothing. A file that differs from that in any way is as good as none,
and a directory that cannot be written is no error.
"""

from __future__ import annotations

import marshal
import os
import stat
from binascii import crc32
from typing import Any

from bot.hashing import blake2b
from bot.knowledge.folder import Location
from bot.packed import VERSION

FORMAT = "3"
"""Raise it when a check becomes stricter, or when the same text is read as something else."""

_MAGIC = "compute-bot knowledge"
_LARGEST = 200_000_000
_LONGEST_HEADER = 500
_MOVED = ...  # marks where bytes were; no plain data has it


def path_for(cache: Location, folder: Location, name: str) -> str:
    """Give the cache file of a folder; the name keeps apart what different callers compile of the same folder."""
    place = blake2b(os.path.abspath(folder).encode(errors="replace"), digest_size=8).hexdigest()
    return os.path.join(os.path.abspath(cache), f"{name}-{place}.cache")


def fetch(path: Location, key: str) -> object:
    """Give what was stored under the key, or None if there is nothing that can be trusted to be it."""
    try:
        with open(path, "rb", buffering=0) as file:
            about = os.fstat(file.fileno())
            if not _trusted(about) or about.st_size > _LARGEST:
                return None
            content = file.read()  # and not mapped: what has been checked must not change any more
        start = content.find(b"\n", 0, _LONGEST_HEADER) + 1
        rest = memoryview(content)[start:]
        size = int(content[:start].rpartition(b" ")[2])
        # The header goes first, because marshal does not stand up to damaged data.
        sound = content[:start] == _header(key, crc32(rest), size)
        return _whole(marshal.loads(rest), rest[size:]) if sound else None  # noqa: S302
    except (OSError, ValueError, EOFError, TypeError):
        return None


def store(path: Location, key: str, plain: tuple[Any, ...]) -> None:
    """Keep plain data under the key, replacing what was there at once or not at all; to fail is no error."""
    parts: list[bytes] = []
    hollow = marshal.dumps(_hollow(plain, parts), VERSION)
    rest = b"".join((hollow, *parts))
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _write(temporary, _header(key, crc32(rest), len(hollow)) + rest)
        os.replace(temporary, path)
    except OSError:
        _remove(temporary)


def _header(key: str, checksum: int, size: int) -> bytes:
    return f"{_MAGIC} {FORMAT} {key} {checksum:08x} {size}\n".encode()


def _hollow(plain: Any, parts: list[bytes]) -> Any:  # noqa: ANN401 - nested tuples and dictionaries, and what they hold
    """The data with each bytes in it moved to the parts; lists, which are long, have none."""
    if isinstance(plain, bytes):
        parts.append(plain)
        return _MOVED, sum(map(len, parts[:-1])), len(plain)
    if isinstance(plain, tuple):
        return tuple(_hollow(inner, parts) for inner in plain)
    if isinstance(plain, dict):
        return {key: _hollow(inner, parts) for key, inner in plain.items()}
    return plain


def _whole(hollow: Any, parts: memoryview) -> Any:  # noqa: ANN401 - likewise
    """The data with the bytes in their places again."""
    if isinstance(hollow, tuple) and hollow[:1] == (_MOVED,):
        _, start, size = hollow
        return parts[start : start + size]
    if isinstance(hollow, tuple):
        return tuple(_whole(inner, parts) for inner in hollow)
    if isinstance(hollow, dict):
        return {key: _whole(inner, parts) for key, inner in hollow.items()}
    return hollow


def _trusted(about: os.stat_result) -> bool:
    # Others must not decide what the bot says: only a file that nobody but root or this user can have written counts.
    if not stat.S_ISREG(about.st_mode) or not hasattr(os, "getuid"):
        return stat.S_ISREG(about.st_mode)
    return about.st_uid in (0, os.getuid()) and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write(path: str, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
