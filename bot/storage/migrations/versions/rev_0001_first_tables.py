"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _teams()
    _questions()
    _adoptions()
    _traffic()
    _library()


def _teams() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String()),
        sa.Column("relationship", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("joining_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["team.id"], name="fk_team_parent_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
        sa.UniqueConstraint("tenant", "name_key", name="uq_team_tenant_name_key"),
    )
    op.create_table(
        "channel_team",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_channel_team_team_id_team"),
        sa.PrimaryKeyConstraint("tenant", "platform", "channel", name="pk_channel_team"),
    )
    op.create_index("ix_channel_team_team_id", "channel_team", ["team_id"])
    op.create_table(
        "person_team",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_person_team_team_id_team"),
        sa.PrimaryKeyConstraint("tenant", "person", name="pk_person_team"),
    )
    op.create_index("ix_person_team_team_id", "person_team", ["team_id"])


def _questions() -> None:
    op.create_table(
        "place",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "place", name="pk_place"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("team_id", sa.String()),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("route", sa.String()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("practices", JSON, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_question_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sa.UniqueConstraint("tenant", "event_key", name="uq_question_tenant_event_key"),
    )
    op.create_index("ix_question_asked_at", "question", ["asked_at"])
    op.create_index("ix_question_tenant_thread_key_asked_at", "question", ["tenant", "thread_key", "asked_at"])
    op.create_index("ix_question_tenant_week_team_id", "question", ["tenant", "week", "team_id"])
    op.create_table(
        "question_practice",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String()),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name="fk_question_practice_question_id_question", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_question_practice_team_id_team"),
        sa.PrimaryKeyConstraint("question_id", "practice_id", name="pk_question_practice"),
    )
    op.create_index(
        "ix_question_practice_tenant_team_id_week_practice_id",
        "question_practice",
        ["tenant", "team_id", "week", "practice_id"],
    )
    op.create_table(
        "feedback",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name="fk_feedback_question_id_question", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "person", name="pk_feedback"),
    )
    op.create_index("ix_feedback_tenant", "feedback", ["tenant"])
    op.create_table(
        "escalation",
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name="fk_escalation_question_id_question", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", name="pk_escalation"),
    )
    op.create_index("ix_escalation_tenant", "escalation", ["tenant"])


def _adoptions() -> None:
    op.create_table(
        "adoption_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("event_key", sa.String()),
        sa.Column("team_id", sa.String()),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("question_id", sa.String()),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name="fk_adoption_event_question_id_question", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_adoption_event_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_adoption_event"),
        sa.UniqueConstraint("tenant", "event_key", name="uq_adoption_event_tenant_event_key"),
    )
    op.create_index(
        "ix_adoption_event_tenant_person_practice_id", "adoption_event", ["tenant", "person", "practice_id"]
    )
    op.create_index(
        "ix_adoption_event_tenant_team_id_practice_id", "adoption_event", ["tenant", "team_id", "practice_id"]
    )
    op.create_table(
        "adoption",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String()),
        sa.Column("person", sa.String()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_adoption_team_id_team"),
        sa.PrimaryKeyConstraint("tenant", "holder", "practice_id", name="pk_adoption"),
    )
    op.create_index("ix_adoption_team_id", "adoption", ["team_id"])


def _traffic() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("conversation_key", sa.String(), nullable=False),
        sa.Column("payload", sa.Text()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String()),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("reply", sa.Text()),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("tenant", "platform", "event_key", name="uq_inbox_tenant_platform_event_key"),
    )
    op.create_index("ix_inbox_state_id", "inbox", ["state", "id"])
    op.create_index("ix_inbox_tenant_conversation_key_state", "inbox", ["tenant", "conversation_key", "state"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.Text()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("message_id", sa.Text()),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("tenant", "key", name="uq_delivery_tenant_key"),
    )
    op.create_index("ix_delivery_finished_at", "delivery", ["finished_at"])
    op.create_index("ix_delivery_tenant_state", "delivery", ["tenant", "state"])
    op.create_table(
        "web_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("key", sa.String()),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_web_message"),
        sa.UniqueConstraint("tenant", "key", name="uq_web_message_tenant_key"),
    )
    op.create_index("ix_web_message_at", "web_message", ["at"])
    op.create_index("ix_web_message_tenant_conversation_id", "web_message", ["tenant", "conversation", "id"])


def _library() -> None:
    op.create_table(
        "index_pointer",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("built_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "name", name="pk_index_pointer"),
    )
    op.create_table(
        "practice_version",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("practice_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "practice_id", "version", name="pk_practice_version"),
    )
