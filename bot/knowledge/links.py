"""Whether the records agree with each other: ids, references, names, phrasings, quantities and their measures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.knowledge.problem import suggestion
from bot.knowledge.shape import NO_CHOICE, Findings, Record
from bot.knowledge.tree import Place

LEAST_ASKS = 5

Index = dict[str, dict[str, Record]]


def check(found: Findings, unread: Iterable[str]) -> None:
    """Take all records and add what is wrong between them; `unread` are the texts of files that could not be read."""
    index = _by_name(found)
    _check_references(found, index, tuple(unread))
    _check_claims(found)
    for record in found.records:
        for rule in _RULES.get(record.section, ()):
            rule(record, index, found)


def _by_name(found: Findings) -> Index:
    index: Index = {}
    for record in found.records:
        known = index.setdefault(record.section, {})
        name = ".".join(record.ids)
        if name in known:
            first = known[name].place
            where = f"in {first.file} line {first.line}"
            what = f"'{name or record.section}' is already defined {where}"
            found.note(record.place, what, "keep one of them, or give this one another id")
        known.setdefault(name, record)
    return index


def _check_references(found: Findings, index: Index, unread: tuple[str, ...]) -> None:
    for reference in found.references:
        known = index.get(reference.section, {})
        # What a file with a syntax error may define is not called unknown: that would distract from the real mistake.
        if reference.id in known or any(f"{reference.id}:" in text for text in unread):
            continue
        fix = suggestion(reference.id, list(known), f"define it in '{reference.section}', or take it out here")
        found.note(reference.node.place, f"'{reference.id[:60]}' is not among the {reference.section}", fix)


# ---------------------------------------------------------------- what belongs to one only


class _Claims:
    """Who was the first to use a name, a phrasing or a combination."""

    def __init__(self, what: str, found: Findings) -> None:
        self.what, self.found = what, found
        self.first: dict[str, Record] = {}

    def claim(self, text: str, by: Record, *path: str | int) -> None:
        key = " ".join(text.lower().split()).rstrip("?!. ")
        holder = self.first.setdefault(key, by) if key else by
        if holder is by or holder.section == by.section == "neighbours":
            return
        owner = f"'{holder.ids[0]}' in {holder.section} ({holder.place.file} line {holder.place.line})"
        fix = f"keep it in one of them{', or make it a weak name' if by.section == 'subjects' else ''}"
        self.found.note(by.place_of(*path), f"the {self.what} '{key[:60]}' belongs to {owner}", fix)


def _check_claims(found: Findings) -> None:
    names = _Claims("name", found)
    phrasings = _Claims("phrasing", found)
    combinations = _Claims("combination", found)
    for record, name in _lists(found, ("subjects", "names"), ("neighbours", "words")):
        _claim_all(names, record, name)
    for record, name in _lists(found, ("entries", "asks"), ("neighbours", "asks")):
        _claim_all(phrasings, record, name)
    for record, name in _lists(found, ("comparisons", "of")):
        combinations.claim(", ".join(sorted(record.values[name])), record, name)


def _claim_all(claims: _Claims, record: Record, name: str) -> None:
    for position, text in enumerate(record.values[name]):
        claims.claim(text, record, name, position)


def _lists(found: Findings, *sections: tuple[str, str]) -> Iterator[tuple[Record, str]]:
    for section, name in sections:
        yield from ((record, name) for record in found.records if record.section == section and name in record.values)


# ---------------------------------------------------------------- rules of single sections


def _check_url(source: Record, _: Index, found: Findings) -> None:
    if not source.values.get("url") and source.values.get("kind") not in ("notes", "other", "", NO_CHOICE):
        found.note(source.place, f"'{source.ids[0]}' lacks 'url'", "add the address of the page")


def _check_parents(subject: Record, index: Index, found: Findings) -> None:
    _check_ascent(subject, "parent", index, found)


def _check_under(aspect: Record, index: Index, found: Findings) -> None:
    _check_ascent(aspect, "under", index, found)


def _check_ascent(record: Record, upwards: str, index: Index, found: Findings) -> None:
    known = index[record.section]
    above = record.values.get(upwards, "")
    passed: set[str] = set()
    while above in known and above not in passed:
        if above == record.ids[0]:
            found.note(
                record.place_of(upwards), f"'{above}' is part of itself", f"take out '{upwards}', or name another"
            )
            return
        passed.add(above)
        above = known[above].values.get(upwards, "")


def _check_members(aspect: Record, index: Index, found: Findings) -> None:
    members = aspect.values.get("members", [])
    kind = aspect.values.get("kind", NO_CHOICE)
    is_group = kind == "group"
    if bool(members) != is_group and kind != NO_CHOICE:
        what = f"'{aspect.ids[0]}' is {'' if is_group else 'not '}a group and has {'no ' if is_group else ''}members"
        found.note(aspect.place_of("members"), what, "only an aspect of kind group has members, and it needs some")
    for position, member in enumerate(members):
        if member in index["aspects"] and index["aspects"][member].values.get("kind") == "group":
            what = f"the member '{member}' is a group itself"
            found.note(aspect.place_of("members", position), what, "list its members here instead")


def _check_answer(fact: Record, index: Index, found: Findings) -> None:
    aspect = index.get("aspects", {}).get(fact.ids[1])
    if aspect and aspect.values.get("kind") == "ability" and not fact.values.get("answer"):
        what = f"'{'.'.join(fact.ids)}' is about an ability and lacks 'answer'"
        found.note(fact.place, what, "add 'answer: yes', no or partly")


def _check_quantities(fact: Record, index: Index, found: Findings) -> None:
    aspect = index.get("aspects", {}).get(fact.ids[1])
    _check_limits(fact, (), fact.values, aspect, found)
    for position, exception in enumerate(fact.values.get("exceptions", [])):
        _check_limits(fact, ("exceptions", position), exception, aspect, found)


def _check_limits(
    fact: Record, path: tuple[str | int, ...], limits: dict[str, Any], aspect: Record | None, found: Findings
) -> None:
    given = {name: limits[name] for name in ("min", "default", "max") if limits.get(name)}
    for name, quantity in given.items():
        if aspect:
            _check_measure(fact.place_of(*path, name), quantity, aspect, found)
    for low, high in (("min", "max"), ("min", "default"), ("default", "max")):
        if low in given and high in given and _comparable(given[low], given[high]) and given[low][0] > given[high][0]:
            what = f"'{low}' ({given[low][2]}) is more than '{high}' ({given[high][2]})"
            found.note(fact.place_of(*path, low), what, "correct one of them")


def _comparable(one: list[Any], other: list[Any]) -> bool:
    return one[1] == other[1] or "" in (one[1], other[1])


def _check_measure(place: Place, quantity: list[Any], aspect: Record, found: Findings) -> None:
    _, measure, text = quantity
    wanted = aspect.values.get("measure", "")
    if not wanted:
        what = f"the aspect '{aspect.ids[0]}' has no measure, so '{text}' cannot be compared with anything"
        found.note(place, what, f"give the aspect 'measure: {measure or 'count'}', or say the amount in 'says' only")
    elif measure and measure != wanted != NO_CHOICE:
        what = f"'{text}' is {_an(measure)}, but '{aspect.ids[0]}' measures {wanted}"
        found.note(place, what, f"write it with a unit of {wanted}")


_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
_PATH = re.compile(r"[^#\s]+#[^#\s]+")


def _check_checks(fact: Record, _: Index, found: Findings) -> None:
    for position, check in enumerate(fact.values.get("checks", [])):
        place = fact.place_of("checks", position)
        path = check.get("path") or fact.values.get("model", "")
        if not path:
            found.note(place, "this says nowhere to look", "add 'path', or give the fact a 'model'")
        elif not _PATH.fullmatch(path):
            found.note(place, f"'{path[:60]}' is not a place in a model", "write service/version#Shape.key")
        want, op, since = check.get("want", []), check.get("op"), check.get("since", "")
        if op == "least" and not all(one.isdecimal() for one in want):
            found.note(fact.place_of("checks", position, "want"), "'want' is not a number", "write how many at least")
        if op in ("is", "least") and len(want) > 1:
            found.note(fact.place_of("checks", position, "want"), f"'{op}' compares with one thing", "keep one")
        if since and not _VERSION.fullmatch(since):
            found.note(fact.place_of("checks", position, "since"), "'since' is not a version", "write it as in 1.44.5")


def _an(measure: str) -> str:
    return {"time": "a time", "count": "a bare count", "rate": "a rate"}.get(measure, f"an amount of {measure}")


def _check_asks(entry: Record, _: Index, found: Findings) -> None:
    asks = entry.values.get("asks", [])
    different = len({" ".join(ask.lower().split()).rstrip("?!. ") for ask in asks})
    if len(asks) >= LEAST_ASKS > different:
        what = f"only {different} of the {len(asks)} phrasings differ"
        found.note(entry.place_of("asks"), what, f"write at least {LEAST_ASKS} that differ in their words")


def _check_choose(comparison: Record, index: Index, found: Findings) -> None:
    compared = comparison.values.get("of", [])
    for subject in comparison.values.get("choose", {}):
        if subject not in compared and subject in index.get("subjects", {}):
            what = f"'{subject}' is not one of the subjects compared"
            found.note(comparison.place_of("choose", subject), what, "add it to 'of', or take it out here")
    if len(set(compared)) < len(compared):
        found.note(comparison.place_of("of"), "a subject is compared with itself", "name each subject once")


def _check_contradiction(need: Record, _: Index, found: Findings) -> None:
    seen: dict[str, str] = {}
    for verdict in ("best", "fits", "fails"):
        for subject in need.values.get(verdict, {}):
            if seen.setdefault(subject, verdict) != verdict:
                what = f"'{subject}' is in '{seen[subject]}' and in '{verdict}'"
                found.note(need.place_of(verdict, subject), what, "keep it in one of them")


def _check_measurable(need: Record, index: Index, found: Findings) -> None:
    aspect = index.get("aspects", {}).get(need.values.get("aspect", ""))
    if aspect and not aspect.values.get("measure"):
        what = f"the aspect '{aspect.ids[0]}' has no measure, so no quantity can be compared with it"
        found.note(need.place_of("aspect"), what, "name an aspect that has one, or take it out")


_RULES: dict[str, tuple[Callable[[Record, Index, Findings], None], ...]] = {
    "sources": (_check_url,),
    "subjects": (_check_parents,),
    "aspects": (_check_members, _check_under),
    "facts": (_check_answer, _check_quantities, _check_checks),
    "entries": (_check_asks,),
    "comparisons": (_check_choose,),
    "needs": (_check_contradiction, _check_measurable),
}
