"""Small flows and what stands around them."""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.hotlines.service import Hotlines
from callcenter.hotlines.tables import HotlineRow, QueueRow
from callcenter.ivr.language.known import Known, NamedPrompt
from callcenter.ivr.language.steps import Flow
from callcenter.ivr.published.around import Around
from callcenter.ivr.published.in_use import InUse
from callcenter.ivr.published.kept import KeptFlows
from callcenter.ivr.walking.hotline_flows import HotlineFlow
from callcenter.store.engine import Store

WALKS = """\
flow: orders
walks:
  - it: a person
    does: [answered]
    path: [hello, person, bye]
"""


def flow(name: str = "orders", *, says: str = "您好", queue: str = "orders", then: str = "person") -> str:
    """Greets, then queues."""
    return f"""\
name: {name}
languages: [zh]
start: hello
steps:
  hello:
    do: say
    prompt: {{zh: {says}}}
    next: {then}
  person:
    do: queue
    queue: {queue}
    answered: bye
    timeout: bye
    nobody: bye
  bye:
    do: end
"""


def goes_to(name: str, other: str, step: str = "person") -> str:
    """A flow that goes on in another one."""
    return f"name: {name}\nlanguages: [zh]\nstart: there\nsteps:\n  there: {{do: go_to, flow: {other}, step: {step}}}\n"


async def furnish(store: Store, *flows: str) -> None:
    """A queue, and a hotline for each flow."""
    async with store.transaction() as session:
        session.add(QueueRow(name="orders", zh="订货", en="Orders", strategy="rrmemory"))
        await session.flush()
        for n, name in enumerate(flows, 1):
            number = f"800000000{n}"
            session.add(HotlineRow(number=number, zh=name, en=name, language="zh_CN", flow=name, queue="orders"))


class Centre:
    """The flows of a store; `spoken` are those whose sounds were asked for."""

    def __init__(self, store: Store) -> None:
        self.kept = KeptFlows(store, clock=lambda: 1_000)
        self.prompts = {"welcome": NamedPrompt({"zh": "您好"}, {"zh": "ab12"})}
        self.spoken: list[tuple[str, str]] = []
        self._hotlines = Hotlines(store)
        self.in_use = InUse(self.kept, self.around, self._speak)

    async def around(self) -> Around:
        queues = frozenset(queue.name for queue in await self._hotlines.queues())
        numbers = {one.number: HotlineFlow(one.flow, one.language, one.queue) for one in await self._hotlines.all()}
        return Around(numbers, Known(queues=queues, prompts=dict(self.prompts)))

    async def _speak(self, flows: Iterable[Flow]) -> None:
        self.spoken += [(flow.name, flow.version) for flow in flows]

    def version(self, name: str = "orders") -> str:
        return self.in_use.flows.by_name[name].version
