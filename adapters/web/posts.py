"""Taking in what a page sends: written into the conversation, then handed to the intake, then acknowledged."""

from __future__ import annotations

from adapters.web.live import Live
from adapters.web.offers import offers_button, offers_form
from adapters.web.parse import Posted, Refused, Visit, parse_form, parse_message, parse_press
from adapters.web.standing import NOT_THERE, standing_reply
from adapters.web.store import WebConversations, write_words
from bot.messages import FormSubmission
from bot.ports import Intake, Messenger, Sent
from bot.replies import Reply


class Posts:
    """The three things a person can do. All may be repeated with the same id: they count once."""

    def __init__(self, intake: Intake, messenger: Messenger, store: WebConversations, live: Live) -> None:
        self._intake, self._messenger, self._store, self._live = intake, messenger, store, live

    async def message(self, visit: Visit, posted: Posted) -> None:
        incoming = parse_message(posted, visit)
        # Written before it is accepted: an answer that is ready at once must not stand above its question.
        await self._store.append(
            visit.thread, f"you:{incoming.event_id}", "you", write_words(incoming.text), incoming.at,
            place=visit.session.place, user=visit.sender.user, tenant=visit.conversation.tenant,
        )
        await self._intake.accept(incoming)
        self._live.expect(visit.thread)

    async def press(self, visit: Visit, posted: Posted) -> None:
        press = parse_press(posted, visit)
        if not offers_button(await standing_reply(self._store, visit.thread, press.message_id or ""), press):
            raise Refused(409, NOT_THERE)
        await self._intake.accept(press)
        self._live.expect(visit.thread)

    async def form(self, visit: Visit, posted: Posted) -> None:
        """Answered within the request: what is wrong with a field stands there before the person looks away."""
        sent = parse_form(posted, visit)
        if not offers_form(await standing_reply(self._store, visit.thread, sent.message_id or ""), sent):
            raise Refused(409, NOT_THERE)
        reply = await self._intake.answer_now(sent)
        if reply is not None and not await self._shown(sent, reply):
            raise Refused(503, "Midway could not save its answer. Send the form again.")

    async def _shown(self, sent: FormSubmission, reply: Reply) -> bool:
        if reply.replaces is not None:
            return isinstance(await self._messenger.replace(reply.replaces, reply), Sent)
        return isinstance(await self._messenger.send(sent.conversation, reply, f"now:{sent.event_id}"), Sent)
