"""A flow as a picture (SVG): steps in layers from top to bottom, ways as arrows with their keys. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from grandalf.graphs import Edge, Graph, Vertex
from grandalf.layouts import SugiyamaLayout, VertexViewer
from grandalf.routing import EdgeViewer

from callcenter.ivr.arrows import Arrow, arrows
from callcenter.ivr.steps import Flow, Step

HEIGHT, LEAST_WIDTH, MARGIN = 46.0, 112.0, 24.0
ACROSS, DOWN = 34.0, 74.0
"""Space between steps beside each other, and between layers."""

COLOURS: Mapping[str, tuple[str, str]] = {
    "say": ("#eef4fb", "#4a7fb5"),
    "menu": ("#fdf3e1", "#c98a1b"),
    "ask": ("#fdf3e1", "#c98a1b"),
    "language": ("#f1eefb", "#7a63c2"),
    "hours": ("#f1eefb", "#7a63c2"),
    "queue": ("#e7f6ec", "#2f9e57"),
    "message": ("#fbeef4", "#b54a7f"),
    "callback": ("#fbeef4", "#b54a7f"),
    "survey": ("#e8f7f8", "#2b97a3"),
    "lookup": ("#eef4fb", "#4a7fb5"),
    "transfer": ("#e7f6ec", "#2f9e57"),
    "do": ("#f3f0e8", "#8a6d3b"),
    "go_to": ("#f1f3f5", "#667382"),
    "end": ("#f1f3f5", "#667382"),
}
"""Filling and frame of each kind of step."""

KINDS: Mapping[str, tuple[str, str]] = {
    "say": ("播报", "say"),
    "menu": ("菜单", "menu"),
    "ask": ("收号", "ask"),
    "language": ("语言", "language"),
    "hours": ("时间", "hours"),
    "queue": ("队列", "queue"),
    "message": ("留言", "message"),
    "callback": ("回拨", "callback"),
    "survey": ("评价", "survey"),
    "lookup": ("识别客户", "look up"),
    "transfer": ("转接", "transfer"),
    "do": ("动作", "action"),
    "go_to": ("转到流程", "go to"),
    "end": ("结束", "end"),
}

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A step's place: the middle of its box, and how wide it is."""

    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Line:
    """An arrow's way: its corners, from box to box."""

    arrow: Arrow
    points: Sequence[Point]


def draw(flow: Flow, language: str, counts: Mapping[tuple[str, str], int] | None = None) -> str:
    """The picture, with titles in `language` (zh, en); `counts`: how many callers took the way from one step to another."""
    boxes, lines = layout(flow, language)
    left = min(box.x - box.width / 2 for box in boxes.values()) - MARGIN
    left = min([left, *(x - MARGIN for line in lines for x, _ in line.points)])
    right = max([box.x + box.width / 2 for box in boxes.values()] + [x for line in lines for x, _ in line.points]) + MARGIN
    top, bottom = min(box.y for box in boxes.values()) - HEIGHT, max(box.y for box in boxes.values()) + HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"'
        f' width="{right - left:.0f}" height="{bottom - top:.0f}" font-family="system-ui, sans-serif" font-size="13" role="img">',
        f"<title>{escape(flow.name)}</title>",
        '<defs><marker id="end" markerWidth="9" markerHeight="9" refX="8" refY="4.5" orient="auto">'
        '<path d="M0,0 L9,4.5 L0,9 z" fill="#667382"/></marker></defs>',
        f'<rect x="{left:.0f}" y="{top:.0f}" width="100%" height="100%" fill="#ffffff"/>',
        *(_way(line) for line in lines),
        *(_step(flow, step, boxes[step.name], language) for step in flow.steps.values()),
        *(_label(line, place, language, counts) for line, place in _placed(lines)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def layout(flow: Flow, language: str) -> tuple[Mapping[str, Box], Sequence[Line]]:
    """Where the steps stand and how the arrows run."""
    ways = arrows(flow)
    vertices = {name: Vertex(name) for name in flow.steps}
    for name, vertex in vertices.items():
        vertex.view = VertexViewer(_width(_title(flow.steps[name], language)), HEIGHT)
    edges = {way: Edge(vertices[way.start], vertices[way.end], data=way) for way in ways if way.start != way.end}
    for edge in edges.values():
        edge.view = EdgeViewer()
    right = 0.0
    for part in Graph(list(vertices.values()), list(edges.values())).C:
        right = _place(part, vertices.get(flow.start), right)
    boxes = {name: Box(vertex.view.xy[0], vertex.view.xy[1], vertex.view.w) for name, vertex in vertices.items()}
    return boxes, [Line(way, _corners(way, boxes, _between(edges[way]) if way in edges else ())) for way in ways]


def _place(part: object, start: Vertex | None, right: float) -> float:
    """Lay one connected part out to the right of what is there; where its right edge is."""
    placing = SugiyamaLayout(part)
    placing.xspace, placing.yspace = ACROSS, DOWN
    inside = list(part.sV)  # type: ignore[attr-defined]
    roots = [start] if start in inside else inside[:1]
    placing.init_all(roots=roots, optimize=True)
    placing.draw(12)
    shift = right - min(vertex.view.xy[0] - vertex.view.w / 2 for vertex in inside)
    if right:
        for vertex in inside:
            vertex.view.xy = (vertex.view.xy[0] + shift + ACROSS, vertex.view.xy[1])
    return float(max(vertex.view.xy[0] + vertex.view.w / 2 for vertex in inside))


def _between(edge: Edge) -> Sequence[Point]:
    """The corners in the layers that an arrow passes."""
    points = list(getattr(edge.view, "_pts", ()))
    return [(float(x), float(y)) for x, y in points[1:-1]]


def _corners(way: Arrow, boxes: Mapping[str, Box], between: Sequence[Point]) -> Sequence[Point]:
    start, end = boxes[way.start], boxes[way.end]
    if way.start == way.end:
        side = start.x + start.width / 2
        return [(side, start.y - 8), (side + 26, start.y - 8), (side + 26, start.y + 8), (side, start.y + 8)]
    if end.y > start.y:
        first, last = (between[0], between[-1]) if between else ((end.x, end.y), (start.x, start.y))
        return [(_leaving(start, first), start.y + HEIGHT / 2), *between, (_leaving(end, last), end.y - HEIGHT / 2)]
    return _back(start, end, list(boxes.values()))


def _back(start: Box, end: Box, boxes: Sequence[Box]) -> Sequence[Point]:
    """Back to where he was: beside the boxes, on the side on which none stands in the way."""
    sides = []
    for way in (1, -1):
        edges = [box.x + way * box.width / 2 for box in (start, end)]
        x = (max(edges) if way > 0 else min(edges)) + way * ACROSS * 0.6
        crossed = sum(abs(box.x - x) < box.width / 2 + 6 and end.y - HEIGHT < box.y < start.y + HEIGHT for box in boxes)
        sides.append((crossed, -way, [(edges[0], start.y), (x, start.y), (x, end.y), (edges[1], end.y)]))
    return min(sides)[2]


def _leaving(box: Box, towards: Point) -> float:
    """Where on its edge a box is left for a point: the nearer the corner, the farther aside that lies."""
    room = box.width / 2 - 12
    return box.x + max(-room, min(room, (towards[0] - box.x) * 0.35))


def _way(line: Line) -> str:
    dashed = ' stroke-dasharray="4 4" opacity="0.55"' if line.arrow.side else ""
    return f'<path d="{_curve(line.points)}" fill="none" stroke="#667382" stroke-width="1.3" marker-end="url(#end)"{dashed}/>'


def _curve(points: Sequence[Point]) -> str:
    """Through the corners, each rounded."""
    (x, y), *rest = points
    if len(rest) == 1:
        (to_x, to_y), middle = rest[0], (y + rest[0][1]) / 2
        return f"M{x:.1f},{y:.1f} C{x:.1f},{middle:.1f} {to_x:.1f},{middle:.1f} {to_x:.1f},{to_y:.1f}"
    path = f"M{x:.1f},{y:.1f}"
    for (corner_x, corner_y), (next_x, next_y) in pairwise(rest):
        path += f" Q{corner_x:.1f},{corner_y:.1f} {(corner_x + next_x) / 2:.1f},{(corner_y + next_y) / 2:.1f}"
    return f"{path} L{rest[-1][0]:.1f},{rest[-1][1]:.1f}"


def _step(flow: Flow, step: Step, box: Box, language: str) -> str:
    kind = flow.kind(step.name)
    filling, frame = COLOURS[kind]
    heavy = 2.4 if step.name == flow.start else 1.4
    at = f'x="{box.x - box.width / 2:.1f}" y="{box.y - HEIGHT / 2:.1f}" width="{box.width:.1f}" height="{HEIGHT:.0f}"'
    return (
        f'<g id="step-{escape(step.name)}"><rect {at} rx="8" fill="{filling}" stroke="{frame}" stroke-width="{heavy}"/>'
        f'<text x="{box.x:.1f}" y="{box.y - 3:.1f}" text-anchor="middle" fill="#182433">{escape(_title(step, language))}</text>'
        f'<text x="{box.x:.1f}" y="{box.y + 14:.1f}" text-anchor="middle" font-size="11" fill="{frame}">{_kind(kind, language)}</text></g>'
    )


def _placed(lines: Sequence[Line]) -> Iterator[tuple[Line, float]]:
    """Each arrow with the part of its first stretch after which its label stands: those that leave a step together lie apart."""
    left: Counter[str] = Counter()
    for line in lines:
        yield line, (0.62, 0.48, 0.74, 0.56)[left[line.arrow.start] % 4]
        left[line.arrow.start] += 1


def _label(line: Line, place: float, language: str, counts: Mapping[tuple[str, str], int] | None) -> str:
    text = line.arrow.label(language)
    if counts is not None:
        count = counts.get((line.arrow.start, line.arrow.end), 0)
        text = f"{text} ({count})" if text else str(count)
    if not text or (line.arrow.side and counts is None):
        return ""
    (x, y), (to_x, to_y) = line.points[0], line.points[1]
    x, y = x + (to_x - x) * place, y + (to_y - y) * place
    halo = 'stroke="#ffffff" stroke-width="4" paint-order="stroke" stroke-linejoin="round"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="12" fill="#3b4a5c" {halo}>{escape(text)}</text>'


def _title(step: Step, language: str) -> str:
    if step.title is None:
        return step.name
    return step.title[0] if language == "zh" else step.title[1]


def _kind(kind: str, language: str) -> str:
    return KINDS[kind][0 if language == "zh" else 1]


def _width(text: str) -> float:
    """Of a text in its box: a Chinese character is as wide as two letters."""
    return max(LEAST_WIDTH, 28 + sum(13.5 if ord(letter) > 0x2E80 else 7.4 for letter in text))
