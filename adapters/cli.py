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
    from asyncio import Event
    from collections.abc import Callable

    from adapters.doctor import Finding, Look
    from adapters.reload import Reloader
    from adapters.repl import Terminal
    from adapters.serve import House, Platform, Way
    from adapters.settings import Settings
    from adapters.slack import Settings as SlackSettings
    from adapters.store import Store
    from adapters.store.journal import Journal

    Renew = Callable[[Callable[[Bot], None]], None]

ANSWERED, DECLINED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130  # exit codes
ANSWERS = {"answer", "help", "greet"}  # the kinds of answer with which `ask` exits 0
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
LEAVING = 5.0  # seconds in which the journal is written out at the end
FOR_PLATFORMS = 0.75  # of the time to stop; the rest is for writing out what waits,
FOR_JOURNALS = 0.8  # and some of that for closing the store
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


class UnusableError(Exception):
    """Says in sentences why nothing was started."""


def command() -> NoReturn:
    """Be the process `compute-bot`: run, and end at once, as freeing all that is known takes longer than an answer."""
    code = main()
    sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:  # noqa: PLR0911 - one for each way to end
    """Run one command and return its exit code."""
    commands = {
        "ask": ask,
        "batch": batch,
        "chat": chat,
        "discord": discord,
        **dict.fromkeys(OWNERS, about_use),
        "doctor": doctor,
        "healthcheck": healthcheck,
        "help": help_,
        "knowledge": keep,
        "serve": serve,
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
    except UnusableError as error:
        return complain(*map(str, error.args))
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


# ---------------------------------------------------------------- the commands


def help_(_: Options) -> int:
    """Print how the command is used."""
    print(HELP)
    return ANSWERED


def version(_: Options) -> int:
    """Print the version."""
    print(f"compute-bot {version_of_us()}")
    return ANSWERED


def version_of_us() -> str:
    """The version; looking it up takes longer than answering, so only who needs it does."""
    from importlib import metadata

    return metadata.version("compute-bot")


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
    settings = owners.Settings(
        store_setting(from_environment()), Path(folder), Path(cache) if cache else None, repl.width()
    )
    return owners.main(options.command, options.words, settings)


def slack(options: Options) -> int:
    """Answer in Slack until somebody ends the process."""
    try:
        from adapters import slack
    except ModuleNotFoundError as error:
        return complain(f"compute-bot slack needs {error.name}: install it with pip install 'compute-bot[slack]'")
    from adapters.store import StoreError

    settings = from_environment()
    log_to_stderr(settings.log or "text")
    try:
        bot, renew = renewed(options)
        with_journal(
            *("slack", options, settings),
            lambda journal: slack.run(bot, slack_settings(settings, http=options.http), journal, renew),
        )
    except (slack.StartError, slack.UnreachableError, StoreError) as error:
        return complain(f"compute-bot slack: {error}.")
    return ANSWERED


def discord(options: Options) -> int:
    """Answer on Discord until somebody ends the process, or only send the commands."""
    if options.words not in ((), ("sync",)) or (options.dry_run and not options.words):
        raise UsageError("discord takes sync, with or without --dry-run, or no words")
    settings = from_environment()
    if not settings.discord_token:
        return complain("compute-bot discord: DISCORD_TOKEN is not set; docs/discord.md says where to get it.")
    try:
        from adapters import discord as platform
    except ModuleNotFoundError as error:
        return complain(f"compute-bot discord needs {error.name}: install it with pip install 'compute-bot[discord]'")
    from adapters.store import StoreError

    try:
        if options.words:
            found = platform.differences(opened(options), forgetful(), settings.discord_token, dry=options.dry_run)
            print("\n".join(found or ["Discord has these commands already."]))
        else:
            log_to_stderr(settings.log or "text")
            bot, renew = renewed(options)
            with_journal(
                *("discord", options, settings),
                lambda journal: platform.run(bot, journal, settings.discord_token, renew),
            )
    except (platform.RefusedError, StoreError) as error:
        return complain(f"compute-bot discord: {error}")
    return ANSWERED


# ---------------------------------------------------------------- every platform at once


def serve(options: Options) -> int:
    """Answer on every platform that has a token, until somebody ends the process."""
    from adapters.store import StoreError

    settings = from_environment(whole=True)
    try:
        from adapters import serve as serving

        served = house(options, settings)
        log_to_stderr(settings.log or "json")
        wanted = serving.run(served, way(settings))
    except ModuleNotFoundError as error:
        extras = ",".join(["serve", *(name for name in ("slack", "discord") if getattr(settings, name))])
        return complain(f"compute-bot serve needs {error.name}: install it with pip install 'compute-bot[{extras}]'")
    except (serving.PortError, StoreError) as error:
        return complain(f"compute-bot serve: {error}.")
    return ANSWERED if wanted else UNUSABLE


def way(settings: Settings) -> Way:
    """Where the health pages are, and how long things may take."""
    from adapters.serve import Way

    s = settings
    return Way(s.health_host, s.health_port, s.stop_seconds, s.pulse_seconds, version_of_us())


def house(options: Options, settings: Settings) -> House:
    """All that is served: the platforms, the knowledge that they answer from, and what they remember."""
    import asyncio
    from functools import partial

    from adapters.reload import Reloader, follow
    from adapters.serve import House, Memory

    reloader, store = Reloader(*place(options)), opened_store(settings)
    users: dict[str, Callable[[Bot], None]] = {}  # by platform: whom to give newer knowledge
    kinds = {"slack": slack_platform, "discord": discord_platform}
    journals = {name: to_journal(store, name, options, settings) for name in kinds if getattr(settings, name)}

    def use(bot: Bot) -> None:
        for give in users.values():
            give(bot)

    async def finish(seconds: float) -> None:
        await asyncio.gather(*(kept.finish(seconds * FOR_JOURNALS) for kept in journals.values()))
        await store.close()

    return House(
        tuple(
            kinds[name](settings, reloader, kept, partial(users.__setitem__, name)) for name, kept in journals.items()
        ),
        Memory(store.check, lambda: sum(kept.failures for kept in journals.values()), finish),
        partial(follow, reloader, use, settings.reload_seconds),
    )


def slack_platform(settings: Settings, reloader: Reloader, kept: Journal, renew: Renew) -> Platform:
    """Slack as it is served; raises UnusableError for what is wrong to the naked eye."""
    from adapters import slack
    from adapters.serve import Heard, Platform, Watch

    ours = slack_settings(settings, http=settings.slack_http)
    try:
        slack.check(ours)
    except slack.StartError as error:
        raise UnusableError(f"compute-bot serve: {error}.") from None

    async def answer(stop: Event, watch: Watch, heard: Heard) -> None:
        await slack.serve(reloader.bot, ours, heard, stop, renew=renew, watch=watch)

    return Platform("slack", kept, answer, (slack.StartError,), (slack.UnreachableError,))


def discord_platform(settings: Settings, reloader: Reloader, kept: Journal, renew: Renew) -> Platform:
    """Discord as it is served."""
    from adapters import discord
    from adapters.serve import Heard, Platform, Watch

    token, drain = settings.discord_token, settings.stop_seconds * FOR_PLATFORMS

    async def answer(stop: Event, watch: Watch, heard: Heard) -> None:
        await discord.serve(reloader.bot, heard, token, stop, renew=renew, watch=watch, drain=drain)

    return Platform("discord", kept, answer, (discord.RefusedError,))


def doctor(options: Options) -> int:
    """Look whether all is as it should be for `serve`, and change nothing."""
    import asyncio

    from adapters import doctor as examination

    settings, *problems = settings_found()
    findings = asyncio.run(examination.examine(looks(options, settings, [*problems[0], *problems[1]])))
    print(examination.as_json(findings) if options.json else examination.text(findings))
    return DECLINED if any(ok is False for _, ok, _ in findings) else ANSWERED


def looks(options: Options, settings: Settings, problems: Sequence[str]) -> dict[str, Look]:
    """What there is to be looked at."""
    import asyncio
    from datetime import UTC, datetime

    from adapters.doctor import knowledge as known

    async def settled() -> list[Finding]:
        return [("settings", False, problem) for problem in problems] or [("settings", True, "go together")]

    async def knows() -> list[Finding]:
        return known(*place(options), datetime.now(tz=UTC).date())

    async def slack() -> list[Finding]:
        if not settings.slack:
            return [("Slack", None, "no token is set")]
        from adapters import slack as platform

        manifest = os.path.join(above(), "deploy", "slack", "manifest.yaml")
        return await platform.examined(slack_settings(settings, http=settings.slack_http), manifest)

    async def discord() -> list[Finding]:
        if not settings.discord:
            return [("Discord", None, "no token is set")]
        from adapters import discord as platform

        return await platform.examined(opened(options), forgetful(), settings.discord_token)

    async def stored() -> list[Finding]:
        from adapters.store import StoreError

        try:
            store = opened_store(settings)
            await store.check()
            await store.close()
        except (StoreError, UnusableError) as error:
            return [("store", False, f"{error}")]
        return [("store", True, "can be reached and written")]

    async def running() -> list[Finding]:
        from adapters.healthcheck import report

        found = await asyncio.to_thread(report, settings.health_host, settings.health_port)
        return [("serve", *found)]

    return {
        "settings": settled,
        "knowledge": knows,
        "store": stored,
        "Slack": slack,
        "Discord": discord,
        "serve": running,
    }


def healthcheck(options: Options) -> int:
    """Ask the process that serves on this machine whether it is alive, or ready: for a container's health check."""
    from adapters.healthcheck import ask as how_is

    settings = from_environment()
    return ANSWERED if how_is(settings.health_host, settings.health_port, ready=options.ready) else DECLINED


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


def renewed(options: Options) -> tuple[Bot, Renew]:
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
    beside = os.path.join(above(), "knowledge")
    if not os.path.isdir(beside):
        return os.path.join(sys.prefix, "share", "compute-bot", "knowledge")
    return beside.removeprefix(os.path.join(os.getcwd(), ""))  # problems name short paths


def above() -> str:
    """The folder in which our packages are."""
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def own(variable: str, otherwise: str) -> str | None:
    """Our folder among the user's files of one sort, if the user has a home."""
    named = os.environ.get(variable, "")
    folder = named if os.path.isabs(named) else os.path.expanduser(otherwise)
    return None if folder.startswith("~") else os.path.join(folder, "compute-bot")


def from_environment(*, whole: bool = False) -> Settings:
    """What the environment says, all of which must go together for a `whole` house; raises UnusableError."""
    read, problems, odd = settings_found()
    if problems or (whole and odd):
        raise UnusableError(*(f"compute-bot: {problem}" for problem in [*problems, *odd]))
    return read


def settings_found() -> tuple[Settings, list[str], list[str]]:
    """What the environment says, what of it cannot be read, and what does not go together for `serve`.

    Tokens are taken out of it, because the SDKs would read more of it than is meant.
    """
    from adapters.settings import readable, together

    found = dict(os.environ)
    for name in found:
        if name.startswith("SLACK_") or name == "DISCORD_TOKEN":
            del os.environ[name]
    settings, problems = readable(found)
    return settings, problems, together(settings, found)


def with_journal(platform: str, options: Options, settings: Settings, run: Callable[[Journal], None]) -> None:
    """Run a platform that is alone in its process with its journal; raises StoreError and UnusableError."""
    import asyncio

    store = opened_store(settings)
    journal = to_journal(store, platform, options, settings)
    try:
        run(journal)
    finally:
        asyncio.run(leave(journal, store))


async def leave(journal: Journal, store: Store) -> None:
    """Write out what waits, and close the store."""
    await journal.finish(LEAVING)
    await store.close()


def to_journal(store: Store, platform: str, options: Options, settings: Settings) -> Journal:
    """The journal of a platform, around a store."""
    from adapters.store.journal import Journal
    from adapters.store.redact import redact

    text = settings.store_text and not options.no_store_text
    return Journal(store, platform, redact if text else withheld, settings.keep_days)


def forgetful() -> Journal:
    """A journal that keeps nothing, for who does not answer."""
    from adapters.store import open_store
    from adapters.store.journal import Journal

    return Journal(open_store("memory"), "discord", withheld)


def withheld(_: str) -> str:
    """What is kept of a text where none is to be kept."""
    return ""


def opened_store(settings: Settings) -> Store:
    """The store that is set, or a file among the user's own; raises StoreError, or UnusableError if there is none."""
    from adapters.store import open_store

    return open_store(store_setting(settings))


def store_setting(settings: Settings) -> str:
    """Where the store is; raises UnusableError if nobody says, and the user has no home."""
    if region := os.environ.get("AWS_REGION"):  # what schedulers set; boto3 reads the other
        os.environ.setdefault("AWS_DEFAULT_REGION", region)
    state = own("XDG_STATE_HOME", "~/.local/state")
    found = settings.store or (os.path.join(state, "store.db") if state else "")
    if not found:
        raise UnusableError("compute-bot: COMPUTE_BOT_STORE must name a file, dynamodb:TABLE or memory.")
    return found


def slack_settings(settings: Settings, *, http: bool) -> SlackSettings:
    """The part that is Slack's."""
    from adapters.slack import Settings as SlackSettings

    return SlackSettings(
        bot_token=settings.slack_bot_token,
        app_token=settings.slack_app_token,
        signing_secret=settings.slack_signing_secret,
        channels=settings.slack_channels,
        http=http,
        host=settings.host,
        port=settings.port,
        api=settings.slack_api,
        stop=settings.stop_seconds * FOR_PLATFORMS,
    )


def log_to_stderr(form: str) -> None:
    """Log to standard error, a line for each event; none holds what anybody wrote."""
    from adapters.logs import to_stderr

    to_stderr(form)


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
