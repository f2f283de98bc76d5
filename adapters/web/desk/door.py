"""The form behind a link to sign in counts only where its page was opened.

Else another site could sign somebody in with a link of its own, and read what they write. The sender's origin does not
tell: pages that send no referrer send none, and so do frames that hide where they are.
"""

from __future__ import annotations

import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.parse import Refused
from bot.privacy import SecretKey

NOT_HERE = (
    "This was not sent from the page that your link opens, or your browser kept no cookie of it. The link was not "
    "used: open it again, and press the button there."
)


class Door:
    """A random word in a cookie, which the form on the page has to bring back."""

    def __init__(self, secret: SecretKey, *, secure: bool) -> None:
        self._secure = secure
        self._cookie_name = "midway_door_" + secret.mark("web", "cookie name")[:8]

    def word(self, request: Request) -> str:
        """The one of this browser, so that two pages may be open at once; a new one where it has none."""
        return request.cookies.get(self._cookie_name) or secrets.token_urlsafe(16)

    def remember(self, word: str, response: Response) -> None:
        response.set_cookie(
            self._cookie_name, word, path="/sign-in", secure=self._secure, httponly=True, samesite="lax"
        )

    def check(self, request: Request, word: str) -> None:
        """Raises Refused where the form does not bring it back."""
        known = request.cookies.get(self._cookie_name, "")
        if not known or not hmac.compare_digest(word.encode("utf-8", "replace"), known.encode("utf-8", "replace")):
            raise Refused(403, NOT_HERE)
