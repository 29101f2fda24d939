"""``python -m callcenter`` is ``callcenter``."""

from __future__ import annotations

import sys


def main() -> None:
    """The command line. Its rooms take a moment to load: Ctrl-C is meant then, too."""
    try:
        from callcenter.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
