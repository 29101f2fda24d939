"""``python -m callcenter`` is ``callcenter``."""

from __future__ import annotations

import os
import signal
from types import FrameType


def main() -> None:
    """The command line. Its rooms take a moment to load: Ctrl-C is meant then, too."""
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeded:
        signal.signal(signal.SIGINT, _ended)
    from callcenter.cli import main as run

    if heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _ended(_signal: int, _frame: FrameType | None) -> None:
    # There is nothing to put away yet, and a KeyboardInterrupt comes out of a class that is being made as a RuntimeError.
    os._exit(130)


if __name__ == "__main__":
    main()
