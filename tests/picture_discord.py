"""Draws the pictures of docs/discord.md: how answers look on a phone, and how comparisons would look in other forms.

pip install 'simcord[screenshot]' && apt-get install chromium && python tests/picture_discord.py docs/images
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import simcord

from adapters.discord import message
from adapters.discord.client import Client
from adapters.store.journal import Journal
from adapters.store.memory import MemoryStore
from bot import Bot, Table

WIDTH, HEIGHT = 390, 1600  # a phone's width; as high as is needed
TWO, THREE = "Lambda vs Fargate?", "Lambda vs Fargate vs EC2?"


def code_block(table: Table) -> list[str]:
    """Columns of characters, as a terminal shows them."""
    rows = [("", *table.columns), *table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return ["\n".join(["```", *lines, "```"])]


def by_subject(table: Table) -> list[str]:
    """One subject after the other."""
    return [
        "\n".join([f"**{head}**", *(f"- {row[0]}: {row[place]}" for row in table.rows)])
        for place, head in enumerate(table.columns, 1)
    ]


def bullets(table: Table) -> list[str]:
    """Rows as lists."""
    return [
        "\n".join([f"**{row[0]}**", *(f"- {h}: {c}" for h, c in zip(table.columns, row[1:], strict=True))])
        for row in table.rows
    ]


PICTURES: list[tuple[str, str, Callable[[Table], list[str]]]] = [
    ("answer", "Can Lambda run for 20 minutes?", message.rows),
    ("refusal", "How do I prune roses?", message.rows),
    ("choice", "hello", message.rows),
    ("compare-2", TWO, message.rows),
    ("compare-3", THREE, message.rows),
    ("compare-3-code-block", THREE, code_block),
    ("compare-3-by-subject", THREE, by_subject),
    ("compare-3-bullets", THREE, bullets),
]


async def draw(folder: Path) -> None:
    """Ask each question and photograph the answer."""
    client = Client(Bot.open(str(Path(__file__).parent.parent / "knowledge")), Journal(MemoryStore(), "discord", str))
    async with simcord.run(client) as env:
        await client.sync()
        guild = env.create_guild()
        channel, alice = guild.create_text_channel("study"), guild.add_member(env.create_user("alice"))
        async with env.preview(channel, viewers=[alice], width=WIDTH, height=HEIGHT) as preview:
            for name, question, form in PICTURES:
                message.rows = form  # type: ignore[assignment]
                shown = await alice.slash(channel, "ask", question=question)
                file = folder / f"discord-{name}.png"
                await preview.screenshot(file, target=shown, viewport=(WIDTH, HEIGHT), allow_incomplete=True)
                smaller(file)


def smaller(file: Path) -> None:
    """The same picture in fewer colours."""
    image = importlib.import_module("PIL.Image")
    image.open(file).convert("P", palette=image.Palette.ADAPTIVE, colors=64).save(file, optimize=True)


def use_chromium_of_the_system() -> None:
    """Debian's browser instead of one that playwright would download."""
    browser = importlib.import_module("playwright.async_api").BrowserType
    launch = browser.launch

    async def started(self: Any, **options: Any) -> Any:  # noqa: ANN401 - playwright's
        return await launch(self, **{**options, "executable_path": "/usr/bin/chromium", "args": ["--no-sandbox"]})

    browser.launch = started


if __name__ == "__main__":
    use_chromium_of_the_system()
    asyncio.run(draw(Path(sys.argv[1])))
