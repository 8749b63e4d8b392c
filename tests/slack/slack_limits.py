"""What Slack documents about a message or a view, checked without any of our own code.

https://docs.slack.dev/reference/block-kit; `problems` gives a line for each rule that a payload breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

MESSAGE_KEYS = {
    *("channel", "text", "blocks", "thread_ts", "unfurl_links", "unfurl_media", "user", "ts", "token"),
    *("response_type", "replace_original", "delete_original"),
}
BLOCKS = {"section", "header", "context", "divider", "actions", "context_actions", "table"}
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


def problems(payload: Json) -> list[str]:
    """The rules that a message breaks."""
    return list(_message(payload))


def view_problems(view: Json) -> list[str]:
    """The rules that an App Home breaks."""
    blocks = view.get("blocks", [])
    found = [] if view.get("type") == "home" else ["the view is no home"]
    return found + ([] if len(blocks) <= 100 else ["more than 100 blocks"]) + list(_blocks(blocks))


def _message(payload: Json) -> Iterator[str]:
    if extra := payload.keys() - MESSAGE_KEYS:
        yield f"unknown keys {sorted(extra)}"
    if not payload.get("text"):
        yield "no fallback text"
    yield from _length("text", payload.get("text", ""), 4_000)
    yield from _safe("text", payload.get("text", ""))
    blocks = payload.get("blocks", [])
    if len(blocks) > 50:
        yield "more than 50 blocks"
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield "more than one table"
    if sum(map(_weight, blocks)) > 13_200:
        yield "msg_blocks_too_long"
    yield from _blocks(blocks)


def _blocks(blocks: list[Json]) -> Iterator[str]:
    for number, block in enumerate(blocks):
        if block.get("type") not in BLOCKS:
            yield f"block {number} is {block.get('type')}"
        else:
            yield from (f"block {number}: {each}" for each in CHECKS[block["type"]](block))
    ids = [e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"]]
    if len(ids) != len(set(ids)):
        yield "an action_id twice"


def _section(block: Json) -> Iterator[str]:
    yield from _text(block["text"], 3_000)


def _header(block: Json) -> Iterator[str]:
    if block["text"]["type"] != "plain_text":
        yield "a header with markup"
    yield from _text(block["text"], 150)


def _context(block: Json) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 10:
        yield "a context with none or more than 10 elements"
    for element in block["elements"]:
        yield from _text(element, 2_000)


def _actions(block: Json) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 25:
        yield "actions with none or more than 25 elements"
    for element in block["elements"]:
        if element["type"] != "button":
            yield f"{element['type']} among actions"
        yield from _text(element["text"], 75)
        yield from _action(element)


def _context_actions(block: Json) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 5:
        yield "context_actions with none or more than 5 elements"
    for element in block["elements"]:
        if element["type"] == "feedback_buttons":
            yield from _length("action_id", element["action_id"], 255)
            for side in ("positive_button", "negative_button"):
                yield from _text(element[side]["text"], 75)
                yield from _length("value", element[side]["value"], 2_000)
                yield from _length("label", element[side].get("accessibility_label", "x"), 75)
        elif element["type"] == "icon_button":
            yield from _text(element["text"], 75)
            yield from _action(element)
            if element["icon"] != "trash" or len(element.get("visible_to_user_ids", [])) > 10:
                yield "an icon button that Slack does not have"
        else:
            yield f"{element['type']} among context_actions"


def _action(element: Json) -> Iterator[str]:
    yield from _length("action_id", element["action_id"], 255)
    yield from _length("value", element["value"], 2_000)
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield "an unknown style"
    yield from _length("label", element.get("accessibility_label", "x"), 75)


def _table(block: Json) -> Iterator[str]:
    rows = block["rows"]
    if not 1 <= len(rows) <= 100:
        yield "a table with none or more than 100 rows"
    if not all(1 <= len(row) <= 20 for row in rows):
        yield "a table with more than 20 columns"
    if len(block.get("column_settings", [])) > 20:
        yield "more than 20 column settings"
    if sum(len(cell["text"]) for row in rows for cell in row) > 10_000:
        yield "more than 10,000 characters in a table"
    for row in rows:
        for cell in row:
            if cell["type"] != "raw_text":
                yield f"a cell of {cell['type']}"
            yield from _length("a cell", cell["text"], 10_000)


def _text(text: Json, limit: int) -> Iterator[str]:
    yield from _length(text["type"], text["text"], limit)
    if text["type"] == "mrkdwn":
        yield from _safe("mrkdwn", text["text"])
    elif text["type"] != "plain_text":
        yield f"text of {text['type']}"


def _length(name: str, text: str, limit: int) -> Iterator[str]:
    if not text.strip() or len(text) > limit:
        yield f"{name} with {len(text)} characters"


def _safe(name: str, text: str) -> Iterator[str]:
    """No mention, no ping, no link but to the web, and every other < > & escaped."""
    without_links = re.sub(r"<https?://[^\s<>|]+\|[^<>|]+>", "", text)
    if "<" in without_links or ">" in without_links or ENTITY.search(text):
        yield f"{name} that is not escaped: {without_links[:80]!r}"


def _divider(_: Json) -> Iterator[str]:
    yield from ()


def _weight(block: Json) -> int:
    if block["type"] == "table":
        return sum(len(cell["text"]) for row in block["rows"] for cell in row)
    texts = [block["text"]] if "text" in block else block.get("elements", [])
    return sum(len(t["text"]) if isinstance(t.get("text"), str) else 0 for t in texts)


CHECKS = {
    "section": _section,
    "header": _header,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "context_actions": _context_actions,
    "table": _table,
}
