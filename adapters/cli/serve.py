"""Every platform that has a token, in one process: they share the knowledge, the store and the time to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from adapters.cli.commands import version_of_us
from adapters.cli.discord import discord_platform
from adapters.cli.environment import UnusableError, from_environment, place
from adapters.cli.journal import FOR_JOURNALS, opened_store, to_journal
from adapters.cli.options import ANSWERED, UNUSABLE, Options
from adapters.cli.slack import slack_platform
from adapters.logs import to_stderr
from adapters.reload import Reloader, follow
from adapters.settings import Settings
from adapters.store import StoreError
from bot import Bot

if TYPE_CHECKING:
    from adapters.serve import House, Way


def run(options: Options) -> int:
    """Answer on every platform that has a token, until somebody ends the process."""
    settings = from_environment(whole=True)
    try:
        from adapters import serve as serving

        served = house(options, settings)
        to_stderr(settings.log or "json")
        wanted = serving.run(served, way(settings))
    except ModuleNotFoundError as error:
        extras = ",".join(["serve", *(name for name in ("slack", "discord") if getattr(settings, name))])
        lacks = f"compute-bot serve needs {error.name}: in its folder, pip install '.[{extras}]' brings it"
        raise UnusableError(lacks) from None
    except (serving.PortError, StoreError) as error:
        raise UnusableError(f"compute-bot serve: {error}.") from None
    return ANSWERED if wanted else UNUSABLE


def way(settings: Settings) -> Way:
    """Where the health pages are, and how long things may take."""
    from adapters.serve import Way

    s = settings
    return Way(s.health_host, s.health_port, s.stop_seconds, s.pulse_seconds, version_of_us())


def house(options: Options, settings: Settings) -> House:
    """All that is served: the platforms, the knowledge that they answer from, and what they remember."""
    from adapters.serve import House, Memory

    reloader, store = Reloader(*place(options)), opened_store(settings)
    users: dict[str, Callable[[Bot], None]] = {}  # by platform: whom to give newer knowledge
    kinds = {"slack": slack_platform, "discord": discord_platform}
    journals = {name: to_journal(store, name, options, settings) for name in kinds if getattr(settings, name)}

    def use(bot: Bot) -> None:
        for give in users.values():
            give(bot)

    async def finish(seconds: float) -> None:
        await asyncio.gather(*(kept.finish(seconds * FOR_JOURNALS) for kept in journals.values()))
        await store.close()

    return House(
        tuple(
            kinds[name](settings, reloader, kept, partial(users.__setitem__, name)) for name, kept in journals.items()
        ),
        Memory(store.check, lambda: sum(kept.failures for kept in journals.values()), finish),
        partial(follow, reloader, use, settings.reload_seconds),
    )
