"""A process that ends with the one that started it, however that one ended.

Its standard input is the reading end of a pipe whose other end the starter alone holds: the kernel closes it
when the starter is gone, by Ctrl-C, by SIGKILL or by a full memory.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from typing import Final

TIED: Final = "GREENTRACE_TIED"
"""Set to 1 by a starter that gives such a pipe."""


def tie_to_starter() -> None:
    """End this process in the ordinary way once its starter is gone, if it was started so."""
    if os.environ.pop(TIED, "") == "1":  # the processes that it starts itself are its own to end
        threading.Thread(target=_wait_for_the_end, name="tied", daemon=True).start()


def _wait_for_the_end() -> None:
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
