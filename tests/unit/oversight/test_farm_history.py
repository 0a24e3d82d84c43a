"""The history of a farm: what differs from a signer's last word, what was corrected, what nobody can read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trace.oversight.farm_history import ENVIRONMENT, INPUTS, PRODUCER, Said, lines_of

HEADS = {"master.party": PRODUCER, "master.place": ENVIRONMENT, "farm.operation": INPUTS}
START = datetime(2026, 10, 1, tzinfo=UTC)


def said(number: int, typ: str, data: dict, iss: str = "farm", sub: str = "thing") -> Said:
    return Said(f"s{number}", typ, iss, sub, START + timedelta(days=number), data)


def history(*statements: Said):
    return lines_of(HEADS, statements, "correction")


@pytest.mark.requirement("S1-08")
def test_a_word_said_again_is_told_by_what_differs():
    lines = history(
        said(1, "master.place", {"name": "一号田", "areaMu": "28", "crop": "水稻"}),
        said(2, "master.place", {"name": "一号田", "areaMu": "30", "village": "子虚村"}),
    )
    assert [one.said.stmt for one in lines] == ["s2", "s1"], "the newest first"
    assert lines[0].now == {"areaMu": "30", "village": "子虚村"}
    assert lines[0].before == {"areaMu": "28", "crop": "水稻"}
    assert (lines[1].now, lines[1].before) == ({"name": "一号田", "areaMu": "28", "crop": "水稻"}, {})


def test_another_signers_word_is_another_word():
    lines = history(
        said(1, "master.place", {"name": "一号田"}), said(2, "master.place", {"name": "别的田"}, iss="bureau")
    )
    assert [one.before for one in lines] == [{}, {}]


def test_what_is_concealed_is_said_to_differ_and_never_shown():
    lines = history(
        said(1, "master.place", {"name": "田", "_sd": ["a"]}),
        said(2, "master.place", {"name": "田", "_sd": ["b"]}),
    )
    assert lines[0].concealed and (lines[0].now, lines[0].before) == ({}, {})
    assert not lines[1].concealed and lines[1].now == {"name": "田"}


def test_an_operation_replaces_none_before_it():
    lines = history(
        said(1, "farm.operation", {"usedOn": "2026-09-01"}),
        said(2, "farm.operation", {"usedOn": "2026-09-02"}),
    )
    assert [one.before for one in lines] == [{}, {}]
    assert {one.head for one in lines} == {INPUTS}


def test_a_correction_stands_under_the_head_of_what_it_corrects():
    spray = said(1, "farm.operation", {"usedOn": "2026-09-01"})
    put_right = said(
        2, "correction", {"amends": "s1", "reason": "日期写错", "replacement": {"usedOn": "2026-09-02"}}
    )
    taken_back = said(3, "correction", {"amends": "s1", "reason": "没有用药"})
    last, fixed, _ = history(spray, put_right, taken_back)
    assert (fixed.head, fixed.typ, fixed.amends, fixed.reason) == (INPUTS, "farm.operation", "s1", "日期写错")
    assert (fixed.now, fixed.before) == ({"usedOn": "2026-09-02"}, {"usedOn": "2026-09-01"})
    assert last.now is None
    assert history(said(4, "correction", {"amends": "unknown", "reason": "x"})) == []
    assert history(said(5, "food.pack", {})) == []
