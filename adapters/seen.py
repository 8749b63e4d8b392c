"""What adapters remember beyond one answer, as long as the process lives: events seen, and what people thought."""

from __future__ import annotations

from collections import OrderedDict

MOST = 10_000  # of each: platforms deliver twice within minutes


class Seen:
    """A memory in this process alone."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._events: OrderedDict[str, None] = OrderedDict()
        self.votes: OrderedDict[tuple[str, str], bool] = OrderedDict()

    async def first(self, event: str) -> bool:
        """Whether this event is seen for the first time."""
        if event in self._events:
            return False
        self._events[event] = None
        if len(self._events) > self._most:
            self._events.popitem(last=False)
        return True

    async def feedback(self, answer: str, by: str, *, helpful: bool) -> None:
        """Keep the newest vote of each person on each answer."""
        self.votes[answer, by] = helpful
        if len(self.votes) > self._most:
            self.votes.popitem(last=False)
