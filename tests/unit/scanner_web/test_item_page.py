"""The page of one pack: all eight banners, what each proves, and codes that disagree with themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders.batch_pages import (
    DIGEST,
    GTIN,
    AnItem,
    Answering,
    Scanned,
    a_batch,
    a_mark,
    a_test,
    pages_over,
)
from tests.builders.weights import PAGE_BUDGET, page_weight
from tests.unit.scanner_web.test_batch_page import Outline, the_longest_page
from trace.codes.ranges import Standing
from trace.usecases.batch_page.page import FileShown, Origin
from trace.wording import LOCALES, has, say

SERIAL = "0A1B2C3D4E5F"
HERE = f"/01/{GTIN}/21/{SERIAL}"
COPIED = Scanned(37, suspicion="suspected", reasons=("distance",))

# banner: (the batch, the standing of the code, its scans, status, class of the head, its icon)
BANNERS = {
    "normal": ({}, Standing.ACTIVE, Scanned(), 200, "ok", "shield"),
    "near-expiry": ({"banner": "near-expiry"}, Standing.ACTIVE, Scanned(), 200, "warn near-expiry", "clock"),
    "expired": ({"banner": "expired"}, Standing.ACTIVE, Scanned(), 200, "danger expired", "clock"),
    "recalled": ({}, Standing.RECALLED, Scanned(), 200, "danger", "stop"),
    "withdrawn": ({}, Standing.VOID, Scanned(), 410, "danger withdrawn", "cross"),
    "copied": ({}, Standing.ACTIVE, COPIED, 200, "warn copied", "copies"),
    "inactive": ({"banner": "inactive"}, Standing.ALLOCATED, Scanned(), 200, "mute", "clock"),
}


def client_of(batch, standing=Standing.ACTIVE, scans=None):
    item = AnItem(SERIAL, batch, standing, scans or Scanned())
    return pages_over(Answering(batch, items=[item])).test_client()


def test_a_shopper_meets_goods_origin_and_way_first_and_the_four_legal_groups_behind_a_tap():
    """赋码工作指引: product, ingredients, enterprise, tests; none of them before what is asked first."""
    html = client_of(a_batch()).get(HERE).text
    parts = ("pn", "og", "tl", "vf", "ts", "ig", "en", "lh", "sc", "rp")
    places = [html.index(f'aria-labelledby="{part}"') for part in parts]
    assert places == sorted(places)
    for fold in ("ts", "ig", "en", "lh", "sc"):
        assert f'<details class="fold" aria-labelledby="{fold}"' in html


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("banner", BANNERS)
def test_each_banner_has_its_own_colour_icon_and_sentence(banner, locale):
    changed, standing, scans, status, look, icon = BANNERS[banner]
    answer = client_of(a_batch(**changed), standing, scans).get(f"{HERE}?lang={locale}")
    html = answer.text
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'<header class="trust {look}">' in html
    assert f'<div class="seal"><svg class="ic" aria-hidden="true"><use href="#i-{icon}"/>' in html
    assert f"<h1>{say(locale, f'scan.head.{banner}.title')}</h1>" in html
    assert say(locale, f"scan.eat.{banner}") in html
    told = has(locale, f"scan.head.{banner}.lead")
    assert told == (banner in {"withdrawn", "copied", "inactive"}), "a lead that the head says already"
    if told:
        assert say(locale, f"scan.head.{banner}.lead", count=37) in html
    if banner not in {"normal", "near-expiry"}:
        assert say(locale, f"scan.head.{banner}.do1") in html
    assert SERIAL in html


@pytest.mark.parametrize("locale", LOCALES)
def test_the_eighth_banner_is_that_nobody_registered_it(locale):
    answer = client_of(a_batch()).get(f"/01/{GTIN}/21/ZZZZZZZZZZZZ?lang={locale}")
    assert answer.status_code == 404
    assert '<header class="trust mute unknown">' in answer.text
    assert f"<h1>{say(locale, 'scan.head.unknown.title')}</h1>" in answer.text
    assert "/complaints/new?code=" in answer.text


def test_a_page_that_is_gone_asks_for_no_test():
    """It may stand at the code's own address, where the resolver takes no POST."""
    assert 'id="wish"' not in client_of(a_batch(), Standing.VOID).get(HERE).text
    assert 'id="wish"' in client_of(a_batch(), Standing.RECALLED).get(HERE).text


def test_no_two_banners_look_alike():
    looks = {(look, icon) for *_, look, icon in BANNERS.values()} | {("mute unknown", "question")}
    assert len(looks) == len(BANNERS) + 1 == 8


@pytest.mark.parametrize("locale", LOCALES)
def test_a_copied_code_is_noted_above_where_something_worse_is_said_first(locale):
    failed = a_batch(tests=(a_test(conclusion="fail"),), marks=(a_mark("failed-report", own=True),))
    address = f"{HERE}?lang={locale}"
    worse = client_of(replace(failed, failed="own"), scans=COPIED).get(address).text
    note = f'<li><a href="#scans"><b>{say(locale, "scan.item.seen")}</b></a></li>'
    assert say(locale, "scan.head.failed.title") in worse
    assert note in worse
    assert '<details class="fold" aria-labelledby="sc" id="scans">' in worse
    alone = client_of(a_batch(), scans=COPIED).get(address).text
    assert note not in alone
    assert '<details class="fold" aria-labelledby="sc" id="scans" open>' in alone


def test_the_printed_batch_must_be_that_of_the_code():
    client = client_of(a_batch())
    batch = a_batch().batch_no
    assert client.get(f"/01/{GTIN}/10/{batch}/21/{SERIAL}").status_code == 200
    other = client.get(f"/01/{GTIN}/10/OTHER/21/{SERIAL}")
    assert other.status_code == 404
    assert say("zh-CN", "scan.head.unknown.title") in other.text


@pytest.mark.parametrize("path", [f"/01/{GTIN}/22//21/{SERIAL}", f"/01/{GTIN}/10//21/", f"/01/{GTIN}/21/"])
def test_other_keys_below_a_product_are_registered_nowhere(path):
    assert client_of(a_batch()).get(path).status_code == 404


def test_a_variant_of_a_product_is_the_product():
    batch = a_batch()
    for path in (f"/01/{GTIN}/22/V1/21/{SERIAL}", f"/01/{GTIN}/22/V1/10/{batch.batch_no}"):
        assert batch.product.name in client_of(batch).get(path).text


def test_the_batch_decides_only_upwards():
    """An active code of a recalled batch is recalled; a void one of a recalled batch is gone all the same."""
    recalled = a_batch(banner="recalled")
    answer = client_of(recalled).get(HERE)
    assert say("zh-CN", "scan.head.recalled.title") in answer.text
    assert answer.status_code == 200
    void = client_of(recalled, Standing.VOID).get(HERE)
    assert say("zh-CN", "scan.head.recalled.title") in void.text
    assert void.status_code == 410
    part = client_of(a_batch(banner="inactive")).get(HERE)
    assert say("zh-CN", "scan.head.normal.title") in part.text


def test_an_inactive_code_of_an_active_batch_is_inactive():
    answer = client_of(a_batch(), Standing.ALLOCATED).get(HERE)
    assert say("zh-CN", "scan.head.inactive.title") in answer.text


def test_what_is_worse_than_a_copy_is_said_first():
    foreign = client_of(a_batch(), scans=COPIED).get(f"{HERE}?v={'A' * 22}").text
    assert say("zh-CN", "scan.head.label-differs.title") in foreign
    failed = client_of(a_batch(marks=(a_mark("failed-report", own=True),)), scans=COPIED).get(HERE).text
    assert say("zh-CN", "scan.head.failed.title") in failed
    assert say("zh-CN", "scan.item.copied") in failed


def test_a_pattern_worth_watching_alarms_nobody():
    html = client_of(a_batch(), scans=Scanned(3, suspicion="watch")).get(HERE).text
    assert '<header class="trust ok">' in html
    assert say("zh-CN", "scan.item.copied") not in html


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_of_a_pack_says_what_its_code_proves_and_that_it_can_be_copied(locale):
    html = client_of(a_batch()).get(f"{HERE}?lang={locale}").text
    assert say(locale, "scan.item.proves") in html
    assert say(locale, "scan.item.not-proved") in html
    batch = client_of(a_batch()).get(f"/01/{GTIN}/10/{a_batch().batch_no}?lang={locale}").text
    assert say(locale, "scan.item.proves") not in batch


def test_a_platform_code_of_a_pack_leads_to_its_batch():
    loose = a_batch(gtin=None, platform_code=None, batch_no="L1")
    item = AnItem("7K3F-9QXP-2MWD", loose, Standing.ACTIVE)
    client = pages_over(Answering(loose, items=[item])).test_client()
    html = client.get("/t/7K3F-9QXP-2MWD").text
    assert say("zh-CN", "scan.head.normal.title") in html
    assert "7K3F-9QXP-2MWD" in html
    assert client.get("/t/7K3F-9QXP-2MWE").status_code == 404


def test_the_code_of_a_whole_loose_batch_is_no_code_of_a_pack():
    loose = a_batch(gtin=None, platform_code="7K3F-9QXP-2MWD", batch_no="L1")
    item = AnItem("7K3F-9QXP-2MWD", loose, Standing.ACTIVE, of_batch=True)
    client = pages_over(Answering(loose, items=[item])).test_client()
    assert say("zh-CN", "scan.item.code") not in client.get("/t/7K3F-9QXP-2MWD").text


def test_what_is_handed_on_is_the_page_of_the_batch():
    html = client_of(a_batch()).get(f"{HERE}?v={DIGEST}").text
    (address,) = [
        value
        for tag, name, value in Outline(html).attributes
        if (tag, name) == ("input", "value") and "://" in value
    ]
    assert address == f"https://trace.example.cn/01/{GTIN}/10/{a_batch().batch_no}?v={DIGEST}"


def worst_page():
    files = tuple(
        replace(
            a_test(report_no=f"J{n}", product_name=f"原料 {n}"),
            file=FileShown(f"{n:064x}", "image/jpeg", 5 * 10**6, here=True),
        )
        for n in range(12)
    )
    sketch = tuple((25 * n, 1000 - 25 * n) for n in range(24))
    origins = tuple(
        Origin("崇明区", "水稻", f"品种 {n}", "2026-10-01", "2026-10-03", sketch, 29) for n in range(9)
    )
    return replace(the_longest_page(), tests=files, origins=origins)


@pytest.mark.parametrize("query", ["", "?lang=en", "?m=elder", "?v=wrong"])
def test_even_the_worst_page_of_a_pack_fits_the_first_flight_of_packets(query):
    answer = client_of(worst_page(), scans=COPIED).get(f"{HERE}{query}")
    assert answer.status_code == 200
    assert page_weight(f"pack{query}", answer.data) <= PAGE_BUDGET


@pytest.mark.parametrize("query", ["", "?lang=en&m=elder"])
@pytest.mark.parametrize("banner", BANNERS)
def test_its_outline_is_in_order(banner, query):
    changed, standing, scans, *_ = BANNERS[banner]
    outline = Outline(client_of(a_batch(**changed), standing, scans).get(f"{HERE}{query}").text)
    assert outline.open == []
    assert outline.headings.count(1) == 1
    assert len(outline.ids) == len(set(outline.ids))
    assert {value[1:] for value in outline.values("href", "use")} <= set(outline.ids)


def test_the_original_of_a_report_is_one_tap_away_or_said_to_be_missing():
    here = FileShown("ab" * 32, "application/pdf", 1_234_567, here=True)
    html = client_of(a_batch(tests=(a_test(file=here),))).get(HERE).text
    assert f'<a href="/files/{"ab" * 32}" type="application/pdf">' in html
    assert say("zh-CN", "scan.file.open", kind="PDF", size="1.2 MB") in html
    assert say("zh-CN", "scan.file.checked") in html
    missing = client_of(a_batch(tests=(a_test(file=replace(here, here=False)),))).get(HERE).text
    assert "/files/" not in missing
    assert say("zh-CN", "scan.file.missing") in missing
    assert say("zh-CN", "scan.file.none") in client_of(a_batch()).get(HERE).text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_serial_typed_without_its_product_leads_to_its_pack_or_asks_for_the_rest(locale) -> None:
    item = AnItem("0A1B2C3D4E5F", a_batch())
    client = pages_over(Answering(item.of, items=[item])).test_client()
    found = client.get("/t/0A1B-2C3D-4E5F")
    assert (found.status_code, found.location) == (303, f"/{item.code}")
    unknown = client.get("/t/0A1B-2C3D-4E5G", headers={"Accept-Language": locale})
    assert unknown.status_code == 404
    assert say(locale, "scan.head.unknown-alone.do1") in unknown.text
    assert say(locale, "scan.head.unknown.do3") not in unknown.text  # no word of a fake
    assert "/complaints/new" not in unknown.text
