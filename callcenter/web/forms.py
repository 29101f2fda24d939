"""Reading what a user typed: each field says what it expected, in his language, and all wrong fields are told at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from aiohttp import web

from callcenter.web import clock
from callcenter.web.app_keys import SETTINGS
from callcenter.web.texts import gettext


class FormError(Exception):
    """errors: for each wrong field what was expected, in the user's language."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors.items()))
        self.errors = dict(errors)


class Form:
    """The fields of one submitted form. Each reader gives the value and notes what is wrong; ``check`` raises all of it."""

    def __init__(self, values: Mapping[str, str], locale: str, zone: ZoneInfo) -> None:
        self.values = values
        self.errors: dict[str, str] = {}
        self._locale = locale
        self._zone = zone

    def raw(self, name: str) -> str:
        """What was typed, without the blanks around it; nothing when the field is missing."""
        return self.values.get(name, "").strip()

    def text(self, name: str, *, max_length: int = 200, required: bool = True) -> str:
        text = self.raw(name)
        if required and not text:
            self.wrong(name, self._("Please fill this in."))
        elif len(text) > max_length:
            self.wrong(name, self._("At most %(most)d characters; these are %(count)d.") % {"most": max_length, "count": len(text)})
        elif any(ord(letter) < 32 and letter not in "\r\n\t" for letter in text):
            self.wrong(name, self._("This holds a character that cannot be shown."))
        return text

    def choice(self, name: str, choices: Collection[str], *, required: bool = True) -> str:
        """One of the choices; nothing when it is not required and none was made."""
        text = self.raw(name)
        if (required or text) and text not in choices:
            self.wrong(name, self._("Please choose one of the list."))
            return ""
        return text

    def whole(self, name: str, *, low: int, high: int) -> int:
        """A whole number within limits; low when it is wrong."""
        text = self.raw(name)
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            self.wrong(name, self._("A whole number from %(low)d to %(high)d was expected.") % {"low": low, "high": high})
            return low
        return number

    def moment(self, name: str, *, required: bool = True) -> int | None:
        """A time typed in the site's zone, in milliseconds since the epoch; None when there is none."""
        text = self.raw(name)
        if not text and not required:
            return None
        try:
            return clock.from_input(text, self._zone)
        except ValueError:
            self.wrong(name, self._("A date and time such as 2026-11-22 10:30 was expected."))
            return None

    def wrong(self, name: str, message: str) -> None:
        """Note what is wrong with a field; the first finding stays."""
        self.errors.setdefault(name, message)

    def check(self) -> None:
        """Raise FormError with everything noted so far."""
        if self.errors:
            raise FormError(self.errors)

    def _(self, message: str) -> str:
        return gettext(self._locale, message)


async def posted(request: web.Request) -> Mapping[str, object]:
    """All that was submitted, files too; 400 for what is no form, or none in the letters that it says."""
    try:
        return await request.post()
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None


async def read_form(request: web.Request) -> Form:
    """The text fields of a submitted form; files are left out."""
    values = {name: value for name, value in (await posted(request)).items() if isinstance(value, str)}
    if any("\0" in value for value in values.values()):
        raise web.HTTPBadRequest
    return Form(values, request["locale"], request.app[SETTINGS].zone)
