"""JSON: how a question is read from a line of it, and what an answer looks like in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot import Answer, Bot, Question

LATEST = 1e15  # seconds: a clock beyond this is a mistake, as are infinity and "not a number"


def replies(bot: Bot, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The reply to each line, as soon as it is there; to what is no question, what is wrong with it."""
    for number, line in enumerate(lines, 1):
        try:
            question = to_question(line)
        except ValueError as error:
            yield {"error": f"line {number}: {error}", "kind": "abstain", "text": ""}
        else:
            yield as_data(bot.ask(question))


def to_question(line: bytes) -> Question:
    """The question in a line of JSON; raises ValueError saying what is wrong with the line."""
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
    print(json.dumps(data, indent=2))
