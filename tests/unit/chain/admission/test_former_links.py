"""What a correction takes away stays possible: other times do, other amounts alone do not."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.admission import in_store, milling
from trace.chain.handover_effects import Formed

BATCH = made.lot(made.MILL, "M20261012A")


@pytest.mark.parametrize(
    ("changed", "formed"),
    [
        ({"loss": {"quantity": made.kg("3000"), "reason": "稻壳"}}, False),
        ({"finishedAt": "2026-10-12T18:00:00+08:00"}, True),
    ],
)
def test_a_link_with_other_times_is_another_and_one_with_other_amounts_is_not(changed, formed):
    chain = in_store()
    first = chain.state("food.production", milling())
    effects = chain.state(
        "correction", made.a_correction(first.entry.statement_id, milling(**changed)), sub=BATCH
    )
    formers = [change for change in effects.changes if isinstance(change, Formed)]
    assert {(one.kind, one.why) for one in formers} <= {("transform", "corrected")}
    assert bool(formers) is formed
    again = chain.state(
        "correction", made.a_correction(first.entry.statement_id, milling(**changed)), sub=BATCH
    )
    assert not any(isinstance(change, Formed) for change in again.changes)
