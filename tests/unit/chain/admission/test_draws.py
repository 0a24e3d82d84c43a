"""Draws in the log: a result shows the halves that were committed to; a second commitment stays."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import refuses
from tests.builders.chain import good_chain
from trace.chain.effects import RecordKept
from trace.errors.draws import DrawNotAsPlanned
from trace.errors.food import NamedStatementUnknown

BY = {"by": made.BUREAU, "roles": ("regulator_market",), "sub": "urn:draw:2026-10"}


@pytest.fixture
def chain():
    return good_chain()


def committed(chain, **changed) -> str:
    return chain.state("oversight.draw", orders.a_draw(**changed), **BY).entry.statement_id


@pytest.mark.requirement("S1-03")
def test_a_draw_is_committed_to_drawn_and_begun_again_only_by_another_commitment(chain):
    first = committed(chain)
    done = chain.state("oversight.draw.result", orders.a_drawn(first), **BY)
    assert isinstance(done.changes[0], RecordKept)
    again = committed(chain, planHash="ef" * 32)
    assert again != first
    chain.state("oversight.draw.end", {"draw": again, "reason": "名单有误，另行抽取"}, **BY)


@pytest.mark.requirement("S1-03")
def test_halves_and_plan_are_those_committed_to(chain):
    draw = committed(chain)
    other = [{"department": "market", "value": "33" * 32}, {"department": "agriculture", "value": "22" * 32}]
    for data in (
        orders.a_drawn(draw, halves=other),
        orders.a_drawn(draw, halves=other[1:]),
        orders.a_drawn(draw, planHash="00" * 32),
    ):
        refuses(chain, DrawNotAsPlanned, "oversight.draw.result", data, **BY)


def test_what_is_drawn_was_committed_to(chain):
    refuses(chain, NamedStatementUnknown, "oversight.draw.result", orders.a_drawn(orders.S), **BY)
    refuses(
        chain, NamedStatementUnknown, "oversight.draw.end", {"draw": orders.S, "reason": "名单有误"}, **BY
    )
    refuses(chain, DrawNotAsPlanned, "oversight.draw", orders.a_draw(take=9), **BY)
