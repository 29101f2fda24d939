"""Asterisk's events in the floor's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.floor import events as ev
from callcenter.telephony.translate import RULES, Garbled, Marks, caller_number, seat_of, stamped, translate
from callcenter.telephony.wire import parse

AT = 1_700_000_000_000


def told(text: str, marks: Marks | None = None) -> list[ev.Event]:
    return translate(parse(text.encode()), AT, marks)


def test_a_channel_appears_with_its_number_and_what_it_dialled() -> None:
    (event,) = told(
        "Event: Newchannel\nTimestamp: 1732240000.012999\nChannel: PJSIP/trunk-00000001\nChannelState: 0\nCallerIDNum: 13800138000\n"
        "Context: cc-in\nExten: 8000000001\nUniqueid: a1-1732240000.1\nLinkedid: a1-1732240000.1"
    )
    assert event == ev.LegAppeared(
        1_732_240_000_012,
        leg="a1-1732240000.1",
        name="PJSIP/trunk-00000001",
        number="13800138000",
        dialled="8000000001",
        context="cc-in",
        linked="a1-1732240000.1",
    )


@pytest.mark.parametrize("number", ["<unknown>", "", "anonymous", "Anonymous", "Restricted"])
def test_a_withheld_number_is_anonymous(number: str) -> None:
    assert caller_number(number) == "anonymous"


@pytest.mark.parametrize("channel", ["PJSIP/1001-0000002a", "PJSIP/1001", "1001"])
def test_the_seat_of_a_channel(channel: str) -> None:
    assert seat_of(channel) == "1001"


def test_a_seat_whose_name_has_a_dash_keeps_it() -> None:
    assert seat_of("PJSIP/desk-12-0000002a") == "desk-12"
    assert seat_of("PJSIP/desk-12") == "desk-12"


def test_a_mark_is_told_once_for_each_leg() -> None:
    marks: Marks = {}
    text = (
        "Event: DialBegin\nUniqueid: 1.1\nChanVariable: CC_CALL=c1\nChanVariable: CC_HOTLINE=8000000001\n"
        "DestUniqueid: 1.2\nDestChanVariable: CC_CALL=c1\nDialString: 1001"
    )
    assert told(text, marks) == [
        ev.LegMarked(AT, "1.1", "c1", "8000000001"),
        ev.LegMarked(AT, "1.2", "c1"),
        ev.DialBegan(AT, "1.1", "1.2", "1001"),
    ]
    assert told(text, marks) == [ev.DialBegan(AT, "1.1", "1.2", "1001")]
    told("Event: Hangup\nUniqueid: 1.2\nCause: 16", marks)
    assert marks.keys() == {"1.1"}


def test_only_keys_of_the_far_side_count() -> None:
    assert told("Event: DTMFEnd\nDirection: Received\nDigit: #\nUniqueid: 1.1") == [ev.KeyPressed(AT, "1.1", "#")]
    assert told("Event: DTMFEnd\nDirection: Sent\nDigit: #\nUniqueid: 1.1") == []


def test_a_member_that_was_removed_is_not_present() -> None:
    text = "Queue: orders\nInterface: PJSIP/1001\nPaused: 1\nInCall: 0"
    assert told(f"Event: QueueMemberRemoved\n{text}") == [ev.MemberChanged(AT, "orders", "1001", present=False, paused=True)]
    assert told(f"Event: QueueMemberPause\n{text}") == [ev.MemberChanged(AT, "orders", "1001", present=True, paused=True)]


@pytest.mark.parametrize("stamp", ["", "x", "1.x", "-1.5", "99999999999999999999.1"])
def test_a_stamp_that_cannot_be_read_falls_back(stamp: str) -> None:
    assert stamped(parse(f"Event: X\nTimestamp: {stamp}".encode()), AT) in (AT, 1000)


def test_what_lacks_a_header_is_garbled_by_name() -> None:
    with pytest.raises(Garbled, match="Hangup without uniqueid"):
        told("Event: Hangup\nCause: 16")
    with pytest.raises(Garbled, match="cause is 'oops'"):
        told("Event: Hangup\nUniqueid: 1.1\nCause: oops")


HEADERS = [
    "Uniqueid",
    "DestUniqueid",
    "TransfererUniqueid",
    "ParkeeUniqueid",
    "TargetUniqueid",
    "Result",
    "DestType",
    "Channel",
    "ChannelState",
    "Cause",
    "Position",
    "Queue",
    "Interface",
    "Digit",
    "Device",
    "State",
    "ChanVariable",
]


@given(st.sampled_from(sorted(RULES)), st.dictionaries(st.sampled_from(HEADERS), st.text(max_size=12)))
def test_any_message_is_told_or_garbled(name: str, headers: dict[str, str]) -> None:
    text = f"Event: {name}\n" + "\n".join(f"{k}: {v}" for k, v in headers.items())
    try:
        events = translate(parse(text.encode("utf-8", "replace")), AT, {})
    except Garbled:
        return
    assert all(isinstance(event, ev.Event) for event in events)


def test_transfers_name_who_handed_over_whom_to_whom() -> None:
    blind = "Event: BlindTransfer\nResult: {}\nTransfererUniqueid: 1.2\nTransfereeUniqueid: 1.1\nExtension: 1002"
    assert told(blind.format("Success")) == [ev.HandedOver(AT, ("1.2",), "1.1")]
    assert told(blind.format("Not Permitted")) == []
    attended = (
        "Event: AttendedTransfer\nResult: Success\nOrigTransfererUniqueid: 1.2\nSecondTransfererUniqueid: 1.3\nDestType: {}\n"
        "TransfereeUniqueid: 1.1\nTransferTargetUniqueid: 1.4"
    )
    assert told(attended.format("Bridge")) == [ev.HandedOver(AT, ("1.2", "1.3"), "1.1", "1.4")]
    assert told(attended.format("Threeway")) == []
    assert told(attended.format("Fail")) == []


def test_parking() -> None:
    assert told("Event: ParkedCall\nParkeeUniqueid: 1.1") == [ev.Parked(AT, "1.1")]
    assert told("Event: ParkedCallSwap\nParkeeUniqueid: 1.1") == [ev.Parked(AT, "1.1")]
    assert told("Event: UnParkedCall\nParkeeUniqueid: 1.1\nRetrieverUniqueid: 1.3") == [ev.Unparked(AT, "1.1", "1.3")]
    assert told("Event: ParkedCallTimeOut\nParkeeUniqueid: 1.1") == [ev.Unparked(AT, "1.1", reason="transferred")]
    assert told("Event: ParkedCallGiveUp\nParkeeUniqueid: 1.1") == [ev.Unparked(AT, "1.1", reason="caller_hung_up")]


def test_a_call_that_is_picked_up() -> None:
    assert told("Event: Pickup\nUniqueid: 1.5\nTargetUniqueid: 1.2") == [ev.PickedUp(AT, "1.2", by="1.5")]


def test_a_leg_that_takes_anothers_place() -> None:
    entered = "Event: BridgeEnter\nUniqueid: 1.4\nBridgeUniqueid: b1\nSwapUniqueid: {}"
    assert told(entered.format("1.2")) == [ev.BridgeEntered(AT, "1.4", "b1", "1.2")]
    assert told(entered.format("")) == [ev.BridgeEntered(AT, "1.4", "b1")]


def test_who_is_taken_down_by_asterisk_did_not_ask_for_it() -> None:
    assert told("Event: HangupRequest\nUniqueid: 1.1") == [ev.LegHangingUp(AT, "1.1")]
    assert told("Event: SoftHangupRequest\nUniqueid: 1.1") == [ev.LegHangingUp(AT, "1.1", by_us=True)]


def test_a_question_whether_a_number_may_be_dialled_is_no_flow() -> None:
    assert told("Event: AsyncAGIStart\nUniqueid: 1.1\nContext: cc-in") == [ev.FlowBegan(AT, "1.1")]
    assert told("Event: AsyncAGIStart\nUniqueid: 1.1\nContext: cc-outside-seat") == []
