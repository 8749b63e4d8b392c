"""What a server remembers: the store that is set, a platform's journal around it, and the time they get at the end."""

from __future__ import annotations

from adapters.cli.environment import store_setting
from adapters.cli.options import Options
from adapters.settings import Settings
from adapters.store import Store, open_store
from adapters.store.journal import Journal
from adapters.store.redact import redact

FOR_PLATFORMS = 0.75  # of the time to stop; the rest is for writing out what waits,
FOR_JOURNALS = 0.8  # and some of that for closing the store


def opened_store(settings: Settings) -> Store:
    """The store that is set, or a file among the user's own; raises StoreError, or UnusableError if there is none."""
    return open_store(store_setting(settings))


def to_journal(store: Store, platform: str, options: Options, settings: Settings) -> Journal:
    """The journal of a platform, around a store."""
    text = settings.store_text and not options.no_store_text
    return Journal(store, platform, redact if text else withheld, settings.keep_days)


def forgetful() -> Journal:
    """A journal that keeps nothing, for who does not answer."""
    return Journal(open_store("memory"), "discord", withheld)


def withheld(_: str) -> str:
    """What is kept of a text where none is to be kept."""
    return ""
