"""Every table of the house, imported once: for migrations, tests and the database commands."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import MetaData

from callcenter.store.base import Base

ROOMS = (
    "audit",
    "hotlines",
    "people",
    "calls",
    "crm.customers",
    "crm.cases",
    "crm.callbacks",
    "crm.surveys",
    "crm.callers",
    "crm.orders",
    "ivr.actions",
    "ivr.published",
    "ivr.named",
    "ivr.seen",
    "desk",
)
"""The rooms that keep data."""


def metadata() -> MetaData:
    """All tables."""
    for room in ROOMS:
        import_module(f"callcenter.{room}.tables")
    return Base.metadata
