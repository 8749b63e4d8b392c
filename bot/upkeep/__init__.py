"""For whoever keeps the knowledge: a folder with its places, what is doubtful in it, and what its bot finds again.

Answering needs none of this, so nothing here is loaded for it. What is an error is decided in `bot.knowledge`;
how findings are shown, and which command asks for them, in `adapters.keeper`.
"""

from bot.knowledge import KnowledgeError, Problem, digest, schema
from bot.model import Check, Comparison, Entry, Fact, Knowledge, Need
from bot.upkeep.doubts import DOUBTS, UNFINISHED, WHAT_IS, Doubt, Stated, doubts
from bot.upkeep.likeness import Alike, alike
from bot.upkeep.retrieval import Retrieval, retrieval
from bot.upkeep.survey import Survey, files, problems_with, survey
from bot.upkeep.yamlfile import Lined, LinedText, read_lined

__all__ = [
    "DOUBTS",
    "UNFINISHED",
    "WHAT_IS",
    "Alike",
    "Check",
    "Comparison",
    "Doubt",
    "Entry",
    "Fact",
    "Knowledge",
    "KnowledgeError",
    "Lined",
    "LinedText",
    "Need",
    "Problem",
    "Retrieval",
    "Stated",
    "Survey",
    "alike",
    "digest",
    "doubts",
    "files",
    "problems_with",
    "read_lined",
    "retrieval",
    "schema",
    "survey",
]
