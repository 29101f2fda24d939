"""Agents who click: the actions that the server sends for each click, one after the other, as people make them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from callcenter.telephony.actions import Action, hangup, originate_asked, originate_music, redirect
from tests.fake_asterisk.talk import Talk

if TYPE_CHECKING:
    from tests.fake_asterisk.exchange import Exchange

WAYS = ("takes_back", "hands_over", "hands_over_ringing", "outside", "toggles", "three_and_agent_leaves", "three_and_asked_leaves", "drops")
OUTSIDE = "13800138000@trunk"
RINGS_S = 0.05
"""Whom an agent asks is rung so long after the music began."""
COMES_S = 0.02
LOOKS_S = 1.2
"""Between two clicks at least: somebody looks at the page meanwhile."""

Step = tuple[float, Callable[[], None]]
"""After so many seconds, what is done."""


def asks(exchange: Exchange, talk: Talk, way: str, to: str, stem: str, answered_s: float, talk_s: float) -> None:
    """The agent of this talk asks who sits at `to`, one of WAYS; who is asked answers within `answered_s`, and each stretch is `talk_s`.

    `stem` is what the ids of the legs begin with.
    """
    call, held, agent, asked, music = talk.call.channel.id, talk.caller.id, talk.leg.id, f"{stem}-asked", f"{stem}-music"
    number, at, _trunk = to.partition("@")
    shown = "" if at else talk.who
    rings = originate_asked(to, held=held, agent=agent, asked=asked, music=music, call=call, shown=shown, timeout_s=20)
    exchange.originate(dict(originate_music(held, agent, asked, music, call, number if at else "").headers))
    exchange.agenda.after(RINGS_S, lambda: exchange.originate(dict(rings.headers)))

    def redirects(action: Action) -> None:
        why_not = exchange.clicks.redirect(dict(action.headers))
        assert not why_not, (way, action)

    def hangs_up(leg: str) -> None:
        channel = exchange.switch.find(dict(hangup(leg).headers)["Channel"])
        assert channel is not None
        exchange.hang_up(channel, 0)

    def leaves(leg: str) -> None:
        exchange.clicks.leaves(exchange.switch.channels[leg])

    hands_over = partial(redirects, redirect(asked, "cc-with", agent, "cc-left"))
    together: list[Step] = [(0.0, partial(redirects, redirect(agent, "cc-three", asked, "cc-three"))), (COMES_S, partial(hangs_up, music))]
    again = originate_music(held, agent, asked, f"{stem}.2-music", call)
    steps: dict[str, list[Step]] = {
        "takes_back": [(0.0, partial(redirects, redirect(agent, "cc-with", asked, "cc-left")))],
        "hands_over": [(0.0, hands_over)],
        "hands_over_ringing": [(RINGS_S + COMES_S - answered_s - talk_s, partial(redirects, redirect(agent, "cc-left")))],
        "outside": [(0.0, hands_over)],
        "toggles": [
            (0.0, partial(redirects, redirect(agent, "cc-with", asked, "cc-aside"))),
            (talk_s, lambda: exchange.originate(dict(again.headers))),
            (talk_s + COMES_S, partial(redirects, redirect(asked, "cc-asked"))),
            (2 * talk_s + COMES_S, hands_over),
        ],
        "three_and_agent_leaves": [*together, (talk_s, partial(leaves, agent))],
        "three_and_asked_leaves": [*together, (talk_s, partial(leaves, asked))],
        "drops": [*together, (talk_s, partial(hangs_up, asked))],
    }
    for after_s, does in steps[way]:
        exchange.agenda.after(answered_s + talk_s + after_s, partial(_while_he_is_there, talk, does))


def _while_he_is_there(talk: Talk, does: Callable[[], None]) -> None:
    if talk.alive:
        does()
