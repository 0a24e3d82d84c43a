"""Language and size of letters: how they are chosen, kept and switched."""

from __future__ import annotations

import pytest

from tests.builders.batch_pages import BATCH, DIGEST, GTIN, Answering, a_batch, pages_over

HERE = f"/01/{GTIN}/10/{BATCH}"


@pytest.fixture
def client():
    return pages_over(Answering(a_batch(), a_batch(gtin=None, platform_code="8K3F-2Q7M-PX4D"))).test_client()


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [
        ("", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr", "zh-CN"),
        ("zh-TW,en;q=0.5", "zh-CN"),
        ("\u00e9;q=x", "zh-CN"),
    ],
)
def test_the_browser_says_which_language_it_wants(client, accepted, locale):
    answer = client.get(HERE, headers={"Accept-Language": accepted})
    assert answer.headers["Content-Language"] == locale
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_choice_is_remembered_and_stands_above_the_browser(client):
    answer = client.get(f"{HERE}?lang=en")
    assert "lang=en" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert client.get(HERE).headers["Content-Language"] == "en"
    assert client.get(f"{HERE}?lang=zh").headers["Content-Language"] == "zh-CN"
    assert client.get(HERE).headers["Content-Language"] == "zh-CN"


def test_an_unknown_wish_is_ignored_and_not_remembered(client):
    client.set_cookie("lang", "<script>")
    answer = client.get(f"{HERE}?lang=tlh")
    assert answer.headers["Content-Language"] == "zh-CN"
    assert "Set-Cookie" not in answer.headers


def test_switching_keeps_the_label_and_the_letters(client):
    html = client.get(f"{HERE}?v={DIGEST}&m=elder").get_data(as_text=True)
    assert '<html lang="zh-CN" class="elder">' in html
    assert f'href="?v={DIGEST}&amp;m=elder&amp;lang=en"' in html
    assert f'href="?v={DIGEST}"' in html
    assert 'href="/privacy?m=elder"' in html


def test_no_switch_leads_to_another_host(client):
    html = client.get("//evil.example/x", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "//evil.example" not in html
