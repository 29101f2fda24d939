"""A flow as a picture (SVG): steps in layers from top to bottom, ways as arrows with their keys, figures where they belong. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from itertools import pairwise

from callcenter.ivr.language.steps import Do, Flow, Step
from callcenter.ivr.seen.picture.arrows import Arrow, arrows
from callcenter.ivr.seen.picture.labels import LINE_HEIGHT, SIZE, Label, labels
from callcenter.ivr.seen.picture.look import COLOURS, subtitle, title, width_of
from callcenter.ivr.seen.picture.placing import LOOP, Box, Line, place, spread

HEIGHT, MARK_HEIGHT, LEAST_WIDTH, MARGIN = 46.0, 18.0, 108.0, 22.0
"""Of a step's box, of the line of its figures; the least width of a box; around the picture."""

DOWN = (70.0, 94.0, 120.0, 150.0)
"""Space between layers: the first in which all words have a place of their own."""

INK, GREY, LIT = "#182433", "#667382", "#1f6fc4"


@dataclass(frozen=True)
class Mark:
    """A figure of a step: its words, and its kind, which has a colour (came, person, gave_up)."""

    words: str
    kind: str


MARKS: Mapping[str, str] = {"came": "#3b4a5c", "person": "#1f7a41", "gave_up": "#c0262d"}


@dataclass(frozen=True)
class Shown:
    """What a picture shows beside the flow itself. `counts`: how many took the way from one step to another; `marks` by step.

    `path`: steps walked, in order. `queues`, `actions`: what they are called, as `action.titles_of` says it. `opens`: by step, where its
    figures are asked for; then there is also a place for how many are there now, an element of the id `now-<step>`.
    """

    counts: Mapping[tuple[str, str], int] | None = None
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)
    path: Sequence[str] = ()
    queues: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    opens: Mapping[str, str] = field(default_factory=dict)

    @property
    def ways(self) -> frozenset[tuple[str, str]]:
        return frozenset(pairwise(self.path))


NOTHING = Shown()


@dataclass(frozen=True)
class Placed:
    """Where everything stands: left, top, right and bottom of all, the boxes, the arrows and their words."""

    bounds: tuple[float, float, float, float]
    boxes: Mapping[str, Box]
    lines: Sequence[Line]
    labels: Sequence[Label]


def draw(flow: Flow, language: str, shown: Shown = NOTHING) -> str:
    """The picture, with titles in `language` (zh, en)."""
    placed = layout(flow, language, shown)
    left, top, right, bottom = placed.bounds
    size = f'viewBox="{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}" width="{right - left:.0f}" height="{bottom - top:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow-picture" {size} role="img" font-family="system-ui, sans-serif"',
        ' font-size="13">',
        f"<title>{escape(title(flow, language))}</title>",
        *(_head(name, colour) for name, colour in (("end", GREY), ("end-lit", LIT))),
        f'<rect class="flow-ground" x="{left:.0f}" y="{top:.0f}" width="100%" height="100%" fill="#ffffff"/>',
        *(_way(line, shown) for line in sorted(placed.lines, key=lambda line: (line.arrow.start, line.arrow.end) in shown.ways)),
        *(_step(flow, step, placed.boxes[step.name], language, shown) for step in flow.steps.values()),
        *(_words(label) for label in placed.labels),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def layout(flow: Flow, language: str, shown: Shown = NOTHING) -> Placed:
    """Where the steps stand, how the arrows run, and where their words are."""
    counts = None if shown.counts is None else tuple(sorted(shown.counts.items()))
    marks = tuple((step, " ".join(mark.words for mark in of)) for step, of in sorted(shown.marks.items()))
    return _layout(_Drawn(flow, language, counts, marks, tuple(sorted(shown.queues.items())), tuple(sorted(shown.actions.items()))))


@dataclass(frozen=True)
class _Drawn:
    """All that decides where things stand. Flows are compared by what they are, and are many dictionaries deep: by which one it is here."""

    flow: Flow = field(hash=False)
    language: str
    counts: tuple[tuple[tuple[str, str], int], ...] | None
    marks: tuple[tuple[str, str], ...]
    queues: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]


@lru_cache(maxsize=32)
def _layout(drawn: _Drawn) -> Placed:
    flow, language = drawn.flow, drawn.language
    counts = None if drawn.counts is None else dict(drawn.counts)
    marks = dict(drawn.marks)
    ways = [way for way in arrows(flow) if not way.side]
    high = HEIGHT + (MARK_HEIGHT if marks else 0)
    queues, actions = dict(drawn.queues), dict(drawn.actions)
    subtitles = {name: subtitle(flow, step, language, queues, actions) for name, step in flow.steps.items()}
    sizes = {name: (_width(step, language, subtitles[name], marks.get(name, "")), high) for name, step in flow.steps.items()}
    tight = place(ways, sizes, flow.start, DOWN[0])
    for down in DOWN:
        boxes, lines = spread(*tight, high + DOWN[0], down - DOWN[0])
        texts = {n: text for n, line in enumerate(lines) if (text := _text(line, _label(flow, line.arrow, language, actions), counts))}
        found = labels(lines, texts, boxes.values())
        if all(label.clear for label in found):
            break
    return Placed(_bounds(boxes, lines, found), boxes, lines, found)


def _bounds(boxes: Mapping[str, Box], lines: Sequence[Line], found: Sequence[Label]) -> tuple[float, float, float, float]:
    across = [
        *(x for box in boxes.values() for x in (box.left, box.right)),
        *(x + (LOOP if line.is_loop else 0) for line in lines for x, _ in line.points),
        *(x for label in found for x in (label.x - label.width / 2, label.x + label.width / 2)),
    ]
    top, bottom = min(box.top for box in boxes.values()), max(box.bottom for box in boxes.values())
    return min(across) - MARGIN, top - MARGIN, max(across) + MARGIN, bottom + MARGIN


def _width(step: Step, language: str, subtitle: str, marks: str) -> float:
    texts = (width_of(title(step, language)), width_of(subtitle, 11), width_of(marks, 11) + 12)
    return max(LEAST_WIDTH, 24 + max(texts))


def _label(flow: Flow, arrow: Arrow, language: str, actions: Mapping[str, str]) -> str:
    step = flow.steps[arrow.start]
    results = {why: actions.get(f"{step.action}/{why}", "") for why in arrow.why} if isinstance(step, Do) else {}
    return arrow.label(language, results)


def _text(line: Line, text: str, counts: Mapping[tuple[str, str], int] | None) -> str:
    if counts is None:
        return text
    count = f"({counts.get((line.arrow.start, line.arrow.end), 0)})"
    return f"{text} {count}" if text else count


def _head(name: str, colour: str) -> str:
    arrow = f'<path class="flow-{name}" d="M0,0 L9,4.5 L0,9 z" fill="{colour}"/>'
    return f'<defs><marker id="{name}" markerWidth="9" markerHeight="9" refX="8" refY="4.5" orient="auto">{arrow}</marker></defs>'


def _way(line: Line, shown: Shown) -> str:
    way = (line.arrow.start, line.arrow.end)
    lit = way in shown.ways
    unused = shown.counts is not None and not shown.counts.get(way)
    look = f'stroke="{LIT}" stroke-width="2.6"' if lit else f'stroke="{GREY}" stroke-width="1.3"'
    faint = ' stroke-dasharray="3 4"' if unused else ""
    kind = "flow-way flow-lit" if lit else "flow-way"
    return f'<path class="{kind}" d="{_curve(line)}" fill="none" {look} marker-end="url(#{"end-lit" if lit else "end"})"{faint}/>'


def _curve(line: Line) -> str:
    (x, y), *rest = line.points
    if line.is_loop:
        ((_, to_y),) = rest
        return f"M{x:.1f},{y:.1f} C{x + LOOP:.1f},{y - 10:.1f} {x + LOOP:.1f},{to_y + 10:.1f} {x:.1f},{to_y:.1f}"
    path = f"M{x:.1f},{y:.1f}"
    for (x, y), (to_x, to_y) in pairwise(line.points):
        middle = (y + to_y) / 2
        path += f" L{to_x:.1f},{to_y:.1f}" if x == to_x else f" C{x:.1f},{middle:.1f} {to_x:.1f},{middle:.1f} {to_x:.1f},{to_y:.1f}"
    return path


def _step(flow: Flow, step: Step, box: Box, language: str, shown: Shown) -> str:
    kind = flow.kind(step.name)
    filling, frame = COLOURS[kind]
    lit = step.name in shown.path
    heavy = 2.6 if lit else 2.2 if step.name == flow.start else 1.3
    at = f'x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    middle = f'x="{box.x:.1f}" text-anchor="middle"'
    return "".join(
        (
            f'<g id="step-{escape(step.name)}" class="flow-step flow-{kind}{" flow-lit" if lit else ""}"{_opening(step.name, shown)}>',
            f'<rect class="flow-box" {at} rx="8" fill="{filling}" stroke="{LIT if lit else frame}" stroke-width="{heavy}"/>',
            f'<text class="flow-title" {middle} y="{box.top + 20:.1f}" fill="{INK}">{escape(title(step, language))}</text>',
            f'<text class="flow-kind" {middle} y="{box.top + 37:.1f}" font-size="11" fill="{frame}">',
            f"{escape(subtitle(flow, step, language, shown.queues, shown.actions))}</text>",
            *_marks(shown.marks.get(step.name, ()), middle, box),
            *_now(step.name, box, shown),
            "</g>",
        )
    )


def _opening(step: str, shown: Shown) -> str:
    if step not in shown.opens:
        return ""
    return f' tabindex="0" role="button" hx-get="{escape(shown.opens[step])}" hx-target="#step-figures" hx-swap="outerHTML"'


def _marks(marks: Sequence[Mark], middle: str, box: Box) -> Iterator[str]:
    if marks:
        words = "  ".join(f'<tspan class="flow-{mark.kind}" fill="{MARKS[mark.kind]}">{escape(mark.words)}</tspan>' for mark in marks)
        yield f'<text {middle} y="{box.top + 55:.1f}" font-size="11" xml:space="preserve">{words}</text>'


def _now(step: str, box: Box, shown: Shown) -> Iterator[str]:
    """The place of what is pushed: how many are at the step now."""
    if step in shown.opens:
        yield f'<g transform="translate({box.right - 4:.1f} {box.top + 2:.1f})">{now_mark(step, 0)}</g>'


def now_mark(step: str, callers: int) -> str:
    """How many are at a step now; nothing is seen of none."""
    seen = ""
    if callers:
        half = 5 + 4.2 * len(str(callers))
        seen = f'<rect class="flow-now" x="{-half:.1f}" y="-9" width="{2 * half:.1f}" height="18" rx="9" fill="{LIT}"/>'
        seen += f'<text text-anchor="middle" y="4" font-size="12" font-weight="600" fill="#ffffff">{callers}</text>'
    return f'<svg id="now-{escape(step)}" width="1" height="1" overflow="visible">{seen}</svg>'


def _words(label: Label) -> str:
    top = label.y - label.height / 2 + SIZE - 1
    lines = "".join(
        f'<tspan x="{label.x:.1f}" y="{top + n * LINE_HEIGHT:.1f}">{escape(words)}</tspan>' for n, words in enumerate(label.words)
    )
    at = f'x="{label.x - label.width / 2:.1f}" y="{label.y - label.height / 2:.1f}" width="{label.width:.1f}" height="{label.height:.1f}"'
    ground = f'<rect class="flow-label-ground" {at} rx="4" fill="#ffffff" fill-opacity="0.9"/>'
    return f'{ground}<text class="flow-label" text-anchor="middle" font-size="{SIZE:.0f}" fill="#3b4a5c">{lines}</text>'
