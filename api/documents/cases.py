"""Answers about cases of supervision, for their authority."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, said, texts


class CaseClock(Document):
    """A limit of a case, with the rule that sets it."""

    duty = fields.String(metadata=said("what has to be done by it"))
    state = fields.String(metadata=said("running | overdue | met | late | uncounted (no number)"))
    rule = fields.String()
    limit = fields.String(metadata=said("as the rule has it, with its unit"))
    clause = fields.String()
    confidence = fields.String(metadata=said("how sure the rule's text is"))
    since = fields.DateTime()
    ends = fields.DateTime(allow_none=True)
    provisional = fields.Boolean(metadata=said("the days off of its year are not announced yet"))
    done = fields.DateTime(allow_none=True)


class CaseListed(Document):
    """A case with the clock that ends first of those that still run."""

    number = fields.String()
    lot = fields.String()
    report = fields.String(
        metadata=said("the record that it began with: of the failing result, or of its source")
    )
    report_no = fields.String()
    items = fields.String(metadata=said("what failed, with the limit; of a registered source its purpose"))
    basis = fields.String(
        metadata=said(
            "sampling | commission | retest | own | unasked | inspection | superior | public | referral"
        )
    )
    party = fields.String(metadata=said("urn of the firm that it is about"))
    party_name = fields.String()
    department = fields.String(metadata=said("market | agriculture"))
    area = fields.String(metadata=said("digits that GB/T 2260 codes begin with; empty: not known"))
    urgent = fields.Boolean()
    major = texts()
    state = fields.String()
    version = fields.Integer(metadata=said("goes with the next step"))
    officer = fields.String(metadata=said("whose it is; empty: nobody's"))
    result_at = fields.DateTime()
    received_at = fields.DateTime()
    opened_at = fields.DateTime(allow_none=True, metadata=said("when a person first saw it"))
    joined_to = fields.String(metadata=said("the case under which it is dealt with; empty for none"))
    overdue = fields.Boolean()
    clock = fields.Nested(CaseClock, allow_none=True)


class Cases(Document):
    """Cases of an authority's department and area: what is overdue first; of those that ended the newest."""

    cases = fields.List(fields.Nested(CaseListed))
    count = fields.Integer(
        metadata=said("how many there are under area and state; the list has the first 500 of them")
    )
    as_of = fields.DateTime()


class CasePaper(Document):
    sha256 = fields.String()
    name = fields.String()
    media_type = fields.String()
    bytes = fields.Integer()
    at = fields.DateTime()


class CaseEvent(Document):
    """A step of a case: who, when, why, on which evidence, under which rules."""

    seq = fields.Integer()
    event = fields.String()
    from_state = fields.String()
    to_state = fields.String()
    at = fields.DateTime()
    person = fields.String(attribute="name", metadata=said("name of who took it; empty: the log did"))
    party = fields.String()
    why = fields.String()
    evidence = texts()
    detail = fields.Dict(keys=fields.String(), values=fields.String())
    rules = fields.String(metadata=said("version of the rule book"))


class CaseChoice(Document):
    """A step of the caller's roles; `refusal` is the code of what holds it, null where it is open."""

    event = fields.String()
    to = fields.String(metadata=said("the state it leads to; empty: it stays"))
    evidence = texts()
    refusal = fields.String(allow_none=True)


class Case(CaseListed):
    """A case with its clocks, history, papers, and the steps that can be taken."""

    clocks = fields.List(fields.Nested(CaseClock))
    events = fields.List(fields.Nested(CaseEvent))
    papers = fields.List(fields.Nested(CasePaper))
    choices = fields.List(fields.Nested(CaseChoice))
    proved = texts()
    others = fields.List(fields.String(), metadata=said("numbers of other cases about the same lot"))


class OpenDispute(Document):
    """What two sides state differently, and nobody has ended."""

    lot = fields.String(metadata=said("the lot of the later record; empty where none is known"))
    product = fields.String()
    subject = fields.String(metadata=said("quantity | handover, or what its opener names"))
    statements = texts()
    values = texts()
    opener = fields.String(metadata=said("the record by which it began"))
    since = fields.DateTime()
    between = fields.List(fields.String(), metadata=said("urns of its sides"))
    ends = fields.List(
        fields.String(),
        metadata=said(
            "what would end it: receiver-corrects, shipper-corrects, both-deny, opener-drops, both-agree, "
            "authority-ends, authority-finds"
        ),
    )
    cases = fields.List(fields.String(), metadata=said("cases about its lot that the caller may read"))


class OpenDisputes(Document):
    """Open disputes with a side in an authority's area, the oldest first."""

    disputes = fields.List(fields.Nested(OpenDispute))
    count = fields.Integer(metadata=said("how many are open in the area; the list has 100 of them"))
    as_of = fields.DateTime()


class CaseSource(Document):
    """Drafts that open cases once they are signed."""

    leads_to = fields.String(metadata=said("the page where they are signed"))


class CaseStep(Document):
    """What became of a step: where the case stands, and where to go on."""

    number = fields.String()
    state = fields.String()
    version = fields.Integer()
    leads_to = fields.String(
        metadata=said("the page to go on from: of the case, or where a drafted act is signed")
    )
