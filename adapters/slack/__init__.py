"""Slack: parse and render are pure, only the messenger and the adapter talk to it."""
