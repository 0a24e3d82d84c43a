"""The checkpoint publisher: a thread that signs, has cosigned and publishes while the server runs.

It wakes when records were appended and at the heartbeat; it never signs before the commit, because it
reads only what is committed. While a witness is down it asks again after 2 s, then ever more seldom, and says
so when it begins, when it ends, and every ten minutes in between.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.log.publish_checkpoint import publish_newest

HEARTBEAT_SECONDS = 600.0
RETRY_SECONDS = 2.0
RETRY_AT_MOST = 30.0
REMIND_SECONDS = 600.0
Round = Callable[[Platform], tuple[Refusal, ...]]


def publish(platform: Platform) -> tuple[Refusal, ...]:
    """What kept a witness from signing what is durable now; raises NotReady, LogForked."""
    platform.ensure_guarded()
    return publish_newest(
        platform.transactions, platform.log_key, platform.cosigners, platform.cosigned, platform.asked
    )


class Publisher:
    """One per server process; `nudge` is cheap and may be called from any thread."""

    def __init__(self, platform: Platform, work: Round = publish, *, retry: float = RETRY_SECONDS) -> None:
        """`retry`: seconds until a witness that was down is asked again for the first time."""
        self._platform = platform
        self._round = work
        self._retry = retry
        self._wanted = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._trouble = Trouble(logging.getLogger("greentrace.publisher"))

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
        wait, retry = HEARTBEAT_SECONDS, self._retry
        while not self._stopping:
            self._wanted.wait(wait)
            self._wanted.clear()
            if self._publish():
                wait, retry = HEARTBEAT_SECONDS, self._retry
            else:
                wait, retry = retry, min(2 * retry, RETRY_AT_MOST)

    def _publish(self) -> bool:
        """True when nothing is pending; a witness that is down is asked again."""
        problems: tuple[Exception, ...]
        try:
            problems = self._round(self._platform)
        except Exception as failure:  # noqa: BLE001 - the thread must live on, and say why it could not
            problems = (failure,)
        self._trouble.tell(problems, time.monotonic())
        return not problems


class Trouble:
    """The trouble that keeps checkpoints pending, told when it changes and now and then while it lasts."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._known: tuple[str, ...] = ()
        self._told = 0.0

    def tell(self, problems: tuple[Exception, ...], now: float) -> None:
        """`now` in seconds of any clock that does not go back."""
        found = tuple(str(problem) for problem in problems)
        if found == self._known and (not found or now - self._told < REMIND_SECONDS):
            return
        if not found:
            self._log.info("checkpoint cosigned again")
        for problem in problems:
            unforeseen = None if isinstance(problem, Refusal) else problem
            self._log.warning("checkpoint pending: %s", problem, exc_info=unforeseen)
        self._known, self._told = found, now
