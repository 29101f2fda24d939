"""AMI's bytes: any chunking gives the same messages, nothing that comes in raises, a monster does not take its neighbours with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.telephony.wire import Splitter, event_name, parse

STREAM = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"Event: X", b"a: b", b":", "王".encode(), b"\xff", b" "])).map(
    b"".join
)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    at = sorted({p % (len(data) + 1) for p in places})
    return [data[a:b] for a, b in zip([0, *at], [*at, len(data)], strict=True)]


@given(STREAM | st.binary(), st.lists(st.integers(0, 10_000)), st.sampled_from([3, 10, 1 << 20]))
def test_any_chunking_gives_what_the_whole_gives(data: bytes, places: list[int], longest: int) -> None:
    whole, pieces = Splitter(longest), Splitter(longest)
    expected = whole.feed(data + b"\r\n\r\nEvent: End\n\n")
    got = [m for chunk in [*cut(data, places), b"\r\n\r\nEv", b"ent: End\n", b"\n"] for m in pieces.feed(chunk)]
    assert got == expected
    assert pieces.skipped == whole.skipped


@given(st.binary() | STREAM)
def test_nothing_that_comes_in_raises(data: bytes) -> None:
    for message in Splitter().feed(data + b"\n\n"):
        event_name(message)
        for name in (parsed := parse(message)):
            assert parsed.every(name)[0] == parsed[name]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), min_size=1), max_size=8))
def test_values_come_back_as_they_were_sent(values: list[str]) -> None:
    data = "".join(f"Name{n}: {value}\r\n" for n, value in enumerate(values)).encode("utf-8", "replace") + b"\r\n"
    sent = [value.encode("utf-8", "replace").decode() for value in values]
    assert [v for m in Splitter().feed(b"Event: X\r\n" + data) for v in list(parse(m).values())[1:]] == sent


def test_a_message_that_is_too_long_is_counted_and_its_neighbours_are_kept() -> None:
    splitter = Splitter(100)
    got = splitter.feed(b"Event: A\r\n\r\nEvent: Big\r\n")
    for _ in range(50):
        got += splitter.feed(b"Filler: 0123456789\r\n")
    got += splitter.feed(b"\r\nEvent: B\r\n\r\n")
    assert got == [b"Event: A", b"Event: B"]
    assert splitter.skipped == 1


def test_a_chinese_character_cut_between_two_reads_is_whole() -> None:
    data = "Event: X\r\nCallerIDName: 王小明\r\n\r\n".encode()
    for n in range(len(data)):
        splitter = Splitter()
        (message,) = splitter.feed(data[:n]) + splitter.feed(data[n:])
        assert parse(message)["calleridname"] == "王小明"


def test_repeated_headers_and_an_empty_last_one_are_kept() -> None:
    message = parse(b"Event: X\nChanVariable: CC_CALL=a1-1.2\nChanVariable: CC_AT=\nDestChanVariable: CC_CALL=a=b\nLast: ")
    assert message.variables() == {"CC_CALL": "a1-1.2", "CC_AT": ""}
    assert message.variables("dest") == {"CC_CALL": "a=b"}
    assert message["last"] == ""
    assert parse(b"Event: X\nName: one\nNAME: two").every("name") == ["one", "two"]


@pytest.mark.parametrize(
    ("message", "name"),
    [(b"Event: Hangup\nCause: 16", b"Hangup"), (b"Event: Hangup", b"Hangup"), (b"Response: Success\nEvent: X", b""), (b"", b"")],
)
def test_the_events_name_is_told_without_parsing(message: bytes, name: bytes) -> None:
    assert event_name(message) == name
