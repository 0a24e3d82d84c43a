"""The digest on a label as links bring it: whole, with clutter, cut, or named several times."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.codes.label_digest import UNREAD, LabelDigest, digest_in, label_address

DIGEST = "qv7JtA3mXk2WfB0n9Zc1Yg"
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BEHIND = st.text(max_size=12).filter(lambda text: not text or text[0] not in SIGNS)


def test_an_address_without_a_digest_names_none() -> None:
    assert digest_in("lang=en&m=elder") is None
    assert digest_in("") is None
    assert digest_in("rev=AAAAAAAAAAAAAAAAAAAAAA") is None


@pytest.mark.parametrize("value", ["", "x", DIGEST[:-1], "。", "%20", "复制", "."])
def test_what_never_was_a_digest_is_not_read(value: str) -> None:
    assert digest_in(f"v={value}") == UNREAD
    assert UNREAD.name is None


def test_what_is_longer_may_find_a_record_and_accuses_nobody() -> None:
    assert digest_in(f"v={DIGEST}AB") == LabelDigest(DIGEST, certain=False)


@pytest.mark.parametrize(
    "query",
    [f"v=&v={DIGEST}", f"v={DIGEST}&v={'A' * 22}", f"v=cut&amp;v={DIGEST}", f"v={DIGEST}x&v={DIGEST}"],
)
def test_of_several_the_first_whole_one_counts(query: str) -> None:
    assert digest_in(query) == LabelDigest(DIGEST)


def test_a_query_that_the_path_swallowed_is_read_there() -> None:
    assert digest_in("", f"/01/09521234100010/10/M1%3Fv%3D{DIGEST}") == LabelDigest(DIGEST)
    assert digest_in("v=cut", f"/01/09521234100010/10/M1？v＝{DIGEST}") == LabelDigest(DIGEST)


@given(st.text(SIGNS, min_size=22, max_size=22), BEHIND)
def test_whatever_stands_behind_a_whole_digest_is_cut_off(digest: str, behind: str) -> None:
    found = digest_in(f"v={digest}{behind}")
    assert found is not None
    assert found.text == digest


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_query_has_an_answer(query: str, path: str) -> None:
    found = digest_in(query, path)
    assert found is None or found.text == "" or (len(found.text) == 22 and set(found.text) <= set(SIGNS))


ADDRESS = f"https://trace.example.cn/01/09521234100010/10/A%2FB?v={DIGEST}"


@pytest.mark.parametrize(
    "pasted",
    [
        *(
            ADDRESS,
            f"{ADDRESS}。",
            f"《{ADDRESS}》",
            f"看看 {ADDRESS} 谢谢",
            f"\u202a{ADDRESS}\u202c",
            f" {ADDRESS}\n",
        ),
        *(f"{ADDRESS}&utm_source=wx", f"{ADDRESS}?from=x", ADDRESS.replace("?v=", "?from=a&v=")),
    ],
)
def test_the_address_on_a_label_is_found_in_what_was_pasted(pasted: str) -> None:
    assert label_address(pasted) == ADDRESS


def test_a_digest_alone_and_what_has_none() -> None:
    assert label_address(f"“{DIGEST}”。") == DIGEST
    assert label_address("https://a.cn/01/1?v=cut") == "https://a.cn/01/1?v=cut"
    assert (
        label_address(f"https://a.cn/t/8K3F2Q7MPX40%3Fv%3D{DIGEST}")
        == f"https://a.cn/t/8K3F2Q7MPX40?v={DIGEST}"
    )
    assert label_address("") == ""


def test_long_rows_of_what_links_are_coded_with_take_no_time():
    row = "amp;" * 15_000
    began = time.process_time()
    assert digest_in(f"a=1&{row}", f"/01/1?{row}") is None
    assert time.process_time() - began < 1
