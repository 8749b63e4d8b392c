"""The commands that Discord has, compared with ours: they are sent only when they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from discord.app_commands import CommandTree, Translator
from discord.http import HTTPClient, Route

Payload = dict[str, Any]

# What a command and its options are made of. Anything else in Discord's answer is its own: ids, versions, dates.
PARTS = {
    *("type", "name", "description", "name_localizations", "description_localizations", "nsfw"),
    *("default_member_permissions", "integration_types", "contexts", "options"),
    *("required", "autocomplete", "choices", "value", "channel_types"),
    *("min_value", "max_value", "min_length", "max_length"),
}
SETS = {"integration_types", "contexts", "channel_types"}  # lists whose order means nothing
KINDS = {1: "/{}", 2: "user menu “{}”", 3: "message menu “{}”", 4: "start of the activity “{}”"}


async def sync(tree: CommandTree[Any], http: HTTPClient, application: int, *, dry: bool = False) -> list[str]:
    """Send our commands if Discord has others, and say what differs."""
    ours, theirs = await wanted(tree), await present(http, application)
    found = difference(ours, theirs)
    if found and not dry:
        await http.bulk_upsert_global_commands(application, payload=ours)
    return found


async def wanted(tree: CommandTree[Any]) -> list[Any]:
    """Our commands as Discord takes them, translated."""
    translator: Translator | None = tree.translator
    every = tree.get_commands()
    if not translator:
        return [command.to_dict(tree) for command in every]
    return [await command.get_translated_payload(tree, translator) for command in every]


async def present(http: HTTPClient, application: int) -> list[Payload]:
    """The commands that Discord has, with their translations."""
    route = Route("GET", "/applications/{application_id}/commands", application_id=application)
    found: list[Payload] = await http.request(route, params={"with_localizations": "true"})
    return found


def difference(ours: Iterable[Payload], theirs: Iterable[Payload]) -> list[str]:
    """A line for each command that would come (+), go (-) or change (~, and in what)."""
    new, old = by_name(ours), by_name(theirs)
    lines = [f"+ {name}" for name in new.keys() - old.keys()] + [f"- {name}" for name in old.keys() - new.keys()]
    for name in new.keys() & old.keys():
        parts = sorted(
            part for part in new[name].keys() | old[name].keys() if new[name].get(part) != old[name].get(part)
        )
        if parts:
            lines.append(f"~ {name}: {', '.join(parts)}")
    return sorted(lines, key=lambda line: (line[2:], line[0]))


def by_name(commands: Iterable[Payload]) -> Mapping[str, Payload]:
    """The commands so that the same means the same, by the name that people see."""
    return {KINDS[c.get("type", 1)].format(c["name"]): stripped({"type": 1, **c}) for c in commands}


def stripped(part: Payload) -> Payload:
    """The part without what is Discord's own, what is empty, and the order of sets."""
    kept = {key: value for key, value in part.items() if key in PARTS and value not in (None, False, [], {}, "")}
    for key in kept.keys() & SETS:
        kept[key] = sorted(kept[key])
    for key in kept.keys() & {"options", "choices"}:
        kept[key] = [stripped(each) for each in kept[key]]
    return kept
