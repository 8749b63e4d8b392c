"""What one written quantity amounts to."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quantity import UNITS, parse, unit_of


@pytest.mark.parametrize(
    ("written", "amount", "measure", "text"),
    [
        ("15 min", 900, "time", "15 min"),
        ("15min", 900, "time", "15 min"),
        ("1 minute", 60, "time", "1 minute"),
        ("100 ms", 0.1, "time", "100 ms"),
        ("1.5 h", 5400, "time", "1.5 h"),
        ("14 days", 14 * 86400, "time", "14 days"),
        ("1 week", 7 * 86400, "time", "1 week"),
        ("1 year", 365 * 86400, "time", "1 year"),
        ("10,240 MB", 10 * 1024**3, "data", "10,240 MB"),
        ("10240 MiB", 10 * 1024**3, "data", "10,240 MiB"),
        ("10 gb", 10 * 1024**3, "data", "10 gb"),
        ("6 KB", 6144, "data", "6 KB"),
        ("1 TB", 1024**4, "data", "1 TB"),
        ("200 bytes", 200, "data", "200 bytes"),
        ("0.25 vCPU", 0.25, "cpu", "0.25 vCPU"),
        ("1,000 requests/s", 1000, "rate", "1,000 requests/s"),
        ("10 deployments per second", 10, "rate", "10 deployments per second"),
        ("500 /s", 500, "rate", "500 /s"),
        ("1 per second", 1, "rate", "1 per second"),
        ("2592000 requests/month", 1, "rate", "2,592,000 requests/month"),
        ("0.20 USD", 0.2, "money", "0.20 USD"),
        ("$5", 5, "money", "$5"),
        ("1000", 1000, "count", "1,000"),
        ("  20   min ", 1200, "time", "20 min"),
        ("Unlimited", math.inf, "", "unlimited"),
    ],
)
def test_a_quantity_is_read_as_people_write_it(written: str, amount: float, measure: str, text: str) -> None:
    found = parse(written)
    assert found is not None
    assert found.amount == pytest.approx(amount)
    assert (found.measure, found.text) == (measure, text)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "min",
        "15 mn",
        "fifteen minutes",
        "-5 s",
        "1:30",
        "1_000",
        "1,00 MB",
        "10-20 s",
        "1 h 30 min",
        "5 GB/s",
        "5 USD per hour",
        "$5 USD",
        "٣ s",
        "1" * 400,
        "nan",
        "inf",
    ],
)
def test_what_is_no_quantity_is_not_guessed(written: str) -> None:
    assert parse(written) is None


def test_every_unit_can_be_written_after_a_number() -> None:
    for unit, (measure, size) in UNITS.items():
        if unit != "$":
            found = parse(f"2 {unit}")
            assert found is not None, unit
            assert found.measure == measure
            assert found.amount == pytest.approx(2 * size)


def test_what_is_counted_in_a_rate_does_not_matter() -> None:
    assert unit_of("requests/s") == unit_of("calls per second") == unit_of("/s") == ("rate", 1.0)


@given(st.one_of(st.text(), st.from_regex(r"[$]?[0-9,.]{0,9} ?[a-zA-Z/ ]{0,12}", fullmatch=True)))
def test_any_text_is_a_sound_quantity_or_none(text: str) -> None:
    found = parse(text)
    assert found is None or (found.amount >= 0 and found.text)
