"""What reaches us from Slack, as questions: who asked what, where, and where the reply belongs.

Here is decided what the bot listens to; it hears nothing else, above all no bot, not itself and no edit.
What it replies is decided in `bot`, and how that looks in `message`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from bot import Question

Payload = Mapping[str, Any]
Owed = Literal["always", "spoken", "sure"]

HEARD = {"", "file_share", "thread_broadcast"}  # subtypes of a message that are still somebody's words
LONGEST = 4_000  # characters of a message that are read; longer ones are no questions

_MARKUP = re.compile(r"<([^<>]*)>")
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+'-]+:(?![\w:])")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


class Asked(NamedTuple):
    """A question with its place: `thread` is the message to answer under, empty for a message of its own.

    What is `owed`: a reply always, a reply if the bot has anything to say, or nothing but a confident answer.
    `opens` means that the reply opens a thread; `follows` is the thread that we must have opened for it to be ours.
    `response` is an address for replies that only this person sees.
    """

    question: Question
    team: str
    channel: str
    user: str
    thread: str = ""
    owed: Owed = "always"
    opens: bool = False
    follows: str = ""
    response: str = ""


def to_question(body: Payload, me: str, channels: frozenset[str] = frozenset(), at: float = 0.0) -> Asked | None:
    """The question in an event, a command or a message shortcut; none if it is not for us.

    `me` is our own user id, `channels` those in which every message is read, `at` the time in seconds.
    """
    if body.get("type") == "event_callback":
        return _event(body, me, channels, at)
    if body.get("type") == "message_action":
        return _shortcut(body, at)
    return _command(body, at) if "command" in body else None


def thread_of(team: str, channel: str, thread: str) -> str:
    """The conversation in a thread."""
    return f"{team}:{channel}:{thread}"


def person_of(team: str, user: str) -> str:
    """The conversation with one person."""
    return f"{team}:{user}"


def words(text: str) -> str:
    """What somebody wrote, without Slack's markup: mentions are dropped, links and channels keep their label."""
    text = text[:LONGEST]
    if "<" in text:
        text = _MARKUP.sub(lambda found: _shown(found[1]), text)
    if ":" in text:
        text = _EMOJI.sub(" ", text)
    if "&" in text:
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
    return text.replace("`", " ").strip()


def string(body: Payload, *path: str) -> str:
    """The string at this place of a payload, empty if there is none."""
    found: object = body
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def team_of(body: Payload) -> str:
    """The workspace from which a payload comes."""
    return string(body, "team_id") or string(body, "team", "id") or string(body, "user", "team_id")


def _shown(inside: str) -> str:
    """What remains of `<…>`: nothing of a mention, else the label, or a link's address."""
    target, _, label = inside.partition("|")
    if target.startswith(("@", "!")):
        return " "
    if target.startswith("#"):
        return f" {label} "
    return label or target


def _event(body: Payload, me: str, channels: frozenset[str], at: float) -> Asked | None:
    event = body.get("event")
    if not isinstance(event, Mapping) or not _by_a_person(event, me):
        return None
    direct = string(event, "channel_type") == "im" or string(event, "channel").startswith("D")
    if event.get("type") == "app_mention" and not direct:
        return _in_thread(body, event, me, at, "always")
    if event.get("type") != "message":
        return None
    if direct:
        return _direct(body, event, at)
    if f"<@{me}" in string(event, "text"):  # an app_mention comes as well
        return None
    opted = string(event, "channel") in channels and not string(event, "thread_ts")
    return _in_thread(body, event, me, at, "sure") if opted or string(event, "thread_ts") else None


def _by_a_person(event: Payload, me: str) -> bool:
    user = string(event, "user")
    automatic = event.get("bot_id") or event.get("bot_profile") or event.get("edited") or event.get("hidden")
    subtype = event.get("subtype") or ""
    return bool(user and user not in {me, "USLACKBOT"} and not automatic and subtype in HEARD)


def _direct(body: Payload, event: Payload, at: float) -> Asked:
    team, user = team_of(body), string(event, "user")
    question = Question(words(string(event, "text")), person_of(team, user), at)
    return Asked(question, team, string(event, "channel"), user, string(event, "thread_ts"), "spoken")


def _in_thread(body: Payload, event: Payload, me: str, at: float, owed: Owed) -> Asked | None:
    team, channel, ts, within = team_of(body), string(event, "channel"), string(event, "ts"), string(event, "thread_ts")
    thread = within or ts
    if not channel or not thread:
        return None
    conversation = thread_of(team, channel, thread)
    ours = string(event, "parent_user_id") == me
    return Asked(
        Question(words(string(event, "text")), conversation, at),
        team,
        channel,
        string(event, "user"),
        thread,
        owed=owed,
        opens=not within or within == ts,
        follows=conversation if within and within != ts and owed == "sure" and not ours else "",
    )


def _command(body: Payload, at: float) -> Asked:
    team, channel, user = team_of(body), string(body, "channel_id"), string(body, "user_id")
    question = Question(words(string(body, "text")), thread_of(team, channel, user), at)
    return Asked(question, team, channel, user, response=string(body, "response_url"))


def _shortcut(body: Payload, at: float) -> Asked:
    team, channel, user = team_of(body), string(body, "channel", "id"), string(body, "user", "id")
    thread = string(body, "message", "thread_ts") or string(body, "message", "ts")
    text = words(string(body, "message", "text"))
    question = Question(text, "", at)  # somebody else's words belong to no conversation with us
    return Asked(question, team, channel, user, thread, response=string(body, "response_url"))
