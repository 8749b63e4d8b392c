"""The arguments: which commands and options there are, what they mean, and with which codes a command ends."""

from __future__ import annotations

from collections.abc import Sequence
from getopt import GetoptError, getopt, gnu_getopt
from typing import NamedTuple

ANSWERED, DECLINED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130  # exit codes
TAKES: dict[str, set[str]] = {
    "ask": {"--explain", "--json"},
    "batch": set(),
    "chat": set(),
    "discord": {"--dry-run", "--no-store-text"},
    "doctor": {"--json"},
    "export": set(),
    "forget": set(),
    "gaps": set(),
    "healthcheck": {"--ready"},
    "knowledge": set(),
    "serve": {"--no-store-text"},
    "slack": {"--http", "--no-store-text"},
    "stats": set(),
    "topics": {"--json"},
}
OWNERS = {"export", "forget", "gaps", "stats"}  # the commands about what people asked
WITH_OPTIONS = OWNERS | {"knowledge"}  # whose options are read where they run

HELP = """\
compute-bot answers questions from a folder of reviewed facts.

  compute-bot                  converse in the terminal, with history and completion; or: compute-bot chat
  compute-bot ask QUESTION     answer one question; with - as the question it is read from standard input
      --explain                say how it was read, too
      --json                   print JSON
  compute-bot topics           list every subject, and what can be asked of it; --json
  compute-bot batch            answer JSON lines {"text", "conversation", "at"} from standard input, a line for each

  compute-bot knowledge        keep the knowledge true: check, drift, stale, coverage, exam, schema, new; --help

  compute-bot gaps             list what people asked and got no good answer to; each of these takes --help
  compute-bot stats            how much is asked, answered and found helpful; --picture FILE.svg draws it
  compute-bot export           every record that is kept, as JSON lines
  compute-bot forget           delete what is kept of a person (--user slack:U123), or from --before a day

  compute-bot discord          answer on Discord, as DISCORD_TOKEN; docs/discord.md says how to begin
  compute-bot discord sync     send Discord the commands if they have changed, and say what has
      --dry-run                only say it

  compute-bot slack            answer in Slack, over Socket Mode; docs/slack.md says how to begin
      --http                   take events over HTTP instead
      --no-store-text          keep no text of what was not answered well, or COMPUTE_BOT_STORE_TEXT=no; Discord, too

  compute-bot serve            answer on every platform that has a token, watched over; docs/settings.md
  compute-bot doctor           look whether all is as it should be, and change nothing; --json
  compute-bot healthcheck      ask the `serve` of this machine whether it is alive; --ready: whether all works

What was asked in vain and what people think of answers is kept in COMPUTE_BOT_STORE: a file, dynamodb:TABLE, memory.

  --knowledge FOLDER           answer from this folder; otherwise from COMPUTE_BOT_KNOWLEDGE, or from what came with it
  --help, --version

NO_COLOR switches colour off.
Exit codes: 0 done; 1 ask has no answer, or asks back; 2 wrong usage, or knowledge that cannot be used."""


class Options(NamedTuple):
    """What was asked for: the command, the words behind it, and the options."""

    command: str
    words: tuple[str, ...] = ()
    knowledge: str = ""
    json: bool = False
    explain: bool = False
    http: bool = False
    dry_run: bool = False
    ready: bool = False
    no_store_text: bool = False


class UsageError(Exception):
    """Says what is wrong with the arguments."""


def understood(arguments: Sequence[str]) -> Options:
    """The arguments as options, wherever they stand; raises UsageError.

    argparse would do the same, and would take longer than the answer.
    """
    known = ["help", "version", "knowledge=", "json", "explain", "http", "dry-run", "ready", "no-store-text"]
    try:
        pairs, words = getopt(list(arguments), "h", known)
        if not WITH_OPTIONS.intersection(words[:1]):
            pairs, words = gnu_getopt(list(arguments), "h", known)
    except GetoptError as error:
        raise UsageError(error.msg) from None
    given = dict(pairs)
    if given.keys() & {"-h", "--help"}:
        return Options("help")
    if "--version" in given:
        return Options("version")
    command, *rest = words or ["chat"]
    if command not in TAKES:
        raise UsageError(f"there is no command {command!r}")
    if command not in WITH_OPTIONS | {"discord"} and bool(rest) != (command == "ask"):
        raise UsageError("ask needs a question" if command == "ask" else f"{command} takes no words")
    if foreign := given.keys() - TAKES[command] - {"--knowledge"}:
        raise UsageError(f"{command} has no {min(foreign)}")
    flags = (f"--{flag}" in given for flag in ("json", "explain", "http", "dry-run", "ready", "no-store-text"))
    return Options(command, tuple(rest), given.get("--knowledge", ""), *flags)
