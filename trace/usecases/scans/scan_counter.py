"""The scan counter behind the pages: a bounded queue, and a thread that writes in batches.

`offer` never waits. When the queue is full the scan is dropped and the drop is counted: a shopper's page is
worth more than a count. The thread starts with the first scan, tries again when the database is busy, and
writes what is left when the process ends.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.util import Finalize
from typing import Final, TypeVar

from trace.errors import Refusal
from trace.store.transaction import Transactions
from trace.usecases.scans.count_scans import Counted, SeenScan, count_scans

ROOM: Final = 10_000
BATCH: Final = 200
"""At most so many scans in one transaction: record ingest never waits long for SQLite's one writer."""
LINGER_SECONDS: Final = 0.5
RETRY_SECONDS: Final = (0.5, 2.0, 8.0)
_LOG: Final = logging.getLogger(__name__)
_Done = TypeVar("_Done")


@dataclass(slots=True)
class ScanFigures:
    """Since the process began; `lost` are scans that the database did not take, after every attempt."""

    counted: int = 0
    repeated: int = 0
    alerts: int = 0
    dropped: int = 0
    lost: int = 0


class ScanCounter:
    """One per server process; `offer` may be called from any thread."""

    def __init__(
        self,
        transactions: Callable[[], Transactions],
        *,
        room: int = ROOM,
        linger: float = LINGER_SECONDS,
        retries: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        """`transactions` is asked when the first batch is written, no earlier."""
        self.figures = ScanFigures()
        self._transactions = transactions
        self._linger = linger
        self._retries = retries
        self._queue: queue.Queue[SeenScan | None] = queue.Queue(room)
        self._door = threading.Lock()
        self._thread: threading.Thread | None = None
        self._at_exit: Finalize | None = None
        self._stopped = False

    def offer(self, scan: SeenScan) -> bool:
        """Hand in a scan; False when there is no room or the counter has stopped."""
        with self._door:
            if not self._stopped:
                self._start()
                try:
                    self._queue.put_nowait(scan)
                except queue.Full:
                    pass
                else:
                    return True
            self.figures.dropped += 1
        return False

    def waiting(self) -> int:
        """Scans that are not written yet."""
        return self._queue.qsize()

    def stop(self) -> None:
        """Write what was handed in, then end; later offers are dropped."""
        with self._door:
            thread, already, self._stopped = self._thread, self._stopped, True
        if thread is not None and not already:
            self._queue.put(None)
            thread.join(timeout=30)
            if self._at_exit is not None:
                self._at_exit.cancel()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="scan-counter", daemon=True)
            self._thread.start()
            # The server's workers are forked: they end without `atexit`, but not without this.
            self._at_exit = Finalize(None, self.stop, exitpriority=10)

    def _run(self) -> None:
        running = True
        while running:
            batch, running = self._gather()
            if batch:
                self._write(batch)

    def _gather(self) -> tuple[list[SeenScan], bool]:
        """Wait for a scan, then a little for company."""
        batch: list[SeenScan] = []
        ends = 0.0
        while len(batch) < BATCH:
            try:
                scan = self._queue.get(timeout=max(0.0, ends - time.monotonic()) if batch else None)
            except queue.Empty:
                break
            if scan is None:
                return batch, False
            if not batch:
                ends = time.monotonic() + self._linger
            batch.append(scan)
        return batch, True

    def _write(self, batch: list[SeenScan]) -> None:
        for wait in (*self._retries, None):
            again, counted = self._attempt(lambda: count_scans(self._transactions(), batch))
            if counted is not None:
                self._add(counted)
                return
            if not again or wait is None or self._stopped:
                break
            time.sleep(wait)
        self.figures.lost += len(batch)

    def _attempt(self, act: Callable[[], _Done]) -> tuple[bool, _Done | None]:
        """What it gave; None when it failed, with whether another attempt may help. The thread lives on."""
        try:
            return False, act()
        except Refusal as refusal:
            _LOG.warning("scans have to wait: %s", refusal)
            return True, None
        except Exception:  # noqa: BLE001 - the thread must live on, and say why it could not
            _LOG.exception("scans could not be counted or forgotten")
            return False, None

    def _add(self, counted: Counted) -> None:
        self.figures.counted += counted.counted
        self.figures.repeated += counted.repeated
        self.figures.alerts += counted.alerts
