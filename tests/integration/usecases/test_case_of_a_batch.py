"""A case about one size of pack: the other packings of its batch failed with it, and are followed with it."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.builders import facts as made
from tests.builders.cases import OFFICER, accredit, cases, fail, somebody
from tests.builders.traced_chain import K1, P1, TOFU_MAKER, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.usecases.casework.consignees import consignees_of
from trace.usecases.casework.find_in_area import find_in_area
from trace.usecases.casework.goods_concerned import goods_concerned
from trace.usecases.casework.goods_of_case import goods_of_case
from trace.usecases.casework.kept_goods import is_wide
from trace.usecases.casework.recall_standing import recall_standing
from trace.usecases.casework.write_receivers import write_receivers

K2 = made.lot(made.MILL, "K2")


@pytest.fixture
def chain(database_url) -> TracedChain:
    """K1 failed and lies at the mill; K2, the other half of what P1 held, was shipped."""
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        report = chain.packed_rice()
        chain.pack("K2", 2_000, P1)
        chain.ship("D2", 1_500, K2, to=TOFU_MAKER, report=report)
        fail(chain)
        yield chain


def test_what_went_out_in_the_other_size_is_in_the_case(chain) -> None:
    tx, (row,) = chain.platform.transactions, cases(chain.platform.transactions)
    officer = somebody(tx, "陈办", OFFICER)
    goods = goods_of_case(tx, officer, row)
    assert row.lot == K1
    assert [one.urn for one in goods.concerned.beside] == [K2, P1]
    assert goods.starts == [P1], "all of it was packed out of this one lot"
    assert K2 in goods.graph.boxes
    assert (goods.most, goods.held) == ({"kg": Decimal(1500)}, {"kg": Decimal(5500)})
    ((_, figures),) = recall_standing(tx, row, [], goods).figures
    assert [figures.shipped, figures.unaccounted, figures.reconciled] == [1500, 0, 1]
    with tx.look("test") as look:
        assert list(consignees_of(look, row)) == [made.uscc(TOFU_MAKER)]
        assert is_wide(look, officer, row.lot, 4)
    written = BytesIO()
    write_receivers(tx, officer, row.number, written, lambda key, **_: key)
    book = load_workbook(written)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    times = {str(name): at for name, at in book.worksheets[1].iter_rows(values_only=True)}
    assert str(times["office.file.as-of"]).replace(" ", "T")[:16] == "2026-10-20T10:30", (
        "by the clock of Shanghai"
    )
    assert rows[1][1] == made.uscc(TOFU_MAKER)
    (seen,) = find_in_area(tx, officer, "K2", "核查同批货").lots
    assert (seen.urn, seen.cases, seen.failed, seen.beside) == (K2, (), "batch", (row.number,))
    with tx.look("test") as look:
        for lot in (P1, K2):
            assert [one.urn for one in goods_concerned(look.connection, lot).lots] == [lot], (
                "no own test failed"
            )
        assert goods_concerned(look.connection, "urn:lot:X:none").lots == ()
