"""The digits under a scratch panel: tried from our page, however typed, locked by wrong ones alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.clock import SteppingClock
from tests.servers.databases import Databases
from tests.servers.scanned_items import CODE, FORM, GTIN, SERIAL, Served, scanned_items
from tests.servers.served import RING
from trace.codes.hidden import hidden_code
from trace.codes.serials import gtin_scope


@pytest.fixture
def served(tmp_path: Path, databases: Databases, clock: SteppingClock) -> Iterator[Served]:
    with scanned_items(tmp_path, databases, clock) as found:
        yield found


def try_hidden(client: FlaskClient, digits: str, **headers: str):
    return client.post("/scans/hidden", data={"code": CODE, "hidden": digits}, headers={**FORM, **headers})


def wrong(digits: str) -> str:
    """As many digits, all of them others."""
    return "".join(str(9 - int(digit)) for digit in digits)


@pytest.mark.parametrize("typed", ["1", "", "不知道", "1234567", "123456789", "刮不开", "12 34", "O"])
def test_what_is_not_as_many_digits_is_no_try_and_locks_nothing(served: Served, typed: str) -> None:
    digits, client = hidden_code(RING, gtin_scope(GTIN), SERIAL), served.client()
    for _ in range(6):
        assert "不算一次尝试" in try_hidden(client, typed).text
    assert served.under.count("hidden_attempt") == 0
    assert "首次核对" in try_hidden(client, digits).text


@pytest.mark.parametrize(
    "as_typed",
    [
        lambda text: "".join(chr(ord(digit) + 0xFEE0) for digit in text),
        lambda text: f"{text[:4]}\u00a0{text[4:]}",
        lambda text: f"\u202d{text}\u202c",
        lambda text: f"《{text[:4]} — {text[4:]}》",
        lambda text: f"刮刮码：{text}。",
        lambda text: text.replace("0", "O").replace("1", "l"),
        lambda text: "".join(chr(ord(digit) - 0x30 + 0x0660) for digit in text),
    ],
)
def test_the_right_digits_open_however_they_are_typed(served: Served, as_typed: Callable[[str], str]) -> None:
    digits = hidden_code(RING, gtin_scope(GTIN), SERIAL)
    assert "首次核对" in try_hidden(served.client(), as_typed(digits)).text


def test_a_hidden_code_opens_once_and_says_so_ever_after(served: Served) -> None:
    digits = hidden_code(RING, gtin_scope(GTIN), SERIAL)
    client = served.client()
    first = try_hidden(client, f"{digits[:4]} {digits[4:]}")
    assert (first.status_code, "暗码正确，首次核对" in first.text) == (200, True)
    assert first.headers["Cache-Control"] == "no-store"
    again = try_hidden(client, digits)
    assert "暗码正确，但早已核对过" in again.text
    assert "暗码不符" in try_hidden(client, wrong(digits)).text
    assert served.under.count("hidden_attempt") == 1
    assert digits not in try_hidden(client, wrong(digits)).text


def test_five_wrong_hidden_codes_lock_for_a_day(served: Served) -> None:
    digits = hidden_code(RING, gtin_scope(GTIN), SERIAL)
    client = served.client()
    for left in (4, 3, 2, 1, 0):
        assert f"还可以试 {left} 次" in try_hidden(client, wrong(digits)).text
    locked = try_hidden(client, digits)
    assert locked.status_code == 429
    assert "暗码尝试次数过多" in locked.text
    served.clock.advance(timedelta(hours=25))
    assert "首次核对" in try_hidden(client, digits).text


def test_hidden_codes_are_tried_from_our_page_alone(served: Served) -> None:
    assert try_hidden(served.client(), "1", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert served.client().get("/scans/hidden").status_code == 405
    assert served.under.count("hidden_attempt") == 0
