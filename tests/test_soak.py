"""A few seconds of the soak: enough for each of its faults, not for rare luck; `make soak` takes an hour."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import soak as room
from soak import soak


def test_nothing_is_lost_or_doubled_while_everything_fails_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "FAULT_EVERY", 0.2)
    monkeypatch.setattr(room, "EVERY", 0.1)
    monkeypatch.setattr(room, "HANG", (0.5, 1.0))
    monkeypatch.setattr(room, "BROKEN_FOR", 1.5)
    summary = asyncio.run(soak(tmp_path, 8, 1))
    assert summary.sound, str(summary)
    assert len(summary.faults) >= 5, str(summary)
    assert min(summary.asked.values()) > 20
    assert summary.redelivered > 0
