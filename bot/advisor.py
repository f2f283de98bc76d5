"""The advisor: takes an ``Incoming``, gives a ``Reply``. The one way in for all that people say, press and fill in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot import help_views, my_data_views, unit_views, views
from bot.answering import Answering
from bot.commands import Ask, ChannelTeam, Help, Intent, MyTeam, Privately, ShowTeam, command_said, intent_of
from bot.errors import BotError
from bot.experts import Experts
from bot.features import Feature
from bot.messages import VERDICTS, ButtonPress, FormSubmission, Incoming, IncomingMessage
from bot.phrasing import say
from bot.ports import Draft
from bot.privacy import clean_text
from bot.replies import Reply
from bot.role_chat import RoleChat
from bot.spoken import heard, in_tongue
from bot.team_naming import TeamNaming
from bot.tip_threads import TipThreads
from bot.tracked import UNTRACKED
from bot.tracker import Tracker
from knowledge.language import tongue_of

log = logging.getLogger(__name__)
LONGEST_MESSAGE = 60_000
COUNTED = frozenset({"feedback", "expert"})


class Advisor:
    """Implements ``bot.ports.Handler``. Idempotent by event id: whatever it stores, it stores once.

    ``features`` are asked in turn before a message counts as a question.
    ``whispers`` are the platforms that can show something in a channel to one person alone.
    """

    def __init__(
        self, answering: Answering, tracker: Tracker, experts: Experts, role_chat: RoleChat, tip_threads: TipThreads, *,
        retention_days: int,
        models_at: Sequence[str] = (), whispers: frozenset[str] = frozenset(), features: Sequence[Feature] = (),
    ) -> None:
        self._answering = answering
        self._tracker = tracker
        self._experts = experts
        self._role_chat = role_chat
        self._tip_threads = tip_threads
        self._whispers = whispers
        self._features: tuple[Feature, ...] = (role_chat, *features)
        self._retention_days = retention_days
        self._models_at = models_at
        self._naming = TeamNaming(tracker)

    async def __call__(self, incoming: Incoming, draft: Draft) -> Reply | None:
        incoming, tongue = heard(incoming)
        try:
            reply = await self._replied(incoming, tongue, draft)
        except BotError as error:
            log.warning("a request ended in a sentence: %s", type(error).__name__)
            reply = views.sentence_reply(str(error))
        return in_tongue(reply, tongue) if reply else None

    async def _replied(self, incoming: Incoming, tongue: str, draft: Draft) -> Reply | None:
        """``tongue`` is that of a command, and of the form or button that came of one."""
        match incoming:
            case IncomingMessage():
                return await self._said(incoming, incoming.text, draft)
            case ButtonPress():
                pressed = replace(incoming, value=clean_text(incoming.value, LONGEST_MESSAGE))
                return await self._pressed(pressed, tongue, draft)
            case FormSubmission():
                return await self._filled_in(incoming, tongue)

    async def follows_up(self, incoming: IncomingMessage) -> bool:
        """Whether words in a thread that do not mention us are meant for us: they come from the person last answered
        there, from an expert who is answering a question there, or are the first to be said below a tip.
        """
        return (
            await self._tracker.last_answered(incoming)
            or await self._role_chat.answering(incoming)
            or await self._tip_threads.is_first_question(incoming)
        )

    async def _said(self, incoming: Incoming, text: str, draft: Draft) -> Reply | None:
        said = clean_text(text, LONGEST_MESSAGE)
        if isinstance(incoming, IncomingMessage):
            if await self._role_chat.noted(incoming, said):
                return None
            if sent := await self._role_chat.answered(incoming, said):
                return sent
        for feature in self._features:
            wanted = feature.meant(said)
            if wanted is not None and (reply := await feature.said(incoming, wanted)) is not None:
                return reply
        intent = intent_of(said)
        # Words that a form waits for are no question.
        named = await self._naming.typed(incoming, said) if isinstance(intent, Ask) else None
        return named or await self._meant(incoming, intent, text, draft)

    async def _meant(self, incoming: Incoming, intent: Intent, text: str, draft: Draft) -> Reply:
        tongue = command_said(text).tongue
        match intent:
            case MyTeam(name, True) | ChannelTeam(name, True) if not await self._naming.knows(incoming, name):
                return await self._meant(incoming, Ask(text.strip()), text, draft)
            case Privately(question):
                return await self._privately(incoming, question, draft)
            case Help(spoken):
                return help_views.help_reply(tongue=spoken, models_at=self._models_at)
            case ShowTeam():
                team = await self._tracker.team_of(incoming)
                return views.which_team_reply(team.name if team else None, tongue)
            case MyTeam(name):
                return await self._naming.of_person(incoming, name, tongue, sure=False)
            case ChannelTeam(name):
                return await self._naming.bare(incoming, name, text, tongue)
            case Ask(question):
                ask = self._privately if incoming.conversation.hidden else self._asked
                return await ask(incoming, question, draft)

    async def _asked(self, incoming: Incoming, question: str, draft: Draft, *, openly: bool = True) -> Reply:
        before = await self._tracker.before(incoming) or await self._tip_threads.subject(incoming)
        answer = await self._answering.answer(question, before, draft)
        asked = await self._tracker.asked(incoming, question, answer, openly=openly)
        notices = [say(answer.tongue, views.STORED, days=self._retention_days)] if asked.first_here else []
        if asked.id == UNTRACKED:
            notices = [say(answer.tongue, my_data_views.untracked_notice(everybody=not self._tracker.enabled))]
        if told := unit_views.registered_notice(asked.registered, channel=True):
            notices.append(told)
        if gone_to := help_views.model_notice(self._models_at, answer.tongue):
            notices.append(gone_to)
        # A pressed question stands nowhere in the conversation, so the answer repeats it.
        asked_by_button = question if isinstance(incoming, ButtonPress) else ""
        shared = isinstance(incoming, ButtonPress) and incoming.action == "share"
        return views.answer_reply(answer, asked.id, question=asked_by_button, shared=shared, notices=notices)

    async def _privately(self, incoming: Incoming, question: str, draft: Draft) -> Reply:
        """For the eyes of the asker; in a channel they can share it afterwards."""
        where = incoming.conversation
        if where.kind != "channel":
            return await self._asked(incoming, question, draft)
        if where.platform not in self._whispers:
            return views.sentence_reply(views.NO_WHISPER)
        reply = await self._asked(incoming, question, draft, openly=False)
        return views.whispered(reply, question, tongue_of(question))

    async def _pressed(self, press: ButtonPress, tongue: str, draft: Draft) -> Reply | None:
        if press.action in COUNTED:
            return await self._counted(press)
        for feature in self._features:
            if press.action in feature.actions:
                return await feature.pressed(press)
        match press.action, press.value.split("|"):
            case "more", [answer_id, practice]:
                return await self._everything(press, answer_id, practice)
            case "share", _:
                return await self._asked(press, press.value, draft)
            case "ask", _:
                return await self._said(press, press.value, draft)
            case "question", _:
                return await self._meant(press, Ask(press.value), press.value, draft)
            case "my-team", _:
                return await self._naming.of_person(press, press.value, tongue, sure=True)
            case "channel-team", _:
                return await self._naming.of_channel(press, press.value, tongue, sure=True)
        return views.sentence_reply(views.OLD_BUTTON)

    async def _counted(self, press: ButtonPress) -> Reply:
        if not await self._tracker.counts(press):
            return my_data_views.untracked_press_reply(everybody=not self._tracker.enabled)
        match press.action, press.value.split("|"):
            case "feedback", [answer_id, word] if (helpful := VERDICTS.get(word)) is not None:
                changed = await self._tracker.rate(press, answer_id, helpful=helpful)
                tongue = await self._tracker.language(press, answer_id)
                return views.rated_reply(helpful=helpful, changed=changed, tongue=tongue)
            case "feedback", [verdict]:
                return await self._rated_shown(press, verdict)
            case "expert", [answer_id]:
                return await self._to_expert(press, answer_id)
        return views.sentence_reply(views.OLD_BUTTON)

    async def _to_expert(self, press: ButtonPress, answer_id: str) -> Reply:
        changed = await self._experts.hand_over(press, self._tracker.person(press), answer_id)
        reading = await self._experts.reading(press.conversation.tenant)
        tongue = await self._tracker.language(press, answer_id)
        return views.expert_reply(answer_id, changed=changed, reading=reading, tongue=tongue)

    async def _everything(self, press: ButtonPress, answer_id: str, practice_id: str) -> Reply:
        tongue = await self._tracker.language(press, answer_id)
        found = await self._answering.everything(practice_id, tongue)
        if found:
            await self._tracker.opened(press, answer_id, practice_id)
        return views.practice_reply(*found, answer_id) if found else views.gone_reply(tongue)

    async def _rated_shown(self, incoming: ButtonPress | FormSubmission, verdict: str) -> Reply:
        """A platform's own thumbs name the message, not the answer in it; reasons given with them are not kept."""
        if not await self._tracker.counts(incoming):
            return my_data_views.untracked_press_reply(everybody=not self._tracker.enabled)
        if (helpful := VERDICTS.get(verdict)) is None:
            return views.sentence_reply(views.OLD_BUTTON)
        return views.rated_reply(helpful=helpful, changed=await self._tracker.rate_shown(incoming, helpful=helpful))

    async def _filled_in(self, form: FormSubmission, tongue: str) -> Reply:
        if form.form == "feedback":
            return await self._rated_shown(form, form.context)
        for feature in self._features:
            if form.form in feature.forms:
                return await feature.filled_in(form)
        if form.form != "team":
            return views.sentence_reply(views.OLD_FORM)
        name = clean_text(form.values.get("team", ""), LONGEST_MESSAGE)
        return await self._naming.of_person(form, name, tongue, sure=False)
