"""The list of duties: the rows of its document, each with who, what and on which basis."""

from __future__ import annotations

import pytest

from trace.oversight.competence import AGRICULTURE, MARKET
from trace.rules.duty_list import KINDS, duty_list, penalty_bases, typed_bases

BASES = {
    "market-check": "食品安全法 109; 监督检查管理办法 9 10 11 15",
    "market-measure": "食品安全法 105 110",
    "market-penalty": "食品安全法 122-126 128 134 140; 实施条例 67-70 74 75; 生产许可管理办法 49-54; "
    "监督检查管理办法 48 49; 召回管理办法 37-42; 追溯管理办法 24",
    "agriculture-check": "农产品质量安全法 23 26 27 38 39 42; 绿色食品标志管理办法 24 26",
    "agriculture-measure": "农产品质量安全法 53",
    "agriculture-penalty": "农产品质量安全法 42; 上海市食品安全条例 100 101; 追溯管理办法 24",
}


@pytest.mark.requirement("S0-14")
def test_each_department_has_its_three_kinds_of_acts():
    rows = [(one.department, one.kind) for one in duty_list().duties]
    assert rows == [(department, kind) for department in (MARKET, AGRICULTURE) for kind in KINDS]


@pytest.mark.requirement("S0-33", "S0-36")
def test_checks_have_the_heads_of_the_document():
    heads = {one.department: len(one.content) for one in duty_list().duties if one.kind == "check"}
    assert heads == {MARKET: 12, AGRICULTURE: 7}


@pytest.mark.requirement("S0-35", "S0-38")
@pytest.mark.parametrize("row", list(BASES))
def test_each_row_cites_the_articles_of_the_document(row):
    (duty,) = [one for one in duty_list().duties if one.id == row]
    told = [part.split() for part in BASES[row].split("; ")]
    assert [list(one.articles) for one in duty.basis] == [articles for _, *articles in told]
    short = [one.law.replace("中华人民共和国", "").replace("食品安全信息", "") for one in duty.basis]
    for name, (law, *_) in zip(short, told, strict=True):
        assert name.endswith(law), name


def test_every_content_stands_in_both_languages():
    for duty in duty_list().duties:
        assert all(zh and en and en.isascii() for zh, en in duty.content)


@pytest.mark.requirement("S0-14")
def test_a_penalty_is_offered_the_articles_of_its_department_one_by_one():
    here = ("CN-31", "CN")
    market, agriculture = (penalty_bases(one, here) for one in (MARKET, AGRICULTURE))
    food_law = [one for one in market if one.startswith("中华人民共和国食品安全法 ")]
    assert [one.rpartition("§")[2] for one in food_law] == [
        "122",
        "123",
        "124",
        "125",
        "126",
        "128",
        "134",
        "140",
    ]
    assert "中华人民共和国农产品质量安全法 §42" in agriculture
    assert "中华人民共和国农产品质量安全法 §42" not in market
    assert len(market) == len(set(market)) == 29
    assert penalty_bases(MARKET, ("CN-51", "CN")) == (), "a list of another place is not offered"


def test_a_basis_that_the_list_does_not_hold_is_marked_as_typed():
    named = ("中华人民共和国食品安全法 §124", "某办法 §1")
    assert typed_bases(named, ("CN-31", "CN")) == {"某办法 §1"}
    assert typed_bases(named, ("CN-51", "CN")) == frozenset(), "where there is no list nothing is said"
