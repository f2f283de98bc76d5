"""How the bot speaks in Slack."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any

from adapters.slack import actions
from adapters.slack.address import MessageName, Place
from adapters.slack.api import Answer, Failure, SlackApi
from adapters.slack.drafts import Drafts
from adapters.slack.draw import NO_FILES, Files
from adapters.slack.limits import FIND_PAGE, FIND_PAGES, METADATA_KEY, READY_SECONDS
from adapters.slack.outcomes import BESIDES, CLOSED, GONE, UNDRAWABLE, UNINVITED
from adapters.slack.pace import Pace, Sleep
from adapters.slack.render import notification, render, render_plain, with_note
from adapters.slack.uploads import Uploads
from bot.messages import Conversation
from bot.ports import Delivered, NotFound, Rejected, Sent, Unknown, Unsupported
from bot.replies import Reply

EVENT_TYPE = "midway_reply"
"""The metadata by which a message of ours is found again."""

WAY_BACK_CLOSED = frozenset({"expired_url", "used_url", "no_service", "invalid_token"})
"""A response_url takes five messages within half an hour (docs.slack.dev/interactivity/handling-user-interaction,
unconfirmed, as are these words for it)."""

NOT_OURS = Rejected("This is not a place or message of Slack.", permanent=True)
NO_HISTORY = Unsupported("Slack tells what was said to a person only by the channel of their direct messages.")
HIDDEN = Unsupported("Slack cannot find or change a message that only one person sees.")

_Say = Callable[[dict[str, Any]], Awaitable[Answer | Failure]]
_log = logging.getLogger(__name__)


class SlackMessenger:
    """Implements ``bot.ports.Messenger``. ``Conversation.address`` and message ids are those this adapter made."""

    def __init__(self, api: SlackApi, pace: Pace, drafts: Drafts, sleep: Sleep = asyncio.sleep) -> None:
        self._api = api
        self._uploads = Uploads(api)
        self._sleep = sleep
        self._pace = pace
        self._drafts = drafts

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered:
        """Posts in the thread of the conversation, or to the asker alone, or in place of the card that was pressed.

        What is for everyone is posted also where it answers something hidden: in the channel itself.
        """
        try:
            place = Place.decode(conversation.address)
        except ValueError:
            return NOT_OURS
        sent = await self._send(place, reply, key)
        await self._drafts.settle(key)
        return sent

    async def find(self, conversation: Conversation, key: str) -> Sent | NotFound | Unknown | Unsupported:
        """Looks through the thread, or through the channel where there is none."""
        try:
            place = Place.decode(conversation.address)
        except ValueError:
            return Unsupported(NOT_OURS.reason)
        if place.without_channel:
            return NO_HISTORY
        method, where = "conversations.history", {"channel": place.channel}
        if place.thread:
            method, where = "conversations.replies", where | {"ts": place.thread}
        found = await self._look(method, where, key[:METADATA_KEY])
        # Not found proves nothing here, unless it was for everyone; and that is not known.
        return HIDDEN if place.hidden and not isinstance(found, Sent) else found

    async def replace(self, message_id: str, reply: Reply) -> Delivered | Unsupported:
        """Puts other words in the message's place."""
        try:
            name = MessageName.decode(message_id)
        except ValueError:
            return NOT_OURS
        replaced = await self._replace(name, reply)
        await self._drafts.settle_card(name)
        return replaced

    async def withdraw(self, message_id: str) -> Delivered | Unsupported:
        """Deletes the message; one that is gone already counts as deleted."""
        try:
            name = MessageName.decode(message_id)
        except ValueError:
            return NOT_OURS
        if name.hidden:
            return await self._take_away(name)
        deleted = await self._api.call("chat.delete", {"channel": name.channel, "ts": name.ts})
        gone = isinstance(deleted, Failure) and deleted.code in GONE
        return Sent(message_id) if gone else _outcome(deleted, name)

    async def draft(self, conversation: Conversation, key: str, text: str) -> None:
        """A waiting sign or the text so far, where Slack can show it."""
        try:
            await self._drafts.show(Place.decode(conversation.address), key, text)
        except Exception as problem:
            # The answer must go on whatever goes wrong here, and a traceback could carry words of the answer.
            _log.warning("slack: showing a draft failed: %s", type(problem).__name__)

    async def _send(self, place: Place, reply: Reply, key: str) -> Delivered:
        if reply.replaces:
            replaced = await self._in_place_of(reply.replaces, reply, key)
            if replaced:
                return replaced
        if place.hidden and reply.audience == "everyone":
            return await self._announce(place, reply, key)
        if place.hidden or (reply.audience == "sender" and not place.direct):
            await self._drafts.abandon(key)
            return await self._whisper(place, reply, key)
        return await self._finish(reply, key) or await self._post(place, reply, key)

    async def _finish(self, reply: Reply, key: str) -> Delivered | None:
        """None if nothing was streamed; what is streamed are answers, which have no charts."""
        finished = await self._drafts.finish(key, _drawn(reply), _metadata(key))
        if isinstance(finished, Failure) and finished.code in UNDRAWABLE:
            finished = await self._drafts.finish(key, _undrawn(reply), _metadata(key))
        return finished.outcome if isinstance(finished, Failure) else finished

    async def _announce(self, place: Place, reply: Reply, key: str) -> Delivered:
        """Says to all what answers something hidden; where the channel is closed to us, to the asker, and why."""
        answer = await self._posted(place, reply, key)
        closed = CLOSED.get(answer.code) if isinstance(answer, Failure) else None
        if closed:
            return await self._whisper(place, with_note(reply, closed), key)
        return _outcome(answer, MessageName(place.channel, "unnamed"))

    async def _post(self, place: Place, reply: Reply, key: str) -> Delivered:
        """Posts it; where the app is not in the channel, to the person whom the place names."""
        answer = await self._posted(place, reply, key)
        if _failed_by(answer, UNINVITED) and place.user and not place.direct:
            return await self._post(place.alone(), with_note(reply, BESIDES), key)
        return _outcome(answer, MessageName(place.channel, "unnamed"))

    async def _posted(self, place: Place, reply: Reply, key: str) -> Answer | Failure:
        where: dict[str, Any] = {"channel": place.channel, "metadata": _metadata(key)}
        where |= {"unfurl_links": False, "unfurl_media": False}
        if place.thread:
            where["thread_ts"] = place.thread
        return await self._paced(place, reply, key, lambda drawn: self._api.call("chat.postMessage", where | drawn))

    async def _whisper(self, place: Place, reply: Reply, key: str) -> Delivered:
        """Says it to one person, where they asked or else in their direct messages."""
        if place.answer_url and not place.thread:
            # The way back leads into the channel, out of the thread.
            answered = await self._answer(place.answer_url, reply, replace=False)
            if not (isinstance(answered, Failure) and answered.code in WAY_BACK_CLOSED):
                return _outcome(answered, MessageName(place.channel, "unnamed", hidden=True))
        if not place.user:
            return Rejected("It is not known who may see this.", permanent=True)
        if place.direct:
            return await self._post(place.alone(), reply, key)
        where: dict[str, Any] = {"channel": place.channel, "user": place.user}
        if place.thread and not place.fresh:
            where["thread_ts"] = place.thread

        async def say(drawn: dict[str, Any]) -> Answer | Failure:
            return await self._api.call("chat.postEphemeral", where | actions.leading(drawn, place.thread))

        answer = await self._paced(place, reply, key, say)
        if _failed_by(answer, UNINVITED):
            return await self._post(place.alone(), reply, key)
        return _outcome(answer, MessageName(place.channel, "unnamed", hidden=True))

    async def _in_place_of(self, message_id: str, reply: Reply, key: str) -> Delivered | None:
        """None where the card cannot be changed, so that the reply has to be posted."""
        try:
            replaced = await self._replace(MessageName.decode(message_id), reply, key)
        except ValueError:
            return None
        if isinstance(replaced, Unsupported) or (isinstance(replaced, Rejected) and replaced.permanent):
            return None
        return replaced

    async def _replace(self, name: MessageName, reply: Reply, key: str = "") -> Delivered | Unsupported:
        if name.hidden:
            if reply.audience == "everyone":
                # It is said anew, where all see it. The card has had its day, and goes if Slack lets it.
                await self._take_away(name)
                return HIDDEN
            if not name.answer_url:
                return HIDDEN
            return _outcome(await self._answer(name.answer_url, reply, replace=True), name)
        where: dict[str, Any] = {"channel": name.channel, "ts": name.ts}
        if key:
            where["metadata"] = _metadata(key)
        updated = await self._drawn_or_plain(reply, lambda drawn: self._api.call("chat.update", where | drawn))
        return _outcome(updated, name)

    async def _take_away(self, name: MessageName) -> Delivered | Unsupported:
        if not name.answer_url:
            return HIDDEN
        return _outcome(await self._api.answer(name.answer_url, {"delete_original": True}), name)

    async def _answer(self, url: str, reply: Reply, *, replace: bool) -> Answer | Failure:
        how = {"response_type": "ephemeral", "replace_original": replace}

        async def say(drawn: dict[str, Any]) -> Answer | Failure:
            return await self._api.answer(url, {**how, **drawn}) or {}

        return await self._drawn_or_plain(reply, say)

    async def _paced(self, place: Place, reply: Reply, key: str, say: _Say) -> Answer | Failure:
        """Says it when it is this channel's turn."""
        wait = await self._pace.turn(place.channel, key)
        if wait:
            return Failure(Rejected("Too many messages are waiting for this channel.", False, wait))
        answer = await self._drawn_or_plain(reply, say)
        if isinstance(answer, Failure) and isinstance(answer.outcome, Rejected) and answer.outcome.retry_after:
            self._pace.hold(place.channel, key, answer.outcome.retry_after)
        return answer

    async def _drawn_or_plain(self, reply: Reply, say: _Say) -> Answer | Failure:
        # Refused for its looks alone, so the same words with less of them are no second message.
        if files := await self._uploads.files_of(reply):
            for wait in (0.0, float(READY_SECONDS)):
                await self._sleep(wait)
                answer = await say(_drawn(reply, files))
                if not _failed_by(answer, UNDRAWABLE):
                    return answer
            _log.warning("slack: a picture was not ready, sending its figures")
        answer = await say(_drawn(reply))
        if _failed_by(answer, UNDRAWABLE):
            _log.warning("slack: blocks were refused, sending plain text")
            answer = await say(_undrawn(reply))
        return answer

    async def _look(self, method: str, where: Mapping[str, str], key: str) -> Sent | NotFound | Unknown:
        cursor = ""
        for _ in range(FIND_PAGES):
            page = {"limit": int(FIND_PAGE), "include_all_metadata": True, "cursor": cursor}
            answer = await self._api.read(method, {**where, **page})
            if isinstance(answer, Failure):
                return NotFound() if answer.code in GONE else Unknown(answer.outcome.reason)
            ts = _with_key(answer.get("messages", []), key)
            if ts:
                return Sent(MessageName(where["channel"], ts).encode())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return NotFound()
        return Unknown("There are too many messages to look through.")


def _drawn(reply: Reply, files: Files = NO_FILES) -> dict[str, Any]:
    return {"text": notification(reply), "blocks": render(reply, files)}


def _failed_by(answer: Answer | Failure, codes: Collection[str]) -> bool:
    return isinstance(answer, Failure) and answer.code in codes


def _undrawn(reply: Reply) -> dict[str, Any]:
    return {"text": notification(reply), "blocks": render_plain(reply)}


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key[:METADATA_KEY]}}


def _outcome(answer: Answer | Failure | None, name: MessageName) -> Delivered:
    if isinstance(answer, Failure):
        return answer.outcome
    said = answer or {}
    ts = said.get("ts") or said.get("message_ts") or name.ts
    return Sent(MessageName(said.get("channel") or name.channel, ts, name.hidden, name.answer_url).encode())


def _with_key(messages: Iterable[Mapping[str, Any]], key: str) -> str | None:
    for message in messages:
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE and (metadata.get("event_payload") or {}).get("key") == key:
            return str(message.get("ts", ""))
    return None
