"""The index of hand-overs by addressee: no projection, since it holds what is concealed.

A row says that the disclosure of its receiver is held here. It goes with the disclosure.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from trace.store.base import metadata

inbox = Table(
    "inbox",
    metadata,
    Column("party", Text, primary_key=True),
    Column("stmt", Text, primary_key=True),
    Column("salt", Text, nullable=False),
    Index("ix_inbox_stmt", "stmt"),
)
