from __future__ import annotations

from typing import Any

import pytest

from trace.errors import NotCanonical
from trace.ledger.canonical import MAX_INTEGER, b64u, decode, decode_object, encode, unb64u


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


def test_members_are_sorted_and_nothing_is_spaced():
    assert encode({"b": 1, "a": [True, None, "绿"]}) == '{"a":[true,null,"绿"],"b":1}'.encode()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not-json"),
        (b'{"a":1.0}', "float"),
        (b'{"a":-0.0}', "float"),
        (b'{"a":1e3}', "float"),
        (b'{"a":18446744073709551616}', "float"),
        (b'{"a":9007199254740992}', "integer-too-large"),
        (b'{"a":-9007199254740992}', "integer-too-large"),
        (b'{"a":1,"a":1}', "not-the-canonical-form"),
        (b'{"b":1,"a":1}', "not-the-canonical-form"),
        (b'{"a": 1}', "not-the-canonical-form"),
        (b'{"a":"\\u0041"}', "not-the-canonical-form"),
        (b'{"a":-0}', "not-the-canonical-form"),
        (b'{"a":"\\ud800"}', "not-json"),
        (b'{"a":"\xff"}', "not-json"),
        (b'\xef\xbb\xbf{"a":1}', "not-json"),
        (b'{"":1}', "key-pattern"),
        (b'{"1a":1}', "key-pattern"),
        (b'{"a b":1}', "key-pattern"),
        ('{"键":1}'.encode(), "key-pattern"),
        (b'{"' + b"a" * 65 + b'":1}', "key-pattern"),
        ('{"a":"e\u0301"}'.encode(), "not-nfc"),
        (b'"' + b"x" * (32 * 1024 - 1) + b'"', "too-long"),
    ],
)
def test_what_is_outside_the_profile_is_refused(raw, reason):
    with pytest.raises(NotCanonical) as refusal:
        decode(raw)
    assert refusal.value.params["reason"] == reason


def test_sixteen_levels_pass_and_seventeen_do_not():
    assert decode(encode(deep(16))) == deep(16)
    assert decode(encode({"a": deep(15)})) == {"a": deep(15)}
    for value in (deep(17), {"a": deep(16)}, [{"a": deep(15)}]):
        with pytest.raises(NotCanonical, match="too-deep"):
            encode(value)
    nest: Any = {}
    for _ in range(16):
        nest = {"a": nest}
    with pytest.raises(NotCanonical, match="too-deep"):
        encode(nest)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.5, "float"),
        (b"raw", "not-a-json-value"),
        ({1: 1}, "key-pattern"),
        ("\ud800", "lone-surrogate"),
        (MAX_INTEGER + 1, "integer-too-large"),
        ({"a": {"b", "c"}}, "not-a-json-value"),
    ],
)
def test_values_without_a_form_are_refused(value, reason):
    with pytest.raises(NotCanonical) as refusal:
        encode(value)
    assert refusal.value.params["reason"] == reason


def test_names_are_judged_alike_however_many_came_before():
    for start in range(0, 9000, 300):
        assert decode(encode({f"k{start + at}": at for at in range(300)}))
        for wrong in ("", "1a", "a b", "键", "a" * 65):
            with pytest.raises(NotCanonical, match="key-pattern"):
                encode({f"k{start}": 0, wrong: 1})


def test_a_limit_can_be_widened_for_documents():
    long = "x" * 40_000
    with pytest.raises(NotCanonical, match="too-long"):
        encode(long)
    assert decode(encode(long, limit=50_000), limit=50_000) == long


def test_an_object_is_asked_for_where_one_is_due():
    assert decode_object(b'{"a":1}') == {"a": 1}
    with pytest.raises(NotCanonical, match="not-an-object"):
        decode_object(b"[]")


@pytest.mark.parametrize("raw", [b"", b"f", b"fo", b"foo", b"\xff\xef\xfb"])
def test_base64url_goes_both_ways(raw):
    assert unb64u(b64u(raw)) == raw


@pytest.mark.parametrize(
    "text", ["A", "AA=", "AA==", "+/8", "AB", "AAB", "é", "AAAA\n", "AA A", "=", "AAAAA", "AA\x00A"]
)
def test_base64url_has_one_form(text):
    with pytest.raises(NotCanonical, match="not-base64url"):
        unb64u(text)
