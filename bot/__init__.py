"""compute-bot's core: a question goes in, an answer comes out.

The front door is `Bot`, `Question`, `Answer` and `KnowledgeError`; adapters need nothing else.
"""

from bot.bot import Bot, Explanation
from bot.knowledge import KnowledgeError
from bot.model import Answer, Question, Source, Table

__all__ = ["Answer", "Bot", "Explanation", "KnowledgeError", "Question", "Source", "Table"]
