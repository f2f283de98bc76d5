"""Replies and pages as HTML. Pure: same values, same text; everything is escaped; links are sources only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from textwrap import shorten
from typing import Literal
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from adapters.plain import inert
from adapters.web.store import Talk, WebEntry, read_words
from bot.amounts import amount
from bot.replies import Block, Button, Buttons, Field, Link, Reply, SourceLink, Sources
from bot.storage.codec import PayloadUnreadable, load_reply

_OWN_PATH = re.compile(r"(?:/[A-Za-z0-9_-]+)+(?:\.[a-z]+)?(?:\?[a-z]+=[A-Za-z0-9_-]+)?")
_MARK = re.compile(r"\[(\d{1,3})\]")
_HEADINGS = {401: "Sign in first", 404: "There is nothing here", 405: "There is nothing here", 503: "Not just now"}
LONGEST_TITLE = 90
"""Characters by which a conversation is told in a list: two lines of it."""
MANY = 3
"""So many optional fields at the end of a form are folded away."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the controls of a message carry back: where it stands, and the session's token."""

    message_id: str = "0"
    conversation: str = ""
    csrf: str = ""
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One message ready to be shown. ``event`` is the id that the page itself gave to what its person wrote."""

    id: str
    author: Literal["you", "midway"]
    html: Markup
    text: str
    at: str
    version: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Another conversation of whoever reads: how it began, when something was said there last, how much is unread."""

    conversation: str
    title: str
    at: str
    unread: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the chat page shows. ``others`` are conversations beside this one, the newest first; ``offers_demo``
    where there is nothing in the installation yet.
    """

    messages: Sequence[Drawn]
    suggestions: Sequence[str]
    notice: str
    conversation: str
    csrf: str
    event_id: str
    cursor: str
    waiting: bool
    sentence: str = ""
    typed: str = ""
    demo: bool = False
    others: Sequence[Other] = ()
    offers_demo: bool = False


def render(reply: Reply, frame: Frame | None = None) -> Markup:
    """A reply's blocks, every kind of them; a reply without blocks is its text."""
    template = _ENVIRONMENT.get_template("reply.html")
    return Markup(template.render(reply=reply, frame=frame or Frame(), blocks=_laid_out(reply)))  # noqa: S704 (autoescaped)


def render_entry(entry: WebEntry, frame: Frame) -> Drawn:
    """A stored message as it is shown to the session that the frame belongs to."""
    at, version = entry.at.isoformat(), version_of(entry)
    if entry.author == "you":
        words = inert(read_words(entry.body))
        event = (entry.key or "").rpartition(":")[2]
        return Drawn(str(entry.id), "you", Markup('<p dir="auto">{}</p>').format(words), words, at, version, event)
    reply, frame = _reply_of(entry), replace(frame, message_id=str(entry.id))
    return Drawn(str(entry.id), "midway", render(reply, frame), inert(reply.text), at, version)


def _reply_of(entry: WebEntry) -> Reply:
    try:
        return load_reply(entry.body)
    except PayloadUnreadable:
        return Reply("This message was written by another version of Midway and cannot be shown.")


def render_page(page: Page) -> str:
    return _ENVIRONMENT.get_template("chat.html").render(page=page, others=page.others, demo=page.demo)


def others_of(talks: Sequence[Talk], here: str) -> tuple[Other, ...]:
    """The conversations of a list beside the one that is read ``here``."""
    return tuple(
        Other(talk.conversation, _title(talk.first), talk.last.isoformat(), talk.unseen)
        for talk in talks if talk.conversation != here
    )


def render_others(others: Sequence[Other]) -> tuple[str, str]:
    """The menu of other conversations, and the line that says where something is unread; for the event stream, the page
    draws its own with the same templates.
    """
    menu, line = (_ENVIRONMENT.get_template(name).render(others=others) for name in ("earlier.html", "elsewhere.html"))
    return menu, line


def _title(first: WebEntry) -> str:
    words = read_words(first.body) if first.author == "you" else _reply_of(first).text
    return shorten(inert(words), LONGEST_TITLE, placeholder="…")


def render_message(drawn: Drawn) -> str:
    """One message with its frame, for the event stream; the page draws its own with the same template."""
    return _ENVIRONMENT.get_template("message.html").render(message=drawn)


def render_sentence(sentence: str, status: int, *, demo: bool = False) -> str:
    """A page of the chat that says one thing and leads back; it knows nobody's roles."""
    return _ENVIRONMENT.get_template("sentence.html").render(
        heading=heading_of(status), sentence=sentence, demo=demo, menu=(), here="", csrf="", local=False
    )


def heading_of(status: int) -> str:
    """What stands over the sentence of an answer with this status."""
    return _HEADINGS.get(status, "Something went wrong" if status >= 500 else "That did not work")


def version_of(entry: WebEntry) -> str:
    """Changes whenever the message does, and grows; an event stream resumes after it."""
    return stamp(entry.changed_at)


def stamp(at: datetime) -> str:
    """A moment in microseconds since 1970."""
    return str(int(at.timestamp() * 1_000_000))


def _marked(text: str, numbers: frozenset[int], frame: Frame) -> Markup:
    """Words with each citation mark that has a source turned into a jump to it."""

    def jump(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in numbers:
            return match[0]
        return f'<a class="cite" href="#{source_anchor(frame, number)}" aria-label="Source {number}">[{number}]</a>'

    return Markup(_MARK.sub(jump, str(escape(inert(text)))))  # noqa: S704 (escaped just before)


def source_anchor(frame: Frame, number: int) -> str:
    return f"m{frame.message_id}-s{number}"


def button_value(button: Button) -> str:
    """What a button sends back without JavaScript."""
    return json.dumps({"action": button.action, "value": button.value})


def _laid_out(reply: Reply) -> Iterator[tuple[str, Block, bool]]:
    """Each block with its kind, and whether it is a row of buttons that decides something: the first, and any with a
    primary button, as a next step below a result has it.
    """
    rows = 0
    for block in reply.blocks:
        decides = False
        if isinstance(block, Buttons):
            rows += 1
            decides = rows == 1 or any(button.primary for button in block.items)
        yield type(block).__name__.lower(), block, decides


def _parted(fields: Sequence[Field]) -> tuple[Sequence[Field], Sequence[Field]]:
    """What is always asked, and what is folded away: optional fields at the end, where they make a form long."""
    at = len(fields)
    while at and not fields[at - 1].required:
        at -= 1
    return (fields[:at], fields[at:]) if at and len(fields) - at >= MANY else (fields, ())


def _numbers(reply: Reply) -> frozenset[int]:
    return frozenset(link.number for block in reply.blocks if isinstance(block, Sources) for link in block.items)


def _address(link: SourceLink | Link) -> str:
    """The address if it is one of the web or a path of these pages, else nothing: ``javascript:`` and its kin are no
    links.
    """
    if isinstance(link, Link) and _OWN_PATH.fullmatch(link.url):
        return link.url
    parts = _split(link.url)
    return link.url if parts is not None and parts[0] in {"http", "https"} and parts[1] else ""


def _site(link: SourceLink) -> str:
    parts = _split(link.url)
    return parts[1].removeprefix("www.") if parts is not None else ""


def _split(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), parts.hostname or ""
    except ValueError:
        return None


def _amount(value: float | None, missing: str) -> str:
    return missing or "no figure" if value is None else amount(value)


def environment() -> Environment:
    """Templates with the filters that every page uses."""
    made = Environment(
        loader=PackageLoader("adapters.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        inert=inert, marked=_marked, amount=_amount, address=_address, site=_site, back=button_value
    )
    made.globals.update(numbers=_numbers, parted=_parted, source_anchor=source_anchor)
    return made


_ENVIRONMENT = environment()
