"""The library as its readers see it: by topic, and each practice whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.desk.view import Screen
from adapters.web.render import render
from bot.access import Who
from bot.browsing import by_topic
from bot.replies import Buttons, Heading, Reply
from bot.tip_choice import topic_name
from bot.views import practice_reply
from knowledge.answers import Answer, Outcome
from knowledge.extractive import near, whole
from knowledge.library import Library
from knowledge.practice import Practice


@dataclass(frozen=True)
class Line:
    """One practice in its topic."""

    id: str
    title: str
    gist: str


@dataclass(frozen=True)
class Topic:
    id: str
    name: str
    lines: tuple[Line, ...]


class ReadingPages:
    """``library`` gives the one in force."""

    def __init__(self, library: Callable[[], Library], screen: Screen) -> None:
        self._library = library
        self._screen = screen

    def topics(self, request: Request, who: Who) -> Response:
        """What is in force, by topic; with ``q`` what has all of these words."""
        wanted = request.query_params.get("q", "").strip()
        fitting = {name: one for name, one in self._library().practices.items() if _fits(one, wanted)}
        topics = [Topic(topic, topic_name(topic), tuple(map(_line, one))) for topic, one in by_topic(fitting).items()]
        count = len(self._library().practices)
        return self._screen.page("desk/topics.html", who, "/library", topics=topics, wanted=wanted, count=count)

    def read_next(self, practice: Practice) -> list[Practice]:
        """The related practices that are in force."""
        practices = self._library().practices
        return [practices[name] for name in practice.related if name in practices and name != practice.id]


def words_of(practice: Practice) -> str:
    """All of a practice but its title, as an answer shows it: markup that is safe as it stands."""
    part, citations = whole(practice, datetime.now(UTC).date())
    reply = practice_reply(part, Answer(Outcome.ANSWERED, parts=(part,), citations=citations), "-")
    blocks = tuple(block for block in reply.blocks if not isinstance(block, Buttons | Heading))
    return render(Reply(reply.text, blocks))


def _line(practice: Practice) -> Line:
    return Line(practice.id, practice.title, near(practice).gist)


def _fits(practice: Practice, wanted: str) -> bool:
    told = (practice.id, practice.title, topic_name(practice.topic), practice.sections.summary, *practice.questions)
    words = " ".join(told).casefold()
    return all(word in words for word in wanted.casefold().split())
