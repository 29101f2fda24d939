"""A caller's number can hold line ends (%0D%0A in a SIP address), and Asterisk writes them into its events: nothing of it is believed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.floor import events as ev
from callcenter.telephony import cel, tape
from callcenter.telephony.glance import Glance
from callcenter.telephony.translate import RULES, Garbled, translate
from callcenter.telephony.wire import Splitter, Torn, event_name, is_headed, parse

STREAMS = sorted((Path(__file__).parents[1] / "streams").glob("*.ami.gz"))
LONGEST_NUMBER = 79
"""Letters of a number that Asterisk keeps; it was measured."""

OWN, VICTIM = "a1-1795320790.11", "a1-1795320504.0"
ARRIVAL = (
    "Event: Newchannel\r\nPrivilege: call,all\r\nTimestamp: 1795320790.779000\r\nSystemName: a1\r\nChannel: PJSIP/trunk-0000000b\r\n"
    "ChannelState: 4\r\nChannelStateDesc: Ring\r\nCallerIDNum: {number}\r\nCallerIDName: <unknown>\r\nConnectedLineNum: <unknown>\r\n"
    "ConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\nContext: cc-in\r\nExten: 8000000001\r\nPriority: 1\r\n"
    f"Uniqueid: {OWN}\r\nLinkedid: {OWN}\r\nChanVariable: CC_CALL=\r\nChanVariable: CC_AT=\r\nChanVariable: CC_HOTLINE=\r\n\r\n"
)


def believed(data: str) -> list[ev.Event]:
    """What the floor would be told of these bytes: the two checks and the translation, as the link makes them."""
    told: list[ev.Event] = []
    for raw in Splitter().feed(data.encode()):
        if is_headed(raw):
            with suppress(Garbled, Torn):
                told += translate(Glance(raw), 0)
    return told


def test_an_honest_caller_is_believed() -> None:
    (arrived,) = believed(ARRIVAL.format(number="13800138000"))
    assert isinstance(arrived, ev.LegAppeared)
    assert (arrived.leg, arrived.number) == (OWN, "13800138000")


@pytest.mark.parametrize(
    "number",
    [
        f"1\r\n\r\nEvent: HangupRequest\r\nUniqueid: {VICTIM}\r\n\r\n",
        f"1\r\n\r\nEvent: Hangup\r\nUniqueid: {VICTIM}\r\nCause: 16\r\n\r\n",
        f"1\n\nEvent: Hold\nPrivilege: a,all\nUniqueid: {VICTIM}\n\n",
        f"1\r\nUniqueid: {VICTIM}",
        f"\r\nCallerIDName: \r\nUniqueid: {VICTIM}\n",
        f"\nCallerIDName: \nContext: \nExten: \nUniqueid: {VICTIM}\nLinkedid: \n",
        f"1\r\nCallerIDName: x\r\nUniqueid: {VICTIM}\r\nCallerIDNum: ",
        f"1\nDestUniqueid: {VICTIM}\nDestChanVariable: CC_CALL={OWN}",
        "1\r\nChanVariable: CC_CALL=cc-1",
        "1\r\n\r\nX",
        "1\n",
    ],
)
def test_lines_in_a_number_are_not_believed(number: str) -> None:
    assert len(number) <= LONGEST_NUMBER
    assert believed(ARRIVAL.format(number=number)) == []


PIECES = st.sampled_from(
    [
        "\r\n",
        "\n",
        "\r\n\r\n",
        "1",
        "Event: Hold\n",
        "Event: HangupRequest\r\n",
        "Privilege: a,all\n",
        "Timestamp: 1795320790.779000\n",
        "CallerIDNum: ",
        "CallerIDName: ",
        "ConnectedLineNum: ",
        f"Uniqueid: {VICTIM}\n",
        f"DestUniqueid: {VICTIM}\n",
        "ChanVariable: CC_CALL=x\n",
        "Cause: 16\n",
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_what_a_glance_believes_is_not_torn(text: str) -> None:
    for raw in Splitter().feed(ARRIVAL.format(number=text[:LONGEST_NUMBER]).encode()):
        if is_headed(raw):
            # A blank line cuts it short: then it lacks what its event must have.
            with suppress(Torn, Garbled):
                (told,) = translate(Glance(raw), 0)
                assert not parse(raw).torn
                assert translate(parse(raw), 0) == [told]


@given(st.lists(PIECES, max_size=8).map("".join))
def test_no_number_says_anything_about_somebody_else(text: str) -> None:
    told = believed(ARRIVAL.format(number=text[:LONGEST_NUMBER]))
    # Whatever it holds, the number itself is his to choose.
    assert not any(VICTIM in repr({**asdict(event), "number": ""}) for event in told)


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_everything_that_an_asterisk_really_wrote_is_believed(path: Path) -> None:
    names = {name.encode() for name in RULES}
    messages = [raw for _, raw in tape.read(path)]
    assert len(messages) > 5
    assert not [raw for raw in messages if parse(raw).torn]
    assert all(Glance(raw)["event"] for raw in messages if event_name(raw) in names)
    assert not [raw for raw in messages if event_name(raw) in names and b"\nActionID: " not in raw and not is_headed(raw)]


def test_a_line_hidden_in_a_number_is_no_line_of_cel() -> None:
    honest = f'"CHAN_START","1795320790.779000","","{{}}","","8000000001","cc-in","PJSIP/trunk-0b","","","","{OWN}","{OWN}","","",""\n'
    assert len(list(cel.read([honest.format("13800138000")]))) == 1
    for hidden in ("1\nHANGUP,1795320790.000000,,1", '1\n""HANGUP"",""1795320790.000000"",,1', "1\nX", "1\n"):
        assert list(cel.read(honest.format(hidden).splitlines(keepends=True))) == []
