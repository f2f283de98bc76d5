"""Adoption: results, contacts, check-ins, what people chose, pilots, who changed what."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _teams()
    _whose()
    _audit()
    _check_in()
    _person_choice()
    _contact()
    _pilot()
    _result()


def _teams() -> None:
    with op.batch_alter_table("team") as table:
        table.add_column(sa.Column("check_in_days", sa.Integer(), nullable=False, server_default="14"))
        table.add_column(sa.Column("told", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("merged_into", sa.String()))
        table.add_column(sa.Column("left_at", MOMENT))


def _whose() -> None:
    for name in ("inbox", "delivery", "web_message"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("person", sa.String()))
    op.create_index("ix_delivery_tenant_person", "delivery", ["tenant", "person"])
    op.create_index("ix_web_message_tenant_person", "web_message", ["tenant", "person"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_tenant_at", "audit", ["tenant", "at"])
    op.create_index("ix_audit_tenant_subject", "audit", ["tenant", "subject"])


def _check_in() -> None:
    op.create_table(
        "check_in",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("place", sa.String()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("answer", sa.String()),
        sa.PrimaryKeyConstraint("tenant", "holder", "practice_id", "number", name="pk_check_in"),
    )
    op.create_index("ix_check_in_state_due_at", "check_in", ["state", "due_at"])
    op.create_index("ix_check_in_tenant_person", "check_in", ["tenant", "person"])


def _person_choice() -> None:
    op.create_table(
        "person_choice",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("tracked", sa.Boolean(), nullable=False),
        sa.Column("check_ins", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person", name="pk_person_choice"),
    )


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_contact_team_id_team"),
        sa.PrimaryKeyConstraint("tenant", "team_id", "practice_id", "person", name="pk_contact"),
    )


def _pilot() -> None:
    op.create_table(
        "pilot",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("event_key", sa.String()),
        sa.Column("team_id", sa.String()),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("practices", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sponsor_agreed", sa.Date()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("review_on", sa.Date()),
        sa.Column("decision", sa.String()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_pilot_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_pilot"),
        sa.UniqueConstraint("tenant", "event_key", name="uq_pilot_tenant_event_key"),
    )
    op.create_index("ix_pilot_review_on", "pilot", ["review_on"])
    op.create_index("ix_pilot_tenant_team_id", "pilot", ["tenant", "team_id"])


def _result() -> None:
    op.create_table(
        "result",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("event_key", sa.String()),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("pilot_id", sa.String()),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("lower_is_better", sa.Boolean(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("cost", sa.Float()),
        sa.Column("saving", sa.Float()),
        sa.Column("income", sa.Float()),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text()),
        sa.Column("brief", sa.Text()),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("replaced_by", sa.String()),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_result_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_result"),
        sa.UniqueConstraint("tenant", "event_key", name="uq_result_tenant_event_key"),
    )
    op.create_index("ix_result_pilot_id", "result", ["pilot_id"])
    op.create_index("ix_result_tenant_team_id_practice_id", "result", ["tenant", "team_id", "practice_id"])
