"""An answer on Discord: text in a coloured box, and buttons whose ids say all that a click needs, even after a restart.

Pure: nothing is sent here.  What a click does is decided in `buttons`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from discord import Colour
from discord.ui import ActionRow, Button, Container, LayoutView, Separator, TextDisplay

from bot import Answer, Source, Table

# Discord's limits: https://discord.com/developers/docs/components/reference
TEXT = 4_000  # characters in all texts of one message
LABEL = 80  # characters on a button
ID = 100  # characters in a button's id
SUGGESTIONS, ROWS = 5, 8  # ours: more nobody reads, and a message has room for 40 components
TABLE = 2  # which block of a message stands in rows

ASK, RATE, DELETE = "ask:", "rate:", "delete:"  # how the ids of our buttons begin
HELPFUL, NOT_HELPFUL = "y", "n"
COLOUR = Colour(0x5865F2)
NOTHING = "I see no question in that. `/topics` lists what you can ask me about."

_MARKUP = re.compile(r"[\\*_~|`<>\[\]]|^(?:[#-]|\d+(?=\.\s))")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def to_message(answer: Answer, asker: int = 0) -> LayoutView:
    """The answer as components; somebody who asked in public (`asker`) may delete it."""
    offers = [s for s in map(line, answer.suggestions) if s][:SUGGESTIONS]
    clickable = [s for s in offers if len(ASK + s) <= ID]
    blocks = [  # the third is TABLE
        head(answer) or [NOTHING],
        [f"- {plain(point)}" for point in answer.points if line(point)],
        rows(answer.table) if answer.table else [],
        [f"**Note:** {plain(answer.caveat)}"] if line(answer.caveat) else [],
        [*small(cited(answer)), *small(f"You could also ask: {plain(s)}" for s in offers if s not in clickable)],
    ]
    box: Container[LayoutView] = Container(accent_colour=COLOUR if answer.kind == "answer" else None)
    for place, block in enumerate(fitting(blocks)):
        for text in block if place == TABLE else ["\n".join(block)]:
            if text and box.children:
                box.add_item(Separator(visible=place == TABLE))
            if text:
                box.add_item(TextDisplay(text))
    view = LayoutView(timeout=None).add_item(box)
    for asks in clickable:
        view.add_item(ActionRow(Button(label=short(asks, LABEL), custom_id=ASK + asks)))
    if actions := feedback(answer) + deletion(asker):
        view.add_item(ActionRow(*actions))
    view.stop()  # clicks are found by their ids: nothing has to be remembered of this message
    return view


# ---------------------------------------------------------------- text


def head(answer: Answer) -> list[str]:
    """The title and the answer itself."""
    title, lead = plain(answer.title), plain(answer.lead)
    return ["\n".join(filter(None, (f"### {title}" if title else "", lead)))] if title or lead else []


def rows(table: Table) -> list[str]:
    """The comparison, a text for each row: its heading, and a line for each subject, which a phone can break."""
    return [
        "\n".join(
            [
                f"-# {plain(heading)}",
                *(f"**{plain(head)}** {plain(cell)}" for head, cell in zip(table.columns, cells, strict=False)),
            ]
        )
        for heading, *cells in table.rows[:ROWS]
    ]


def cited(answer: Answer) -> Iterable[str]:
    """The sources as links, and the day for which the answer holds."""
    links = ", ".join(map(link, answer.sources))
    day = f"as of {plain(answer.as_of)}" if line(answer.as_of) else ""
    said = " · ".join(part for part in (f"Source: {links}" if links else "", day) if part)
    return [said] if said else []


def link(source: Source) -> str:
    """A source as a link without a preview; only its title where its address is none."""
    url = re.sub(r"[\s<>()]", lambda found: f"%{ord(found[0]):02X}", source.url)
    web = url.startswith(("https://", "http://"))
    return f"[{plain(source.title) or 'link'}](<{url}>)" if web else plain(source.title)


def small(texts: Iterable[str]) -> list[str]:
    """The texts as lines in small print."""
    return [f"-# {text}" for text in texts]


def line(text: str) -> str:
    """The text on one line, without what cannot be seen."""
    return " ".join(_INVISIBLE.sub("", text).split())


def plain(text: str) -> str:
    """The text on one line, every character of Discord's markup shown instead of obeyed."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}" if not found[0].isdigit() else f"{found[0]}\\", line(text))


def short(text: str, longest: int) -> str:
    """The text, its end left away where it is too long."""
    return text if len(text) <= longest else text[: longest - 1].rstrip("\\ ") + "…"


def fitting(blocks: list[list[str]], longest: int = TEXT) -> list[list[str]]:
    """The blocks without what is too much: the last text of the longest block, again and again."""
    blocks = [list(block) for block in blocks]
    while (over := sum(len(text) + 1 for block in blocks for text in block) - longest) > 0:
        block = max(blocks, key=lambda texts: sum(map(len, texts)))
        if len(block) > 1:
            block.pop()
        else:
            block[0] = short(block[0], max(len(block[0]) - over, 1))
    return blocks


# ---------------------------------------------------------------- buttons


def feedback(answer: Answer) -> list[Button[LayoutView]]:
    """Whether it helped, for an answer that can be told from others."""
    if not answer.id or len(RATE + answer.id) > ID - 2:
        return []
    return [
        Button(label="Helpful", custom_id=f"{RATE}{answer.id}:{HELPFUL}"),
        Button(label="Not helpful", custom_id=f"{RATE}{answer.id}:{NOT_HELPFUL}"),
    ]


def deletion(asker: int) -> list[Button[LayoutView]]:
    """The button with which the asker takes an answer away that others can see, too."""
    return [Button(label="Delete", custom_id=f"{DELETE}{asker}")] if asker else []
