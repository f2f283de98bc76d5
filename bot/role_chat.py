"""What experts, curators and admins say and press in a chat."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast, get_args

from bot import curation_views as views
from bot.access import LINK_LASTS, Access, Who
from bot.commands import plain_command
from bot.curation import Curation
from bot.experts import Experts
from bot.messages import ButtonPress, FormSubmission, Incoming, IncomingMessage
from bot.posts import Posts
from bot.replies import Reply
from bot.storage.people import Task
from bot.views import OLD_FORM, gone_reply, sentence_reply
from knowledge.practice import Practice

NOWHERE_TO_GO = "I have no address for pages yet: an admin sets MIDWAY_PUBLIC_URL."
NO_NEED = "You do not need to sign in here: choose “Pages” at the top of this page."
IN_PRIVATE = "A link to sign in is for you alone: ask me for it in a direct message."
IN_A_CHANNEL = "Say that in the channel that it is about."
_SIGN_IN = re.compile(r"(?:sign|log)[ -]?in[.!?]*", re.IGNORECASE)
_POST = re.compile(rf"(?P<task>{'|'.join(get_args(Task))}) here[.!]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SignIn:
    """`sign in`: a one-time link to the pages."""


@dataclass(frozen=True, slots=True)
class PostHere:
    """`experts here`, `curators here`, `admins here`: the channel gets what is for them."""

    task: Task


class RoleChat:
    """A ``Feature``. ``practice`` looks one up in the library in force; ``public_url`` is where the pages are;
    ``by_mention`` as in ``Terms``.
    """

    actions = frozenset({"take", "close-question", "draft-reply", "still-true"})
    forms = frozenset[str]()

    def __init__(
        self, access: Access, experts: Experts, curation: Curation, posts: Posts,
        practice: Callable[[str], Practice | None], public_url: str, by_mention: frozenset[str],
    ) -> None:
        self._access = access
        self._experts = experts
        self._curation = curation
        self._posts = posts
        self._practice = practice
        self._public_url = public_url.rstrip("/")
        self._by_mention = by_mention

    def meant(self, text: str) -> SignIn | PostHere | None:
        said = plain_command(text)
        if _SIGN_IN.fullmatch(said):
            return SignIn()
        post = _POST.fullmatch(said)
        return PostHere(cast(Task, post["task"].lower())) if post else None

    async def said(self, incoming: Incoming, intent: SignIn | PostHere) -> Reply:
        """Answer a command of theirs. Raises NotAllowed."""
        who = await self._access.of(incoming)
        if isinstance(intent, SignIn):
            return await self._sign_in(incoming, who)
        if incoming.conversation.kind != "channel":
            return sentence_reply(IN_A_CHANNEL)
        await self._posts.name(who, intent.task, incoming.conversation)
        return views.post_reply(intent.task)

    async def pressed(self, press: ButtonPress) -> Reply:
        """Answer a button of one of ``actions``. Raises NotAllowed, ChangedMeanwhile."""
        who = await self._access.of(press)
        match press.action:
            case "take":
                return await self._take(press, who)
            case "close-question":
                await self._experts.close(who, press.value)
                return Reply(views.CLOSED)
            case "draft-reply":
                return views.draft_reply(await self._experts.draft(who, press.value))
        practice = self._practice(press.value)
        if practice is None:
            return gone_reply()
        return views.still_true_reply(practice.title, await self._curation.still_true(who, practice))

    async def filled_in(self, form: FormSubmission) -> Reply:
        """It has no forms in chats."""
        return sentence_reply(OLD_FORM)

    async def answering(self, message: IncomingMessage) -> bool:
        """Whether this person answers a question that they took in this thread."""
        return await self._taken(message) is not None

    async def noted(self, message: IncomingMessage, text: str) -> bool:
        """Whether this is said among experts, in the thread of a question that one of them took."""
        return text.lower().startswith(views.NOTE) and await self.answering(message)

    async def answered(self, message: IncomingMessage, text: str) -> Reply | None:
        """Send an expert's words on; None if this is not the thread of a question that they took."""
        if message.conversation.kind != "channel":
            return None
        who, thread = await self._access.of(message), message.conversation.thread_key
        if question_id := await self._experts.taken_here(who, thread):
            await self._experts.answer(who, question_id, text)
        else:
            question_id = await self._experts.answered_here(who, thread, text)
        return views.answered_reply(question_id) if question_id else None

    async def _taken(self, message: IncomingMessage) -> str | None:
        if message.conversation.kind != "channel":
            return None
        return await self._experts.taken_here(await self._access.of(message), message.conversation.thread_key)

    async def _take(self, press: ButtonPress, who: Who) -> Reply:
        handed = await self._experts.take(who, press.value, press.conversation.thread_key)
        if handed is None:
            return sentence_reply(views.NO_LONGER)
        if press.conversation.kind != "channel":
            return Reply(views.ANSWER_ON_PAGE)
        by_mention = press.conversation.platform in self._by_mention
        return Reply(views.ANSWER_BY_MENTION if by_mention else views.ANSWER_HERE)

    async def _sign_in(self, incoming: Incoming, who: Who) -> Reply:
        if incoming.conversation.kind != "direct":
            return sentence_reply(IN_PRIVATE)
        on_web = incoming.conversation.platform == "web"
        if on_web and not self._access.is_signed_in(incoming):  # then the web is the machine that Midway runs on
            return sentence_reply(NO_NEED)
        if not on_web and not self._public_url:
            return sentence_reply(NOWHERE_TO_GO)
        url = f"{self._public_url}/sign-in?t={await self._access.link_for(who)}"
        return views.sign_in_reply(url, int(LINK_LASTS.total_seconds() // 60), again=on_web)
