"""The advisor: takes an ``Incoming``, gives a ``Reply``. The one way in for all that people say, press and fill in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from bot import help_views, my_data_views, unit_views, views
from bot.answering import Answering
from bot.commands import (
    LONGEST_TEAM_NAME,
    TOO_LONG,
    Ask,
    ChannelTeam,
    Help,
    Intent,
    MyTeam,
    Privately,
    ShowTeam,
    intent_of,
)
from bot.errors import BotError
from bot.experts import Experts
from bot.features import Feature
from bot.messages import VERDICTS, ButtonPress, FormSubmission, Incoming, IncomingMessage
from bot.phrasing import say
from bot.ports import Draft
from bot.privacy import clean_text
from bot.replies import Reply
from bot.role_chat import RoleChat
from bot.tip_threads import TipThreads
from bot.tracked import UNTRACKED
from bot.tracker import Tracker
from knowledge.language import tongue_of

log = logging.getLogger(__name__)
LONGEST_MESSAGE = 60_000
COUNTED = frozenset({"feedback", "expert"})
NEARLY = 82
"""How alike (of 100) two teams' names have to be before we ask which was meant."""
MOST_NEAR = 3
"""So many teams with such names are offered."""


class Advisor:
    """Implements ``bot.ports.Handler``. Idempotent by event id: whatever it stores, it stores once.

    ``features`` are asked in turn before a message counts as a question.
    ``whispers`` are the platforms that can show something in a channel to one person alone.
    """

    def __init__(
        self, answering: Answering, tracker: Tracker, experts: Experts, role_chat: RoleChat, tip_threads: TipThreads, *,
        retention_days: int,
        model_notice: str = "", whispers: frozenset[str] = frozenset(), features: Sequence[Feature] = (),
    ) -> None:
        self._answering = answering
        self._tracker = tracker
        self._experts = experts
        self._role_chat = role_chat
        self._tip_threads = tip_threads
        self._whispers = whispers
        self._features: tuple[Feature, ...] = (role_chat, *features)
        self._retention_days = retention_days
        self._model_notice = model_notice

    async def __call__(self, incoming: Incoming, draft: Draft) -> Reply | None:
        try:
            match incoming:
                case IncomingMessage():
                    return await self._said(incoming, incoming.text, draft)
                case ButtonPress():
                    pressed = replace(incoming, value=clean_text(incoming.value, LONGEST_MESSAGE))
                    return await self._pressed(pressed, draft)
                case FormSubmission():
                    return await self._filled_in(incoming)
        except BotError as error:
            log.warning("a request ended in a sentence: %s", type(error).__name__)
            return views.sentence_reply(str(error))

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
        return await self._meant(incoming, intent_of(said), text, draft)

    async def _meant(self, incoming: Incoming, intent: Intent, text: str, draft: Draft) -> Reply:
        match intent:
            case MyTeam(name, True) | ChannelTeam(name, True) if not await self._knows(incoming, name):
                return await self._meant(incoming, Ask(text.strip()), text, draft)
            case Privately(question):
                return await self._privately(incoming, question, draft)
            case Help(tongue):
                return help_views.help_reply(tongue=tongue, notice=self._model_notice)
            case ShowTeam():
                team = await self._tracker.team_of(incoming)
                return views.which_team_reply(team.name if team else None)
            case MyTeam(name):
                return await self._my_team(incoming, name, sure=False)
            case ChannelTeam(name):
                return await self._bare_team(incoming, name, text)
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
        if self._model_notice:
            notices.append(self._model_notice)
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

    async def _pressed(self, press: ButtonPress, draft: Draft) -> Reply | None:
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
                return await self._my_team(press, press.value, sure=True)
            case "channel-team", _:
                return await self._channel_team(press, press.value, sure=True)
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
        return views.expert_reply(changed=changed, tongue=await self._tracker.language(press, answer_id))

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

    async def _filled_in(self, form: FormSubmission) -> Reply:
        if form.form == "feedback":
            return await self._rated_shown(form, form.context)
        for feature in self._features:
            if form.form in feature.forms:
                return await feature.filled_in(form)
        if form.form != "team":
            return views.sentence_reply(views.OLD_FORM)
        return await self._my_team(form, clean_text(form.values.get("team", ""), LONGEST_MESSAGE), sure=False)

    async def _my_team(self, incoming: Incoming, name: str, *, sure: bool) -> Reply:
        if wrong := await self._wrong_name(incoming, name):
            return views.sentence_reply(wrong)
        if not sure and (near := await self._near(incoming, name)):
            return views.did_you_mean_reply(name, near, channel=False)
        team, made = await self._tracker.join(incoming, name)
        told = unit_views.registered_notice(await self._tracker.tells(team))
        return views.team_reply(team.name, made=made, channel=False, notice=told)

    async def _channel_team(self, incoming: Incoming, name: str, *, sure: bool) -> Reply:
        if wrong := await self._wrong_name(incoming, name):
            return views.sentence_reply(wrong)
        if not sure and (near := await self._near(incoming, name)):
            return views.did_you_mean_reply(name, near, channel=True)
        team, made = await self._tracker.bind_channel(incoming, name)
        told = unit_views.registered_notice(await self._tracker.tells(team))
        return views.team_reply(team.name, made=made, channel=True, notice=told)

    async def _bare_team(self, incoming: Incoming, name: str, said: str) -> Reply:
        """`team NAME`: a known team is taken at its word; for an unknown one the words may have been a question."""
        channel = incoming.conversation.kind == "channel"
        if wrong := await self._wrong_name(incoming, name):
            return views.sentence_reply(wrong)
        if not await self._knows(incoming, name):
            return views.did_you_mean_reply(name, await self._near(incoming, name), channel=channel, said=said)
        take = self._channel_team if channel else self._my_team
        return await take(incoming, name, sure=True)

    async def _wrong_name(self, incoming: Incoming, name: str) -> str:
        """Why no team can have this name; empty where one can, or one has."""
        if not name.strip():
            return views.NAME_YOUR_TEAM
        return TOO_LONG if len(name) > LONGEST_TEAM_NAME and not await self._knows(incoming, name) else ""

    async def _knows(self, incoming: Incoming, name: str) -> bool:
        names = await self._tracker.team_names(incoming.conversation.tenant)
        return any(other.casefold() == name.casefold() for other in names)

    async def _near(self, incoming: Incoming, name: str) -> list[str]:
        """Existing names that this one may be a slip of; none if the very name exists."""
        if await self._knows(incoming, name):
            return []
        names = await self._tracker.team_names(incoming.conversation.tenant)
        found = process.extract(
            name, names, scorer=fuzz.ratio, processor=str.casefold, limit=MOST_NEAR, score_cutoff=NEARLY
        )
        return [other for other, _, _ in found]
