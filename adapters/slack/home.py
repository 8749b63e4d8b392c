"""The App Home: what the bot knows, examples to try, and how old its knowledge is."""

from __future__ import annotations

from adapters.slack.blocks import (
    BUTTONS,
    HOME_BLOCKS,
    SECTION,
    VALUE,
    Block,
    bold,
    button,
    context,
    escaped,
    header,
    section,
)
from adapters.slack.message import ASK
from bot import Bot

HEADINGS = 12  # of one subject; more are tiring to read, and counted
PROMPTS = 4  # Slack shows no more beneath an empty conversation
PROMPT = 75  # characters of a prompt's title


def to_home(bot: Bot) -> Block:
    """The view to publish; the same for everybody."""
    talk = bot.knowledge.talk
    examples = [e for e in talk.examples if e.strip() and len(e) <= VALUE][:BUTTONS]
    blocks = [
        header(talk.name),
        section(
            f"Ask me about {escaped(talk.covers, 1_000)}.\n"
            "Write to me in *Messages*, mention me in a channel, or use `/compute` to ask so that only you see it.\n"
            "I answer from facts that were written and sourced beforehand, and say so when I don't know."
        ),
        *([section("*Try one of these*"), _examples(examples)] if examples else []),
        {"type": "divider"},
        section("*What I know*"),
        *[section(_subject(name, aspects)) for name, aspects in bot.topics()],
    ]
    return {"type": "home", "blocks": [*blocks[: HOME_BLOCKS - 1], context([age(bot)])]}


def age(bot: Bot) -> str:
    """When the sources of what it knows were read."""
    days = sorted(source.checked for source in bot.knowledge.sources.values() if source.checked)
    if not days:
        return "It is not recorded when the sources were last read."
    span = f"on {days[0]}" if days[0] == days[-1] else f"between {days[0]} and {days[-1]}"
    return escaped(f"{len(days)} sources, read {span}. Every answer names its own.", 300)


def prompts(bot: Bot) -> list[dict[str, str]]:
    """The questions that Slack offers in an empty conversation with the bot."""
    return [{"title": e[:PROMPT], "message": e} for e in bot.knowledge.talk.examples if e.strip()][:PROMPTS]


def _examples(examples: list[str]) -> Block:
    return {"type": "actions", "elements": [button(f"{ASK}:{n}", e, e) for n, e in enumerate(examples)]}


def _subject(name: str, aspects: tuple[str, ...]) -> str:
    more = f" and {len(aspects) - HEADINGS} more" if len(aspects) > HEADINGS else ""
    return f"{bold(name, 200)}\n{escaped(', '.join(aspects[:HEADINGS]), SECTION - 300)}{more}"
