"""What the front end's build leaves behind: files under hashed names, and the icons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from markupsafe import Markup

from callcenter.settings import CHECKOUT

DIST = CHECKOUT / "agent_ui" / "dist"
TEMPLATES = CHECKOUT / "agent_ui" / "templates"


class FrontEndMissing(Exception):
    """agent_ui/dist is not there or incomplete."""


@cache
def _built(name: str) -> Mapping[str, str]:
    path = DIST / name
    try:
        return MappingProxyType(json.loads(path.read_text(encoding="utf-8")))
    except OSError as wrong:
        raise FrontEndMissing(f"{path} cannot be read ({wrong.strerror}): run `npm ci && npm run build` in agent_ui") from wrong


def static(name: str) -> str:
    """The address of a built file, such as static("app.js")."""
    return f"/static/{_built('manifest.json')[name]}"


def icon(name: str, style: str = "") -> Markup:
    """A Tabler icon as SVG. style: further classes. KeyError names an icon that does not exist."""
    paths = Markup(_built("icons.json")[name])
    return Markup(
        '<svg class="icon {}" aria-hidden="true" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{}</svg>'
    ).format(style, paths)
