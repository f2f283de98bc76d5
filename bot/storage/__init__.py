"""Storage on SQLite or PostgreSQL: tables, units of work, migrations, the inbox and the ledger."""
