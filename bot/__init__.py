"""The advisor: decides what to say and keeps the count."""
