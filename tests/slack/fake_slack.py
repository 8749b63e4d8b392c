"""A Slack of our own on the loopback: Web API, signed events over HTTP, and Socket Mode, as the documentation has them.

It keeps what it was told, checks it against the documented limits, and misbehaves when asked to.
It shares no code with the adapter.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import io
import itertools
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from aiohttp import ClientSession, WSMsgType, web
from slack_limits import problems, view_problems

Json = dict[str, Any]

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-1-fake", "xapp-1-fake", "8f742231b10e8888abcd99yyyzzz85a5"
ME, BOT_ID, APP_ID, TEAM = "U0BOT", "B0BOT", "A0APP", "T0TEAM"
ANN, BEN = "U0ANN", "U0BEN"
GENERAL, ANNS_DM = "C0GENERAL", "D0ANN"
SCOPES = "app_mentions:read,assistant:write,channels:history,chat:write,commands,groups:history,im:history"
LONGEST_WAIT = 8.0  # seconds
HOOK_USES = 5
DEADLINE = 3.0  # seconds after which Slack no longer waits for an acknowledgement


class Call(NamedTuple):
    """A call that reached Slack."""

    method: str
    args: Json
    at: float


class Ack(NamedTuple):
    """How a delivery was acknowledged: an HTTP status, or 200 for an envelope that came back; 0 for none."""

    status: int
    body: str
    seconds: float


class FakeSlack:
    """One workspace with one app installed."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.messages: dict[tuple[str, str], Json] = {}
        self.broken_rules: list[str] = []
        self.scripted: dict[str, list[tuple[int, Json, dict[str, str]]]] = defaultdict(list)
        self.scopes = SCOPES
        self.bot_token, self.app_token = BOT_TOKEN, APP_TOKEN
        self.members = {GENERAL, ANNS_DM, "D0BEN"}
        self.events_url = ""
        self.echo = False
        self.hello = asyncio.Event()
        self.connections = 0
        self.acks: dict[str, asyncio.Future[Json]] = {}
        self._socket: web.WebSocketResponse | None = None
        self._tickets: set[str] = set()
        self._hooks: dict[str, int] = {}
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()
        self._echoes: set[asyncio.Task[Ack]] = set()
        self.base = ""

    # ------------------------------------------------------------ being there

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/hook/{id}", self._hook)
        app.router.add_get("/link/{ticket}", self._link)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._client = ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._echoes:
            task.cancel()
        await self._client.close()
        await self._runner.cleanup()

    @property
    def api(self) -> str:
        return f"{self.base}/api/"

    # ------------------------------------------------------------ what was said

    def said(self, method: str = "chat.postMessage") -> list[Json]:
        return [call.args for call in self.calls if call.method == method]

    def count(self) -> int:
        """How often the app said something that somebody can see."""
        return sum(c.method.startswith(("chat.", "views.", "hook", "assistant.")) for c in self.calls)

    async def until(self, met: Callable[[], object], seconds: float = LONGEST_WAIT) -> None:
        """Wait until something is true, and fail if it never is."""
        end = time.monotonic() + seconds
        while not met():
            self._changed.clear()
            left = end - time.monotonic()
            assert left > 0, f"waited {seconds} s in vain; calls: {[c.method for c in self.calls]}"
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), min(left, 0.05))

    def script(self, method: str, *replies: int | str | tuple[int, str]) -> None:
        """What the next calls of a method get instead: a status, an error, or a status with a Retry-After.

        For the status 0 the connection drops without a reply.
        """
        for reply in replies:
            if isinstance(reply, str):
                self.scripted[method].append((200, {"ok": False, "error": reply}, {}))
            elif isinstance(reply, tuple):
                self.scripted[method].append((reply[0], {"ok": False, "error": "busy"}, {"Retry-After": reply[1]}))
            else:
                self.scripted[method].append((reply, {"ok": False, "error": "internal_error"}, {}))

    # ------------------------------------------------------------ Web API

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args = await self._args(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.pop("token", "")
        self.calls.append(Call(method, args, time.monotonic()))
        self._changed.set()
        if self.scripted[method]:
            status, body, headers = self.scripted[method].pop(0)
            return web.json_response(body, status=status, headers=headers) if status else dropped(request)
        needs = self.app_token if method == "apps.connections.open" else self.bot_token
        if token != needs:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        does = getattr(self, "_" + method.replace(".", "_"), None)
        result = await does(args) if does else {"ok": False, "error": "unknown_method"}
        return web.json_response(result, headers={"X-OAuth-Scopes": self.scopes} if self.scopes else {})

    async def _args(self, request: web.Request) -> Json:
        if request.content_type == "application/json":
            text = await request.text()
            return dict(json.loads(text)) if text else {}
        return {**request.query, **await request.post()}

    async def _auth_test(self, _: Json) -> Json:
        return {"ok": True, "team_id": TEAM, "user_id": ME, "bot_id": BOT_ID, "team": "A", "user": "b", "url": "u"}

    async def _apps_connections_open(self, _: Json) -> Json:
        ticket = f"t{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"ok": True, "url": f"ws{self.base[4:]}/link/{ticket}"}

    async def _chat_postMessage(self, args: Json) -> Json:  # noqa: N802 - Slack's name
        if broken := problems(args):
            self.broken_rules += broken
            return {"ok": False, "error": "invalid_blocks"}
        if args.get("unfurl_links") is not False or args.get("unfurl_media") is not False:
            self.broken_rules.append("links may unfold")
        channel = {ANN: ANNS_DM, BEN: "D0BEN"}.get(args["channel"], args["channel"])
        if channel not in self.members:
            return {"ok": False, "error": "not_in_channel"}
        ts = f"{time.time():.0f}.{next(self._numbers):06d}"
        message = {"type": "message", "user": ME, "bot_id": BOT_ID, "app_id": APP_ID, "ts": ts, **args}
        message |= {"team": TEAM} | ({"parent_user_id": ANN} if args.get("thread_ts") else {})
        self.messages[channel, ts] = message
        if self.echo:
            kind = {"channel_type": "im" if channel.startswith("D") else "channel"}
            self._echoes.add(asyncio.ensure_future(self.event(message | {"channel": channel} | kind)))
        return {"ok": True, "channel": channel, "ts": ts, "message": message}

    async def _chat_postEphemeral(self, args: Json) -> Json:  # noqa: N802 - Slack's name
        self.broken_rules += problems(args)
        return {"ok": True, "message_ts": "1.2"}

    async def _chat_update(self, args: Json) -> Json:
        self.broken_rules += problems(args)
        self.messages[args["channel"], args["ts"]] |= args
        return {"ok": True, "channel": args["channel"], "ts": args["ts"]}

    async def _chat_delete(self, args: Json) -> Json:
        gone = self.messages.pop((args["channel"], args["ts"]), None)
        return {"ok": True} if gone else {"ok": False, "error": "message_not_found"}

    async def _views_publish(self, args: Json) -> Json:
        self.broken_rules += view_problems(args["view"])
        return {"ok": True, "view": args["view"]}

    async def _assistant_threads_setSuggestedPrompts(self, args: Json) -> Json:  # noqa: N802 - Slack's name
        good = 1 <= len(args["prompts"]) <= 4 and all(p.keys() == {"title", "message"} for p in args["prompts"])
        return {"ok": good}

    # ------------------------------------------------------------ response addresses

    def hook(self) -> str:
        """A new response address: five uses, as documented."""
        key = f"h{next(self._numbers)}"
        self._hooks[key] = HOOK_USES
        return f"{self.base}/hook/{key}"

    async def _hook(self, request: web.Request) -> web.Response:
        args = json.loads(await request.text())
        self.calls.append(Call("hook", args, time.monotonic()))
        self._changed.set()
        if self.scripted["hook"]:
            status, _, headers = self.scripted["hook"].pop(0)
            return web.Response(status=status, text="busy", headers=headers) if status else dropped(request)
        key = request.match_info["id"]
        if self._hooks.get(key, 0) <= 0:
            return web.Response(status=404, text="used_url")
        self._hooks[key] -= 1
        if not args.get("delete_original"):
            self.broken_rules += problems(args)
        return web.Response(text="ok")

    # ------------------------------------------------------------ Socket Mode

    async def _link(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["ticket"] not in self._tickets:
            return web.Response(status=403)
        self._tickets.remove(request.match_info["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket, self.connections = socket, self.connections + 1
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP_ID}})
        self.hello.set()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                ack = json.loads(message.data)
                waiting = self.acks.get(ack["envelope_id"])
                if waiting and not waiting.done():
                    waiting.set_result(ack)
        if self._socket is socket:
            self.hello.clear()
        return socket

    async def drop(self, how: str) -> None:
        """End the connection as Slack does, as it warns that it will, or as a network does."""
        assert self._socket
        self.hello.clear()
        if how == "disconnect":
            await self._socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
        elif how == "abort":
            transport = self._socket._req.transport if self._socket._req else None  # noqa: SLF001 - no other way
            assert transport
            transport.abort()
        else:
            await self._socket.close()

    async def send(self, kind: str, payload: Json, retry: int = 0, within: float = DEADLINE) -> Ack:
        """An envelope, and the wait for its acknowledgement."""
        await asyncio.wait_for(self.hello.wait(), LONGEST_WAIT)
        assert self._socket
        envelope = f"e{next(self._numbers)}"
        self.acks[envelope] = asyncio.get_running_loop().create_future()
        began = time.monotonic()
        await self._socket.send_json(
            {
                "envelope_id": envelope,
                "type": kind,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
                "retry_attempt": retry,
                "retry_reason": "timeout" if retry else "",
            }
        )
        try:
            ack = await asyncio.wait_for(self.acks[envelope], within)
        except TimeoutError:
            return Ack(0, "", time.monotonic() - began)
        return Ack(200, json.dumps(ack.get("payload", "")), time.monotonic() - began)

    # ------------------------------------------------------------ requests over HTTP

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Ack:
        """A request to the app, whatever its headers."""
        began = time.monotonic()
        async with self._client.post(self.events_url, data=io.BytesIO(body), headers=dict(headers)) as reply:
            text = await reply.text()
        return Ack(reply.status, text, time.monotonic() - began)

    async def deliver(self, kind: str, payload: Json, retry: int = 0) -> Ack:
        """A request in the mode in which the app listens."""
        if not self.events_url:
            return await self.send(kind, payload, retry)
        body, content = encoded(kind, payload)
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        return await self.post(body, signed(body, content) | again)

    # ------------------------------------------------------------ what people do

    async def event(self, event: Json, event_id: str = "", retry: int = 0) -> Ack:
        return await self.deliver("events_api", self.callback(event, event_id), retry)

    def callback(self, event: Json, event_id: str = "") -> Json:
        return {
            "token": "x",
            "team_id": TEAM,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self._numbers)}",
            "event_time": int(time.time()),
            "authorizations": [
                {"enterprise_id": None, "team_id": TEAM, "user_id": ME, "is_bot": True, "is_enterprise_install": False}
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-x",
        }

    def message(self, text: str, **more: object) -> Json:
        """A message as the Events API has it, in #general unless something else is said."""
        ts = f"{time.time():.0f}.{next(self._numbers):06d}"
        basic = {"type": "message", "user": ANN, "text": text, "ts": ts, "channel": GENERAL, "channel_type": "channel"}
        return basic | {"team": TEAM, "event_ts": ts, "client_msg_id": f"c{ts}"} | more

    async def mention(self, text: str, **more: object) -> Json:
        """Somebody mentions the bot; both events are sent for it."""
        message = self.message(f"<@{ME}> {text}", **more)
        mention = {k: v for k, v in message.items() if k != "channel_type"} | {"type": "app_mention"}
        assert (await self.event(mention)).status == 200
        assert (await self.event(message)).status == 200
        return message

    async def direct(self, text: str, **more: object) -> Ack:
        return await self.event(self.message(text, channel=ANNS_DM, channel_type="im", **more))

    async def command(self, text: str, **more: object) -> Ack:
        payload: Json = {
            "token": "x",
            "team_id": TEAM,
            "team_domain": "a",
            "channel_id": GENERAL,
            "channel_name": "general",
            "user_id": ANN,
            "user_name": "ann",
            "command": "/compute",
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self.hook(),
            "trigger_id": f"{next(self._numbers)}.1.x",
        }
        return await self.deliver("slash_commands", payload | more)

    async def shortcut(self, text: str, **more: object) -> Ack:
        payload: Json = {
            "type": "message_action",
            "callback_id": "ask_about_this",
            **self._interaction(ANN),
            "channel": {"id": GENERAL, "name": "general"},
            "message_ts": "1700000000.000100",
            "message": {"type": "message", "user": BEN, "text": text, "ts": "1700000000.000100"},
            "response_url": self.hook(),
        }
        return await self.deliver("interactive", payload | more)

    async def click(self, where: Json, button: str, by: str = ANN, *, ephemeral: bool = False) -> Ack:
        """Press the button with this text in a message (its blocks, channel and ts) or a view."""
        action = pressed(where["blocks"], button)
        payload: Json = {"type": "block_actions", **self._interaction(by), "actions": [action]}
        if "channel" in where:
            container = {"type": "message", "message_ts": where.get("ts", "1.1"), "channel_id": where["channel"]}
            payload["container"] = container | {"is_ephemeral": ephemeral}
            payload["channel"] = {"id": where["channel"], "name": "general"}
            payload["response_url"] = self.hook()
            payload |= {} if ephemeral else {"message": {"type": "message", **where}}
        else:
            payload["container"] = {"type": "view", "view_id": "V1"}
            payload["view"] = {"id": "V1", "type": "home", "blocks": where["blocks"]}
        return await self.deliver("interactive", payload)

    async def home(self, tab: str = "home") -> Ack:
        event = {"type": "app_home_opened", "user": ANN, "channel": ANNS_DM, "tab": tab, "event_ts": "1.1"}
        return await self.event(event)

    def _interaction(self, by: str) -> Json:
        return {
            "token": "x",
            "trigger_id": f"{next(self._numbers)}.2.x",
            "action_ts": "1700000000.1",
            "team": {"id": TEAM, "domain": "a"},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": by, "username": "x", "name": "x", "team_id": TEAM},
            "api_app_id": APP_ID,
        }


def pressed(blocks: list[Json], button: str) -> Json:
    """What Slack sends for the button with this text."""
    for block in blocks:
        for element in block.get("elements", []):
            for side in ("positive_button", "negative_button"):
                if element.get(side, {}).get("text", {}).get("text") == button:
                    about = {"type": "feedback_buttons", "action_id": element["action_id"], "block_id": "b"}
                    return about | {"value": element[side]["value"], "text": element[side]["text"], "action_ts": "1.1"}
            if isinstance(element.get("text"), dict) and element["text"]["text"] == button:
                return {"block_id": "b", "action_ts": "1.1", **element}
    raise AssertionError(f"there is no button {button!r}")


def dropped(request: web.Request) -> web.Response:
    """Let the connection drop; what is returned nobody gets."""
    assert request.transport
    request.transport.abort()
    return web.Response()


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """The body of a request and its content type."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def signed(body: bytes, content: str = "application/json", at: float = 0, secret: str = SECRET) -> dict[str, str]:
    """The headers with which Slack sends this body."""
    stamp = str(int(time.time() + at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"Content-Type": content, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


@contextlib.asynccontextmanager
async def fake_slack() -> AsyncIterator[FakeSlack]:
    """A running fake, which must not have been told anything that breaks Slack's rules."""
    async with FakeSlack() as slack:
        yield slack
        assert slack.broken_rules == []


async def listening(port: int) -> None:
    """Wait until somebody listens on a port; a quarter of a minute is time for a process to start."""
    for _ in range(750):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody listens")
