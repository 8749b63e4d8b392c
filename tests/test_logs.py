"""The log as JSON and as text: whatever goes wrong wherever, no planted word comes out."""

from __future__ import annotations

import json
import logging
import logging.handlers
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.logs import FIELDS, Discreet, DiscreetJson

ROOT = Path(__file__).parent.parent
PLANTED = "marmalade"
HERE = "test_logs.py"


def record(message: str, *values: object, ours: bool, **named: Any) -> logging.LogRecord:  # noqa: ANN401
    """A line as some module of ours, or of a library, writes it."""
    place = str(Path(sys.modules[Discreet.__module__].__file__ or "")) if ours else __file__
    made = logging.LogRecord("some.logger", logging.WARNING, place, 7, message, values, named.pop("exc_info", None))
    made.__dict__.update(named)
    return made


def raised() -> Any:  # noqa: ANN401 - what logging calls exc_info
    try:
        try:
            int(PLANTED)
        except ValueError as error:
            raise KeyError(f"{PLANTED} again") from error
    except KeyError:
        return sys.exc_info()


@pytest.mark.parametrize("form", [Discreet(), DiscreetJson()], ids=["text", "json"])
@pytest.mark.parametrize(
    "line",
    [
        record("failed: %s", PLANTED, ours=False),
        record(f"failed: {PLANTED}", ours=False),
        record("failed", ours=False, exc_info=raised()),
        record("failed", ours=True, exc_info=raised()),
        record("failed", ours=True, exc_text=f"Traceback … {PLANTED}"),
        record("failed", ours=True, stack_info=f"Stack … {PLANTED}"),
        record("failed", ours=True, person=PLANTED, text=PLANTED),
        record("failed\n%s", f"{PLANTED}", ours=False),
    ],
)
def test_no_word_of_anybody_comes_out(form: logging.Formatter, line: logging.LogRecord) -> None:
    said = form.format(line)
    assert PLANTED not in said
    assert "failed" in said or HERE in said


def test_an_error_is_shown_by_its_types_and_its_places() -> None:
    line = json.loads(DiscreetJson().format(record("failed", ours=True, exc_info=raised())))
    assert line["error"] == "KeyError from ValueError"
    assert all(place.startswith(__file__) and place.endswith(" raised") for place in line["at"])
    text = Discreet().format(record("failed", ours=True, exc_info=raised()))
    assert "ValueError at" in text
    assert "KeyError at" in text


def test_our_own_sentence_and_fields_are_shown_on_one_line() -> None:
    made = record("Connected to %s\nat once", "Slack", ours=True, event="up", platform="slack", ms=1.5)
    line = DiscreetJson().format(made)
    assert "\n" not in line
    found = json.loads(line)
    assert (found["event"], found["platform"], found["ms"]) == ("up", "slack", 1.5)
    assert (found["level"], found["logger"]) == ("WARNING", "some.logger")
    assert found["message"] == "Connected to Slack\nat once"
    assert found["time"].endswith("Z")
    assert "platform=slack ms=1.5" in Discreet().format(made)
    assert Discreet().format(record("", ours=True, event="pulse", ready=True)).endswith(": pulse ready=True")


def test_of_a_library_the_pattern_and_the_place_are_shown() -> None:
    line = json.loads(DiscreetJson().format(record("Retrying %s in %.1f", "x", 1.5, ours=False)))
    assert (line["message"], line["event"]) == (f"Retrying %s in %.1f ({HERE}:7)", "log")


def test_a_line_that_cannot_be_put_together_is_shown_by_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetJson())
    before, logging.raiseExceptions = logging.raiseExceptions, False
    try:
        handler.handle(record("%d of them", PLANTED, ours=True))
    finally:
        logging.raiseExceptions = before
    assert PLANTED not in capfd.readouterr().err


def test_what_ends_the_process_is_logged_without_its_words() -> None:
    code = f"from adapters.logs import to_stderr; to_stderr('json'); raise ValueError('{PLANTED}')"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert PLANTED not in ended.stderr
    line = json.loads(ended.stderr)
    assert (line["level"], line["error"]) == ("CRITICAL", "ValueError")


def test_no_field_has_the_name_of_something_that_logging_keeps() -> None:
    assert not set(FIELDS) & set(logging.makeLogRecord({}).__dict__)
