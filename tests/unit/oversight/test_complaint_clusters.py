"""Complaints as they cluster: counted, with intervals, and no order where there are few."""

from __future__ import annotations

from trace.oversight.complaint_clusters import Told, clustered

CHONGMING, QINGPU = "310151", "310118"


def test_complaints_are_counted_by_district_product_and_topic_with_what_is_unknown_last() -> None:
    rice = [Told(CHONGMING, "大米", "foreign")] * 24 + [Told(CHONGMING, "大米", "expired")] * 6
    found = clustered([*[Told("", "", "other")] * 40, *rice, *[Told(QINGPU, "豆腐", "quality")] * 10])
    assert [(one.name, one.count) for one in found.districts] == [(CHONGMING, 30), (QINGPU, 10), ("", 40)]
    assert found.products[0].topics == (("foreign", 24), ("expired", 6))
    assert found.ranks and found.districts[0].low < 37.5 < found.districts[0].high


def test_few_complaints_rank_nothing() -> None:
    found = clustered([Told(CHONGMING, "大米", "foreign")] * 29)
    assert (found.total, found.ranks) == (29, False)
    assert clustered([]).districts == []


def test_products_beyond_the_most_are_counted() -> None:
    found = clustered([Told(CHONGMING, f"产品{number}", "other") for number in range(33)])
    assert (len(found.products), found.left_out) == (30, 3)
