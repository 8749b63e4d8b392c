"""Which sections and fields the folder may have: the format as one table, for the checks and (as JSON Schema) editors.

Only what can be said of one field alone is declared here; how records must agree with each other is decided in `links`.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args

from bot.model import Measure

Form = Literal[
    "text",  # one piece of plain text
    "texts",  # a list of them
    "one or more texts",  # either
    "choice",  # one of a few words
    "id",  # the id of a record of the section `refers`
    "ids",  # a list of them
    "one or more ids",  # either
    "day",  # an ISO date, not in the future
    "url",  # an http(s) address
    "quantity",  # a number and a unit
    "lines",  # a list of line numbers
    "reasons",  # text by the id of a record of the section `refers`
    "record",  # a mapping of `fields`
    "records",  # a list of them
]


class Field(NamedTuple):
    """One field: `longest` counts characters, `least` and `most` items; a `placeholder` must stand in it."""

    name: str
    form: Form
    about: str
    required: bool = False
    longest: int = 0
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()
    refers: str = ""
    placeholder: str = ""
    fields: tuple[Field, ...] = ()


class Section(NamedTuple):
    """One top-level key: its records lie below one id, below two (`facts`), or it is a record itself (`talk`)."""

    name: str
    about: str
    fields: tuple[Field, ...]
    keys: tuple[str, ...] = ("id",)


def _text(name: str, about: str, *, required: bool = False, longest: int = 0, placeholder: str = "") -> Field:
    return Field(name, "text", about, required=required, longest=longest, placeholder=placeholder)


def _choice(name: str, about: str, *choices: str, required: bool = False) -> Field:
    return Field(name, "choice", about, required=required, choices=choices)


_QUANTITY_HELP = "a number and a unit, or `unlimited`"
_SAYS = _text("says", "a complete sentence that names its subject and is true on its own", required=True, longest=300)
_MORE = Field("more", "texts", "further lines, each worth reading on its own", most=4)
_ANSWER = _choice("answer", "what to reply to a yes/no question", "yes", "no", "partly")
_CAVEAT = _text("caveat", "a warning that must go with it")
_CONFIDENCE = _choice("confidence", "medium is said in the answer", "high", "medium")
_SOURCE = Field("source", "one or more ids", "where it comes from", refers="sources", required=True)
_AS_OF = Field("as_of", "day", "the day on which it was true", required=True)
_CHECKED = _choice("checked", "who compared it with the source; left out until somebody has", "machine", "person")
_MAX = Field("max", "quantity", f"the upper limit: {_QUANTITY_HELP}")
_MIN = Field("min", "quantity", f"the lower limit: {_QUANTITY_HELP}")
_NOTES = Field(
    "notes",
    "record",
    "what the study notes say about the same thing",
    fields=(
        Field("lines", "lines", "line numbers of the study notes", required=True, least=1),
        _text("say", "what the notes say, in short", required=True),
        _choice("verdict", "how the notes compare", "same", "outdated", "narrower", required=True),
    ),
)
_CHECKS = Field(
    "checks",
    "records",
    "what that model should say if this still holds; a drift alarm, never a source of answers",
    fields=(
        _text("path", "where to look, if not where `model` says: service/version#Shape.key"),
        _choice("op", "how that compares with `want`", "is", "has", "only", "says", "least", required=True),
        Field("want", "one or more texts", "what should be found there, in the model's own words", required=True),
        _text("since", "the oldest version of the models that carries it"),
    ),
)
_EXCEPTIONS = Field(
    "exceptions",
    "records",
    "limits that hold only for part of the subject",
    fields=(_text("scope", "what the numbers hold for", required=True), _MAX, _MIN, _SAYS),
)

_SOURCES = Section(
    "sources",
    "where a statement comes from",
    (
        _text("title", "the title of the page", required=True),
        Field("url", "url", "its address; only sources of kind notes or other can do without"),
        _choice("kind", "the sort of page", "docs", "guide", "pricing", "model", "notes", "other", required=True),
        Field("checked", "day", "the day somebody last read it; without it nobody has since it was cited"),
    ),
)
_SUBJECTS = Section(
    "subjects",
    "what can be asked about: a service, a concept, or a feature of one",
    (
        _text("name", "the name in full", required=True),
        _text("short", "the name within a sentence and as a table heading", required=True),
        _text("stands_for", "what an abbreviation means, if it is one"),
        _choice("kind", "what it is", "service", "concept", "feature", "tool"),
        Field("parent", "id", "the subject it is part of, if any", refers="subjects"),
        Field("group", "id", "the group of alternatives it competes in, if any", refers="groups"),
        Field("names", "texts", "everything people call it", required=True, least=1),
        Field("weak_names", "texts", "names that mean it only when something else points the same way"),
    ),
)
_GROUPS = Section(
    "groups",
    'sets of alternatives that a "which …?" question chooses among',
    (
        _text("name", "what one alternative is called", required=True),
        Field("words", "texts", 'the nouns after "which"', required=True, least=1),
        Field("beside", "ids", "groups whose choice it completes (an API in front of a function)", refers="groups"),
        _choice("means", 'any: its words ("service") may mean the alternatives of other groups as well', "any"),
    ),
)
_ASPECTS = Section(
    "aspects",
    "what can be asked of a subject; the row headings of every comparison, in order",
    (
        _text("name", "the row heading", required=True),
        _text("asks", "how a suggestion words it, with {subject} in it", required=True, placeholder="{subject}"),
        _choice("kind", "what sort of fact answers it", "text", "limit", "ability", "group", required=True),
        _choice("measure", "what the numbers of a limit measure", *filter(None, get_args(Measure))),
        Field("words", "texts", "words that mean this aspect", required=True, least=1),
        Field("weak_words", "texts", "words that mean it only when nothing stronger is there"),
        _text("claim", "for abilities: how a list is headed"),
        Field("members", "ids", "for groups: the aspects it stands for", refers="aspects"),
        Field("under", "id", "the wider aspect that it is a part of, if any", refers="aspects"),
    ),
)
_FACTS = Section(
    "facts",
    "what is true of a subject under one aspect",
    (
        _SAYS,
        _text("brief", "a table cell", longest=60),
        _MORE,
        _ANSWER,
        _MAX,
        _MIN,
        Field("default", "quantity", f"what holds if nothing is set: {_QUANTITY_HELP}"),
        _text("scope", "what the numbers hold for"),
        _EXCEPTIONS,
        _text("because", 'the reason, for "why?"'),
        _CAVEAT,
        _CONFIDENCE,
        _SOURCE,
        _AS_OF,
        _CHECKED,
        _text("model", "where the vendor's own API model carries it, if anywhere"),
        _CHECKS,
        _NOTES,
    ),
    keys=("subjects", "aspects"),
)
_ENTRIES = Section(
    "entries",
    "written answers to questions that have no subject-and-aspect shape",
    (
        _text("title", "what the answer is about", required=True),
        Field("about", "ids", "subjects, most important first", refers="subjects", required=True, least=1),
        Field("asks", "texts", "phrasings, worded as differently as people do", required=True, least=5),
        _SAYS,
        _MORE,
        _ANSWER,
        _CAVEAT,
        _CONFIDENCE,
        _SOURCE,
        _AS_OF,
        _CHECKED,
        _NOTES,
    ),
)
_COMPARISONS = Section(
    "comparisons",
    "the verdict on a pair or a triple; rows are filled from the facts",
    (
        Field("of", "ids", "the subjects compared", refers="subjects", required=True, least=2, most=3),
        _SAYS,
        Field("choose", "reasons", 'for each subject, what completes "Choose it when …"', refers="subjects"),
        Field("rows", "ids", "the aspects that matter most, in order", refers="aspects"),
        _SOURCE,
        _AS_OF,
        _NOTES,
    ),
)
_NEEDS = Section(
    "needs",
    "what a workload may require, and what that does to the alternatives",
    (
        _text("name", 'what completes "A workload that …"', required=True),
        Field("words", "texts", "words that mean this need", required=True, least=1),
        Field("aspect", "id", "the aspect with whose fact a quantity in the question is compared", refers="aspects"),
        Field("group", "id", "the alternatives", refers="groups", required=True),
        Field("best", "reasons", 'subjects made for it, with what completes "because …"', refers="subjects"),
        Field("fits", "reasons", 'subjects that can do it, with what completes "because …"', refers="subjects"),
        Field("fails", "reasons", 'subjects that cannot, with what completes "because …"', refers="subjects"),
        Field("with", "ids", "subjects that belong in the answer beside the winner", refers="subjects"),
        Field("source", "one or more ids", "where it comes from", refers="sources"),
        Field("as_of", "day", "the day on which it was true"),
    ),
)
_NEIGHBOURS = Section(
    "neighbours",
    "what people ask about that is not known here, so that it is declined instead of guessed",
    (
        _text("name", "the name in full", required=True),
        _choice("kind", "aws may appear as context of a known question, other never", "aws", "other", required=True),
        Field("words", "texts", "what people call it", required=True, least=1),
        Field("asks", "texts", "phrasings that must not be mistaken for a known question"),
    ),
)
_TALK = Section(
    "talk",
    "how the bot speaks of itself",
    (
        _text("name", "the name of the bot"),
        _text("covers", 'what completes "I know …"'),
        Field("examples", "texts", "questions for the help text"),
    ),
    keys=(),
)

SECTIONS: dict[str, Section] = {
    section.name: section
    for section in (
        _SOURCES,
        _SUBJECTS,
        _GROUPS,
        _ASPECTS,
        _FACTS,
        _ENTRIES,
        _COMPARISONS,
        _NEEDS,
        _NEIGHBOURS,
        _TALK,
    )
}

ID_PATTERN = "[a-z0-9]+(-[a-z0-9]+)*"


# ---------------------------------------------------------------- for editors


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of one file, with which editors complete, explain and check while typing."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A knowledge file",
        "type": "object",
        "additionalProperties": False,
        "properties": {section.name: _section_schema(section) for section in SECTIONS.values()},
    }


def _section_schema(section: Section) -> dict[str, Any]:
    inner = _record_schema(section.fields)
    for _ in section.keys:
        inner = _by_id(inner)
    return {**inner, "description": section.about}


def _record_schema(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in fields if field.required],
        "properties": {field.name: {**_field_schema(field), "description": field.about} for field in fields},
    }


def _by_id(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "propertyNames": _pattern(ID_PATTERN), "additionalProperties": values}


def _list_of(values: dict[str, Any], field: Field) -> dict[str, Any]:
    most = {"maxItems": field.most} if field.most else {}
    return {"type": "array", "items": values, "minItems": field.least, **most}


def _pattern(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{pattern}$"}


def _field_schema(field: Field) -> dict[str, Any]:
    # An optional field may be left empty, and an unquoted number is taken as written; the schema allows both.
    text: dict[str, Any] = {"type": ["string", "number"]}
    longest = {"maxLength": field.longest} if field.longest else {}
    an_id = _pattern(ID_PATTERN if field.required or field.form != "id" else f"({ID_PATTERN})?")
    forms: dict[Form, dict[str, Any]] = {
        "text": {**text, "minLength": int(field.required), **longest},
        "texts": _list_of(text, field),
        "one or more texts": {"anyOf": [text, {"type": "array", "items": text, "minItems": int(field.required)}]},
        "choice": {"enum": [*field.choices, *([] if field.required else [""])]},
        "id": an_id,
        "ids": _list_of(an_id, field),
        "one or more ids": {"anyOf": [an_id, {"type": "array", "items": an_id, "minItems": int(field.required)}]},
        "day": {"type": "string", "format": "date"},
        "url": _pattern("(https?://.*)?"),
        "quantity": text,
        "lines": _list_of({"type": "integer", "minimum": 1}, field),
        "reasons": _by_id(text),
        "record": _record_schema(field.fields),
        "records": {"type": "array", "items": _record_schema(field.fields)},
    }
    return forms[field.form]
