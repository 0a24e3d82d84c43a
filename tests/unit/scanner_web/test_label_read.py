"""The label of the pack in hand as the page reads it: clutter hides none, and what is none accuses nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders.batch_pages import BATCH, DIGEST, GTIN, Answering, a_batch, pages_over
from trace.wording import say

OTHER = DIGEST[::-1]


def page(query: str) -> str:
    client = pages_over(Answering(a_batch())).test_client()
    return str(client.get(f"/01/{GTIN}/10/{BATCH}?{query}").text)


@pytest.mark.parametrize("behind", ["", "。", ".", ")", "%EF%BC%8C", "?from=x", "&utm=y", "%20打开", "%2C"])
def test_a_label_of_another_record_turns_the_page_red(behind: str) -> None:
    html = page(f"v={OTHER}{behind}")
    assert say("zh-CN", "scan.head.label-differs.title") in html
    assert '<header class="trust danger">' in html


@pytest.mark.parametrize(
    "printed",
    [
        *("x", "", DIGEST[:-1], DIGEST[:5] + "…", "%E2%80%8B", OTHER + "A", OTHER + "_", "复制"),
        DIGEST.lower(),
    ],
)
def test_what_was_never_printed_accuses_nobody(printed: str) -> None:
    html = page(f"v={printed}")
    assert say("zh-CN", "scan.head.label-differs.title") not in html
    assert say("zh-CN", "scan.label.unread") in html
    assert '<header class="trust ok">' in html


@pytest.mark.parametrize(
    "query",
    [
        *(f"v={DIGEST}{behind}" for behind in "。.)），_;*#"),
        *(f"v={DIGEST}{behind}" for behind in ("%29", "%20", "%E2%80%8B", "-x", "?utm_source=wx", "?v=cut")),
        *(f"v={DIGEST}{behind}" for behind in ("&v=", "%3Futm=1", "#top", ";x")),
        *(f"{before}v={DIGEST}" for before in ("?", "v=&", "v=cut&", "from=a&amp;", "a=b;", "V=x&")),
        *(f"v=%20{DIGEST}", f"v%3D{DIGEST}", f"v={DIGEST[:9]}%20%0A{DIGEST[9:]}"),
        f"v=%E2%80%9C{DIGEST}%E2%80%9D",
    ],
)
def test_clutter_on_a_link_hides_no_label(query: str) -> None:
    html = page(query)
    assert say("zh-CN", "scan.label.matches") in html
    assert '<header class="trust ok">' in html


@pytest.mark.parametrize("odd", ["\u202e", "\u2066", "\x1b", "\0"])
def test_a_name_turns_no_text_around_it(odd: str) -> None:
    """Records of the first edition may hold marks of direction and controls."""
    batch = a_batch(product=replace(a_batch().product, name=f"绿色{odd}大米"))
    text = pages_over(Answering(batch)).test_client().get(f"/01/{GTIN}/10/{BATCH}").text
    assert odd not in text
    assert "绿色\ufffd大米" in text
