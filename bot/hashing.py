"""The one hash of keys and ids: BLAKE2b, without the rest of `hashlib`, whose OpenSSL takes 2 ms to load."""

from __future__ import annotations

try:
    from _blake2 import blake2b  # what hashlib has under this name, since Python 3.6
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b"]
