"""What belongs to the page and not to what it says, told by the words: menus, share buttons, boxes, boilerplate."""

from __future__ import annotations

import re

from knowledge.intake.attribution import date_line
from knowledge.intake.blocks import Block, flat, words_of
from knowledge.intake.cues import cue, made_of, whole

_SEPARATED = re.compile(r"\s[|·•»>/›~–—*-]\s|[|·•»›]")
_ENDED = re.compile(r"[.!?…:;。！？][\"'”’)\]]*$")
_NAMED = re.compile(
    r"^[A-ZÀ-Þ][\w.'’-]*(?: [\w.'’-]+){0,4}?,? "
    r"(?=is |was |has |writes |works |leads |runs |helps |speaks |blogs |lives |covers |reports |edits |teaches )"
)
_INITIALS = re.compile(r"[A-ZÀ-Þ]{1,2}")
"""What stands in for a portrait."""
_SIGN_UP = re.compile(
    r"^(?:\W*(?:please |want |like (?:this|what)\b.{0,30}\? ?)?)"
    r"(?:sign up|subscribe|join|enter|get|receive|register|never miss|stay|newsletter|no spam|unsubscribe"
    r"|we (?:respect|hate|never)|your e-?mail|e-?mail)",
    re.IGNORECASE,
)
_LONGEST = 400
_MOST_LINKED = 0.6
_LONGEST_DATELINE = 120

_WHOLE = (
    ("trackback", "trackback"),
    ("share buttons", "share"),
    ("cookie notice", "cookie"),
    ("boilerplate", "boilerplate"),
    ("tags", "tags"),
    ("picture caption", "caption"),
    ("related links", "related_line"),
    ("boilerplate", "comment_form"),
    ("advert", "ad_marker"),
)


def is_comments_heading(text: str) -> bool:
    """``12 Comments``, ``Comments (12)``, ``3 responses to …`` and their like."""
    return 0 < len(text) <= 200 and bool(whole("comments_heading").match(text))


def is_comment_form(text: str) -> bool:
    """``Leave a reply`` and what else stands around the form below the comments."""
    return 0 < len(text) <= 200 and bool(whole("comment_form").match(text))


def is_end_of_comments(text: str) -> bool:
    """Lines that show that the comments are over: the form, the feet of the page, lists of other posts."""
    line = flat(text)
    if is_comment_form(line):
        return True
    if len(line) > 200:
        return False
    return bool(
        whole("related_heading").match(line) or whole("boilerplate").match(line) or whole("cookie").match(line)
    ) or is_menu(line)


def is_comment_tool(text: str) -> bool:
    """``Reply``, ``Like``, ``3 years ago``-like controls beside a comment."""
    line = flat(text)
    if len(line) > 80:
        return False
    is_mark = not re.search(r"\w", line) or line.isdigit() or bool(_INITIALS.fullmatch(line))
    return is_mark or made_of("comment_tools", line)


def is_menu(line: str) -> bool:
    """``Home | About | Contact`` or the same without bars."""
    if len(line) > _LONGEST or _ENDED.search(line):
        return False
    parts = [part.strip() for part in _SEPARATED.split(line) if part.strip()]
    if len(parts) >= 3 and all(len(part.split()) <= 5 for part in parts):
        return (
            sum(bool(whole("menu_words").match(part)) for part in parts) >= 1
            or line.count("|") >= 2
            or line.count("»") >= 2
        )
    return len(line.split()) >= 2 and made_of("menu_words", line)


def is_related_heading(text: str) -> bool:
    """``You may also like`` and its like: what follows are links to other things."""
    return len(text) <= 100 and bool(whole("related_heading").match(flat(text)))


def is_bio_heading(text: str) -> bool:
    """``About the author`` and its like."""
    return len(text) <= 60 and bool(whole("bio_heading").match(flat(text)))


def looks_like_bio(text: str, author: str = "") -> bool:
    """Whether it presents a person: a name, what they are, and where else to find them."""
    if len(text) > 900:
        return False
    signs = len({match.group().lower() for match in cue("bio").finditer(text)})
    if re.match(
        r"^\W*about (?:the |our )?(?:author|writer|blogger|editor|columnist|contributor)s?\b", text, re.IGNORECASE
    ):
        return True
    if re.match(
        r"^\W*the (?:author|writer|columnist|blogger) (?:is|has|was|works|lives|writes)\b", text, re.IGNORECASE
    ):
        return True
    if re.match(r"^\W*(?:about|by) [A-Z][\w.'-]+(?: [A-Z][\w.'-]+)+\s*[:–—-]", text):
        return signs >= 1
    if author and text.lower().startswith(author.lower()) and signs:
        return True
    return signs >= 2 and bool(_NAMED.match(text) or re.match(r"^(?:I am|I'm) (?:an?|the) ", text))


def looks_like_newsletter(text: str) -> bool:
    """Whether it asks for an address; a sentence *about* newsletters does not begin like that."""
    line = flat(text)
    if len(line) > _LONGEST:
        return False
    if cue("support_line").search(line):
        return True
    if not _SIGN_UP.match(line):
        return False
    return bool(cue("newsletter").search(line) or whole("newsletter_label").match(line))


def reason_for(block: Block) -> str:
    """Why a whole block is furniture; empty where it is not."""
    line = flat(block.text)
    if not re.search(r"\w", line):
        return "boilerplate"
    if len(line) > _LONGEST or block.kind == "row":
        return ""
    if len(line) <= 120 and made_of("share", line) and not line.isdigit():
        return "share buttons"
    for reason, name in _WHOLE:
        if whole(name).match(line) and not _is_prose(line, name):
            return reason
    if looks_like_newsletter(line):
        return "newsletter box"
    if cue("cookie").search(line) and re.search(
        r"\b(?:we|our|this site|you agree|accept|consent)\b", line, re.IGNORECASE
    ):
        return "cookie notice"
    if _is_byline(line):
        return "byline"
    return "menu" if is_menu(line) else _reason_by_links(block, line)


def _is_byline(line: str) -> bool:
    return _is_dateline(line) or (
        bool(whole("byline").match(line)) and len(line) <= 160 and not _is_prose(line, "byline")
    )


def _is_dateline(line: str) -> bool:
    """``22 Oct 2020 · 3 min · 412 words``: nothing but a date and counts."""
    parts = [part.strip() for part in _SEPARATED.split(line) if part.strip()]
    if len(parts) < 2 or len(line) > _LONGEST_DATELINE:
        return False
    return all(date_line(part) or whole("count").match(part) or whole("byline").match(part) for part in parts)


def _is_prose(line: str, name: str) -> bool:
    """A sentence that only begins like furniture: ``By the end of March we had …``."""
    return name in ("byline", "caption", "related_line") and bool(_ENDED.search(line)) and len(words_of(line)) > 12


def _reason_by_links(block: Block, line: str) -> str:
    if block.linked < _MOST_LINKED or block.kind == "heading":
        return ""
    return "menu" if len(line.split()) <= 3 else "related links"


def is_sentence(text: str) -> bool:
    """Whether it reads like running text and not like a label."""
    return (bool(_ENDED.search(text)) and len(text.split()) >= 4) or len(text.split()) > 20
