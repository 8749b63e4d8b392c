"""The command `compute-bot`: which command was called, and how the process ends.

Here alone adapters are put together: what the arguments mean is decided in `options`, what the environment says in
`environment`. The small commands are in `commands`; each that serves, or looks at what serves, is a file of its name.
A command imports what it needs when it runs: a question from the shell must not wait for the line editor.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import NoReturn

from adapters.cli.commands import COMMANDS
from adapters.cli.environment import UnusableError
from adapters.cli.options import ANSWERED, INTERRUPTED, UNUSABLE, Options, UsageError, understood
from bot import KnowledgeError


def command() -> NoReturn:
    """Be the process `compute-bot`: run, and end at once, as freeing all that is known takes longer than an answer."""
    code = main()
    sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:  # noqa: PLR0911 - one for each way to end
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        options = understood(sys.argv[1:] if arguments is None else arguments)
        code = behind(options.command)(options)
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


def behind(name: str) -> Callable[[Options], int]:
    """What a command runs."""
    match name:
        case "discord":
            from adapters.cli.discord import run
        case "doctor":
            from adapters.cli.doctor import run
        case "serve":
            from adapters.cli.serve import run
        case "slack":
            from adapters.cli.slack import run
        case _:
            return COMMANDS[name]
    return run


def complain(*lines: str) -> int:
    """Say on standard error why nothing was done."""
    from adapters import repl

    for line in lines:
        print(repl.printable(line), file=sys.stderr)
    return UNUSABLE
