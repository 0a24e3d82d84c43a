"""Letters to firms, consumer notices, bulletins, lists of risks and study meetings.

Revision ID: 0070
Revises: 0069
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


_OWNER = ("authority", "department", "area")


def upgrade() -> None:
    op.create_table(
        "official_letter",
        sa.Column("number", sa.Text, primary_key=True),
        *_text("kind", *_OWNER, "party", "title", "text", "digest", "due_on", "made_by"),
        _moment("made_at"),
    )
    op.create_index("ix_official_letter_authority", "official_letter", ["authority"])
    op.create_index("ix_official_letter_party", "official_letter", ["party"])
    op.create_table(
        "letter_answer",
        *_text("number", "digest", "text", "person"),
        _moment("at"),
        sa.PrimaryKeyConstraint("number", "digest", name="pk_letter_answer"),
    )
    op.create_table(
        "public_notice",
        sa.Column("number", sa.Text, primary_key=True),
        *_text(*_OWNER, "title", "text", "products", "digest", "state", "written_by"),
        _moment("written_at"),
        *_text("released_by"),
        _moment("released_at", nullable=True),
        *_text("ended_by", "ended_why"),
        _moment("ended_at", nullable=True),
    )
    op.create_table(
        "notice_product",
        *_text("number", "product"),
        sa.PrimaryKeyConstraint("product", "number", name="pk_notice_product"),
    )
    op.create_table(
        "bulletin",
        sa.Column("number", sa.Text, primary_key=True),
        *_text(*_OWNER, "matter", "channel", "recipients", "others", "title", "text", "made_by"),
        _moment("made_at"),
    )
    op.create_table(
        "bulletin_receipt",
        *_text("number", "party", "person"),
        _moment("at"),
        sa.PrimaryKeyConstraint("number", "party", name="pk_bulletin_receipt"),
    )
    op.create_table(
        "risk_entry",
        sa.Column("number", sa.Text, primary_key=True),
        *_text(*_OWNER, "list", "subject", "what", "unit", "responsible", "due_on", "origin", "state"),
        *_text("result", "made_by"),
        _moment("made_at"),
        *_text("done_by"),
        _moment("done_at", nullable=True),
    )
    op.create_table(
        "study_meeting",
        sa.Column("number", sa.Text, primary_key=True),
        *_text(*_OWNER, "level", "held_on", "domains", "present", "summary", "decisions", "made_by"),
        _moment("made_at"),
    )


def downgrade() -> None:
    for table in (
        *("study_meeting", "risk_entry", "bulletin_receipt", "bulletin", "notice_product"),
        *("public_notice", "letter_answer", "official_letter"),
    ):
        op.drop_table(table)
