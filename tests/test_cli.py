"""The command, run as people and programs run it: a process of its own, on a small kitchen's knowledge."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

KITCHEN = Path(__file__).parent / "kitchen"
COMMAND = [sys.executable, "-m", "adapters.cli"]
KETTLE = "How long can the kettle boil?"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "COMPUTE_BOT_KNOWLEDGE": str(KITCHEN)}


def run(
    environment: dict[str, str], *arguments: str | bytes, stdin: bytes = b"", python: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    command = [COMMAND[0], *python, *COMMAND[1:], *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, env=environment, timeout=60, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def batch(environment: dict[str, str], *lines: bytes) -> list[dict[str, object]]:
    done = run(environment, "batch", stdin=b"\n".join(lines))
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def asked(text: str, conversation: str = "", at: float = 0) -> bytes:
    return json.dumps({"text": text, "conversation": conversation, "at": at}).encode()


# ---------------------------------------------------------------- ask


def test_a_question_is_answered_with_its_source(environment: dict[str, str]) -> None:
    done = run(environment, "ask", KETTLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "at most 5 minutes" in done.stdout
    assert "https://kitchen.example/manual/" in done.stdout


def test_a_question_needs_no_quotes(environment: dict[str, str]) -> None:
    assert run(environment, "ask", *KETTLE.split()).stdout == run(environment, "ask", KETTLE).stdout


def test_a_question_can_come_from_standard_input(environment: dict[str, str]) -> None:
    assert run(environment, "ask", "-", stdin=KETTLE.encode()).stdout == run(environment, "ask", KETTLE).stdout


def test_a_question_that_is_declined_exits_with_1(environment: dict[str, str]) -> None:
    done = run(environment, "ask", "How do I prune roses in the garden?")
    assert done.returncode == 1
    assert "kettles and ovens" in done.stdout


def test_json_has_every_part_of_the_answer(environment: dict[str, str]) -> None:
    done = run(environment, "ask", "kettle vs oven", "--json")
    answer = json.loads(done.stdout)
    assert set(answer) == {
        *("kind", "text", "title", "lead", "points", "table", "caveat"),
        *("sources", "as_of", "suggestions", "id"),
    }
    assert answer["kind"] == "answer"
    assert set(answer["table"]["columns"]) == {"kettle", "oven"}
    assert answer["sources"][0]["title"] == "Kitchen manual"


def test_explain_says_how_the_question_was_read(environment: dict[str, str]) -> None:
    done = run(environment, "ask", "--explain", KETTLE)
    assert "at most 5 minutes" in done.stdout
    assert "max-duration" in done.stdout
    assert "max-duration" in json.dumps(
        json.loads(run(environment, "ask", "--explain", "--json", KETTLE).stdout)["explanation"]
    )


@pytest.mark.parametrize(
    "question", [b"", b" ", b"\x1b[31mkettle\x07", b"kettle \xff\xfe", "\u202ekettle\u200b".encode()]
)
@pytest.mark.parametrize("way", ["argument", "standard input"])
def test_nothing_that_is_asked_can_steer_the_terminal(environment: dict[str, str], question: bytes, way: str) -> None:
    done = run(environment, "ask", question) if way == "argument" else run(environment, "ask", "-", stdin=question)
    assert done.returncode in {0, 1}
    assert done.stderr == ""
    assert done.stdout.replace("\n", "").isprintable()


def test_the_folder_may_be_named_before_and_after_the_command(environment: dict[str, str]) -> None:
    environment["COMPUTE_BOT_KNOWLEDGE"] = "/nowhere"
    for arguments in (["--knowledge", str(KITCHEN), "ask", KETTLE], ["ask", KETTLE, "--knowledge", str(KITCHEN)]):
        assert "5 minutes" in run(environment, *arguments).stdout


def test_a_user_without_home_or_cache_gets_answers_too(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in ("", "/proc/nowhere", str(tmp_path / "file")):
        done = run(environment | {"HOME": home}, "ask", KETTLE)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_question_from_the_shell_waits_for_nothing_it_does_not_need(environment: dict[str, str]) -> None:
    run(environment, "ask", KETTLE)
    loaded = run(environment, "ask", KETTLE, python=("-X", "importtime")).stderr
    for module in ("argparse", "asyncio", "prompt_toolkit", "yaml", "importlib.metadata"):
        assert module not in loaded.replace("importlib.resources", "").split()


# ---------------------------------------------------------------- the other commands


def test_topics_lists_what_can_be_asked(environment: dict[str, str]) -> None:
    assert "Electric kettle\n  What it is, Time limit, Cleaning\n" in run(environment, "topics").stdout
    listed = json.loads(run(environment, "topics", "--json").stdout)
    assert listed[0] == {"subject": "Electric kettle", "aspects": ["What it is", "Time limit", "Cleaning"]}


def test_help_names_every_command(environment: dict[str, str]) -> None:
    done = run(environment, "--help")
    assert done.returncode == 0
    for word in ("chat", "ask", "topics", "batch", "--knowledge", "NO_COLOR", "Exit codes"):
        assert word in done.stdout


def test_version_is_that_of_the_project(environment: dict[str, str]) -> None:
    version = run(environment, "--version").stdout
    assert version.split()[1] in Path(__file__).parent.with_name("pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["ask"], "ask needs a question"),
        (["sing"], "there is no command 'sing'"),
        (["topics", "lambda"], "topics takes no words"),
        (["topics", "--explain"], "topics has no --explain"),
        (["batch", "--json"], "batch has no --json"),
        (["ask", "--loud", "x"], "--loud"),
        (["--knowledge"], "--knowledge"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_wrong(
    environment: dict[str, str], arguments: list[str], what: str
) -> None:
    done = run(environment, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert what in done.stderr
    assert done.stderr.endswith("; see compute-bot --help\n")
    assert done.stderr.count("\n") == 1


def test_a_conversation_can_come_through_a_pipe(environment: dict[str, str]) -> None:
    done = run(environment, stdin=f"{KETTLE}\nkettle vs oven\n\n/topics\n".encode())
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout.index("at most 5 minutes") < done.stdout.index("to brown") < done.stdout.index("Convection oven\n")
    )
    assert "\x1b" not in done.stdout
    assert "Goodbye" not in done.stdout


@pytest.mark.parametrize(
    ("command", "library", "extras"),
    [
        ("slack", "slack_sdk", "slack"),
        ("discord", "discord", "discord"),
        ("serve", "aiohttp", "serve,discord"),
    ],
)
def test_a_library_that_is_not_installed_is_named_with_its_remedy(
    environment: dict[str, str], tmp_path: Path, command: str, library: str, extras: str
) -> None:
    (tmp_path / f"{library}.py").write_text(f"raise ModuleNotFoundError('No module named it', name={library!r})\n")
    done = run(environment | {"PYTHONPATH": str(tmp_path), "DISCORD_TOKEN": "x"}, command)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"compute-bot {command} needs {library}: in its folder, pip install '.[{extras}]' brings it\n"
    )


def test_importing_the_module_that_starts_it_starts_nothing(environment: dict[str, str]) -> None:
    done = run(environment, python=("-c", "import adapters.cli.__main__; print('went on')"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "went on\n", "")


# ---------------------------------------------------------------- broken knowledge


@pytest.mark.parametrize("command", [["ask", KETTLE], ["topics"], ["batch"], ["chat"]])
def test_every_problem_of_broken_knowledge_is_listed(
    environment: dict[str, str], tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "good.yaml").write_text((KITCHEN / "kitchen.yaml").read_text())
    (tmp_path / "bad.yaml").write_text("facts:\n  kettle:\n    colour: {says: The kettle is red.}\nsongs: []\n")
    done = run(environment, *command, "--knowledge", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    *problems, count = done.stderr.splitlines()
    assert any("bad.yaml:4:1: " in problem for problem in problems)
    assert any("bad.yaml:3:5: " in problem for problem in problems)
    assert count == f"The knowledge has {len(problems)} problems; nothing was started."


@pytest.mark.parametrize("content", [None, b"facts: [", b"\xff\xfe", b"a: &a [*a]", b"!!python/object:os.system {}"])
def test_knowledge_that_is_none_exits_with_2(
    environment: dict[str, str], tmp_path: Path, content: bytes | None
) -> None:
    folder = tmp_path / "knowledge"
    if content is not None:
        folder.mkdir()
        (folder / "bad.yaml").write_bytes(content)
    done = run(environment, "ask", KETTLE, "--knowledge", str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("The knowledge has ")
    assert "Traceback" not in done.stderr


# ---------------------------------------------------------------- batch


def test_batch_answers_each_line_in_order(environment: dict[str, str]) -> None:
    replies = batch(environment, asked(KETTLE), asked("How do roses grow?"), asked("How is the oven cleaned?"))
    assert [reply["kind"] for reply in replies] == ["answer", "abstain", "answer"]
    assert "5 minutes" in str(replies[0]["text"])
    assert "500 degrees" in str(replies[2]["text"])


def test_batch_keeps_conversations_apart_and_forgets_them_in_time(environment: dict[str, str]) -> None:
    follow = "and the oven?"
    lines = (
        asked(KETTLE, "a"),
        asked(follow, "a", 20),
        asked(follow, "b", 20),
        asked(KETTLE, "c"),
        asked(follow, "c", 9e5),
    )
    replies = batch(environment, *lines)
    assert ["12 hours" in str(reply["text"]) for reply in replies] == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"", "not a JSON object"),
        (b"{bad", "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"[" * 100_000, "not a JSON object"),
        (b"1" * 5_000, "not a JSON object"),
        (b"{}", '"text"'),
        (b'{"text": 1}', '"text"'),
        (b'{"text": null}', '"text"'),
        (b'{"text": "x", "conversation": 1}', '"conversation"'),
        (b'{"text": "x", "at": "now"}', '"at"'),
        (b'{"text": "x", "at": true}', '"at"'),
        (b'{"text": "x", "at": NaN}', '"at"'),
        (b'{"text": "x", "at": 1e999}', '"at"'),
        (b'{"text": "\xff"}', "not UTF-8 at byte 11"),
    ],
)
def test_batch_says_what_is_wrong_with_a_line_and_goes_on(environment: dict[str, str], line: bytes, what: str) -> None:
    before, wrong, after = batch(environment, asked(KETTLE), line, asked(KETTLE))
    assert before == after
    assert str(wrong["error"]).startswith("line 2: ")
    assert what in str(wrong["error"])
    assert (wrong["kind"], wrong["text"]) == ("abstain", "")


def test_batch_survives_ten_megabytes(environment: dict[str, str]) -> None:
    long, words, after = batch(environment, asked("x" * 10_000_000), asked("kettle " * 1_500_000), asked(KETTLE))
    assert {"kind", "text"} <= set(long) & set(words)
    assert after["kind"] == "answer"


def test_batch_takes_any_characters_and_answers_in_ascii(environment: dict[str, str]) -> None:
    strange = r'{"text": "kettle \ud800 \u0000 \u202e"}'
    done = run(environment, "batch", stdin=b"\xef\xbb\xbf" + strange.encode() + b"\r\n")
    assert json.loads(done.stdout)["kind"]
    assert done.stdout.isascii()


def test_batch_answers_before_it_is_asked_again(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [*COMMAND, "batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(3):
            process.stdin.write(asked(KETTLE) + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["kind"] == "answer"
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_reader_that_has_seen_enough_ends_it_quietly(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, "batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout
    process.stdout.close()
    process.stdout = None
    _, errors = process.communicate((asked(KETTLE) + b"\n") * 100, timeout=30)
    assert (process.returncode, errors) == (0, b"")


def test_an_interrupt_ends_it_quietly(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [*COMMAND, "batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(asked(KETTLE) + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["ask", KETTLE], ["batch"], ["topics"], ["--help"]])
def test_a_full_disk_is_told_in_a_line(environment: dict[str, str], arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments],
            input=asked(KETTLE),
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=30,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"compute-bot: ")
    assert done.stderr.count(b"\n") == 1
