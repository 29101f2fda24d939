"""What actions say in a caller's own language: the words of the pages, as a flow's language names them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from callcenter.web.texts import gettext


def said(language: str, text: str) -> str:
    """An English text of the pages in the language of the flow (zh, en)."""
    return gettext("zh_CN" if language == "zh" else language, text)


def yuan(fen: int) -> str:
    """An amount in fen as the kind `money` reads it: 12350 is 123.50."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def day(at: int, zone: ZoneInfo) -> str:
    """A moment (ms) as the kind `date` reads it, on the site's calendar, without the year."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).strftime("%m-%d")
