"""What a browser does with pushed pieces, on plain text: enough to compare an old page with a fresh one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"input", "path", "br", "img", "hr", "rect", "circle", "line", "meta", "link"})


@dataclass(eq=False)
class Node:
    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)
    parent: Node | None = None

    def told(self) -> str:
        """The element as text, without blanks between the words."""
        inside = "".join(child if isinstance(child, str) else child.told() for child in self.children)
        return f"<{self.tag} {sorted(self.attributes.items())}>{inside}</{self.tag}>"

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find(self, id: str) -> Node | None:
        return next((node for node in self.walk() if node.attributes.get("id") == id), None)

    def text(self) -> str:
        return " ".join(child if isinstance(child, str) else child.text() for child in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = self._at = Node("top", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, parent=self._at)
        self._at.children.append(node)
        if tag not in VOID:
            self._at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at.children.append(Node(tag, {name: value or "" for name, value in attrs}, parent=self._at))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._at.tag == tag, f"</{tag}> closes <{self._at.tag}>"
        assert self._at.parent is not None
        self._at = self._at.parent

    def handle_data(self, data: str) -> None:
        if words := " ".join(data.split()):
            self._at.children.append(words)


def parse(html: str) -> Node:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.top is reader._at, f"<{reader._at.tag}> is not closed"
    return reader.top


def put_in(page: Node, html: str) -> None:
    """Each element replaces the one with its id; data-into with data-order says where a new one goes; data-gone takes it away."""
    for one in [node for node in parse(html).children if isinstance(node, Node)]:
        current = page.find(one.attributes["id"])
        if "data-gone" in one.attributes:
            _remove(current)
        elif current is not None and current.attributes.get("data-order") == one.attributes.get("data-order"):
            assert current.parent is not None
            one.parent = current.parent
            current.parent.children[current.parent.children.index(current)] = one
        elif "data-into" in one.attributes:
            _remove(current)
            _insert(page, one)


def _remove(node: Node | None) -> None:
    if node is not None and node.parent is not None:
        node.parent.children.remove(node)


def _insert(page: Node, one: Node) -> None:
    into = page.find(one.attributes["data-into"].removeprefix("#"))
    assert into is not None
    order = float(one.attributes.get("data-order", "nan"))
    orders = [float(child.attributes.get("data-order", "nan")) if isinstance(child, Node) else float("nan") for child in into.children]
    at = next((index for index, other in enumerate(orders) if other > order), len(orders))
    one.parent = into
    into.children.insert(at, one)
