"""The library for curators: what is in force, drafts, history; editing and publishing. Others read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.library_words import ALLOWED, DONE
from adapters.web.desk.posted import Form
from adapters.web.desk.reading_pages import ReadingPages, words_of
from adapters.web.desk.view import Screen, changes, said
from adapters.web.parse import Refused
from adapters.web.path_numbers import DIGITS
from bot.access import Role, Who
from bot.curation import SENT
from bot.draft_ids import NEW, id_for, id_in, with_id
from bot.errors import ChangedMeanwhile, NotPublishable
from bot.office import Office
from bot.storage.versions import OPEN, Version
from bot.tip_choice import topic_name
from bot.whole_numbers import whole_number
from knowledge.checks import read_draft
from knowledge.drafting import adds_to, blank, title_in
from knowledge.library import SLUG, Library, shipped_text
from knowledge.practice import Practice

GONE = "There is no such practice. The library shows them all."
MOST_NOTE = 300


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
        self._reading = ReadingPages(library, screen)

    async def all(self, request: Request, who: Who) -> Response:
        """For curators to keep; for others, and for them as well with ``view=topics``, to read by topic."""
        if not who.may(Role.CURATOR) or request.query_params.get("view") == "topics":
            return self._reading.topics(request, who)
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
        """For curators to change; for everybody else to read."""
        name, curates = request.path_params["id"], who.may(Role.CURATOR)
        if curates and name not in self._library().practices and (gone := await self._withdrawn(who, name)):
            return RedirectResponse(f"/library/{name}/versions/{gone.version}", 303)
        practice = self._practice(request)
        return self._screen.page(
            "desk/practice.html", who, "/library", practice=practice, words=words_of(practice), curates=curates,
            history=await self._office.curation.history(who, practice.id) if curates else [],
            due=practice in self._office.reviews.due(), done=said(request, DONE),
            topic=topic_name(practice.topic), read_next=self._reading.read_next(practice),
        )

    async def new(self, request: Request, who: Who) -> Response:
        who.needs(Role.CURATOR)
        return self._editor(who, "", blank(NEW, datetime.now(UTC).date()), 0)

    async def edit(self, request: Request, who: Who) -> Response:
        """As the practice stood when the version in the address was the newest. The address says which one it is, so
        that a browser which restores what was typed (Back, a reload) never restores it over a newer one unnoticed.
        """
        who.needs(Role.CURATOR)
        name = _id_of(request)
        text = await self._office.curation.text(name)
        if not text.body:
            moved = await self._moved(name)
            return RedirectResponse(f"/library/{moved}/edit", 303)
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
        curation, body = self._office.curation, form["body"].replace("\r\n", "\n")
        if request.path_params["id"] == "-":
            name, version, done = await self._save_new(who, body, form["note"])
        else:
            name = _id_of(request)
            try:
                version = await curation.save(who, name, body, form.number("seen"), form["note"])
            except ChangedMeanwhile as changed:
                theirs = await curation.text(name)
                lines = list(changes(theirs.body, body))
                note = form["note"][:MOST_NOTE]
                return self._editor(
                    who, name, body, theirs.seen, 409, trouble=str(changed), changes=lines, note=note
                )
            name, done = await curation.now_called(name), "saved"
        if form["then"] == "review" and done != "kept-before":
            await curation.submit(who, name, version)
            done = "saved-review"
        return RedirectResponse(f"/library/{name}/versions/{version}?done={done}", 303)

    async def _save_new(self, who: Who, body: str, note: str) -> tuple[str, int, str]:
        """Its id, its version, and what is to be said of it."""
        wanted = id_for(body)
        kept = await self._office.curation.keep_import(who, wanted, body, note)
        if kept.before:
            return kept.practice_id, kept.version, "kept-before"
        if kept.practice_id != wanted:
            return kept.practice_id, kept.version, "kept-beside"
        return kept.practice_id, kept.version, "saved" if id_in(body) == wanted else "named"

    async def version(self, request: Request, who: Who) -> Response:
        return await self._version(request, who)

    async def move(self, request: Request, who: Who, form: Form) -> Response:
        """Check a draft, give it the id of its title, send it to review, publish it or discard it."""
        name, version = _id_of(request), request.path_params["version"]
        curation = self._office.curation
        match form["then"]:
            case "publish":
                try:
                    await curation.publish(who, name, version)
                except NotPublishable as error:
                    return await self._version(request, who, error.findings, 422)
                return RedirectResponse(f"/library/{name}?done=published", 303)
            case "discard":
                await curation.discard(who, name, version)
                return RedirectResponse("/library?done=discarded", 303)
            case "check":
                draft = await self._draft(request, who)
                findings = await curation.findings(name, draft.body, thorough=True)
                return await self._version(request, who, findings, done="checked" if not findings else "")
            case "rename":
                draft = await self._draft(request, who)
                body = with_id(draft.body, await curation.proposed_id(who, draft) or name)
                version = await curation.save(who, name, body, version, "the id of its title")
                name = await curation.now_called(name)
                return RedirectResponse(f"/library/{name}/versions/{version}?done=renamed", 303)
        await curation.submit(who, name, version)
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
        self, request: Request, who: Who, found: Sequence[str] | None = None, status: int = 200, *, done: str = ""
    ) -> Response:
        """``found`` is what keeps it from being published, where that was looked for already."""
        name, curation = _id_of(request), self._office.curation
        draft = await curation.version(who, name, request.path_params["version"])
        if draft is None:
            moved = await self._moved(name)
            return RedirectResponse(f"/library/{moved}/versions/{request.path_params['version']}", 303)
        is_open, history = draft.state in OPEN, await curation.history(who, name)
        findings = await curation.findings(name, draft.body) if found is None and is_open else found or ()
        before = await curation.version(who, name, draft.base) if draft.base else None
        standing = before.body if before else shipped_text(name) or ""
        read = read_draft(draft.body, name).practice
        return self._screen.page(
            "desk/version.html", who, "/library", status, version=draft, findings=findings, title=_title(draft),
            changes=list(changes(standing, draft.body)), is_new=not standing, target=self._target(draft),
            history=history, done=DONE.get(done, "") or ("" if status != 200 else said(request, DONE)),
            brings_back=is_open and await self._withdrawn(who, name) is not None,
            preview=words_of(read) if read and draft.state != "withdrawn" else "", is_open=is_open,
            proposed=await curation.proposed_id(who, draft),
            sent_by_me=(SENT, draft.version, who.person) in {(one.what, one.version, one.by) for one in history},
        )

    async def _draft(self, request: Request, who: Who) -> Version:
        found = await self._office.curation.version(who, _id_of(request), request.path_params["version"])
        if found is None:
            raise Refused(404, GONE)
        return found

    async def _moved(self, name: str) -> str:
        """The id that a practice has by now. Raises Refused where it has no other."""
        moved = await self._office.curation.now_called(name)
        if moved == name:
            raise Refused(404, GONE)
        return moved

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
            most_note=MOST_NOTE, trouble=trouble, changes=changes, allowed=ALLOWED, practices=self._library().practices,
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
