"""An answer as a Slack message: lead, points, table, caveat and sources as blocks, then the buttons.

How each block keeps its limits is decided in `blocks`; what a click does, in `desk`.
State rides in the buttons, so that a click survives a restart: no button needs anything that we remember.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from adapters.slack.blocks import (
    ALL_TEXT,
    BLOCKS,
    BUTTONS,
    CONTEXT_ELEMENTS,
    FALLBACK,
    SECTION,
    VALUE,
    Block,
    bold,
    bullets,
    button,
    context,
    escaped,
    link,
    section,
    table,
    visible,
    weight,
)
from bot import Answer

ASK = "ask"  # the action ids; what follows a colon only makes them differ
REPLACE = "replace"  # … of a suggestion whose answer may take the place of the message, as nothing is lost with it
SHARE = "share"
FEEDBACK = "feedback"
DELETE = "delete"

HELPFUL, NOT_HELPFUL = "+", "-"
REPEATED = 500  # answers whose blocks are kept: busy channels ask the same again and again
ASKED = 300  # characters of a question that a shared answer repeats


class Share(NamedTuple):
    """What a share button must know to say the answer again in public: the question, and the thread if in one."""

    answer: str
    thread: str
    question: str

    def value(self) -> str:
        """The button's value, empty if it would be too long."""
        text = "\n".join(self)
        return text if len(text) <= VALUE else ""

    @classmethod
    def read(cls, value: str) -> Share:
        """The share in a button's value."""
        answer, thread, question = [*value.split("\n", 2), "", "", ""][:3]
        return cls(answer, thread, question)


def to_message(answer: Answer, asker: str = "", share: Share | None = None, asked: str = "") -> Block:
    """The answer as `text` and `blocks`.

    `asker` may delete it, `share` offers an ephemeral answer to everybody, `asked` repeats the question.
    """
    ending = [*buttons(answer, share), *opinion(answer, asker)]
    blocks = fitted([*quoted(asked), *body(answer)], ending)
    return {"text": escaped(answer.text, FALLBACK).strip() or "…", "blocks": blocks}


@lru_cache(REPEATED)
def body(answer: Answer) -> tuple[Block, ...]:
    """What is said, in the order in which it is read; nobody may change the blocks, as the next message shares them."""
    title, lead = visible(answer.title).strip(), escaped(answer.lead, SECTION - 400).strip()
    opening = "\n".join(filter(None, [bold(title, 300) if title else "", lead]))
    caveat = escaped(answer.caveat, SECTION - 10).strip()
    return (
        *([section(opening)] if opening else []),
        *bullets([point for point in answer.points if visible(point).strip()]),
        *([table(answer.table.columns, answer.table.rows)] if answer.table and answer.table.rows else []),
        *([section(f"*Note:* {caveat}")] if caveat else []),
        *cited(answer),
    )


def quoted(asked: str) -> list[Block]:
    """The question that a shared answer replies to."""
    words = escaped(" ".join(asked.split()), ASKED)
    return [context([f"Asked: {words}"])] if words else []


def cited(answer: Answer) -> list[Block]:
    """The sources, and the day for which the answer holds."""
    links = [link(source.title, source.url) for source in answer.sources[: CONTEXT_ELEMENTS - 1]]
    parts = [f"Source: {each}" for each in links[:1]] + links[1:]
    parts += [f"As of {escaped(answer.as_of, 50)}"] if answer.as_of else []
    return [context(parts)] if parts else []


def buttons(answer: Answer, share: Share | None) -> list[Block]:
    """The questions that could come next, and the share button."""
    action = ASK if answer.kind == "answer" else f"{ASK}:{REPLACE}"
    offered = [s for s in answer.suggestions if visible(s).strip() and len(s) <= VALUE][: BUTTONS - 1]
    elements = [button(f"{action}:{number}", each, each) for number, each in enumerate(offered)]
    if share and answer.kind == "answer" and share.value():
        elements.append(button(SHARE, "Share", share.value(), "primary"))
    return [{"type": "actions", "elements": elements}] if elements else []


def opinion(answer: Answer, asker: str) -> list[Block]:
    """Helpful or not, for what was an answer; and delete, which only the asker sees."""
    elements = [feedback(answer.id)] if answer.kind == "answer" and answer.id else []
    if asker:
        elements.append(delete(asker))
    return [{"type": "context_actions", "elements": elements}] if elements else []


def feedback(answer: str) -> Block:
    """The two thumbs."""
    return {
        "type": "feedback_buttons",
        "action_id": FEEDBACK,
        "positive_button": {
            "text": {"type": "plain_text", "text": "Helpful"},
            "accessibility_label": "This answer was helpful",
            "value": HELPFUL + answer,
        },
        "negative_button": {
            "text": {"type": "plain_text", "text": "Not helpful"},
            "accessibility_label": "This answer was not helpful",
            "value": NOT_HELPFUL + answer,
        },
    }


def delete(asker: str) -> Block:
    """The button that takes the answer away again."""
    return {
        "type": "icon_button",
        "action_id": DELETE,
        "icon": "trash",
        "text": {"type": "plain_text", "text": "Delete"},
        "accessibility_label": "Delete this answer",
        "value": asker,
        "visible_to_user_ids": [asker],
    }


def fitted(blocks: list[Block], ending: list[Block]) -> list[Block]:
    """The blocks and the ending within what one message may hold; what does not fit is left out from below."""
    room, kept = ALL_TEXT, list[Block]()
    for block in blocks[: BLOCKS - len(ending)]:
        room -= weight(block)
        if room < 0:
            break
        kept.append(block)
    return [*kept, *ending]
