"""What callers ask about their orders: where one stands, and when it comes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from callcenter.crm.orders.service import Order, Orders
from callcenter.crm.orders.words import STATES
from callcenter.ivr.actions.whose import Whose
from callcenter.ivr.actions.words import day, said, yuan
from callcenter.ivr.language.action import Action, Answer, Asked, Input

INPUTS = {
    "order": Input(
        "digits", needed=False, what="the order's number as keyed in; left out: the newest order of who calls from his own number"
    ),
    "licence": Input("digits", needed=False, what="his licence number as keyed in, which stands for being recognised"),
}
COMING = {"received": "planned", "approved": "planned", "picked": "planned", "on_the_way": "on_the_way", "delivered": "delivered"}


def order_actions(orders: Orders, whose: Whose, zone: ZoneInfo) -> tuple[Action, ...]:
    """`order_status` and `delivery_status` out of the store."""

    async def his(asked: Asked) -> Order | None:
        number = asked.inputs["order"]
        if not number:
            return await orders.last(asked.customer) if asked.customer is not None and await whose.rings_from_his(asked) else None
        found = await orders.one(number)
        if found is not None and await whose.may_hear(asked, found.customer):
            return found
        whose.missed(asked)
        return None

    async def order_status(asked: Asked) -> Answer:
        order = await his(asked)
        if order is None:
            return Answer("none")
        slots = {
            "order": order.number,
            "placed": day(order.placed, zone),
            "amount": yuan(order.amount),
            "state": said(asked.language, STATES[order.state]),
        }
        return Answer("found", slots)

    async def delivery_status(asked: Asked) -> Answer:
        order = await his(asked)
        if order is None:
            return Answer("none")
        if order.state == "cancelled":
            return Answer("cancelled", {"order": order.number})
        if order.delivery is None:
            return Answer("no_day", {"order": order.number})
        slots = {"order": order.number, "delivery": order.delivery.strftime("%m-%d"), "driver": order.driver}
        return Answer(COMING[order.state], slots)

    return (
        Action(
            name="order_status",
            title=("查询订单", "Order status"),
            what="Tells where an order stands.",
            inputs=INPUTS,
            results=("found", "none"),
            called={"found": ("已查到", "found"), "none": ("未查到", "not found")},
            sets={"order": "digits", "placed": "date", "amount": "money", "state": "text"},
            fills={"none": ()},
            run=order_status,
        ),
        Action(
            name="delivery_status",
            title=("查询送货", "Delivery status"),
            what="Tells when an order comes, or that it has come; `no_day`: no day is known yet.",
            inputs=INPUTS,
            results=("planned", "on_the_way", "delivered", "no_day", "cancelled", "none"),
            called={
                "planned": ("已排期", "day planned"),
                "on_the_way": ("配送中", "on the way"),
                "delivered": ("已送达", "delivered"),
                "no_day": ("未排期", "no day yet"),
                "cancelled": ("已取消", "cancelled"),
                "none": ("未查到", "not found"),
            },
            sets={"order": "digits", "delivery": "date", "driver": "text"},
            fills={
                "planned": ("order", "delivery"),
                "delivered": ("order", "delivery"),
                "no_day": ("order",),
                "cancelled": ("order",),
                "none": (),
            },
            run=delivery_status,
        ),
    )
