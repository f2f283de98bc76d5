"""The embedded sentence model: all-MiniLM-L6-v2, read from its package, converted once, run without torch."""

FIRST, LAST = 2, 5
"""The layers that the intent branch has of its own, counted from nought."""
