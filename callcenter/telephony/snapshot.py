"""Asterisk's whole picture at one moment, out of the answers to a few questions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from callcenter.floor.events import SeenLeg, SeenMember, SeenWaiting, Snapshot
from callcenter.telephony.translate import UP, caller_number, is_seat, seat_of
from callcenter.telephony.wire import Message

T = TypeVar("T")


def picture(
    at: int, channels: Iterable[Message], queues: Iterable[Message], devices: Iterable[Message], asterisk_began: int | None
) -> Snapshot:
    """`at` is Asterisk's time (ms) just before it was asked. What cannot be read is named in `odd` and left out."""
    channels, asked, devices = list(channels), list(queues), list(devices)
    odd = [short for answers in (channels, asked, devices) if (short := _short(answers))]
    return Snapshot(
        at,
        legs=tuple(_read(_leg, at, _named(channels, "CoreShowChannel"), odd)),
        waiting=tuple(_read(_waiting, at, _named(asked, "QueueEntry"), odd)),
        members=tuple(_read(_member, at, _named(asked, "QueueMember"), odd)),
        seats=tuple(_read(_seat, at, (m for m in _named(devices, "DeviceStateChange") if is_seat(m.get("device", ""))), odd)),
        asterisk_began=asterisk_began,
        odd=tuple(odd),
    )


def _short(answers: Sequence[Message]) -> str:
    """What a list lacks that says how many parts it has: one that held somebody's own lines was not believed."""
    end = answers[-1] if answers else None
    told = end.get("listitems", "") if end is not None else ""
    there = sum("event" in one for one in answers) - 1
    return f"{there} of {told} came before {end.get('event')}" if end is not None and told.isdigit() and int(told) != there else ""


def _named(messages: Iterable[Message], event: str) -> Iterator[Message]:
    return (m for m in messages if m.get("event") == event)


def _read(one: Callable[[Message, int], T], at: int, messages: Iterable[Message], odd: list[str]) -> Iterator[T]:
    for message in messages:
        try:
            yield one(message, at)
        except (KeyError, ValueError) as wrong:
            odd.append(f"{message.get('event')}: {wrong}")


def _leg(m: Message, at: int) -> SeenLeg:
    variables = m.variables()
    return SeenLeg(
        leg=m["uniqueid"],
        name=m["channel"],
        number=caller_number(m.get("calleridnum", "")),
        dialled=m.get("exten", ""),
        context=m.get("context", ""),
        call=variables.get("CC_CALL") or None,
        hotline=variables.get("CC_HOTLINE") or None,
        up=m["channelstate"] == UP,
        began=at - 1000 * seconds(m["duration"]),
        app=m.get("application", ""),
        bridge=m.get("bridgeid") or None,
        linked=m.get("linkedid") or None,
        place=variables.get("CC_AT") or None,
    )


def _waiting(m: Message, at: int) -> SeenWaiting:
    return SeenWaiting(m["uniqueid"], m["queue"], int(m["position"]), at - 1000 * int(m["wait"]))


def _member(m: Message, at: int) -> SeenMember:
    return SeenMember(m["queue"], seat_of(m.get("location") or m["interface"]), m.get("paused") == "1", m.get("incall") == "1")


def _seat(m: Message, at: int) -> tuple[str, str]:
    return seat_of(m["device"]), m["state"]


def seconds(clock: str) -> int:
    """Seconds of `HH:MM:SS`; the hours may have more digits. Raises ValueError."""
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)
