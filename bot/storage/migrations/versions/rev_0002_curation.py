"""Curation: who may, what was done with a practice, what is owed to those who asked."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _versions()
    _people()
    _questions()


def _versions() -> None:
    with op.batch_alter_table("practice_version") as table:
        table.add_column(sa.Column("base", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "practice_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_practice_event"),
    )
    op.create_index("ix_practice_event_tenant_practice_id", "practice_event", ["tenant", "practice_id"])


def _people() -> None:
    op.create_table(
        "role_grant",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person", "role", name="pk_role_grant"),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("mark", name="pk_sign_in_link"),
    )
    op.create_index("ix_sign_in_link_expires_at", "sign_in_link", ["expires_at"])
    op.create_table(
        "post",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "task", name="pk_post"),
    )


def _questions() -> None:
    with op.batch_alter_table("question") as table:
        table.add_column(sa.Column("nearest", sa.String()))
    with op.batch_alter_table("escalation") as table:
        table.add_column(sa.Column("words", sa.Text()))
        table.add_column(sa.Column("taken_by", sa.String()))
        table.add_column(sa.Column("thread", sa.String()))
        table.add_column(sa.Column("reply", sa.Text()))
        table.add_column(sa.Column("changed_at", MOMENT))
        table.create_index("ix_escalation_thread", ["thread"])
    op.create_table(
        "owed",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name="fk_owed_question_id_question", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", name="pk_owed"),
    )
    op.create_index("ix_owed_at", "owed", ["at"])
    op.create_table(
        "gap",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("nearest", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String()),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "week", "nearest", name="pk_gap"),
    )
