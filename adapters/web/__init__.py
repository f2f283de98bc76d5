"""The web chat: a page, its routes, and the messenger that speaks there."""
