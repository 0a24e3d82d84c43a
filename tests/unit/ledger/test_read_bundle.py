"""A bundle's text has one reading: what parsers see in two ways is refused before anything is read of it."""

from __future__ import annotations

import orjson
import pytest

from tests.unit.ledger.conftest import make_world
from tests.verifier.node import Case, judge
from trace.errors import BundleMalformed
from trace.ledger.bundle import build_bundle, parse_bundle, read_bundle

WORLD = make_world()
TEXT = orjson.dumps(build_bundle(WORLD.bundle())).decode()
ODD = {
    "a byte order mark": ("\ufeff" + TEXT, "not-json"),
    "a list": (f"[{TEXT}]", "not-an-object"),
    "an index with a fraction": (TEXT.replace('"index":1', '"index":1.0', 1), "float"),
    "an index with an exponent": (TEXT.replace('"index":1', '"index":1e0', 1), "float"),
    "minus zero": (TEXT.replace('"index":0', '"index":-0', 1), "float"),
    "an index past 2^53": (TEXT.replace('"index":1', '"index":9007199254740993', 1), "integer-too-large"),
    "a member twice": (TEXT.replace('"view"', '"view":"private","view"', 1), "member-repeated"),
    "a member without a name": (TEXT.replace('"view"', '"":1,"view"', 1), "key-pattern"),
    "a deep member": (TEXT.replace('"view"', f'"x":{"[" * 40}{"]" * 40},"view"', 1), "too-deep"),
    "half a character": (TEXT.replace('"view"', '"x":"\\ud800","view"', 1), "not-json"),
    "not a number": (TEXT.replace('"index":1', '"index":NaN', 1), "not-json"),
}
SAME = {
    "as it is": TEXT,
    "blanks": TEXT.replace('","', '" ,\n\t"').replace("],", "] ,"),
    "an escaped name": TEXT.replace('"view"', '"vie\\u0077"', 1),
    "numbers and names inside texts": TEXT.replace('"policy":"', '"policy":"# 1.0 -0 \\":\\" {\\\\\\n', 1),
}


@pytest.mark.parametrize("name", list(ODD))
def test_texts_with_two_readings_are_refused(name):
    text, reason = ODD[name]
    with pytest.raises(BundleMalformed, match=reason):
        read_bundle(text.encode())


@pytest.mark.parametrize("name", list(SAME))
def test_other_spellings_are_the_same_bundle(name):
    assert parse_bundle(read_bundle(SAME[name])).entries == parse_bundle(read_bundle(TEXT)).entries


def test_the_script_reads_the_same_texts(tmp_path):
    registrars = f"{WORLD.registrar.key.kid} 登记机关\n"
    texts = [*SAME.values(), *(text for text, _ in ODD.values())]
    _, said = judge([Case(text, (WORLD.policy_text,), registrars) for text in texts], tmp_path)
    assert [one.get("refused") for one in said] == [None] * len(SAME) + ["bundle-malformed"] * len(ODD)
    assert all(one["ok"] for one in said[: len(SAME)])
