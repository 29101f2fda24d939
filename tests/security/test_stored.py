"""What people type is text on every page, and no address or field that is nonsense breaks one: a running server, every role's pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.live.centre import Centre
from tests.live.person import Person, signed_in

EVIL = "\"><script>alert('it')</script>"
QUOTED = EVIL.replace("'", "''")
FLOW = f"""\
name: evil
languages: [zh, en]
start: greeting
person: person
steps:
  greeting: {{do: say, title: {{zh: '{QUOTED}', en: Evil}}, prompt: {{zh: '{QUOTED}', en: Hello}}, next: person}}
  person: {{do: queue, title: {{zh: 人工, en: Person}}, queue: orders, answered: bye, timeout: bye, nobody: bye}}
  bye: {{do: end, title: {{zh: 结束, en: End}}}}
"""

TYPED = {
    "/flows": {"name": "evil", "like": ""},
    "/flows/evil/draft": {"text": FLOW, "walks": "", "revision": "1"},
    "/flows/evil/publish": {"revision": "2", "note": EVIL},
    "/prompts": {"name": "evil", "title": EVIL, "text_zh": EVIL, "text_en": EVIL},
    "/callers": {"number": "13900001234", "reason": EVIL, "until": ""},
    "/surveys/questions": {"queue": "orders", "place": "1", "name": EVIL, "zh": EVIL, "en": EVIL, "keys": "12345", "unhappy": "45"},
    "/hours/special-days": {
        "hotline": "",
        "first": "2026-12-01",
        "last": "2026-12-01",
        "name": EVIL,
        "kind": "closed",
        "zh": EVIL,
        "en": EVIL,
    },
    "/hours/8000000001/emergency": {"on": "1", "zh": EVIL, "en": EVIL},
    "/customers": {"name": EVIL, "kind": "retailer", "tier": "", "phone": "13900004321", "contact": EVIL, "address": EVIL, "notes": EVIL},
}
"""What a supervisor types, by the form's address, in this order."""

SHOWING = (
    *("/flows", "/flows/evil", "/flows/evil/picture", "/flows/evil/picture.svg", "/flows/evil/picture/steps/greeting"),
    *("/flows/evil/simulate", "/flows/evil/funnel", "/flows/evil/drawing", "/flows/evil/history", "/flows/evil/differences"),
    *("/flows/evil/versions/1", "/prompts", "/prompts/evil", "/callers", "/surveys", "/surveys/questions/1", "/hours?month=2026-12"),
    *("/hours/8000000001/emergency", "/hours/special-days/1", "/customers", "/customers/301", "/calls", "/floor", "/cases"),
)
AS_ASKED = ("/prompts?q={}", "/callers?number={}", "/customers?q={}", "/calls?number={}", "/hours?month={}", "/flows/evil/picture?step={}")
NONSENSE = (
    *(
        "/flows/..%2f..%2fREADME.md",
        "/flows/evil/versions/%D9%A1",
        "/flows/evil/versions/99999999999",
        "/flows/evil/picture?version=../../x",
    ),
    *(
        "/prompts/sounds/..%2f..%2f..%2fetc%2fpasswd",
        "/recordings/..%2f..%2fsecrets.json",
        "/callbacks/1/messages/..%2f",
        "/static/..%2f..%2fx",
    ),
    *("/hours/special-days/99999999999", "/hours?month=9999-99", "/calls?since=0001-01-01T00:00", "/calls?until=9999-12-31T23:59"),
    *("/flows/evil/simulate?at=9999-12-31T23:59", "/flows/evil/simulate?at=0001-01-01T00:00", "/surveys?days=-1", "/customers/%D9%A3"),
)


class WithoutAsterisk(Centre):
    """A server that answers, though it has no Asterisk: what is asked of it here needs none."""

    async def healthy(self) -> bool:
        return bool(await self.health())


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Person]:
    centre = WithoutAsterisk(tmp_path, asterisk="external")
    try:
        await centre.start()
        async with signed_in(centre, "3001") as person:
            yield person
    finally:
        await centre.stop()


async def test_what_was_typed_is_text_wherever_it_is_shown_and_no_nonsense_breaks_a_page(supervisor: Person) -> None:
    for path, fields in TYPED.items():
        assert await supervisor.post(path, **fields) in (200, 303), path
    shown = 0
    for path in (*SHOWING, *(path.format(quote(EVIL)) for path in AS_ASKED)):
        status, text = await supervisor.looked_at(path)
        assert status in (200, 422), (path, status)
        assert "<script>alert" not in text, path
        shown += "&lt;script&gt;alert" in text
    assert shown > len(AS_ASKED) + len(TYPED), "what was typed is hardly seen anywhere"
    for path in NONSENSE:
        status, text = await supervisor.looked_at(path)
        assert status < 500, (path, status, text[-500:])
