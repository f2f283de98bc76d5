"""What people say to Midway about Midway itself: a person instead, a wrong press, stop, where the report is."""

from __future__ import annotations

from collections.abc import Callable

from bot import aside_views as views
from bot.access import Access, Role
from bot.aside_words import Aside, aside_of
from bot.experts import Experts
from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.replies import Reply
from bot.storage.last_acts import LastAct
from bot.storage.unit import Storage
from bot.titles import title_told
from bot.tracker import Tracker
from bot.views import OLD_FORM, sentence_reply
from knowledge.library import Library

LOOKED_BACK = 20
"""Questions of a thread among which the asker's last one is looked for."""


class Asides:
    """A ``Feature``. ``library`` gives the one in force."""

    actions = frozenset({"expert-back"})
    forms = frozenset[str]()

    def __init__(
        self, storage: Storage, tracker: Tracker, experts: Experts, access: Access, library: Callable[[], Library]
    ) -> None:
        self._storage = storage
        self._tracker = tracker
        self._experts = experts
        self._access = access
        self._library = library

    def meant(self, text: str) -> Aside | None:
        return aside_of(text)

    async def said(self, incoming: Incoming, intent: Aside) -> Reply:
        match intent:
            case "human":
                reading = await self._experts.reading(incoming.conversation.tenant)
                return views.human_reply(await self._last_question(incoming), reading)
            case "undo":
                return await self._undo(incoming)
            case "stop":
                return views.stop_reply()
        return views.report_reply(may=(await self._access.of(incoming)).may(Role.SPONSOR))

    async def pressed(self, press: ButtonPress) -> Reply:
        """Take a question back from the experts."""
        tenant, person = press.conversation.tenant, self._tracker.person(press)
        taken = await self._experts.take_back(tenant, person, press.value)
        if taken is None:
            return sentence_reply(views.NOT_THERE)
        return sentence_reply(views.TAKEN_BACK if taken else views.IS_TAKEN)

    async def filled_in(self, form: FormSubmission) -> Reply:
        """It has no forms."""
        return sentence_reply(OLD_FORM)

    async def _last_question(self, incoming: Incoming) -> str | None:
        """Of this person in this thread, whose words are still kept."""
        where, person = incoming.conversation, self._tracker.person(incoming)
        async with self._storage.view() as unit:
            turns = await unit.questions.thread(where.tenant, where.thread_key, LOOKED_BACK)
        return next((turn.id for turn in reversed(turns) if turn.person == person and turn.text), None)

    async def _undo(self, incoming: Incoming) -> Reply:
        tenant, person = incoming.conversation.tenant, self._tracker.person(incoming)
        async with self._storage.view() as unit:
            act = await unit.last_acts.of(tenant, person)
            team = await unit.teams.get(tenant, act.holder_team) if act and act.holder_team else None
        if act is None:
            return sentence_reply(views.NOTHING_TO_UNDO)
        return self._changeable(act, team.name if team else None)

    def _changeable(self, act: LastAct, team: str | None) -> Reply:
        match act.kind:
            case "rated":
                return views.rated_last_reply(act)
            case "handed":
                return views.handed_reply(act)
        library = self._library()
        return views.stated_reply(act, title_told(library, act.about), team, cited=act.about in library.practices)
