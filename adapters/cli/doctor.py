"""What the doctor looks at: each part of the house that `serve` would run, as the environment has it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime

from adapters import doctor as examination
from adapters.cli.environment import UnusableError, above, place, settings_found
from adapters.cli.journal import forgetful, opened_store
from adapters.cli.options import ANSWERED, DECLINED, Options
from adapters.cli.slack import slack_settings
from adapters.doctor import Finding, Look
from adapters.healthcheck import report
from adapters.settings import Settings
from adapters.store import StoreError
from bot import Bot


def run(options: Options) -> int:
    """Look whether all is as it should be for `serve`, and change nothing."""
    settings, *problems = settings_found()
    findings = asyncio.run(examination.examine(looks(options, settings, [*problems[0], *problems[1]])))
    print(examination.as_json(findings) if options.json else examination.text(findings))
    return DECLINED if any(ok is False for _, ok, _ in findings) else ANSWERED


def looks(options: Options, settings: Settings, problems: Sequence[str]) -> dict[str, Look]:
    """What there is to be looked at."""

    async def settled() -> list[Finding]:
        return [("settings", False, problem) for problem in problems] or [("settings", True, "go together")]

    async def knows() -> list[Finding]:
        return examination.knowledge(*place(options), datetime.now(tz=UTC).date())

    async def slack() -> list[Finding]:
        if not settings.slack:
            return [("Slack", None, "no token is set")]
        from adapters import slack as platform

        manifest = os.path.join(above(), "deploy", "slack", "manifest.yaml")
        return await platform.examined(slack_settings(settings, http=settings.slack_http), manifest)

    async def discord() -> list[Finding]:
        if not settings.discord:
            return [("Discord", None, "no token is set")]
        from adapters import discord as platform

        return await platform.examined(Bot.open(*place(options)), forgetful(), settings.discord_token)

    async def stored() -> list[Finding]:
        try:
            store = opened_store(settings)
            await store.check()
            await store.close()
        except (StoreError, UnusableError) as error:
            return [("store", False, f"{error}")]
        return [("store", True, "can be reached and written")]

    async def running() -> list[Finding]:
        found = await asyncio.to_thread(report, settings.health_host, settings.health_port)
        return [("serve", *found)]

    return {
        "settings": settled,
        "knowledge": knows,
        "store": stored,
        "Slack": slack,
        "Discord": discord,
        "serve": running,
    }
