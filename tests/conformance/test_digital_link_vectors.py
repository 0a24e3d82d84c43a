"""GS1's published Digital Link and element string vectors, as far as our table of identifiers goes."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from trace.errors.base import Refusal
from trace.gs1.application_identifiers import QUALIFIERS, Element, element, table
from trace.gs1.associations import check_associations, check_signed_key
from trace.gs1.component_checks import CHARACTERS, CHECKS, check_pair, not_only_digits
from trace.gs1.digital_link import CANONICAL_STEM, format_uri, parse_uri
from trace.gs1.element_string import FNC1, format_scanned, parse_bracketed, parse_scanned
from trace.gs1.epc_binary import read_epc_binary

pytestmark = pytest.mark.vectors

FOLDER = Path(os.environ.get("GREENTRACE_VECTORS", "../shared/vectors")) / "digital-link"
COVERED = {  # rows checked of each file; may grow, must not shrink
    "dl_uri_parse": 111,
    "dl_uri_generate": 20,
    "ai_bracketed_parse": 27,
    "ai_unbracketed_process": 79,
    "dl_path_ai_sequences": 39,
    "ai_associations": 67,
    "linter_vectors": 5308,
    "ai_dictionary": 541,
    "epcb_vectors": 53,
}


def rows(name: str) -> list[dict[str, Any]]:
    path = FOLDER / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"vectors not found at {path}; set GREENTRACE_VECTORS")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def accepted(read: Any, *given: Any, **options: Any) -> Any:
    try:
        return read(*given, **options)
    except Refusal:
        return None


def in_table(data: str) -> bool:
    """Whether every bracketed identifier of a row is one that our table (or nobody's) has."""
    known_elsewhere = {row["ai"] for row in dictionary()} - set(table())
    return not known_elsewhere & set(re.findall(r"\((\d{2,4})\)", data))


def dictionary() -> list[dict[str, Any]]:
    path = FOLDER / "ai_dictionary.json"
    if not path.exists():
        pytest.skip(f"vectors not found at {path}; set GREENTRACE_VECTORS")
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_uris_are_read_as_published() -> None:
    checked, wrong = 0, []
    for row in rows("dl_uri_parse"):
        options = row["options"]
        if "convenience_alphas" in options or "unknown_ais" in options:
            continue  # withdrawn from the standard, and a relaxation we do not offer
        checked += 1
        link = accepted(parse_uri, row["uri"], short_gtin="zero_suppressed_gtin" in options)
        if (link is not None) != row["valid"]:
            wrong.append((row["src"], row["uri"], row["valid"]))
        elif link is not None and link.element_string() != row["element_string_fnc1_caret"].replace(
            "^", FNC1
        ):
            wrong.append((row["src"], link.element_string(), row["element_string_fnc1_caret"]))
    assert not wrong
    assert checked >= COVERED["dl_uri_parse"]


def test_uris_are_written_as_published() -> None:
    checked, wrong = 0, []
    for row in rows("dl_uri_generate"):
        if row["permit_unknown_ais"] or not in_table(row["ai_data"]):
            continue
        checked += 1
        stem = row["stem"] or CANONICAL_STEM
        made = accepted(lambda row=row, stem=stem: format_uri(stem, parse_bracketed(row["ai_data"])))
        if made != (row["expect_uri"] or None):
            wrong.append((row["src"], made, row["expect_uri"]))
    assert not wrong
    assert checked >= COVERED["dl_uri_generate"]


def test_bracketed_strings_are_read_as_published() -> None:
    checked, wrong = 0, []
    for row in rows("ai_bracketed_parse"):
        if row["ai_data"] == "inbuf" or not in_table(row["ai_data"]):
            continue  # the name of a buffer in the source, not data
        checked += 1
        elements = accepted(parse_bracketed, row["ai_data"])
        made = "" if elements is None else format_scanned(elements).replace(FNC1, "^")
        if made != row["expect"]:
            wrong.append((row["src"], made, row["expect"]))
    assert not wrong
    assert checked >= COVERED["ai_bracketed_parse"]


def test_scanned_strings_are_read_as_published() -> None:
    checked, wrong = 0, []
    outside = tuple(row["ai"] for row in dictionary() if row["ai"] not in table())
    for row in rows("ai_unbracketed_process"):
        data = row["data"]
        if data == "buf" or any(part.startswith(outside) for part in data.split("^")):
            continue
        checked += 1
        if (accepted(parse_scanned, data.replace("^", FNC1)) is not None) != row["ok"]:
            wrong.append((row["src"], data, row["ok"]))
    assert not wrong
    assert checked >= COVERED["ai_unbracketed_process"]


def test_every_published_key_and_qualifier_order_is_allowed() -> None:
    published = {tuple(row["seq"]) for row in rows("dl_path_ai_sequences")}
    for key, *qualifiers in published:
        alternatives = QUALIFIERS.get(key, ((),))
        assert any([ai for ai in each if ai in qualifiers] == qualifiers for each in alternatives), (
            key,
            qualifiers,
        )
    assert len(rows("dl_path_ai_sequences")) >= COVERED["dl_path_ai_sequences"]


def test_our_table_agrees_with_the_dictionary_on_every_identifier_it_has() -> None:
    checked, wrong = 0, []
    for row in dictionary():
        ours = table().get(row["ai"])
        if ours is None:
            continue
        checked += 1
        lengths = [re.match(r"\[?([NXYZ])(\.\.)?(\d+)", part) for part in row["spec"]]
        longest = sum(int(match[3]) for match in lengths if match)
        is_key = any(str(attribute).startswith("dlpkey") for attribute in row["attrs"])
        theirs = (longest, not row["fnc1_required"], row["dl_attribute"], is_key)
        mine = (ours.longest, ours.has_predefined_length, ours.may_be_attribute, ours.is_key)
        if theirs != mine:
            wrong.append((row["ai"], mine, theirs))
    assert not wrong
    assert checked >= COVERED["ai_dictionary"]
    assert checked == len(table())


def test_associations_are_judged_as_published() -> None:
    checked, wrong = 0, []
    for row in rows("ai_associations"):
        if not known(row["ai_data"]):
            continue
        checked += 1
        elements = accepted(parse_bracketed, row["ai_data"])
        sound = elements is not None and accepted(associated, elements, row["rule"])
        if bool(sound) != row["ok"]:
            wrong.append(row)
    assert not wrong
    assert checked >= COVERED["ai_associations"]


def known(data: str) -> bool:
    return set(re.findall(r"\((\d{2,4})\)", data)) <= set(table())


def associated(elements: tuple[Element, ...], rule: str) -> bool:
    """Rows about repetitions carry lone attributes; parsing alone judges those."""
    if rule == "validateDigSigRequiresSerialisedKey":
        check_signed_key(elements, "")
    elif rule != "validateAIrepeats":
        check_associations([each.ai for each in elements], "")
    return True


LINTERS = {
    "csum": "mod10",
    "csumalpha": None,
    "nonzero": "nonzero",
    "yesno": "zero_or_one",
    "winding": "winding",
    "iso5218": "sex",
    "hyphen": "hyphen",
    "latitude": "latitude",
    "longitude": "longitude",
    "iso3166": "country",
    "iso3166999": "country_or_999",
    "iso3166alpha2": "country_letters",
    "iso4217": "currency",
    "packagetype": "package",
    "mediatype": "medium",
    "yyyymmdd": "day_of_century",
    "hh": "hour",
    "mi": "minute",
    "ss": "minute",
    "pcenc": "percent_coded",
    "iban": "iban",
    "posinseqslash": "position",
    "hasnondigit": None,
    "couponcode": "coupon",
    "couponposoffer": "offer",
    "cset64": None,
    "yymmdd": "day",
    "yymmd0": "day_or_month",
    "hhmi": "hour_minute",
    "pieceoftotal": "piece_of_total",
    "nozeroprefix": "no_leading_zero",
    "zero": "zero",
    "cset82": None,
    "cset39": None,
    "csetnumeric": None,
}
POSSIBLE = {"csumalpha": range(3, 26), "zero": range(1, 2), "nozeroprefix": range(1, 13)}
"""Lengths that an identifier with that check can have; the linters also judge longer and empty ones."""
NEEDS_PREFIX_LIST = {"INVALID_GCP_PREFIX", "GCP_DATASOURCE_OFFLINE"}
"""Judged with GS1's list of issued prefixes, which nobody has offline."""
WIDTH = {
    "yymmdd": 6,
    "yymmd0": 6,
    "hhmi": 4,
    "hh": 2,
    "mi": 2,
    "ss": 2,
    "yyyymmdd": 8,
    "latitude": 10,
    "longitude": 10,
}
ANY_CHARACTERS = {
    "iso3166alpha2",
    "packagetype",
    "hyphen",
    "pcenc",
    "iban",
    "posinseqslash",
}
"""Checks of components that are not digits alone."""
CHARSET = {"cset82": "an", "cset39": "y", "csetnumeric": "n"}


def lint(name: str, text: str) -> bool:
    """Our verdict for a component check, with the character set that its identifiers have."""
    if name == "cset64":
        return CHARACTERS["b"].issuperset(text) and CHECKS["base64"](text)
    if name == "hasnondigit":
        return not_only_digits(text)
    if name in CHARSET:
        return CHARACTERS[CHARSET[name]].issuperset(text)
    if name == "csumalpha":
        known = CHARACTERS["an"].issuperset(text)
        return known and check_pair(text[:-2]) == text[-2:]
    check = LINTERS[name]
    assert check is not None
    if name == "pieceoftotal" and (len(text) % 2 or not text):
        return False
    if name in ANY_CHARACTERS:
        return CHECKS[check](text)
    if not text or not CHARACTERS["n"].issuperset(text) or len(text) != WIDTH.get(name, len(text)):
        return False
    return CHECKS[check](text)


def test_component_checks_agree_with_the_linters() -> None:
    checked, wrong = 0, []
    for row in rows("linter_vectors"):
        name = row["linter"]
        if "GCP" in str(row["error"]) and row["error"] in NEEDS_PREFIX_LIST:
            continue
        if name not in LINTERS or (name in POSSIBLE and len(row["input"]) not in POSSIBLE[name]):
            continue
        checked += 1
        if lint(row["linter"], row["input"]) != row["ok"]:
            wrong.append((row["linter"], row["input"], row["error"]))
    assert not wrong, wrong[:40]
    assert checked >= COVERED["linter_vectors"]


def test_published_examples_of_each_error_are_refused() -> None:
    checked, wrong = 0, []
    for row in rows("ai_linter_errors"):
        match = re.fullmatch(r"\((\d{2,4})\)([^(]*)", row["ai_data"])
        if match is None or match[1] not in table():
            continue
        checked += 1
        if (accepted(element, match[1], match[2]) is not None) != (row["error"] == "OK"):
            wrong.append(row)
    assert not wrong
    assert checked >= 96


def test_epc_binary_strings_stand_for_the_published_links() -> None:
    wrong = []
    published = rows("epcb_vectors")
    for row in published:
        link = accepted(read_epc_binary, row["segment"])
        made = None if link is None else format_uri("https://h", link.elements).removeprefix("https://h")
        if made != row.get("path"):
            wrong.append((row.get("scheme"), row["segment"], made, row.get("path")))
    assert not wrong
    assert len(published) >= COVERED["epcb_vectors"]
