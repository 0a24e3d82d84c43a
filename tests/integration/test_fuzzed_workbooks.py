"""Spoilt workbooks, and what of them can be read tried on a platform: told in words, never an accident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests import soak
from tests.builders.good_food import AFTERWARDS
from tests.builders.signers import Signer
from tests.builders.spoilt_workbooks import outcome, spoilt_workbooks
from tests.builders.workbooks import ISSUER
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.exchange.workbook import Draft
from trace.usecases.intake.check_drafts import DraftRecord, check_drafts
from trace.usecases.intake.receipt import Receipt

pytestmark = pytest.mark.unmeasured


def read_and_try(platform: TestPlatform, folder: Path, cases: Iterable[int], seed: int) -> Counter[str]:
    """What became of the workbooks, and of the drafts in them on this platform."""
    platform.register(Signer(ISSUER.removeprefix("urn:uscc:"), "processor"))
    before = platform.count("log_entry")
    became = Counter[str]()

    def try_drafts(drafts: Sequence[Draft]) -> None:
        records = [DraftRecord(one.typ, one.sub, one.occurred_at, one.data, one.private) for one in drafts]
        for each in check_drafts(platform.transactions, ISSUER, records):
            became["draft taken" if isinstance(each, Receipt) else f"draft {each.refusal.code}"] += 1

    for packed in spoilt_workbooks(folder, cases, seed):
        became[outcome(packed, try_drafts)] += 1
    assert platform.count("log_entry") == before
    return became


def test_spoilt_workbooks_are_told_in_words(database_url: str, tmp_path: Path) -> None:
    with TestPlatform(database_url, SteppingClock(AFTERWARDS)) as platform:
        became = read_and_try(platform, tmp_path, range(60), seed=1)
    assert {"drafts", "faults", "file-unreadable", "draft taken"} <= set(became), became


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_hundred_thousand_spoilt_workbooks(databases, tmp_path: Path, database: str) -> None:
    with TestPlatform(databases.migrated(database), SteppingClock(AFTERWARDS)) as platform:
        cases = soak.tried(f"spoilt workbooks on {database}", range(soak.FULL))
        became = read_and_try(platform, tmp_path, cases, soak.seed(2))
    soak.tell(f"spoilt workbooks and drafts on {database}: {dict(became.most_common())}")
