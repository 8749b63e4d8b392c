"""`compute-bot slack` as a process: what it says about wrong settings, and how it starts and leaves."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from fake_slack import ANNS_DM, APP_TOKEN, BOT_TOKEN, SCOPES, SECRET, FakeSlack, fake_slack

from adapters.settings import VARIABLES
from adapters.slack import Settings, StartError
from adapters.slack.app import SHORTCUT
from adapters.slack.http_events import HEALTH, PATH
from adapters.slack.start import NEEDED, check, scopes
from adapters.slack.start import SCOPES as WITHOUT

ROOT = Path(__file__).parent.parent.parent
KITCHEN = ROOT / "tests" / "kitchen"
GOOD = Settings(bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET)


def with_bot_token(token: str) -> Settings:
    return GOOD._replace(bot_token=token)


READ_BY_THE_SDK = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_VERIFICATION_TOKEN")
STOPPED = "Stopped; nothing was left to do"


class Ended(NamedTuple):
    """How the process ended, and what it wrote on standard error."""

    code: int
    said: str


async def started(slack: FakeSlack, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SLACK_")}
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": SECRET}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters.cli", "slack", "--knowledge", str(KITCHEN), *arguments),
        env=environment | {"COMPUTE_BOT_STORE": "memory"} | tokens | {"SLACK_API_URL": slack.api} | settings,
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> Ended:
    _, said = await asyncio.wait_for(process.communicate(), 20)
    return Ended(process.returncode or 0, said.decode())


def tell(prepare: Callable[[FakeSlack], object] = lambda _: None, *arguments: str, **settings: str) -> Ended:
    """Start it with these settings, in a Slack that was prepared so, and wait for its end."""

    async def whole() -> Ended:
        async with fake_slack() as slack:
            prepare(slack)
            return await ended(await started(slack, *arguments, **settings))

    return asyncio.run(whole())


Scene = Callable[[FakeSlack, asyncio.subprocess.Process], Awaitable[None]]


def live(scene: Scene, *, tell: bool = True) -> Ended:
    """Start it, play a scene once it is connected, end it as a scheduler does if the scene has not, and wait."""

    async def whole() -> Ended:
        async with fake_slack() as slack:
            process = await started(slack)
            try:
                await asyncio.wait_for(slack.hello.wait(), 15)
                await scene(slack, process)
                if tell:
                    process.send_signal(signal.SIGTERM)
                return await ended(process)
            finally:
                if process.returncode is None:
                    process.kill()

    return asyncio.run(whole())


# ---------------------------------------------------------------- wrong settings


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        (GOOD._replace(bot_token=""), ["SLACK_BOT_TOKEN is not set", "Bot User OAuth Token", "xoxb-", "OAuth"]),
        (GOOD._replace(bot_token=APP_TOKEN), ["SLACK_BOT_TOKEN holds an app-level token (xapp-)", "xoxb-"]),
        (with_bot_token("xoxp-1"), ["SLACK_BOT_TOKEN holds a user token (xoxp-)", "xoxb-"]),
        (with_bot_token("xoxe.xoxb-1"), ["token rotation"]),
        (with_bot_token("hello"), ["SLACK_BOT_TOKEN holds something else", "xoxb-"]),
        (with_bot_token("xoxb-1\n2"), ["SLACK_BOT_TOKEN holds characters that no token has"]),
        (GOOD._replace(app_token=""), ["SLACK_APP_TOKEN is not set", "app-level token", "xapp-", "Basic Information"]),
        (GOOD._replace(app_token=BOT_TOKEN), ["SLACK_APP_TOKEN holds a bot token (xoxb-)", "xapp-"]),
        (GOOD._replace(http=True, signing_secret=""), ["SLACK_SIGNING_SECRET is not set", "App Credentials"]),
        (GOOD._replace(http=True, signing_secret=APP_TOKEN), ["SLACK_SIGNING_SECRET holds an app-level token"]),
        (GOOD._replace(channels=frozenset({"#general"})), ["COMPUTE_BOT_SLACK_CHANNELS holds '#general'", "ids"]),
    ],
)
def test_a_wrong_setting_is_named_with_what_belongs_there_and_where_it_is(settings: Settings, names: list[str]) -> None:
    with pytest.raises(StartError) as raised:
        check(settings)
    assert all(name in str(raised.value) for name in names), raised.value
    assert all(token not in str(raised.value) for token in (BOT_TOKEN, APP_TOKEN, SECRET))


def test_each_mode_needs_only_its_own_secret() -> None:
    check(GOOD._replace(signing_secret=""))
    check(GOOD._replace(http=True, app_token=""))


def test_a_missing_setting_ends_the_command_with_one_sentence() -> None:
    code, said = tell(SLACK_BOT_TOKEN="")
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("compute-bot slack: SLACK_BOT_TOKEN is not set: ")


@pytest.mark.parametrize(
    ("method", "error", "names"),
    [
        ("auth.test", "invalid_auth", ["Slack refuses SLACK_BOT_TOKEN (invalid_auth)", "xoxb-"]),
        ("auth.test", "account_inactive", ["Slack refuses SLACK_BOT_TOKEN (account_inactive)"]),
        ("apps.connections.open", "invalid_auth", ["Slack refuses SLACK_APP_TOKEN (invalid_auth)", "xapp-"]),
        ("apps.connections.open", "missing_scope", ["SLACK_APP_TOKEN", "connections:write"]),
        ("auth.test", "fatal_error", ["did not answer about SLACK_BOT_TOKEN (fatal_error)", "check the network"]),
    ],
)
def test_a_token_that_slack_refuses_ends_the_command_with_one_sentence(
    method: str, error: str, names: list[str]
) -> None:
    code, said = tell(lambda slack: slack.script(method, error))
    assert (code, said.count("\n"), [name for name in names if name not in said]) == (2, 1, []), said
    assert BOT_TOKEN not in said
    assert APP_TOKEN not in said


def test_a_slack_that_cannot_be_reached_ends_the_command_with_one_sentence() -> None:
    code, said = tell(SLACK_API_URL="http://127.0.0.1:9/api/")
    assert (code, said.count("\n"), "did not answer" in said) == (2, 1, True)


def test_a_port_that_is_taken_or_none_ends_the_command_with_one_sentence() -> None:
    said = tell(lambda _: None, "--http", COMPUTE_BOT_PORT="http").said
    assert said.startswith("compute-bot: COMPUTE_BOT_PORT must be a port, 0 to 65535")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = tell(lambda _: None, "--http", COMPUTE_BOT_HOST="127.0.0.1", COMPUTE_BOT_PORT=str(port))
    assert (code, f"Port {port} cannot be listened on" in said, said.count("\n")) == (2, True, 1), said


# ---------------------------------------------------------------- scopes


def test_each_missing_scope_is_named_with_what_does_not_work(caplog: pytest.LogCaptureFixture) -> None:
    scopes("chat:write,commands")
    missing = set(SCOPES.split(",")) - {"chat:write", "commands"}
    assert {scope for scope in missing if f"lacks the scope {scope}, so it" in caplog.text} == missing
    assert len(caplog.records) == len(missing)


def test_without_the_scope_to_write_it_does_not_start() -> None:
    with pytest.raises(StartError, match="lacks the scope chat:write"):
        scopes("commands")


def test_all_scopes_or_none_known_are_no_reason_for_a_word(caplog: pytest.LogCaptureFixture) -> None:
    scopes(SCOPES)
    scopes("")
    assert caplog.text == ""


# ---------------------------------------------------------------- the manifest and the page


def test_the_manifest_asks_for_what_the_adapter_uses_and_for_no_more() -> None:
    manifest = yaml.safe_load((ROOT / "deploy" / "slack" / "manifest.yaml").read_text(encoding="utf-8"))
    features, settings = manifest["features"], manifest["settings"]
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == {*WITHOUT, NEEDED}
    assert set(settings["event_subscriptions"]["bot_events"]) == {
        *("app_home_opened", "app_mention", "message.channels", "message.groups", "message.im"),
    }
    assert [s["callback_id"] for s in features["shortcuts"]] == [SHORTCUT]
    assert [c["command"] for c in features["slash_commands"]] == ["/compute"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert not settings["token_rotation_enabled"]


# What Slack's schema says of each field that we use: its form, or that it is a yes or no. It refuses any other field.
FIELDS = {
    "_metadata.major_version": "2",
    "display_information.name": ".{1,35}",
    "display_information.description": ".{1,140}",
    "display_information.background_color": "#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?",
    "display_information.long_description": ".{175,4000}",
    "features.agent_view.agent_description": ".{1,300}",
    "features.agent_view.suggested_prompts.title": ".+",
    "features.agent_view.suggested_prompts.message": ".+",
    "features.app_home.home_tab_enabled": bool,
    "features.app_home.messages_tab_enabled": bool,
    "features.app_home.messages_tab_read_only_enabled": bool,
    "features.bot_user.display_name": ".{1,80}",
    "features.bot_user.always_online": bool,
    "features.shortcuts.name": ".{1,24}",
    "features.shortcuts.type": "message|global",
    "features.shortcuts.callback_id": ".{1,255}",
    "features.shortcuts.description": ".{1,150}",
    "features.slash_commands.command": "/.{1,31}",
    "features.slash_commands.description": ".{1,2000}",
    "features.slash_commands.usage_hint": ".{1,1000}",
    "features.slash_commands.should_escape": bool,
    "oauth_config.scopes.bot": ".{1,50}",
    "settings.event_subscriptions.bot_events": ".{1,50}",
    "settings.interactivity.is_enabled": bool,
    "settings.org_deploy_enabled": bool,
    "settings.socket_mode_enabled": bool,
    "settings.token_rotation_enabled": bool,
}


def test_the_manifest_keeps_slacks_schema() -> None:
    manifest = yaml.safe_load((ROOT / "deploy" / "slack" / "manifest.yaml").read_text(encoding="utf-8"))
    fields = list(leaves(manifest))
    assert {name for name, _ in fields} == FIELDS.keys()
    odd = [
        (name, value)
        for name, value in fields
        for form in [FIELDS[name]]
        if not (re.fullmatch(form, str(value)) if isinstance(form, str) else isinstance(value, bool))
    ]
    assert not odd
    assert len(set(fields)) == len(fields), "no event and no scope is named twice"
    assert len(manifest["features"]["agent_view"]["suggested_prompts"]) <= 4
    assert manifest["features"]["bot_user"]["display_name"] == manifest["display_information"]["name"]


def leaves(node: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every value of the manifest with the names that lead to it."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, f"{name}.{key}".lstrip("."))
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value, name)
    else:
        yield name, node


def test_the_page_names_every_setting_of_slacks() -> None:
    page = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    ours = {variable.name for variable in VARIABLES if variable.field.startswith("slack_")}
    elsewhere = {"COMPUTE_BOT_SLACK_MODE", "SLACK_API_URL"}  # which `--http` stands for; for tests
    assert {name for name in ours if f"`{name}`" not in page} == elsewhere
    assert f"POST {PATH}" in page
    assert f"GET {HEALTH}" in page


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"COMPUTE_BOT_STORE": "/dev/null/store.db"}, "compute-bot slack: The store /dev/null/store.db cannot be used"),
        ({"COMPUTE_BOT_STORE": "dynamodb:t", "AWS_REGION": ""}, "compute-bot slack: The table t needs a region"),
        ({"COMPUTE_BOT_KEEP_DAYS": "many"}, "compute-bot: COMPUTE_BOT_KEEP_DAYS must be days, 0 to 3650"),
    ],
)
def test_a_store_that_cannot_be_opened_is_named_before_it_starts(settings: dict[str, str], says: str) -> None:
    end = tell(lambda _: None, **settings, AWS_CONFIG_FILE="/dev/null", AWS_DEFAULT_REGION="")
    assert end.code == 2
    assert end.said.splitlines()[-1].startswith(says)


# ---------------------------------------------------------------- the process


def test_it_starts_answers_and_leaves_on_sigterm() -> None:
    async def scene(slack: FakeSlack, _: asyncio.subprocess.Process) -> None:
        await slack.direct("How long can the kettle boil?")
        await slack.until(slack.said)
        assert slack.said()[0]["channel"] == ANNS_DM

    code, said = live(scene)
    assert (code, STOPPED in said, "Traceback" in said) == (0, True, False), said
    assert "kettle" not in said


def test_sigterm_lets_it_finish_what_it_began() -> None:
    async def scene(slack: FakeSlack, process: asyncio.subprocess.Process) -> None:
        slack.script("chat.postMessage", (429, "1"))
        await slack.direct("How long can the kettle boil?")
        await slack.until(slack.said)
        process.send_signal(signal.SIGTERM)
        await slack.until(lambda: slack.messages)

    code, said = live(scene, tell=False)
    assert (code, STOPPED in said) == (0, True), said


def test_what_the_sdk_would_read_from_the_environment_does_no_harm() -> None:
    async def whole() -> Ended:
        async with fake_slack() as slack:
            process = await started(slack, **dict.fromkeys(READ_BY_THE_SDK, "1"))
            await asyncio.wait_for(slack.hello.wait(), 15)
            await slack.direct("How long can the kettle boil?")
            await slack.until(slack.said)
            process.send_signal(signal.SIGTERM)
            return await ended(process)

    assert asyncio.run(whole()).code == 0


def test_on_sighup_it_takes_changed_knowledge_and_refuses_a_broken_edit(tmp_path: Path) -> None:
    (tmp_path / "kitchen.yaml").write_bytes((ROOT / "tests" / "kitchen" / "kitchen.yaml").read_bytes())

    def edit(old: str, new: str) -> None:
        text = (tmp_path / "kitchen.yaml").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "kitchen.yaml").write_text(text.replace(old, new), encoding="utf-8")

    async def asked(slack: FakeSlack) -> str:
        before = len(slack.said())
        await slack.direct("How long can the kettle boil?")
        await slack.until(lambda: len(slack.said()) > before)
        return str(slack.said()[-1])

    async def whole() -> Ended:
        async with fake_slack() as slack:
            process = await started(slack, "--knowledge", str(tmp_path))
            await asyncio.wait_for(slack.hello.wait(), 15)
            assert "at most 5 minutes" in await asked(slack)
            edit("at most 5 minutes", "at most 7 minutes")
            process.send_signal(signal.SIGHUP)
            for _ in range(50):
                said = await asked(slack)
                if "at most 7 minutes" in said:
                    break
                await asyncio.sleep(0.1)
            assert "at most 7 minutes" in said
            edit("max: 5 min", "max: five")
            process.send_signal(signal.SIGHUP)
            await asyncio.sleep(1)
            assert "at most 7 minutes" in await asked(slack)
            process.send_signal(signal.SIGTERM)
            return await ended(process)

    end = asyncio.run(whole())
    assert end.code == 0
    assert "'five' is not a quantity" in end.said
