"""Teams: whether the app's credentials buy a token, and whether its requests can be checked."""

from __future__ import annotations

import asyncio

from adapters.doctor.finding import Finding, told
from adapters.doctor.looking import Check
from adapters.msteams import trial
from adapters.msteams.address import is_allowed
from adapters.msteams.faults import CredentialsRefused, NotReached
from adapters.msteams.required import MsTeamsNotConfigured, require
from adapters.msteams.tokens import token_url
from adapters.msteams.verify import OPENID_URL, SERVICE_URLS
from adapters.settings import MsTeams, Settings

PATIENCE = 4.0
"""Seconds; less than a check has, so that it says what it waited for."""
AWAY = "See whether this machine reaches Microsoft: network, proxy, MIDWAY_MSTEAMS__LOGIN_URL."
NO_KEYS_REMEDY = "See whether this machine reaches Microsoft: network, proxy, MIDWAY_MSTEAMS__OPENID_URL."


def token(teams: MsTeams) -> Finding:
    """Buys a token, as before the first message that is sent."""
    app_id, password = teams.app_id or "", teams.app_password.get_secret_value() if teams.app_password else ""
    try:
        require(app_id, password, teams.tenant_id, teams.service_urls or SERVICE_URLS)
        url = teams.login_url or token_url(teams.tenant_id[0])
        asyncio.run(trial.sign_in(app_id, password, url, PATIENCE))
    except MsTeamsNotConfigured as error:
        setting = str(error).partition(" ")[0]
        return told("msteams-token", "wrong", str(error), f"Set {setting} (docs/msteams.md, step 4).")
    except CredentialsRefused as error:
        said = f"Microsoft does not take the app's id, password and tenant: {error}."
        remedy = "Make a new client secret and copy its value into MIDWAY_MSTEAMS__APP_PASSWORD, then restart Midway."
        return Finding("msteams-token", "wrong", said, remedy)
    except NotReached as error:
        return Finding("msteams-token", "wrong", f"Nothing is known of the app's credentials: {error}.", AWAY)
    return Finding("msteams-token", "ok", "Microsoft takes the app's id and password: Midway can speak in Teams.")


def requests(teams: MsTeams, public_url: str) -> Finding:
    """What has to be there for a request of Teams to be heard."""
    if odd := [url for url in teams.service_urls if not is_allowed(url, (url,))]:
        said = f"MIDWAY_MSTEAMS__SERVICE_URLS names no https address: {odd[0]}."
        remedy = "Write beginnings of https addresses there, or leave it empty."
        return Finding("msteams-requests", "wrong", said, remedy)
    if not asyncio.run(trial.has_keys(teams.openid_url or OPENID_URL, PATIENCE)):
        said = "The keys that sign the requests of Teams cannot be fetched, so every request is refused."
        return Finding("msteams-requests", "wrong", said, NO_KEYS_REMEDY)
    if not public_url.startswith("https://"):
        said = "Teams has to call Midway, and MIDWAY_PUBLIC_URL names no https address."
        return Finding("msteams-requests", "wrong", said, "Set MIDWAY_PUBLIC_URL to the address that Teams calls.")
    said = "Requests of Teams can be checked; whether they get through to MIDWAY_PUBLIC_URL, only Teams can see."
    return Finding("msteams-requests", "ok", said)


def checks(settings: Settings) -> list[Check]:
    return [
        Check("msteams-token", "the credentials of Teams", lambda: token(settings.msteams)),
        Check("msteams-requests", "requests of Teams", lambda: requests(settings.msteams, settings.public_url)),
    ]
