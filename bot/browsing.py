"""`practices` and `topics`: what the library has, for those who would rather look than ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.access import WEB
from bot.command_tongues import TONGUES
from bot.commands import command_said
from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.phrasing import say
from bot.replies import Block, Button, Buttons, Heading, Link, Paragraph, Reply
from bot.tip_choice import topic_name
from bot.views import OLD_BUTTON, OLD_FORM, sentence_reply
from knowledge.library import Library
from knowledge.practice import TOPICS, Practice

PATH = "/library?view=topics"
_ALL = re.compile(
    r"(?:(?:list|show)(?: me| of)? )?(?:all |the |all the )?(?:practices|topics|library)[.!?]*|"
    r"(?:which|what) (?:practices|topics) (?:are there|are in the library|do you (?:have|know(?: about)?)|exist)[.!?]*|"
    r"what(?: is|'s) in the library[.!?]*",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?:topic|(?:(?:list|show)(?: me)? )?(?:all |the )?practices (?:on|about|in|for))[:\s]+"
    r"[“\"]?(?P<name>.+?)[”\"]?[.!?]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Browse:
    """``words`` are those for a topic, empty for all of them."""

    words: str
    tongue: str


class Browsing:
    """A ``Feature``. ``library`` gives the one in force; ``public_url`` is where the pages are."""

    actions = frozenset({"topic"})
    forms = frozenset[str]()

    def __init__(self, library: Callable[[], Library], public_url: str) -> None:
        self._library = library
        self._public_url = public_url.rstrip("/")

    def meant(self, text: str) -> Browse | None:
        said, tongue = command_said(text)
        if _ALL.fullmatch(said):
            return Browse("", tongue)
        one = _ONE.fullmatch(said)
        return Browse(one["name"], tongue) if one else None

    async def said(self, incoming: Incoming, intent: Browse) -> Reply | None:
        """None where the words name no topic: then they are a question."""
        topics = by_topic(self._library().practices)
        if not intent.words:
            return self._all(topics, incoming.conversation.platform == WEB, intent.tongue)
        wanted = " ".join(intent.words.casefold().split())
        named = next((topic for topic in topics if wanted in _names(topic)), None)
        return _topic_reply(named, topics[named]) if named else None

    async def pressed(self, press: ButtonPress) -> Reply:
        practices = by_topic(self._library().practices).get(press.value)
        return _topic_reply(press.value, practices) if practices else sentence_reply(OLD_BUTTON)

    async def filled_in(self, form: FormSubmission) -> Reply:
        return sentence_reply(OLD_FORM)

    def _all(self, topics: Mapping[str, Sequence[Practice]], on_pages: bool, tongue: str) -> Reply:
        count = sum(map(len, topics.values()))
        text = say(
            tongue, "The library has {practices} practices in {topics} topics. Choose a topic:", practices=count,
            topics=len(topics),
        )
        blocks: list[Block] = [
            Paragraph(text), Buttons(tuple(Button(topic_name(topic), "topic", topic) for topic in topics)),
        ]
        if on_pages or self._public_url:
            blocks.append(Link("All of them on one page", PATH if on_pages else self._public_url + PATH))
        return Reply(text, tuple(blocks))


def by_topic(practices: Mapping[str, Practice]) -> dict[str, list[Practice]]:
    """The practices of each topic by title; topics in the order of ``TOPICS``, an organization's own after them."""
    found: dict[str, list[Practice]] = {topic: [] for topic in TOPICS}
    for practice in sorted(practices.values(), key=lambda one: one.title.casefold()):
        found.setdefault(practice.topic, []).append(practice)
    return {topic: listed for topic, listed in found.items() if listed}


def _names(topic: str) -> set[str]:
    """What a topic may be called, in any language."""
    name = topic_name(topic)
    return {topic, topic.replace("-", " ")} | {say(tongue, name).casefold() for tongue in ("en", *TONGUES)}


def _topic_reply(topic: str, practices: Sequence[Practice]) -> Reply:
    name = topic_name(topic)
    read = Buttons(tuple(Button(practice.title, "more", f"-|{practice.id}") for practice in practices))
    return Reply(name, (Heading(name), Paragraph("Choose a practice to read it:"), read))
