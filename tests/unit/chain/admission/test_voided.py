"""What a revocation that is dated back takes from what was signed, as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import facts as made
from trace.chain.admission.voided import KEY_INVALID, taken_back, void_at_once
from trace.chain.chain_state import ChainState
from trace.chain.effects import CertificateNoted, Effects, EntryRef, Interval, Mark, RecordSuperseded
from trace.chain.ids import row_id
from trace.chain.known_states import KnownLot, KnownStatement, Made
from trace.chain.report_effects import ReportNoted
from trace.quantities import Quantity
from trace.rules import load

LOG, NOON = "trace.test/food", datetime(2026, 10, 7, 4, tzinfo=UTC)
GROWER, OTHER = made.uscc(made.COOPERATIVE), made.uscc(made.MILL)
KID, RULES = "k" * 43, load()
ENTRY = EntryRef(LOG, 9, "r" * 43, "urn:uscc:bureau", NOON)


def a_lot(urn: str, index: int, holder: str = GROWER, **more: Any) -> KnownLot:
    kilo = Quantity.of("1", "kg")
    return KnownLot(
        urn, "harvest", "稻谷", kilo, Interval(None, None), holder=holder,
        id=row_id(LOG, index), available=kilo, statement="", **more,
    )  # fmt: skip


def a_state(*lots: KnownLot, about: str = "", iss: str = GROWER, amended: str | None = None) -> ChainState:
    """A statement at index 4 that made these lots and is about `about`."""
    known = ChainState()
    for lot in lots:
        known.add_lot(lot)
    stated = KnownStatement("s" * 43, "farm.harvest", iss, about, LOG, 4, NOON, amended)
    known.statements[stated.statement] = stated
    known.made[stated.statement] = Made(tuple(lot.id for lot in lots if lot.urn != about))
    known.signatures[KID] = [(LOG, 4, stated.statement)]
    return known


def back(known: ChainState, since: object = 4, roles=("registrar",), kid: str = KID, entry=ENTRY):
    effects = Effects(entry, "party.key.revoke", GROWER, NOON, ())
    return taken_back(effects, {"kid": kid, "invalidFromIndex": since}, known, RULES, roles=roles).changes


def test_the_goods_of_a_void_statement_are_marked_under_its_own_last_id():
    (mark,) = back(a_state(a_lot("urn:lot:a:1", 4)))
    assert mark.id == row_id(LOG, 4, 255)
    assert (mark.code, mark.lot, mark.params["statement"]) == (KEY_INVALID, row_id(LOG, 4), "s" * 43)
    assert set(mark.gates) == {"certificate", "release", "code", "shipment"}


@pytest.mark.parametrize(
    "how",
    [
        {"since": 5},
        {"since": None},
        {"since": "4"},
        {"roles": ("grower",)},
        {"kid": "x" * 43},
        {"entry": replace(ENTRY, origin="trace.test/other")},
        {"entry": replace(ENTRY, index=4)},
        {"entry": replace(ENTRY, logged_at=datetime(1990, 1, 1, tzinfo=UTC))},
    ],
)
def test_nothing_else_is_touched(how):
    assert back(a_state(a_lot("urn:lot:a:1", 4)), **how) == ()


def test_what_was_amended_or_is_known_no_more_stays_as_it_is():
    assert back(a_state(a_lot("urn:lot:a:1", 4), amended="c" * 43)) == ()
    known = a_state(a_lot("urn:lot:a:1", 4))
    known.statements.clear()
    assert back(known) == ()
    known = a_state(a_lot("urn:lot:a:1", 4))
    del known.made["s" * 43]
    assert back(known) == ()


def test_other_statements_of_a_kind_take_nothing_back():
    effects = Effects(ENTRY, "party.key.register", GROWER, NOON, ())
    known = a_state(a_lot("urn:lot:a:1", 4))
    data = {"kid": KID, "invalidFromIndex": 4}
    assert taken_back(effects, data, known, RULES, roles=("registrar",)) == effects


def test_a_mark_that_stands_is_not_made_twice_and_a_lot_spoken_of_is_marked_with_those_made():
    mark = Mark(1, "P32", KEY_INVALID, row_id(LOG, 4), (), {"statement": "s" * 43}, None)
    spoken_of = a_lot("urn:lot:a:2", 2)
    known = a_state(a_lot("urn:lot:a:1", 4, marks=(mark,)), spoken_of, about="urn:lot:a:2")
    assert [change.lot for change in back(known)] == [spoken_of.id]
    both = a_state(a_lot("urn:lot:a:1", 4), about="urn:lot:a:1")
    both.made["s" * 43] = Made((row_id(LOG, 4),))
    assert len(back(both)) == 1


def a_report(index: int, conclusion: str) -> ReportNoted:
    return ReportNoted(row_id(LOG, index), row_id(LOG, 2), "R", "release", conclusion, "s" * 43, {})


def test_credit_goes_from_whoever_holds_the_goods_and_bad_news_stays():
    reports = (a_report(4, "pass"), a_report(4, "fail"), a_report(5, "pass"))
    known = a_state(
        a_lot("urn:lot:b:2", 2, OTHER, reports=reports), about="urn:lot:b:2", iss="urn:uscc:laboratory"
    )
    assert back(known) == (RecordSuperseded("report", row_id(LOG, 4), row_id(LOG, 2), None),)


def test_evidence_whose_key_was_void_before_it_came_is_marked_at_once():
    entry = EntryRef(LOG, 4, "s" * 43, GROWER, NOON)
    known = a_state(a_lot("urn:lot:a:2", 2), about="urn:lot:a:2")
    noted = CertificateNoted(row_id(LOG, 4), row_id(LOG, 2), "C1", {})
    effects = Effects(entry, "farm.certificate", "urn:lot:a:2", NOON, (noted, a_report(4, "fail")))
    _, _, mark, superseded = void_at_once(effects, known, RULES).changes
    assert (mark.id, mark.lot) == (row_id(LOG, 4, 255), row_id(LOG, 2))
    assert superseded == RecordSuperseded("certificate", row_id(LOG, 4), row_id(LOG, 2), None)
    stranger = Effects(replace(entry, iss=OTHER), "lab.report", "urn:lot:a:2", NOON, ())
    assert void_at_once(stranger, known, RULES).changes == ()
