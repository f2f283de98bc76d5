"""What can fail towards Teams, named for the condition, so that nothing outside the SDK's module knows the SDK."""

from __future__ import annotations


class MsTeamsError(Exception):
    """Base of all. The message is a short reason without anybody's words."""


class Refused(MsTeamsError):
    """Teams answered, and certainly did not do it."""

    def __init__(self, status: int, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"Teams refused with {status}{f' ({code})' if code else ''}")
        self.status, self.code, self.retry_after = status, code, retry_after


class Unanswered(MsTeamsError):
    """It may or may not have been done: no answer, or a 5xx."""


class NotReached(MsTeamsError):
    """It certainly was not done: nothing was sent. Worth trying again."""


class CredentialsRefused(MsTeamsError):
    """The login service does not take the app id and password, or Teams takes no token bought with them."""
