"""How fast it is: one answer in process, `compute-bot ask` from start to end, and the loading of the knowledge.

Run it with `make bench` on a machine that has nothing else to do; it is no test, and nothing fails.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml

from bot import Bot, Question
from bot.bot import REPEATED

ROOT = Path(__file__).parent.parent
KNOWLEDGE = ROOT / "knowledge"
ROUNDS = 5  # times that every question is asked
STARTS = 40  # times that a process is started
LOADS = 5  # times that the knowledge is loaded


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        rows = [*loading(Path(cache)), *answering(Path(cache)), *starting(cache)]
    widest = max(len(name) for name, _, _ in rows)
    for name, figure, aim in rows:
        print(f"{name:<{widest}}  {figure:>10}  {aim}".rstrip())


def loading(cache: Path) -> list[tuple[str, str, str]]:
    cold = min(seconds(lambda: Bot.open(KNOWLEDGE)) for _ in range(LOADS))
    Bot.open(KNOWLEDGE, cache)
    warm = min(seconds(lambda: Bot.open(KNOWLEDGE, cache)) for _ in range(LOADS))
    return [("knowledge read and checked", ms(cold), ""), ("knowledge from the cache", ms(warm), "")]


def answering(cache: Path) -> list[tuple[str, str, str]]:
    bot = Bot.open(KNOWLEDGE, cache)
    asked = questions()
    assert len(asked) > REPEATED, "or the bot would only say again what it has just said"
    for text in asked:
        bot.ask(Question(text))
    took = sorted(seconds(partial(bot.ask, Question(text))) for _ in range(ROUNDS) for text in asked)
    p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
    return [
        (f"one answer, p50 of {len(asked)} questions", ms(p50), "at most 0.7 ms"),
        ("one answer, p99", ms(p99), "at most 3 ms"),
        ("one answer, slowest", ms(took[-1]), ""),
    ]


def starting(cache: str) -> list[tuple[str, str, str]]:
    """Both processes in turns, so that whatever else the machine does slows both."""
    command = Path(sys.executable).with_name("compute-bot")
    environment = os.environ | {"XDG_CACHE_HOME": cache}
    nothing, asking = [], []
    for _ in range(STARTS):
        nothing.append(seconds(lambda: run([sys.executable, "-c", "pass"], environment)))
        asking.append(seconds(lambda: run([str(command), "ask", "how long can lambda run?"], environment)))
    pause, whole = statistics.median(nothing), statistics.median(asking)
    return [
        ("python -c pass", ms(pause), ""),
        ("compute-bot ask", ms(whole), ""),
        ("compute-bot ask, in python -c pass", f"{whole / pause:.1f} ×", "at most 6 ×"),
    ]


def questions() -> list[str]:
    """Every message of the project's own questions, known and to be declined."""
    data = yaml.safe_load((ROOT / "tests" / "questions.yaml").read_text("utf-8"))
    listed = [*data["known"], *data["declined"]]
    return [item if isinstance(item, str) else item["ask"] for item in listed]


def run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ms(taken: float) -> str:
    return f"{1e3 * taken:.2f} ms"


if __name__ == "__main__":
    main()
