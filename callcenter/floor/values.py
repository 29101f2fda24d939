"""`dataclass` for the floor's values: frozen for the type checker, and quickly made.

At run time a frozen dataclass sets each field through object.__setattr__, which takes up to seven times as long. A busy floor makes
a hundred thousand values a second; that nobody changes one is checked before anything runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(cls: type | None = None, *, frozen: bool = False, **how: Any) -> Any:
        """What `dataclasses.dataclass` makes, compared and hashed by its fields, whose fields could be set."""
        return dataclasses.dataclass(cls, unsafe_hash=frozen, **how)


__all__ = ["dataclass"]
