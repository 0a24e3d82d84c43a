"""Files that say what stands otherwise are told the bars that the form of one record has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import facts
from tests.builders.orders import a_hold
from tests.builders.signers import Signer
from tests.builders.upload_worker import MILL
from tests.integration.usecases.test_uploads import Office, receipts
from tests.servers.door import Door
from trace.errors import RecordUntouchable
from trace.usecases.intake.receipt import Receipt
from trace.usecases.stated.correct_record import Correcting, correct_record
from trace.usecases.uploads.correct_changed import changed_records, correct_changed


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    (tmp_path / "food").mkdir()
    with Door(tmp_path / "food", database_url) as door:
        door.clock.advance(timedelta(days=20))
        door.platform.start()
        yield Office(door)


def test_a_file_corrects_nothing_of_goods_under_an_order_and_says_so_at_the_row(
    office: Office, tmp_path: Path
):
    """As the form of one record does; what is in no way is corrected."""
    upload, _ = office.read(receipts(tmp_path, {}, {"批次号": "R2"}, {"批次号": "R3"}))
    office.sign(upload)
    bureau = Signer(facts.BUREAU, "regulator_market")
    held = a_hold(f"urn:lot:{office.signer.code}:R2")
    at = datetime.fromisoformat("2026-10-20T09:30:00+08:00")
    for one in (
        office.door.registrar.register(bureau),
        bureau.state("oversight.hold", "urn:case:1", held, at=at),
    ):
        (outcome,) = office.platform.acceptance.accept([one.flattened()], each=False)
        assert isinstance(outcome, Receipt), outcome
    more = [{"批次号": batch, "数量": 18000} for batch in ("R2", "R3")]
    again, state = office.read(receipts(tmp_path, {}, *more))
    assert (state.changed, state.faults) == (2, 0)
    changed = changed_records(office.platform.transactions, MILL, again)
    stands = {one.rows: one for one in changed}
    assert {rows: [bar.why for bar in one.bars] for rows, one in stands.items()} == {
        (3,): ["locked"],
        (4,): [],
    }
    platform, reason = office.platform, "数量一栏误填了净重"
    asked = Correcting(MILL, "form-1", "更正", reason)
    with pytest.raises(RecordUntouchable) as refused:
        correct_record(platform.transactions, asked, stands[3,].stmt, {"quantity.value": "18000"})
    assert correct_changed(platform.transactions, platform.codes, MILL, again, reason) == 1
    (told,) = [one.fault for one in office.faults(again)]
    assert (told.code, told.row, told.params) == ("record-untouchable", 3, refused.value.params)
    assert office.state(again).fresh == 1
    assert office.sign(again, leave_faulty=True) == 1
