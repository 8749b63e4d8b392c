"""The terminal: the adapter pair as plain functions, and the chat in a pseudo-terminal with real keys."""

import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from adapters.repl import to_message, to_question
from adapters.repl.lines import cells, fold
from bot import Answer, Source, Table

KITCHEN = Path(__file__).parent / "kitchen"
MANUAL = Source(
    "manual", "Kitchen manual", "https://kitchen.example/a-long-way/down/to/the/chapter-on-limits.html", "docs", ""
)
FULL = Answer(
    kind="answer",
    title="Kettle and oven",
    lead="The kettle is for water, the oven for everything that has to brown.",
    points=(
        "Choose the kettle when you want tea, and nothing but tea, however long it takes.",
        "Choose the oven otherwise.",
    ),
    table=Table(
        ("kettle", "oven"),
        (
            ("What it is", "boils water", "bakes and roasts with moving hot air"),
            ("Time limit", "5 minutes, and then it switches itself off", "12 hours"),
        ),
    ),
    caveat="Both are hot.",
    sources=(MANUAL,),
    as_of="2026-11-01",
    suggestions=("How long can the kettle run?", "How is the oven cleaned?"),
)

KETTLE = "How long can the kettle boil?"
UP, DOWN = "\x1b[A", "\x1b[B"
READY = "Ctrl-D leaves.\n\n>"

# ---------------------------------------------------------------- the adapter pair


def test_a_line_is_a_question_in_one_conversation_at_its_time() -> None:
    first, second = to_question("  how long?\n", at=1.5), to_question("why?", at=2)
    assert (first.text, first.at) == ("how long?", 1.5)
    assert first.conversation == second.conversation != ""


@pytest.mark.parametrize(
    ("line", "text"),
    [("1", "A?"), (" 2. ", "B?"), ("3", "3"), ("0", "0"), ("-1", "-1"), ("²", "²"), ("1 2", "1 2"), ("/help", "help")],
)
def test_a_number_stands_for_the_suggestion_that_has_it(line: str, text: str) -> None:
    assert to_question(line, ("A?", "B?")).text == text


def test_a_number_is_a_number_when_nothing_was_offered() -> None:
    assert to_question("1").text == "1"


def test_every_part_of_an_answer_is_shown_in_order() -> None:
    message = to_message(FULL, 100)
    parts = [
        *("Kettle and oven\nThe kettle is for water", "• Choose the kettle", "• Choose the oven", "What it is"),
        *("Time limit", "Both are hot.", f"Source: Kitchen manual {MANUAL.url}", "As of 2026-11-01"),
        *("1  How long can", "2  How is the oven"),
    ]
    places = [message.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [0, 1, 20, 33, 40, 60, 80, 100])
def test_every_line_but_an_address_fits_the_window(width: int) -> None:
    lines = to_message(FULL, width).splitlines()
    assert [line for line in lines if len(line) > max(width, 20) and "https://" not in line] == []


def test_no_word_is_lost_in_a_narrow_window() -> None:
    for width in (20, 45, 80):
        message = to_message(FULL, width)
        for cell in (cell for row in FULL.table.rows for cell in row) if FULL.table else ():
            assert all(word in message for word in cell.split())


def test_a_table_is_aligned_and_its_long_cells_are_folded() -> None:
    lines = to_message(FULL, 60).splitlines()
    head = next(line for line in lines if line.endswith("oven") and "kettle  " in line)
    column = head.index("oven")
    assert [line[column:] for line in lines if line.startswith(("What it is", "Time limit"))] == [
        "bakes and roasts with",
        "12 hours",
    ]
    assert " " * len("Time limit  ") + "switches itself off" in lines


def test_a_table_becomes_a_list_in_a_very_narrow_window() -> None:
    assert "Time limit\n  kettle: 5 minutes," in to_message(FULL, 30)


def test_without_colour_a_message_is_plain_text() -> None:
    assert to_message(FULL, 80).replace("\n", "").isprintable()


def test_with_colour_a_message_says_the_same() -> None:
    coloured = to_message(FULL, 80, colour=True)
    assert "\x1b[1mKettle and oven\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == to_message(FULL, 80)


def test_what_could_steer_a_terminal_is_left_out() -> None:
    evil = "a\x1b]0;title\x07b\u202ec\u200bd\x9b2Je\ud800f\tg\u2028h\rX"
    answer = Answer(
        kind="answer",
        lead=evil,
        title=evil,
        points=(evil,),
        caveat=evil,
        as_of=evil,
        table=Table((evil,), ((evil, evil),)),
        sources=(Source(evil, evil, evil, evil, evil),),
        suggestions=(evil,),
    )
    for width in (20, 80):
        assert to_message(answer, width).replace("\n", "").isprintable()


def test_an_empty_answer_is_an_empty_message() -> None:
    assert to_message(Answer(kind="silent")) == ""


def test_wide_characters_count_twice_and_marks_not_at_all() -> None:
    assert [cells(text) for text in ("Küche", "台所", "e\u0301")] == [5, 4, 1]
    assert all(cells(line) <= 10 for line in fold("台所のやかんはとても熱いです。" * 3, 10))


# ---------------------------------------------------------------- the chat, at a keyboard


class Screen:
    """The chat in a pseudo-terminal: type keys, and wait for what should appear."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.leader, follower = pty.openpty()
        termios.tcsetwinsize(follower, (40, 100))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "adapters.cli", "chat", "--knowledge", str(KITCHEN)],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "TERM": "xterm-256color",
                "PROMPT_TOOLKIT_NO_CPR": "1",  # nobody answers where the cursor is
                **environment,
            },
            start_new_session=True,
        )
        os.close(follower)
        self.raw = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.leader)

    def type(self, keys: str) -> None:
        self.raw = ""
        os.write(self.leader, keys.encode())

    def wait(self, text: str, then: str = "") -> None:
        """Read until the text is on the screen, and after it the other; fails with what is there instead."""
        until = time.monotonic() + 10
        while (place := self.seen().find(text)) < 0 or then not in self.seen()[place:]:
            ready, _, _ = select.select([self.leader], [], [], max(until - time.monotonic(), 0))
            assert ready, f"{text!r} and {then!r} are not in {self.seen()!r}"
            try:
                self.raw += os.read(self.leader, 65536).decode(errors="replace")
            except OSError:
                assert text in self.seen(), f"ended without {text!r}: {self.seen()!r}"

    def ask(self, line: str, reply: str) -> None:
        """Type a line, and wait for its reply and the next prompt."""
        self.type(line + "\r")
        self.wait(reply, "\n\n>")

    def seen(self) -> str:
        return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|[=>])", "", self.raw).replace("\r", "")

    def ended(self) -> int:
        return self.process.wait(15)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    with Screen(tmp_path) as screen:
        screen.wait(READY)
        yield screen


def test_the_welcome_says_what_it_knows_and_gives_an_example(tmp_path: Path) -> None:
    with Screen(tmp_path) as screen:
        screen.wait("Ask me about kettles and ovens.\nFor example: How long can the kettle boil?\n/help")


def test_a_question_is_answered_and_control_d_says_goodbye(screen: Screen) -> None:
    screen.ask(KETTLE, "at most 5 minutes")
    assert "\x1b[1mElectric kettle" in screen.raw
    screen.type("\x04")
    screen.wait("Goodbye.")
    assert screen.ended() == 0


def test_the_chat_is_one_conversation(screen: Screen) -> None:
    screen.ask(KETTLE, "at most 5 minutes")
    screen.ask("and the oven?", "at most 12 hours")


def test_control_c_clears_the_line_and_then_leaves(screen: Screen) -> None:
    screen.type("How long can the oven\x03")
    screen.ask(KETTLE, "at most 5 minutes")
    screen.type("\x03")
    screen.wait("Goodbye.")
    assert screen.ended() == 0


@pytest.mark.parametrize("word", ["/quit", "quit", "EXIT"])
def test_a_word_leaves(screen: Screen, word: str) -> None:
    screen.type(f"{word}\r")
    screen.wait("Goodbye.")
    assert screen.ended() == 0


def test_a_question_is_completed_while_it_is_typed(screen: Screen) -> None:
    screen.type("how long can the o")
    screen.wait("How long can the oven run?")
    screen.type(f"{DOWN}\r")
    screen.wait("at most 12 hours")


def test_a_command_is_completed(screen: Screen) -> None:
    screen.type("/to")
    screen.wait("/topics")
    screen.ask("\t", "Time limit, Cleaning")


def test_the_number_of_a_suggestion_asks_it(screen: Screen) -> None:
    screen.ask("/help", "1  How long can the kettle boil?")
    screen.ask("2", "Choose kettle when you want tea.")


def test_explain_is_about_the_last_question_or_the_one_behind_it(screen: Screen) -> None:
    screen.ask("/explain", "Ask something first")
    screen.ask(KETTLE, "at most 5 minutes")
    screen.ask("/explain", "kettle.max-duration")
    screen.ask("/explain how is the oven cleaned?", "oven.cleaning")


def test_an_unknown_command_gets_the_known_ones(screen: Screen) -> None:
    screen.ask("/sing", "There is no /sing here. There are /help, /topics, /explain, /quit.")


def test_what_is_no_question_gets_a_hint(screen: Screen) -> None:
    screen.ask("...", "I see no question in that.")


def test_what_was_typed_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    kept = tmp_path / ".local" / "state" / "compute-bot" / "history"
    with Screen(tmp_path) as screen:
        screen.wait(READY)
        screen.ask(KETTLE, "at most 5 minutes")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with Screen(tmp_path) as screen:
        screen.wait(READY)
        screen.ask(UP, "at most 5 minutes")


def test_a_history_that_cannot_be_kept_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "compute-bot").write_text("in the way")
    with Screen(tmp_path, XDG_STATE_HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path)) as screen:
        screen.wait(READY)
        screen.ask(KETTLE, "at most 5 minutes")


def test_no_color_means_no_colour(tmp_path: Path) -> None:
    with Screen(tmp_path, NO_COLOR="1") as screen:
        screen.wait(READY)
        screen.ask("kettle vs oven", "As of")
        assert re.search(r"\x1b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7]|10[0-7])m", screen.raw) is None
        assert "\x1b[2m" not in screen.raw


@pytest.mark.parametrize("keys", ["\x04", "/quit\n"])
def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines(tmp_path: Path, keys: str) -> None:
    with Screen(tmp_path, TERM="dumb") as screen:
        screen.wait(READY)
        screen.ask("kettle vs oven", "As of 2026-11-01")
        assert "\x1b" not in screen.raw
        screen.type(keys)
        screen.wait("Goodbye.")
        assert screen.ended() == 0


def test_an_interrupt_at_a_plain_prompt_says_goodbye_too(tmp_path: Path) -> None:
    with Screen(tmp_path, TERM="dumb") as screen:
        screen.wait(READY)
        time.sleep(0.3)  # the prompt is printed a moment before it is read
        screen.process.send_signal(signal.SIGINT)
        screen.wait("Goodbye.")
        assert screen.ended() == 0
