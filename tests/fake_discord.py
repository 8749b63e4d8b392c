"""Discord on loopback: its REST interface and its gateway, as far as the bot uses them, with the limits it documents.

Written from Discord's documentation; nothing of ours or of discord.py is used, so that neither can hide a mistake.
"""

from __future__ import annotations

import asyncio
import functools
import json
import re
import time
import zlib
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ParamSpec, Protocol, Self, TypeVar, cast

from aiohttp import WSCloseCode, WSMsgType, web

Payload = dict[str, Any]
T = TypeVar("T")
P = ParamSpec("P")

TOKEN = "MTA.fake.token"  # noqa: S105
ME, APPLICATION, GUILD, CHANNEL, DIRECT = 1001, 2001, 3001, 4001, 5001
ALICE, BOB = 6001, 6002
EPOCH = 1_420_070_400_000  # Discord's, in milliseconds
EPHEMERAL, SUPPRESS_EMBEDS, COMPONENTS_V2 = 1 << 6, 1 << 2, 1 << 15
NAME = re.compile(r"[-_'\w]{1,32}")


class BrokenError(Exception):
    """What Discord would refuse as an invalid form body."""


@dataclass
class Call:
    """One request that reached us."""

    method: str
    path: str
    body: Any
    query: dict[str, str]
    at: float


@dataclass
class Failure:
    """An answer that is given instead of the right one, once."""

    method: str
    path: str
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class FakeDiscord:
    """One application with one bot, a server with a channel, and two people."""

    def __init__(self, *, compress: bool = False, port: int = 0) -> None:
        self.compress = compress
        self.port = port
        self.calls: list[Call] = []
        self.failures: list[Failure] = []
        self.sessions_left = 1000
        self.away = False  # the gateway takes no connection
        self.commands: list[Payload] = []
        self.messages: dict[int, Payload] = {}
        self.identified: list[Payload] = []
        self.resumed: list[Payload] = []
        self.session = 0
        self.sent: list[Payload] = []  # the events of the session, by sequence number
        self.pending: dict[str, Payload] = {}  # interactions by token
        self._sockets: list[Socket] = []
        self._ids = iter(range(1, 1_000_000))
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    # ------------------------------------------------------------ opening and closing

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/gw", self.gateway)
        app.router.add_route("*", "/api/v10/{rest:.*}", self.rest)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # noqa: SLF001
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for socket in self._sockets:
            await socket.ws.close()
        assert self._runner
        await self._runner.cleanup()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gw"

    # ------------------------------------------------------------ waiting

    async def until(self, condition: Callable[[], T | None], longest: float = 8.0) -> T:
        """What the condition gives as soon as that is true."""
        async with asyncio.timeout(longest):
            while not (found := condition()):
                self._changed.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self._changed.wait()
                except TimeoutError:
                    continue
        return found

    async def call(self, method: str, path: str, number: int = 1, longest: float = 8.0) -> Call:
        """The call of this kind with this number, as soon as it has come."""
        found = await self.until(lambda: self.calls_of(method, path)[number - 1 :], longest)
        return found[0]

    def calls_of(self, method: str, path: str) -> list[Call]:
        return [call for call in self.calls if call.method == method and re.fullmatch(path, call.path)]

    async def ready(self, number: int = 1) -> None:
        await self.until(lambda: len(self.identified) >= number)

    # ------------------------------------------------------------ REST

    async def rest(self, request: web.Request) -> web.Response:
        path = "/" + request.match_info["rest"]
        raw = await request.read()
        body: Payload = json.loads(raw) if raw else {}
        self.calls.append(Call(request.method, path, body, dict(request.query), time.monotonic()))
        self._changed.set()
        for failure in self.failures:
            if failure.method == request.method and re.fullmatch(failure.path, path):
                self.failures.remove(failure)
                return self.json(failure.body, failure.status, failure.headers)
        try:
            return self.answer(request, path, body)
        except BrokenError as error:
            return self.json({"code": 50035, "message": f"Invalid Form Body: {error}"}, 400)

    @staticmethod
    def json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
        """A reply whose type is exactly application/json, as discord.py wants it."""
        if status == 204:
            return web.Response(status=204)
        return web.Response(
            body=json.dumps(body).encode(),
            status=status,
            headers={"Content-Type": "application/json", **(headers or {})},
        )

    def answer(self, request: web.Request, path: str, body: Payload) -> web.Response:  # noqa: C901, PLR0911
        parts = path.strip("/").split("/")
        match (request.method, *parts):
            case ("POST", "interactions", _, token, "callback"):
                return self.callback(token, body)
            case ("PATCH" | "DELETE" | "GET", "webhooks", _, token, "messages", which):
                return self.original(request.method, token, which, body)
            case ("POST", "webhooks", _, token):
                return self.followup(token, body)
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return self.json({"code": 0, "message": "401: Unauthorized"}, 401)
        match (request.method, *parts):
            case ("GET", "users", "@me"):
                return self.json(user(ME, "compute-bot", bot=True))
            case ("GET", "oauth2", "applications", "@me"):
                return self.json(application())
            case ("GET", "gateway", "bot"):
                limit = {"total": 1000, "remaining": self.sessions_left, "reset_after": 0, "max_concurrency": 1}
                return self.json({"url": self.gateway_url, "shards": 1, "session_start_limit": limit})
            case ("GET", "applications", _, "commands"):
                translated = request.query.get("with_localizations") == "true"
                return self.json([c if translated else without_names(c) for c in self.commands])
            case ("PUT", "applications", _, "commands"):
                sent = cast("list[Payload]", body)
                check_commands(sent)
                own = {"application_id": str(APPLICATION), "version": str(self.new_id())}
                self.commands = [{**stored(c), "id": str(self.new_id()), **own} for c in sent]
                return self.json(self.commands)
            case ("POST", "channels", channel, "messages"):
                return self.json(self.message(int(channel), body))
        return self.json({"code": 0, "message": "404: Not Found"}, 404)

    def callback(self, token: str, body: Payload) -> web.Response:
        talk = self.pending.get(token)
        if talk is None:
            return self.json({"code": 10062, "message": "Unknown interaction"}, 404)
        if talk["answered"]:
            return self.json({"code": 40060, "message": "Interaction has already been acknowledged."}, 400)
        data = body.get("data") or {}
        message = None
        if body["type"] == 4:
            message = self.message(int(talk["channel_id"]), data, keep=token)
        elif body["type"] == 5:
            message = self.message(int(talk["channel_id"]), {"flags": data.get("flags", 0)}, keep=token, empty=True)
        elif body["type"] == 6:
            talk["original"] = int(talk["message"]["id"])
        elif body["type"] == 8:
            check_choices(data["choices"])
        talk["answered"], talk["reply"] = True, body
        told = {"interaction": {"id": talk["id"], "type": talk["type"], "response_message_loading": body["type"] == 5}}
        if message:
            told["interaction"]["response_message_id"] = message["id"]
            told["resource"] = {"type": body["type"], "message": message}
        return self.json(told)

    def original(self, method: str, token: str, which: str, body: Payload) -> web.Response:
        talk = self.pending.get(token)
        place = talk and talk.get("original") if which == "@original" else int(which)
        if place not in self.messages:
            return self.json({"code": 10008, "message": "Unknown Message"}, 404)
        if method == "DELETE":
            del self.messages[place]
            return self.json(None, 204)
        if method == "PATCH":
            check_message({**body, "flags": body.get("flags") or self.messages[place]["flags"] | v2(body)})
            self.messages[place].update({k: body[k] for k in ("content", "components") if body.get(k)})
            self.messages[place]["flags"] |= v2(body)
        return self.json(self.messages[place])

    def followup(self, token: str, body: Payload) -> web.Response:
        talk = self.pending.get(token)
        if talk is None or not talk["answered"]:
            return self.json({"code": 10015, "message": "Unknown Webhook"}, 404)
        return self.json(self.message(int(talk["channel_id"]), body))

    def message(self, channel: int, body: Payload, keep: str = "", *, empty: bool = False) -> Payload:
        if not empty:
            check_message(body)
        made = message(self.new_id(), channel, user(ME, "compute-bot", bot=True), body.get("content") or "")
        made |= {"components": body.get("components") or [], "flags": body.get("flags", 0)}
        self.messages[int(made["id"])] = made
        if keep:
            self.pending[keep]["original"] = int(made["id"])
        return made

    def new_id(self) -> int:
        """A snowflake of this moment."""
        return ((int(time.time() * 1000) - EPOCH) << 22) + next(self._ids)

    # ------------------------------------------------------------ the gateway

    async def gateway(self, request: web.Request) -> web.StreamResponse:
        if self.away:
            return web.Response(status=503)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        squeeze = zlib.compressobj() if self.compress and request.query.get("compress") == "zlib-stream" else None
        socket = Socket(ws, squeeze)
        await socket.send({"op": 10, "d": {"heartbeat_interval": 30_000}})
        async for frame in ws:
            if frame.type is not WSMsgType.TEXT:
                break
            got = json.loads(frame.data)
            if got["op"] == 1:
                await socket.send({"op": 11})
            elif got["op"] == 2:
                await self.identify(socket, got["d"])
            elif got["op"] == 6:
                await self.resume(socket, got["d"])
        if socket in self._sockets:
            self._sockets.remove(socket)
        return ws

    async def identify(self, socket: Socket, data: Payload) -> None:
        if data["token"] != TOKEN:
            await socket.ws.close(code=4004)
            return
        self.identified.append(data)
        self.session += 1
        self.sent = []
        self._sockets.append(socket)
        await self.dispatch(
            "READY",
            {
                "v": 10,
                "user": user(ME, "compute-bot", bot=True),
                "guilds": [{"id": str(GUILD), "unavailable": True}],
                "session_id": f"session-{self.session}",
                "resume_gateway_url": self.gateway_url,
                "application": {"id": str(APPLICATION), "flags": 0},
            },
        )
        await self.dispatch("GUILD_CREATE", guild())
        self._changed.set()

    async def resume(self, socket: Socket, data: Payload) -> None:
        self.resumed.append(data)
        if data["session_id"] != f"session-{self.session}":
            await socket.send({"op": 9, "d": False})
            return
        for event in self.sent[data["seq"] :]:
            await socket.send(event)
        self._sockets.append(socket)
        await self.dispatch("RESUMED", {})
        self._changed.set()

    async def dispatch(self, event: str, data: Payload) -> None:
        """An event, which a bot that is away gets when it resumes."""
        self.sent.append({"op": 0, "t": event, "s": len(self.sent) + 1, "d": data})
        for socket in self._sockets:
            await socket.send(self.sent[-1])

    async def again(self) -> None:
        """The last event once more, as Discord may deliver one twice."""
        await self.dispatch(self.sent[-1]["t"], self.sent[-1]["d"])

    async def ask_to_reconnect(self) -> None:
        for socket in self._sockets[:]:
            self._sockets.remove(socket)
            await socket.send({"op": 7, "d": None})

    async def close(self, code: int) -> None:
        for socket in self._sockets[:]:
            self._sockets.remove(socket)
            await socket.ws.close(code=code or WSCloseCode.OK)

    async def cut(self) -> None:
        """The connection is gone, without a word."""
        for socket in self._sockets[:]:
            self._sockets.remove(socket)
            assert socket.ws._req  # noqa: SLF001
            transport = socket.ws._req.transport  # noqa: SLF001
            assert transport
            transport.abort()

    # ------------------------------------------------------------ what people do

    async def command(
        self, name: str, who: int = ALICE, *, direct: bool = False, **options: str | int | bool
    ) -> Payload:
        """A slash command."""
        kinds = {str: 3, int: 4, bool: 5}
        chosen = [{"name": n, "type": kinds[type(v)], "value": v} for n, v in options.items()]
        return await self.interact(2, {"id": "1", "name": name, "type": 1, "options": chosen}, who, direct=direct)

    async def type(self, name: str, option: str, typed: str, **others: str) -> list[Payload]:
        """Somebody types into an option; the choices that are offered."""
        chosen: list[Payload] = [{"name": n, "type": 3, "value": v} for n, v in others.items()]
        chosen.append({"name": option, "type": 3, "value": typed, "focused": True})
        talk = await self.interact(4, {"id": "1", "name": name, "type": 1, "options": chosen})

        def reply() -> Payload | None:
            return talk.get("reply")

        choices: list[Payload] = (await self.until(reply))["data"]["choices"]
        return choices

    async def menu(self, name: str, content: str, who: int = ALICE) -> Payload:
        """A command in the menu of Bob's message."""
        target = message(self.new_id(), CHANNEL, user(BOB, "bob"), content)
        data = {"id": "1", "name": name, "type": 3, "target_id": target["id"]}
        return await self.interact(2, {**data, "resolved": {"messages": {target["id"]: target}}}, who)

    async def click(self, below: Payload, label: str, who: int = ALICE) -> Payload:
        """A click on the button with this label."""
        button = next(c for c in walk(below["components"]) if c["type"] == 2 and c["label"] == label)
        data = {"component_type": 2, "custom_id": button["custom_id"], "id": 1}
        return await self.interact(3, data, who, message=below)

    async def interact(
        self, kind: int, data: Payload, who: int = ALICE, *, direct: bool = False, **more: object
    ) -> Payload:
        channel = DIRECT if direct else CHANNEL
        token = f"token-{self.new_id()}"
        person = user(who, "alice" if who == ALICE else "bob")
        place: Payload = {"user": person} if direct else {"guild_id": str(GUILD), "member": member(person)}
        talk = {
            "id": str(self.new_id()),
            "application_id": str(APPLICATION),
            "type": kind,
            "data": data,
            "token": token,
            "version": 1,
            "channel_id": str(channel),
            "channel": channels()[channel],
            "locale": "en-US",
            "app_permissions": "0",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(GUILD)},
            "context": 1 if direct else 0,
            "attachment_size_limit": 10_000_000,
            **place,
            **more,
        }
        record = self.pending[token] = {**talk, "answered": False}
        await self.dispatch("INTERACTION_CREATE", talk)
        return record

    async def reply_to(self, talk: Payload, longest: float = 8.0) -> Payload:
        """What the person sees in the end."""
        found = await self.until(lambda: self.shown(talk), longest)
        assert found
        return found

    def shown(self, talk: Payload) -> Payload | None:
        found = self.messages.get(talk.get("original", 0))
        return found if found and (found["components"] or found["content"]) else None

    async def say(
        self,
        content: str,
        who: int = ALICE,
        *,
        direct: bool = False,
        mentions: tuple[Payload, ...] = (),
        **more: object,
    ) -> Payload:
        """A message in the channel, or a direct one; its text reaches the bot only where Discord lets it through."""
        person = user(who, "alice" if who == ALICE else "bob")
        made = message(self.new_id(), DIRECT if direct else CHANNEL, person, content) | more
        if not direct:
            made |= {"guild_id": str(GUILD), "member": member(None)}
        named = [int(found) for found in re.findall(r"<@!?(\d+)>", content)]
        made["mentions"] = [user(n, "compute-bot" if n == ME else "bob", bot=n == ME) for n in named] + [*mentions]
        if not direct and not any(int(u["id"]) == ME for u in made["mentions"]):
            made |= {"content": "", "components": []}  # no message-content intent
        await self.dispatch("MESSAGE_CREATE", made)
        return made


def awaited(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """A test that runs in an event loop of its own."""

    @functools.wraps(test)
    def run(*arguments: P.args, **named: P.kwargs) -> None:
        asyncio.run(test(*arguments, **named))

    return run


class Squeezer(Protocol):
    """A zlib stream."""

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self, mode: int, /) -> bytes: ...


class Socket:
    """One gateway connection."""

    def __init__(self, ws: web.WebSocketResponse, squeeze: Squeezer | None) -> None:
        self.ws = ws
        self._squeeze = squeeze

    async def send(self, payload: Payload) -> None:
        text = json.dumps(payload)
        if self._squeeze:
            await self.ws.send_bytes(self._squeeze.compress(text.encode()) + self._squeeze.flush(zlib.Z_SYNC_FLUSH))
        else:
            await self.ws.send_str(text)


# ---------------------------------------------------------------- the limits that Discord documents


def check(condition: object, what: str) -> None:
    if not condition:
        raise BrokenError(what)


def check_message(body: Payload) -> None:
    """https://discord.com/developers/docs/components/reference and resources/message."""
    flags, components, content = body.get("flags") or 0, body.get("components") or [], body.get("content") or ""
    check(components or content, "empty message")
    check(len(content) <= 2000, "content over 2000")
    if not flags & COMPONENTS_V2:
        check(all(c["type"] == 1 for c in components), "these components need the flag")
        return
    check(not content and not body.get("embeds"), "content and embeds are off with components v2")
    every = list(walk(components))
    check(len(every) <= 40, "over 40 components")
    texts = [c["content"] for c in every if c["type"] == 10]
    check(all(texts), "empty text")
    check(sum(map(len, texts)) <= 4000, "over 4000 characters")
    ids = [c["custom_id"] for c in every if "custom_id" in c]
    check(len(set(ids)) == len(ids), "ids twice")
    check(all(1 <= len(i) <= 100 for i in ids), "custom_id not 1 to 100")
    check(all(c["type"] in {1, 9, 10, 12, 13, 14, 17} for c in components), "not at the top level")
    for c in every:
        if c["type"] == 1:
            check(1 <= len(c["components"]) <= 5, "a row has 1 to 5 buttons")
        if c["type"] == 2:
            check(1 <= len(c.get("label") or "") <= 80, "a label has 1 to 80 characters")
        if c["type"] == 17:
            check(c["components"], "empty container")


def check_commands(commands: list[Payload]) -> None:
    """https://discord.com/developers/docs/interactions/application-commands."""
    check(sum(c.get("type", 1) == 1 for c in commands) <= 100, "over 100 commands")
    check(sum(c.get("type", 1) == 3 for c in commands) <= 15, "over 15 message commands")
    for c in commands:
        check_named(c, menu=c.get("type", 1) != 1)
        options = c.get("options") or []
        check(len(options) <= 25, "over 25 options")
        check(
            [o.get("required", False) for o in options]
            == sorted((o.get("required", False) for o in options), reverse=True),
            "required last",
        )
        for o in options:
            check_named(o, menu=False)
            check(not (o.get("choices") and o.get("autocomplete")), "choices and autocomplete")
            check_choices(o.get("choices") or [])
            check(0 <= o.get("min_length", 0) <= 6000, "min_length")
            check(1 <= o.get("max_length", 1) <= 6000, "max_length")
        check(size(c) <= 8000, "over 8000 characters")
    for locale in {locale for c in commands for locale in c.get("name_localizations") or {}} | {""}:
        names = [(c.get("type", 1), (c.get("name_localizations") or {}).get(locale, c["name"])) for c in commands]
        check(len(set(names)) == len(names), f"a name twice in {locale}")


def check_named(named: Payload, *, menu: bool) -> None:
    names = [named["name"], *(named.get("name_localizations") or {}).values()]
    for name in names:
        check(1 <= len(name) <= 32 if menu else NAME.fullmatch(name) and name == name.lower(), f"name {name}")
    descriptions = [named.get("description", ""), *(named.get("description_localizations") or {}).values()]
    check(
        not any(descriptions) if menu else all(1 <= len(d) <= 100 for d in descriptions),
        f"description of {named['name']}",
    )


def check_choices(choices: list[Payload]) -> None:
    check(len(choices) <= 25, "over 25 choices")
    check(all(1 <= len(c["name"]) <= 100 and 1 <= len(str(c["value"])) <= 100 for c in choices), "a choice too long")


def size(part: Payload) -> int:
    """Characters of names, descriptions and values, the longest language of each."""
    own = sum(
        max(map(len, [part.get(k) or "", *(part.get(f"{k}_localizations") or {}).values()]))
        for k in ("name", "description")
    )
    return (
        own + len(str(part.get("value", ""))) + sum(size(p) for k in ("options", "choices") for p in part.get(k) or [])
    )


def walk(components: list[Payload]) -> Iterator[Payload]:
    for c in components:
        yield c
        yield from walk(c.get("components") or [])


def text_of(message: Payload) -> str:
    """All that a message says."""
    return "\n".join(
        [message["content"], *(c["content"] for c in walk(message["components"]) if c["type"] == 10)]
    ).strip()


def labels(message: Payload) -> list[str]:
    return [c["label"] for c in walk(message["components"]) if c["type"] == 2]


def v2(body: Payload) -> int:
    return COMPONENTS_V2 if any(c["type"] != 1 for c in body.get("components") or []) else 0


# ---------------------------------------------------------------- what Discord says


def user(id_: int, name: str, *, bot: bool = False) -> Payload:
    return {"id": str(id_), "username": name, "discriminator": "0", "global_name": name, "avatar": None, "bot": bot}


def member(who: Payload | None) -> Payload:
    made: Payload = {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
    return made | ({"user": who, "permissions": "2147483647"} if who else {})


def application() -> Payload:
    team = {
        "id": str(APPLICATION),
        "name": "compute-bot",
        "icon": None,
        "description": "",
        "bot_public": True,
        "flags": 0,
    }
    return team | {"bot_require_code_grant": False, "verify_key": "00", "owner": user(ALICE, "alice"), "summary": ""}


def channels() -> dict[int, Payload]:
    named = {
        "id": str(CHANNEL),
        "type": 0,
        "name": "study",
        "position": 0,
        "guild_id": str(GUILD),
        "permission_overwrites": [],
    }
    return {CHANNEL: named, DIRECT: {"id": str(DIRECT), "type": 1, "recipients": [user(ALICE, "alice")]}}


def guild() -> Payload:
    roles = [
        {"id": str(GUILD), "name": "@everyone", "permissions": "2147483647", "position": 0, "color": 0, "hoist": False}
    ]
    roles[0] |= {"managed": False, "mentionable": False, "flags": 0, "colors": {"primary_color": 0}}
    return {
        "id": str(GUILD),
        "name": "Study",
        "owner_id": str(ALICE),
        "member_count": 3,
        "roles": roles,
        "emojis": [],
        "stickers": [],
        "channels": [channels()[CHANNEL]],
        "members": [],
        "threads": [],
        "presences": [],
        "voice_states": [],
        "features": [],
        "afk_timeout": 60,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "system_channel_flags": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "large": False,
    }


def message(id_: int, channel: int, author: Payload, content: str) -> Payload:
    return {
        "id": str(id_),
        "channel_id": str(channel),
        "author": author,
        "content": content,
        "type": 0,
        "flags": 0,
        "timestamp": "2026-11-23T12:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "components": [],
    }


def stored(command: Payload) -> Payload:
    """A command as Discord gives it back: with its own defaults filled in."""
    filled: Payload = {
        "default_member_permissions": None,
        "nsfw": False,
        "dm_permission": True,
        "description": "",
        **command,
    }
    if command.get("type", 1) != 1:
        filled.pop("options", None)
    return filled


def without_names(command: Payload) -> Payload:
    return {k: v for k, v in command.items() if not k.endswith("_localizations")}
