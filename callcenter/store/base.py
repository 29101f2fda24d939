"""What all tables share. Times are whole milliseconds since the epoch, UTC."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import BigInteger, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

Millis = Annotated[int, mapped_column(BigInteger)]
Key = Annotated[int, mapped_column(primary_key=True, autoincrement=True)]
Short = Annotated[str, mapped_column(String(80))]


class Base(DeclarativeBase):
    """Constraint names are fixed, so that migrations mean the same on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
