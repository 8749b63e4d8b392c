"""compute-bot's core: a question goes in, an answer comes out.

The front door is `Bot`, `Question`, `Answer` and `KnowledgeError`; adapters need nothing else.
Only the tools for whoever keeps the knowledge enter by `upkeep`, a room that is loaded when it is asked for.
"""

from bot.bot import Bot, Explanation
from bot.knowledge import KnowledgeError, Problem, digest
from bot.model import Answer, Question, Source, Table

__all__ = [
    "Answer",
    "Bot",
    "Explanation",
    "KnowledgeError",
    "Problem",
    "Question",
    "Source",
    "Table",
    "digest",
    "upkeep",
]
