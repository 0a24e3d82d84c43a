"""Request schemas of the upload routes."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict
from trace.exchange.tabular.mapping import DAYS
from trace.exchange.tabular.row_stream import UPLOAD_LIMITS
from trace.usecases.uploads.forms import FORMS
from trace.usecases.uploads.receive import FORMATS
from trace.usecases.uploads.sign_upload import WAVE

_FORM = validate.OneOf(sorted(FORMS))
_ID = validate.Regexp(r"\A[A-Za-z0-9_-]{22}\Z")
_LETTER = validate.Regexp(r"\A[A-Z]{1,3}\Z")
_SHEET = {"description": "place of the sheet in the file, from 0, as faults name it"}
_ROW = validate.Range(min=1, max=1_048_576)


class UploadBody(Strict):
    """A file that is to come. Without `mapping` it is a template of ours, or a table with our headings."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    sha256 = fields.String(required=True, validate=validate.Regexp(r"\A[0-9a-f]{64}\Z"))
    bytes = fields.Integer(required=True, validate=validate.Range(min=1, max=UPLOAD_LIMITS.file_bytes))
    format = fields.String(required=True, validate=validate.OneOf(FORMATS))
    form = fields.String(
        load_default="", validate=validate.OneOf(["", *sorted(FORMS)]), metadata={"description": "of a csv"}
    )
    mapping = fields.String(load_default=None, validate=_ID)


class FaultsQuery(Strict):
    most = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    offset = fields.Integer(load_default=0, validate=validate.Range(min=0, max=10_000_000))


class CellBody(Strict):
    """A cell and what is to stand in it; an empty text empties it."""

    sheet = fields.Integer(required=True, validate=validate.Range(min=0, max=100), metadata=_SHEET)
    row = fields.Integer(required=True, validate=_ROW, metadata={"description": "as Excel numbers it"})
    column = fields.String(required=True, validate=_LETTER, metadata={"description": "Excel's letter"})
    text = fields.String(required=True, validate=validate.Length(max=2000))


class RowBody(Strict):
    """A row that is to be left out."""

    sheet = fields.Integer(required=True, validate=validate.Range(min=0, max=100), metadata=_SHEET)
    row = fields.Integer(required=True, validate=_ROW, metadata={"description": "as Excel numbers it"})


class MendBody(Strict):
    """Equal faults of one column; every cell that says `read` will say `text`."""

    sheet = fields.Integer(required=True, validate=validate.Range(min=0, max=100), metadata=_SHEET)
    column = fields.String(required=True, validate=_LETTER)
    code = fields.String(required=True, validate=validate.Length(max=60))
    read = fields.String(required=True, validate=validate.Length(max=2000))
    text = fields.String(required=True, validate=validate.Length(max=2000))


class WaveBody(Strict):
    stream = fields.String(required=True, validate=validate.Length(min=1, max=64))
    leave_faulty = fields.Boolean(
        load_default=False,
        data_key="leaveFaulty",
        metadata={"description": "sign the sound rows although others have faults; those are not stated"},
    )


class SignedBody(Strict):
    key = fields.String(required=True, validate=validate.Length(max=60))
    jws = fields.Dict(required=True, metadata={"description": "flattened JWS, disclosures in header"})


class SubmitBody(Strict):
    statements = fields.List(
        fields.Nested(SignedBody), required=True, validate=validate.Length(min=1, max=WAVE)
    )


class ReasonBody(Strict):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class MappedBody(Strict):
    """What a column of the firm's is."""

    member = fields.String(required=True, validate=validate.Length(max=60))
    unit = fields.String(load_default="", validate=validate.Length(max=20))
    days = fields.String(load_default=DAYS[0], validate=validate.OneOf(DAYS))


class MappingBody(Strict):
    """How a firm's own table becomes rows of a form."""

    form = fields.String(required=True, validate=_FORM)
    sheet = fields.String(load_default="", validate=validate.Length(max=60))
    heading = fields.Integer(load_default=1, validate=validate.Range(min=1, max=30))
    columns = fields.Dict(keys=fields.String(), values=fields.Nested(MappedBody), required=True)
    fixed = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    passed_over = fields.List(fields.String(), load_default=list, data_key="passedOver")


class NamedMappingBody(MappingBody):
    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
