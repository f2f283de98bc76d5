"""Of what was refused under a condition, that it was answered as well: such an answer can be rated."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("question", sa.Column("may_be_honest", sa.Boolean(), nullable=False, server_default=sa.false()))
