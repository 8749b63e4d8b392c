"""`export`: every record that is kept, as a line of JSON for each; docs/owners.md says what the fields mean."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from adapters.owners import FINE, Settings
from adapters.store import Store


def arguments(_: ArgumentParser) -> None:
    """What the command understands besides the store."""


async def run(_given: Namespace, _settings: Settings, store: Store) -> int:
    """Print the misses, the votes and the counts, each sort from the oldest on."""
    for miss in await store.misses():
        _say("miss", miss._asdict())
    for vote in await store.votes():
        _say("vote", vote._asdict())
    for count, number in sorted((await store.counts()).items()):
        _say("count", {**count._asdict(), "number": number})
    return FINE


def _say(record: str, fields: dict[str, Any]) -> None:
    print(json.dumps({"record": record, **fields}))
