"""Every check, in the order in which one thing rests on another. What a group of checks looks with is loaded with the
group, so that a package that is missing is a finding, and slow loading takes none of a check's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from adapters.doctor import machine_checks
from adapters.doctor.finding import Finding
from adapters.doctor.looking import Check, failed, findings
from adapters.settings import Settings

Group = Callable[[Settings], list[Check]]


def all_findings() -> Iterator[Finding]:
    """What the settings name is looked at where they can be read; the rest in any case."""
    settings, read = machine_checks.settings_read()
    yield read
    if settings is None:
        yield from findings([Check("clock", "the clock", machine_checks.clock)])
        return
    for id_, about, group in GROUPS:
        try:
            checks = group(settings)
        except ImportError as error:
            yield failed(id_, about, error)
        else:
            yield from findings(checks)


def _database(settings: Settings) -> list[Check]:
    from adapters.doctor import database_checks

    return database_checks.checks(settings)


def _knowledge(settings: Settings) -> list[Check]:
    from adapters.doctor import knowledge_checks

    return knowledge_checks.checks(settings)


def _slack(settings: Settings) -> list[Check]:
    slack = settings.slack
    if not (slack.bot_token or slack.app_token or slack.signing_secret):
        return [Check("slack", "Slack", lambda: _off("slack", "Slack", "docs/slack.md"))]
    from adapters.doctor import slack_checks

    return slack_checks.checks(settings)


def _msteams(settings: Settings) -> list[Check]:
    teams = settings.msteams
    if not (teams.app_id or teams.app_password or teams.tenant_id):
        return [Check("msteams", "Teams", lambda: _off("msteams", "Teams", "docs/msteams.md"))]
    from adapters.doctor import msteams_checks

    return msteams_checks.checks(settings)


def _off(id_: str, name: str, page: str) -> Finding:
    said = f"{name} is off: none of its settings is there."
    return Finding(id_, "not set up", said, f"If people are to ask there: {page}.")


GROUPS: tuple[tuple[str, str, Group], ...] = (
    ("data-folder", "the data folder", machine_checks.checks),
    ("database", "the database", _database),
    ("library", "the library", _knowledge),
    ("slack", "Slack", _slack),
    ("msteams", "Teams", _msteams),
)
"""Each with the id and the name of the finding that stands for all of it where it cannot be loaded."""
