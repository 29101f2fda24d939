"""Through our own port a browser is the endpoint that it was let in as, however it writes its messages."""

from __future__ import annotations

import pytest

from callcenter.web.sip_gate import may_pass

BODY = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"


def request(*lines: str, first: str = "INVITE sip:8000000001@desk SIP/2.0") -> str:
    return "\r\n".join((first, "Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1", *lines, "Call-ID: 1", "CSeq: 1 INVITE")) + f"\r\n\r\n{BODY}"


OWN = 'From: "王芳" <sip:1001@desk>;tag=a'
TO = "To: <sip:8000000001@desk>"
SIGNED = 'Authorization: Digest algorithm=MD5, username="1001", realm="asterisk", nonce="1", uri="sip:desk", response="2"'


@pytest.mark.parametrize(
    "message",
    [
        request(OWN, TO),
        request(OWN, TO, SIGNED),
        request("f: <sip:1001@desk>;tag=a", "t: <sip:1001@desk>", first="REGISTER sip:desk SIP/2.0"),
        request("From: sip:1001@desk <sip:1001@desk:8443;transport=ws>;tag=a", TO),
        request("From: <sip:x7f3@abc.invalid;transport=ws>;tag=a", "To: <sip:13800138000@127.0.0.1>;tag=b", first="BYE sip:t@x SIP/2.0"),
        f"SIP/2.0 200 OK\r\nFrom: <sip:13800138000@x>;tag=1\r\nTo: <sip:x@y>;tag=2\r\n\r\n{BODY}",
        "\r\n\r\n",
    ],
)
def test_a_phone_says_what_phones_say(message: str) -> None:
    assert may_pass(message, "1001")


@pytest.mark.parametrize(
    "message",
    [
        request("From: <sip:trunk@desk>;tag=a", TO),
        request("From: <sip:1002@desk>;tag=a", TO),
        request("From: <sip:1001@desk>;tag=a", "From: <sip:1002@desk>;tag=a", TO),
        request("From: <sip:1001@desk>;tag=a", "f: <sip:1002@desk>;tag=a", TO),
        request("From : <sip:1002@desk>;tag=a", TO),
        request('From: "<sip:1001@desk>" <sip:1002@desk>;tag=a', TO),
        request("From: <sip:1002@desk>;x=<sip:1001@desk>;tag=a", TO),
        request("From: <sip:%31001@desk>;tag=a", TO),
        request("From: <sip:1001:x@desk>;tag=a", TO),
        request("From: <tel:1001>;tag=a", TO),
        request("From: sip:1001@desk;tag=a", TO),
        request(TO),
        request(OWN, TO, SIGNED.replace("1001", "1002")),
        request(OWN, TO, SIGNED, SIGNED.replace("1001", "1002")),
        request(OWN, TO, SIGNED.replace('"1001"', "1002")),
        request(OWN, TO, SIGNED.replace('username="1001"', 'username="1001", USERNAME = "1002"')),
        request(OWN, TO, SIGNED.replace("1001", "1002").replace("Authorization", "Proxy-Authorization")),
        request("From: <sip:1002@desk>;tag=a", "To: <sip:8000000001@desk;tag=b>"),
        request("From: <sip:1002@desk>;tag=a", 'To: "<x>;tag=b" <sip:8000000001@desk>'),
        request("From: <sip:1002@desk>;tag=a", TO, "To: <sip:8000000001@desk>;tag=b"),
        request(OWN, TO, "X: y\n\nINVITE"),
        request("Subject: a\r\n From: <sip:1001@desk>", "From: <sip:1002@desk>;tag=a", TO),
        request(OWN, TO).replace("\r\n", "\n"),
        request(OWN, TO).replace("\r\n", "\r"),
        "\r\n" + request("From: <sip:1002@desk>;tag=a", TO),
        "\r\n\r\n" + request("From: <sip:1002@desk>;tag=a", TO),
        "SIP/2.0 200 OK\nX: y\r\n\r\n",
        "hello",
    ],
)
def test_it_never_speaks_for_another(message: str) -> None:
    assert not may_pass(message, "1001")
