"""docs/actions.md, made from the actions themselves and from what reads the file of services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from callcenter.crm.cases.service import Cases
from callcenter.crm.customers.service import Customers
from callcenter.crm.orders.service import Orders
from callcenter.ivr.actions.http import OF_CALL
from callcenter.ivr.actions.registry import OWN, of_store
from callcenter.ivr.actions.remarks import Remarks
from callcenter.ivr.actions.rest import IN_A_ROW, REST_S
from callcenter.ivr.actions.services_file import KEYS, REPLY_KEYS
from callcenter.ivr.actions.whose import MOST_MISSES
from callcenter.ivr.language.action import FAILED, INPUT_KINDS, LIMIT_S, MOST_INPUT, MOST_LIMIT_S, MOST_SLOT, SLOT_KINDS, Action
from callcenter.ivr.language.key_table import key_table
from callcenter.people.service import People
from callcenter.store.engine import Store

FLOW = """\
name: orders
languages: [zh, en]
start: which
person: person

steps:
  which:
    do: ask
    prompt: {zh: 请输入订单号，以井号键结束。, en: "Please enter the order's number, and end with the hash key."}
    into: order
    most: 12
    next: status
    otherwise: person

  status:
    do: do
    action: order_status
    with: {order: "{order}"}
    results: {found: told, none: unknown, failed: person}

  told:
    do: say
    prompt:
      zh: "您{placed}的订单，金额{amount}，{state}。"
      en: "Your order of {placed}, {amount}: {state}."
    next: bye

  unknown:
    do: say
    prompt: {zh: 没有查到您的这份订单。, en: We found no such order of yours.}
    next: person

  person:
    do: queue
    queue: orders
    answered: bye
    timeout: bye
    nobody: bye

  bye:
    do: end
    outcome: self_served
"""
SERVICES = """\
balance:
  title: {zh: 查询余额, en: Balance}
  what: Tells what a customer owes.
  url: https://erp.example.com/customers/{licence}/balance?lang={language}
  inputs: {licence: digits}
  headers: {Authorization: "Bearer {secret}"}
  secret_file: /etc/callcenter/erp.token
  limit_s: 2
  replies:
    - {status: 404, result: none}
    - status: 200
      where: {/state: blocked}
      result: blocked
    - status: 200
      result: found
      slots: {balance: {at: /balance/amount, kind: money}}
  called:
    none: {zh: 未查到, en: not found}
    blocked: {zh: 已停用, en: blocked}
    found: {zh: 已查到, en: found}

urge_delivery:
  title: {zh: 催促送货, en: Urge delivery}
  what: Asks the warehouse to hurry.
  url: https://erp.example.com/urge
  method: POST
  inputs: {order: digits}
  body: {order: "{order}", caller: "{number}"}
  effect: yes
  same_again: yes
  replies:
    - {status: 204, result: urged}
    - {status: 409, result: on_the_way}
  called: {urged: {zh: 已催促, en: urged}, on_the_way: {zh: 配送中, en: on the way}}
"""
MODULE = """\
from callcenter.ivr.language.action import Action, Answer, Asked, Input


async def points(asked: Asked) -> Answer:
    total = await our_points(asked.inputs["licence"])
    return Answer("found", {"points": str(total)}) if total is not None else Answer("none")


ACTIONS = [
    Action(
        name="points", title=("查询积分", "Points"), what="Tells a customer's points.", results=("found", "none"),
        called={"found": ("已查到", "found"), "none": ("未查到", "not found")},
        inputs={"licence": Input("digits")}, sets={"points": "number"}, run=points,
    )
]
"""

MEANINGS: Mapping[str, str] = {
    "title": "what people call it, in both languages of the screens: `{zh: 查询余额, en: Balance}`; its name when left out",
    "what": "what it does, in a sentence",
    "url": f"the address; `{{…}}` in its path and query is filled with an input or with {', '.join(f'`{name}`' for name in OF_CALL)}",
    "method": "how it is asked",
    "inputs": f"what a flow gives it under `with`, each with its kind: {' or '.join(f'`{kind}`' for kind in INPUT_KINDS)}",
    "headers": "headers that it wants; `{secret}` stands for what is in `secret_file`",
    "secret_file": "file with one line, which only the server's user may read; it is read at each asking, so that it may change",
    "body": "texts that are sent as one JSON object",
    "limit_s": "seconds it may take, all in all",
    "most_kib": "longest answer that is read, in KiB",
    "effect": "it changes something: it is asked once for one visit of one step, and bears a header Idempotency-Key",
    "same_again": "asked twice with one Idempotency-Key it changes nothing the second time; only then it is asked again after a restart",
    "replies": "what its answers mean; the first that fits counts, and when none fits it has failed",
    "called": "what people call its results, each in both languages of the screens; by its name what has none here",
}
REPLY_MEANINGS: Mapping[str, str] = {
    "status": "the answer's HTTP status",
    "where": "values that the answer's JSON must have for this reply, by JSON pointer: `{/order/state: open}`",
    "result": "what it means: the name of the result",
    "slots": "slots that are filled, each with the JSON pointer to its value, which must be there, and its kind (`text` when left out)",
}
TAKES: Mapping[str, str] = {
    "url": "an address",
    "inputs": "kinds by name",
    "headers": "texts by name",
    "body": "texts by name",
    "replies": "a list of replies",
    "called": "titles by result",
    "where": "values by JSON pointer",
    "slots": "slots by name",
}

BEGIN = f"""\
# Named actions

*Made by `python -m callcenter.ivr.actions.reference > docs/actions.md`; change the code, not this page.*

What the flow language has no word for is done by a named action: a flow gives it inputs, it answers with one of its results, for each of
which the flow has a way, and fills slots that prompts speak as their kind. `callcenter flow check` knows them all.

```yaml
{FLOW}```

## Whatever happens

Every action has one more result, `{FAILED}`: it raised, took longer than its limit ({LIMIT_S:g} s unless it says otherwise, never more than
{MOST_LIMIT_S:g} s), or answered something else than it declares. The caller goes the way of `{FAILED}`, one line in the log says which
call, action and step it was and why, and `callcenter_actions_total` at /metrics counts it. What a caller keyed in
stands in no log, unless an action of your own raises it.

An action with an effect is done once for one visit of one step, also when the server is killed in the middle of it. Where nobody knows
whether it was done, it is not done again: the caller goes the way of `{FAILED}`, and the log says so. An effect that the store cannot
note beforehand is not made.

An input has at most {MOST_INPUT} letters; a slot is one line of at most {MOST_SLOT}, of one of the kinds
{", ".join(f"`{kind}`" for kind in SLOT_KINDS)}.

## The actions of every centre

A caller hears of orders and cases that are his: those of the customer whose number he calls from; for everybody else the licence number
and the number of the order or case must both be right. After {MOST_MISSES} wrong ones a call is told nothing more.
"""
HTTP = f"""\
## HTTP services

The setting `services_file` names a YAML file of services; each is an action of its own name. A flow never says an address.

```yaml
{SERVICES}```

What a caller keyed in goes per cent encoded into the path and the query, and never leads to another path; redirects are not followed;
there are no cookies and no proxies; answers are JSON, in UTF-8 or the charset that they name (GBK, GB 18030). A service that did not
answer {IN_A_ROW} times in a row is left alone for {REST_S:g} s, so that callers do not wait in silence for what does not come.
`callcenter check` says what is wrong with the file; a service that cannot be read is no action, the others are.
"""
MODULES = f"""\
## Actions of your own

The setting `actions_module` names a Python module that can be imported where the server runs; its `{OWN}` are actions like the built-in
ones. They are called in the server's one event loop: they `await`, and never block.

```python
{MODULE}```

A flow's text becomes `asked.inputs`; `asked` further tells `call`, `hotline`, `customer` (the id, or None; perhaps by what was keyed in
only, which others may know, too), `number`, `language` and `key`, which names the act. `effect=True` has it done once for a key;
`same_again=True` says that `run` itself sees to that, by the key. `limit_s` is how long it may take.
"""


def reference() -> str:
    """The whole page."""
    parts = [BEGIN, *(line for action in built_in() for line in _action(action)), HTTP, *key_table(KEYS, MEANINGS, TAKES), ""]
    return "\n".join([*parts, "A reply:\n", *key_table(REPLY_KEYS, REPLY_MEANINGS, TAKES), "", MODULES])


def built_in() -> tuple[Action, ...]:
    """The actions of every centre as they are declared; there is no store behind these."""
    store, zone = Store("sqlite+aiosqlite://"), ZoneInfo("UTC")
    return of_store(Orders(store), Cases(store, zone), Customers(store), People(store, idle_ms=1), Remarks(store), zone)


def _action(action: Action) -> Iterator[str]:
    yield f"### `{action.name}`\n"
    yield f"{action.what}{' It has an effect.' if action.effect else ''}\n"
    yield "| Input | Takes | Meaning |\n|---|---|---|"
    for name, one in action.inputs.items():
        takes = _words(one.choices) if one.choices else one.kind
        yield f"| `{name}` | {takes}{'' if one.needed else ', or nothing'} | {one.what} |"
    yield f"\nResults: {_words(action.outcomes)}."
    slots = [f"`{{{name}}}` ({kind})" for name, kind in action.sets.items()]
    yield f"\nSlots: {', '.join(slots)}.\n" if slots else ""
    if action.fills:
        parts = (
            f"by `{result}` only {', '.join(f'`{{{slot}}}`' for slot in slots)}" if slots else f"by `{result}` none"
            for result, slots in action.fills.items()
        )
        yield f"Every result fills them, but {'; '.join(parts)}.\n"


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    print(reference(), end="")
