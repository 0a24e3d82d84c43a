"""Refusals at the edge of the pages are pages, in the reader's language, with something to do."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.batch_pages import BATCH, GTIN, Answering, a_batch, pages_over
from trace.wording import LOCALES, say


class Broken(Answering):
    """A platform whose disk is gone."""

    def batch(self, **_asked):
        raise OSError("secret/path/of/the/disk")


@pytest.fixture
def client():
    return pages_over(Answering(a_batch())).test_client()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "path", [f"/01/{GTIN}/10/NIE", "/t/ZZZZ-ZZZZ-ZZZZ", f"/01/{GTIN}/21/123", f"/01/{GTIN}/10/A/21/1"]
)
def test_an_unknown_code_gets_our_own_page_and_never_the_product(client, path, locale):
    answer = client.get(f"{path}?lang={locale}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"<h1>{say(locale, 'scan.head.unknown.title')}</h1>" in html
    assert "子虚牌" not in html
    assert 'href="tel:12315"' in html


def test_what_was_typed_stands_in_the_form_to_be_mended(client):
    html = client.get(f"/01/{GTIN}/10/M2026-X").get_data(as_text=True)
    assert f'value="(01){GTIN}(10)M2026-X"' in html


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/01/123", 400),
        ("/01/9521234100011/10/A", 400),
        ("/t/short", 400),
        ("/t?c=%3Cscript%3E", 400),
        ("/t", 400),
    ],
)
def test_a_code_that_cannot_be_one_is_explained(client, path, status):
    answer = client.get(path)
    html = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert "<script" not in html
    assert say("zh-CN", "scan.what-to-do") in html


def test_a_failure_shows_a_number_and_keeps_the_particulars(caplog):
    client = pages_over(Broken()).test_client()
    with caplog.at_level(logging.ERROR):
        answer = client.get(f"/01/{GTIN}/10/{BATCH}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "0f8e7d6c-test" in html
    assert "secret/path" not in html
    assert "Traceback" not in html
    assert "0f8e7d6c-test" in caplog.text


def test_a_path_that_nobody_serves_is_a_page_for_people(client):
    answer = client.get("/nowhere", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert say("zh-CN", "problem.no-such-page.title") in answer.get_data(as_text=True)
    assert say("zh-CN", "scan.nowhere") in answer.get_data(as_text=True)
    assert "/api/docs" not in answer.get_data(as_text=True)


def test_what_is_no_number_of_a_complaint_is_asked_for_again_with_its_own_field(client):
    answer = client.get("/complaints?number=abc")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert f"<h1>{say('zh-CN', 'scan.complaint.malformed')}</h1>" in html
    assert 'name="number"' in html
    assert 'value="abc"' in html
    for other in ("complaint number", "证照", 'name="c"'):
        assert other not in html


def test_a_head_request_has_the_headers_and_no_body(client):
    answer = client.head(f"/01/{GTIN}/10/{BATCH}")
    assert (answer.status_code, answer.data) == (200, b"")
    assert "Content-Security-Policy" in answer.headers


@pytest.fixture(scope="module")
def asked_much():
    return pages_over(Answering(a_batch())).test_client()


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_address_brings_the_pages_down(asked_much, one, two):
    for path in (f"/01/{one}", f"/01/{GTIN}/10/{one}", f"/t/{one}", f"/01/{one}/10/{two}"):
        if "\\" in path or "?" in path or "#" in path or "//" in path:
            continue
        assert asked_much.get(path, query_string={"v": two, "c": one, "m": two}).status_code < 500
