"""The card with what the label said before: both languages, hostile text, many entries, nothing to show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.batch_pages import BATCH, DIGEST, GTIN, MILL, Answering, a_batch, pages_over
from trace.chain.facts.label import FIELDS
from trace.usecases.batch_page.page import LabelEntry
from trace.wording import LOCALES, has, say


def an_entry(**changed: Any) -> LabelEntry:
    told = {
        "kind": "change",
        "field": "product.storage",
        "before": "阴凉干燥处",
        "after": "25 ℃ 以下避光",
        "reason": "夏季储存要求调整",
        "effective": True,
        "occurred_at": "2026-10-20T02:00:00+00:00",
        "logged_at": "2026-10-20T02:30:00+00:00",
        "signer": MILL,
        "custody": "file",
        "statement": "S" * 43,
        "log": "trace.demo/food",
        "index": 7,
    }
    return LabelEntry(**{**told, **changed})


def html_of(shown, query=""):
    client = pages_over(Answering(shown)).test_client()
    return client.get(f"/01/{GTIN}/10/{BATCH}{query}").get_data(as_text=True)


def card_of(html):
    return html.partition('aria-labelledby="lh"')[2].partition("</details>")[0]


@pytest.mark.parametrize("locale", LOCALES)
def test_what_when_and_who_stand_in_the_card_with_links_to_record_and_proof(locale):
    card = card_of(html_of(a_batch(label_history=(an_entry(),)), f"?lang={locale}"))
    words = ("scan.label-field.product.storage", "scan.label-history.before", "scan.label-history.after")
    for text in (*(say(locale, key) for key in words), "阴凉干燥处", "25 ℃ 以下避光", "夏季储存要求调整"):
        assert text in card
    assert MILL in card
    assert "2026-10-20 10:30" in card, "the log's time, in Shanghai"
    assert f'href="/api/v1/statements/{"S" * 43}"' in card
    assert f'href="/api/v1/statements/{"S" * 43}.tlog-proof"' in card


@pytest.mark.parametrize("locale", LOCALES)
def test_without_changes_the_card_says_so(locale):
    card = card_of(html_of(a_batch(), f"?lang={locale}"))
    assert say(locale, "scan.label-history.none") in card
    assert say(locale, "scan.fold.no-change") in card
    assert "更正" not in card and "orrection" not in card, "records may be corrected beside it"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_field_that_a_change_or_correction_can_name_has_a_word(locale):
    unworded = [field for field in FIELDS if not has(locale, f"scan.label-field.{field}")]
    assert unworded == ["release.report"], "a statement id, on no page"


def test_a_correction_and_a_change_without_effect_are_told_apart():
    entries = (an_entry(kind="correction"), an_entry(effective=False), an_entry())
    card = card_of(html_of(a_batch(label_history=entries)))
    assert card.count(f'<span class="tag info">{say("zh-CN", "scan.label-history.correction")}</span>') == 1
    assert card.count(say("zh-CN", "scan.label-history.superseded")) == 1


def test_what_was_entered_stays_text_and_a_person_is_not_named():
    bad = "<script>alert(1)</script>"
    entry = an_entry(before=bad, after=None, reason=bad, signer=None, field=bad, custody=bad)
    card = card_of(html_of(a_batch(label_history=(entry,))))
    assert bad not in card
    assert say("zh-CN", "scan.private-person") in card
    assert say("zh-CN", "scan.label-history.nothing") in card


def test_many_changes_are_counted_and_not_all_shown():
    card = card_of(html_of(a_batch(label_history=(an_entry(),) * 25)))
    assert card.count("<li>") == 20
    assert say("zh-CN", "scan.more", count=5) in card
    assert say("zh-CN", "scan.fold.changes-count", count=25) in card


@pytest.mark.parametrize(
    ("printed", "key"), [(DIGEST, "matches"), ("A" * 22, "matches"), ("B" * 22, "differs")]
)
def test_a_label_printed_before_a_correction_is_no_foreign_label(printed, key):
    html = html_of(a_batch(earlier_digests=("A" * 22,)), f"?v={printed}")
    assert (say("zh-CN", "scan.head.label-differs.title") in html) == (key == "differs")
