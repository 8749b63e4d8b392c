"""DESIGN's arrow, read from the source: who may import whom or touch the world, and that the code knows no domain."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import bot
from bot import Bot

ROOT = Path(__file__).parent.parent

# Top to bottom: a room imports only rooms above it. A module that is not in the list has no place in the house.
ROOMS = (
    "model",
    "packed",
    "hashing",
    "english",
    "quantity",
    "knowledge",
    "language",
    "vocabulary",
    "match",
    "reading",
    "reasoning",
    "decide",
    "answer",
    "suggestions",
    "conversation",
    "context",
    "bot",
    "upkeep",
    "__init__",
)
COMPOSER = "cli"  # the adapter that puts the others together, and alone may import them
READER = f"adapters.{COMPOSER}.environment"  # its one module that reads the environment
SHARED = {"console", "store"}  # no platform: what several adapters build on, and which builds on none of them
LIBRARIES = {  # what is neither ours nor Python's, and the rooms and adapters that may import it
    "yaml": {"bot.knowledge", "adapters.slack"},  # an app's manifest is YAML, too
    "rapidfuzz": {"bot.language", "bot.match", "bot.upkeep"},
    "prompt_toolkit": {"adapters.repl"},
    "slack_bolt": {"adapters.slack"},
    "slack_sdk": {"adapters.slack"},
    "aiohttp": {"adapters.slack", "adapters.discord", "adapters.serve"},
    "discord": {"adapters.discord"},
    "boto3": {"adapters.store"},
    "botocore": {"adapters.keeper", "adapters.store"},
    "resvg_py": {"adapters.owners"},
    "prometheus_client": {"adapters.serve"},
}
NETWORK = {
    "asyncio", "email", "ftplib", "http", "imaplib", "importlib", "multiprocessing", "poplib", "select", "selectors",
    "smtplib", "socket", "socketserver", "ssl", "subprocess", "urllib", "webbrowser", "xmlrpc",
}  # fmt: skip
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "expandvars", "expanduser"}

# Words of the domain that mean something else, too.
NOT_OF_THE_DOMAIN = {
    "api": "programs have some",
    "batch": "the command that answers JSON lines",
    "gateway": "what discord.py calls the other end of its socket",
}
# Where a word of the domain stands in the code nonetheless; each wants to move into the knowledge folder.
TOLERATED_WORDS = {
    ("adapters/cli/environment.py", "aws"): "the variable in which that vendor's schedulers name the region",
    ("adapters/store/dynamodb.py", "aws"): "what whoever runs the bot has to type; this store is that vendor's",
    ("bot/english.py", "aws"): "a word that says nothing within its own domain",
    ("bot/english.py", "amazon"): "likewise",
    ("bot/knowledge/fields.py", "aws"): "a kind of neighbour",
    ("bot/reading/cues.py", "aws"): 'what asks for a service ("what AWS …")',
    ("bot/reading/ranking.py", "aws"): 'what excludes ("not AWS …")',
    ("bot/reading/ranking.py", "amazon"): "likewise",
    ("bot/reasoning/compare.py", "serverless"): "an aspect, for comparisons without rows of their own",
}
# The aspects that have a part to play in any domain, and those that comparisons show first where nobody wrote which.
ASPECTS_WITH_A_PART = {"what-is", "not-for", "drawbacks", "limits"}
ASPECTS_SHOWN_FIRST = {"use-cases", "max-duration", "cold-start"}


class Module(NamedTuple):
    """One of our files: its dotted name, what is written in it, and whether it is a package's own file."""

    name: str
    path: Path
    source: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def place(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def room(self) -> str:
        """The room or adapter that it belongs to: `bot.knowledge` for `bot.knowledge.tree`."""
        return ".".join(self.name.split(".")[:2])


class Import(NamedTuple):
    """That a module imports another, or a name from it."""

    by: Module
    line: int
    module: str
    name: str = ""

    @property
    def target(self) -> str:
        """The module that is imported, ours by its full name: `from bot import english` imports `bot.english`."""
        full = f"{self.module}.{self.name}"
        return full if full in ours() else self.module

    def __str__(self) -> str:
        return f"{self.by.place}:{self.line} imports {self.module}{' ' + self.name if self.name else ''}"


@cache
def ours() -> Mapping[str, Module]:
    """Every module of bot and adapters by its dotted name."""
    paths = (path for package in ("bot", "adapters") for path in sorted((ROOT / package).rglob("*.py")))
    return {module.name: module for module in map(module_at, paths)}


def module_at(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    source = path.read_text(encoding="utf-8")
    return Module(".".join(parts).removesuffix(".__init__"), path, source, ast.parse(source))


def modules(package: str) -> list[Module]:
    return [m for name, m in ours().items() if name.split(".")[0] == package]


@cache
def imports(package: str) -> tuple[Import, ...]:
    """Every import in a package, wherever in a file it stands."""
    return tuple(found for module in modules(package) for found in imports_of(module))


def imports_of(module: Module) -> Iterator[Import]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(module, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.name.split(".")[: len(module.name.split(".")) + module.is_package - node.level]
                base = ".".join([*above, *filter(None, [base])])
            yield from (Import(module, node.lineno, base, alias.name) for alias in node.names)


def room_in(package: str, target: str) -> str:
    """The room of a package that a dotted name belongs to; the package itself is `__init__`."""
    return (target.split(".")[1:2] or ["__init__"])[0] if target.split(".", maxsplit=1)[0] == package else ""


def literals(module: Module) -> Iterator[ast.Constant]:
    """Every text in a module that is no docstring."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    bodies = [node.body for node in ast.walk(module.tree) if isinstance(node, documented)]
    remarks = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in remarks:
            yield node


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def identifiers(module: Module) -> Iterator[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(module.source).readline)
    return (
        (token.start[0], token.string) for token in tokens if token.type == tokenize.NAME and token.string != "lambda"
    )


# ---------------------------------------------------------------- the arrow


def test_every_module_has_a_place_in_the_house() -> None:
    found = {room_in("bot", m.name) for m in modules("bot")}
    assert found == set(ROOMS), "say in ROOMS between which rooms a new one stands"


def test_a_room_imports_only_rooms_above_it() -> None:
    order = {room: place for place, room in enumerate(ROOMS)}
    wrong = [
        str(found)
        for found in imports("bot")
        if (imported := room_in("bot", found.target))
        and (room := room_in("bot", found.by.name)) != imported
        and order[imported] >= order[room]
    ]
    assert not wrong


def test_bot_imports_no_adapter() -> None:
    assert not [str(found) for found in imports("bot") if found.module.split(".")[0] == "adapters"]


def test_adapters_enter_by_the_front_door() -> None:
    through = [found for found in imports("adapters") if found.module.split(".")[0] == "bot"]
    assert through
    assert not [str(found) for found in through if found.module != "bot" or found.name not in bot.__all__]


def test_only_the_command_imports_other_adapters() -> None:
    wrong = [
        str(found)
        for found in imports("adapters")
        if (imported := room_in("adapters", found.target)) not in {"", room_in("adapters", found.by.name)} | SHARED
        and (room_in("adapters", found.by.name) != COMPOSER or imported == COMPOSER)
    ]
    assert not wrong


@pytest.mark.parametrize("package", ["bot", "adapters"])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    below = {
        m.name: {found.target for found in imports(package) if found.by is m} & ours().keys() for m in modules(package)
    }
    # The file of a package hands on what its inner modules say, and is no part of what these build on.
    below = {name: {t for t in targets if not name.startswith(f"{t}.")} - {name} for name, targets in below.items()}
    while free := {name for name, targets in below.items() if not targets & below.keys()}:
        below = {name: targets for name, targets in below.items() if name not in free}
    assert not below, f"each of these imports another of them: {', '.join(below)}"


# ---------------------------------------------------------------- the world outside


@pytest.mark.parametrize("package", ["bot", "adapters"])
def test_other_peoples_libraries_are_imported_only_where_they_belong(package: str) -> None:
    known = sys.stdlib_module_names | {"bot", "adapters"}
    wrong = [
        str(found)
        for found in imports(package)
        if (library := found.module.split(".")[0]) not in known and found.by.room not in LIBRARIES.get(library, ())
    ]
    assert not wrong


def test_the_bot_opens_no_connection_and_starts_no_process() -> None:
    assert not [str(found) for found in imports("bot") if found.module.split(".")[0] in NETWORK]


def test_one_module_reads_the_environment() -> None:
    wrong = [
        f"{module.place}:{line} {name}"
        for module in [*modules("bot"), *modules("adapters")]
        for line, name in identifiers(module)
        if name in ENVIRONMENT and module.name != READER
    ]
    assert not wrong


def test_nothing_is_imported_by_a_name_made_up_while_running() -> None:
    made_up = {"__import__", "import_module", "eval", "exec"}
    calls = [
        f"{module.place}:{line} {name}"
        for module in [*modules("bot"), *modules("adapters")]
        for line, name in identifiers(module)
        if name in made_up
    ]
    assert not calls


# ---------------------------------------------------------------- the words


@pytest.fixture(scope="module")
def domain(the_bot: Bot) -> frozenset[str]:
    """The words that name services, tools and their vendor, and that are no everyday English."""
    everyday = set((ROOT / "bot" / "english.txt").read_text(encoding="utf-8").split("\n\n", 1)[1].split())
    named = [s for s in the_bot.knowledge.subjects.values() if s.kind in ("service", "tool")]
    words = {word for s in named for text in (s.id, s.short, s.name) for word in words_in(text)}
    return frozenset(word for word in words | {"serverless"} if len(word) > 2) - everyday - NOT_OF_THE_DOMAIN.keys()


def test_the_words_of_the_domain_are_known_to_this_test(domain: frozenset[str]) -> None:
    assert {"aws", "amazon", "lambda", "fargate", "ecs", "ec2", "lightsail", "ecr", "docker", "serverless"} <= domain


def test_no_text_in_the_code_names_anything_of_the_domain(domain: frozenset[str]) -> None:
    wrong = [
        f"{module.place}:{text.lineno} {word}"
        for module in [*modules("bot"), *modules("adapters")]
        for text in literals(module)
        for word in sorted(words_in(str(text.value)) & domain)
        if (module.place, word) not in TOLERATED_WORDS
    ]
    assert not wrong


def test_nothing_is_tolerated_that_is_no_longer_there() -> None:
    present = {
        (module.place, word)
        for module in [*modules("bot"), *modules("adapters")]
        for text in literals(module)
        for word in words_in(str(text.value))
    }
    assert not TOLERATED_WORDS.keys() - present


def test_no_name_in_the_code_is_of_the_domain(domain: frozenset[str]) -> None:
    wrong = [
        f"{module.place}:{line} {name}"
        for module in [*modules("bot"), *modules("adapters")]
        for line, name in identifiers(module)
        if words_in(name.replace("_", " ")) & domain
    ]
    assert not wrong


def test_the_code_knows_no_id_of_the_knowledge(the_bot: Bot) -> None:
    known = the_bot.knowledge
    ids = {
        *known.subjects,
        *known.aspects,
        *known.entries,
        *known.comparisons,
        *known.needs,
        *known.neighbours,
        *known.sources,
    }
    telling = {id_ for id_ in ids if "-" in id_} - ASPECTS_WITH_A_PART - ASPECTS_SHOWN_FIRST  # "memory" is also a word
    wrong = [
        f"{m.place}:{text.lineno} {text.value}" for m in modules("bot") for text in literals(m) if text.value in telling
    ]
    assert not wrong


# ---------------------------------------------------------------- what every module has


@pytest.mark.parametrize("module", ours().values(), ids=lambda module: module.name)
def test_a_module_opens_with_what_it_is_for(module: Module) -> None:
    opening = (ast.get_docstring(module.tree) or "").split("\n")[0]
    assert opening.endswith((".", ":")) or len(opening) > 80, "the first line is a sentence"
