"""The keyboard: lines that a person types, until Ctrl-D, or Ctrl-C where there is nothing to clear.

The line editor is prompt_toolkit; it takes a moment to load, so this module is imported only for somebody who types.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

PROMPT = "> "
MENU_ROWS = 6  # rows kept free below the line for what it may become
LOOK = Style.from_dict(
    {
        "prompt": "bold",
        "completion-menu": "noinherit",
        "completion-menu.completion": "noinherit",
        "completion-menu.completion.current": "noinherit reverse",
        "scrollbar.background": "noinherit",
        "scrollbar.button": "noinherit reverse",
    }
)


def plain() -> Iterator[str]:
    """Lines from a terminal that cannot move its cursor."""
    while True:
        try:
            yield input(PROMPT)
        except (EOFError, KeyboardInterrupt):
            print()
            return


def edited(complete: Callable[[str], Iterable[str]], history: str, *, colour: bool) -> Iterator[str]:
    """Lines from the line editor; `complete` says what a beginning may become, `history` keeps what was typed."""
    session: PromptSession[str] = PromptSession(
        FormattedText([("class:prompt", PROMPT)]),
        completer=Lines(complete),
        complete_in_thread=True,
        reserve_space_for_menu=MENU_ROWS,
        history=kept(Path(history)) if history else InMemoryHistory(),
        key_bindings=keys(),
        style=LOOK,
        color_depth=None if colour else ColorDepth.DEPTH_1_BIT,
    )
    while True:
        try:
            yield session.prompt()
        except (EOFError, KeyboardInterrupt):
            return


class Lines(Completer):
    """Completes the whole line, not its last word."""

    def __init__(self, complete: Callable[[str], Iterable[str]]) -> None:
        self.complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """The lines that what stands before the cursor may become."""
        del complete_event  # as one types or on Tab: the same
        typed = document.text_before_cursor
        for line in self.complete(typed.lstrip()):
            yield Completion(line, start_position=-len(typed))


def keys() -> KeyBindings:
    """Ctrl-C clears the line, and leaves when there is nothing to clear."""
    bindings = KeyBindings()

    @bindings.add("c-c")
    def clear_or_leave(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=EOFError)

    return bindings


class KeptHistory(FileHistory):
    """A history file whose disk may be full: what cannot be kept is forgotten."""

    def store_string(self, string: str) -> None:
        """Append to the file, if that can be done."""
        try:
            super().store_string(string.encode("utf-8", "replace").decode())
        except OSError:
            return


def kept(file: Path) -> History:
    """The history in a file that only its owner can read, or in memory where that file cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError:
        return InMemoryHistory()
    return KeptHistory(str(file))
