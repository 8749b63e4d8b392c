"""What a click on one of our buttons does; its id says all that is needed, so it works after a restart, too."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

from discord import Interaction
from discord.ui import Button, DynamicItem, Item, LayoutView

from adapters.discord.desk import Desk, Talk, text_only
from adapters.discord.message import ASK, DELETE, HELPFUL, NOT_HELPFUL, RATE

Clicked = DynamicItem[Button[LayoutView]]


def buttons(desk: Desk) -> tuple[type[Clicked], ...]:
    """The kinds of button at this desk."""

    class OurButton(Clicked, template="never"):
        """Something that can be clicked once for each delivery."""

        what: ClassVar = "a click"

        def __init__(self, button: Button[LayoutView], said: re.Match[str]) -> None:
            super().__init__(button)
            self.said = said

        @classmethod
        async def from_custom_id(cls, talk: Interaction[Any], item: Item[Any], match: re.Match[str], /) -> Self:
            """The button that was clicked, from its id."""
            del talk
            assert isinstance(item, Button)  # noqa: S101 - only buttons have these ids
            return cls(item, match)

        async def interaction_check(self, talk: Interaction[Any], /) -> bool:
            """Whether this click is delivered for the first time."""
            return await desk.first(talk.id)

        async def callback(self, talk: Interaction[Any]) -> None:
            """Do what the button says; whatever fails becomes an apology."""
            async with desk.calmly(talk, self.what):
                await self.clicked(talk)

        async def clicked(self, talk: Talk) -> None:
            """What this kind of button does."""
            raise NotImplementedError

    class Ask(OurButton, template=f"{ASK}(?P<text>.+)"):
        """A question that was suggested: answered where the suggestion was made."""

        what = "a suggestion"

        async def clicked(self, talk: Talk) -> None:
            await desk.respond(talk, self.said["text"], private=seen_alone(talk))

    class Rate(OurButton, template=f"{RATE}(?P<answer>.+):(?P<helpful>[{HELPFUL}{NOT_HELPFUL}])"):
        """Whether an answer helped."""

        what = "feedback"

        async def clicked(self, talk: Talk) -> None:
            await desk.rate(talk, self.said["answer"], helpful=self.said["helpful"] == HELPFUL)

    class Delete(OurButton, template=rf"{DELETE}(?P<asker>\d+)"):
        """The asker takes the answer away."""

        what = "a deletion"

        async def clicked(self, talk: Talk) -> None:
            if talk.user.id != int(self.said["asker"]):
                await desk.hand(talk, text_only("Only the person who asked can delete this."), private=True)
                return
            await talk.response.defer()
            await talk.delete_original_response()

    return Ask, Rate, Delete


def seen_alone(talk: Talk) -> bool:
    """Whether the button stands under a message that only one person sees."""
    return bool(talk.message and talk.message.flags.ephemeral)
