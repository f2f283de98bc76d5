"""Chat platforms, the web, the command line, and the wiring."""
