"""People, organisations, memberships, what they sign in with, and the forms that they send.

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = (
    *("kept_form", "form_use", "sign_in_event", "session", "credential", "invitation", "membership"),
    *("organisation", "person"),
)


def upgrade() -> None:
    _who()
    _ways_in()
    _forms()


def _who() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("demo", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("login", name="uq_person_login"),
    )
    op.create_table(
        "organisation",
        sa.Column("urn", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("organisation", sa.Text, sa.ForeignKey("organisation.urn"), nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("given_by", sa.Text),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_by", sa.Text),
    )
    op.create_index("ix_membership_person", "membership", ["person"])
    op.create_index("ix_membership_organisation", "membership", ["organisation"])


def _ways_in() -> None:
    op.create_table(
        "invitation",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("organisation", sa.Text, sa.ForeignKey("organisation.urn"), nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("given_by", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("opens_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("withdrawn_at", sa.BigInteger),
    )
    op.create_index("ix_invitation_organisation", "invitation", ["organisation"])
    op.create_table(
        "credential",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
    )
    op.create_index("ix_credential_person_kind", "credential", ["person", "kind"])
    op.create_table(
        "session",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("membership", sa.Text),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ending", sa.Text),
        sa.UniqueConstraint("id", name="uq_session_id"),
    )
    op.create_index("ix_session_person_ended_at", "session", ["person", "ended_at"])
    op.create_table(
        "sign_in_event",
        sa.Column("id", BigKey, primary_key=True, autoincrement=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("done_by", sa.Text),
    )
    op.create_index("ix_sign_in_event_person_at", "sign_in_event", ["person", "at"])


def _forms() -> None:
    op.create_table(
        "form_use",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False),
        sa.Column("leads_to", sa.Text, nullable=False),
    )
    op.create_index("ix_form_use_used_at", "form_use", ["used_at"])
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_kept_form_person", "kept_form", ["person"])


def downgrade() -> None:
    for name in _TABLES:
        op.drop_table(name)
