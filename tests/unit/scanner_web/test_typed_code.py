"""What people type, paste and scan, and where it leads."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner_web.frame.typed_code import address_for, platform_code
from tests.builders.batch_pages import BATCH, GTIN, Answering, a_batch, pages_over
from trace.errors import CheckDigitWrong, NumberMalformed, Refusal

LOOSE = "8K3F-2Q7M-PX40"


@pytest.mark.parametrize(
    "typed", ["8K3F-2Q7M-PX40", "8k3f2q7mpx4o", " 8K3F 2Q7M PX4O ", "8K3F—2Q7M–PX40", "8K3F2Q7MPX40"]
)
def test_a_platform_code_is_read_as_it_was_meant(typed):
    assert platform_code(typed) == LOOSE


@pytest.mark.parametrize(
    "typed", ["", "8K3F-2Q7M-PX4", "8K3F-2Q7M-PX4DD", "8K3F-2Q7M-PXU4", "米3F-2Q7M-PX4D", "!" * 12]
)
def test_what_cannot_be_a_platform_code_is_refused(typed):
    with pytest.raises(NumberMalformed):
        platform_code(typed)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (LOOSE, f"/t/{LOOSE}"),
        ("9521234100010", f"/01/{GTIN}"),
        ("(01)09521234100010(10)M20261012A", f"/01/{GTIN}/10/M20261012A"),
        ("(01)09521234100010(11)261012(10)A/B", f"/01/{GTIN}/10/A%2FB"),
        ("(01)09521234100010", f"/01/{GTIN}"),
        ("https://trace.example.cn/01/09521234100010/10/A?v=x", f"/01/{GTIN}/10/A?v=x"),
        ("https://evil.example/t/8K3F-2Q7M-PX40", f"/t/{LOOSE}"),
        ("trace.example.cn/t/8K3F-2Q7M-PX40", f"/t/{LOOSE}"),
        ("9521-2341-0001", "/t/9521-2341-0001"),
    ],
)
def test_every_form_of_a_code_leads_to_its_page(typed, address):
    assert address_for(typed) == address


LINK = "https://trace.example.cn/01/09521234100010/10/A?v=qv7JtA3mXk2WfB0n9Zc1Yg"
PATH = "/01/09521234100010/10/A?v=qv7JtA3mXk2WfB0n9Zc1Yg"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (f"【绿溯】这袋米 {LINK} 复制打开", PATH),
        (f"看看：{LINK}", PATH),
        (f"《{LINK}》", PATH),
        (f"\u202a{LINK}\u202c", PATH),
        ("ｈｔｔｐｓ：／／trace.example.cn／t／８Ｋ３Ｆ２Ｑ７ＭＰＸ４０", "/t/8K3F2Q7MPX40"),
        ("https://trace.example.cn/page/t/8K3F-2Q7M-PX40", "/t/8K3F-2Q7M-PX40"),
        ("《8K3F-2Q7M-PX40》", f"/t/{LOOSE}"),
        ("“8k3f 2q7m px4o”。", f"/t/{LOOSE}"),
        ("追溯码是 8K3F-2Q7M-PX40，帮我看看", f"/t/{LOOSE}"),
        ("条码 9521234100010。", f"/01/{GTIN}"),
        ("(01)09521234100010(10)M20261012A。", f"/01/{GTIN}/10/M20261012A"),
        ("包装上写着（01）09521234100010（10）M20261012A，对吗", f"/01/{GTIN}/10/M20261012A%2C"),
        ("(21)0ABCDEFGHJKM", "/t/0ABC-DEFG-HJKM"),
        ("8K3F\u00a02Q7M\u202fPX40", f"/t/{LOOSE}"),
        ("8K3F\u30fc2Q7M\u2212PX40", f"/t/{LOOSE}"),
    ],
)
def test_what_stands_around_a_code_does_not_matter(typed, address):
    assert address_for(typed) == address


@pytest.mark.parametrize("times", [1, 2])
def test_a_link_inside_a_link_of_an_app_is_the_one_that_is_meant(times):
    """Chat and payment apps put the address into their own; its signs are no platform code."""
    coded = LINK
    for _ in range(times):
        coded = quote(coded, safe="")
    for wrapped in (
        f"https://chat.example/cgi-bin/open?t=x&url={coded}",
        f"pay://app/start?url={coded}",
        coded,
    ):
        assert address_for(wrapped) == PATH


@pytest.mark.parametrize("typed", ["registration", "这是一句话", "电话 13800138000", "abcdefghijkl"])
def test_words_are_no_codes_in_a_message(typed):
    try:
        found = address_for(f"你好，{typed}！")
    except Refusal:
        return
    raise AssertionError(found)


@pytest.mark.parametrize(
    "typed", ["LB-03-24050999001A", "lb 03 24050999001a", "GF310120260001", "V20261016", "91310101XN0000DE1H"]
)
def test_other_numbers_of_a_pack_are_no_trace_code_and_no_bar_code(typed):
    """Each holds what would pass for one, and its pack would be called unknown."""
    with pytest.raises(NumberMalformed):
        address_for(typed)
    assert address_for(f"绿标 LB-03-24050999001A，批号 V20261016，追溯码 {LOOSE}") == f"/t/{LOOSE}"


def test_a_mistyped_bar_code_is_caught_by_its_check_digit():
    with pytest.raises(CheckDigitWrong):
        address_for("9521234100011")


@given(st.text(max_size=60))
def test_nothing_typed_leads_away_from_here(typed):
    try:
        address = address_for(typed)
    except Refusal:
        return
    assert address.startswith(("/01/", "/t/"))


@pytest.fixture
def client():
    return pages_over(Answering(a_batch(), a_batch(gtin=None, platform_code=LOOSE))).test_client()


def test_the_form_sends_the_reader_on(client):
    answer = client.get("/t", query_string={"c": "8k3f 2q7m px4o", "m": "elder"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/t/{LOOSE}?m=elder")
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_code_in_small_letters_moves_to_its_canonical_address_with_its_digest(client):
    answer = client.get("/t/8k3f2q7mpx40?v=abc")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/t/{LOOSE}?v=abc")


def test_a_code_recorded_without_hyphens_is_found_too():
    client = pages_over(Answering(a_batch(gtin=None, platform_code=LOOSE.replace("-", "")))).test_client()
    assert client.get(f"/t/{LOOSE}").status_code == 200


@pytest.mark.parametrize("gtin", ["9521234100010", "09521234100010"])
def test_a_gtin_is_found_in_either_length(client, gtin):
    assert client.get(f"/01/{gtin}/10/{BATCH}").status_code == 200
