"""The messages that callers left: where they stand, and that each listening is written down."""

from __future__ import annotations

from pathlib import Path

from callcenter.crm.callbacks.service import Callbacks, NewAsk
from callcenter.crm.customers.service import Customers
from callcenter.store.clock import now_ms
from callcenter.store.engine import Store
from tests.calls_pages.centre import furnish, gave_up, keep, record, serving, settings_of, signed_in
from tests.calls_pages.test_pages import listened

NAME = "message-7.1-leave-1.wav"


async def test_a_message_is_heard_where_the_callback_stands(store: Store, tmp_path: Path) -> None:
    await furnish(store)
    settings = settings_of(tmp_path / "data")
    customer = await Customers(store).add(name="好邻居便利店")
    await keep(store, gave_up("7.1", now_ms(), exit="voicemail"))
    ask = NewAsk("13812345678", "after_hours", customer=customer, call="7.1", recording=NAME)
    callback = await Callbacks(store, due_ms=3_600_000).promise(ask)
    second = NewAsk("13812345678", "asked", customer=customer, reason="../centre.sqlite", recording="../centre.sqlite")
    await Callbacks(store, due_ms=3_600_000).promise(second)
    record(settings.recordings, "message", 1)
    sound = (settings.recordings / "message-caller.wav").rename(settings.recordings / NAME).read_bytes()
    place = f"/callbacks/{callback.id}/messages/0"
    async with serving(store, settings) as client:
        await signed_in(client, store, "4001")
        for page in ("/calls/7.1/callbacks", f"/customers/{customer}/callbacks"):
            async with client.get(page) as answer:
                assert f'src="{place}"' in await answer.text()
        async with client.get(place) as answer:
            assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/wav")
            assert await answer.read() == sound
        async with client.get(place, headers={"Range": "bytes=10-19"}) as answer:
            assert (answer.status, await answer.read()) == (206, sound[10:20])
        for missing in (f"/callbacks/{callback.id}/messages/1", f"/callbacks/{callback.id}/messages/2", "/callbacks/999/messages/0"):
            async with client.get(missing) as answer:
                assert answer.status == 404
    assert await listened(store) == [("4001", f"recording {NAME} of call 7.1")]
