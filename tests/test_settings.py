"""The settings: what is read of the environment, what is refused with which sentence, and that the page is in step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.settings import VARIABLES, Settings, readable, table, together

ROOT = Path(__file__).parent.parent
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
HTTP = SLACK | {"COMPUTE_BOT_SLACK_MODE": "http", "SLACK_SIGNING_SECRET": "s"}


def wrong(environment: dict[str, str]) -> list[str]:
    settings, problems = readable(environment)
    return problems or together(settings, environment)


@pytest.mark.parametrize(
    "environment",
    [SLACK, HTTP, {"DISCORD_TOKEN": "x"}, SLACK | {"DISCORD_TOKEN": "x"}, SLACK | {"COMPUTE_BOT_PORT": ""}],
)
def test_what_goes_together_is_taken(environment: dict[str, str]) -> None:
    assert wrong(environment) == []


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, ["No platform is set", "SLACK_BOT_TOKEN", "DISCORD_TOKEN"]),
        ({"SLACK_APP_TOKEN": "xapp-1"}, ["SLACK_BOT_TOKEN is not set"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["SLACK_APP_TOKEN is not set", "COMPUTE_BOT_SLACK_MODE"]),
        (HTTP | {"SLACK_SIGNING_SECRET": " "}, ["SLACK_SIGNING_SECRET is not set", "socket"]),
        ({"DISCORD_TOKEN": "x", "COMPUTE_BOT_SLACK_MODE": "http"}, ["no token of Slack", "SLACK_BOT_TOKEN"]),
        ({"DISCORD_TOKEN": "x", "COMPUTE_BOT_SLACK_CHANNELS": "C1"}, ["no token of Slack"]),
        (HTTP | {"COMPUTE_BOT_PORT": "8080"}, ["COMPUTE_BOT_PORT and COMPUTE_BOT_HEALTH_PORT are both 8080"]),
        (SLACK | {"COMPUTE_BOT_STOER": "memory"}, ["COMPUTE_BOT_STOER is no setting", "COMPUTE_BOT_STORE is one"]),
        (SLACK | {"COMPUTE_BOT_COLOUR": "red"}, ["COMPUTE_BOT_COLOUR is no setting", "docs/settings.md"]),
        (SLACK | {"COMPUTE_BOT_PORT": "http"}, ["COMPUTE_BOT_PORT must be a port"]),
        (SLACK | {"COMPUTE_BOT_HEALTH_PORT": "65536"}, ["COMPUTE_BOT_HEALTH_PORT must be a port"]),
        (SLACK | {"COMPUTE_BOT_HEALTH_PORT": "٨٠"}, ["COMPUTE_BOT_HEALTH_PORT must be a port"]),
        (SLACK | {"COMPUTE_BOT_SLACK_MODE": "HTTP"}, ["COMPUTE_BOT_SLACK_MODE must be socket or http"]),
        (SLACK | {"COMPUTE_BOT_LOG": "xml"}, ["COMPUTE_BOT_LOG must be json or text"]),
        (SLACK | {"COMPUTE_BOT_STORE_TEXT": "false"}, ["COMPUTE_BOT_STORE_TEXT must be yes or no"]),
        (SLACK | {"COMPUTE_BOT_KEEP_DAYS": "3651"}, ["COMPUTE_BOT_KEEP_DAYS must be days, 0 to 3650"]),
        (SLACK | {"COMPUTE_BOT_STOP_SECONDS": "0"}, ["COMPUTE_BOT_STOP_SECONDS must be seconds, 1 to 110"]),
        (SLACK | {"COMPUTE_BOT_STOP_SECONDS": "inf"}, ["COMPUTE_BOT_STOP_SECONDS must be seconds"]),
        (SLACK | {"COMPUTE_BOT_RELOAD_SECONDS": "0.5"}, ["COMPUTE_BOT_RELOAD_SECONDS must be seconds", "or no"]),
        (SLACK | {"COMPUTE_BOT_PULSE_SECONDS": "-1"}, ["COMPUTE_BOT_PULSE_SECONDS must be seconds"]),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(environment: dict[str, str], says: list[str]) -> None:
    (sentence,) = wrong(environment)
    assert [part for part in says if part not in sentence] == []
    assert re.fullmatch(r".+[:,].+\.|.+ must be .+\.", sentence), "it says what to do"


def test_every_mistake_is_told_at_once_and_no_secret_with_it() -> None:
    said = wrong({"SLACK_APP_TOKEN": "xapp-hidden", "COMPUTE_BOT_X": "hidden", "DISCORD_TOKEN": "hidden"})
    assert len(said) == 2
    assert "hidden" not in " ".join(said)


def test_text_becomes_what_it_means() -> None:
    found, problems = readable(
        HTTP
        | {"COMPUTE_BOT_SLACK_CHANNELS": "C1, C2 C3", "COMPUTE_BOT_STORE_TEXT": "no", "COMPUTE_BOT_KEEP_DAYS": "7"}
        | {"COMPUTE_BOT_RELOAD_SECONDS": "no", "COMPUTE_BOT_STOP_SECONDS": "2.5", "COMPUTE_BOT_PORT": " 0 "}
    )
    assert problems == []
    assert (found.slack_http, found.slack_channels) == (True, frozenset({"C1", "C2", "C3"}))
    assert (found.store_text, found.keep_days, found.reload_seconds, found.stop_seconds) == (False, 7, 0.0, 2.5)
    assert (found.port, found.host, found.health_port) == (0, Settings().host, Settings().health_port)


def test_every_field_has_its_variable_and_every_variable_its_field() -> None:
    assert [variable.field for variable in VARIABLES] == list(Settings._fields)


def test_the_page_has_the_table() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert table() in page, "put what adapters.settings.table() says into docs/settings.md"
