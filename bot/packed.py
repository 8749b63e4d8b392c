"""Records that stay bytes until one is asked for: what a start costs depends on what a question touches.

A table is the size of its index, the index (where each row begins), and the rows, each of them marshalled alone.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from functools import cached_property
from itertools import accumulate
from typing import Any, TypeVar, overload

Table = bytes | memoryview

VERSION = 2  # of marshal's form: the same in every Python since 2.5; later ones gain nothing here

_SIZE = 4  # bytes that say how long the index is

_Value = TypeVar("_Value")
_Other = TypeVar("_Other")


def pack(rows: Mapping[str, object]) -> bytes:
    """A table of rows; a row is plain data, or nouns and mappings that hold such."""
    packed = [marshal.dumps(plain(row), VERSION) for row in rows.values()]
    begins = accumulate(map(len, packed), initial=0)
    index = marshal.dumps(dict(zip(rows, begins, strict=False)), VERSION)  # the last one is where all ends
    return b"".join((len(index).to_bytes(_SIZE, "little"), index, *packed))


def plain(value: object) -> Any:  # noqa: ANN401 - nested tuples and dictionaries, and what they hold
    """A value without classes of ours: a noun is the tuple of its fields, a mapping a dictionary."""
    if isinstance(value, tuple | list):
        return tuple(map(plain, value))
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return value


class Packed(Mapping[str, _Value]):
    """A read-only mapping, in the order of its rows, whose values are made when they are first asked for, and kept.

    `table` is from `pack`; `make` is given a row in its plain form, and makes the value. Threads may share it: at worst
    two of them make the same value.
    """

    def __init__(self, table: Table, make: Callable[[Any], _Value]) -> None:
        self._table = memoryview(table)
        self._packed = self._table[_SIZE + int.from_bytes(self._table[:_SIZE], "little") :]
        self._make = make
        self._made: dict[str, _Value] = {}

    @cached_property
    def _rows(self) -> dict[str, int]:
        rows: dict[str, int] = marshal.loads(self._table[_SIZE:])  # noqa: S302 - the cache has checked the bytes
        return rows

    @cached_property
    def _whole(self) -> dict[str, _Value]:
        return {key: self[key] for key in self._rows}

    def __getitem__(self, key: str) -> _Value:
        """The value of a key, the same each time; KeyError if there is none."""
        if key not in self._made:
            self._made[key] = self._make(marshal.loads(self._packed[self._rows[key] :]))  # noqa: S302 - as above
        return self._made[key]

    @overload
    def get(self, key: str) -> _Value | None: ...
    @overload
    def get(self, key: str, default: _Value | _Other) -> _Value | _Other: ...
    def get(self, key: str, default: _Value | _Other | None = None) -> _Value | _Other | None:
        """The value of a key, or the default, without the exception that makes the inherited one slow."""
        if key in self._made:
            return self._made[key]
        return self[key] if key in self._rows else default

    def __contains__(self, key: object) -> bool:
        """Whether there is a value, which is not made for that."""
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        """The keys in order."""
        return iter(self._rows)

    def __len__(self) -> int:
        """How many values there are, made or not."""
        return len(self._rows)

    def values(self) -> ValuesView[_Value]:
        """All values in order; this makes them."""
        return self._whole.values()

    def items(self) -> ItemsView[str, _Value]:
        """All keys and values in order; this makes the values."""
        return self._whole.items()
