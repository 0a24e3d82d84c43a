"""Access tokens end, and those of an authority have an area.

Tokens from before get the life of a new one (365 days) from the moment of the upgrade: nobody's machine stops
with it, and none stays open for ever.

Revision ID: 0015
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

_LIFE = 365 * 86_400
_NOW = {
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM now()) AS BIGINT)",
}


def upgrade() -> None:
    op.add_column("api_token", sa.Column("region", sa.Text))
    op.add_column("api_token", sa.Column("expires_at", sa.BigInteger))
    now = _NOW[op.get_bind().dialect.name]
    op.execute(f"UPDATE api_token SET expires_at = ({now} + {_LIFE}) * 1000000")  # noqa: S608 - numbers


def downgrade() -> None:
    op.drop_column("api_token", "expires_at")
    op.drop_column("api_token", "region")
