"""Who hears whom: bridges between which a Local channel stands open are one room."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from callcenter.floor import events as ev


class Rooms:
    """`halves`: Local leg -> its other half. `is_party`: whether somebody is at a leg's end. `closed`: bridges in which nobody is heard."""

    def __init__(self, halves: dict[str, str], is_party: Callable[[str], bool], closed: Iterable[str]) -> None:
        self._halves = halves
        self._is_party = is_party
        self._closed = frozenset(closed)
        self._where: dict[str, str] = {}
        self._inside: dict[str, dict[str, None]] = defaultdict(dict)
        self._room: dict[str, str] = {}

    def name(self, bridge: str) -> str:
        """The room that a bridge is part of."""
        return next((self._room[leg] for leg in self._parties({bridge}) if leg in self._room), bridge)

    def entered(self, at: int, leg: str, bridge: str, instead: str | None, gone: Iterable[str] = ()) -> Iterator[ev.Event]:
        """A leg enters, out of the bridge where it was; at the same moment others leave theirs."""
        changed = {leg: bridge, **{one: None for one in gone if one != leg}}
        return self._step(at, changed, bridge, instead if instead is not None and self._is_party(instead) else None)

    def left(self, at: int, leg: str, bridge: str) -> Iterator[ev.Event]:
        return self._step(at, {leg: None}, bridge, None) if self._where.get(leg) == bridge else iter(())

    def _step(self, at: int, changed: dict[str, str | None], door: str, instead: str | None) -> Iterator[ev.Event]:
        touched = {one for leg, bridge in changed.items() for one in (self._where.get(leg), bridge) if one is not None}
        touched = self._reached(touched)
        before = dict.fromkeys(self._parties(touched))
        for leg, bridge in changed.items():
            self._move(leg, bridge)
        after = self._named(self._reached(touched), door)
        there = [leg for leg in {**before, **after} if self._room.get(leg) != after.get(leg)]
        for leg in there:
            if leg in self._room:
                yield ev.BridgeLeft(at, leg, self._room.pop(leg))
        for leg in there:
            if leg in after:
                self._room[leg] = after[leg]
                yield ev.BridgeEntered(at, leg, after[leg], instead)

    def _move(self, leg: str, bridge: str | None) -> None:
        old = self._where.pop(leg, None)
        if old is not None:
            self._inside[old].pop(leg, None)
        if bridge is not None:
            self._where[leg] = bridge
            self._inside[bridge][leg] = None

    def _named(self, bridges: set[str], door: str) -> dict[str, str]:
        """Party -> the name of his room. Most keep theirs; of two equals that of the door they went through stays."""
        rooms = []
        while bridges:
            room = self._reached({next(iter(bridges))})
            bridges = bridges - room
            rooms.append((room, self._parties(room)))
        named, taken = dict[str, str](), set[str]()
        for room, parties in sorted(rooms, key=lambda one: -len(one[1])):
            had = Counter(self._room[leg] for leg in parties if leg in self._room and self._room[leg] not in taken)
            best = max(had.items(), key=lambda one: (one[1], one[0] == door), default=None)
            name = best[0] if best is not None else next((one for one in sorted(room) if one not in taken), "")
            taken.add(name)
            named.update(dict.fromkeys(parties, name))
        return named

    def _parties(self, bridges: Iterable[str]) -> list[str]:
        return [leg for bridge in self._reached(set(bridges)) for leg in self._inside[bridge] if self._is_party(leg)]

    def _reached(self, bridges: set[str]) -> set[str]:
        """These bridges and all that open doors lead to from them."""
        found, ways = set(bridges), list(bridges)
        while ways:
            bridge = ways.pop()
            if bridge in self._closed:
                continue
            for leg in self._inside[bridge]:
                beyond = self._where.get(self._halves.get(leg, ""))
                if beyond is not None and beyond not in found and beyond not in self._closed:
                    found.add(beyond)
                    ways.append(beyond)
        return found
