"""Spoilt workbooks, and what of them can be read tried on a platform: told in words, never an accident."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import soak
from tests.builders.good_food import AFTERWARDS
from tests.builders.signers import Signer
from tests.builders.spoilt_workbooks import outcome, spoilt_workbooks
from tests.builders.workbooks import ISSUER
from tests.clock import SteppingClock
from tests.servers.databases import Databases, folder_in_memory
from tests.servers.platform import TestPlatform
from trace.exchange.workbook import Draft
from trace.usecases.intake.check_drafts import DraftRecord, check_drafts
from trace.usecases.intake.receipt import Receipt

pytestmark = pytest.mark.unmeasured


def read_and_try(
    platforms: Sequence[TestPlatform], folder: Path, cases: Iterable[int], seed: int
) -> Counter[str]:
    """What became of the workbooks, and of the drafts in them on each of these platforms."""
    for platform in platforms:
        platform.register(Signer(ISSUER.removeprefix("urn:uscc:"), "processor"))
    before = [platform.count("log_entry") for platform in platforms]
    became = Counter[str]()

    def try_drafts(drafts: Sequence[Draft]) -> None:
        records = [DraftRecord(one.typ, one.sub, one.occurred_at, one.data, one.private) for one in drafts]
        told = [
            [
                "taken" if isinstance(one, Receipt) else one.refusal.code
                for one in check_drafts(platform.transactions, ISSUER, records)
            ]
            for platform in platforms
        ]
        assert all(one == told[0] for one in told), (told, drafts)
        became.update(f"draft {code}" for code in told[0])

    for packed in spoilt_workbooks(folder, cases, seed):
        became[outcome(packed, try_drafts)] += 1
    assert [platform.count("log_entry") for platform in platforms] == before
    return became


def test_spoilt_workbooks_are_told_in_words(database_url: str, tmp_path: Path) -> None:
    with TestPlatform(database_url, SteppingClock(AFTERWARDS)) as platform:
        became = read_and_try([platform], tmp_path, range(60), seed=1)
    assert {"drafts", "faults", "file-unreadable", "draft taken"} <= set(became), became


@contextmanager
def packed_in(folder: Path) -> Iterator[None]:
    """Where openpyxl writes each sheet before it packs it: a disk would take longer than all else."""
    former, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = former


@pytest.mark.soak
def test_a_hundred_thousand_spoilt_workbooks(databases: Databases, tmp_path: Path) -> None:
    """Each is read once, and its drafts are tried on both databases, which must say the same of them."""
    urls = [databases.migrated(kind) for kind in ("sqlite", "postgresql")]
    with (
        packed_in(folder_in_memory() or tmp_path),
        TestPlatform(urls[0], SteppingClock(AFTERWARDS)) as one,
        TestPlatform(urls[1], SteppingClock(AFTERWARDS)) as other,
    ):
        cases = soak.tried("spoilt workbooks on both databases", range(soak.FULL))
        became = read_and_try([one, other], tmp_path, cases, soak.seed(2))
    soak.tell(f"spoilt workbooks and drafts: {dict(became.most_common())}")
