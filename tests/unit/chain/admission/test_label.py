"""What a label must say (R20)."""

from __future__ import annotations

from tests.builders import facts as made
from tests.builders.admission import milling_of_silo, refuses
from tests.builders.chain import LABORATORY, Chain, a_ten_kilo_pack, good_chain
from trace.chain.effects import (
    MarkCleared,
    PackState,
)
from trace.errors import food as refused


def test_before_the_guideline_a_bare_label_is_no_matter():
    chain = Chain()
    receipt = made.a_receipt(receivedAt="2024-01-05T08:00:00+08:00", supplierLot=made.ABSENT)
    chain.state("food.receipt", receipt)
    pack = made.a_pack(
        fromLot=made.lot(made.MILL, "R1"),
        lbNo=made.ABSENT,
        label={},
        packedAt="2024-01-06T08:00:00+08:00",
        productionDate="2024-01-06",
    )
    assert not chain.state("food.pack", pack).marks


def test_r20_a_label_without_its_groups_keeps_the_code_off_until_corrected():
    chain = good_chain()
    chain.state("food.production", milling_of_silo())
    bare = a_ten_kilo_pack(
        lot=made.lot(made.MILL, "K4"),
        fromLot=made.lot(made.MILL, "RICE-C"),
        lbNo=made.ABSENT,
        label=made.a_label(ingredients=[], enterprise={"name": "（演示）子虚米业有限公司"}),
        packedAt="2026-10-14T12:00:00+08:00",
    )
    packed = chain.state("food.pack", bare)
    (mark,) = packed.marks
    assert (mark.rule, mark.gates, mark.params["value"], mark.params["limit"]) == ("R20", ("code",), 2, 4)
    assert "ingredients.ingredients" in mark.params["missing"]
    release = made.a_report(
        lot=made.lot(made.MILL, "RICE-C"),
        reportNo="R-3",
        sampledAt="2026-10-14T13:00:00+08:00",
        testedAt="2026-10-14T14:00:00+08:00",
    )
    report = chain.state("lab.report", release, by=made.LAB, roles=LABORATORY).entry.statement_id
    activation = made.an_activation(lot=made.lot(made.MILL, "K4"), report=report)
    refuses(chain, refused.LabelContentMissing, "code.activate", activation)
    whole = made.a_correction(packed.entry.statement_id, {**bare, "label": made.a_label()})
    corrected = chain.state("correction", whole, sub=made.lot(made.MILL, "K4"))
    assert MarkCleared(mark.id) in corrected.changes
    activated = chain.state("code.activate", activation)
    assert PackState(chain.lot("K4").id, "active") in activated.changes
