"""A running bot takes changed knowledge and keeps its conversations; it keeps what it knew if an edit is broken."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters import reload
from adapters.reload import Reloader, renew
from bot import KnowledgeError, Question

ROOT = Path(__file__).parent.parent
KETTLE = "How long can the kettle boil?"


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "kitchen"
    place.mkdir()
    (place / "kitchen.yaml").write_text((ROOT / "tests" / "kitchen" / "kitchen.yaml").read_text())
    return place


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reloader(folder: Path, tmp_path: Path, clock: Clock) -> Reloader:
    return Reloader(folder, tmp_path / "cache", clock)


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "kitchen.yaml"
    text = file.read_text()
    assert old in text
    temporary = file.with_name(".kitchen.new")
    temporary.write_text(text.replace(old, new))
    temporary.replace(file)


def said(reloader: Reloader, text: str, conversation: str = "", at: float = 0.0) -> str:
    return reloader.bot.ask(Question(text, conversation, at)).text


# ---------------------------------------------------------------- when it changes


def test_changed_knowledge_is_taken_at_the_next_look(reloader: Reloader, folder: Path, clock: Clock) -> None:
    assert "at most 5 minutes" in said(reloader, KETTLE)
    edit(folder, "at most 5 minutes", "at most 7 minutes")
    assert "at most 5 minutes" in said(reloader, KETTLE)
    clock.now += 1
    assert reloader.poll() == ()
    assert "at most 7 minutes" in said(reloader, KETTLE)


def test_nobody_looks_more_than_once_a_second(reloader: Reloader, folder: Path, clock: Clock) -> None:
    clock.now += 5
    reloader.poll()
    edit(folder, "at most 5 minutes", "at most 7 minutes")
    for _ in range(9):
        clock.now += 0.1
        reloader.poll()
        assert "at most 5 minutes" in said(reloader, KETTLE)
    clock.now += 0.2
    reloader.poll()
    assert "at most 7 minutes" in said(reloader, KETTLE)


def test_unchanged_knowledge_keeps_the_same_bot(reloader: Reloader, clock: Clock) -> None:
    before = reloader.bot
    clock.now += 10
    assert reloader.poll() == ()
    assert reloader.bot is before


def test_a_new_file_and_a_lost_file_are_changes(reloader: Reloader, folder: Path, clock: Clock) -> None:
    text = """\
subjects:
  pan: {name: Frying pan, short: pan, names: [pan]}
facts:
  pan:
    what-is: {says: 'The pan fries.', source: manual, as_of: 2026-11-01}
"""
    (folder / "pan.yaml").write_text(text)
    clock.now += 1
    assert reloader.poll() == ()
    assert "The pan fries." in said(reloader, "what is a pan?")
    (folder / "pan.yaml").unlink()
    clock.now += 1
    assert reloader.poll() == ()
    assert "The pan fries." not in said(reloader, "what is a pan?")


# ---------------------------------------------------------------- when it breaks


def test_a_broken_edit_keeps_the_old_knowledge_and_is_told_once(reloader: Reloader, folder: Path, clock: Clock) -> None:
    edit(folder, "max: 5 min", "max: five")
    clock.now += 1
    problems = reloader.poll()
    assert ["'five' is not a quantity" in problem.what for problem in problems] == [True]
    line = (folder / "kitchen.yaml").read_text().split("max: five")[0].count("\n") + 1
    assert (problems[0].line, problems[0].column) == (line, 12)
    for _ in range(3):
        clock.now += 1
        assert reloader.poll() == ()
    assert "at most 5 minutes" in said(reloader, KETTLE)
    edit(folder, "max: five", "max: 6 min")
    edit(folder, "at most 5 minutes", "at most 6 minutes")
    clock.now += 1
    assert reloader.poll() == ()
    assert "at most 6 minutes" in said(reloader, KETTLE)


def test_a_folder_that_is_gone_keeps_the_old_knowledge(reloader: Reloader, folder: Path, clock: Clock) -> None:
    folder.rename(folder.with_name("away"))
    clock.now += 1
    assert reloader.poll()
    assert "at most 5 minutes" in said(reloader, KETTLE)


def test_what_was_never_sound_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError):
        Reloader(tmp_path)


# ---------------------------------------------------------------- conversations


def test_a_conversation_goes_on_with_the_new_knowledge(reloader: Reloader, folder: Path) -> None:
    said(reloader, KETTLE, "a", 0)
    edit(folder, "at most 12 hours", "at most 13 hours")
    assert reloader.reload() == ()
    assert "at most 13 hours" in said(reloader, "and the oven?", "a", 20)


@pytest.mark.parametrize(
    "follow", ["and the oven?", "why?", "tell me more", "how is it cleaned?", "the second one", "are you sure?"]
)
def test_a_conversation_about_something_that_is_gone_starts_anew(reloader: Reloader, folder: Path, follow: str) -> None:
    said(reloader, "kettle vs oven", "a", 0)
    said(reloader, KETTLE, "b", 0)
    for old, new in (
        ("kettle:", "samovar:"),
        ("[kettle,", "[samovar,"),
        ("kettle-oven", "samovar-oven"),
        ("max-duration", "run-time"),
        ("manual", "handbook"),
    ):
        edit(folder, old, new)
    assert reloader.reload() == ()
    for conversation in ("a", "b"):
        assert reloader.bot.ask(Question(follow, conversation, 20)).kind


# ---------------------------------------------------------------- a signal, and the chat


def test_a_signal_handler_may_reload(reloader: Reloader, folder: Path) -> None:
    edit(folder, "at most 5 minutes", "at most 7 minutes")
    before = signal.signal(signal.SIGUSR1, lambda *_: reloader.reload() and None)
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        until = time.monotonic() + 5
        while "at most 7 minutes" not in said(reloader, KETTLE):
            assert time.monotonic() < until
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_reload_within_a_reload_is_not_undone(
    reloader: Reloader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal may arrive while a reload is under way: the later one knows more, and it stays."""
    edit(folder, "at most 5 minutes", "at most 6 minutes")
    opened, inner = type(reloader.bot).open, iter([True])

    def interrupted(*arguments: object, **named: object) -> object:
        bot = opened(*arguments, **named)  # type: ignore[arg-type]
        if next(inner, False):
            edit(folder, "at most 6 minutes", "at most 7 minutes")
            assert reloader.reload() == ()
        return bot

    monkeypatch.setattr(type(reloader.bot), "open", interrupted)
    assert reloader.reload() == ()
    assert "at most 7 minutes" in said(reloader, KETTLE)


@pytest.fixture
def chat(folder: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "-m", "adapters.cli", "chat", "--knowledge", str(folder)]
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, text=True) as process:
        yield process
        process.kill()


def ask(chat: subprocess.Popen[str], text: str) -> str:
    """The first two lines of the reply, which ends with an empty line."""
    assert chat.stdin
    assert chat.stdout
    chat.stdin.write(f"{text}\n")
    chat.stdin.flush()
    lines = list(iter(chat.stdout.readline, "\n"))
    return "".join(lines)


def test_a_running_chat_notices_changed_and_broken_knowledge(chat: subprocess.Popen[str], folder: Path) -> None:
    assert "at most 5 minutes" in ask(chat, KETTLE)
    time.sleep(1.1)
    edit(folder, "at most 5 minutes", "at most 7 minutes")
    assert "at most 7 minutes" in ask(chat, KETTLE)
    time.sleep(1.1)
    edit(folder, "max: 5 min", "max: five")
    assert "at most 7 minutes" in ask(chat, KETTLE)
    assert "at most 7 minutes" in ask(chat, KETTLE)
    _, complained = chat.communicate(timeout=20)
    assert complained.count("'five' is not a quantity") == 1
    assert complained.count("I go on with the old one") == 1
    assert "Traceback" not in complained


def test_a_bot_that_is_out_of_use_is_let_go_of(folder: Path) -> None:
    reloader = Reloader(folder)
    old, used = weakref.ref(reloader.bot), [reloader.bot]
    asyncio.run(renew(reloader, reloader.reload, lambda bot: used.__setitem__(0, bot)))
    assert old() is None


READS_AGAIN = """
import sys
from adapters.reload import Reloader
reloader = Reloader(*sys.argv[1:])
sys.modules.pop("yaml", None)
open(f"{sys.argv[1]}/more.yaml", "w").write(sys.stdin.read())
problems = reloader.reload()
assert "yaml" not in sys.modules, "it was read here"
print(*problems, "pan" in reloader.bot.knowledge.subjects)
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("subjects: {pan: {name: Pan, short: pan, names: [pan]}}", "True\n"),
        ("subjects: {pan: {name: Pan}}", "'pan' lacks 'short'"),
        ("subjects: [", "this is not valid YAML"),
    ],
)
def test_a_server_does_not_read_changed_knowledge_in_its_own_process(
    folder: Path, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "file").touch()
    for cache in (tmp_path / "cache", tmp_path / "file" / "read-only"):
        command = [sys.executable, "-c", READS_AGAIN, str(folder), str(cache)]
        environment = {"TMPDIR": str(tmp_path)}
        done = subprocess.run(command, input=text, env=environment, capture_output=True, text=True, check=False)
        assert (said in done.stdout, done.stderr) == (True, "")
        assert not list(tmp_path.glob("compute-bot-*")), "what it was handed over in is left"
        (folder / "more.yaml").unlink()


def test_where_nothing_can_be_written_changed_knowledge_is_taken_all_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    monkeypatch.setattr(reload, "SHARED_MEMORY", str(tmp_path / "file"))
    reloader = Reloader(folder, tmp_path / "file" / "cache")
    edit(folder, "at most 5 minutes", "at most 7 minutes")
    assert reloader.reload() == ()
    assert "at most 7 minutes" in said(reloader, KETTLE)
    edit(folder, "max: 5 min", "max: five")
    assert ["'five' is not a quantity" in problem.what for problem in reloader.reload()] == [True]


def test_without_another_process_changed_knowledge_is_taken_all_the_same(
    reloader: Reloader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(folder / "no-python"))
    edit(folder, "at most 5 minutes", "at most 7 minutes")
    assert reloader.reload() == ()
    assert "at most 7 minutes" in said(reloader, KETTLE)
