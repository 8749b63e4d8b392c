"""The name under which something is kept of a person: always the same, and not theirs."""

from __future__ import annotations

from adapters.store.text import digest


def pseudonym(person: str) -> str:
    """What stands for a person, named by platform and id as people see it: "slack:U123", "discord:123".

    It hides the id from whoever reads the store. It does not withstand trying all ids, so the store stays confidential.
    """
    return digest("person", person)
