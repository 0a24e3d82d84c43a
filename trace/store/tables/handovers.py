"""Projections of hand-overs: what was handed to whom, who claims to have it, and which links stand no longer.

A pair's link stands in `link` under the claim's id. `handover` and `claim` keep the id of the first version
of their statement through every correction; `former` has the id of the statement that took a link away. Yes
and no are 1 and 0.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from trace.store.base import BigKey, metadata

handover = Table(
    "handover",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("stmt", Text, nullable=False),
    Column("shipper", Text, nullable=False),
    Column("lot", BigInteger, nullable=False),
    Column("from_lot", BigInteger, nullable=False),
    Column("to", Text, nullable=False),
    Column("receiver", Text),
    Column("sealed", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("found", Text),
    Index("ix_handover_stmt", "stmt"),
    Index("ix_handover_lot", "lot"),
    Index("ix_handover_from_lot", "from_lot"),
    Index("ix_handover_shipper", "shipper", "id"),
    Index("ix_handover_receiver", "receiver", "id"),
)

claim = Table(
    "claim",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("lot", BigInteger, nullable=False),
    Column("claimant", Text, nullable=False),
    Column("handover_stmt", Text),
    Column("named_lot", Text),
    Column("named_key", Text),
    Column("through", Integer, nullable=False),
    Column("complete", Integer, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("handover", BigInteger),
    Column("paired_by", BigInteger),
    Column("denied_by", BigInteger),
    Column("lapsed", Integer, nullable=False),
    Column("found", Text),
    Index("ix_claim_handover_stmt", "handover_stmt"),
    # Asked for the lot, and for all lots of an owner by the beginning of their urns.
    Index("ix_claim_named_lot", "named_lot", postgresql_ops={"named_lot": "text_pattern_ops"}),
    Index("ix_claim_named_key", "named_key"),
    Index("ix_claim_lot", "lot"),
    Index("ix_claim_handover", "handover"),
    Index("ix_claim_claimant", "claimant", "id"),
)

former = Table(
    "former",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("below", BigInteger, nullable=False),
    Column("above", BigInteger),
    Column("above_name", Text),
    Column("kind", Text, nullable=False),
    Column("quantity", BigInteger),
    Column("unit", Text),
    Column("why", Text, nullable=False),
    Column("ended_by", BigInteger),
    Column("found", Text),
    Index("ix_former_above", "above"),
    Index("ix_former_above_name", "above_name"),
    Index("ix_former_below", "below"),
)

# Which statements correct, confirm, refuse or settle another: `about` may not be known here yet.
answer = Table(
    "answer",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("about", Text, nullable=False),
    Index("ix_answer_about", "about"),
)

HANDOVER_TABLES = (handover, claim, former, answer)
