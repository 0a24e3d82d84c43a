"""Identity numbers: values that pass and values that fail, one by one."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.errors.gs1 import CheckDigitWrong, NumberMalformed
from trace.identity import (
    cma,
    gf_code,
    gln,
    gtin,
    input_reg_no,
    lb_no,
    organic,
    region,
    sc_no,
    sscc,
    uscc,
)
from trace.identity.check_digit import USCC_ALPHABET, gs1_mod_10, mod_11_10, organisation_mod_11, uscc_mod_31


@pytest.mark.parametrize(
    "digits", ["11834020305037", "10744030704994", "10811310111839", "12437010500152", "12441112200063"]
)
def test_a_real_food_licence_number_passes_without_warning(digits: str) -> None:
    assert sc_no.parse("SC" + digits).warnings == ()


@pytest.mark.parametrize(("digits", "expected"), [("12442011202449", "0"), ("11453282248002", None)])
def test_a_food_licence_number_with_a_wrong_check_digit_is_kept_with_a_warning(
    digits: str, expected: str | None
) -> None:
    assert sc_no.parse("SC" + digits).warnings == ("sc-no-check",)
    if expected is not None:
        assert mod_11_10(digits[:-1]) == expected


def test_the_parts_of_a_food_licence_number_can_be_read() -> None:
    number = sc_no.parse("SC12531011399024")
    assert (number.kind, number.category, number.region, str(number)) == (
        sc_no.FOOD,
        "25",
        "310113",
        "SC12531011399024",
    )
    assert sc_no.parse("SC20131015199018").kind == sc_no.ADDITIVE


@pytest.mark.parametrize("text", ["91350100M000100Y43", "91512081MA62K0260E", "9131000063159284XQ"])
def test_a_real_credit_code_passes_without_warning(text: str) -> None:
    assert uscc.parse(text).warnings == ()


@pytest.mark.parametrize("text", ["91350211M0000XUF46", "91350100M0001TGQXM", "91350100M000100Y4Z"])
def test_a_credit_code_that_fails_its_check_warns_or_has_no_legal_form(text: str) -> None:
    if text.endswith("Z"):
        with pytest.raises(NumberMalformed):  # Z is not in the alphabet of GB 32100
            uscc.parse(text)
        return
    assert uscc.parse(text).warnings


def test_a_wrong_organisation_code_inside_a_credit_code_is_named() -> None:
    body = "91310151XN0000443"
    assert uscc.parse(body + uscc_mod_31(body)).warnings == ("organisation-check",)
    assert organisation_mod_11("XN000044") == "2"


@pytest.mark.parametrize(("code", "check"), [("M000100Y", "4"), ("MA62K026", "0"), ("63159284", "X")])
def test_the_inner_organisation_code_agrees_with_the_real_ones(code: str, check: str) -> None:
    assert organisation_mod_11(code) == check


def test_the_parts_of_a_credit_code_can_be_read() -> None:
    code = uscc.parse("93310151XN00001190")
    assert (code.kind, code.region) == (uscc.COOPERATIVE, "310151")
    assert uscc.parse("11310151XN0000BB42").kind == uscc.GOVERNMENT
    assert uscc.parse("53310151XN00001191").kind == uscc.OTHER
    assert str(code) == "93310151XN00001190"


@pytest.mark.parametrize(
    "text", ["6901234567892", "4006381333931", "06901234567892", "96385074", "036000291452"]
)
def test_a_gtin_becomes_fourteen_digits(text: str) -> None:
    assert gtin.parse(text).text == text.zfill(14)


def test_a_gtin_knows_its_urn_and_indicator() -> None:
    number = gtin.parse("9521234100010")
    assert (number.urn, str(number)) == ("urn:gtin:09521234100010", "09521234100010")
    assert gtin.parse("19521234100017").indicator == "1"


@pytest.mark.parametrize("text", ["9521234000013", "9521234000105"])
def test_a_location_number_passes(text: str) -> None:
    assert str(gln.parse(text)) == text


def test_the_shipping_container_code_of_the_demo_passes() -> None:
    assert str(sscc.parse("395212340000000014")) == "395212340000000014"


@pytest.mark.parametrize(
    ("module", "text", "expected"),
    [(gtin, "6901234567890", "2"), (gln, "9521234000014", "3"), (sscc, "395212340000000015", "4")],
)
def test_a_wrong_gs1_check_digit_is_refused_with_the_right_one(
    module: object, text: str, expected: str
) -> None:
    with pytest.raises(CheckDigitWrong) as refused:
        module.parse(text)  # type: ignore[attr-defined]
    assert refused.value.params["expected"] == expected


@pytest.mark.parametrize(
    ("text", "product_class", "year", "month", "province", "serial", "grade"),
    [
        ("LB-15-19012700330A", "15", 2019, 1, "27", "00330", "A"),
        ("LB-50-1703081720A", "50", 2017, 3, "08", "1720", "A"),
        ("LB-15-1711196965A", "15", 2017, 11, "19", "6965", "A"),
        ("LB-03-24050999001AA", "03", 2024, 5, "09", "99001", "AA"),
    ],
)
def test_a_green_food_product_number_is_read_in_both_serial_lengths(
    text: str, product_class: str, year: int, month: int, province: str, serial: str, grade: str
) -> None:
    number = lb_no.parse(text)
    assert (number.product_class, number.approved_year, number.approved_month) == (product_class, year, month)
    assert (number.province, number.serial, number.grade, str(number)) == (province, serial, grade, text)


def test_a_green_food_enterprise_code_is_read() -> None:
    code = gf_code.parse("GF310151249903")
    assert (code.region, code.year, code.serial, str(code)) == ("310151", 2024, "9903", "GF310151249903")


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("310151999299", "崇明区"),
        ("310151", "崇明区"),
        ("230184", "黑龙江省哈尔滨市五常市"),
        ("230506", "黑龙江省双鸭山市宝山区"),  # not Shanghai's
        ("320904103005", "江苏省盐城市大丰区"),
        ("500233", "重庆市忠县"),
        ("110115", "北京市大兴区"),
        ("659001", "新疆维吾尔自治区石河子市"),
        ("429004", "湖北省仙桃市"),
        ("441900", "广东省东莞市"),
        ("460400", "海南省儋州市"),
        ("230199", "黑龙江省哈尔滨市"),  # a county of no list
        ("239999", "黑龙江省"),
        ("710000", "台湾省"),
        ("810007", "香港特别行政区"),
        ("310199", ""),
        ("990101", ""),
        ("31015", ""),
        (None, ""),
    ],
)
def test_a_district_is_named_wherever_it_lies(code: str | None, named: str) -> None:
    assert region.district_of(code) == named


def test_every_code_of_the_list_is_one_and_has_one_name() -> None:
    assert len(region.names()) > 3_300
    for code, name in region.names().items():
        assert str(region.parse(code)) == code
        assert re.fullmatch("[\u3400-\u9fff]{2,15}", name), (code, name)


def test_regions_know_shanghai_and_stay_silent_elsewhere() -> None:
    assert region.parse("310151999299").name == "崇明区"
    assert region.parse("310151").warnings == ()
    assert region.parse("310199").warnings == ("region-unknown",)
    elsewhere = region.parse("420116")
    assert (elsewhere.name, elsewhere.jurisdiction, elsewhere.warnings) == (None, "CN-42", ())
    assert str(region.parse("310151999")) == "310151999"


def test_organic_accreditation_and_input_numbers_are_read() -> None:
    code = organic.parse("12326000000000001")
    assert (code.agency, code.year, str(code)) == ("123", 2026, "12326000000000001")
    assert str(cma.parse("999900000001")) == "999900000001"
    assert input_reg_no.parse("PD20130001").kind == input_reg_no.PESTICIDE
    assert input_reg_no.parse("农肥(2018)准字1234号").kind == input_reg_no.FERTILISER
    assert str(input_reg_no.parse("沪农肥（2018）准字1234号")) == "沪农肥（2018）准字1234号"


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (uscc, "91310151XN0000442"),
        (uscc, "91310151xn0000442l"),
        (uscc, "9131015IXN0000442L"),
        (uscc, "91310151XN0000442L\n"),
        (sc_no, "SC3013101519901X"),
        (sc_no, "10131015199019"),
        (sc_no, "SC１0131015199019"),
        (gtin, "690123456789"[:11]),
        (gtin, "69012345678921234"),
        (gtin, "690123456789٢"),
        (gln, "952123400001"),
        (sscc, "39521234000000001"),
        (lb_no, "LB-58-24050999001A"),
        (lb_no, "LB-03-24130999001A"),
        (lb_no, "LB-03-24050999001B"),
        (lb_no, "LB0324050999001A"),
        (gf_code, "GF31015124990"),
        (region, "31015"),
        (region, "990151"),
        (organic, "1232600000000000"),
        (cma, "9999"),
        (input_reg_no, "XX20130001"),
    ],
)
def test_a_number_of_the_wrong_form_is_refused(module: object, text: str) -> None:
    with pytest.raises(NumberMalformed):
        module.parse(text)  # type: ignore[attr-defined]


@given(st.text("0123456789", min_size=7, max_size=17), st.integers(1, 9), st.data())
def test_the_gs1_check_digit_finds_every_single_wrong_digit(
    body: str, shift: int, data: st.DataObject
) -> None:
    whole = body + gs1_mod_10(body)
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = whole[:place] + str((int(whole[place]) + shift) % 10) + whole[place + 1 :]
    assert gs1_mod_10(wrong[:-1]) != wrong[-1]


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(1, 9), st.integers(0, 12))
def test_mod_11_10_finds_every_single_wrong_digit(body: str, shift: int, place: int) -> None:
    wrong = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]
    assert mod_11_10(wrong) != mod_11_10(body)


@given(st.text(USCC_ALPHABET, min_size=17, max_size=17), st.integers(1, 30), st.integers(0, 16))
def test_the_credit_code_check_finds_every_single_wrong_character(body: str, shift: int, place: int) -> None:
    other = USCC_ALPHABET[(USCC_ALPHABET.index(body[place]) + shift) % 31]
    assert uscc_mod_31(body[:place] + other + body[place + 1 :]) != uscc_mod_31(body)


def test_every_number_of_the_demo_parties_passes() -> None:
    folder = Path(os.environ.get("GREENTRACE_VECTORS", "../shared/vectors")).parent / "design"
    path = folder / "demo-parties.json"
    if not path.exists():
        pytest.skip(f"demo parties not found at {path}")
    organisations = json.loads(path.read_text(encoding="utf-8"))["orgs"]
    assert len(organisations) >= 10
    for organisation in organisations:
        if "uscc" in organisation:
            assert uscc.parse(organisation["uscc"]).warnings == ()
        if "sc" in organisation:
            assert sc_no.parse(organisation["sc"]).warnings == ()
        if "gf" in organisation:
            gf_code.parse(organisation["gf"])
        if "gln" in organisation:
            gln.parse(organisation["gln"])
