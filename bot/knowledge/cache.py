"""Whether a compiled form of the knowledge can be used again, and where it is kept.

A cache file is one header line (what it is, what it was made of, the digest of the rest) and then marshalled data,
in which most of it stays bytes until it is asked for. Unlike pickle, marshal holds only data and calls nothing.
A file that differs from that in any way is as good as none, and a directory that cannot be written is no error.
"""

from __future__ import annotations

import marshal
import os
import stat
from typing import Any

from bot.hashing import blake2b
from bot.knowledge.folder import Location
from bot.packed import VERSION

FORMAT = "2"
"""Raise it when a check becomes stricter, or when the same text is read as something else."""

_MAGIC = "compute-bot knowledge"
_LARGEST = 200_000_000
_LONGEST_HEADER = 500


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
            content = file.read()
        start = content.find(b"\n", 0, _LONGEST_HEADER) + 1
        header, payload = content[:start], memoryview(content)[start:]
        # The header goes first, because marshal does not stand up to damaged data.
        kept: object = marshal.loads(payload) if header == _header(key, payload) else None  # noqa: S302
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return kept


def store(path: Location, key: str, plain: tuple[Any, ...]) -> None:
    """Keep plain data under the key, replacing what was there at once or not at all; to fail is no error."""
    content = marshal.dumps(plain, VERSION)
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _write(temporary, _header(key, content) + content)
        os.replace(temporary, path)
    except OSError:
        _remove(temporary)


def _header(key: str, payload: bytes | memoryview) -> bytes:
    return f"{_MAGIC} {FORMAT} {key} {blake2b(payload, digest_size=20).hexdigest()}\n".encode()


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
