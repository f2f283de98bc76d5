"""Settings: every variable of the environment; what is wrong with one is said in a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsError

from adapters.settings import DeskSetting, Settings, unknown_settings, wrong_setting


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the machine's environment nor a file of the folder tests are run in."""
    for name in [name for name in os.environ if name.startswith("MIDWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def said_of(error: Exception) -> str:
    sentence = wrong_setting(error)
    assert sentence is not None
    return sentence


def test_nothing_needs_to_be_set() -> None:
    """Everything has a default that works on one machine."""
    settings = Settings()
    assert settings.database == f"sqlite:///{Path('data') / 'midway.db'}"
    assert (settings.tracking, settings.llm, settings.retention.questions_days) == (True, None, 30)
    assert settings.slack.bot_token is None and settings.msteams.app_id is None


def test_nested_variables_have_two_underscores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDWAY_SLACK__BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("MIDWAY_RETENTION__QUESTIONS_DAYS", "7")
    settings = Settings()
    assert settings.slack.bot_token and settings.slack.bot_token.get_secret_value() == "xoxb-1"
    assert settings.retention.questions_days == 7


def test_people_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDWAY_ADMINS", " U1, U2 ,,")
    assert Settings().admins == ("U1", "U2")
    monkeypatch.setenv("MIDWAY_MSTEAMS__TENANT_ID", " T1, T2 ,,")
    assert Settings().msteams.tenant_id == ("T1", "T2")


def test_an_empty_variable_is_as_if_it_were_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line left empty in a file of settings turns nothing on and nothing off."""
    defaults = Settings()
    for name in ("MIDWAY_LLM", "MIDWAY_DATABASE_URL", "MIDWAY_TRACKING", "MIDWAY_DESKS", "MIDWAY_SLACK__BOT_TOKEN"):
        monkeypatch.setenv(name, "")
    assert Settings() == defaults


def test_a_file_of_settings_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MIDWAY_PUBLIC_URL=https://file.example\nMIDWAY_TRACKING=false\n", encoding="utf-8")
    monkeypatch.setenv("MIDWAY_TRACKING", "true")
    assert (Settings().public_url, Settings().tracking) == ("https://file.example", True)


def test_desks_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDWAY_DESKS", '[{"id": "it", "where": "#help"}, {"id": "fleet", "name": "Fleet", "topics": ["fuel card"]}]')
    assert Settings().desks == [DeskSetting(id="it", where="#help"), DeskSetting(id="fleet", name="Fleet", topics=["fuel card"])]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MIDWAY_RETENTION__QUESTIONS_DAYS", "0", "greater than or equal to 1"),
        ("MIDWAY_RETENTION__QUESTIONS_DAYS", "soon", "integer"),
        ("MIDWAY_TRACKING", "perhaps", "boolean"),
        ("MIDWAY_DESKS", '[{"id": "it"}, {"name": "without an id"}]', "entry 2, id: Field required"),
        ("MIDWAY_DESKS", '[{"id": "it", "wher": "#help"}]', "entry 1, wher: there is no such key (did you mean where?)"),
        ("MIDWAY_DESKS", '[{"id": "it", "phone": "soon"}]', "entry 1, phone: there is no such key."),
        ("MIDWAY_MSTEAMS__SERVICE_URLS", "https://a.example/, b.example", "entry 2: it must be an address"),
        ("MIDWAY_LOG", "xml", "'text' or 'json'"),
        ("MIDWAY_LOG_LEVEL", "debug", "'error', 'warning' or 'info'"),
    ],
)
def test_what_is_wrong_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str) -> None:
    """The variable and what would be right; the value may be a secret."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as raised:
        Settings()
    sentence = said_of(raised.value)
    assert sentence.startswith(f"{name} is wrong: ") and words in sentence and "\n" not in sentence
    assert "perhaps" not in sentence and "soon" not in sentence


@pytest.mark.parametrize("name", ["MIDWAY_PUBLIC_URL", "MIDWAY_CHROMA_URL", "MIDWAY_SLACK__API_URL", "MIDWAY_MSTEAMS__OPENID_URL", "MIDWAY_MSTEAMS__LOGIN_URL"])
@pytest.mark.parametrize("value", ["midway.example.org", "foo", "midway.example.org:8080", "ftp://midway.example.org", "https://", "http://[", "http://midway:port"])
def test_an_address_has_a_scheme_and_a_host(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Else cookies would go over http as well, and links would lead nowhere."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as raised:
        Settings()
    sentence = said_of(raised.value)
    assert sentence == f"{name} is wrong: it must be an address such as https://midway.example.org. See docs/settings.md."


@pytest.mark.parametrize("value", ["", "https://midway.example.org", "http://127.0.0.1:8000/", "HTTPS://midway.example.org/below", "http://[::1]:8000"])
def test_addresses_that_are_some(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MIDWAY_PUBLIC_URL", value)
    monkeypatch.setenv("MIDWAY_CHROMA_URL", value)
    assert (Settings().public_url, Settings().chroma_url) == (value, value or None)


@pytest.mark.parametrize(("written", "read"), [("MiniLM", "minilm"), (" MINILM ", "minilm"), ("OpenAI:Some-Model", "OpenAI:Some-Model")])
def test_our_own_model_may_be_written_as_its_makers_do(monkeypatch: pytest.MonkeyPatch, written: str, read: str) -> None:
    monkeypatch.setenv("MIDWAY_EMBEDDINGS", written)
    assert Settings().embeddings == read


def test_how_the_log_is_written_may_be_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    """As levels are elsewhere."""
    monkeypatch.setenv("MIDWAY_LOG", "JSON")
    monkeypatch.setenv("MIDWAY_LOG_LEVEL", "INFO")
    assert (Settings().log, Settings().log_level) == ("json", "info")


def test_what_is_no_json_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDWAY_DESKS", "{fleet")
    with pytest.raises(SettingsError) as raised:
        Settings()
    assert said_of(raised.value) == "MIDWAY_DESKS is not the JSON it should be: see docs/settings.md."


def test_what_is_misspelt_is_named_with_what_was_meant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the environment and in the file; never its value, and nothing of what belongs to others."""
    lines = "# ours\nMIDWAY_SLACK_BOT_TOKEN=xoxb-hush\nPORT=80\nexport OTHER_URL='x'\nMIDWAY_TRACKING=true\nno line of settings\n"
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("MIDWAY_PUBLIC_ULR", "https://midway.example")
    monkeypatch.setenv("MIDWAY_QQQ", "1")
    monkeypatch.setenv("MIDWAYS", "1")
    assert list(unknown_settings()) == [
        "MIDWAY_PUBLIC_ULR is not a setting: did you mean MIDWAY_PUBLIC_URL?",
        "MIDWAY_QQQ is not a setting: see docs/settings.md.",
        "MIDWAY_SLACK_BOT_TOKEN is not a setting: did you mean MIDWAY_SLACK__BOT_TOKEN?",
    ]
    assert Settings().tracking


def test_what_is_right_is_not_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in small letters, and a group of settings as JSON."""
    monkeypatch.setenv("midway_public_url", "https://midway.example")
    monkeypatch.setenv("MIDWAY_RETENTION__QUESTIONS_DAYS", "7")
    monkeypatch.setenv("MIDWAY_SERVE", '{"worker": false}')
    assert list(unknown_settings()) == []


def test_secrets_are_not_shown() -> None:
    """Whoever prints or logs settings by mistake prints no secret."""
    settings = Settings(secret_key="hush", llm_api_key="hush, too")  # type: ignore[arg-type]  # as the environment gives them
    assert "hush" not in f"{settings} {settings!r}"
