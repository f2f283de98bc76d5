"""What to say for an error that a person can do something about."""

from __future__ import annotations

import errno

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
_UNWRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
"""How it ends to write to a disk that is full or a device that is gone; where it is the output, no name is known."""


def sentence_of(error: Exception) -> str | None:
    """What to say for an error that names its own remedy; None for one that is a fault of ours."""
    names = {base.__name__ for base in type(error).__mro__}
    if names & _SENTENCES:
        return str(error)
    if names & {"ValidationError", "SettingsError"}:
        from adapters.settings import wrong_setting

        return wrong_setting(error)
    if isinstance(error, OSError) and error.filename:
        return _of_data_folder(error) or f"{error.filename}: {error.strerror}"
    if isinstance(error, OSError) and error.errno in _UNWRITTEN:
        return f"What was to be written could not be: {error.strerror}."
    return None


def _of_data_folder(error: OSError) -> str | None:
    """What is wrong with the data folder, where that is what the error comes from."""
    from adapters.data_folder import DataFolderUnusable, is_about, ready
    from adapters.settings import Settings

    try:
        folder = Settings().data_dir
        if is_about(folder, str(error.filename)):
            ready(folder)
    except DataFolderUnusable as unusable:
        return str(unusable)
    except Exception:  # settings that cannot be read are told of by whoever needs them
        return None
    return None
