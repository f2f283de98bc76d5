"""Reports: what was counted of each week that is over."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COUNTS = ("helpful", "unhelpful", "silent", "declined", "routed", "refused", "failed", "handed", "human")


def upgrade() -> None:
    op.create_table(
        "counted_week",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "week", name="pk_counted_week"),
    )
    op.create_table(
        "team_week",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("tenant", "week", "team_id", name="pk_team_week"),
    )
    op.create_table(
        "practice_week",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("cited", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "week", "practice_id", name="pk_practice_week"),
    )
    op.create_table(
        "gap_week",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("nearest", sa.String(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "week", "nearest", name="pk_gap_week"),
    )
    op.create_table(
        "pulse",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "platform", "place", name="pk_pulse"),
    )
    op.create_index(
        "ix_adoption_tenant_practice_id_state_team_id", "adoption", ["tenant", "practice_id", "state", "team_id"]
    )
    op.create_index("ix_adoption_event_tenant_at", "adoption_event", ["tenant", "at"])
    op.create_table(
        "team_month",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "month", "team_id", name="pk_team_month"),
    )
