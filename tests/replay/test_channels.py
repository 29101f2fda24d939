"""What names tell, whatever the technology."""

from __future__ import annotations

import pytest

from callcenter.replay.channels import dialled_number, endpoint, guess, is_party, other_half


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("PJSIP/1001-0000002a", "1001"),
        ("PJSIP/my-trunk-0000002a", "my-trunk"),
        ("SIP/1001-00000b8c", "1001"),
        ("SIP/1001", "1001"),
        ("IAX2/peer-1234", "peer"),
        ("DAHDI/i1/5551234-1", "i1/5551234"),
        ("Local/1001@from-queue-00000012;1", "1001@from-queue"),
        ("Local/1001@from-queue/n", "1001@from-queue"),
    ],
)
def test_the_endpoint_of_a_name(name: str, own: str) -> None:
    assert endpoint(name) == own


@pytest.mark.parametrize(
    ("dial_string", "own", "number"),
    [
        ("1001", "1001", None),
        ("1001/sip:1001@10.0.0.5:5060", "1001", None),
        ("PJSIP/1001", "1001", None),
        ("13800000001@trunk", "trunk", "13800000001"),
        ("trunk/13800000001", "trunk", "13800000001"),
        ("trunk/sip:13800000001@198.51.100.1:5060", "trunk", "13800000001"),
        ("g0/13800000001", "i1", "13800000001"),
    ],
)
def test_what_a_dial_string_sends_to_an_endpoint(dial_string: str, own: str, number: str | None) -> None:
    assert dialled_number(dial_string, own) == number


def test_the_halves_of_a_local_channel_know_each_other_and_are_nobody() -> None:
    assert other_half("Local/1001@q-00000001;1") == "Local/1001@q-00000001;2"
    assert other_half("PJSIP/1001-00000001") is None
    assert not is_party("Local/1001@q-00000001;1")
    assert not is_party("CBAnn/room-00000001;1")
    assert is_party("DAHDI/1-1")


@pytest.mark.parametrize(
    ("name", "context", "number", "is_seat"),
    [
        ("PJSIP/1001-00000001", "from-internal", "1001", True),
        ("PJSIP/1001-00000001", "default", "1001", True),
        ("SIP/anna-00000001", "users", "anna", True),
        ("PJSIP/provider-00000001", "from-pstn", "13800000001", False),
        ("PJSIP/carrier-out-00000001", "default", "13800000001", False),
        ("DAHDI/i1/5551234-1", "from-trunk", "5551234", False),
        ("PJSIP/anonymous-00000001", "public", "", False),
    ],
)
def test_seats_and_lines_are_told_apart_by_their_names(name: str, context: str, number: str, is_seat: bool) -> None:
    assert (guess(name, context, number) > 0) is is_seat
