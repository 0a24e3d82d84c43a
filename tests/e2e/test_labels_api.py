"""Labels over HTTP: every form read back by another decoder, whole printer dots, warnings, gates, logos."""

from __future__ import annotations

import io
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from flask import Response
from PIL import Image, ImageDraw

from api.routes.labels import warn
from cli.labels import _warnings
from tests.builders import facts as made
from tests.builders.label_reading import pages_of, read_pdf, read_svg, read_zpl
from tests.builders.signed_rice import H1, K1
from tests.e2e.conftest import Told
from trace.labels.formats import FORMATS
from trace.labels.module_size import LEAST_MM, Warned
from trace.labels.read_back import read_symbols
from trace.labels.symbol import encode, png

PATH = f"/api/v1/lots/{K1}/label"


@pytest.fixture(scope="module")
def printer(told: Told) -> str:
    """A label printer's own token: it prints and can do nothing else."""
    return told.door.token(made.uscc(made.MILL), "labels:print")


def link_of(told: Told, printer: str) -> str:
    return str(told.door.get(f"{PATH}?form=json", printer).json["uri"])


def test_a_printers_token_prints_and_states_nothing(told: Told, printer: str) -> None:
    assert told.door.get(PATH, printer).status_code == 200
    assert told.door.get(PATH).status_code == 401
    regulator = told.door.get(PATH, told.door.regulator())
    assert (regulator.status_code, regulator.json["code"]) == (403, "scope-missing")
    refused = told.door.post("/api/v1/statements", b"{}", printer)
    assert (refused.status_code, refused.json["code"]) == (403, "scope-missing")


def test_nobody_prints_the_labels_of_anothers_goods(told: Told) -> None:
    stranger = told.door.token(made.uscc(made.TOFU), "labels:print")
    answer = told.door.get(PATH, stranger)
    assert (answer.status_code, answer.json["code"]) == (403, "lot-not-held")


def test_what_is_no_pack_has_no_label(told: Told) -> None:
    farm = told.door.token(made.uscc(made.COOPERATIVE), "labels:print")
    answer = told.door.get(f"/api/v1/lots/{H1}/label", farm)
    assert (answer.status_code, answer.json["code"]) == (404, "unknown-lot")


def test_the_link_is_that_of_the_record_and_the_line_is_for_people(told: Told, printer: str) -> None:
    told_of = told.door.get(f"{PATH}?form=json&dpi=300", printer).json
    link = urlsplit(told_of["uri"])
    assert link.path == "/01/09521234100010/10/M20261012A"
    assert link.query.startswith("v=")
    assert len(link.query) == 24
    assert told_of["readable"] == "(01)09521234100010(10)M20261012A"
    assert (told_of["level"], told_of["warnings"]) == ("M", [])
    assert Decimal(told_of["moduleMm"]) == told_of["dots"] * Decimal("0.084667")


@pytest.mark.parametrize("query", ["", "?dpi=203", "?dpi=600&dots=10", "?dpi=300&size=40x30"])
def test_a_drawing_is_read_back(told: Told, printer: str, query: str) -> None:
    answer = told.door.get(PATH + query, printer)
    assert answer.content_type.startswith("image/svg+xml")
    assert read_svg(answer.text) == [link_of(told, printer)]
    assert "(01)09521234100010(10)M20261012A" in answer.text


@pytest.mark.parametrize(("dpi", "size"), [(203, "40x30"), (300, "60x40"), (600, "40x30")])
def test_a_picture_is_read_back_and_its_modules_are_whole_dots(
    told: Told, printer: str, dpi: int, size: str
) -> None:
    answer = told.door.get(f"{PATH}?form=png&dpi={dpi}&size={size}", printer)
    picture = Image.open(io.BytesIO(answer.data))
    assert read_symbols(answer.data) == [link_of(told, printer)]
    dots = told.door.get(f"{PATH}?form=json&dpi={dpi}&size={size}", printer).json["dots"]
    assert picture.width % dots == 0
    assert picture.info["dpi"][0] == pytest.approx(dpi, rel=0.002)
    quiet = picture.convert("L").crop((0, 0, picture.width, 4 * dots))
    assert quiet.getextrema() == (255, 255)


@pytest.mark.parametrize("size", sorted(FORMATS))
def test_a_sheet_is_filled_and_every_label_of_it_is_read_back(told: Told, printer: str, size: str) -> None:
    answer = told.door.get(f"{PATH}?form=pdf&size={size}&dpi=600", printer)
    assert answer.data.startswith(b"%PDF-")
    width = float(FORMATS[size].page[0])
    found = read_pdf(answer.data, width_mm=width)
    assert found == [link_of(told, printer)] * FORMATS[size].labels_per_page
    more = told.door.get(f"{PATH}?form=pdf&size={size}&copies={FORMATS[size].labels_per_page + 1}", printer)
    assert pages_of(answer.data) + 1 == pages_of(more.data) == 2
    assert read_pdf(more.data, 2, width) == [link_of(told, printer)]


def test_a_used_sheet_goes_on_and_the_rest_of_it_is_filled(told: Told, printer: str) -> None:
    answer = told.door.get(f"{PATH}?form=pdf&size=a4-12&start=10&marks=false", printer)
    assert read_pdf(answer.data, width_mm=210) == [link_of(told, printer)] * 3
    assert pages_of(answer.data) == 1


def test_a_preview_is_a_picture_at_true_size(told: Told, printer: str) -> None:
    drawn = told.door.get(f"{PATH}?form=pdf&size=60x40&preview=true&lang=zh-en", printer)
    assert drawn.content_type.startswith("image/svg+xml")
    assert read_svg(drawn.text) == [link_of(told, printer)]
    dots = told.door.get(f"{PATH}?form=zpl&size=60x40&dpi=203&preview=true", printer)
    picture = Image.open(io.BytesIO(dots.data))
    assert (dots.content_type, picture.size) == ("image/png", (480, 320))
    assert picture.info["dpi"][0] == pytest.approx(203.2, rel=0.001)
    assert read_symbols(dots.data) == [link_of(told, printer)]


def test_text_that_is_shortened_or_undrawn_is_warned_of_in_headers_of_ascii() -> None:
    figures = (("row", "title"), ("text", "绿色大米; a, b"))
    headers = warn(Response(), [Warned("text-too-long", figures)]).headers.getlist("Label-Warning")
    encoded = "%E7%BB%BF%E8%89%B2%E5%A4%A7%E7%B1%B3%3B%20a%2C%20b"
    assert headers == [f"text-too-long; row=title; text*=UTF-8''{encoded}"]
    (told_of,) = list(_warnings({"Label-Warning": headers[0]}, "zh-CN"))
    assert "绿色大米; a, b" in told_of


@pytest.mark.parametrize(("dpi", "size"), [(203, "40x30"), (203, "60x40"), (300, "40x30"), (600, "60x40")])
def test_a_label_printer_gets_dots_that_are_read_back(told: Told, printer: str, dpi: int, size: str) -> None:
    answer = told.door.get(f"{PATH}?form=zpl&dpi={dpi}&size={size}&copies=7", printer)
    assert read_zpl(answer.text) == [link_of(told, printer)]
    assert answer.text.endswith("^PQ7^XZ\n")
    assert "^PQ" not in told.door.get(f"{PATH}?form=zpl&dpi={dpi}&size={size}", printer).text


def test_small_modules_are_warned_of_in_headers_and_in_words(told: Told, printer: str) -> None:
    answer = told.door.get(f"{PATH}?form=png&dpi=203&dots=3", printer)
    assert answer.headers.getlist("Label-Warning") == ["module-small; module=0.375; least=0.396"]
    told_of = told.door.get(f"{PATH}?form=json&dpi=203&dots=3", printer, Accept_Language="en").json
    (warning,) = told_of["warnings"]
    assert warning["slug"] == "module-small"
    assert "0.375 mm" in warning["text"]
    assert told.door.get(f"{PATH}?dpi=203", printer).headers.getlist("Label-Warning") == []
    unknown = told.door.get(PATH, printer)
    assert unknown.headers.getlist("Label-Warning") == ["printer-unknown"]


def test_too_fine_a_module_is_refused_with_the_figures(told: Told, printer: str) -> None:
    answer = told.door.get(f"{PATH}?form=png&dpi=203&dots=2", printer)
    assert (answer.status_code, answer.json["code"]) == (422, "module-unprintable")
    assert answer.json["params"] == {"dots": 2, "dpi": 203, "module": "0.250", "least": str(LEAST_MM)}


def test_a_symbol_larger_than_its_label_is_refused_with_both_lengths(told: Told, printer: str) -> None:
    answer = told.door.get(f"{PATH}?form=zpl&dpi=203&dots=7&size=40x30", printer)
    assert (answer.status_code, answer.json["code"]) == (422, "label-too-small")
    assert Decimal(answer.json["params"]["side"]) > Decimal(answer.json["params"]["room"])


@pytest.mark.parametrize(
    "query", ["form=gif", "dpi=204", "dots=0", "copies=-1", "copies=99999", "size=" + "x" * 40, "colour=red"]
)
def test_a_wish_that_makes_no_sense_is_a_400(told: Told, printer: str, query: str) -> None:
    answer = told.door.get(f"{PATH}?{query}", printer)
    assert (answer.status_code, answer.json["code"]) == (400, "shape")


def test_an_unknown_sheet_names_those_there_are(told: Told, printer: str) -> None:
    answer = told.door.get(f"{PATH}?form=pdf&size=a3", printer)
    assert (answer.status_code, answer.json["code"]) == (400, "label-size-unknown")
    assert "a4-24" in answer.json["detail"]


def a_logo() -> bytes:
    logo = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ImageDraw.Draw(logo).ellipse((0, 40, 299, 260), fill=(0, 110, 60, 255))
    written = io.BytesIO()
    logo.save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(("level", "share"), [("Q", "0.06"), ("H", "0.09")])
def test_the_enterprises_logo_is_laid_on_the_symbol(told: Told, printer: str, level: str, share: str) -> None:
    answer = told.door.post(f"{PATH}?level={level}&share={share}", a_logo(), printer, kind="image/png")
    assert (answer.status_code, answer.content_type) == (200, "image/png"), answer.text
    assert read_symbols(answer.data) == [link_of(told, printer)]
    picture = Image.open(io.BytesIO(answer.data)).convert("RGB")
    red, green, _ = picture.getpixel((picture.width // 2, picture.height // 2))
    assert green > red + 50


def test_a_logo_with_which_nobody_reads_the_symbol_is_refused_with_the_reason(
    told: Told, printer: str
) -> None:
    another_code = png(encode("https://elsewhere.example/"))
    answer = told.door.post(f"{PATH}?level=Q&share=0.06", another_code, printer, kind="image/png")
    assert (answer.status_code, answer.json["code"]) == (422, "logo-unreadable")
    assert answer.json["params"]["sights"]
    covered = told.door.post(f"{PATH}?level=Q&share=0.08", a_logo(), printer, kind="image/png")
    assert (covered.status_code, covered.json["code"]) == (400, "logo-too-large")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"GIF89a" + bytes(40), "not-png"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "pixels"),
        (a_logo()[:16] + (60_000).to_bytes(4, "big") * 2 + a_logo()[24:], "pixels"),
        (a_logo()[:60], "not-png"),
        (a_logo()[:45] + b"\x00\x01\x02" + a_logo()[48:], "not-png"),
    ],
)
def test_what_is_no_small_png_is_refused(told: Told, printer: str, content: bytes, reason: str) -> None:
    answer = told.door.post(PATH, content, printer, kind="image/png")
    assert (answer.status_code, answer.json["code"]) == (400, "logo-unfit")
    assert answer.json["params"]["reason"] == reason


def test_a_logo_file_that_is_too_large_is_refused_unread(told: Told, printer: str) -> None:
    answer = told.door.post(PATH, bytes(600_000), printer, kind="image/png")
    assert answer.status_code == 413
