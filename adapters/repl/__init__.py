"""The terminal: what is typed becomes a `Question`, and an `Answer` becomes lines that fit the window.

Which words are an answer is decided in `bot`; which command was called, and with which settings, in `adapters.cli`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple, Protocol

from adapters.repl.lines import BOLD, columns_first, fold, hang, painted, printable
from adapters.repl.message import to_message
from bot import Answer, Bot, Problem, Question

__all__ = ["COMMANDS", "Terminal", "explained", "printable", "reply", "run", "to_message", "to_question", "topic_lines"]

WIDEST = 100  # columns: longer lines of prose are tiring to read
SHORTEST = 2  # characters: one letter begins too many questions
NO_QUESTION = "I see no question in that. /help says what I know."
GOODBYE = "Goodbye."
CHANGED = "(The knowledge has changed; I go on with the new one.)"
KEPT = "(The knowledge has changed and cannot be used like this; I go on with the old one.)"
COMMANDS = {
    "/help": "what I know, and these commands",
    "/topics": "every subject, and what can be asked of it",
    "/explain": "how I read the last question, or the one you write behind it",
    "/quit": "leave, as Ctrl-D does",
}
LEAVING = {"/quit", "/exit", "quit", "exit"}


class Terminal(NamedTuple):
    """What the terminal can do: `editing` means key by key; `history` is a file that keeps what was typed."""

    colour: bool = False
    editing: bool = False
    history: str = ""


def to_question(line: str, offered: tuple[str, ...] = (), at: float = 0.0) -> Question:
    """What was typed, as a question; the number of a suggestion that was just offered stands for its words."""
    typed = line.strip()
    stands_for = {str(number): suggestion for number, suggestion in enumerate(offered, 1)} | {"/help": "help"}
    return Question(stands_for.get(typed.rstrip(".").lower(), typed), "terminal", at)


class Current(Protocol):
    """Hands out the bot that is to be asked now; knowledge may be changed while people talk."""

    @property
    def bot(self) -> Bot:
        """The bot with the newest sound knowledge."""

    def poll(self) -> tuple[Problem, ...]:
        """Look whether the knowledge has changed; what is wrong with a broken change, once."""


def run(current: Current, terminal: Terminal) -> None:
    """Answer line after line: from a pipe with nothing but the answers."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        converse(current, sys.stdin, terminal)
        return
    from adapters.repl import keyboard

    say("\n".join(welcome(current.bot, width())))
    beginnings = partial(completions, current)
    edited = keyboard.edited(beginnings, terminal.history, colour=terminal.colour)
    try:
        converse(current, edited if terminal.editing else keyboard.plain(), terminal)
    except KeyboardInterrupt:  # while an answer was being written
        print()
    print(GOODBYE)


def converse(current: Current, lines: Iterable[str], terminal: Terminal) -> None:
    """Answer each line; an offer may be asked by its number, and the last question may be explained."""
    offered: tuple[str, ...] = ()
    asked = ""
    for line in lines:
        bot = newest(current)
        command, _, rest = line.strip().partition(" ")
        if command.lower() in LEAVING and not rest:
            return
        if command.startswith("/") and command[1:].isalpha() and command.lower() != "/help":
            say(obey(bot, command.lower(), rest.strip() or asked, terminal))
        elif command:
            question = to_question(line, offered, time.time())
            answer = bot.ask(question)
            offered, asked = answer.suggestions, question.text
            say(reply(answer, terminal), "\n".join(columns_first(COMMANDS)) if command.lower() == "/help" else "")


def newest(current: Current) -> Bot:
    """The bot to ask, once it has been said on standard error whether its knowledge has changed."""
    before = current.bot
    if problems := current.poll():
        for line in (*map(str, problems), KEPT):
            print(printable(line), file=sys.stderr)
    elif current.bot is not before and sys.stdin.isatty():
        print(CHANGED, file=sys.stderr)
    return current.bot


def reply(answer: Answer, terminal: Terminal) -> str:
    """The answer as a terminal shows it, or in its plain form for a pipe."""
    if sys.stdout.isatty() and answer.kind == "silent":
        return NO_QUESTION
    if sys.stdout.isatty():
        return to_message(answer, width(), colour=terminal.colour)
    return printable(answer.text)


def obey(bot: Bot, command: str, question: str, terminal: Terminal) -> str:
    """What a command prints."""
    if command == "/topics":
        return "\n".join(topic_lines(bot, width(), colour=terminal.colour))
    if command == "/explain" and question:
        return explained(bot, Question(question))
    if command == "/explain":
        return "Ask something first, or write a question behind /explain."
    return f"There is no {command} here. There are {', '.join(COMMANDS)}."


def explained(bot: Bot, question: Question) -> str:
    """How a question was read, in lines."""
    return "\n".join(map(printable, bot.explain(question).lines))


def say(*blocks: str, after: str = "\n") -> None:
    """Print what is not empty, with a blank line between, at once."""
    if text := "\n\n".join(filter(None, blocks)):
        print(text, end="\n" + after, flush=True)


def topic_lines(bot: Bot, columns: int, *, colour: bool = False) -> list[str]:
    """Every subject, and below it what can be asked of it."""
    return [
        line
        for name, aspects in bot.topics()
        for line in (*painted(BOLD, fold(name, columns), colour=colour), *hang("  ", ", ".join(aspects), columns))
    ]


def welcome(bot: Bot, columns: int) -> list[str]:
    """What it knows, one example, and how to leave."""
    talk = bot.knowledge.talk
    covers = f"Ask me about {talk.covers}." if talk.covers else ""
    example = f"For example: {talk.examples[0]}" if talk.examples else ""
    return [*fold(covers, columns), *fold(example, columns), "/help lists the commands, Ctrl-D leaves."]


def completions(current: Current, typed: str) -> tuple[str, ...]:
    """What a line with this beginning may become: commands after a slash, otherwise questions that have an answer."""
    if typed.startswith("/"):
        return tuple(name for name in COMMANDS if name.startswith(typed.lower()))
    return tuple(map(printable, current.bot.suggest(typed))) if len(typed) >= SHORTEST else ()


def width() -> int:
    """How many columns a line may take."""
    try:
        return min(os.get_terminal_size(sys.stdout.fileno()).columns or 80, WIDEST)
    except (OSError, ValueError):
        return 80
