"""Endpoints: at which address a platform wants to be spoken to about a place."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "endpoint",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("within", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "platform", "place", name="pk_endpoint"),
    )
    op.create_index("ix_endpoint_tenant_person", "endpoint", ["tenant", "person"])
