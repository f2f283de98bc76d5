"""Web messages: in whose place they stand, and whether what Midway wrote was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("web_message", sa.Column("place", sa.String(), nullable=True))
    op.add_column("web_message", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_web_message_tenant_place", "web_message", ["tenant", "place"])
