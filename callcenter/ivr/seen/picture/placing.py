"""Where a flow's steps stand in its picture and how its arrows run: layers from top to bottom, no arrow through a box. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from grandalf.graphs import Edge, Graph, Vertex
from grandalf.layouts import DummyVertex, SugiyamaLayout, VertexViewer
from grandalf.routing import EdgeViewer

from callcenter.ivr.seen.picture.arrows import Arrow
from callcenter.ivr.seen.picture.tighten import Spot, straighten, tie, tighten

ACROSS, LANE = 30.0, 16.0
"""Space between steps beside each other in a layer, and how wide an arrow is that passes one."""

PORT = 22.0
"""Between two arrows at one side of a box, where there is room."""

LOOP = 30.0
"""How far an arrow from a step to itself swings out."""

ROUNDS = 12
"""Of sorting each layer so that fewer arrows cross."""

STRAIGHT, ENDS, SHORT = 8.0, 2.0, 1.0
"""How strongly an arrow wants to be upright: where it passes layers, at its first and last bend, from a layer to the next."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A step's place: its middle, and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Line:
    """An arrow's way from box to box: it is upright at every point, and bends between two that do not stand above each other.

    One from a step to itself has its two points on the box's right side.
    """

    arrow: Arrow
    points: Sequence[Point]

    @property
    def is_loop(self) -> bool:
        return self.arrow.start == self.arrow.end


def place(arrows: Sequence[Arrow], sizes: Mapping[str, Point], start: str, down: float) -> tuple[Mapping[str, Box], Sequence[Line]]:
    """`sizes`: width and height of every step's box; `down`: the space between two layers, in which arrows bend and bear their words."""
    vertices = {name: Vertex(name) for name in sizes}
    for name, vertex in vertices.items():
        vertex.view = VertexViewer(*sizes[name])
    edges = {way: Edge(vertices[way.start], vertices[way.end], data=way) for way in arrows if way.start != way.end}
    for edge in edges.values():
        edge.view = EdgeViewer()
    right = 0.0
    for part in Graph(list(vertices.values()), list(edges.values())).C:
        right = _lay_out(part, vertices.get(start), right, down)
    boxes = {name: Box(vertex.view.xy[0], vertex.view.xy[1], *sizes[name]) for name, vertex in vertices.items()}
    return boxes, _with_ports([Line(way, _corners(way, boxes, edges.get(way))) for way in arrows], boxes)


def spread(boxes: Mapping[str, Box], lines: Sequence[Line], pitch: float, more: float) -> tuple[Mapping[str, Box], Sequence[Line]]:
    """The same with so much more space between two layers; `pitch` is from one layer's top to the next one's now."""

    def lower(y: float) -> float:
        return y + more * ((y + 1) // pitch)

    apart = {name: replace(box, y=lower(box.y)) for name, box in boxes.items()}
    return apart, [replace(line, points=tuple((x, lower(y)) for x, y in line.points)) for line in lines]


def _lay_out(part: object, start: Vertex | None, right: float, down: float) -> float:
    """Lay one connected part out to the right of what is there; where its right edge is."""
    placing = SugiyamaLayout(part)
    placing.xspace, placing.yspace = ACROSS, down
    inside = list(part.sV)  # type: ignore[attr-defined]
    placing.dw, placing.dh = LANE, inside[0].view.h
    placing.init_all(roots=[], inverted_edges=_back(start if start in inside else inside[0], inside), optimize=True)
    placing.draw(ROUNDS)
    _pull_together(placing)
    everything = [vertex.view for layer in placing.layers for vertex in layer]
    shift = right - min(view.xy[0] - view.w / 2 for view in everything)
    for view in everything:
        view.xy = (view.xy[0] + shift + (ACROSS if right else 0), view.xy[1])
    placing.draw_edges()
    return float(max(view.xy[0] + view.w / 2 for view in everything))


def _pull_together(placing: SugiyamaLayout) -> None:
    """What the library leaves wide apart, for it keeps long arrows upright at any price."""
    layers = [sorted(layer, key=lambda vertex: vertex.view.xy[0]) for layer in placing.layers]
    spots = {
        vertex: Spot(vertex.view.xy[0], (vertex.view.w + (0 if _passes(vertex) else ACROSS)) / 2) for layer in layers for vertex in layer
    }
    passing_by: list[list[Spot]] = []
    for edge in placing.g.sE:
        chain = placing.ctrls.get(edge)
        way = list(edge.v) if chain is None else [chain[rank] for rank in sorted(chain)]
        for one, other in pairwise(way):
            passing = _passes(one) + _passes(other)
            tie(spots[one], spots[other], (SHORT, ENDS, STRAIGHT)[passing])
        passing_by.append([spots[vertex] for vertex in way if _passes(vertex)])
    stand = [[spots[vertex] for vertex in layer] for layer in layers]
    tighten(stand)
    straighten(passing_by, stand)
    for vertex, spot in spots.items():
        vertex.view.xy = (spot.x, vertex.view.xy[1])


def _passes(vertex: Vertex) -> bool:
    """Whether it is no step, but an arrow that passes the layer."""
    return isinstance(vertex, DummyVertex)


def _back(start: Vertex, inside: Sequence[Vertex]) -> Sequence[Edge]:
    """The arrows that lead back to where the walk from the start has come from: without them there is no circle."""
    found: list[Edge] = []
    seen: set[Vertex] = set()
    for first in (start, *inside):
        walked = [(first, iter(first.e_out()))] if first not in seen else []
        on_the_way = {first}
        seen.add(first)
        while walked:
            here, left = walked[-1]
            edge = next(left, None)
            if edge is None:
                on_the_way.discard(here)
                walked.pop()
            elif edge.v[1] in on_the_way:
                found.append(edge)
            elif edge.v[1] not in seen:
                seen.add(edge.v[1])
                on_the_way.add(edge.v[1])
                walked.append((edge.v[1], iter(edge.v[1].e_out())))
    return found


def _corners(way: Arrow, boxes: Mapping[str, Box], edge: Edge | None) -> Sequence[Point]:
    """From box to box, and straight through every layer between them."""
    start, end = boxes[way.start], boxes[way.end]
    if edge is None:
        return [(start.right, start.y - 9), (start.right, start.y + 9)]
    falls = end.y > start.y
    half = start.height / 2 if falls else -start.height / 2
    between = [(float(x), float(y)) for x, y in list(getattr(edge.view, "_pts", ()))[1:-1]]
    through = [point for x, y in sorted(between, key=lambda one: one[1], reverse=not falls) for point in ((x, y - half), (x, y + half))]
    return [(start.x, start.y + half), *through, (end.x, end.y - half)]


def _with_ports(lines: Sequence[Line], boxes: Mapping[str, Box]) -> Sequence[Line]:
    """Arrows that meet at one side of a box stand beside each other there, in the order of where they come from or go to."""
    sides: dict[tuple[str, bool], list[tuple[float, int, int]]] = {}
    for n, line in enumerate(lines):
        if line.is_loop:
            continue
        falls = line.points[-1][1] > line.points[0][1]
        sides.setdefault((line.arrow.start, falls), []).append((line.points[1][0], n, 0))
        sides.setdefault((line.arrow.end, not falls), []).append((line.points[-2][0], n, -1))
    moved = [list(line.points) for line in lines]
    for (name, _), meeting in sides.items():
        box = boxes[name]
        apart = min(PORT, (box.width - 24) / max(1, len(meeting) - 1))
        for place, (_, n, which) in enumerate(sorted(meeting)):
            moved[n][which] = (box.x + (place - (len(meeting) - 1) / 2) * apart, moved[n][which][1])
    return [replace(line, points=tuple(points)) for line, points in zip(lines, moved, strict=True)]
