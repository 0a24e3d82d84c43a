"""Digital Link URIs and element strings, on our own codes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.errors.gs1 import (
    ApplicationIdentifierUnknown,
    DigitalLinkMalformed,
    ElementMalformed,
    ElementStringMalformed,
)
from trace.gs1.application_identifiers import QUALIFIERS, Element, element, identifier, table
from trace.gs1.digital_link import format_uri, link_for_gtin, parse_uri
from trace.gs1.element_string import (
    FNC1,
    format_bracketed,
    format_scanned,
    parse_bracketed,
    parse_scanned,
)

BATCH = "https://trace.example.cn/01/09521234100010/10/M20261012A"
SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz"


def test_the_link_of_a_batch_is_read_and_written_alike() -> None:
    link = parse_uri(BATCH + "?11=261012&v=AbC_-1&utm")
    assert (link.stem, link.gtin, link.batch_no, link.serial_no) == (
        "https://trace.example.cn",
        "09521234100010",
        "M20261012A",
        None,
    )
    assert link.attributes == (Element("11", "261012"),)
    assert link.other == (("v", "AbC_-1"), ("utm", None))
    assert (link.parameter("v"), link.parameter("utm"), link.parameter("x")) == ("AbC_-1", None, None)
    assert (link.value("11"), link.value("10"), link.value("17")) == ("261012", "M20261012A", None)
    assert format_uri(link.stem, link.elements, [("v", "AbC_-1")]) == BATCH + "?11=261012&v=AbC_-1"


def test_a_printed_gtin_is_padded_in_the_link() -> None:
    made = link_for_gtin(
        "https://trace.example.cn/", "9521234100010", batch_no="M20261012A", version="x" * 22
    )
    assert made == BATCH + "?v=" + "x" * 22
    item = link_for_gtin("https://trace.example.cn", "9521234100010", batch_no="M1", serial_no="A/1")
    assert item.endswith("/10/M1/21/A%2F1")
    assert parse_uri(item).serial_no == "A/1"
    assert link_for_gtin("https://h", "9521234100010") == "https://h/01/09521234100010"


def test_a_short_gtin_is_read_only_when_the_older_form_is_asked_for() -> None:
    assert parse_uri("https://h/01/9521234100010", short_gtin=True).gtin == "09521234100010"
    with pytest.raises(ElementMalformed):
        parse_uri("https://h/01/9521234100010")


def test_a_link_whose_key_is_no_product_has_no_gtin() -> None:
    link = parse_uri("https://h/414/9521234000044/254/silo-1")
    assert (link.gtin, link.batch_no, link.keys) == (
        None,
        None,
        (Element("414", "9521234000044"), Element("254", "silo-1")),
    )


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("", "not-a-uri"),
        ("https://h", "not-a-uri"),
        ("https://user@h/01/09521234100010", "not-a-uri"),
        ("https://h/01/09521234100010/10/批次", "not-a-uri"),
        ("https://h/01/09521234100010/10/%zz", "not-a-uri"),
        ("https://h/01/09521234100010\r\n/10/A", "not-a-uri"),
        ("https://h/" + "a" * 5000, "not-a-uri"),
        ("https://h/10/ABC", "no-key"),
        ("https://h/01/09521234100010/", "no-key"),
        ("https://h/01/09521234100010/10/", "no-key"),
        ("https://h/01//10/A", "no-key"),
        ("https://h/01/09521234100010/21/S/10/B", "qualifier-order"),
        ("https://h/01/09521234100010/10/A/10/A", "qualifier-order"),
        ("https://h/01/09521234100010/99/A", "qualifier-order"),
        ("https://h/01/09521234100010?10=A", "belongs-in-path"),
        ("https://h/01/09521234100010?01=09521234100010", "belongs-in-path"),
        ("https://h/00/395212340000000014?21=A", "not-an-attribute"),
        ("https://h/01/09521234100010?99=A&99=A", "repeated"),
    ],
)
def test_what_is_no_digital_link_is_refused_with_its_reason(uri: str, reason: str) -> None:
    with pytest.raises(DigitalLinkMalformed) as refused:
        parse_uri(uri)
    assert refused.value.params["reason"] == reason


@pytest.mark.parametrize(
    "path",
    [
        "/01/09521234100011",
        "/01/9521234100010",
        "/01/09521234100010/10/" + "A" * 21,
        "/01/09521234100010/10/A%20B",
        "/01/09521234100010/10/%E6%89%B9",
        "/01/09521234100010?11=261332",
        "/01/09521234100010?17=260230",
        "/01/09521234100010?99=",
    ],
)
def test_a_value_that_breaks_its_identifier_is_refused(path: str) -> None:
    with pytest.raises(ElementMalformed):
        parse_uri("https://h" + path)


def test_an_unknown_identifier_is_refused() -> None:
    with pytest.raises(ApplicationIdentifierUnknown):
        parse_uri("https://h/01/09521234100010?89=A")
    with pytest.raises(ApplicationIdentifierUnknown):
        parse_scanned(FNC1 + "891234")
    with pytest.raises(ApplicationIdentifierUnknown):
        element("1", "A")


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ([Element("99", "A")], "no-key"),
        ([Element("01", "09521234100010"), Element("235", "A"), Element("22", "B")], "qualifier-order"),
        ([Element("01", "09521234100010"), Element("8200", "http://a")], "not-an-attribute"),
    ],
)
def test_a_link_that_cannot_be_written_is_refused(elements: list[Element], reason: str) -> None:
    with pytest.raises(DigitalLinkMalformed) as refused:
        format_uri("https://h", elements)
    assert refused.value.params["reason"] == reason


@pytest.mark.parametrize(
    ("parse", "text", "reason"),
    [
        (parse_bracketed, "", "empty"),
        (parse_bracketed, "0109521234100010", "brackets"),
        (parse_bracketed, "(01)", "brackets"),
        (parse_bracketed, "(10)A(10)B", "repeated-with-another-value"),
        (parse_bracketed, "(10)" + "A" * 9000, "brackets"),
        (parse_scanned, "0109521234100010", "no-leading-fnc1"),
        (parse_scanned, FNC1, "empty"),
    ],
)
def test_a_malformed_element_string_is_refused(parse: object, text: str, reason: str) -> None:
    with pytest.raises(ElementStringMalformed) as refused:
        parse(text)  # type: ignore[operator]
    assert refused.value.params["reason"] == reason


def test_an_element_string_survives_both_forms() -> None:
    elements = parse_bracketed("(01)09521234100010(10)M(1\\()(11)261012".replace("(1\\()", "\\(1)"))
    assert elements[1] == Element("10", "M(1)")
    assert parse_bracketed(format_bracketed(elements)) == elements
    assert format_scanned(elements) == FNC1 + "0109521234100010" + "10M(1)" + FNC1 + "11261012"
    assert parse_scanned(format_scanned(elements)) == elements


@given(st.text(SET_82, min_size=1, max_size=20), st.text(SET_82, min_size=1, max_size=20))
def test_any_batch_and_serial_come_back_from_every_form(batch_no: str, serial_no: str) -> None:
    uri = link_for_gtin("https://h/x", "9521234100010", batch_no=batch_no, serial_no=serial_no)
    link = parse_uri(uri)
    assert (link.batch_no, link.serial_no, link.stem) == (batch_no, serial_no, "https://h/x")
    assert format_uri(link.stem, link.elements) == uri
    assert parse_scanned(link.element_string()) == link.elements
    assert parse_bracketed(format_bracketed(link.elements)) == link.elements


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    for parse in (parse_uri, parse_bracketed, parse_scanned):
        for candidate in (text, "https://h/01/" + text, FNC1 + "01" + text, "(01)" + text):
            try:
                parse(candidate)
            except (
                ApplicationIdentifierUnknown,
                DigitalLinkMalformed,
                ElementMalformed,
                ElementStringMalformed,
            ):
                continue


def test_no_identifier_is_the_beginning_of_another() -> None:
    codes = sorted(table())
    assert not [(a, b) for a, b in itertools.pairwise(codes) if b.startswith(a)]
    assert all(
        code in table() for key in QUALIFIERS for sequence in QUALIFIERS[key] for code in (key, *sequence)
    )
    assert identifier("01").longest == 14
