"""One of several processes on one store, for `test_store_processes`: takes events, or feedback, and says what it did.

Each line of standard output is the number of an event that it was the first to have, or of a vote that is kept.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Awaitable, Callable, Iterable

from adapters.store import journal as journal_room
from adapters.store import open_store
from adapters.store.journal import Journal

WORKERS = 8


async def main(what: str, place: str, worker: int, number: int, abreast: int) -> None:
    journal_room.PATIENCE = 5.0  # this is about being the only one, however busy the machine is
    store = open_store(place)
    journal = Journal(store, "slack", str)

    async def take(event: int) -> bool:
        return await journal.first(str(event))

    async def vote(answer: int) -> bool:
        return await journal.feedback(f"answer {answer}", "ann", helpful=answer % 2 == 0)

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    if what == "take":
        await each(delivered(number, worker), take, abreast)
    else:
        await each(range(number), vote, abreast)
    await store.close()


def delivered(number: int, worker: int) -> list[int]:
    """The events that reach this worker: every event reaches two."""
    chance = random.Random(number)  # noqa: S311 - the same for all of them
    return [event for event in range(number) if worker in chance.sample(range(WORKERS), 2)]


async def each(numbers: Iterable[int], do: Callable[[int], Awaitable[bool]], abreast: int) -> None:
    """Do them in their order, so many abreast, and say which were done."""
    waiting = iter(numbers)

    async def lane() -> None:
        for number in waiting:
            if await do(number):
                os.write(1, b"%d\n" % number)  # at once: the next moment this process may be gone

    await asyncio.gather(*(lane() for _ in range(abreast)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])))
