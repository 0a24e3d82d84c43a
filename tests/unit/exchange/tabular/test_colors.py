"""Ink that is the colour of what is behind it: by value, theme and tint, palette, or a rule."""

from __future__ import annotations

import pytest

from tests.builders.raw_workbooks import first_cell, one_cell, workbook

CELL = one_cell("<v>5</v>", 's="1"')
PALETTE = "<colors><indexedColors>{}</indexedColors></colors>"


def inked(
    font: str, fill: str = '<patternFill patternType="none"/>', more: str = "", behind: str = ""
) -> str:
    """What is seen of a 5 with this font on this fill."""
    styles = (
        f"<fonts><font/><font>{font}</font></fonts>"
        f'<fills><fill/><fill><patternFill patternType="gray125"/></fill><fill>{fill}</fill></fills>'
        f'<cellXfs><xf/><xf fontId="1" fillId="2"/></cellXfs>{more}'
    )
    return first_cell(workbook(CELL, styles=styles, behind=behind))


@pytest.mark.parametrize(
    ("color", "found"),
    [
        ('theme="0" tint="-0.0499"', "cell-invisible"),
        ('theme="1" tint="0.95"', "cell-invisible"),
        ('indexed="65"', "cell-invisible"),  # the system's own paper
        ('indexed="64"', "5"),
        ('indexed="22"', "5"),
        ('theme="0" tint="-0.5"', "5"),
        ('theme="1" tint="0.35"', "5"),
        ('theme="0" tint="dark"', "cell-invisible"),
        ('auto="1"', "5"),
    ],
)
def test_ink_is_worked_out_from_theme_tint_and_palette(color: str, found: str) -> None:
    assert inked(f"<color {color}/>") == found


@pytest.mark.parametrize(
    ("fill", "found"),
    [
        ('<patternFill patternType="solid"><fgColor theme="1" tint="0.05"/></patternFill>', "cell-invisible"),
        ('<patternFill patternType="solid"><fgColor indexed="64"/></patternFill>', "cell-invisible"),
        ('<patternFill patternType="gray125"><fgColor indexed="64"/></patternFill>', "5"),
        ("", "5"),
    ],
)
def test_black_ink_on_black_is_not_seen_whatever_names_the_black(fill: str, found: str) -> None:
    assert inked("", fill) == found


def test_a_workbook_may_number_its_colours_itself() -> None:
    own = PALETTE.format('<rgbColor rgb="00000000"/>' * 10 + '<rgbColor rgb="00FEFEFE"/>')
    assert inked('<color indexed="10"/>', more=own) == "cell-invisible"
    assert inked('<color indexed="10"/>') == "5"


@pytest.mark.parametrize(
    ("font", "fill", "change", "found"),
    [
        ("FFFFFF", "0000FF", '<fill><patternFill><bgColor rgb="FFFFFFFF"/></patternFill></fill>', False),
        ("000000", "FFFF00", '<font><color rgb="FFFFFF00"/></font>', False),
        ("FFFFFF", "0000FF", '<fill><patternFill><bgColor rgb="FF006100"/></patternFill></fill>', True),
        ("FFFFFF", "0000FF", '<font><color rgb="FFFFFF00"/></font>', True),
    ],
)
def test_a_rule_covers_what_stands_in_the_colour_it_puts_behind(font, fill, change, found) -> None:
    behind = '<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="0"/></conditionalFormatting>'
    solid = f'<patternFill patternType="solid"><fgColor rgb="FF{fill}"/></patternFill>'
    seen = inked(f'<color rgb="FF{font}"/>', solid, f"<dxfs><dxf>{change}</dxf></dxfs>", behind)
    assert seen == ("5" if found else "cell-format-conditional")


def test_many_rules_that_only_colour_are_no_reason_to_refuse_a_workbook() -> None:
    dxfs = '<dxfs><dxf><fill><patternFill><bgColor rgb="FFFFEB9C"/></patternFill></fill></dxf></dxfs>'
    rule = '<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="0"/></conditionalFormatting>'
    assert inked("", more=dxfs, behind=rule * 300) == "5"


def test_a_run_inside_a_cell_is_white_by_the_theme_as_well() -> None:
    text = '<is><r><rPr><color theme="0"/></rPr><t>R1</t></r></is>'
    assert first_cell(workbook(one_cell(text, 't="inlineStr"'))) == "cell-invisible"
