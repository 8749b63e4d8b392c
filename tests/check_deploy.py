"""The deployment, as far as it can be proven without a cloud; `make check-deploy`.

The linters find nothing, and find what is planted. The script runs as it is, with the real AWS command line, against
moto, which keeps what it is told and knows no permissions and no tasks. What moto has not is played: docker, the
tasks, and the outputs of what change sets make. `tests/test_deploy.py` checks what stands in the
templates.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
TOOLS = ROOT / ".venv" / "deploy" / "bin"
PARTS = ("Dockerfile", ".dockerignore", "deploy")
STACK, BASE = "deploy/stack.yaml", "deploy/base.yaml"
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_APP_TOKEN": "xapp-1-b", "DISCORD_TOKEN": "abc.d-e_f"}

LINTERS = {
    "Dockerfile": ["hadolint", "Dockerfile"],
    "deploy/deploy": ["shellcheck", "deploy/deploy"],
    STACK: ["cfn-lint", STACK],
    BASE: ["cfn-lint", BASE],
}
PLANTED = (  # a file, what is right in it, and what is wrong in its place
    ("Dockerfile", "WORKDIR /source", "WORKDIR source"),
    ("Dockerfile", "FROM ${BASE}\n", "FROM python:latest\n"),
    ("deploy/deploy", 'cd "$(dirname "$0")/.."', "cd $(dirname $0)/.."),
    (STACK, 'Memory: "512"', 'Memory: "500"'),
    (STACK, "NetworkMode: awsvpc", "NetworkMode: host-only"),
    (STACK, "!GetAtt Starter.Arn", "!GetAtt Starter.Name"),
    (STACK, "TreatMissingData:", "TreatMissing:"),
    (STACK, "RetentionInDays: !Ref LogDays", "RetentionInDays: !Ref LogWeeks"),
    (BASE, "BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_PER_QUERY"),
    (BASE, "AttributeName: sk\n          KeyType", "AttributeName: sort\n          KeyType"),
)

DOCKER = """\
#!/bin/sh
echo "docker $*" >> "$PLAYED/docker"
case $1 in
    login) cat > /dev/null ;;
    push) aws ecr put-image --repository-name compute-bot --image-tag "${2##*:}" --image-manifest \
        '{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": [],
          "config": {"mediaType": "x", "size": 1, "digest": "sha256:'"$(printf '%064d' 1)"'"}}' > /dev/null ;;
esac
"""
AWS = """\
#!{python}
import json, os, re, subprocess, sys
real, words, played = "{aws}", sys.argv[1:], os.environ["PLAYED"]
with open(f"{{played}}/aws", "a") as log:
    print(json.dumps(words), file=log)
given = lambda option: words[words.index(option) + 1]
if words[:2] == ["cloudformation", "deploy"]:
    stack, last = given("--stack-name"), len(words)
    overrides = words[words.index("--parameter-overrides") + 1 :] if "--parameter-overrides" in words else []
    parameters = [dict(zip(("ParameterKey", "ParameterValue"), word.split("=", 1))) for word in overrides]
    seen = subprocess.run([real, "cloudformation", "describe-stacks", "--stack-name", stack], capture_output=True)
    body = open(given("--template-file")).read()
    body = body.replace("    Export:\\n      Name: !Sub ${{Base}}-discord\\n", "")  # moto exports it on no condition
    words = ["cloudformation", "create-stack" if seen.returncode else "update-stack", "--stack-name", stack,
             "--template-body", body, "--parameters", json.dumps(parameters)]
elif words[:2] == ["cloudformation", "describe-stacks"]:  # moto shows a list as Python does
    said = subprocess.run([real, *words], stdout=subprocess.PIPE, text=True)
    print(re.sub(r"\\['(.*?)'\\]", lambda m: m[1].replace("', '", ","), said.stdout), end="")
    sys.exit(said.returncode)
elif words[:2] == ["ecs", "run-task"]:  # the command line checks what it is given, and asks nobody
    if subprocess.run([real, *words, "--generate-cli-skeleton", "output"], stdout=subprocess.DEVNULL).returncode:
        sys.exit(1)
    print("arn:aws:ecs:us-east-1:123456789012:task/compute-bot/0123456789")
    sys.exit(0)
elif words[:3] == ["ecs", "wait", "tasks-stopped"]:
    sys.exit(0)
elif words[:2] == ["ecs", "describe-tasks"]:
    print(os.environ.get("DOCTOR", "0"))
    sys.exit(0)
elif words[:2] == ["logs", "get-log-events"]:
    print("what the doctor found")
    sys.exit(0)
os.execv(real, [real, *words])
"""


class Ran(NamedTuple):
    """How a program ended, and what it said."""

    code: int
    said: str


def main() -> int:
    """Check everything; the first thing that is wrong ends it with a sentence."""
    with tempfile.TemporaryDirectory(prefix="compute-bot-deploy-") as folder:
        copy = Path(folder, "checkout")
        copy.mkdir()
        for part in PARTS:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, copy / part)
            else:
                shutil.copy(ROOT / part, copy / part)
        check_linters(copy)
        check_script(copy, Path(folder, "played"))
    print("ok")
    return 0


def run(words: Sequence[str | Path], where: Path, **env: str) -> Ran:
    done = subprocess.run(words, cwd=where, env=env or None, capture_output=True, text=True, check=False, timeout=300)
    return Ran(done.returncode, done.stdout + done.stderr)


def expect(condition: object, otherwise: object) -> None:
    if not condition:
        print(f"FAILED: {otherwise}", file=sys.stderr)
        raise SystemExit(1)


# ---------------------------------------------------------------- what only reads


def check_linters(copy: Path) -> None:
    for file, command in LINTERS.items():
        ran = run([TOOLS / command[0], *command[1:]], copy)
        expect(ran.code == 0, f"{command[0]} on {file}: {ran.said}")
        print(f"{command[0]} finds nothing in {file}")
    for file, right, wrong in PLANTED:
        text = (copy / file).read_text(encoding="utf-8")
        expect(right in text, f"{right!r} is no longer in {file}, and cannot be made wrong")
        (copy / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
        ran = run([TOOLS / LINTERS[file][0], *LINTERS[file][1:]], copy)
        expect(ran.code != 0, f"nobody minds {wrong!r} in {file}")
        (copy / file).write_text(text, encoding="utf-8")
    print(f"{len(PLANTED)} mistakes were planted, and found")


# ---------------------------------------------------------------- the script, against a cloud that is played


class Cloud:
    """A moto, and a checkout from which the script runs."""

    def __init__(self, copy: Path, played: Path, address: str) -> None:
        self.copy, self.played = copy, played
        self.env = {
            "PATH": f"{played}:{TOOLS}:/usr/bin:/bin", "HOME": str(played), "PLAYED": str(played),
            "AWS_ENDPOINT_URL": address, "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "ARCHITECTURE": "X86_64",
        }  # fmt: skip

    def deploy(self, *words: str, path: str = "", **env: str) -> Ran:
        return run(
            ["bash", "deploy/deploy", *words], self.copy, **{**self.env, **env, **({"PATH": path} if path else {})}
        )

    def well(self, *words: str, **env: str) -> str:
        ran = self.deploy(*words, **env)
        expect(ran.code == 0, f"deploy {' '.join(words)} {env}: {ran.said}")
        return ran.said

    def ask(self, *words: str) -> Any:  # noqa: ANN401 - JSON
        ran = run([TOOLS / "aws", *words, "--output", "json"], self.copy, **self.env)
        expect(ran.code == 0, ran.said)
        return json.loads(ran.said)

    def stacks(self) -> set[str]:
        """The names of the stacks that are there."""
        return set(self.ask("cloudformation", "describe-stacks", "--query", "Stacks[].StackName"))

    def given(self, stack: str) -> dict[str, str]:
        """The parameters of a stack."""
        said = self.ask("cloudformation", "describe-stacks", "--stack-name", stack, "--query", "Stacks[0].Parameters")
        return {each["ParameterKey"]: each["ParameterValue"] for each in said}

    def builds(self) -> int:
        log = self.played / "docker"
        return log.read_text(encoding="utf-8").count("docker build") if log.exists() else 0


@contextlib.contextmanager
def cloud(copy: Path, played: Path) -> Iterator[Cloud]:
    played.mkdir()
    for name, text in (("docker", DOCKER), ("aws", AWS.format(python=sys.executable, aws=TOOLS / "aws"))):
        folder = played / "bin"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        who = {
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@b",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b",
        }
        expect(run(["git", *words], copy, **os.environ, **who).code == 0, "git does not work")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (played / "moto").open("w") as log, subprocess.Popen(
        [TOOLS / "moto_server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
    ) as server:  # fmt: skip
        try:
            wait_for(port)
            here = Cloud(copy, played, f"http://127.0.0.1:{port}")
            here.env["PATH"] = f"{played / 'bin'}:{here.env['PATH']}"
            yield here
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    expect(condition=False, otherwise="moto does not start")


def check_script(copy: Path, played: Path) -> None:
    with cloud(copy, played) as here:
        check_refusals(here)
        check_releases(here)
        check_copies(here)


def check_refusals(here: Cloud) -> None:
    """What is missing is said in a sentence, and nothing has been made by then."""
    bare = here.played / "bare"
    bare.mkdir()
    for tool in ("bash", "dirname", "git", "tr", "uname", "cat", "awk"):
        (bare / tool).symlink_to(shutil.which(tool) or tool)
    refused = (
        (here.deploy(path=str(bare)), "the AWS command line is missing"),
        (here.deploy(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY=""), "you are not signed in to AWS"),
        (here.deploy(AWS_DEFAULT_REGION=""), "no region is set"),
        (here.deploy("--fast"), "there is no --fast"),
    )
    for ran, sentence in refused:
        expect(ran.code == 2 and sentence in ran.said, f"{sentence!r} is not said: {ran}")
    expect(not here.stacks(), "a refusal has made something")
    for env, sentence in (
        ({}, "no token is set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1-a"}, "SLACK_APP_TOKEN should be xapp-"),
        ({**TOKENS, "SLACK_BOT_TOKEN": "secret-123"}, "SLACK_BOT_TOKEN does not look like one"),
    ):
        ran = here.deploy(**env)
        expect(ran.code == 2 and sentence in ran.said, f"{sentence!r} is not said: {ran}")
        expect("secret-123" not in ran.said, "a token is shown")
    (bare / "aws").symlink_to(here.played / "bin" / "aws")
    (bare / "head").symlink_to("/usr/bin/head")
    ran = here.deploy(path=str(bare), **TOKENS)
    expect(ran.code == 2 and "docker is missing" in ran.said, f"docker: {ran}")
    (here.copy / "new").touch()
    ran = here.deploy()
    expect(ran.code == 2 and "not committed" in ran.said, f"a changed checkout: {ran}")
    (here.copy / "new").unlink()
    print("it refuses, with a sentence, what cannot work")


def check_releases(here: Cloud) -> None:
    """A first release, the same again, a new token, a commit, and back."""
    began = time.monotonic()
    here.well(MAIL="somebody@example.org", **TOKENS)
    print(f"a first release: {time.monotonic() - began:.0f} s")
    expect(here.stacks() == {"compute-bot", "compute-bot-service"}, here.stacks())
    (name,) = here.ask("dynamodb", "list-tables", "--query", "TableNames")
    keys = "Table.KeySchema[].AttributeName"
    table = here.ask("dynamodb", "describe-table", "--table-name", name, "--query", keys)
    expect(table == ["pk", "sk"], table)
    first = here.given("compute-bot-service")
    said = here.well()
    expect("building" not in said and here.builds() == 1, "the same commit is built twice")
    expect("secret" not in said and here.given("compute-bot-service") == first, "running it again changes something")
    here.well(**{**TOKENS, "DISCORD_TOKEN": "new.token"})
    rotated = here.given("compute-bot-service")
    changed = {key for key in first if first[key] != rotated[key]}
    expect(changed == {"DiscordSecretVersion"}, f"a new token changes {changed}")
    said = (here.played / "aws").read_text(encoding="utf-8")
    expect(not any(token in said for token in [*TOKENS.values(), "new.token"]), "a token was an argument of a program")
    tag = next(word for word in here.well("images").split() if word.endswith("-x86_64"))
    expect("there is no image nonsense" in here.deploy("nonsense").said, "an image that is not there is taken")
    expect("building" not in here.well(tag), "going back to an image builds it")
    ran = here.deploy("doctor", DOCTOR="1")
    expect(ran.code == 2 and "what the doctor found" in ran.said, f"the doctor's complaint: {ran}")
    print("the same again changes nothing; a new token is a new version; an image can be gone back to; doctor is heard")


def check_copies(here: Cloud) -> None:
    """Several tasks for Slack, and one for Discord; then one for both."""
    here.well(COPIES="3")
    both = [here.given(name) for name in ("compute-bot-service", "compute-bot-discord")]
    found = [(each["Copies"], bool(each["SlackSecret"]), bool(each["DiscordSecret"])) for each in both]
    expect(found == [("3", True, False), ("1", False, True)], found)
    expect(here.given("compute-bot-service")["Vpc"] == both[1]["Vpc"], "they run in different networks")
    here.well(COPIES="1")
    expect(here.stacks() == {"compute-bot", "compute-bot-service"}, here.stacks())
    joined = here.given("compute-bot-service")
    expect(joined["Copies"] == "1" and joined["DiscordSecret"] and joined["SlackSecret"], joined)
    print("three copies: Discord apart, once; one copy: together again")


if __name__ == "__main__":
    sys.exit(main())
