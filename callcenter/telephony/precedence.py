"""Asterisk goes before everything else on the processor: sound and keys wait for no page that is being made."""

from __future__ import annotations

import os
from pathlib import Path

PRIORITY = 10
"""What Asterisk gives itself when it is started with -p. Its own way needs a helper program that not every Asterisk has beside it."""


def put_first(process: int, *, wanted: bool = True) -> bool:
    """Run the threads of a process, and so those that they begin, before all that is not real-time; unless `wanted`, as everybody else.

    False when the machine does not let us: that takes root or the right to real-time priority (RLIMIT_RTPRIO), which some containers lack.
    Raises FileNotFoundError when there is no such process.
    """
    policy, priority = (os.SCHED_RR, os.sched_param(PRIORITY)) if wanted else (os.SCHED_OTHER, os.sched_param(0))
    try:
        while others := [thread for thread in _threads(process) if os.sched_getscheduler(thread) != policy]:
            for thread in others:
                os.sched_setscheduler(thread, policy, priority)
    except ProcessLookupError:
        return put_first(process, wanted=wanted)  # A thread ended meanwhile.
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True


def _threads(process: int) -> list[int]:
    """Raises FileNotFoundError when there is no such process."""
    return [int(thread.name) for thread in Path(f"/proc/{process}/task").iterdir()]
