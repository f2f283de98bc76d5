"""The settings without which Teams is not begun with."""

from __future__ import annotations

from adapters.msteams.faults import MsTeamsError


class MsTeamsNotConfigured(MsTeamsError):
    """A setting is missing without which nobody could be told apart; the message names it."""


def require(app_id: str, app_password: str, tenants: tuple[str, ...], service_urls: tuple[str, ...]) -> None:
    """The SDK takes an empty app id as leave to skip every check. Raises MsTeamsNotConfigured."""
    missing = {
        "MIDWAY_MSTEAMS__APP_ID": app_id.strip(),
        "MIDWAY_MSTEAMS__APP_PASSWORD": app_password.strip(),
        "MIDWAY_MSTEAMS__TENANT_ID": all(tenants) and tenants,
        "MIDWAY_MSTEAMS__SERVICE_URLS": all(service_urls) and service_urls,
    }
    for name, value in missing.items():
        if not value:
            raise MsTeamsNotConfigured(f"{name} is empty; set it, or leave Teams out.")
