"""What has no name on a page of an authority stands there by its number."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from jinja2 import Environment, FileSystemLoader, PrefixLoader
from markupsafe import escape

import scanner_web
from scanner_web.frame.reader import Reader, bare
from trace.errors import UnknownLot
from trace.oversight.diagram.districts import TILE, sketch

HOME: Final = Path(scanner_web.__file__).parent
PAGES: Final = Environment(
    autoescape=True,
    loader=PrefixLoader(
        {name: FileSystemLoader(HOME / name / "templates") for name in ("frame", "enterprise", "regulator")}
    ),
)
FIRM: Final = "urn:uscc:91310000MA00000001"


@pytest.mark.parametrize(
    ("urn", "said"),
    [
        (FIRM, "91310000MA00000001"),
        ("urn:lot:91310000MA00000001:R1", "91310000MA00000001:R1"),
        ("12:30:15", "12:30:15"),
        ("", "—"),
    ],
)
def test_what_has_no_name_is_its_number(urn, said) -> None:
    macros = PAGES.get_template("regulator/parts/risk.html").module
    assert str(macros.firm(urn, {})).strip() == said


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_refusal_on_a_page_names_a_lot_by_its_number(locale) -> None:
    of = Reader(locale, large=False, chosen=True, query=())
    said = of.say("problem.unknown-lot.detail", lot="urn:lot:91310000MA00000001:R1")
    assert "91310000MA00000001:R1" in said
    assert "urn:" not in said
    assert bare(["urn:uscc:91310000MA00000001", "urn:lot: none", 7]) == [
        "91310000MA00000001",
        "urn:lot: none",
        7,
    ]


@pytest.mark.parametrize("over", [False, True])
def test_the_span_of_a_warning_is_called_our_own_and_nobody_late(over) -> None:
    of = Reader("zh-CN", large=False, chosen=True, query=())
    pages = PAGES.overlay()
    pages.filters = {**PAGES.filters, "until": lambda due, _say: str(due)}
    shown = str(pages.get_template("regulator/parts/risk.html").module.own_span("2026-10-28", over, of.say))
    assert "自设" in shown
    assert "逾期" not in shown
    assert "danger" not in shown


@pytest.mark.parametrize(("locale", "between"), [("zh-CN", ""), ("en", " ")])
@pytest.mark.parametrize(
    ("part", "macro"), [("regulator/parts/office.html", "told"), ("enterprise/parts/forms.html", "refused")]
)
def test_what_happened_and_what_to_do_are_apart_in_english_alone(part, macro, locale, between) -> None:
    of = Reader(locale, large=False, chosen=True, query=())
    refusal = UnknownLot(lot="A:R1")
    shown = str(getattr(PAGES.get_template(part).module, macro)(refusal, of))
    happened, then = (of.say(f"problem.unknown-lot.{part}", lot="A:R1") for part in ("detail", "action"))
    assert f"<p>{escape(happened)}{between}{escape(then)}</p>" in shown


def test_tiles_of_districts_hold_their_names_in_letters() -> None:
    of = Reader("en", large=False, chosen=True, query=())
    drawn = PAGES.get_template("regulator/parts/districts.html").module.districts(
        sketch(["崇明区"], ["江苏省南通市如东县"]), TILE, of, of.say
    )
    names = re.findall(r"<text x=[^>]*>([^<]*)</text>", str(drawn))
    assert "Chongming" in names
    assert not [one for one in names if "Shanghai" in one or "Jiangsu" in one]
