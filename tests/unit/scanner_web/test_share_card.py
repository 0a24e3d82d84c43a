"""The card of a shared link: which pack, which state, at which moment; good news is no title."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from scanner_web.consumer.share_picture import picture_of
from scanner_web.consumer.verdict import HEADS
from tests.builders.batch_pages import BATCH, GTIN, Answering, a_batch, pages_over
from trace.usecases.photos.photo import PhotoShown

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
        ("recalled", True, "这批产品正在召回"),
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


@pytest.mark.parametrize("banner", ["normal", "near-expiry", "expired", "recalled", "inactive"])
def test_a_card_has_a_picture_of_its_state_and_good_news_no_sign_of_approval(banner):
    shown = a_batch(banner=banner, seen_at=AT)
    client = pages_over(Answering(shown)).test_client()
    html = client.get(f"/01/{GTIN}/10/{BATCH}").get_data(as_text=True)
    (address,) = re.findall(r'<meta property="og:image" content="(.*?)">', html)
    assert address.startswith("http"), "whoever pastes a link has no page around it"
    assert address.endswith(f"/share/{banner}.png")
    (alt,) = re.findall(r'<meta property="og:image:alt" content="(.*?)">', html, re.DOTALL)
    assert alt
    assert "正常" not in alt
    answer = client.get("/share/" + address.rpartition("/share/")[2])
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert "public" in answer.headers["Cache-Control"]
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((1200, 630), {})
    assert len(answer.data) < 20_000


def test_beside_good_news_stands_the_photograph_of_the_goods_and_never_one_of_a_person():
    photos = (
        PhotoShown("a" * 64, "person", None, 960, 720),
        PhotoShown("b" * 64, "product", "一袋大米", 960, 720),
    )
    for banner, image in (("normal", f"/photos/{'b' * 64}"), ("recalled", "/share/recalled.png")):
        client = pages_over(Answering(a_batch(banner=banner, photos=photos))).test_client()
        html = client.get(f"/01/{GTIN}/10/{BATCH}").get_data(as_text=True)
        (address,) = re.findall(r'<meta property="og:image" content="(.*?)">', html)
        assert address.endswith(image)


def test_of_a_state_that_does_not_exist_there_is_no_picture():
    client = pages_over(Answering(a_batch())).test_client()
    assert client.get("/share/perfect.png").status_code == 404


def test_every_state_has_a_picture_and_good_news_no_other_one_s():
    good = picture_of("normal")
    assert all(picture_of(state) != good for state in HEADS if state != "normal")
