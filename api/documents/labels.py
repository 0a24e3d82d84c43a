"""Answers about labels and print runs: what is printed, at which size, with what to beware of."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Counters, Document, anything, said
from api.problems import locale_of_request
from trace.labels.module_size import Warned
from trace.wording import say


def _sentence(warned: Warned) -> str:
    return say(locale_of_request(), f"label-warning.{warned.slug}", **dict(warned.params))


class LabelWarning(Document):
    """What to beware of: slug, figures, and the sentence in the caller's language."""

    slug = fields.String()
    params = fields.Function(lambda warned: dict(warned.params), metadata={"type": "object"})
    text = fields.Function(_sentence, metadata={"type": "string"})


class Label(Document):
    """Everything about a label but its drawing."""

    uri = fields.String(metadata=said("the link in the symbol"))
    readable = fields.String(metadata=said("the line for people"))
    version = fields.Integer(allow_none=True)
    level = fields.String(allow_none=True)
    module_mm = fields.String()
    side_mm = fields.String(metadata=said("with the quiet zone"))
    dots = fields.Integer(allow_none=True, metadata=said("a module; null where no printer was named"))
    warnings = fields.List(fields.Nested(LabelWarning))


class RunLinks(Document):
    """Where the parts of a run are."""

    self = fields.String()
    part = fields.String()
    all = fields.String()
    manifest = fields.String()


class PrintRun(Document):
    """A print run as it stands."""

    id = fields.String(attribute="row.id")
    lot = fields.String(attribute="row.lot")
    state = fields.String(metadata=said("asked | printing | made | signed"))
    form = fields.String(attribute="row.form")
    range = fields.Nested(Counters, attribute="row")
    epoch = fields.String(attribute="row.epoch")
    parts = fields.Integer(attribute="row.parts")
    done = fields.Integer(metadata=said("parts made so far"))
    per_part = fields.Integer(attribute="row.described.perPart")
    printer = fields.String(attribute="row.printer")
    dots = fields.Integer(attribute="row.described.dots")
    dpi = fields.Integer(attribute="row.described.dpi")
    symbol = fields.Dict(attribute="row.described.symbol", keys=fields.String())
    asked_at = fields.DateTime(attribute="row.asked_at")
    again = fields.String(attribute="row.again", allow_none=True)
    signed_with = fields.String(attribute="row.signed_with", allow_none=True)
    warnings = fields.List(fields.Nested(LabelWarning))
    links = fields.Function(lambda asked: links_of(asked.row.id), metadata={"type": "object"})


class PrintRuns(Document):
    """What was printed of a lot, the oldest run first."""

    lot = fields.String()
    runs = fields.List(fields.Nested(PrintRun))


class PrintedPart(Document):
    """A file of a run: which codes are in it, and its digest."""

    bytes = fields.Integer()
    count = fields.Integer()
    first = fields.Integer()
    name = fields.String()
    sha256 = fields.String()


class PrintManifest(Document):
    """What was printed, as canonical JSON: exactly the bytes to sign."""

    sometimes = frozenset({"cutMarks", "drawing", "start"})

    again = fields.String(allow_none=True)
    count = fields.Integer()
    cut_marks = fields.Boolean(metadata=said("of sheets; absent in older manifests"))
    dots = fields.Integer()
    dpi = fields.Integer()
    drawing = fields.Integer(metadata=said("how it is drawn; absent in older manifests"))
    epoch = fields.String()
    first = fields.Integer()
    form = fields.String()
    grouped = fields.Boolean()
    hidden = fields.Boolean()
    holder = fields.String()
    job = fields.String()
    kind = fields.String()
    label = fields.Dict(keys=fields.String(), allow_none=True)
    lot = fields.String()
    made_at = fields.DateTime()
    parts = fields.List(fields.Nested(PrintedPart))
    per_part = fields.Integer()
    prepared_by = fields.String(metadata=said("the platform's log"))
    printer = fields.String()
    readable = fields.List(fields.String())
    run = fields.String()
    scope = fields.String()
    sheet = fields.String(allow_none=True)
    start = fields.Integer(metadata=said("the first label's place on its sheet"))
    symbol = anything()
    template = anything()
    v = fields.Integer()


def address_of(run: str) -> str:
    """Where a run is asked for."""
    return f"/api/v1/print-runs/{run}"


def links_of(run: str) -> dict[str, str]:
    """Where a run and its parts are."""
    address = address_of(run)
    return {
        "self": address,
        "part": f"{address}/parts/{{number}}",
        "all": f"{address}/files.zip",
        "manifest": f"{address}/manifest",
    }
