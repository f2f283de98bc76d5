"""Where Midway's own pages are, for whoever is told of one."""

from __future__ import annotations

from bot.access import WEB
from bot.messages import Conversation


def page_at(path: str, where: Conversation, public_url: str) -> str:
    """The address of a page to put into a reply: the path alone in the web chat, which stands beside the pages;
    elsewhere below ``public_url``, and empty where that is.
    """
    if where.platform == WEB:
        return path
    return f"{public_url.rstrip('/')}{path}" if public_url else ""
