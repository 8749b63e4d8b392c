"""A gap: one question, in all the words in which people asked it, that got no good answer."""

from __future__ import annotations

from typing import Any, NamedTuple


class Gap(NamedTuple):
    """What is known of it; `wordings` come most usual first, and the only one is empty where texts are not kept."""

    wordings: tuple[str, ...]
    times: int
    people: int
    platforms: tuple[str, ...]
    first: str  # day, UTC
    last: str
    happened: tuple[tuple[str, int], ...]  # "declined", "asked back" or "not helpful", and how often
    because: str
    closest: str  # a kind and an id
    subjects: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why it was declined, to stand behind what happened."""
        if not self.because:
            return ""
        unsure = self.because.replace(".", "", 1).isdecimal()  # how much of the question the best answer explained
        return f" (not sure enough, {self.because})" if unsure else f" ({self.because})"

    @property
    def data(self) -> dict[str, Any]:
        """The gap for programs."""
        return {**self._asdict(), "happened": dict(self.happened)}
