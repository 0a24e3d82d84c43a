"""Controls and marks of direction: no new record holds them, and none that is logged loses its effects."""

from __future__ import annotations

import json

import pytest

from tests.builders import facts as made
from tests.builders.admission import in_store
from tests.builders.chain import BUREAU, FOOD_LOG, Chain
from tests.builders.signers import NOON
from trace.chain.admission import Door
from trace.chain.facts import parse_fact
from trace.chain.facts.events import hidden_texts
from trace.errors import CharacterRefused
from trace.parties import PLATFORM

ODD = ("\x00", "\x0b", "\x1b", "\x7f", "\x85", "\u061c", "\u200e", "\u202e", "\u2066")
HARMLESS = ("两行\n又一行\t格", 'a "quoted" \\u0000 text', "\\x7f \\b", "稻谷é😀")


def chain_of_second_edition() -> Chain:
    chain = in_store()
    edition = {"log": FOOD_LOG, "edition": 2}
    chain.state("platform.edition", edition, sub=FOOD_LOG, roles={PLATFORM}, by=made.BUREAU)
    return chain


@pytest.mark.parametrize("odd", ODD)
def test_a_new_record_with_a_control_is_refused_by_its_member(odd):
    reason = [{"rule": "R18", "reason": f"磅秤{odd}故障"}]
    with pytest.raises(CharacterRefused) as refused:
        chain_of_second_edition().state(
            "food.receipt", made.a_receipt(lot=made.lot(made.MILL, "R2"), declared=reason)
        )
    assert refused.value.params == {"member": "declared[0].reason", "character": f"U+{ord(odd):04X}"}


@pytest.mark.parametrize("harmless", HARMLESS)
def test_lines_tabs_and_what_only_looks_like_a_control_are_taken(harmless):
    reason = [{"rule": "R18", "reason": harmless}]
    chain = chain_of_second_edition()
    chain.state("food.disposal", made.a_disposal(lot=made.lot(made.MILL, "R1"), declared=reason))
    assert chain.entries[-1].typ == "food.disposal"


def test_the_first_edition_takes_it_with_a_mark():
    reason = [{"rule": "R18", "reason": "磅秤\u202e故障"}]
    for door in (Door.NEW, Door.LOGGED):
        chain = in_store()
        data = made.a_disposal(lot=made.lot(made.MILL, "R1"), declared=reason)
        effects = chain.state("food.disposal", data, door=door)
        (mark,) = [one for one in effects.marks if one.code == "admitted-under-edition-1"]
        assert mark.params["refusal"] == "character-refused"


EVENT = (
    '{"type":"ObjectEvent","eventTime":"2026-10-12T10:00:00Z","eventTimeZoneOffset":"+08:00",'
    '"action":"OBSERVE","epcList":["urn:x:%s"]}'
)
ESCAPED = (r"\u0000", r"\u001b", r"\u202e", r"\ud800", r"\udc00\ud800", r"\ufdd0", r"\ud83e\udee9")
"""A control, a mark of direction, halves of signs, no character, one that the pinned Unicode has not."""


@pytest.mark.parametrize("escaped", ESCAPED)
def test_an_event_in_a_text_of_its_own_hides_none_behind_escapes(escaped):
    data = {"event": EVENT % escaped}
    with pytest.raises(CharacterRefused) as refused:
        chain_of_second_edition().state("epcis.event", data, sub="urn:x:1")
    sign = json.loads(f'"{escaped}"')[0]
    assert refused.value.params == {"member": "event", "character": f"U+{ord(sign):04X}"}


@pytest.mark.parametrize("escaped", [r"\u0000", r"\ud800"])
def test_what_another_log_took_of_it_is_read_as_what_can_be_stored(escaped):
    """One stranger's record ends neither a round nor a feed, and both databases take it alike."""
    data = {"event": EVENT % escaped}
    chain = in_store()
    effects = chain.state("epcis.event", data, sub="urn:x:1", door=Door.LOGGED)
    assert parse_fact("epcis.event", data, "urn:x:1", NOON).event["epcList"] == ["urn:x:\ufffd"]
    (mark,) = [one for one in effects.marks if one.code == "admitted-under-edition-1"]
    assert mark.params["refusal"] == "character-refused"


def test_escapes_of_what_a_text_may_hold_hinder_nobody():
    data = {"event": EVENT % r"\u7a3b\u8c37\ud83d\ude00"}
    chain_of_second_edition().state("epcis.event", data, sub="urn:x:1")


def test_a_subject_has_none_either():
    with pytest.raises(CharacterRefused) as refused:
        chain_of_second_edition().state(
            "oversight.inspection", {"matter": "M-1"}, sub="urn:x:\u202e", roles=BUREAU
        )
    assert refused.value.params["member"] == "sub"


@pytest.mark.parametrize("odd", ["\t", "\n"])
def test_a_name_has_no_tab_and_no_line_break(odd):
    outputs = [
        {
            "lot": made.lot(made.MILL, "M9"),
            "productName": f"稻{odd}谷",
            "quantity": made.kg("100"),
            "kind": "product",
        }
    ]
    with pytest.raises(CharacterRefused) as refused:
        chain_of_second_edition().state("food.production", made.a_production(outputs=outputs))
    assert refused.value.params["member"] == "outputs[0].productName"


@pytest.mark.parametrize("event", ["\\u", '{"a": "\\u12"}', "[" * 100_000 + '"\\u0041"'])
def test_an_event_that_nobody_can_read_hides_no_text(event):
    assert list(hidden_texts({"event": event})) == []
