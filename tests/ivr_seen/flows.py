"""A flow with a step of most kinds."""

from __future__ import annotations

from dataclasses import replace

from callcenter.ivr.language.load import load
from callcenter.ivr.language.steps import Flow

ORDERS = """
name: orders
languages: [zh, en]
start: greeting
person: person
steps:
  greeting: {do: say, title: {zh: 欢迎语, en: Greeting}, prompt: {zh: 您好, en: Hello}, next: menu}
  menu:
    do: menu
    title: {zh: 主菜单, en: Main menu}
    prompt: {zh: 订货请按1, en: For orders press 1}
    choices: {1: number, 2: closing}
    otherwise: person
  number:
    do: ask
    title: {zh: 订单号, en: Order number}
    prompt: {zh: 请输入, en: Please key in}
    into: order
    most: 8
    next: bye
    otherwise: person
  closing:
    do: menu
    title: {zh: 结束菜单, en: Last menu}
    prompt: {zh: 返回请按1, en: To go back press 1}
    choices: {1: menu}
    otherwise: bye
  person:
    do: queue
    title: {zh: 人工服务, en: Person}
    queue: orders
    answered: bye
    timeout: message
    nobody: message
  message: {do: message, title: {zh: 留言, en: Message}, queue: orders, prompt: {zh: 请留言, en: Please speak}, next: bye}
  bye: {do: end, title: {zh: 结束语, en: Goodbye}}
"""


def orders(version: str = "v1", **more: str) -> Flow:
    """The flow; `more`: texts of it to be replaced by others."""
    text = ORDERS
    for old, new in more.items():
        text = text.replace(old, new)
    flow = load(text, "orders.yaml").flow
    assert flow is not None
    return replace(flow, version=version)
