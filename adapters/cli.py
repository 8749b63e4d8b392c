"""The command `compute-bot`: the one place that reads the environment and puts knowledge, bot and terminal together.

What an answer looks like in a terminal is decided in `adapters.repl`, what it says in `bot`.
A command imports what it needs when it runs: a question from the shell must not wait for the line editor.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from getopt import GetoptError, getopt, gnu_getopt
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from bot import Answer, Bot, KnowledgeError, Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.repl import Terminal
    from adapters.slack import Settings
    from adapters.store import Store
    from adapters.store.journal import Journal

ANSWERED, DECLINED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130  # exit codes
ANSWERS = {"answer", "help", "greet"}  # the kinds of answer with which `ask` exits 0
TAKES: dict[str, set[str]] = {
    "ask": {"--explain", "--json"},
    "batch": set(),
    "chat": set(),
    "discord": {"--dry-run", "--no-store-text"},
    "export": set(),
    "forget": set(),
    "gaps": set(),
    "knowledge": set(),
    "slack": {"--http", "--no-store-text"},
    "stats": set(),
    "topics": {"--json"},
}
OWNERS = {"export", "forget", "gaps", "stats"}  # the commands about what people asked
WITH_OPTIONS = OWNERS | {"knowledge"}  # whose options are read where they run
HIGHEST_PORT = 65_535
MOST_DAYS = 3_650
LEAVING = 5.0  # seconds in which the journal is written out at the end
LATEST = 1e15  # seconds: a clock beyond this is a mistake, as are infinity and "not a number"

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
    no_store_text: bool = False


class UsageError(Exception):
    """Says what is wrong with the arguments."""


def command() -> NoReturn:
    """Be the process `compute-bot`: run, and end at once, as freeing all that is known takes longer than an answer."""
    code = main()
    sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    commands = {
        "ask": ask,
        "batch": batch,
        "chat": chat,
        "discord": discord,
        **dict.fromkeys(OWNERS, about_use),
        "help": help_,
        "knowledge": keep,
        "slack": slack,
        "topics": topics,
        "version": version,
    }
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        options = understood(sys.argv[1:] if arguments is None else arguments)
        code = commands[options.command](options)
        sys.stdout.flush()
    except UsageError as error:
        return complain(f"compute-bot: {error}; see compute-bot --help")
    except KnowledgeError as error:
        count = f"{len(error.problems)} problem{'s' if len(error.problems) != 1 else ''}"
        return complain(*map(str, error.problems), f"The knowledge has {count}; nothing was started.")
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough; nothing is left to be written when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ANSWERED
    except OSError as error:  # a full disk behind standard output, say
        return complain(f"compute-bot: {error}")
    return code


def understood(arguments: Sequence[str]) -> Options:
    """The arguments as options, wherever they stand; raises UsageError.

    argparse would do the same, and would take longer than the answer.
    """
    known = ["help", "version", "knowledge=", "json", "explain", "http", "dry-run", "no-store-text"]
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
    flags = (f"--{flag}" in given for flag in ("json", "explain", "http", "dry-run", "no-store-text"))
    return Options(command, tuple(rest), given.get("--knowledge", ""), *flags)


# ---------------------------------------------------------------- the commands


def help_(_: Options) -> int:
    """Print how the command is used."""
    print(HELP)
    return ANSWERED


def version(_: Options) -> int:
    """Print the version; looking it up takes longer than answering, so nothing else does."""
    from importlib import metadata

    print(f"compute-bot {metadata.version('compute-bot')}")
    return ANSWERED


def chat(options: Options) -> int:
    """Converse in the terminal, until the end of input."""
    from adapters import repl
    from adapters.reload import Reloader

    repl.run(Reloader(*place(options)), terminal())
    return ANSWERED


def ask(options: Options) -> int:
    """Answer one question, which belongs to no conversation."""
    gc.disable()  # one answer, and the process ends: tidying up would take a tenth of its time
    words = " ".join(options.words)
    raw = sys.stdin.buffer.read() if words == "-" else os.fsencode(words)
    question = Question(raw.decode("utf-8", "replace"))
    bot = opened(options)
    answer = bot.ask(question)
    if options.json:
        print_json(as_data(answer) | ({"explanation": bot.explain(question).data} if options.explain else {}))
    else:
        from adapters import repl

        repl.say(repl.reply(answer, terminal()), repl.explained(bot, question) if options.explain else "", after="")
    return ANSWERED if answer.kind in ANSWERS else DECLINED


def topics(options: Options) -> int:
    """List what can be asked about."""
    bot = opened(options)
    if options.json:
        print_json([{"subject": subject, "aspects": aspects} for subject, aspects in bot.topics()])
    else:
        from adapters import repl

        print("\n".join(repl.topic_lines(bot, repl.width(), colour=terminal().colour)))
    return ANSWERED


def batch(options: Options) -> int:
    """Answer each line of standard input with one line, at once and in order; what is no question gets an error."""
    from json import dumps

    bot = opened(options)
    for line in batch_lines(bot):
        print(dumps(line), flush=True)
    return ANSWERED


def batch_lines(bot: Bot) -> Iterator[dict[str, Any]]:
    """The reply to each line of standard input."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            question = to_question(line)
        except ValueError as error:
            yield {"error": f"line {number}: {error}", "kind": "abstain", "text": ""}
        else:
            yield as_data(bot.ask(question))


def keep(options: Options) -> int:
    """Run one of the tools for whoever keeps the knowledge."""
    from pathlib import Path

    from adapters import keeper, repl

    gc.disable()  # as above: a seventh of the time of a check
    folder, cache = place(options)
    return keeper.main(options.words, keeper.Settings(Path(folder), Path(cache) if cache else None, repl.width()))


def about_use(options: Options) -> int:
    """Tell or delete what is kept of what people asked."""
    from pathlib import Path

    from adapters import owners, repl

    folder, cache = place(options)
    settings = owners.Settings(store_setting(), Path(folder), Path(cache) if cache else None, repl.width())
    return owners.main(options.command, options.words, settings)


def slack(options: Options) -> int:
    """Answer in Slack until somebody ends the process."""
    try:
        from adapters import slack
    except ModuleNotFoundError as error:
        return complain(f"compute-bot slack needs {error.name}: install it with pip install 'compute-bot[slack]'")
    from adapters.store import StoreError

    settings = slack_settings(http=options.http)
    logging_to_stderr()
    try:
        bot, renew = renewed(options)
        with_journal("slack", options, lambda journal: slack.run(bot, settings, journal, renew))
    except (slack.StartError, StoreError) as error:
        return complain(f"compute-bot slack: {error}.")
    return ANSWERED


def discord(options: Options) -> int:
    """Answer on Discord until somebody ends the process, or only send the commands."""
    if options.words not in ((), ("sync",)) or (options.dry_run and not options.words):
        raise UsageError("discord takes sync, with or without --dry-run, or no words")
    token = os.environ.pop("DISCORD_TOKEN", "").strip()
    if not token:
        return complain("compute-bot discord: DISCORD_TOKEN is not set; docs/discord.md says where to get it.")
    try:
        from adapters import discord as platform
    except ModuleNotFoundError as error:
        return complain(f"compute-bot discord needs {error.name}: install it with pip install 'compute-bot[discord]'")
    from adapters.store import StoreError, open_store
    from adapters.store.journal import Journal

    try:
        if options.words:
            forgetful = Journal(open_store("memory"), "discord", withheld)
            found = platform.differences(opened(options), forgetful, token, dry=options.dry_run)
            print("\n".join(found or ["Discord has these commands already."]))
        else:
            bot, renew = renewed(options)
            with_journal("discord", options, lambda journal: platform.run(bot, journal, token, renew))
    except (platform.RefusedError, StoreError) as error:
        return complain(f"compute-bot discord: {error}")
    return ANSWERED


# ---------------------------------------------------------------- JSON


def to_question(line: bytes) -> Question:
    """The question in a line of JSON; raises ValueError saying what is wrong with the line."""
    import json

    try:
        data = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not a JSON object: {error.msg} at character {error.pos + 1}") from None
    except (ValueError, RecursionError):
        raise ValueError("not a JSON object that can be read") from None
    if not isinstance(data, dict):
        raise ValueError('not a JSON object: write {"text": "…", "conversation": "…", "at": 0}')
    text, conversation, at = data.get("text"), data.get("conversation", ""), data.get("at", 0)
    if not isinstance(text, str) or not isinstance(conversation, str):
        raise ValueError('"text" and "conversation" must be strings')
    if isinstance(at, bool) or not isinstance(at, int | float) or not abs(at) < LATEST:
        raise ValueError('"at" must be a number of seconds')
    return Question(text, conversation, float(at))


def as_data(answer: Answer) -> dict[str, Any]:
    """The answer as JSON has it."""
    table = answer.table and {"columns": answer.table.columns, "rows": answer.table.rows}
    sources = [{"title": source.title, "url": source.url, "checked": source.checked} for source in answer.sources]
    fields = ("kind", "text", "title", "lead", "points", "caveat", "as_of", "suggestions", "id")
    return {field: getattr(answer, field) for field in fields} | {"table": table, "sources": sources}


def print_json(data: object) -> None:
    """Print for a person or a program; ASCII only, so that nothing in it can steer a terminal."""
    from json import dumps

    print(dumps(data, indent=2))


# ---------------------------------------------------------------- the environment


def opened(options: Options) -> Bot:
    """The bot on the folder that was asked for; raises KnowledgeError."""
    return Bot.open(*place(options))


def renewed(options: Options) -> tuple[Bot, Callable[[Callable[[Bot], None]], None]]:
    """The bot of a server, and what lets the server take changed knowledge on SIGHUP; raises KnowledgeError."""
    from functools import partial

    from adapters.reload import Reloader, on_hangup

    reloader = Reloader(*place(options))
    return reloader.bot, partial(on_hangup, reloader)


def place(options: Options) -> tuple[str, str | None]:
    """The folder that was asked for, and where it is kept compiled."""
    return options.knowledge or knowledge(), own("XDG_CACHE_HOME", "~/.cache")


def knowledge() -> str:
    """The folder that the environment names, the one beside the packages, or the one that was installed with them."""
    if named := os.environ.get("COMPUTE_BOT_KNOWLEDGE"):
        return named
    beside = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "knowledge")
    if not os.path.isdir(beside):
        return os.path.join(sys.prefix, "share", "compute-bot", "knowledge")
    return beside.removeprefix(os.path.join(os.getcwd(), ""))  # problems name short paths


def own(variable: str, otherwise: str) -> str | None:
    """Our folder among the user's files of one sort, if the user has a home."""
    named = os.environ.get(variable, "")
    folder = named if os.path.isabs(named) else os.path.expanduser(otherwise)
    return None if folder.startswith("~") else os.path.join(folder, "compute-bot")


def with_journal(platform: str, options: Options, run: Callable[[Journal], None]) -> None:
    """Run a platform with its journal, around the store that the environment names; raises StoreError, UsageError."""
    import asyncio

    from adapters.store import open_store
    from adapters.store.journal import Journal
    from adapters.store.redact import redact

    text = not options.no_store_text and os.environ.get("COMPUTE_BOT_STORE_TEXT", "yes") != "no"
    days = number("COMPUTE_BOT_KEEP_DAYS", 90, MOST_DAYS)
    store = open_store(store_setting())
    journal = Journal(store, platform, redact if text else withheld, days)
    try:
        run(journal)
    finally:
        asyncio.run(leave(journal, store))


async def leave(journal: Journal, store: Store) -> None:
    """Write out what waits, and close the store."""
    await journal.finish(LEAVING)
    await store.close()


def withheld(_: str) -> str:
    """What is kept of a text where none is to be kept."""
    return ""


def store_setting() -> str:
    """The store that the environment names, or a file among the user's own; raises UsageError if there is none."""
    state = own("XDG_STATE_HOME", "~/.local/state")
    found = os.environ.get("COMPUTE_BOT_STORE") or (os.path.join(state, "store.db") if state else "")
    if not found:
        raise UsageError("COMPUTE_BOT_STORE must name a file, dynamodb:TABLE or memory")
    return found


def slack_settings(*, http: bool) -> Settings:
    """What the environment says about Slack; taken out of it, because the SDK would read more of it than is meant."""
    from adapters.slack import Settings

    found = {name: os.environ.pop(name).strip() for name in list(os.environ) if name.startswith("SLACK_")}
    channels = os.environ.get("COMPUTE_BOT_SLACK_CHANNELS", "").replace(",", " ").split()
    return Settings(
        bot_token=found.get("SLACK_BOT_TOKEN", ""),
        app_token=found.get("SLACK_APP_TOKEN", ""),
        signing_secret=found.get("SLACK_SIGNING_SECRET", ""),
        channels=frozenset(channels),
        http=http,
        host=os.environ.get("COMPUTE_BOT_HOST", Settings().host),
        port=number("COMPUTE_BOT_PORT", Settings().port, HIGHEST_PORT),
        api=found.get("SLACK_API_URL") or Settings().api,
    )


def number(variable: str, otherwise: int, most: int) -> int:
    """The whole number that the environment names, from 0 on; raises UsageError."""
    text = os.environ.get(variable) or str(otherwise)
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise UsageError(f"{variable} must be a number, 0 to {most}")
    return int(text)


def logging_to_stderr() -> None:
    """Log to standard error, a line for each event; none holds what anybody wrote."""
    import logging

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)


def terminal() -> Terminal:
    """What the terminal can do, as far as the environment tells."""
    from adapters import repl

    dumb = os.environ.get("TERM", "" if os.name == "nt" else "dumb") in {"dumb", "unknown"}
    state = own("XDG_STATE_HOME", "~/.local/state")
    return repl.Terminal(
        colour=sys.stdout.isatty() and not dumb and not os.environ.get("NO_COLOR"),
        editing=not dumb,
        history=os.path.join(state, "history") if state else "",
    )


def complain(*lines: str) -> int:
    """Say on standard error why nothing was done."""
    from adapters import repl

    for line in lines:
        print(repl.printable(line), file=sys.stderr)
    return UNUSABLE


if __name__ == "__main__":
    command()
