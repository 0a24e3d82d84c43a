"""Answers about uploads: state and counts, faults with their cells, what is to be signed, receipts."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, anything, said, texts


class Upload(Document):
    """A file on its way to being records. The state follows from its rows at the moment of asking."""

    id = fields.String(attribute="upload.id")
    name = fields.String(attribute="upload.name")
    sha256 = fields.String(attribute="upload.sha256")
    bytes = fields.Integer(attribute="upload.bytes")
    format = fields.String(attribute="upload.format")
    mapping = fields.String(attribute="upload.mapping", allow_none=True)
    created_at = fields.DateTime(attribute="upload.created_at")
    state = fields.String(metadata=said("receiving | waiting | running | stopped | refused | done"))
    received = fields.Integer(metadata=said("bytes that are here: the next part begins there"))
    phase = fields.String(
        allow_none=True, metadata=said("what the last step did: read | checked | planned | tried | ended")
    )
    last = fields.DateTime(allow_none=True, metadata=said("when the last rows were committed"))
    read = fields.Integer(metadata=said("rows that were taken out of the file"))
    rows = fields.Integer(metadata=said("rows that say something"))
    sound = fields.Integer()
    faulty = fields.Integer(metadata=said("rows of records with a fault"))
    faults = fields.Integer()
    of_file = fields.Integer(metadata=said("faults of the file or a sheet: nothing of it is taken"))
    fresh = fields.Integer(metadata=said("records to be signed"))
    known = fields.Integer(metadata=said("records that were stated before, the same"))
    changed = fields.Integer(metadata=said("records that were stated before, otherwise"))
    stated = fields.Integer(metadata=said("records that were signed from here"))


class Uploads(Document):
    """The last uploads of the caller's party, the newest first."""

    uploads = fields.List(fields.Nested(Upload))


class Received(Document):
    """How much of a file is here by now."""

    received = fields.Integer()


class CellFault(Document):
    """A fault at its place, and how to mend it."""

    sheet = fields.String()
    place = fields.Integer(metadata=said("of the sheet, from 0; -1 for the file"))
    row = fields.Integer(metadata=said("as Excel numbers it; 0 for a sheet or the file"))
    column = fields.String(metadata=said("Excel's letter; empty for a row"))
    heading = fields.String()
    read = fields.String(metadata=said("what was read in the cell"))
    code = fields.String()
    params = anything()
    title = fields.String()
    detail = fields.String(metadata=said("what is wrong and what is expected"))
    action = fields.String(metadata=said("how to mend it"))
    editable = fields.Boolean()
    suggestions = texts()


class CellFaults(Document):
    """Faults in the order of the file, from `offset` on."""

    faults = fields.List(fields.Nested(CellFault))


class FaultGroup(Document):
    """Equal faults of one column."""

    sheet = fields.String()
    place = fields.Integer()
    column = fields.String()
    heading = fields.String()
    code = fields.String()
    params = anything()
    count = fields.Integer()
    first = fields.Integer(metadata=said("the first row that has it"))
    detail = fields.String()


class FaultGroups(Document):
    """Equal faults together, the most frequent first."""

    groups = fields.List(fields.Nested(FaultGroup))


class Mended(Document):
    """How many cells or records were written anew."""

    count = fields.Integer()


class Prepared(Document):
    """One statement to be signed: claims that lack `prev` alone, and the disclosures of what they conceal."""

    key = fields.String()
    claims = anything()
    disclosures = texts()


class Wave(Document):
    """What is to be signed next. Each statement takes as `prev` the id of the one before it."""

    iss = fields.String()
    stream = fields.String()
    prev = fields.String(allow_none=True, metadata=said("of the first; null at seq 1"))
    statements = fields.List(fields.Nested(Prepared))
    left = fields.Integer(metadata=said("records of the upload that are still to be signed, these included"))


class StatedRow(Document):
    """The receipt of a record and the rows that said it."""

    key = fields.String()
    sheet = fields.String()
    rows = fields.List(fields.Integer())
    typ = fields.String()
    stmt = fields.String()
    index = fields.Integer()
    note = fields.String(allow_none=True, metadata=said("the delivery note of a shipment"))


class Receipts(Document):
    """Everything that was stated from an upload."""

    receipts = fields.List(fields.Nested(StatedRow))


class Difference(Document):
    """A member of a record that the file says otherwise."""

    member = fields.String()
    stands = fields.Raw(allow_none=True)
    said = fields.Raw(allow_none=True)


class ChangedRecord(Document):
    """A record that stands, and how the file says it otherwise."""

    key = fields.String()
    typ = fields.String()
    sheet = fields.String()
    rows = fields.List(fields.Integer())
    stmt = fields.String()
    differences = fields.List(fields.Nested(Difference))


class ChangedRecords(Document):
    """What the file says otherwise than before."""

    changed = fields.List(fields.Nested(ChangedRecord))


class SavedMapping(Document):
    """A version of a firm's mapping."""

    id = fields.String()
    name = fields.String()
    version = fields.Integer()
    form = fields.String()
    made_by = fields.String()
    made_at = fields.DateTime()
    content = fields.Function(lambda one: one.content.to_json(), metadata={"type": "object"})


class SavedMappings(Document):
    """The newest version of each mapping."""

    mappings = fields.List(fields.Nested(SavedMapping))


class FoundTable(Document):
    """A table in the file: where its headings stand, and the mapping that was made for them."""

    sheet = fields.String()
    heading = fields.Integer()
    headings = texts()
    rows = fields.List(fields.List(fields.String()))
    saved = fields.String(allow_none=True)


class FoundTables(Document):
    """The tables of a file."""

    tables = fields.List(fields.Nested(FoundTable))


class ReadCell(Document):
    """A value under the file's own heading, and what it becomes."""

    heading = fields.String()
    read = fields.String()
    becomes = fields.String(allow_none=True, metadata=said("null: the column is passed over"))
    code = fields.Function(
        lambda one: one.fault.code if one.fault else None,
        metadata={"type": ["string", "null"], **said("of the fault; null where the value is sound")},
    )


class PreviewedRow(Document):
    """A row as the mapping reads it."""

    number = fields.Integer()
    cells = fields.List(fields.Nested(ReadCell))


class Preview(Document):
    """The first ten rows as a mapping reads them."""

    rows = fields.List(fields.Nested(PreviewedRow))
    faults = fields.Function(
        lambda one: [{"row": each.row, "code": each.code, "params": each.params} for each in one.faults],
        metadata={"type": "array", "items": {"type": "object"}},
    )
