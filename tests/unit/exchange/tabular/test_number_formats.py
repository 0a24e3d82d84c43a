"""What a number looks like under its format, as Excel and WPS show it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trace.exchange.tabular.date_formats import is_date, seen_moment
from trace.exchange.tabular.format_codes import built_in, parse_format
from trace.exchange.tabular.number_formats import general, render, render_text


@pytest.mark.parametrize(
    ("code", "stored", "shown"),
    [
        ("General", "16900", "16900"),
        ("General", "0.00007", "0.00007"),
        ("General", "0.0000000001", "1E-10"),
        ("General", "0.3", "0.3"),
        ("General", "12345678901", "12345678901"),
        ("General", "9521234100010", "9.52123E+12"),
        ("General", "1234567.891234", "1234567.891"),
        ("General", "-0.5", "-0.5"),
        ('G/通用格式"kg"', "16.5", "16.5kg"),
        ("@", "16900", "16900"),
        ("0", "16.9", "17"),
        ("000000", "1234", "001234"),
        ("000000", "1234567", "1234567"),
        ("00000000000000", "9521234100010", "09521234100010"),
        ('"R20261006-"0', "1", "R20261006-1"),
        ("\\R0", "1", "R1"),
        ("!R0", "1", "R1"),
        ('0.00"吨"', "16.9", "16.90吨"),
        ("0.00吨", "16.9", "16.90吨"),
        ("0.0 kg", "1", None),  # bare letters that are no format
        ('0.0" kg"', "1", "1.0 kg"),
        ("0.00%", "0.086", "8.60%"),
        ("0%", "0.086", "9%"),
        ("#,##0", "16900", "16,900"),
        ("#,##0.00", "1234567.5", "1,234,567.50"),
        ("#,##0,", "16900", "17"),
        ("0.0,,", "16900000", "16.9"),
        ("0.0,", "16900", "16.9"),
        ("0.00E+00", "16900", "1.69E+04"),
        ("0.0E-0", "0.00007", "7.0E-5"),
        ("0.00E+00", "999.9", "1.00E+03"),
        ("0.##", "16", "16."),
        ("0.0#", "16.25", "16.25"),
        ("#", "0", ""),
        (";;;", "5", ""),
        ("0;-0;;@", "0", ""),
        ("0;0", "-5", "5"),
        ("0_);(0)", "-5", "(5)"),
        ("0;[Red]-0", "-5", "-5"),
        ("[红色]0.00", "1", "1.00"),
        ("[White]0", "3", ""),
        ("[白色]0", "3", ""),
        ("[$¥-804]#,##0.00", "16900", "¥16,900.00"),
        ("￥0", "3", "￥3"),
        ('[>=1000]0.0,"t";0"kg"', "16900", "16.9t"),
        ('[>=1000]0.0,"t";0"kg"', "900", "900kg"),
        ('[=1]"是";[=0]"否";0', "1", "是"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "16900", "16,900.00"),
        ("000-0000-0000", "13800000000", "138-0000-0000"),
        ("0!.0,", "16900", None),
        ('"<"0.00', "0.05", "<0.05"),
        ("# ?/?", "0.5", None),
        ("[DBNum1]0", "3", None),
        ("[$-1000000]0", "3", None),  # other digits
        ("0*-", "3", None),  # filled up with dashes
        ("0.00", "1" + "0" * 40, None),
        ("[h]:mm", "1.5", None),
    ],
)
def test_a_number_is_shown_as_its_format_says(code, stored, shown):
    found = render(parse_format(code), Decimal(stored))
    assert (found.text if found is not None else None) == shown


@pytest.mark.parametrize(
    ("code", "stored", "exact"),
    [
        ("General", "0.3", True),
        ("General", "9521234100010", False),
        ("0.00", "16.9", True),
        ("0.00", "16.904", False),
        ("0.00%", "0.086", True),
        ("0%", "0.086", False),
        ("0.0,", "16900", False),
        ("0;0", "-5", False),
        ("0_);(0)", "-5", True),
        ("0.00E+00", "16900", True),
        ("0.0E+00", "16900", False),
        ("000-0000", "1234567", False),
        ("#,##0", "16900", True),
    ],
)
def test_what_is_rounded_scaled_or_cut_up_is_not_what_is_stored(code, stored, exact):
    found = render(parse_format(code), Decimal(stored))
    assert found is not None
    assert found.exact is exact


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", "J1"), ("@", "J1"), ("0", "J1"), (";;;", ""), ("0;0;0;", ""), ('@"吨"', "J1吨"),
        ('0;0;0;"R"@', "RJ1"), ("[White]@", ""), ("[DBNum1]@", None),
    ],
)  # fmt: skip
def test_a_text_is_shown_as_the_fourth_section_says(code, shown):
    assert render_text(parse_format(code), "J1") == shown


@pytest.mark.parametrize(
    ("code", "stored", "shown", "day", "time"),
    [
        ("yyyy-mm-dd", "46301", "2026-10-06", True, False),
        ("yyyy/m/d h:mm", "46301.395833333336", "2026/10/6 9:30", True, True),
        ('yyyy"年"m"月"d"日"', "46301", "2026年10月6日", True, False),
        ('m"月"d"日"', "46301", "10月6日", False, False),
        ("yy-mm-dd", "46301", "26-10-06", False, False),
        ("d-mmm-yyyy", "46301", "6-Oct-2026", True, False),
        ("yyyy-mm-dd hh:mm:ss", "46301.395844907", "2026-10-06 09:30:01", True, True),
        ("yyyy-m-d h:mm AM/PM", "46301.895833333336", "2026-10-6 9:30 PM", True, True),
        ('yyyy-m-d 上午/下午h"时"mm"分"', "46301.895833333336", "2026-10-6 下午9时30分", True, True),
        ("yyyy-mm-dd aaaa", "46301", "2026-10-06 星期二", True, False),
        ("mm:ss", "46301.395833333336", "30:00", False, False),
        ("[$-804]yyyy-mm-dd", "46301", "2026-10-06", True, False),
    ],
)
def test_a_day_is_shown_as_its_format_says(code, stored, shown, day, time):
    form = parse_format(code)
    assert is_date(form, Decimal(stored))
    found = seen_moment(form, Decimal(stored))
    assert found is not None
    assert (found.shown, found.has_day, found.has_time) == (shown, day, time)


@pytest.mark.parametrize(
    ("code", "stored"), [("yyyy-mm-dd", "3"), ("yyyy-mm-dd", "99999"), ("[DBNum1]yyyy-m-d", "46301")]
)
def test_a_day_that_is_none_of_ours_or_unreadable_is_not_worked_out(code, stored):
    assert seen_moment(parse_format(code), Decimal(stored)) is None


def test_seconds_that_are_not_shown_are_not_taken():
    found = seen_moment(parse_format("yyyy-mm-dd hh:mm"), Decimal("46301.396145833"))
    assert found is not None
    assert found.at.isoformat() == "2026-10-06T09:30:00+08:00"


def test_formats_that_go_by_their_number_are_those_of_chinese_excel():
    assert built_in(10) == "0.00%"
    assert built_in(31) == 'yyyy"年"m"月"d"日"'
    assert built_in(164) == "General"


def test_zero_is_shown_as_zero():
    assert general(Decimal(0)) == "0"


def test_a_code_longer_than_any_is_not_read_at_all():
    assert render(parse_format("[" * 50_000), Decimal(1)) is None
    assert render_text(parse_format("@" + "[" * 50_000), "x") == "x"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (41, "16,900"),
        (42, "¥16,900"),
        (43, "16,900.46"),
        (44, "¥16,900.46"),
        (23, None),
        (59, None),
        (163, None),
    ],
)
def test_formats_of_accounts_and_of_other_countries_round_or_are_not_worked_out(number, shown):
    found = render(parse_format(built_in(number)), Decimal("16900.456"))
    assert (found.text.strip() if found is not None else None) == shown
    assert found is None or not found.exact


def test_a_text_under_a_format_of_accounts_is_seen_as_it_is():
    assert render_text(parse_format(built_in(43)), "稻谷").strip() == "稻谷"
