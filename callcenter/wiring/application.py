"""The web server, and what its handlers find in it: a function a room."""

from __future__ import annotations

from aiohttp import web

from callcenter import urls
from callcenter.calls.keys import CALL_HOTLINES, CALLS, LISTENINGS, STEP_TITLES, USER_NAMES
from callcenter.calls.listening import Listenings
from callcenter.comparison.keys import FIGURES, NIGHTLY, TOKEN, WATCH
from callcenter.comparison.token import token
from callcenter.crm.callbacks.keys import CALLBACKS
from callcenter.crm.callers.keys import CALLERS
from callcenter.crm.cases.keys import CASE_PEOPLE, CASES
from callcenter.crm.customers.keys import CUSTOMERS
from callcenter.crm.orders.keys import ORDERS
from callcenter.crm.surveys.keys import SURVEYS
from callcenter.desk.desk import DESK
from callcenter.hotlines.keys import HOTLINES, HOURS
from callcenter.ivr.actions.keys import REMARKS
from callcenter.ivr.named.keys import DECODER, NAMED, SOUND_FILES
from callcenter.ivr.published.keys import FLOWS
from callcenter.ivr.seen.keys import FLOW_ACTIONS, FLOW_OF, VISITS
from callcenter.ivr.seen.visits import Visits
from callcenter.ivr.sounds.decoder import Decoder
from callcenter.live.demo_phone import DEMO_PHONE, DemoPhone, phone_of
from callcenter.live.keys import AGENTS, CONTROL, FLOOR, HEALTH, PHONE_SECRET, PHONES, SCREENS, WORDS
from callcenter.live.seating import leaving, seating
from callcenter.rooms import Rooms
from callcenter.store.clock import now_ms
from callcenter.store.engine import AWAY
from callcenter.web import server
from callcenter.wiring.onlookers import Onlookers
from callcenter.wiring.parts import Ground, Parts
from callcenter.wiring.watched import figures_now, health_now


def application(ground: Ground, parts: Parts, looking: Onlookers) -> web.Application:
    settings, rooms = ground.settings, ground.rooms
    app = server.build(
        settings,
        urls.ROUTES,
        rooms.people,
        parts.hub,
        urls.NAV,
        seated=seating(parts.agents),
        left=leaving(parts.agents),
        sip_allowed=phone_of(parts.floor, demo=settings.demo),
        sip_gone=lambda _user, seat: parts.control.phone_gone(seat),
        phone_url="/agent/phone",
        away=AWAY,
    )
    show_floor(app, ground, parts, looking)
    show_record(app, rooms, parts)
    show_customers(app, rooms)
    show_flows(app, ground)
    show_comparison(app, ground, parts, looking)
    return app


def show_floor(app: web.Application, ground: Ground, parts: Parts, looking: Onlookers) -> None:
    """live/ and desk/."""
    rooms = ground.rooms

    async def callers() -> list[tuple[str, str]]:
        return [(card.phones[0].number, card.customer.name) for card in await rooms.customers.examples()]

    app[FLOOR], app[AGENTS], app[CONTROL], app[SCREENS] = parts.floor, parts.agents, parts.control, looking.screens
    app[WORDS], app[HEALTH] = parts.words, lambda: health_now(ground, parts, looking)
    app[PHONES], app[PHONE_SECRET] = parts.phones, looking.seat_phones.tell
    app[DEMO_PHONE] = DemoPhone(ground.secrets.demo_phone, callers)
    app[DESK] = parts.desk


def show_record(app: web.Application, rooms: Rooms, parts: Parts) -> None:
    """calls/."""
    app[CALLS], app[CALL_HOTLINES], app[USER_NAMES] = rooms.calls, rooms.hotlines, rooms.people.names
    app[LISTENINGS], app[STEP_TITLES] = Listenings(rooms.store, now_ms), parts.words.steps


def show_customers(app: web.Application, rooms: Rooms) -> None:
    """crm/ and hotlines/."""
    app[CUSTOMERS], app[CASES], app[CASE_PEOPLE], app[CALLBACKS] = rooms.customers, rooms.cases, rooms.people, rooms.callbacks
    app[CALLERS], app[SURVEYS], app[ORDERS] = rooms.callers, rooms.surveys, rooms.orders
    app[HOURS], app[HOTLINES] = rooms.hours, rooms.hotlines


def show_flows(app: web.Application, ground: Ground) -> None:
    """ivr/."""
    flows, rooms = ground.flows, ground.rooms
    app[FLOWS], app[FLOW_OF], app[VISITS], app[REMARKS] = flows, flows.one, Visits(rooms.store), rooms.remarks
    app[FLOW_ACTIONS] = lambda: flows.around.known.actions or {}
    app[NAMED], app[SOUND_FILES], app[DECODER] = rooms.prompts, ground.prompts, Decoder()


def show_comparison(app: web.Application, ground: Ground, parts: Parts, looking: Onlookers) -> None:
    """comparison/."""
    app[WATCH], app[NIGHTLY], app[TOKEN] = looking.watch, looking.nightly, token(ground.settings.data_dir)
    app[FIGURES] = lambda: figures_now(ground, parts, looking)
