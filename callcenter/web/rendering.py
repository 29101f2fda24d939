"""Pages and fragments out of the templates in agent_ui/templates.

A room's page begins with ``{% extends layout %}`` and fills the blocks ``title`` and ``page``: the whole shell comes on a normal load, the
page alone when htmx asks. Pushed pieces come from the same templates by ``fragment``.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.settings import Home, Settings
from callcenter.web import assets, clock, phone_numbers, texts
from callcenter.web.app_keys import NAV, PHONE_URL, SETTINGS
from callcenter.web.routes import NavItem
from callcenter.web.user import User


def fragment(settings: Settings, locale: str, template: str, /, **context: Any) -> str:
    """A piece of a page in this language, without a request: for what is pushed."""
    return environment(locale, settings.time_zone, settings.home).get_template(template).render(**context)


async def render(request: web.Request, template: str, /, *, status: int = 200, **context: Any) -> web.Response:
    """The answer to a request: the whole shell, or the page alone when htmx swaps it in."""
    alone = wants_fragment(request)
    body = fragment(
        request.app[SETTINGS],
        request["locale"],
        template,
        layout="frame/fragment.html" if alone else "frame/shell.html",
        **shell(request),
        **context,
    )
    response = web.Response(text=body, content_type="text/html", status=status)
    response.headers["Vary"] = "HX-Request"
    if status >= 400 and request.method != "GET":
        response.headers["HX-Push-Url"] = "false"
    return response


def wants_fragment(request: web.Request) -> bool:
    """Whether htmx asks for a page to swap in. A page out of the history is restored whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def shell(request: web.Request) -> dict[str, Any]:
    """What every template of a request finds beside its own context."""
    user = request["user"]
    return {
        "user": user,
        "csrf": request["csrf"],
        "path": request.path,
        "server_now": time.time_ns() // 1_000_000,
        "demo": request.app[SETTINGS].demo,
        "nav": [item for item in request.app[NAV] if may_see(user, item)],
        "phone_url": request.app[PHONE_URL] if user is not None and "agent" in user.roles else None,
    }


def may_see(user: User | None, item: NavItem) -> bool:
    return not item.who or (user is not None and bool(user.roles & item.who))


@cache
def environment(locale: str, time_zone: str, home: Home) -> Environment:
    """The template environment of one language: escaping always on, an unknown name is an error. `home` has the plan of numbers."""
    zone = ZoneInfo(time_zone)
    env = Environment(
        loader=FileSystemLoader(assets.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: texts.gettext(locale, message),
        lambda one, many, count: texts.ngettext(locale, one, many, count),
        newstyle=True,
    )
    env.globals.update(
        locale=locale, lang=texts.language_tag(locale), languages=texts.LOCALES, static=assets.static, icon=assets.icon, time_zone=time_zone
    )
    env.filters.update(
        time=lambda at: clock.time(at, zone),
        date=lambda at: clock.date(at, zone),
        datetime=lambda at: clock.date_time(at, zone),
        input_time=lambda at: clock.input_value(at, zone),
        duration=clock.duration,
        number=lambda value: clock.number(value, locale),
        phone=lambda number: phone_numbers.shown(number, home),
    )
    return env
