"""A message or a command on Discord, as a question."""

from __future__ import annotations

import re

from bot import Question

HELP = "help"  # what somebody wants who says no more than our name
_REFERENCE = re.compile(r"<(?:@[!&]?|#)\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|</[^:>]+:\d+>|<id:\w+>")


def to_question(text: str, channel: int, user: int, at: float) -> Question:
    """What somebody asks in a channel, without mentions and emoji; everybody has a conversation of their own there."""
    words = " ".join(_REFERENCE.sub(" ", text).split())
    return Question(words or HELP, f"discord:{channel}:{user}", at)
