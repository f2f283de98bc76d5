"""Every setting: a variable of the environment or a line of ``.env``, read when a command starts. ``.env.example`` and
``docs/settings.md`` mirror this file; a test compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, NoDecode, SettingsConfigDict

PREFIX = "MIDWAY_"


def _comma_separated(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _own_model(value: object) -> object:
    """``MiniLM`` is meant as well; how others are written is theirs."""
    return _lower(value) if _lower(value) == "minilm" else value


def _web_address(value: str) -> str:
    """Without its scheme nobody could tell whether it is https, nor open it."""
    if value and not is_web_address(value):
        raise PydanticCustomError("address", "it must be an address such as https://midway.example.org")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
LogForm = Literal["text", "json"]
LogLevel = Literal["error", "warning", "info"]
"""Not ``debug``: what libraries write there holds people's words."""
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_separated)]
Addresses = Annotated[tuple[WebAddress, ...], NoDecode, BeforeValidator(_comma_separated)]
DEMO_MARK = "demo.json"
"""The file that tells the data folder of the demo from every other."""


class SettingsUnreadable(Exception):
    """``.env`` is no text."""


class Slack(BaseModel):
    """Set the bot token and either the signing secret (HTTP) or the app token (Socket Mode). ``other_companies`` is
    whether people of other companies, in channels shared with them, are answered.
    """

    bot_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    app_token: SecretStr | None = None
    api_url: WebAddress | None = None
    other_companies: bool = False


class MsTeams(BaseModel):
    """Set app id, password and tenant; the rest is for other clouds and for tests."""

    app_id: str | None = None
    app_password: SecretStr | None = None
    tenant_id: Words = ()
    openid_url: WebAddress | None = None
    login_url: WebAddress | None = None
    service_urls: Addresses = ()


class Retention(BaseModel):
    questions_days: int = Field(default=30, ge=1, le=3650)


class Serve(BaseModel):
    """``worker`` is whether `midway serve` answers and sends, or leaves that to `midway worker`."""

    worker: bool = True


class DeskSetting(BaseModel):
    """A desk of the organization; topics only where it is not one of the built-in ones."""

    model_config = ConfigDict(extra="forbid")

    id: str
    name: str | None = None
    where: str = ""
    topics: list[str] = Field(default_factory=list)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    data_dir: Path = Path("data")
    database_url: str | None = None
    chroma_url: WebAddress | None = None
    public_url: WebAddress = ""
    secret_key: SecretStr | None = None
    llm: str | None = None
    llm_api_key: SecretStr | None = None
    llm_base_url: str | None = None
    embeddings: Annotated[str, BeforeValidator(_own_model)] = "minilm"
    tracking: bool = True
    admins: Words = ()
    curators: Words = ()
    experts: Words = ()
    sponsors: Words = ()
    desks: list[DeskSetting] = Field(default_factory=list)
    slack: Slack = Field(default_factory=Slack)
    msteams: MsTeams = Field(default_factory=MsTeams)
    retention: Retention = Field(default_factory=Retention)
    serve: Serve = Field(default_factory=Serve)
    log: Annotated[LogForm, BeforeValidator(_lower)] = "text"
    log_level: Annotated[LogLevel, BeforeValidator(_lower)] = "warning"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'midway.db'}"

    @property
    def is_demo(self) -> bool:
        """Whether the data are those of the made-up organization."""
        return (self.data_dir / DEMO_MARK).is_file()


def unknown_settings() -> Iterator[str]:
    """A sentence for each variable, of the environment or of ``.env``, that looks like one of these and is none: what
    is misspelt changes nothing, and nobody would hear of it. Raises SettingsUnreadable.
    """
    try:
        set_ = {**DotEnvSettingsSource(Settings).env_vars, **EnvSettingsSource(Settings).env_vars}
    except UnicodeDecodeError:
        raise SettingsUnreadable(".env is not in UTF-8: save it as UTF-8 and start again.") from None
    known = list(_names(Settings))
    ours = {name.upper().removeprefix(PREFIX) for name in set_ if name.upper().startswith(PREFIX)}
    for name in sorted(ours - set(known)):
        near = get_close_matches(name, known, 1)
        what = f"did you mean {PREFIX}{near[0]}?" if near else "see docs/settings.md."
        yield f"{PREFIX}{name} is not a setting: {what}"


def _names(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """Without the prefix, which would make all of them resemble each other."""
    for name, field in model.model_fields.items():
        yield f"{before}{name.upper()}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _names(field.annotation, f"{before}{name.upper()}__")


def is_web_address(text: str) -> bool:
    """Whether it can be opened: a scheme of the web, and a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False


def wrong_setting(error: Exception) -> str | None:
    """A sentence for what ``Settings()`` raised: the variable, never its value, which may be a secret. None for
    other errors.
    """
    if not isinstance(error, ValidationError):
        field = str(error).partition('field "')[2].partition('"')[0]
        return f"MIDWAY_{field.upper()} is not the JSON it should be: see docs/settings.md."
    if error.title != "Settings":
        return None
    first = error.errors(include_url=False, include_input=False)[0]
    words = [str(part) for part in takewhile(lambda part: isinstance(part, str), first["loc"])]
    within = first["loc"][len(words):]
    what = _no_such_key(str(within[-1])) if first["type"] == "extra_forbidden" else first["msg"]
    where = f"entry {int(within[0]) + 1}{''.join(f', {part}' for part in within[1:])}: " if within else ""
    return f"MIDWAY_{'__'.join(words).upper()} is wrong: {where}{what}. See docs/settings.md."


def _no_such_key(key: str) -> str:
    near = get_close_matches(key, DeskSetting.model_fields, 1)
    return "there is no such key" + (f" (did you mean {near[0]}?)" if near else "")
