"""The embedded sentence model: all-MiniLM-L6-v2, read from its package, converted once, run without torch."""
