"""Where the words beside the arrows stand: over no box, over no other words, over as few arrows as can be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from callcenter.ivr.seen.picture.look import width_of
from callcenter.ivr.seen.picture.placing import LOOP, Box, Line, Point

SIZE, LINE_HEIGHT, WIDEST = 12.0, 14.0, 104.0
"""Of the letters, of a line of them; where a line of words is broken (px)."""

ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
"""Parts of a bend at which words may stand, best first."""

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Label:
    """Words with the middle of their place, and its size. `clear`: they stand over no box and no other words."""

    line: Line
    words: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    clear: bool = True

    def overlaps(self, x: float, y: float, width: float, height: float) -> bool:
        """Whether it covers a part of the place with this middle and size."""
        return abs(self.x - x) < (self.width + width) / 2 and abs(self.y - y) < (self.height + height) / 2


def broken(text: str) -> tuple[str, ...]:
    """Words in as many lines as they need."""
    lines: list[str] = []
    for word in text.split(" · "):
        longer = f"{lines[-1]} · {word}" if lines else word
        if lines and width_of(longer, SIZE) <= WIDEST:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def labels(lines: Sequence[Line], texts: Mapping[int, str], boxes: Iterable[Box]) -> Sequence[Label]:
    """The words of the lines that have some (`texts` by a line's place in `lines`), those that have least room first."""
    drawn = [along(line) for line in lines]
    standing = list(boxes)
    placed: list[Label] = []
    for n in sorted(texts, key=lambda n: (-max(width_of(word, SIZE) for word in broken(texts[n])), n)):
        others = np.concatenate([points for m, points in enumerate(drawn) if m != n] or [np.zeros((0, 2))])
        placed.append(_best(lines[n], broken(texts[n]), others, standing, placed))
    return placed


def along(line: Line, steps: int = 14) -> Points:
    """Points on the arrow as it is drawn."""
    if line.is_loop:
        (x, y), (_, to_y) = line.points
        return np.array([(x + LOOP * 0.75, y), (x + LOOP * 0.75, to_y)])
    pieces = [[_bend(a, b, t / steps) for t in range(steps + 1)] for a, b in zip(line.points, line.points[1:], strict=False)]
    return np.array([point for piece in pieces for point in piece])


def _bend(a: Point, b: Point, t: float) -> Point:
    """On the curve between two points that leaves and arrives upright."""
    near, far = (1 - t) ** 3 + 3 * (1 - t) ** 2 * t, t**3 + 3 * t**2 * (1 - t)
    middle = (a[1] + b[1]) / 2
    return near * a[0] + far * b[0], (1 - t) ** 3 * a[1] + 3 * (1 - t) * t * middle + t**3 * b[1]


def _best(line: Line, words: tuple[str, ...], others: Points, boxes: Sequence[Box], placed: Sequence[Label]) -> Label:
    wide = max(width_of(word, SIZE) for word in words) + 6
    high = LINE_HEIGHT * len(words)
    best: tuple[float, Label] | None = None
    for rank, (x, y) in enumerate(_places(line, wide)):
        label = Label(line, words, x, y, wide, high)
        hidden = sum(label.overlaps(box.x, box.y, box.width + 4, box.height + 4) for box in boxes)
        hidden += sum(label.overlaps(one.x, one.y, one.width, one.height) for one in placed)
        crossed = np.count_nonzero((abs(others[:, 0] - x) < wide / 2) & (abs(others[:, 1] - y) < high / 2))
        cost = hidden * 1000 + float(crossed) * 3 + rank * 0.5
        if best is None or cost < best[0]:
            best = cost, Label(line, words, x, y, wide, high, not hidden)
    assert best is not None
    return best[1]


def _places(line: Line, wide: float) -> Iterable[Point]:
    """Where words of a line may stand: on its bends, or just beside them; nearest to where it begins first."""
    if line.is_loop:
        (x, y), (_, to_y) = line.points
        yield x + LOOP + wide / 2, (y + to_y) / 2
        return
    bends = list(zip(line.points[::2], line.points[1::2], strict=True))
    for a, b in bends:
        for t in ALONG:
            x, y = _bend(a, b, t)
            yield x, y
            yield x + wide / 2 + 2, y
            yield x - wide / 2 - 2, y
