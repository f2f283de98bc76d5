"""Runs the migrations on the connection that ``bot.storage.schema.migrate`` hands over, in its transaction."""

from alembic import context
from sqlmodel import SQLModel

import bot.storage.adoption_tables
import bot.storage.curation_tables  # registers its tables
import bot.storage.platform_tables
import bot.storage.report_tables
import bot.storage.tables
import bot.storage.tip_tables  # noqa: F401  registers its tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
