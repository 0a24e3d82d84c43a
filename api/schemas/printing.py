"""Request schemas of the label and print-run routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from api.schemas.statements import Strict
from trace.labels.captions import LANGUAGES

_DPI = validate.OneOf([203, 300, 600])
_SIZE = {"description": "a4-24, a4-12, a4-40 (sheets), 60x40 or 40x30 (rolls, mm)"}
_START = {"description": "place of the first label on a sheet, from 1, where those before it were used"}
_MARKS = {"description": "short lines to cut a sheet by; false for sheets that are cut already"}
_LANG = {"description": "of the captions: zh, en, or zh-en for both"}
_PLACE = validate.Range(min=1, max=100)
_COUNTER = validate.Range(min=0, max=2**50 - 1)
_COUNT = validate.Range(min=1, max=10**9)


class LabelQuery(Strict):
    form = fields.String(
        load_default="svg",
        validate=validate.OneOf(["svg", "png", "pdf", "zpl", "json"]),
        metadata={"description": "json: link, size and warnings without the drawing"},
    )
    size = fields.String(load_default="60x40", validate=validate.Length(max=20), metadata=_SIZE)
    dpi = fields.Integer(
        load_default=None,
        validate=_DPI,
        metadata={"description": "the printer's; modules are whole dots then"},
    )
    dots = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1, max=60),
        metadata={"description": "printer dots a module; as many as fit when absent"},
    )
    copies = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=2000),
        metadata={"description": "of a pdf or zpl label; 0: one full sheet, or one label of a roll"},
    )
    start = fields.Integer(load_default=1, validate=_PLACE, metadata=_START)
    marks = fields.Boolean(load_default=True, metadata=_MARKS)
    lang = fields.String(load_default=LANGUAGES[0], validate=validate.OneOf(LANGUAGES), metadata=_LANG)
    preview = fields.Boolean(
        load_default=False,
        metadata={"description": "of a pdf its first page as SVG, of zpl its dots as PNG, both at true size"},
    )
    serial = fields.String(
        load_default=None,
        validate=validate.Length(min=12, max=20),
        metadata={"description": "the label of one item code again, to replace a damaged one"},
    )
    reason = fields.String(
        load_default=None,
        validate=validate.Length(min=4, max=200),
        metadata={"description": "with serial: why it is drawn again; it stands in the history of the code"},
    )

    @validates_schema
    def _reason_of_a_code(self, data: Mapping[str, Any], **_: object) -> None:
        if data.get("reason") is not None and data.get("serial") is None:
            raise ValidationError("with serial only", "reason")


class LogoQuery(Strict):
    level = fields.String(load_default="Q", validate=validate.OneOf(["Q", "H"]))
    share = fields.Float(
        load_default=0.05,
        validate=validate.Range(min=0.005, max=0.09),
        metadata={"description": "of the symbol's area: at most 0.06 at level Q, 0.09 at H"},
    )
    px = fields.Integer(
        load_default=8, validate=validate.Range(min=4, max=40), metadata={"description": "pixels a module"}
    )


class CounterRange(Strict):
    """Counters of the lot's range, as code.activate and code.void name them."""

    first = fields.Integer(required=True, validate=_COUNTER)
    count = fields.Integer(required=True, validate=_COUNT)


class RunBody(Strict):
    """The print run asked for. Without `range`: every code of the lot."""

    form = fields.String(required=True, validate=validate.OneOf(["csv", "png", "svg", "zpl", "pdf"]))
    range = fields.Nested(CounterRange, load_default=None)
    size = fields.String(load_default="60x40", validate=validate.Length(max=20), metadata=_SIZE)
    dpi = fields.Integer(load_default=203, validate=_DPI)
    dots = fields.Integer(load_default=None, validate=validate.Range(min=1, max=60))
    printer = fields.String(
        required=True,
        validate=validate.Length(min=1, max=120),
        metadata={"description": "which machine or printing house gets the files; it stands in the manifest"},
    )
    hidden = fields.Boolean(
        load_default=False,
        metadata={"description": "csv only: a column of codes to print under scratch film"},
    )
    again = fields.String(
        load_default=None,
        validate=validate.Length(min=4, max=200),
        metadata={"description": "why codes that were printed before are printed once more"},
    )
    start = fields.Integer(load_default=1, validate=_PLACE, metadata=_START)
    marks = fields.Boolean(load_default=True, metadata=_MARKS)
    lang = fields.String(load_default=LANGUAGES[0], validate=validate.OneOf(LANGUAGES), metadata=_LANG)

    @validates_schema
    def _hidden_in_a_table(self, data: Mapping[str, Any], **_: object) -> None:
        if data.get("hidden") and data.get("form") != "csv":
            raise ValidationError("csv only", "hidden")
