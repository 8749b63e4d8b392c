"""Slack: mentions, direct messages, `/compute`, a message shortcut and threads, over Socket Mode or HTTP.

What is said is decided in `bot`; where the settings come from, in `adapters.cli`.
"""

from __future__ import annotations

from adapters.slack.desk import Memory
from adapters.slack.doctor import examined
from adapters.slack.message import to_message
from adapters.slack.question import to_question
from adapters.slack.run import Watch, run, serve
from adapters.slack.start import Settings, StartError, UnreachableError, check

__all__ = [
    "Memory",
    "Settings",
    "StartError",
    "UnreachableError",
    "Watch",
    "check",
    "examined",
    "run",
    "serve",
    "to_message",
    "to_question",
]
