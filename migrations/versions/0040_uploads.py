"""Uploads: files on their way to being records, with their rows, faults and drafts; saved mappings.

Revision ID: 0040
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("sent_by", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("mapping", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("discarded_at", sa.BigInteger),
    )
    op.create_index("ix_upload_holder_created_at", "upload", ["holder", "created_at"])
    op.create_table(
        "upload_part",
        sa.Column("upload", sa.Text, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("upload", "start", name="pk_upload_part"),
    )
    op.create_table(
        "upload_sheet",
        sa.Column("upload", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("upload", "place", name="pk_upload_sheet"),
    )
    op.create_table(
        "upload_row",
        sa.Column("upload", sa.Text, nullable=False),
        sa.Column("sheet", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("cells", sa.Text, nullable=False),
        sa.Column("hidden", sa.Integer, nullable=False),
        sa.Column("verdict", sa.Integer, nullable=False),
        sa.Column("edited", sa.Text),
        sa.PrimaryKeyConstraint("upload", "sheet", "number", name="pk_upload_row"),
    )
    op.create_index("ix_upload_row_record", "upload_row", ["upload", "sheet", "record"])
    op.create_index("ix_upload_row_verdict", "upload_row", ["upload", "verdict", "sheet", "record"])
    op.create_table(
        "upload_fault",
        sa.Column("upload", sa.Text, nullable=False),
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("letter", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("upload", "id", name="pk_upload_fault"),
    )
    op.create_index("ix_upload_fault_record", "upload_fault", ["upload", "place", "record"])
    op.create_table(
        "upload_draft",
        sa.Column("upload", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("sheet", sa.Integer, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("typ", sa.Text, nullable=False),
        sa.Column("occurred_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("family", sa.Integer),
        sa.Column("depth", sa.Integer),
        sa.Column("outcome", sa.Text),
        sa.Column("stmt", sa.Text),
        sa.Column("marks", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("idx", sa.BigInteger),
        sa.Column("batch", sa.Text),
        sa.Column("place", sa.BigInteger),
        sa.PrimaryKeyConstraint("upload", "key", name="pk_upload_draft"),
    )
    op.create_index("ix_upload_draft_record", "upload_draft", ["upload", "sheet", "record"])
    op.create_index(
        "ix_upload_draft_outcome", "upload_draft", ["upload", "outcome", "depth", "occurred_at", "key"]
    )
    op.create_index("ix_upload_draft_family", "upload_draft", ["upload", "family"])
    op.create_table(
        "upload_step",
        sa.Column("upload", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("upload", "number", name="pk_upload_step"),
    )
    op.create_table(
        "upload_mapping",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_upload_mapping_holder_name", "upload_mapping", ["holder", "name"])


def downgrade() -> None:
    op.drop_table("upload_mapping")
    op.drop_table("upload_step")
    op.drop_table("upload_draft")
    op.drop_table("upload_fault")
    op.drop_table("upload_row")
    op.drop_table("upload_sheet")
    op.drop_table("upload_part")
    op.drop_table("upload")
