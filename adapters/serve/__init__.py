"""Serving: every platform in one process, watched over, with its health on three pages and its pulse in the log.

What is said is decided in `bot`, how it looks on a platform in its own adapter; which platforms there are, and from
which settings, in `adapters.cli`.
"""

from __future__ import annotations

from adapters.serve.health import Memory
from adapters.serve.heard import Heard
from adapters.serve.pages import PortError
from adapters.serve.run import House, Way, run, serve
from adapters.serve.supervise import Platform, Watch

__all__ = ["Heard", "House", "Memory", "Platform", "PortError", "Watch", "Way", "run", "serve"]
