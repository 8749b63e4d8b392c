"""The container as it is deployed: built as written, run with nothing it does not need, measured; `make check-image`.

Without a container engine or a registry: buildah builds (no daemon), runc runs, and the base is a Debian made here in
place of Docker's python image. So this proves the Dockerfile and how the bot behaves when hardened, and says nothing
about the real base, another processor, or a cloud.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "slack")]

from fake_discord import TOKEN as DISCORD_TOKEN  # noqa: E402
from fake_discord import FakeDiscord  # noqa: E402
from fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack  # noqa: E402

CLOUD = ROOT / ".venv" / "deploy" / "bin"  # what `make check-deploy` uses
TOOLS = ("buildah", "runc", "debootstrap", "tar")
DEBIAN = "trixie"  # from the mirror that debootstrap takes by itself
BASE, IMAGE = "localhost/compute-bot-base:trixie", "localhost/compute-bot:check"
USER, QUARTER, HALF_GB = 10_001, 25_000, 512 << 20  # uid; microseconds of CPU in 100 ms; bytes
MEGABYTE = 1_000_000
READY_WITHIN, STOP_WITHIN, CHAT_WITHIN = 30.0, 25.0, 20.0  # seconds
LARGEST = 120.0  # MB resident
PORT = 18_080
QUESTION, EXPECTED = "can lambda run for half an hour?", "over the limit of 15 min"
WITH_FAKE_DISCORD = """\
import sys, discord.gateway, discord.http, yarl
discord.http.Route.BASE = sys.argv[1]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sys.argv[2])
sys.argv = ["compute-bot", "serve"]
from adapters.cli import command
command()
"""


class FailedError(Exception):
    """What the image does not do as it should."""


class Ran(NamedTuple):
    """How a command in the container ended."""

    code: int
    out: str
    seconds: float


def main() -> int:
    """Build, run and measure, or say what is missing for it."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing or os.geteuid() != 0:
        print(f"Nothing was checked: it needs {' and '.join(missing) or 'to be root'} (Debian: apt install buildah "
              "runc debootstrap), or use docker build and docker run as docs/deploy.md says.")  # fmt: skip
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="compute-bot-image-") as folder:
            make_base(Path(folder))
            build()
            with mounted() as root:
                Container.bundle, Container.root = Path(folder), root
                check(root)
    except FailedError as error:
        print(f"FAILED: {error}")
        return 1
    return 0


# ---------------------------------------------------------------- building


def done(*command: str, where: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A tool that has run."""
    return subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)


def made(*command: str, where: Path = ROOT) -> str:
    """What a tool printed; raises FailedError with the end of what it complained about."""
    ran = done(*command, where=where)
    if ran.returncode:
        raise FailedError(f"{' '.join(command[:3])} …: {ran.stderr[-2000:]}")
    return ran.stdout.strip()


def make_base(folder: Path) -> None:
    """Make the base once: Debian with Python, without the compiled modules, as the real one comes."""
    if made("buildah", "images", "--quiet", "--filter", f"reference={BASE}"):
        return
    print(f"Making a base of Debian {DEBIAN}; once, about a minute ...", flush=True)
    packages = "python3,python3-venv,ca-certificates"
    made("debootstrap", "--variant=minbase", f"--include={packages}", DEBIAN, str(folder / "base"))
    for compiled in (folder / "base").rglob("*.pyc"):
        compiled.unlink()
    for left in ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man"):
        shutil.rmtree(folder / "base" / left, ignore_errors=True)
    made("tar", "-C", str(folder / "base"), "-cf", str(folder / "base.tar"), ".")
    (folder / "Dockerfile").write_text("FROM scratch\nADD base.tar /\n", encoding="utf-8")
    shutil.rmtree(folder / "base")
    made("buildah", "bud", "--isolation", "chroot", "--format", "docker", "--tag", BASE, str(folder))


def build() -> None:
    """Build the Dockerfile as it is; only the certificates and pip's settings of this machine are lent to it."""
    lent = [path for path in ("/etc/ssl/certs", "/etc/pip.conf") if Path(path).exists()]
    options = ["--isolation", "chroot", "--pull-never", "--format", "docker", "--network", "host"]
    options += [word for path in lent for word in ("--volume", f"{path}:{path}:ro")]
    began = time.monotonic()
    made("buildah", "bud", *options, "--build-arg", f"BASE={BASE}", "--tag", IMAGE, str(ROOT))
    print(f"built in {time.monotonic() - began:.0f} s")


@contextlib.contextmanager
def mounted() -> Iterator[Path]:
    """The files of the image."""
    name = made("buildah", "from", "--pull-never", IMAGE)
    try:
        yield Path(made("buildah", "mount", name))
    finally:
        made("buildah", "rm", name)


def settings_of_image() -> dict[str, Any]:
    """What the image says of itself: Env, Entrypoint, Cmd, User, Healthcheck and more."""
    config: dict[str, Any] = json.loads(made("buildah", "inspect", "--type", "image", IMAGE))["Docker"]["config"]
    return config


# ---------------------------------------------------------------- running


class Container:
    """One run of the image: no root, no capabilities, nothing writable, a quarter of a CPU and half a GB."""

    bundle: Path
    root: Path

    def __init__(
        self, words: Sequence[str], *, quota: int = QUARTER, terminal: bool = False, env: Mapping[str, str] = {}
    ) -> None:
        image = settings_of_image()
        self.name = f"compute-bot-check-{os.getpid()}-{time.monotonic_ns()}"
        self.place = self.bundle / self.name
        self.place.mkdir()
        config = json.loads(made("runc", "spec", where=self.place) or (self.place / "config.json").read_text())
        config["process"] |= {
            "terminal": terminal,
            "user": {"uid": USER, "gid": USER},
            "args": list(words) if words[:1] == ["python3"] else [*image["Entrypoint"], *(words or image["Cmd"])],
            "env": [*image["Env"], "TERM=xterm", *(f"{name}={value}" for name, value in env.items())],
            "cwd": image["WorkingDir"],
            "capabilities": {},
            "noNewPrivileges": True,
        }
        config["root"] = {"path": str(self.root), "readonly": True}
        spaces = config["linux"]["namespaces"]
        config["linux"]["namespaces"] = [space for space in spaces if space["type"] != "network"]
        config["linux"]["cgroupsPath"] = f"/{self.name}"
        config["linux"]["resources"] |= {"cpu": {"quota": quota, "period": 100_000}, "memory": {"limit": HALF_GB}}
        (self.place / "config.json").write_text(json.dumps(config), encoding="utf-8")
        self.command = ["runc", "run", "--bundle", str(self.place), self.name]

    def to_end(self) -> Ran:
        began = time.monotonic()
        done = subprocess.run(self.command, capture_output=True, text=True, check=False, timeout=120)
        return Ran(done.returncode, done.stdout + done.stderr, time.monotonic() - began)

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        with (self.place / "log").open("w") as log, subprocess.Popen(self.command, text=True, stderr=log) as process:
            try:
                yield process
            finally:
                done("runc", "delete", "--force", self.name)

    def log(self) -> str:
        return (self.place / "log").read_text(encoding="utf-8")

    def execute(self, *words: str) -> int:
        """Run a further command in it, as its health check is."""
        return done("runc", "exec", self.name, *words).returncode

    def signalled(self, which: str) -> None:
        made("runc", "kill", self.name, which)

    def resident(self) -> float:
        """The resident memory of its first process, in MB."""
        pid = json.loads(made("runc", "state", self.name))["pid"]
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
        return int(found[1]) * 1024 / MEGABYTE if found else 0.0


def converse(container: Container, typed: bytes, shown: Callable[[str], bool]) -> str:
    """What a terminal shows after this was typed; raises FailedError if it does not come to show what it should."""
    pid, terminal = pty.fork()
    if not pid:
        os.execvp(container.command[0], container.command)  # noqa: S606 - no shell is meant
    text, deadline, sent = "", time.monotonic() + CHAT_WITHIN, False
    while time.monotonic() < deadline and not shown(text):
        if select.select([terminal], [], [], 0.2)[0]:
            with contextlib.suppress(OSError):
                text += os.read(terminal, 65_536).decode(errors="replace")
        elif text and not sent:  # it has said what it says first, and waits
            sent = bool(os.write(terminal, typed))
    end = time.monotonic() + STOP_WITHIN
    while not (ended := os.waitpid(pid, os.WNOHANG))[0] and time.monotonic() < end:
        with contextlib.suppress(OSError):
            if select.select([terminal], [], [], 0.5)[0]:
                os.read(terminal, 65_536)
            else:
                os.write(terminal, b"\x04")  # Ctrl-D, as soon as it waits again
    if not ended[0]:
        made("runc", "delete", "--force", container.name)
        raise FailedError(f"chat does not end, and showed {text[-500:]!r}")
    status = os.waitstatus_to_exitcode(ended[1])
    if not shown(text) or status:
        raise FailedError(f"chat ended with {status} and showed {text[-500:]!r}")
    return text


# ---------------------------------------------------------------- what is checked


def check(root: Path) -> None:
    """Everything, and print each figure."""
    whole, base = (sum_of(name) for name in (IMAGE, BASE))
    print(f"image {whole:.0f} MB, of which {whole - base:.0f} MB are ours and {base:.0f} MB this base")
    image = settings_of_image()
    expect(image["User"] == f"{USER}:{USER}", f"the user is {image['User']!r}")
    expect("compute-bot" in image["Healthcheck"]["Test"], "there is no health check")
    tools = [name for name in ("gcc", "cc", "pip", "pip3") if any(root.glob(f"*/bin/{name}")) or any(
        root.glob(f"usr/*/bin/{name}")) or any(root.glob(f"opt/*/bin/{name}"))]  # fmt: skip
    expect(not tools, f"these tools are in the image: {tools}")
    check_commands()
    asyncio.run(check_serve("in memory", {}))
    with table() as settings:
        asyncio.run(check_serve("in a table", settings))
    print("ok")


def sum_of(name: str) -> float:
    """The size of an image in MB, as buildah says it."""
    images = json.loads(made("buildah", "images", "--json", "--filter", f"reference={name}"))
    amount, unit = images[0]["size"].split()
    return float(amount) * {"MB": 1, "GB": 1000}[unit]


def expect(condition: object, otherwise: str) -> None:
    if not condition:
        raise FailedError(otherwise)


def check_commands() -> None:
    """The commands that need no platform."""
    ran = Container(["--version"]).to_end()
    expect(ran.code == 0 and ran.out.startswith("compute-bot "), f"--version: {ran}")
    for quota, size in ((QUARTER, "0.25 vCPU"), (-1, "unlimited")):
        ran = Container(["ask", QUESTION], quota=quota).to_end()
        expect(ran.code == 0 and EXPECTED in ran.out, f"ask: {ran}")
        print(f"ask, {size}: {ran.seconds:.1f} s")
    said = converse(Container(["chat"], terminal=True), QUESTION.encode() + b"\r", lambda text: EXPECTED in text)
    expect("Traceback" not in said, f"chat: {said}")
    ran = Container(["python3", "-c", "open('/opt/compute-bot/x', 'w')"]).to_end()
    expect("Read-only file system" in ran.out, f"something can be written: {ran}")
    ran = Container([]).to_end()
    expect(ran.code == 2 and "SLACK_BOT_TOKEN" in ran.out, f"serve without tokens: {ran}")
    print("--version, ask, chat in a terminal, serve without tokens: as they should")


@contextlib.contextmanager
def table() -> Iterator[dict[str, str]]:
    """The settings of a store as it is deployed: a table, in moto on the loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    settings = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
    }  # fmt: skip
    keys = [["pk", "HASH"], ["sk", "RANGE"]]
    command = [str(CLOUD / "aws"), "dynamodb", "create-table", "--table-name", "bot", "--billing-mode"]
    command += ["PAY_PER_REQUEST", "--attribute-definitions"]
    command += [*(f"AttributeName={name},AttributeType=S" for name, _ in keys), "--key-schema"]
    command += [f"AttributeName={name},KeyType={kind}" for name, kind in keys]
    with subprocess.Popen(
        [CLOUD / "moto_server", "-H", "127.0.0.1", "-p", port], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            ran = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)  # it tries again
            expect(ran.returncode == 0, f"moto: {ran.stderr}")
            yield settings | {"COMPUTE_BOT_STORE": "dynamodb:bot"}
        finally:
            server.terminate()


async def check_serve(where: str, store: Mapping[str, str]) -> None:
    """Both platforms, from start to stop, with the store that is given."""
    async with FakeSlack() as slack, FakeDiscord() as discord:
        settings = {
            "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.api,
            "DISCORD_TOKEN": DISCORD_TOKEN, "COMPUTE_BOT_HEALTH_PORT": str(PORT),
            **store,
        }  # fmt: skip
        words = ["python3", "-c", WITH_FAKE_DISCORD, discord.api, discord.gateway_url]
        container = Container(words, env=settings)
        began = time.monotonic()
        with container.running() as process:
            try:
                await until(lambda: status("readyz") == 200, READY_WITHIN)
            except TimeoutError:
                raise FailedError(f"not ready after {READY_WITHIN:.0f} s: {container.log()[-3000:]}") from None
            print(f"serve, 0.25 vCPU, store {where}: ready on both platforms after {time.monotonic() - began:.1f} s")
            await slack.mention(QUESTION)
            await slack.until(lambda: EXPECTED in json.dumps(slack.said()))
            health = settings_of_image()["Healthcheck"]["Test"][1:]
            expect(await asyncio.to_thread(container.execute, *health) == 0, "the health check fails")
            expect(container.resident() < LARGEST, f"{container.resident():.0f} MB are resident")
            print(f"resident, both platforms connected: {container.resident():.0f} MB")
            container.signalled("TERM")
            began = time.monotonic()
            await until(lambda: process.poll() is not None, STOP_WITHIN)
            expect(process.returncode == 0, f"SIGTERM: exit code {process.returncode}: {container.log()[-3000:]}")
            print(f"SIGTERM: exit code 0 after {time.monotonic() - began:.1f} s")


async def until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait for it, or raise TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - nothing tells us of another process
            await asyncio.sleep(0.05)


def status(path: str) -> int:
    """The status that the bot's own health page answers with, or 0."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/{path}", timeout=2) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
