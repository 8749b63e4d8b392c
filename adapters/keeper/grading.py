"""Whether an answer is the one a question of an exam expects, told from the answer itself: right, wrong or declined."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot import Answer, upkeep

RIGHT, WRONG, DECLINED = "right", "wrong", "declined"
EXPECTED = {"subjects", "aspect", "compare", "recommend", "says", "answer"}


def graded(known: upkeep.Knowledge, answer: Answer, expected: dict[str, Any]) -> str:
    """What an answer to a question that should be answered is."""
    if answer.kind != "answer":
        return DECLINED
    return RIGHT if _right(known, answer, expected) else WRONG


def strange(known: upkeep.Knowledge, expected: dict[str, Any]) -> str:
    """What is wrong with an expectation itself; empty if nothing is."""
    if unknown := expected.keys() - EXPECTED:
        return f"'{min(unknown)}' is none of {', '.join(sorted(EXPECTED))}"
    return _misshapen(expected) or _unknown(known, expected)


def _misshapen(expected: dict[str, Any]) -> str:
    lists = (expected.get(name, []) for name in ("subjects", "says"))
    if not all(isinstance(one, list) and all(isinstance(part, str) for part in one) for one in lists):
        return "'subjects' and 'says' are lists of words"
    if not all(isinstance(expected.get(name, ""), str) for name in ("aspect", "recommend")):
        return "'aspect' and 'recommend' are ids"
    about = expected.get("subjects") and {"aspect", "compare"} & expected.keys()
    tells = about or {"says", "recommend"} & expected.keys()
    return "" if tells else "it expects nothing: add says, recommend, or subjects with aspect or compare"


def _unknown(known: upkeep.Knowledge, expected: dict[str, Any]) -> str:
    subjects = {*expected.get("subjects", ()), *([expected["recommend"]] if "recommend" in expected else ())}
    if unknown := subjects - known.subjects.keys():
        return f"'{min(unknown)}' is no subject"
    if "aspect" in expected and expected["aspect"] not in known.aspects:
        return f"'{expected['aspect']}' is no aspect"
    return ""


def lacks(answer: Answer, fragments: Iterable[str]) -> list[str]:
    """Which of the fragments are not in the answer, whatever their case."""
    text = answer.text.casefold()
    return [fragment for fragment in fragments if fragment.casefold() not in text]


def _right(known: upkeep.Knowledge, answer: Answer, expected: dict[str, Any]) -> bool:
    if _told(answer) not in {"", expected.get("answer", _told(answer))}:
        return False
    if "says" in expected:
        return not lacks(answer, expected["says"])
    if "recommend" in expected:
        return _recommends(known, answer, expected["recommend"])
    if "compare" in expected:
        return _compares(known, answer, expected["subjects"])
    return _states(known, answer, expected["subjects"], expected["aspect"])


def _told(answer: Answer) -> str:
    """The yes or no with which an answer begins, if it does."""
    first = answer.lead.lower().replace(",", " ").replace(":", " ").replace(".", " ").split()[:1]
    return first[0] if first and first[0] in {"yes", "no"} else ""


def _states(known: upkeep.Knowledge, answer: Answer, subjects: Iterable[str], aspect: str) -> bool:
    """Whether it states such a fact of a subject or of its family, or an entry about it."""
    family = _family(known, subjects)
    asked = known.aspects[aspect]
    facts = [fact for s in family for a in (aspect, *asked.members) if (fact := known.fact(s, a))]
    facts = facts or [fact for s in family if asked.under and (fact := known.fact(s, asked.under))]
    written = (entry.says for entry in known.entries.values() if family & set(entry.about))
    return any(_stated(known, answer, fact) for fact in facts) or any(says in answer.text for says in written)


def _stated(known: upkeep.Knowledge, answer: Answer, fact: upkeep.Fact) -> bool:
    if any(said and said in answer.text for said in (fact.says, fact.because, *(e.says for e in fact.exceptions))):
        return True
    heading, subject = known.aspects[fact.aspect].name, known.subjects[fact.subject]
    if answer.title.startswith(subject.name):
        return f"{heading}: {fact.brief}" in answer.points  # one of several limits
    if answer.table and subject.short in answer.table.columns:
        cell = 1 + answer.table.columns.index(subject.short)
        return any(row[0] == heading and row[cell] == fact.brief for row in answer.table.rows)
    return False


def _compares(known: upkeep.Knowledge, answer: Answer, subjects: Iterable[str]) -> bool:
    """Whether it sets just these subjects side by side: in a table, in its title, or in a verdict written on them."""
    asked = set(subjects)
    names = {known.subjects[s].short for s in asked}
    verdicts = [e.says for e in known.entries.values() if asked <= set(e.about)]
    verdicts += [c.says for c in known.comparisons.values() if set(c.of) == asked]
    if any(says in answer.text for says in verdicts) or (answer.table and set(answer.table.columns) == names):
        return True
    titled = set(answer.title.split(": ")[0].split(" vs "))
    return titled == names or (len(titled) == 1 and all(name in answer.title for name in names))


def _recommends(known: upkeep.Knowledge, answer: Answer, subject: str) -> bool:
    """Whether a subject, or a feature of it, is named where the recommendation stands."""
    said = f"{answer.title} {answer.lead}".casefold()
    named = [known.subjects[s] for s in (subject, *_features(known, subject))]
    return any(name.casefold() in said for s in named for name in (s.name, s.short))


def _family(known: upkeep.Knowledge, subjects: Iterable[str]) -> set[str]:
    asked = list(subjects)
    features = (feature for s in asked for feature in _features(known, s))
    return {*asked, *features, *(known.subjects[s].parent for s in asked)} - {""}


def _features(known: upkeep.Knowledge, subject: str) -> list[str]:
    return [s.id for s in known.subjects.values() if s.parent == subject]
