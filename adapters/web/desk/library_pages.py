"""The library for curators: what is in force, drafts, history; editing and publishing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.posted import Form, id_in
from adapters.web.desk.view import Screen, changes, said
from adapters.web.parse import Refused
from adapters.web.path_numbers import DIGITS
from adapters.web.render import render
from bot.access import Role, Who
from bot.errors import ChangedMeanwhile, NotPublishable
from bot.office import Office
from bot.replies import Buttons, Heading, Reply
from bot.storage.versions import OPEN, Version
from bot.views import practice_reply
from bot.whole_numbers import whole_number
from knowledge.answers import Answer, Outcome
from knowledge.drafting import adds_to, blank, title_in
from knowledge.errors import KnowledgeError, PracticeInvalid
from knowledge.extractive import whole
from knowledge.library import SLUG, Library, shipped_text
from knowledge.practice import Practice

GONE = "There is no such practice. The library shows them all."
MOST_NOTE = 300
DONE = {
    "saved": "Saved as a draft: the library is as it was until somebody publishes it.",
    "saved-review": "Saved and sent to review.",
    "kept": "Kept as a draft. Nothing is published yet.",
    "kept-beside": "Kept as a draft under another id: there is already a practice or a draft with its own, "
    "and that one is unchanged. Nothing is published yet.",
    "kept-before": "The very same draft was kept before: here it is, with what was written into it since.",
    "review": "Sent to review: another curator can publish it now.",
    "published": "Published: answers rest on this version from now on.",
    "discarded": "Discarded. It is kept in the history of the practice.",
    "still-true": "Noted: still true. The date of its next review is below.",
    "withdrawn": "Withdrawn: it is no longer cited. Below, under “Withdrawn”, it can be read and brought back.",
}
"""What is said after a change, by the word that stands in the address."""


@dataclass(frozen=True)
class Line:
    """One practice in the list."""

    id: str
    title: str
    topic: str
    stage: str
    review_by: date
    due: bool
    draft: Version | None


@dataclass(frozen=True)
class Target:
    """The practice that a draft adds to."""

    id: str
    title: str


class LibraryPages:
    """Everything below ``/library``."""

    def __init__(self, office: Office, library: Callable[[], Library], screen: Screen) -> None:
        self._office = office
        self._library = library
        self._screen = screen

    async def all(self, request: Request, who: Who) -> Response:
        drafts = {draft.practice_id: draft for draft in await self._office.curation.open(who)}
        due = {practice.id for practice in self._office.reviews.due()}
        practices = self._library().practices
        ordered = sorted(practices.values(), key=lambda practice: practice.title.casefold())
        lines = [_line(practice, due, drafts) for practice in ordered]
        show, wanted = request.query_params.get("show", "all"), request.query_params.get("q", "").strip()
        chosen = [line for line in lines if _fits(line, show, wanted)]
        unborn = [draft for name, draft in drafts.items() if name not in practices]
        return self._screen.page(
            "desk/library.html", who, "/library", lines=chosen, count=len(lines), show=show, wanted=wanted,
            unborn=unborn, drafts=len(drafts), due=len(due), withdrawn=await self._office.curation.withdrawn(who),
            done=said(request, DONE), title=_title, adds_to=adds_to,
        )

    async def one(self, request: Request, who: Who) -> Response:
        """For curators to change; for experts, who are shown what was found, to read."""
        name, curates = request.path_params["id"], who.may(Role.CURATOR)
        if not (curates or who.may(Role.EXPERT)):
            who.needs(Role.CURATOR)
        if curates and name not in self._library().practices and (gone := await self._withdrawn(who, name)):
            return RedirectResponse(f"/library/{name}/versions/{gone.version}", 303)
        practice = self._practice(request)
        history = await self._office.curation.history(who, practice.id) if curates else []
        part, citations = whole(practice, datetime.now(UTC).date())
        reply = practice_reply(part, Answer(Outcome.ANSWERED, parts=(part,), citations=citations), "-")
        blocks = tuple(block for block in reply.blocks if not isinstance(block, Buttons | Heading))
        return self._screen.page(
            "desk/practice.html", who, "/library", practice=practice, words=render(Reply(reply.text, blocks)),
            history=history, due=practice in self._office.reviews.due(), done=said(request, DONE), curates=curates,
        )

    async def new(self, request: Request, who: Who) -> Response:
        who.needs(Role.CURATOR)
        return self._editor(who, "", blank("new-practice", datetime.now(UTC).date()), 0)

    async def edit(self, request: Request, who: Who) -> Response:
        """As the practice stood when the version in the address was the newest. The address says which one it is, so
        that a browser which restores what was typed (Back, a reload) never restores it over a newer one unnoticed.
        """
        who.needs(Role.CURATOR)
        name = _id_of(request)
        text = await self._office.curation.text(name)
        if not text.body:
            raise Refused(404, GONE)
        seen = whole_number(request.query_params.get("seen", ""), DIGITS)
        if seen == text.seen:
            return self._editor(who, name, text.body, text.seen)
        if seen is None or seen > text.seen:
            return RedirectResponse(f"/library/{name}/edit?seen={text.seen}", 303)
        older = await self._office.curation.version(who, name, seen)
        body = older.body if older else shipped_text(name) or text.body
        return self._editor(who, name, body, seen, newest=text.seen)

    async def save(self, request: Request, who: Who, form: Form) -> Response:
        """Keep a draft, and send it to review where that was pressed; what was typed is never lost."""
        body = form["body"].replace("\r\n", "\n")
        name = id_in(body) if request.path_params["id"] == "-" else _id_of(request)
        try:
            version = await self._office.curation.save(who, name, body, form.number("seen"), form["note"])
        except ChangedMeanwhile as changed:
            theirs = await self._office.curation.text(name)
            lines = list(changes(theirs.body, body))
            return self._editor(
                who, name, body, theirs.seen, 409, trouble=str(changed), changes=lines, note=form["note"][:MOST_NOTE]
            )
        if form["then"] == "review":
            await self._office.curation.submit(who, name, version)
        done = "saved-review" if form["then"] == "review" else "saved"
        return RedirectResponse(f"/library/{name}/versions/{version}?done={done}", 303)

    async def version(self, request: Request, who: Who) -> Response:
        return await self._version(request, who)

    async def move(self, request: Request, who: Who, form: Form) -> Response:
        """Send a draft to review, publish it or discard it."""
        name, version = _id_of(request), request.path_params["version"]
        curation = self._office.curation
        try:
            if form["then"] == "publish":
                await curation.publish(who, name, version)
                return RedirectResponse(f"/library/{name}?done=published", 303)
            if form["then"] == "discard":
                await curation.discard(who, name, version)
                return RedirectResponse("/library?done=discarded", 303)
            await curation.submit(who, name, version)
        except (NotPublishable, PracticeInvalid) as error:
            return await self._version(request, who, error.findings, 422)
        except KnowledgeError as error:
            return await self._version(request, who, (str(error),), 422)
        return RedirectResponse(f"/library/{name}/versions/{version}?done=review", 303)

    async def still_true(self, request: Request, who: Who, form: Form) -> Response:
        practice = self._practice(request)
        await self._office.curation.still_true(who, practice)
        return RedirectResponse(f"/library/{practice.id}?done=still-true", 303)

    async def withdraw(self, request: Request, who: Who, form: Form) -> Response:
        practice = self._practice(request)
        await self._office.curation.withdraw(who, practice.id, form["note"])
        return RedirectResponse("/library?done=withdrawn", 303)

    async def _version(
        self, request: Request, who: Who, findings: Sequence[str] = (), status: int = 200
    ) -> Response:
        name = _id_of(request)
        found = await self._office.curation.version(who, name, request.path_params["version"])
        if found is None:
            raise Refused(404, GONE)
        before = await self._office.curation.version(who, name, found.base) if found.base else None
        standing = before.body if before else shipped_text(name) or ""
        return self._screen.page(
            "desk/version.html", who, "/library", status, version=found, findings=findings, title=_title(found),
            changes=list(changes(standing, found.body)), is_new=not standing, target=self._target(found),
            history=await self._office.curation.history(who, name), done="" if findings else said(request, DONE),
            brings_back=found.state in OPEN and await self._withdrawn(who, name) is not None,
        )

    async def _withdrawn(self, who: Who, name: str) -> Version | None:
        """The version of a practice that is cited no longer; None where it is in force, or never was."""
        gone = await self._office.curation.withdrawn(who)
        return next((version for version in gone if version.practice_id == name), None)

    def _editor(
        self, who: Who, name: str, body: str, seen: int, status: int = 200, *, newest: int = 0, note: str = "",
        trouble: str = "", changes: Sequence[tuple[str, str]] = (),
    ) -> Response:
        """``newest`` is the number of a version that is newer than what is shown, 0 if there is none."""
        return self._screen.page(
            "desk/edit.html", who, "/library", status, id=name, body=body, seen=seen, newest=newest, note=note,
            most_note=MOST_NOTE, trouble=trouble, changes=changes,
        )

    def _target(self, version: Version) -> Target | None:
        """What an open draft has something to add to."""
        name = adds_to(version.body) if version.state in OPEN else ""
        practice = self._library().practices.get(name)
        return Target(name, practice.title if practice else name) if name else None

    def _practice(self, request: Request) -> Practice:
        practice = self._library().practices.get(request.path_params["id"])
        if practice is None:
            raise Refused(404, GONE)
        return practice


def _line(practice: Practice, due: set[str], drafts: dict[str, Version]) -> Line:
    return Line(
        practice.id, practice.title, practice.topic.replace("-", " "), practice.stage.value, practice.review_by,
        practice.id in due, drafts.get(practice.id),
    )


def _title(version: Version) -> str:
    """As its front matter has it; of a text that names none, its id."""
    return title_in(version.body) or version.practice_id


def _fits(line: Line, show: str, wanted: str) -> bool:
    words = f"{line.id} {line.title} {line.topic} {line.stage}".casefold()
    if not all(word in words for word in wanted.casefold().split()):
        return False
    return {"due": line.due, "drafts": line.draft is not None}.get(show, True)


def _id_of(request: Request) -> str:
    """The practice that the address names. Raises Refused where that is no name of one."""
    name = str(request.path_params["id"])
    if not SLUG.fullmatch(name):
        raise Refused(404, GONE)
    return name
