"""The doctor: looks at one thing beside the other, changes none, and says of each whether it is as it should be.

What is looked at is decided where it is known: by Slack, Discord and the store themselves, and put together in
`adapters.cli.doctor`. A finding is what was looked at, whether it is right (None where it was not looked at), and what
to do.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bot import Bot, KnowledgeError

Finding = tuple[str, bool | None, str]
Look = Callable[[], Awaitable[Sequence[Finding]]]

PATIENCE = 8.0  # seconds for each thing that is looked at; all of them are looked at at once
OLD = 365  # days after which somebody should have read one of the sources again
WORDS = {True: "ok", False: "WRONG", None: "skipped"}


async def examine(looks: Mapping[str, Look], patience: float = PATIENCE) -> list[Finding]:
    """What is found, in this order; whatever fails or takes too long is a finding, too."""
    found = await asyncio.gather(*(calmly(what, look, patience) for what, look in looks.items()))
    return [finding for each in found for finding in each]


async def calmly(what: str, look: Look, patience: float) -> Sequence[Finding]:
    """What one look finds."""
    try:
        return await asyncio.wait_for(look(), patience)
    except TimeoutError:
        return [(what, False, f"no answer within {patience:g} seconds: check the network")]
    except ModuleNotFoundError as error:
        return [(what, False, f"needs {error.name}, which is not installed: run make install")]
    except Exception as error:  # noqa: BLE001 - whatever it is, the other findings matter
        return [(what, False, f"could not be looked at ({type(error).__name__})")]


def knowledge(folder: str, cache: str | None, today: date) -> list[Finding]:
    """Whether the knowledge is sound, and when somebody last compared it with its sources."""
    try:
        bot = Bot.open(folder, cache)
    except KnowledgeError as error:
        first = error.problems[0] if error.problems else ""
        return [("knowledge", False, f"{len(error.problems)} problems, the first: {first}")]
    known = bot.knowledge
    days = sorted(source.checked for source in known.sources.values() if source.checked)
    holds = f"{len(known.subjects)} subjects, {len(known.sources)} sources"
    if not days:
        return [("knowledge", True, f"{holds}; no source says when it was read")]
    age = (today - date.fromisoformat(days[-1])).days
    when = f"on {days[0]}" if days[0] == days[-1] else f"between {days[0]} and {days[-1]}"
    read = f"{holds}; sources read {when}, {age} days ago"
    return [("knowledge", age <= OLD, read + (": see compute-bot knowledge stale" if age > OLD else ""))]


def text(findings: Sequence[Finding]) -> str:
    """A line for each finding."""
    width = max(len(what) for what, _, _ in findings)
    return "\n".join(f"{WORDS[ok]:<8} {what:<{width}}  {said}" for what, ok, said in findings)


def as_json(findings: Sequence[Finding]) -> str:
    """The findings for a program; ASCII only."""
    data: list[dict[str, Any]] = [
        {"what": what, "state": WORDS[ok].lower(), "said": said} for what, ok, said in findings
    ]
    return json.dumps(data, indent=2)
