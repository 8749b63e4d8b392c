"""The real bot on the real knowledge, and how far the property tests look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_dynamodb import FakeDynamo, serving
from hypothesis import HealthCheck, settings
from talking import Chat

from bot import Bot

ROOT = Path(__file__).parent.parent

# Every run of the suite tries the same examples, so that it fails for a change and not by chance; the long profile
# (pytest --hypothesis-profile=long) tries others each time, and many more. A slow machine is no bug.
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("short", derandomize=True, max_examples=250, deadline=None, suppress_health_check=SLOW)
settings.register_profile("long", max_examples=5_000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("short")


@pytest.fixture(scope="session")
def the_bot() -> Bot:
    """The bot that people talk to. What it remembers is kept apart by conversation, so all tests may share it."""
    return Bot.open(ROOT / "knowledge")


@pytest.fixture
def chat(the_bot: Bot) -> Chat:
    """A new conversation with it."""
    return Chat(the_bot)


@pytest.fixture(scope="session")
def dynamo() -> Iterator[FakeDynamo]:
    """A DynamoDB on loopback, for all tests that need one."""
    with serving() as fake:
        yield fake
