"""The owner's commands, called as people call them, on a real SQLite file and the real knowledge."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fake_dynamodb import FakeDynamo

from adapters import owners
from adapters.cli import main
from adapters.owners import gaps
from adapters.store import Count, Counted, Miss, Missed, Store, Vote, open_store
from adapters.store.journal import Journal
from adapters.store.pseudonym import pseudonym
from adapters.store.redact import redact
from bot import Bot, Question

ROOT = Path(__file__).parent.parent
KNOWLEDGE = ROOT / "knowledge"
KEEP = 90 * 86_400.0
TODAY = datetime.now(tz=UTC).date()
COST = ["which cost center do i tag my ec2 with", "ec2 cost centre tag which one", "what cost centr tag do ec2 need"]
QUOTA = ["how do i get more lambda quota in the green sandbox", "who raises the lambda quota of the green sandbox"]
PIPELINE, TURNED = "why is the blue team pipeline red", "blue team pipeline is red why"  # which the bot surely declines

Run = Callable[..., tuple[int, str, str]]


class Filled:
    """A store in a file, and what was put into it."""

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)

    def put(
        self, misses: Sequence[Miss] = (), votes: Sequence[Vote] = (), counts: Mapping[Count, int] | None = None
    ) -> None:
        async def put_(store: Store) -> None:
            for miss in misses:
                await store.write([Missed(miss, KEEP)])
            for vote in votes:
                await store.vote(vote)
            await store.write([Counted(key, number) for key, number in (counts or {}).items()])

        self._with(put_)

    def misses(self) -> list[Miss]:
        found: list[Miss] = []

        async def read(store: Store) -> None:
            found.extend(await store.misses())

        self._with(read)
        return found

    def _with(self, use: Callable[[Store], Awaitable[None]]) -> None:
        async def run_() -> None:
            store = open_store(self.path)
            try:
                await use(store)
            finally:
                await store.close()

        asyncio.run(run_())


@pytest.fixture
def store(tmp_path: Path) -> Filled:
    return Filled(tmp_path / "store.db")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests, so that the knowledge is compiled once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def run(store: Filled, home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `compute-bot …` on the store: its exit code, and what it printed and complained of."""
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("COMPUTE_BOT_STORE", store.path)

    def run_(*arguments: str) -> tuple[int, str, str]:
        code = main(["--knowledge", str(KNOWLEDGE), *arguments])
        return (code, *capfd.readouterr())

    return run_


def missed(text: str, user: str = "slack:U1", *, days: float = 1, kind: str = "abstain", answer: str = "") -> Miss:
    at = time.time() - days * 86_400
    platform = user.partition(":")[0]
    return Miss(at, platform, pseudonym(user), kind, redact(text), "nothing known", "entry ebs-windows-share", answer)


def voted(answer: str, user: str = "slack:U1", *, helpful: bool, subject: str = "lambda", days: float = 0) -> Vote:
    return Vote(time.time() - days * 86_400, user.partition(":")[0], pseudonym(user), answer, helpful, subject)


def count(what: str, subject: str = "lambda", platform: str = "slack", day: date = TODAY) -> Count:
    return Count(day.isoformat(), platform, what, subject)


# ---------------------------------------------------------------- gaps


def test_the_same_question_in_other_words_is_one_gap_and_the_most_asked_comes_first(run: Run, store: Filled) -> None:
    store.put([*(missed(text, f"slack:U{n}") for n, text in enumerate(COST)), missed(PIPELINE, "discord:1")])
    code, out, err = run("gaps", "--all")
    assert (code, err) == (0, "")
    assert out.startswith("2 questions without a good answer, asked 4 times since ")
    assert "   3×  which cost center do i tag my ec2 with\n" in out
    assert "3 people in slack, last on" in out
    assert "declined (nothing known)" in out
    assert "closest: entry ebs-windows-share" in " ".join(out.split())
    assert out.index("cost cent") < out.index(PIPELINE)


def test_the_usual_wording_stands_for_a_gap(run: Run, store: Filled) -> None:
    store.put([missed(QUOTA[0]), missed(QUOTA[1]), missed(f"{QUOTA[1].upper()}??")])
    assert f"   3×  {QUOTA[1].upper()}??" in run("gaps", "--all")[1]


def test_what_has_an_answer_by_now_is_only_counted(run: Run, store: Filled) -> None:
    store.put([missed("how long can lambda run"), missed(PIPELINE)])
    out = run("gaps")[1]
    assert "how long" not in out
    assert "; 1 other answered, or known as another topic, by now" in " ".join(out.split())
    assert "how long can lambda run" in run("gaps", "--all")[1]


def test_what_is_known_as_another_topic_is_no_gap(run: Run, store: Filled) -> None:
    store.put([missed("how is s3 billed")])
    assert run("gaps")[1].startswith("No question without a good answer is kept; 1 other answered, or known as")
    assert "   1×  how is s3 billed" in run("gaps", "--all")[1]


def test_an_answer_that_did_not_help_is_a_gap_until_it_is_another_one(run: Run, store: Filled, the_bot: Bot) -> None:
    text = "how long can lambda run"
    answer = the_bot.ask(Question(text)).id
    store.put([missed(text, kind="unhelpful", answer=answer)])
    assert "not helpful" in run("gaps")[1]
    store.put([missed(text, "slack:U2", kind="unhelpful", answer="what it said before")])
    assert "   1×  how long can lambda run" in run("gaps")[1]


def test_misses_without_text_are_told_by_what_came_closest(run: Run, store: Filled) -> None:
    store.put([missed(""), missed("", "slack:U2")])
    out = run("gaps")[1]
    assert "No question without a good answer is kept." in out
    assert "   2×  closest to entry ebs-windows-share" in out


def test_programs_get_the_gaps_as_json(run: Run, store: Filled) -> None:
    store.put([missed(QUOTA[0]), missed(QUOTA[1], "discord:2", kind="clarify"), missed(PIPELINE)])
    found = json.loads(run("gaps", "--all", "--json", "--top", "1")[1])
    (gap,) = found["gaps"]
    assert gap["times"] == gap["people"] == 2
    assert gap["platforms"] == ["discord", "slack"]
    assert gap["happened"] == {"declined": 1, "asked back": 1}
    assert gap["subjects"] == ["lambda"]
    assert found["settled"] == 0


def test_an_empty_store_is_said_kindly(run: Run, store: Filled) -> None:
    store.put()
    assert run("gaps") == (0, "No question without a good answer is kept.\n", "")
    assert run("gaps", "--yaml") == (0, "# There is no gap to write an entry for.\n", "")
    assert json.loads(run("gaps", "--json")[1]) == {"gaps": [], "without_text": [], "settled": 0, "older": 0}
    assert run("stats")[1].startswith("Nothing was asked since ")
    assert run("export") == (0, "", "")
    assert run("forget", "--before", "2026-01-01") == (0, "0 records are gone.\n", "")


@pytest.mark.parametrize("columns", [80, 140])
def test_lines_fit_the_window(store: Filled, home: Path, capfd: pytest.CaptureFixture[str], columns: int) -> None:
    days = [TODAY - timedelta(days=7 * n) for n in range(12)]
    subjects = ["lambda", "a-subject-with-a-long-name", *(f"s{n}" for n in range(12))]
    counts = {
        count(what, s, p, d): 4321
        for what in ("answer", "clarify", "abstain")
        for s in subjects
        for p in ("slack", "discord")
        for d in days
    }
    long = "what about " + "the sandbox of the green team and " * 12 + "thequestionwithoutaspace" * 9
    store.put([missed(long, days=n) for n in range(3)] + [missed(text) for text in COST], (), counts)
    settings = owners.Settings(store.path, KNOWLEDGE, home, columns)
    for command in ("gaps", "stats"):
        assert owners.main(command, [option for option in ["--all"] if command == "gaps"], settings) == 0
        lines = capfd.readouterr().out.splitlines()
        assert max(map(len, lines)) <= columns
        assert max(map(len, lines)) > columns - 12, "the width is used"
    assert any("█" in line for line in lines)


def test_of_very_many_the_newest_are_put_together(run: Run, store: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "NEWEST", 3)
    store.put([missed(PIPELINE, days=2)] * 2 + [missed(QUOTA[0])] * 3)
    out = " ".join(run("gaps", "--all")[1].split())
    assert "1 question without a good answer, asked 3 times" in out
    assert "2 older ones not looked at" in out


def test_a_table_is_read_as_well(
    home: Path, dynamo: FakeDynamo, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in dynamo.environment.items():
        monkeypatch.setenv(name, value)
    dynamo.make_table("owned")
    table = Filled("dynamodb:owned")
    table.put([missed(PIPELINE)], [voted("a", helpful=True)], {count("abstain"): 1})
    for command, told in (
        ("gaps", PIPELINE),
        ("stats", "100% of 1"),
        ("export", '"number": 1'),
        ("gaps --yaml", "TODO"),
    ):
        assert owners.main(command.split()[0], command.split()[1:], owners.Settings(table.path, KNOWLEDGE, home)) == 0
        assert told in capfd.readouterr().out
    assert owners.main("forget", ["--user", "slack:U1"], owners.Settings(table.path, KNOWLEDGE)) == 0
    assert capfd.readouterr().out == "2 records are gone.\n"
    assert table.misses() == []


# ---------------------------------------------------------------- gaps as stubs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge, for somebody to add to."""
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))


HOSTILE = [
    "why is <@U123> at 10.0.0.1 - {not} answered: \"yes\" & 'no' # [x]: | > \\ %",
    "- a: b",
    "- [ ] ? ! ***",
    "日本語でラムダを使う方法は何ですか、カスタム名",
    "yes",
    "1.5",
    "what is \u2028 the \ufeff blue \ud800 team \x1b[31m doing \x00 now",
    "how long can the sandbox of the blue team be red " * 20,
]


def test_stubs_pass_the_check_of_the_folder_they_are_put_into(run: Run, store: Filled, folder: Path) -> None:
    store.put([missed(text) for text in [*COST, *QUOTA, PIPELINE, *HOSTILE]])
    code, out, err = run("--knowledge", str(folder), "gaps", "--all", "--yaml")
    assert (code, err) == (0, "")
    (folder / "gaps.yaml").write_text(out)
    code, report, _ = run("--knowledge", str(folder), "knowledge", "check", "--json")
    found = json.loads(report)
    assert (code, found["errors"]) == (0, [])
    ours = [one for one in found["warnings"] if one["file"].endswith("gaps.yaml")]
    assert {one["rule"] for one in ours} <= {"unfinished", "same-words"}
    assert len([one for one in ours if one["rule"] == "unfinished"]) == out.count("    asks:")
    assert f'- "{COST[0]}"' in out
    assert "about: [ec2]" in out


def test_stubs_may_be_printed_right_into_the_folder(run: Run, store: Filled, folder: Path) -> None:
    store.put([missed(PIPELINE)])
    (folder / "gaps.yaml").write_text("")  # as a shell begins with > gaps.yaml
    assert run("--knowledge", str(folder), "gaps", "--yaml")[0] == 0


def test_a_stub_that_was_written_closes_its_gap(run: Run, store: Filled, folder: Path) -> None:
    store.put([missed(text) for text in (PIPELINE, TURNED)])
    stub = run("--knowledge", str(folder), "gaps", "--yaml")[1]
    (folder / "gaps.yaml").write_text(stub)
    assert run("--knowledge", str(folder), "gaps")[1].startswith("1 question"), "nobody has written it yet"
    assert re.findall("source: .*TODO", stub), "a source that nobody named is guessed"
    says = "The pipeline of the blue team is red whenever its tests fail."
    written = re.sub("TODO the answer in a sentence.", says, stub).replace("TODO ", "")
    (folder / "gaps.yaml").write_text(written)
    out = " ".join(run("--knowledge", str(folder), "gaps")[1].split())
    assert out == "No question without a good answer is kept; 2 others answered, or known as another topic, by now."
    assert says in run("--knowledge", str(folder), "ask", TURNED)[1]


def test_a_phrasing_that_is_claimed_already_is_left_out_of_the_stubs(run: Run, store: Filled, the_bot: Bot) -> None:
    entry = next(iter(the_bot.knowledge.entries.values()))
    store.put([missed(f"{entry.asks[0]}?")])
    assert run("gaps", "--all", "--yaml")[1] == "# There is no gap to write an entry for.\n"


# ---------------------------------------------------------------- stats


def some_use(store: Filled) -> None:
    before = TODAY - timedelta(days=7)
    store.put(
        votes=[voted("a", helpful=True), voted("b", helpful=True), voted("c", helpful=False, days=7)],
        counts={
            count("answer"): 6,
            count("clarify"): 1,
            count("abstain", ""): 1,
            count("answer", "ecs", "discord", before): 2,
            count("greet", ""): 50,
            count("silent", ""): 50,
            count("answer", day=TODAY - timedelta(days=700)): 99,
        },
    )


def test_rates_are_told_in_all_and_by_platform_subject_and_week(run: Run, store: Filled) -> None:
    some_use(store)
    found = json.loads(run("stats", "--json")[1])
    rates = {"answer_rate": 0.8, "clarify_rate": 0.1, "helpful_rate": 0.6667}
    assert found["all"].items() >= {"questions": 10, "answered": 8, "declined": 1, "votes": 3, **rates}.items()
    assert {name: part["questions"] for name, part in found["platforms"].items()} == {"slack": 8, "discord": 2}
    assert {name: part["questions"] for name, part in found["subjects"].items()} == {"lambda": 7, "ecs": 2, "(none)": 1}
    assert [part["questions"] for part in found["weeks"].values()] == [*[0] * 10, 2, 8]
    assert found["subjects"]["ecs"]["helpful_rate"] is None


def test_the_table_tells_the_same(run: Run, store: Filled) -> None:
    some_use(store)
    code, out, err = run("stats")
    assert (code, err) == (0, "")
    table = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line}
    assert table["all"] == ["10", "80%", "10%", "10%", "67%", "of", "3"]
    assert table["slack"][:-1] == ["8", "75%", "12%", "12%", "67%", "of", "3"]
    assert table["ecs"][:5] == ["2", "100%", "0%", "0%", "–"]


def test_weeks_can_be_chosen(run: Run, store: Filled) -> None:
    some_use(store)
    assert json.loads(run("stats", "--weeks", "1", "--json")[1])["all"]["questions"] == 8
    assert json.loads(run("stats", "--weeks", "104", "--json")[1])["all"]["questions"] == 109


def test_a_bar_is_as_long_as_its_share(run: Run, store: Filled) -> None:
    store.put(counts={count("answer", "most"): 100, count("answer", "half"): 25, count("abstain", "half"): 25})
    bars = {line.split()[0]: line.split()[-1] for line in run("stats")[1].splitlines() if "█" in line and "%" in line}
    assert bars["most"] == "█" * len(bars["most"])
    assert len(bars["half"]) == len(bars["most"]) // 2
    assert abs(bars["half"].count("█") - bars["half"].count("░")) <= 1


def test_the_picture_is_sound_and_shows_the_figures(run: Run, store: Filled, tmp_path: Path) -> None:
    some_use(store)
    store.put(counts={count("answer", "<script>&\x1b\ud800"): 3})
    file = tmp_path / "use.svg"
    assert run("stats", "--picture", str(file)) == (0, f"{file} shows 13 questions.\n", "")
    root = ET.parse(file).getroot()  # noqa: S314 - our own
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"13", "85%", "8%", "67%", "lambda", "slack", "discord", "(none)", "of 3 votes"} <= set(texts)
    assert any((text or "").startswith("<script>&") for text in texts)
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, wide, tall = (float(box.get(name, -1)) for name in ("x", "y", "width", "height"))
        assert min(x, y, wide, tall) >= 0
        assert x + wide <= width
        assert y + tall <= height


def test_the_picture_of_an_unused_bot_is_drawn_all_the_same(run: Run, store: Filled, tmp_path: Path) -> None:
    store.put()
    assert run("stats", "--picture", str(tmp_path / "use.svg"))[0] == 0
    ET.parse(tmp_path / "use.svg")  # noqa: S314


def test_the_picture_is_drawn_as_png(run: Run, store: Filled, tmp_path: Path) -> None:
    some_use(store)
    file = tmp_path / "use.PNG"
    assert run("stats", "--picture", str(file))[0] == 0
    data = file.read_bytes()
    assert data.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(data[16:20]) == 1920, "twice as sharp"


# ---------------------------------------------------------------- export and forget


def test_everything_is_exported_as_json_lines(run: Run, store: Filled) -> None:
    miss, vote = missed("mail jane@example.org 日本"), voted("a", helpful=True)
    store.put([miss], [vote], {count("answer"): 6})
    code, out, err = run("export")
    assert (code, err) == (0, "")
    assert out.isascii()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"record": "miss", **miss._asdict()},
        {"record": "vote", **vote._asdict()},
        {"record": "count", **count("answer")._asdict(), "number": 6},
    ]
    assert "jane" not in out


def test_a_person_is_forgotten_by_the_id_that_people_see(run: Run, store: Filled) -> None:
    store.put([missed(PIPELINE), missed(QUOTA[0], "discord:1")], [voted("a", helpful=True)], {count("answer"): 6})
    assert run("forget", "--user", "slack:U1") == (0, "2 records are gone.\n", "")
    assert [miss.platform for miss in store.misses()] == ["discord"]
    assert run("forget", "--user", "slack:U1")[1] == "0 records are gone.\n"
    assert '"number": 6' in run("export")[1], "a count is nobody's"


def test_what_is_older_than_a_day_is_forgotten(run: Run, store: Filled) -> None:
    store.put([missed(PIPELINE, days=40), missed(PIPELINE, "slack:U2", days=40), missed(QUOTA[0])])
    day = (TODAY - timedelta(days=30)).isoformat()
    assert run("forget", "--user", "slack:U2", "--before", day)[1] == "1 record is gone.\n"
    assert run("forget", "--before", day)[1] == "1 record is gone.\n"
    assert len(store.misses()) == 1


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["forget"], "--user slack:U123"),
        (["forget", "--user", "U123"], "write slack:U123 or discord:123"),
        (["forget", "--user", ""], "write slack:U123 or discord:123"),
        (["forget", "--before", "31.1.2026"], "write it like 2026-01-31"),
        (["gaps", "--json", "--yaml"], "not both"),
        (["gaps", "--top", "x"], "--top"),
        (["gaps", "all"], "unrecognized arguments: all"),
        (["stats", "--weeks", "0"], "write 1 to 520"),
        (["stats", "--picture", "use.gif"], ".svg or .png"),
        (["stats", "--picture", "no/such/folder/use.svg"], "no/such/folder"),
        (["stats", "--store", "memory"], "ends with its process"),
        (["export", "--store", "no/such.db"], "there is no store at no/such.db yet"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(run: Run, store: Filled, arguments: list[str], complaint: str) -> None:
    store.put()
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert complaint in err
    assert len(err.splitlines()) == 1


def test_asking_for_a_store_that_is_not_there_makes_none(run: Run, store: Filled) -> None:
    assert run("stats")[0] == 2
    assert not Path(store.path).exists()


def test_a_file_that_is_no_store_is_told(run: Run, store: Filled) -> None:
    Path(store.path).write_text("no store " * 1000)
    code, out, err = run("stats")
    assert (code, out) == (2, "")
    assert store.path in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", owners.SUMMARIES)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert owners.SUMMARIES[command] in " ".join(out.split())
    assert f"compute-bot {command}" in run("--help")[1]


def test_the_command_is_the_one_that_is_installed(store: Filled, home: Path) -> None:
    store.put([missed(PIPELINE)])
    command = [sys.executable, "-m", "adapters.cli", "gaps", "--store", store.path]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "COMPUTE_BOT_STORE": "memory"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert PIPELINE in done.stdout


# ---------------------------------------------------------------- together with the journal of the chats


def test_what_a_chat_notes_is_told_and_forgotten(run: Run, store: Filled, the_bot: Bot) -> None:
    async def chat() -> None:
        kept = open_store(store.path)
        journal = Journal(kept, "slack", redact)
        for user, text in (("U1", PIPELINE), ("U2", f"{TURNED}, jane@example.org?"), ("U1", "how long can lambda run")):
            question = Question(text, f"conversation of {user}", time.time())
            answer = the_bot.ask(question)
            journal.answered(the_bot, question, answer, user)
        assert await journal.feedback(answer.id, "U1", helpful=False)
        await journal.finish(10)
        await kept.close()

    asyncio.run(chat())
    out = " ".join(run("gaps")[1].split())
    assert "2× blue team pipeline is red why, [e-mail]?" in out
    assert "1× how long can lambda run" in out
    assert "not helpful" in out
    assert json.loads(run("stats", "--json")[1])["all"]["questions"] == 3
    assert "jane" not in run("export")[1]
    assert run("forget", "--user", "slack:U1")[1] == "3 records are gone.\n"
    assert json.loads(run("gaps", "--json")[1])["gaps"][0]["times"] == 1
