"""一物一码: the page of one pack. It is the page of its batch under the state of its own code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from scanner_web.frame.page_caching import elsewhere
from trace.codes.ranges import Standing
from trace.errors import BatchUnknown
from trace.platform.opening import Platform
from trace.usecases.batch_page.page import BatchPage
from trace.usecases.batch_page.show_batch import ManySources, show_batch

MANY_LOTS: Final = 300
"""Above a batch: such a page costs ten times an ordinary one."""
SUSPECTED: Final = "suspected"


class Scans(Protocol):
    """The scan state of a code (`trace.usecases.scans.scan_state.ScanState`)."""

    @property
    def count(self) -> int: ...

    @property
    def first_at(self) -> datetime | None: ...

    @property
    def first_region(self) -> str | None: ...

    @property
    def suspicion(self) -> str: ...

    @property
    def reasons(self) -> tuple[str, ...]: ...


class Issued(Protocol):
    """An item code that was allocated (`trace.usecases.codes.item_codes.IssuedCode`)."""

    @property
    def code(self) -> str: ...

    @property
    def serial(self) -> str: ...

    @property
    def lot(self) -> str: ...

    @property
    def batch_no(self) -> str: ...

    @property
    def standing(self) -> Standing: ...

    @property
    def of_batch(self) -> bool: ...


ScanReader = Callable[[str], Scans]
"""From the canonical path of a code, without its first slash."""


class BatchReader(Protocol):
    """The page of a batch by its code, or of an item's pack lot; raises BatchUnknown.

    `printed` and `picked` say which of several packs under the code is meant (`show_batch`).
    """

    def __call__(
        self,
        *,
        gtin: str | None = None,
        batch_no: str | None = None,
        platform_code: str | None = None,
        lot: str | None = None,
        printed: str | None = None,
        picked: str | None = None,
    ) -> BatchPage: ...


def batch_of(platform: Platform, **code: str | None) -> BatchPage:
    """The page of a batch as the platform holds it (`BatchReader`); one over many lots is made elsewhere,
    where the server has a place for that."""
    send_away = elsewhere()
    most = MANY_LOTS if send_away is not None else None
    try:
        return show_batch(platform.transactions, witnesses=platform.witnesses, most=most, **code)
    except ManySources:
        if send_away is None:
            raise
        send_away()


@dataclass(frozen=True, slots=True)
class Item:
    """One pack's code as its page shows it; `printed` is how it stands beside the symbol."""

    code: str
    printed: str
    standing: Standing
    scans: Scans

    @property
    def is_suspected(self) -> bool:
        return self.scans.suspicion == SUSPECTED


def find_item(
    platform: Platform,
    scans: ScanReader,
    batches: BatchReader,
    gtin: str,
    batch_no: str | None,
    serial: str,
) -> tuple[BatchPage, Item]:
    """The batch page and the item of a serial; raises BatchUnknown for one that was never issued, or not for
    this batch: a pack whose code and batch disagree is never called genuine."""
    issued: Issued | None = platform.codes.find_item(gtin, serial)
    if issued is None or batch_no not in {None, issued.batch_no}:
        batch = f"(10){batch_no}" if batch_no else ""
        raise BatchUnknown(code=f"(01){gtin}{batch}(21){serial}"[:80])
    shown = batches(gtin=gtin, batch_no=issued.batch_no, lot=issued.lot)
    return shown, Item(issued.code, issued.serial, issued.standing, scans(issued.code))


def find_platform_item(
    platform: Platform, scans: ScanReader, batches: BatchReader, code: str
) -> tuple[BatchPage, Item] | None:
    """The same of a platform code of an item; None where it is none, or the code of a whole batch."""
    issued: Issued | None = platform.codes.find_platform(code)
    if issued is None or issued.of_batch:
        return None
    shown = batches(batch_no=issued.batch_no, lot=issued.lot)
    return shown, Item(issued.code, code, issued.standing, scans(issued.code))
