"""Documents that other parts make, to a form of their own: bundle, verdict, trace, EPCIS, signed links.

Their members are declared here for the interface description alone; the record format and the standards
that they follow say what they mean (docs/record-format.md).
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api.documents.document import Document, anything, said, texts


def _objects() -> fields.List[Any]:
    return fields.List(anything())


class TraceBundle(Document):
    """trace-bundle/1: statements, proofs and checkpoints of a lot, to be verified offline."""

    sometimes = frozenset({"status", "tsa"})

    format = fields.String()
    lot = fields.String()
    lot_secret = fields.String()
    view = fields.String(metadata=said("public | partner | regulator"))
    statements = _objects()
    logs = _objects()
    policy = fields.String()
    status = anything()
    tsa = texts()


class Step(Document):
    """One step of a verification."""

    sometimes = frozenset({"reason", "detail"})

    step = fields.Integer()
    code = fields.String()
    state = fields.String()
    reason = fields.String()
    detail = anything()


class HandoverFound(Document):
    """What a receipt of a bundle is, by the word of both sides (docs/record-format.md §10.6)."""

    receipt = fields.String()
    handover = fields.String(allow_none=True)
    state = fields.String(
        metadata=said("confirmed | disputed | claimed | refused | withdrawn | through | paper | returned")
    )
    reason = fields.String()
    existed_by = fields.String(allow_none=True)


class Verdict(Document):
    """The verdict on a bundle, step by step."""

    ok = fields.Boolean()
    lot = fields.String()
    view = fields.String()
    demo_clock = fields.Boolean()
    label = fields.String(metadata=said("matches | differs | unbound | absent"))
    status = anything()
    provenance = fields.String(metadata=said("confirmed | partly | none"))
    handovers = fields.List(fields.Nested(HandoverFound))
    steps = fields.List(fields.Nested(Step))
    statements = _objects()


class Trace(Document):
    """trace-report/1: who may be concerned, and on what that rests; other callers see a shorter one."""

    sometimes = frozenset(
        {
            *("start", "assumptions", "asOf", "rules", "records", "rows", "unexplored", "openEnds"),
            *("excluded", "digest", "lots", "links", "sources", "receivers", "disputes", "sharesKnown"),
            *("lot", "steps"),
        }
    )

    format = fields.String()
    query = anything()
    start = texts()
    assumptions = anything()
    as_of = fields.DateTime()
    rules = fields.String()
    records = _objects()
    rows = _objects()
    truncated = fields.Boolean()
    unexplored = texts()
    open_ends = _objects()
    excluded = _objects()
    view = fields.String(metadata=said("regulator | enterprise | public"))
    digest = fields.String()
    lots = _objects()
    links = _objects()
    sources = _objects()
    receivers = fields.Raw(allow_none=True, metadata=said('downstream: a list, or "none"; upstream null'))
    disputes = _objects()
    shares_known = fields.Boolean()
    lot = fields.String(metadata=said("public view only"))
    steps = fields.List(anything(), metadata=said("public view only: regions and days"))


class Scope(Document):
    """recall-scope/1: every hand-over of the goods, in columns, with word and amount told apart."""

    format = fields.String()
    lot = fields.String()
    as_of = fields.DateTime()
    rules = fields.String()
    columns = anything()
    lines = _objects()
    totals = _objects()
    ask_first = _objects()
    lots = anything()


class EpcisDocument(Document):
    """An EPCIS 2.0 document (JSON-LD)."""

    context = fields.List(fields.Raw(), data_key="@context")
    type = fields.String()
    schema_version = fields.String()
    creation_date = fields.DateTime()
    epcis_body = anything()


class ResolverDescription(Document):
    """The resolver description file of GS1."""

    name = fields.String()
    resolver_root = fields.String()
    supported_primary_keys = texts()
    supported_link_type = _objects()
    link_type_default_can_be_linkset = fields.Boolean()
    json_ld_context_location = fields.String()
    contact = anything()


class SignedLinks(Document):
    """A detached JWS over one level of a linkset, with the statements behind it and their proofs."""

    protected = fields.String()
    signature = fields.String()
    header = anything()
