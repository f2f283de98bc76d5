"""What the names that authors of templates give to their elements (class, id, role) say about what is inside."""

from __future__ import annotations

import re
from functools import lru_cache

_NOISE: tuple[tuple[str, str], ...] = (
    ("advert", "ad ads adv advert adverts advertisement advertising adsense adsbygoogle adslot adunit adbox adwrap sponsor "
               "sponsored sponsors sponsorship promo promos promotion promoted dfp doubleclick taboola outbrain affiliate cta "
               "upsell infeed"),
    ("cookie notice", "cookie cookies consent gdpr ccpa onetrust cookiebar cookiebot"),
    ("newsletter box", "newsletter newsletters subscribe subscription signup optin mailchimp mc4wp convertkit mailinglist"),
    ("share buttons", "share sharing shares sharebar sharethis sharedaddy addtoany addthis social socials sociable tweet "
                      "follow followus likes claps"),
    ("related links", "related relatedposts recommended recommendations recommend trending popular mostread recent latest "
                      "blogroll archives readmore readnext morefrom upnext"),
    ("menu", "nav navbar navigation navi menu submenu breadcrumb breadcrumbs crumbs pagination pager paging toolbar topbar "
             "sitemap skiplink skip tabs masthead topnav subnav"),
    ("tags", "tags taglist tagcloud categories catlinks postcategory"),
    ("picture caption", "caption figcaption credit credits imagecredit"),
    ("boilerplate", "footer foot colophon copyright disclaimer legal login search searchform widget widgets sidebar sidebars "
                    "rail popup modal overlay lightbox paywall printonly calendar poll toplinks bottombar"),
)
_PAIRS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("biography", frozenset({"author", "writer", "contributor", "about"}),
     frozenset({"box", "bio", "info", "card", "about", "author", "desc", "description", "profile", "writer", "me", "block"})),
    ("newsletter box", frozenset({"email", "mail", "sign", "opt"}), frozenset({"form", "list", "capture", "up", "in", "box"})),
    ("related links", frozenset({"more", "read", "see", "also", "most", "next", "prev", "previous"}),
     frozenset({"stories", "posts", "articles", "next", "also", "like", "read", "reading", "post", "links"})),
    ("advert", frozenset({"call"}), frozenset({"action"})),
)
_BIO = frozenset({"bio", "biography", "authorbox", "authorbio", "aboutauthor", "authorinfo"})
_BYLINE = frozenset({"byline", "dateline", "postmeta", "entrymeta", "postmetadata", "meta", "postinfo", "published", "submitted"})
_AUTHOR = frozenset({"author", "fn", "user", "username", "name", "nickname", "commenter", "poster", "who", "hnuser", "cite",
                     "byline", "authorname", "vcard", "commentauthor"})
_DATE = frozenset({"date", "time", "timestamp", "when", "published", "datetime", "age", "ago", "posted", "commentdate"})
_COMMENTS = frozenset({"comments", "commentlist", "commentslist", "commentsection", "commentary", "disqus", "responses", "replies",
                       "discussion", "respond", "kommentare", "commentaires", "comentarios", "commentblock", "commentsblock",
                       "commenttable", "fbcomments", "reactions", "commentarea", "commentthread", "talkback"})
_COMMENT = frozenset({"comment", "commentitem", "commententry", "response", "reply", "kommentar", "commentaire", "comentario",
                      "commentbody", "review", "usercomment", "depth"})
_NO_REGION = frozenset({"has", "with", "no", "without", "count", "counter", "link", "links", "number", "num", "feed", "rss", "open",
                        "closed", "hide", "toggle", "button", "btn", "icon", "form"})
_WRAPS = frozenset({"has", "with", "no", "without", "wrap", "wrapper", "container", "layout", "page", "right", "left", "content"})
_POSITIVE = frozenset({"entry", "article", "articlebody", "post", "postbody", "story", "content", "main", "hentry", "body", "text"})

Words = frozenset[str]


@lru_cache(maxsize=4096)
def words_in(name: str) -> Words:
    """``postMeta-2 author_box`` as its words, with each compound once whole: post, meta, postmeta, author, box, authorbox."""
    found: set[str] = set()
    for token in name.split()[:40]:
        parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", token[:80])]
        found.update(parts)
        found.add("".join(parts))
    return frozenset(found)


def noise(name: str) -> str:
    """Why an element of this class, id or role is noise; empty where nothing says so."""
    words = words_in(name)
    if words & _BIO:
        return "biography"
    for reason, first, second in _PAIRS:
        if any(_paired(token, first, second) for token in name.split()):
            return reason
    for reason, listed in _NOISE:
        if words & _listed(listed):
            return reason
    return "byline" if words & _BYLINE else ""


def _paired(token: str, first: Words, second: Words) -> bool:
    parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", token[:80])]
    return any(one in first and two in second and one != two for one, two in zip(parts, parts[1:], strict=False))


@lru_cache(maxsize=32)
def _listed(words: str) -> Words:
    return frozenset(words.split())


def is_wrapper(name: str) -> bool:
    """Whether the name is that of a frame around other things, as ``content-sidebar-wrap`` is."""
    return bool(words_in(name) & _WRAPS)


def is_positive(name: str) -> bool:
    """Whether articles usually lie in elements of this name."""
    return bool(words_in(name) & _POSITIVE)


def is_comment_region(name: str) -> bool:
    """Whether the name is that of a list of comments."""
    return any(words_in(token) & _COMMENTS and not words_in(token) & _NO_REGION for token in name.split()[:40])


def is_comment(name: str) -> bool:
    """Whether the name is that of one comment."""
    return any(words_in(token) & _COMMENT and not words_in(token) & _NO_REGION for token in name.split()[:40])


def role(name: str) -> str:
    """``author`` or ``date`` where an element in a comment names either; both or neither is no answer."""
    words = words_in(name)
    author, date = bool(words & _AUTHOR), bool(words & _DATE)
    return "" if author == date else ("author" if author else "date")
