"""The commands: each turns its options into a question for the desk.

What their names are in other languages is in `names`, what is completed while typing in `completion`.
"""

from __future__ import annotations

from typing import Any

from discord import AppCommandType, Interaction, Message, app_commands
from discord.app_commands import Choice, ContextMenu, locale_str

from adapters.discord import completion
from adapters.discord.desk import Desk
from adapters.discord.message import to_message
from bot import Answer, Bot

QUESTION = app_commands.Range[str, 1, 1_000]  # characters: the stem of an exam question fits
NAME = app_commands.Range[str, 1, 100]
Options = app_commands.Namespace
PRIVATE = locale_str("Show the answer to you alone")

# What the commands are when written as questions.
COMPARE, COMPARE_BY = "{subjects}?", "Compare {subjects} by {by}."
LIMITS = "What are the limits of {service}?"
RECOMMEND = "Recommend a {kind} for a workload that {needs}."


def add_commands(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """Give the tree every command."""
    add_questions(tree, desk)
    add_comparison(tree, desk)
    add_recommendation(tree, desk)
    add_pages(tree, desk)


def add_questions(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """/ask, /limits, and the menu of a message."""

    @tree.command(name=locale_str("ask"), description=locale_str("Ask a question; the answer names its source"))
    @app_commands.rename(question=locale_str("question"), private=locale_str("private"))
    @app_commands.describe(question=locale_str("What you want to know, in English"), private=PRIVATE)
    async def ask(talk: Interaction[Any], question: QUESTION, *, private: bool = False) -> None:
        await desk.respond(talk, question, private=private)

    @ask.autocomplete("question")
    async def complete_question(_: Interaction[Any], typed: str) -> list[Choice[str]]:
        return completion.questions(desk.bot, typed)

    @tree.command(name=locale_str("limits"), description=locale_str("The limits of a service"))
    @app_commands.rename(service=locale_str("service"), private=locale_str("private"))
    @app_commands.describe(service=locale_str("Which service"), private=PRIVATE)
    async def limits(talk: Interaction[Any], service: NAME, *, private: bool = False) -> None:
        await desk.respond(talk, LIMITS.format(service=service), private=private)

    @limits.autocomplete("service")
    async def complete_service(_: Interaction[Any], typed: str) -> list[Choice[str]]:
        return completion.subjects(desk.bot, typed)

    async def about_this(talk: Interaction[Any], message: Message) -> None:
        await desk.respond(talk, message.content)

    menu = ContextMenu(name=locale_str("Ask about this"), callback=about_this, type=AppCommandType.message)
    tree.add_command(menu)


def add_comparison(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """/compare."""

    @tree.command(name=locale_str("compare"), description=locale_str("Compare two or three things side by side"))
    @app_commands.rename(by=locale_str("by"), private=locale_str("private"))
    @app_commands.describe(
        a=locale_str("What to compare"),
        b=locale_str("One more to compare"),
        c=locale_str("One more to compare"),
        by=locale_str("Compare by one thing only"),
        private=PRIVATE,
    )
    async def compare(  # noqa: PLR0913 - an option each
        talk: Interaction[Any], a: NAME, b: NAME, c: NAME = "", by: NAME = "", *, private: bool = False
    ) -> None:
        chosen = [subject for subject in (a, b, c) if subject]
        await desk.respond(talk, comparison(chosen, by), private=private)

    @compare.autocomplete("a")
    @compare.autocomplete("b")
    @compare.autocomplete("c")
    async def complete_subject(talk: Interaction[Any], typed: str) -> list[Choice[str]]:
        return completion.subjects(desk.bot, typed, others(talk, typed, "a", "b", "c"))

    @compare.autocomplete("by")
    async def complete_aspect(talk: Interaction[Any], typed: str) -> list[Choice[str]]:
        return completion.aspects(desk.bot, typed, others(talk, typed, "a", "b", "c"))


def add_recommendation(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """/recommend; there are more needs than the 25 fixed choices of an option, so they are offered while typing."""

    @tree.command(name=locale_str("recommend"), description=locale_str("Find out what fits your needs"))
    @app_commands.rename(
        need=locale_str("need"), too=locale_str("and"), also=locale_str("also"), private=locale_str("private")
    )
    @app_commands.describe(
        need=locale_str("What your workload needs"),
        too=locale_str("What it needs, too"),
        also=locale_str("What it needs, too"),
        private=PRIVATE,
    )
    async def recommend(
        talk: Interaction[Any], need: NAME, too: NAME = "", also: NAME = "", *, private: bool = False
    ) -> None:
        await desk.respond(talk, recommendation(desk.bot, [n for n in (need, too, also) if n]), private=private)

    @recommend.autocomplete("need")
    @recommend.autocomplete("too")
    @recommend.autocomplete("also")
    async def complete_need(talk: Interaction[Any], typed: str) -> list[Choice[str]]:
        return completion.needs(desk.bot, typed, others(talk, typed, "need", "and", "also"))


def add_pages(tree: app_commands.CommandTree[Any], desk: Desk) -> None:
    """/topics and /about."""

    @tree.command(name=locale_str("topics"), description=locale_str("What you can ask me about"))
    async def topics(talk: Interaction[Any]) -> None:
        await desk.hand(talk, to_message(topics_page(desk.bot)), private=True)

    @tree.command(name=locale_str("about"), description=locale_str("What I am, what I know and what I keep"))
    async def about(talk: Interaction[Any]) -> None:
        await desk.hand(talk, to_message(about_page(desk.bot)), private=True)


# ---------------------------------------------------------------- options as questions


def comparison(subjects: list[str], by: str = "") -> str:
    """The question that compares these subjects."""
    if by:
        return COMPARE_BY.format(subjects=" and ".join(subjects), by=by)
    return COMPARE.format(subjects=" vs ".join(subjects))


def recommendation(bot: Bot, chosen: list[str]) -> str:
    """The question for what fits these needs, each the id of one or what the user wrote instead of choosing."""
    known = bot.knowledge
    needs = [known.needs[id_] for id_ in chosen if id_ in known.needs]
    kind = known.groups[needs[0].group].name if needs else "service"
    said = " and that ".join(known.needs[id_].name if id_ in known.needs else f"needs {id_}" for id_ in chosen)
    words = ", ".join(need.words[0] for need in needs if need.words)
    return RECOMMEND.format(kind=kind, needs=f"{said} ({words})" if words else said)


def others(talk: Interaction[Any], typed: str, *options: str) -> list[str]:
    """What has already been chosen in these options, but for the one that is being typed."""
    chosen = [str(getattr(talk.namespace, option, None) or "") for option in options]
    return [value for value in chosen if value and value != typed]


# ---------------------------------------------------------------- pages


def topics_page(bot: Bot) -> Answer:
    """Every subject, with how much is known of it, and some questions to click."""
    points = tuple(
        f"{name}: {len(headings)} headings, from {headings[0]} on" for name, headings in bot.topics() if headings
    )
    return Answer(
        "help",
        title="Topics",
        lead="Ask about any of these:",
        points=points,
        suggestions=bot.knowledge.talk.examples[:3],
    )


def about_page(bot: Bot) -> Answer:
    """What the bot is and knows, and what it keeps."""
    known = bot.knowledge
    facts, sources = sum(map(len, known.facts.values())), len(known.sources)
    checked = max((source.checked for source in known.sources.values()), default="")
    return Answer(
        kind="help",
        title=known.talk.name,
        lead=f"A bot without a language model. It knows about {known.talk.covers}, and says so when it does not know.",
        points=(
            f"It knows {facts:,} facts, each with its source; {sources:,} sources, last checked on {checked}.",
            "It reads only what is addressed to it: its commands, mentions of it, replies to it and direct messages.",
            "It writes no message text to its log.",
        ),
        suggestions=known.talk.examples[:3],
    )
