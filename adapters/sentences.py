"""What to say for an error that a person can do something about."""

from __future__ import annotations

_SENTENCES = {
    "BotError",
    "KnowledgeError",
    "ManifestImpossible",
    "MsTeamsNotConfigured",
    "PackageImpossible",
    "SettingsUnreadable",
    "SlackNotConfigured",
}
"""Errors whose message is a sentence with the remedy; by name, as their modules are loaded where they are needed."""


def sentence_of(error: Exception) -> str | None:
    """What to say for an error that names its own remedy; None for one that is a fault of ours."""
    names = {base.__name__ for base in type(error).__mro__}
    if names & _SENTENCES:
        return str(error)
    if names & {"ValidationError", "SettingsError"}:
        from adapters.settings import wrong_setting

        return wrong_setting(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return None
