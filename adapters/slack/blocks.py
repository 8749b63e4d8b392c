"""Slack's building blocks, each kept within its documented limits, with text that can neither format nor ping.

Which blocks make up a message is decided in `message` and `home`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

Block = dict[str, Any]

# https://docs.slack.dev/reference/block-kit/blocks, in characters unless something else is said
BLOCKS = 50  # in a message
HOME_BLOCKS = 100  # in a view
SECTION = 3_000
CONTEXT_ELEMENTS = 10
CONTEXT = 2_000
BUTTONS = 25  # in one actions block
BUTTON = 75
VALUE = 2_000
HEADER = 150
ROWS, COLUMNS = 100, 20  # in a table, its heading among the rows
CELLS = 10_000  # all the cells of a table together
FALLBACK = 4_000  # the top-level text; Slack cuts at 40,000, and advises this
ALL_TEXT = 12_000  # all blocks of a message; "msg_blocks_too_long" was seen from about 13,200 on
URL = 3_000

NOTHING = "–"  # stands in an empty cell: Slack refuses a cell without text


def escaped(text: str, limit: int) -> str:
    """The text as Slack shows it letter by letter, at most `limit` characters once it is escaped."""
    whole = entities(visible(text))  # in this order: an entity is never cut in two
    if len(whole) <= limit:
        return whole
    short = whole[: limit - 1]
    entity = short.rfind("&")
    if entity >= 0 and ";" not in short[entity:]:
        short = short[:entity]
    return short.rstrip() + "…"


def entities(text: str) -> str:
    """The text with the three characters escaped that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def visible(text: str) -> str:
    """The text without control and direction characters and lone surrogates, which some clients cannot show."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " if c.isspace() else "" for c in text)


def cut(text: str, limit: int) -> str:
    """Plain text of at most `limit` characters."""
    text = visible(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def mrkdwn(text: str) -> Block:
    """A text object of what is already escaped; `verbatim`, so that Slack makes no link of a name."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int) -> Block:
    """A text object without any markup."""
    return {"type": "plain_text", "text": cut(text, limit) or NOTHING, "emoji": False}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, HEADER)}


def section(markup: str) -> Block:
    """A paragraph of what is already escaped and short enough."""
    return {"type": "section", "text": mrkdwn(markup)}


def bold(text: str, limit: int) -> str:
    """Escaped and bold; an asterisk within would end it, so it becomes another one."""
    return f"*{escaped(' '.join(text.split()).replace('*', '∗'), limit)}*"


def context(parts: Iterable[str]) -> Block:
    """Small print of what is already escaped."""
    return {"type": "context", "elements": [mrkdwn(part) for part in parts][:CONTEXT_ELEMENTS]}


def link(title: str, url: str) -> str:
    """A link, or only its title if the address is none that a browser opens."""
    words = escaped(" ".join(title.split()).replace("|", "¦"), 300) or NOTHING
    if not url.startswith(("https://", "http://")) or len(url) > URL:
        return words
    address = entities(quote(visible(url), safe=":/?#[]@!$&'()*+,;=%~"))
    return f"<{address}|{words}>"


def bullets(points: Sequence[str]) -> list[Block]:
    """The points as list items, in as few paragraphs as hold them."""
    paragraphs: list[str] = []
    for point in points:
        line = "•  " + escaped(" ".join(point.split()), SECTION - 3)
        if paragraphs and len(paragraphs[-1]) + 1 + len(line) <= SECTION:
            paragraphs[-1] += "\n" + line
        else:
            paragraphs.append(line)
    return [section(paragraph) for paragraph in paragraphs]


def button(action: str, text: str, value: str, style: str = "") -> Block:
    """A button; its value, at most 2,000 characters, is the caller's promise."""
    made = {"type": "button", "action_id": action, "text": plain(text, BUTTON), "value": value}
    return made | ({"style": style} if style else {})


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """Slack's own table, its first row the headings; what is too much for it is left out from below and the right."""
    left = CELLS
    kept: list[list[Block]] = []
    for row in [("", *columns), *rows][:ROWS]:
        cells = [cut(cell, 1_000).strip() or NOTHING for cell in row[:COLUMNS]]
        left -= sum(map(len, cells))
        if left < 0:
            break
        kept.append([{"type": "raw_text", "text": cell} for cell in cells])
    settings = [{"is_wrapped": True}] * min(len(columns) + 1, COLUMNS)
    return {"type": "table", "rows": kept, "column_settings": settings}


def weight(block: Block) -> int:
    """How many characters of text a block shows."""
    if block["type"] == "table":
        return sum(len(cell["text"]) for row in block["rows"] for cell in row)
    parts = [block["text"]] if "text" in block else block.get("elements", [])
    return sum(len(part["text"]) if isinstance(part.get("text"), str) else 0 for part in parts)
