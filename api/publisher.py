"""The thread that signs, has cosigned and publishes checkpoints while the server runs.

It wakes when records were appended and at the heartbeat; it never signs before the commit, because it
reads only what is committed.
"""

from __future__ import annotations

import logging
import threading

from trace.errors import Refusal
from trace.usecases.platform import Platform

HEARTBEAT_SECONDS = 600.0
RETRY_SECONDS = 2.0


class Publisher:
    """One per server process; `nudge` is cheap and may be called from any thread."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._wanted = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._log = logging.getLogger("greentrace.publisher")

    def start(self) -> None:
        self._platform.on_append(self.nudge)
        self._thread.start()
        self.nudge()

    def nudge(self) -> None:
        self._wanted.set()

    def stop(self) -> None:
        self._stopping = True
        self._wanted.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        wait = HEARTBEAT_SECONDS
        while not self._stopping:
            self._wanted.wait(wait)
            self._wanted.clear()
            wait = HEARTBEAT_SECONDS if self._publish() else RETRY_SECONDS

    def _publish(self) -> bool:
        """True when nothing is pending; a witness that is down is asked again soon."""
        try:
            problems = self._platform.publish()
        except Refusal as refusal:
            problems = (refusal,)
        except Exception:  # noqa: BLE001 - the thread must live on, and say why it could not
            self._log.exception("no checkpoint published")
            return False
        for problem in problems:
            self._log.warning("checkpoint pending: %s", problem)
        return not problems
