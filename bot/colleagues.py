"""Who else did this, who can be asked, who sponsors: each team and person as visible as they chose to be."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot import adoption_views as views
from bot.commands import plain_command
from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.my_data_views import untracked_press_reply
from bot.privacy import clean_text
from bot.replies import Reply
from bot.storage.unit import Storage
from bot.titles import practice_told, title_told
from bot.tracker import Tracker
from bot.views import gone_reply, sentence_reply
from bot.who_else import offer, offers, others, sponsors
from bot.who_else_words import WhoElse, names, who_else
from knowledge.library import Library
from knowledge.practice import Practice

Find = Callable[[str], Awaitable[str | None]]
"""The practice that somebody means by these words; None if none is near."""
LONGEST_NAME = 200
_DIRECTORY = re.compile(r"(?:the )?directory[.!?]*|who can (?:we|i) ask[.!?]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Directory:
    """`directory`: who offered to be asked, and which sponsors agreed to stand there."""


class Colleagues:
    """A ``Feature``. ``library`` gives the one in force."""

    actions = frozenset({"contact", "no-contact", "who-else"})
    forms = frozenset({"contact"})

    def __init__(self, storage: Storage, tracker: Tracker, library: Callable[[], Library], find: Find) -> None:
        self._storage = storage
        self._tracker = tracker
        self._library = library
        self._find = find

    def meant(self, text: str) -> WhoElse | Directory | None:
        said = plain_command(text)
        if _DIRECTORY.fullmatch(said):
            return Directory()
        return who_else(said)

    async def said(self, incoming: Incoming, intent: WhoElse | Directory) -> Reply | None:
        if isinstance(intent, Directory):
            return await self._directory(incoming)
        if not intent.words:
            practice = practice_told(self._library(), await self._tracker.subject(incoming) or "")
        else:
            practice = self._called(intent.words) or self._practice(await self._find(intent.words) or "")
            if intent.by_name and not (practice and names(intent.words, practice)):
                return None
        return await self._who_else(incoming, practice) if practice else sentence_reply(views.NOT_FOUND)

    async def pressed(self, press: ButtonPress) -> Reply:
        if press.action == "no-contact":
            return await self._withdraw(press)
        if press.action == "who-else" and (told := practice_told(self._library(), press.value)):
            return await self._who_else(press, told)
        practice = self._practice(press.value)
        if practice is None:
            return gone_reply()
        if not await self._tracker.counts(press):
            return untracked_press_reply(everybody=not self._tracker.enabled)
        return views.form_reply(views.contact_form(practice.id, practice.title))

    async def filled_in(self, form: FormSubmission) -> Reply:
        """Somebody offers to be asked."""
        practice = self._practice(form.context)
        if practice is None:
            return gone_reply()
        if not await self._tracker.counts(form):
            return untracked_press_reply(everybody=not self._tracker.enabled)
        name = " ".join(clean_text(form.values.get("name", ""), LONGEST_NAME).split())
        again = views.contact_form(practice.id, practice.title)
        if not name:
            return views.form_again(views.NO_NAME, again)
        tenant, person, now = form.conversation.tenant, self._tracker.person(form), self._tracker.now()
        async with self._storage.unit() as unit:
            team = await self._tracker.team_in(unit, form)
            if team is None:
                return views.form_again(views.NO_TEAM, again)
            await unit.contacts.offer(tenant, team.id, practice.id, person, name, now)
            await unit.audits.write(tenant, person, "offered to be asked", f"team:{team.id}", now)
        return views.contact_reply(practice.title, offer(name, practice.id, team))

    async def _withdraw(self, press: ButtonPress) -> Reply:
        tenant, person = press.conversation.tenant, self._tracker.person(press)
        async with self._storage.unit() as unit:
            gone = await unit.contacts.withdraw(tenant, person)
            if gone:
                await unit.audits.write(tenant, person, "took back being asked", "person", self._tracker.now())
        return views.withdrawn_reply(gone)

    async def _who_else(self, incoming: Incoming, practice: Practice) -> Reply:
        tenant = incoming.conversation.tenant
        async with self._storage.view() as unit:
            own = await self._tracker.team_in(unit, incoming)
            teams = {team.id: team for team in await unit.teams.all(tenant)}
            adoptions = await unit.adoptions.of_practice(tenant, practice.id)
            results = await unit.results.standing(tenant, practice_id=practice.id)
            contacts = await unit.contacts.all(tenant, practice.id)
            pilots = [one for one in await unit.pilots.sponsored(tenant) if practice.id in one.practices]
        asking = own.id if own else None
        found = others(adoptions, teams, results, asking)
        cited = self._practice(practice.id) is not None
        return views.who_else_reply(
            practice.title, found, offers(contacts, teams), sponsors(pilots, teams, asking), cited=cited
        )

    async def _directory(self, incoming: Incoming) -> Reply:
        """What was withdrawn since somebody offered to be asked about it comes last, and says so."""
        tenant, library = incoming.conversation.tenant, self._library()
        async with self._storage.view() as unit:
            teams = {team.id: team for team in await unit.teams.all(tenant)}
            contacts = await unit.contacts.all(tenant)
            pilots = await unit.pilots.sponsored(tenant)
        listed = sorted(offers(contacts, teams), key=lambda one: one.practice_id not in library.practices)
        titles = {one.practice_id: title_told(library, one.practice_id) for one in listed}
        return views.directory_reply(listed, titles, sponsors(pilots, teams))

    def _practice(self, practice_id: str) -> Practice | None:
        return self._library().practices.get(practice_id)

    def _called(self, words: str) -> Practice | None:
        """The practice of this id; one that was withdrawn, and so is not found by its subject, by its title, too."""
        library, said = self._library(), words.casefold()
        titles = {gone.practice.title.casefold(): name for name, gone in library.withdrawn.items()}
        return practice_told(library, titles.get(said, said))
