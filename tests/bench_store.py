"""What the store costs: what an answer waits for, how many votes and events it takes, and what an answer leaves behind.

Run it with `make bench-store`; it is no test, and nothing fails. The disk decides about votes, which are on it when
they are acknowledged.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from adapters.store import open_store
from adapters.store.journal import Journal
from adapters.store.redact import redact
from bot import Bot, Question

ROOT = Path(__file__).parent.parent
ASKED = ("How long can a Lambda function run?", "Lambda vs Fargate?", "what is ecr", "is fargate cheaper than ec2?")
ANSWERS = 4_000
VOTES, ABREAST = 10_000, 64


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"{folder}/store.db")
        bot = Bot.open(ROOT / "knowledge")
        journal = Journal(store, "slack", redact)
        rows = [*await answering(bot, journal), *await voting(journal)]
        await journal.finish(10)
        await store.close()
    for name, figure, aim in rows:
        print(f"{name:<54} {figure:>10}  {aim}".rstrip())


async def answering(bot: Bot, journal: Journal) -> list[tuple[str, str, str]]:
    """Answer as a desk does, 16 conversations in turn, and clock each step."""
    before: list[float] = []
    asking: list[float] = []
    after: list[float] = []
    for number in range(ANSWERS):
        question = Question(ASKED[number % 4], f"talk {number % 16}", time.time())
        began = time.perf_counter()
        await journal.first(str(number))
        await journal.recall(bot, question.conversation)
        recalled = time.perf_counter()
        answer = bot.ask(question)
        answered = time.perf_counter()
        journal.answered(bot, question, answer, "ann")
        before.append(recalled - began)
        asking.append(answered - recalled)
        after.append(time.perf_counter() - answered)
    return [
        ("waited for the store before an answer, p50", ms(statistics.median(before)), "at most 1 ms"),
        ("likewise, p99", ms(sorted(before)[ANSWERS * 99 // 100]), ""),
        ("the answer itself, p50", ms(statistics.median(asking)), ""),
        ("noted after the reply, p50", ms(statistics.median(after)), ""),
    ]


async def voting(journal: Journal) -> list[tuple[str, str, str]]:
    async def vote(number: int) -> None:
        assert await journal.feedback(f"answer {number}", "ann", helpful=True)

    alone = []
    for number in range(300):
        began = time.perf_counter()
        await vote(-number)
        alone.append(time.perf_counter() - began)
    began, waiting = time.perf_counter(), iter(range(VOTES))

    async def lane() -> None:
        for number in waiting:
            await vote(number)

    await asyncio.gather(*(lane() for _ in range(ABREAST)))
    together = time.perf_counter() - began
    return [
        ("one vote, durable, p50", ms(statistics.median(alone)), ""),
        (f"{VOTES} votes, {ABREAST} at once, durable", f"{together:.2f} s", ""),
    ]


def ms(seconds: float) -> str:
    return f"{1000 * seconds:.3f} ms"


if __name__ == "__main__":
    asyncio.run(main())
