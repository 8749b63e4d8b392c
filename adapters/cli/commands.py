"""The small commands: each needs a bot, a folder or a terminal, and says what it has to say.

How JSON looks is decided in `json_data`, how an answer looks in a terminal in `adapters.repl`, what it says in `bot`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping

from adapters.cli.environment import from_environment, place, store_setting, terminal
from adapters.cli.options import ANSWERED, DECLINED, HELP, OWNERS, Options
from bot import Bot, Question

ANSWERS = {"answer", "help", "greet"}  # the kinds of answer with which `ask` exits 0


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
    bot = Bot.open(*place(options))
    answer = bot.ask(question)
    if options.json:
        from adapters.cli.json_data import as_data, print_json

        print_json(as_data(answer) | ({"explanation": bot.explain(question).data} if options.explain else {}))
    else:
        from adapters import repl

        repl.say(repl.reply(answer, terminal()), repl.explained(bot, question) if options.explain else "", after="")
    return ANSWERED if answer.kind in ANSWERS else DECLINED


def topics(options: Options) -> int:
    """List what can be asked about."""
    bot = Bot.open(*place(options))
    if options.json:
        from adapters.cli.json_data import print_json

        print_json([{"subject": subject, "aspects": aspects} for subject, aspects in bot.topics()])
    else:
        from adapters import repl

        print("\n".join(repl.topic_lines(bot, repl.width(), colour=terminal().colour)))
    return ANSWERED


def batch(options: Options) -> int:
    """Answer each line of standard input with one line, at once and in order; what is no question gets an error."""
    from json import dumps

    from adapters.cli.json_data import replies

    bot = Bot.open(*place(options))
    for reply in replies(bot, sys.stdin.buffer):
        print(dumps(reply), flush=True)
    return ANSWERED


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
    store = store_setting(from_environment())
    settings = owners.Settings(store, Path(folder), Path(cache) if cache else None, repl.width())
    return owners.main(options.command, options.words, settings)


def healthcheck(options: Options) -> int:
    """Ask the process that serves on this machine whether it is alive, or ready: for a container's health check."""
    from adapters.healthcheck import ask as how_is

    settings = from_environment()
    return ANSWERED if how_is(settings.health_host, settings.health_port, ready=options.ready) else DECLINED


COMMANDS: Mapping[str, Callable[[Options], int]] = {
    "ask": ask,
    "batch": batch,
    "chat": chat,
    **dict.fromkeys(OWNERS, about_use),
    "healthcheck": healthcheck,
    "help": help_,
    "knowledge": keep,
    "topics": topics,
    "version": version,
}
