"""Bringing what is connected near to each other, layer by layer, without changing who stands left of whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 24
"""From the top to the bottom and back again: more change nothing that is seen."""

STRAIGHTENINGS = 4
"""One arrow that is upright makes room for others."""


@dataclass(eq=False)
class Spot:
    """Something that stands in a layer: its middle, how much room it needs to each side, and what it is tied to, how strongly."""

    x: float
    half: float
    ties: list[tuple[Spot, float]] = field(default_factory=list)


def tie(one: Spot, other: Spot, strength: float) -> None:
    """They want to stand above each other."""
    one.ties.append((other, strength))
    other.ties.append((one, strength))


def tighten(layers: Sequence[Sequence[Spot]]) -> None:
    """Move the spots of each layer, given from left to right, as near to what they are tied to as their neighbours let them."""
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _settle(layer)


def _settle(layer: Sequence[Spot]) -> None:
    """The places with the least sum of squared distances from where each wants to be: neighbours that would overlap move as one."""
    offsets = _offsets(layer)
    blocks: list[tuple[float, float, int]] = []
    for spot, offset in zip(layer, offsets, strict=True):
        weight = sum(strength for _, strength in spot.ties) or 0.01
        wanted = sum(other.x * strength for other, strength in spot.ties) / weight if spot.ties else spot.x
        block = (wanted - offset, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            before = blocks.pop()
            both = before[1] + block[1]
            block = ((before[0] * before[1] + block[0] * block[1]) / both, both, before[2] + block[2])
        blocks.append(block)
    places = [place for place, _, count in blocks for _ in range(count)]
    for spot, place, offset in zip(layer, places, offsets, strict=True):
        spot.x = place + offset


def _offsets(layer: Sequence[Spot]) -> Sequence[float]:
    """How far right of the first one each must stand at least."""
    found = [0.0] if layer else []
    for before, spot in pairwise(layer):
        found.append(found[-1] + before.half + spot.half)
    return found


def straighten(chains: Sequence[Sequence[Spot]], layers: Sequence[Sequence[Spot]]) -> None:
    """Make each chain upright in as few pieces as its neighbours allow: a chain is an arrow's places in one layer after the other."""
    sides = {
        id(spot): (layer[n - 1] if n else None, layer[n + 1] if n + 1 < len(layer) else None)
        for layer in layers
        for n, spot in enumerate(layer)
    }
    for _ in range(STRAIGHTENINGS):
        for chain in chains:
            rest = list(chain)
            while rest:
                piece, room = _longest(rest, sides)
                middle = sum(spot.x for spot in piece) / len(piece)
                for spot in piece:
                    spot.x = min(max(middle, room[0]), room[1])
                rest = rest[len(piece) :]


def _longest(chain: Sequence[Spot], sides: Mapping[int, tuple[Spot | None, Spot | None]]) -> tuple[Sequence[Spot], tuple[float, float]]:
    """How much of a chain, from its begin on, can stand at one place; and between which two such places lie."""
    low, high = float("-inf"), float("inf")
    for n, spot in enumerate(chain):
        left, right = sides[id(spot)]
        least = left.x + left.half + spot.half if left else float("-inf")
        most = right.x - right.half - spot.half if right else float("inf")
        if max(low, least) > min(high, most):
            # Where nothing can be gained a spot stays: rounding may leave it less than no room.
            return (chain[:n], (low, high)) if n else (chain[:1], (spot.x, spot.x))
        low, high = max(low, least), min(high, most)
    return chain, (low, high)
