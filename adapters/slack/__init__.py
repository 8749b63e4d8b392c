"""Slack: mentions, direct messages, `/compute`, a message shortcut and threads, over Socket Mode or HTTP.

What is said is decided in `bot`; where the settings come from, in `adapters.cli`.
"""

from __future__ import annotations

from adapters.slack.desk import Memory
from adapters.slack.message import to_message
from adapters.slack.question import to_question
from adapters.slack.run import run
from adapters.slack.start import Settings, StartError

__all__ = ["Memory", "Settings", "StartError", "run", "to_message", "to_question"]
