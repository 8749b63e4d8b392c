"""A platform that is alone in its process: it gets its bot, its journal and its log, and leaves nothing unwritten."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from functools import partial

from adapters.cli.environment import place
from adapters.cli.journal import FOR_PLATFORMS, opened_store, to_journal
from adapters.cli.options import Options
from adapters.logs import to_stderr
from adapters.reload import Reloader, on_hangup
from adapters.settings import Settings
from adapters.store import Store
from adapters.store.journal import Journal
from bot import Bot

Renew = Callable[[Callable[[Bot], None]], None]  # lets a server take changed knowledge


def alone(name: str, options: Options, settings: Settings, run: Callable[[Bot, Journal, Renew], None]) -> None:
    """Run a platform until it ends; raises KnowledgeError, StoreError and UnusableError."""
    to_stderr(settings.log or "text")
    reloader = Reloader(*place(options))
    store = opened_store(settings)
    journal = to_journal(store, name, options, settings)
    try:
        run(reloader.bot, journal, partial(on_hangup, reloader))
    finally:
        before = signal.signal(
            signal.SIGTERM, signal.SIG_IGN
        )  # whoever tells us twice must not cut off what is written
        asyncio.run(leave(journal, store, settings.stop_seconds * (1 - FOR_PLATFORMS)))
        signal.signal(signal.SIGTERM, before)


async def leave(journal: Journal, store: Store, seconds: float) -> None:
    """Write out what waits, for so many seconds at most, and close the store."""
    await journal.finish(seconds)
    await store.close()
