"""What can become of an action that was sent to Asterisk: its answer, or one of these."""

from __future__ import annotations

from typing import Protocol

from callcenter.telephony.actions import Action
from callcenter.telephony.wire import Message


class ActionRefused(Exception):
    """Asterisk said no; the text is its own."""


class LinkLost(Exception):
    """There is no living link, or it went while the action was on its way: whether it was done is not known. It is never sent again."""


class Deadline(Exception):
    """No answer in time: whether it was done is not known."""


class Sender(Protocol):
    """Who sends actions: the link, while it is live."""

    async def act(self, action: Action, deadline_s: float = 5.0, behind: Action | None = None) -> list[Message]:
        """The answers, the response first. `behind` is sent right after it, as by `tell`.

        Raises ActionRefused, LinkLost, Deadline; ValueError for a control character.
        """

    def tell(self, action: Action) -> None:
        """Send without waiting; a refusal is logged. Raises LinkLost when the link is not live."""
