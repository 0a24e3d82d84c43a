"""What goes to the credit publicity system of penalties that fell and of the list of bad faith."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime

import pytest

from tests.builders import facts as made
from tests.builders.commitments import a_commitment
from tests.builders.orders import a_revocation
from tests.builders.traced_chain import MILL
from tests.integration.usecases.test_systems import CREDIT, World, sent_to
from trace.exchange.system_documents import commitment
from trace.oversight.bad_faith import BAD_FAITH, act_content
from trace.oversight.register_entries import Entry
from trace.rules.systems import unfit_members
from trace.store.monthly.register_entries import add_entries


@pytest.fixture
def world(databases, request):
    """A platform under a profile that is connected to the credit publicity system."""
    with ExitStack() as stack:
        yield World(stack, databases.migrated("sqlite"), request.param, CREDIT)


@pytest.mark.requirement("S2-28", "S3-25")
@pytest.mark.parametrize("world", ["CN"], indirect=True)
def test_a_penalty_that_fell_is_withdrawn_and_one_that_had_not_gone_never_goes(world):
    credit = world.simulators[CREDIT]
    gone = world.month.penalty(MILL, "20 09:00", ["fine"], "100")
    world.round()
    credit.outage = "refuse"
    both = [world.month.penalty(MILL, f"20 {at}", ["fine"], "200") for at in ("09:30", "10:00")]
    first, waits = sorted(both)  # what is planned at once goes by its name; the first breaks each round off
    world.round()
    for number, record in enumerate((gone, waits)):
        world.chain.state(
            made.BUREAU, "oversight.revocation", f"urn:p:{number}", a_revocation(record), "21 09:00"
        )
    credit.outage = "none"
    for _ in range(2):
        world.round()
    assert [one["record"] for one in sent_to(credit, "penalty")] == [gone, first]
    (withdrawn,) = sent_to(credit, "penalty_withdrawal")
    assert (withdrawn["outcome"], withdrawn["documentNo"]) == ("revoked", "沪崇府复〔2026〕3号")


@pytest.mark.requirement("S2-28", "S3-25")
@pytest.mark.parametrize("world", ["CN-42"], indirect=True)
def test_acts_of_the_list_of_bad_faith_go_without_who_entered_them(world):
    entry = Entry(
        made.uscc(MILL), BAD_FAITH, 1, world.clock(), act_content("listed", "x", ["production_stopped"], {}),
        date(2026, 10, 22), None, "武市监失信〔2026〕1号", "", "page", made.uscc(made.BUREAU), "p", "张三",
    )  # fmt: skip
    with world.transactions.begin("test") as tx:
        add_entries(tx.connection, [entry])
    for _ in range(2):
        world.round()
    (listed,) = sent_to(world.simulators[CREDIT], "bad_faith")
    assert (listed["code"], listed["act"], listed["decision"]) == (MILL, "listed", "武市监失信〔2026〕1号")
    assert "张三" not in str(listed)


@pytest.mark.requirement("S3-25")
def test_a_commitment_of_a_farm_is_a_document_without_its_plots():
    data = a_commitment()
    document = commitment(made.uscc(MILL), data, "r", datetime(2026, 3, 1, tzinfo=UTC))
    assert unfit_members("commitment", document) == ()
    assert (document["year"], "plots" in document) == (data["year"], False)
    other = commitment("urn:farmer:1", data, "r", datetime(2026, 3, 1, tzinfo=UTC))
    assert unfit_members("commitment", other) == ("code",), "a natural person is in no document"
