"""Who is at the other end: a random id in a signed cookie, and nothing else about the person."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.responses import Response

from adapters.web.limits import COOKIE_AGE
from bot.messages import Conversation
from bot.ports import Clock
from bot.privacy import SecretKey

TENANT = "web"


class Signed:
    """Signs small values for cookies and reads them again; nobody without the secret can make or change one."""

    def __init__(self, secret: SecretKey, purpose: str) -> None:
        self._signer = URLSafeSerializer(
            secret.mark("web", purpose), salt=f"midway.web.{purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def write(self, value: list[str]) -> str:
        return str(self._signer.dumps(value))

    def read(self, text: str) -> Any:
        """The value; None where it was not written with this secret for this purpose."""
        try:
            return self._signer.loads(text)
        except BadSignature:
            return None


@dataclass(frozen=True, slots=True)
class Session:
    """One browser: its person, its place (what a channel is elsewhere), its newest conversation, and a mark of who was
    signed in when it began; empty where nobody was.
    """

    person: str
    place: str
    conversation: str
    owner: str = ""


class Sessions:
    """Makes, reads and checks sessions. All state is in the cookie, so every replica with the secret agrees."""

    def __init__(
        self,
        secret: SecretKey,
        clock: Clock,
        *,
        secure: bool = False,
        new_id: Callable[[], str] = lambda: secrets.token_urlsafe(16),
    ) -> None:
        self._secret, self._clock, self._secure, self._new_id = secret, clock, secure, new_id
        self._signer = URLSafeSerializer(
            secret.mark("web", "cookie"),
            salt="midway.web.session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
        # Cookies know no ports: without its own name, a demo beside the real one would end the other's sessions.
        self.cookie_name = "midway_" + secret.mark("web", "cookie name")[:8]

    def owner(self, tenant: str, user: str) -> str:
        """The mark of somebody who signed in."""
        return self._secret.mark("web", "session of", tenant, user)

    def start(self, owner: str = "") -> Session:
        """A browser in which this ``owner`` is seen for the first time. Somebody who signed in has one place, in
        whichever browser: they find there what they asked before and what was said to them since.
        """
        place = self._secret.mark("web", "place of", owner)[:22] if owner else self._new_id()
        return Session(self._new_id(), place, self._new_conversation(place), owner)

    def with_new_conversation(self, session: Session) -> Session:
        """The same browser, beginning afresh."""
        return replace(session, conversation=self._new_conversation(session.place))

    def owns(self, session: Session, conversation: str) -> bool:
        """Whether this conversation was begun in this session's place; needs no store, so it cannot leak one."""
        name, _, mac = conversation.partition(".")
        return _same(mac, self._mac_of(session.place, name))

    def csrf(self, session: Session) -> str:
        """The token that every state change of this session has to carry."""
        return self._secret.mark("web", "csrf", session.person, session.place)

    def csrf_matches(self, session: Session, token: str) -> bool:
        return _same(token, self.csrf(session))

    def read(self, cookie: str | None, owner: str = "") -> Session | None:
        """The session of a cookie; None if it is absent, forged, malformed or too old, or was begun for another owner:
        nobody reads or writes where whoever had the browser before them did, or whoever gave them the cookie.
        """
        try:
            made, session = _unpack(self._signer.loads(cookie or ""))
        except (BadSignature, ValueError):
            return None
        if session.owner != owner or self._clock().timestamp() - made >= COOKIE_AGE.total_seconds():
            return None
        return session if self.owns(session, session.conversation) else None

    def remember(self, session: Session, response: Response) -> None:
        """Set the cookie, from now on for its whole age."""
        value = [int(self._clock().timestamp()), session.person, session.place, session.conversation, session.owner]
        response.set_cookie(
            self.cookie_name,
            str(self._signer.dumps(value)),
            max_age=int(COOKIE_AGE.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def forget(self, response: Response) -> None:
        """End it: whoever comes back is somebody new."""
        response.delete_cookie(self.cookie_name, path="/", secure=self._secure, httponly=True, samesite="lax")

    def _new_conversation(self, place: str) -> str:
        name = self._new_id()
        return f"{name}.{self._mac_of(place, name)}"

    def _mac_of(self, place: str, name: str) -> str:
        return self._secret.mark("web", "conversation", place, name)[:20]


def _same(given: str, true: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), true.encode())


def _unpack(value: Any) -> tuple[int, Session]:
    match value:
        case [int(made), str(person), str(place), str(conversation), str(owner)]:
            return made, Session(person, place, conversation, owner)
        case [int(made), str(person), str(place), str(conversation)]:  # as it was written before owners were known
            return made, Session(person, place, conversation)
    raise ValueError("not a session")


def conversation_of(session: Session, thread: str, tenant: str = TENANT) -> Conversation:
    """The bot's view of one conversation of this session; its address is all the messenger needs."""
    return Conversation("web", tenant, session.place, thread, "direct", address_of(thread, session.place))


def address_of(thread: str, place: str) -> str:
    """Where a conversation lives and in whose place, opaque to the bot; ``thread_of`` and ``place_of`` read it."""
    return json.dumps({"conversation": thread, "place": place})


def thread_of(address: str) -> str:
    """The conversation that an address leads to. Raises ``ValueError`` for any other text."""
    match json.loads(address):
        case {"conversation": str(thread)}:
            return thread
    raise ValueError("not an address of the web chat")


def place_of(address: str) -> str:
    """The place that ``thread_of`` this address is one of; empty where it does not say."""
    match json.loads(address):
        case {"place": str(place)}:
            return place
    return ""
