"""The card of a shared link: which pack, which state, at which moment; good news is no title."""

from __future__ import annotations

import re

import pytest

from tests.builders.batch_pages import BATCH, GTIN, Answering, a_batch, pages_over

AT = "2026-10-24T09:07:00+00:00"


def told(html: str) -> tuple[str, dict[str, str]]:
    (title,) = re.findall(r"<title>(.*?)</title>", html, re.DOTALL)
    return title.strip(), dict(re.findall(r'<meta property="og:(\w+)" content="(.*?)">', html, re.DOTALL))


@pytest.mark.parametrize(
    ("banner", "titled", "state"),
    [
        ("normal", False, "追溯记录正常"),
        ("near-expiry", False, "临近保质期"),
        ("expired", True, "已过保质期"),
        ("recalled", True, "本批次正在召回"),
    ],
)
def test_a_card_says_which_pack_and_state_at_what_moment(banner, titled, state):
    shown = a_batch(banner=banner, seen_at=AT)
    client = pages_over(Answering(shown)).test_client()
    title, card = told(client.get(f"/01/{GTIN}/10/{BATCH}").get_data(as_text=True))
    assert BATCH in title
    assert BATCH in card["title"]
    assert (state in title, state in card["title"]) == (titled, titled)
    assert card["description"].startswith(f"截至 2026-10-24 17:07：{state}。")
    assert card["url"].endswith(f"/01/{GTIN}/10/{BATCH}")
