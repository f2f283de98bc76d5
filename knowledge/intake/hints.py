"""What the names that authors of templates give to their elements (class, id, role) say about what is inside."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from knowledge.intake.cues import vocabulary

_NOISE = (
    "advert",
    "cookie notice",
    "newsletter box",
    "share buttons",
    "related links",
    "menu",
    "tags",
    "picture caption",
    "boilerplate",
)
_PAIRS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    (
        "biography",
        frozenset({"author", "writer", "contributor", "about"}),
        frozenset(
            {
                "box",
                "bio",
                "info",
                "card",
                "about",
                "author",
                "desc",
                "description",
                "profile",
                "writer",
                "me",
                "block",
                "strip",
                "note",
                "panel",
                "section",
                "footer",
                "blurb",
                "details",
                "intro",
                "area",
            }
        ),
    ),
    (
        "newsletter box",
        frozenset({"email", "mail", "sign", "opt"}),
        frozenset({"form", "list", "capture", "up", "in", "box"}),
    ),
    (
        "related links",
        frozenset({"more", "read", "see", "also", "most", "next", "prev", "previous"}),
        frozenset({"stories", "posts", "articles", "next", "also", "like", "read", "reading", "post", "links"}),
    ),
    ("advert", frozenset({"call"}), frozenset({"action"})),
)
Words = frozenset[str]


@lru_cache(maxsize=4096)
def words_in(name: str) -> Words:
    """``postMeta-2 author_box`` as post, meta, postmeta, author, box, authorbox: each word and each compound."""
    found: set[str] = set()
    for token in name.split()[:40]:
        parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", token[:80])]
        found.update(parts)
        found.add("".join(parts))
    return frozenset(found)


def noise(name: str) -> str:
    """Why an element of this class, id or role is noise; empty where nothing says so."""
    words = words_in(name)
    if words & vocabulary("biography"):
        return "biography"
    for reason, first, second in _PAIRS:
        if any(_paired(token, first, second) for token in name.split()):
            return reason
    for reason in _NOISE:
        if words & vocabulary(reason):
            return reason
    return "byline" if words & vocabulary("byline") else ""


def _paired(token: str, first: Words, second: Words) -> bool:
    parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", token[:80])]
    return any(one in first and two in second and one != two for one, two in pairwise(parts))


def is_wrapper(name: str) -> bool:
    """Whether the name is that of a frame around other things, as ``content-sidebar-wrap`` is."""
    return bool(words_in(name) & vocabulary("wrapper"))


def is_comment_region(name: str) -> bool:
    """Whether the name is that of a list of comments."""
    return any(
        words_in(token) & vocabulary("comment region") and not words_in(token) & vocabulary("beside comments")
        for token in name.split()[:40]
    )


def is_comment(name: str) -> bool:
    """Whether the name is that of one comment."""
    return any(
        words_in(token) & vocabulary("comment") and not words_in(token) & vocabulary("beside comments")
        for token in name.split()[:40]
    )


def role(name: str) -> str:
    """``author`` or ``date`` where an element in a comment names either; both or neither is no answer."""
    words = words_in(name)
    author, date = bool(words & vocabulary("commenter")), bool(words & vocabulary("comment date"))
    return "" if author == date else ("author" if author else "date")
