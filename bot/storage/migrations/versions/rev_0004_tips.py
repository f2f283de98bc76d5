"""Weekly tips: subscriptions, what became of each week, and the pace of sending."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _delivery()
    _adoption_event()
    _subscription()
    _tip()
    _sending_turn()


def _delivery() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("expires_at", MOMENT))
    unfinished = sa.text("finished_at IS NULL")
    op.create_index(
        "ix_delivery_kind_retry_at", "delivery", ["kind", "retry_at"], postgresql_where=unfinished,
        sqlite_where=unfinished,
    )


def _adoption_event() -> None:
    with op.batch_alter_table("adoption_event") as table:
        table.add_column(sa.Column("tip", sa.String()))


def _subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("person", sa.String()),
        sa.Column("topics", JSON, nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("paused_until", sa.Date()),
        sa.Column("due_at", MOMENT),
        sa.Column("due_week", sa.Integer()),
        sa.Column("emptied", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("tenant", "platform", "place", name="uq_subscription_tenant_platform_place"),
    )
    op.create_index("ix_subscription_due_at", "subscription", ["due_at"])
    op.create_index("ix_subscription_person", "subscription", ["person"])


def _tip() -> None:
    op.create_table(
        "tip",
        sa.Column("subscription_id", sa.String(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("team_id", sa.String()),
        sa.Column("practice_id", sa.String()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("thread", sa.String()),
        sa.Column("first_reply", sa.String()),
        sa.Column("touched_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name="fk_tip_subscription_id_subscription", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_tip_team_id_team"),
        sa.PrimaryKeyConstraint("subscription_id", "week", name="pk_tip"),
    )
    op.create_index("ix_tip_tenant_thread", "tip", ["tenant", "thread"])
    op.create_index("ix_tip_tenant_week_practice_id", "tip", ["tenant", "week", "practice_id"])


def _sending_turn() -> None:
    op.create_table(
        "sending_turn",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "platform", name="pk_sending_turn"),
    )
