"""Briefs in chats and for pages: who may have one made or open it, and whose words stand on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot import brief_views as views
from bot.access import SHELL, WEB, Access, Role, Who
from bot.briefs import Brief, brief_of, reworded
from bot.commands import plain_command
from bot.errors import NoBrief, NotAllowed
from bot.messages import ButtonPress, Conversation, FormSubmission, Incoming
from bot.own_pages import page_at
from bot.pilot_results import sponsor_metric
from bot.ports import Clock
from bot.privacy import clean_text
from bot.replies import Link, Reply
from bot.storage.adoptions import TAKEN_UP, holder_of
from bot.storage.brief_words import BriefWords
from bot.storage.results import StatedResult
from bot.storage.tables import Adoption, Team
from bot.storage.unit import Storage, Unit
from bot.titles import practice_told, title_told
from bot.who_else import is_named
from knowledge.library import Library

_WORDS = re.compile(
    r"(?:please )?(?:(?:make|show|give)(?: me| us)? )?(?:the |a |my |our )?(?:one[- ]page )?brief(?: please)?[.!?]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MakeBrief:
    """`brief`, `make the brief`: of the team's newest result."""


@dataclass(frozen=True, slots=True)
class _Found:
    brief: Brief
    member: bool


class Briefs:
    """A ``Feature``. ``library`` gives the one in force; ``public_url`` is where the pages are."""

    actions = frozenset({"brief", "brief-words"})
    forms = frozenset({"brief-edit"})

    def __init__(
        self, storage: Storage, clock: Clock, access: Access, library: Callable[[], Library], public_url: str
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._access = access
        self._library = library
        self._public_url = public_url.rstrip("/")

    def meant(self, text: str) -> MakeBrief | None:
        return MakeBrief() if _WORDS.fullmatch(plain_command(text)) else None

    async def said(self, incoming: Incoming, intent: MakeBrief) -> Reply:
        """The brief of the newest result of the person's team; what is missing where it has none. Raises NoBrief."""
        who = await self._access.of(incoming)
        where = incoming.conversation
        async with self._storage.view() as unit:
            team = await unit.teams.of(who.tenant, who.person, where.platform, where.channel)
            if team is None:
                raise NoBrief(views.NO_TEAM)
            results = await unit.results.standing(who.tenant, team_id=team.id)
            states = await unit.adoptions.states(who.tenant, holder_of("", team.id))
        if not results:
            return views.no_result_reply(team.name, self._taken_up(states.values()))
        found = await self._found(who, results[0].id, where)
        return views.brief_reply(found.brief, self._links(found.brief, where), others=results[1:])

    async def pressed(self, press: ButtonPress) -> Reply:
        """Raises NoBrief, NotAllowed."""
        found = await self._found(await self._access.of(press), press.value, press.conversation)
        if press.action == "brief":
            return views.brief_reply(found.brief, self._links(found.brief, press.conversation), mine=found.member)
        if not found.member:
            raise NotAllowed(views.NOT_YOURS_TO_WORD)
        return views.words_form(found.brief)

    async def filled_in(self, form: FormSubmission) -> Reply:
        """Keep the champion's words. Raises NoBrief, NotAllowed."""
        who = await self._access.of(form)
        found = await self._found(who, form.context, form.conversation)
        if not found.member:
            raise NotAllowed(views.NOT_YOURS_TO_WORD)
        async with self._storage.unit() as unit:
            result_id = found.brief.result_id
            words = await self._words(unit, who.tenant, found.brief, form)
            changed = await unit.brief_words.keep(who.tenant, result_id, words, form.event_id)
            if changed:
                await unit.audits.write(who.tenant, who.person, "brief reworded", f"result:{result_id}", self._clock())
        now = await self._found(who, form.context, form.conversation)
        said = views.SAVED if changed else views.AS_IT_WAS
        return views.brief_reply(now.brief, self._links(now.brief, form.conversation), said=said)

    async def of(self, who: Who, result_id: str) -> Brief:
        """The brief of a result, for its team and admins, and for sponsors where the team is named in reports; the
        local shell may see every tenant's.

        Raises NoBrief, NotAllowed.
        """
        return (await self._found(who, result_id, None)).brief

    async def _found(self, who: Who, result_id: str, where: Conversation | None) -> _Found:
        async with self._storage.view() as unit:
            tenant = (await unit.brief_words.tenant_of(result_id)) or who.tenant if who == SHELL else who.tenant
            stated, team = await self._stated(unit, tenant, result_id)
            member = await self._is_member(unit, who, team, where)
            if not (member or who.may(Role.ADMIN) or (who.may(Role.SPONSOR) and is_named(team))):
                raise NotAllowed(views.NOT_YOURS)
            words = await unit.brief_words.get(tenant, stated.id)
            metric = await sponsor_metric(unit, team, stated)
        return _Found(reworded(self._brief(stated, team, metric), words), member)

    async def _stated(self, unit: Unit, tenant: str, result_id: str) -> tuple[StatedResult, Team]:
        """The result that stands for this one, and whose it is."""
        standing = await unit.brief_words.standing(tenant, result_id)
        stated = await unit.results.get(tenant, standing) if standing else None
        team = await unit.teams.get(tenant, stated.team_id) if stated else None
        if stated is None or team is None:
            raise NoBrief(views.NO_SUCH_RESULT)
        return stated, team

    async def _is_member(self, unit: Unit, who: Who, team: Team, where: Conversation | None) -> bool:
        """Whether this person speaks for the team, or for the one it was merged into."""
        place = (where.platform, where.channel) if where else ("", "")
        own = await unit.teams.of(who.tenant, who.person, *place)
        return own is not None and own.id in {team.id, team.merged_into}

    async def _words(self, unit: Unit, tenant: str, now: Brief, form: FormSubmission) -> BriefWords:
        """What was written; where it is what we would say ourselves, nothing, so that it follows the figures.

        A line that the form did not bring stays as it is ``now``.
        """
        stated, team = await self._stated(unit, tenant, now.result_id)
        own = self._brief(stated, team)
        standing = {
            views.FIRST: now.sentences[0], views.SECOND: now.sentences[1], views.DECISION: now.decision,
            views.CREDIT: now.credit,
        }
        first, second, decision, credit = (
            " ".join(clean_text(form.values.get(name, words), views.LONGEST_LINE).split())
            for name, words in standing.items()
        )
        return BriefWords(
            "" if first == own.sentences[0] else first, "" if second == own.sentences[1] else second,
            "" if decision == own.decision else decision, credit,
        )

    def _taken_up(self, states: Iterable[Adoption]) -> dict[str, str]:
        """Titles of what a team does or tries, by id, the latest first."""
        taken = sorted((one for one in states if one.state in TAKEN_UP), key=lambda one: one.since, reverse=True)
        told = {one.practice_id: practice_told(self._library(), one.practice_id) for one in taken}
        return {name: practice.title for name, practice in told.items() if practice}

    def _brief(self, stated: StatedResult, team: Team, metric: str | None = None) -> Brief:
        library = self._library()
        cited = stated.practice_id in library.practices
        return brief_of(stated, team.name, title_told(library, stated.practice_id), metric, cited=cited)

    def _links(self, brief: Brief, where: Conversation) -> tuple[Link, ...]:
        """To its page, in the web chat to its papers as well; none where pages have no address."""
        page = page_at(f"/briefs/{brief.result_id}", where, self._public_url)
        if where.platform != WEB:
            return (Link("The brief as one page: PDF to attach, PNG to paste", page),) if page else ()
        return (
            Link("The brief as one page", page), Link("PDF to attach", f"{page}.pdf"),
            Link("PNG to paste", f"{page}.png"),
        )
