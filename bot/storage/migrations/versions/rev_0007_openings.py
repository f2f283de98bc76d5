"""Openings: which practice was opened by a button in a thread."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "event_key", name="pk_opening"),
    )
    op.create_index("ix_opening_at", "opening", ["at"])
    op.create_index("ix_opening_tenant_thread_key_at", "opening", ["tenant", "thread_key", "at"])
