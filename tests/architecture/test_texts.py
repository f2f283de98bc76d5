"""Documentation that cannot drift: settings, commands, files and addresses in it are compared with what there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field
from typer.main import get_command

from adapters.cli import app
from adapters.settings import Settings
from adapters.slack.manifest import SCOPES
from tests.architecture.documents import (
    MACHINE_PATH,
    REGISTRY,
    Texts,
    Use,
    code_in,
    commands_in,
    lines_of_settings,
    missing_files,
    places_named,
    settings_of,
    table_of_settings,
    texts,
    unknown_variables,
)
from tests.architecture.source import LAYERS, ROOT
from tests.architecture.trees import write

PROSE = texts(ROOT, ["*.md", "docs/**/*.md"])
WRITTEN = texts(ROOT, ["*.md", "NOTICE", "docs/**/*.md", "deploy/*", ".env.example", "Makefile", "pyproject.toml", "requirements.lock",
                       "scripts/*", ".ci/*"])
CODE = texts(ROOT, [f"{package}/**/*.py" for package in LAYERS])
VARIABLES = settings_of(Settings)
PLACEHOLDER = re.compile(r"[A-Z…\"'\[<$.]")


def command_tree(command: Any) -> dict[tuple[str, ...], set[str]]:
    """Every command of a click tree by its words, with the options it takes."""
    if inner := getattr(command, "commands", None):
        return {(name, *words): options for name, one in inner.items() for words, options in command_tree(one).items()}
    return {(): {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}}


def undocumented(tree: Iterable[tuple[str, ...]], uses: Sequence[Use]) -> list[str]:
    """Commands that no text shows."""
    return sorted(" ".join(words) for words in tree if not any(use.words[: len(words)] == words for use in uses))


def invented(tree: Mapping[tuple[str, ...], set[str]], uses: Sequence[Use]) -> list[str]:
    """Command lines in texts that the program would refuse: no such command, no such option."""
    return sorted({f"{use.path}: midway {' '.join(use.words)}" for use in uses if not _is_possible(tree, use.words)})


def _is_possible(tree: Mapping[tuple[str, ...], set[str]], words: tuple[str, ...]) -> bool:
    if words[0].startswith("-") or PLACEHOLDER.match(words[0]):
        return words[0] == "--help" or not words[0].startswith("-")
    said = {option.partition("=")[0].strip("[],") for option in words if option.lstrip("[").startswith("--")}
    plain = tuple(word for word in words if not word.lstrip("[").startswith("-"))
    groups = {command[0] for command in tree if len(command) > 1}
    if plain[0] in groups and (len(plain) == 1 or PLACEHOLDER.match(plain[1])):
        return not said - {"--help"}
    return any(plain[: len(command)] == command and said <= options for command, options in tree.items())


def lost_targets(found: Texts, makefile: str) -> list[str]:
    """``make`` targets that a text shows as code and the Makefile lacks."""
    targets = set(re.findall(r"^([a-z][\w-]*) *:(?!=)", makefile, re.MULTILINE))
    named = {(path, name) for path, text in found.items() for code in code_in(text)
             for name in re.findall(r"^(?:\$ )?make ([a-z][\w-]*)", code.strip())}
    return sorted(f"{path}: make {name}" for path, name in named if name not in targets)


TREE = command_tree(get_command(app))


def test_no_text_names_a_package_registry() -> None:
    """Where packages come from is a matter of the machine they are installed on."""
    assert places_named(WRITTEN, REGISTRY) == []


def test_no_text_names_a_machine() -> None:
    assert places_named(WRITTEN, MACHINE_PATH) == []


def test_the_table_of_settings_is_complete_and_right() -> None:
    """Every variable with its default, and none besides."""
    assert table_of_settings((ROOT / "docs/settings.md").read_text(encoding="utf-8")) == VARIABLES


def test_the_example_environment_names_every_variable() -> None:
    assert sorted(lines_of_settings((ROOT / ".env.example").read_text(encoding="utf-8"))) == sorted(VARIABLES)


def test_the_example_environment_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither as it is nor with every line taken in: its values are the defaults."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    example = ROOT / ".env.example"
    all_in = tmp_path / "all.env"
    lines = lines_of_settings(example.read_text(encoding="utf-8"))
    all_in.write_text("".join(f"{name}={value}\n" for name, value in lines.items()), encoding="utf-8")
    for file in (example, all_in):
        assert _read(file) == _read(None)


def _read(file: Path | None) -> Settings:
    return Settings(_env_file=file)  # type: ignore[call-arg]  # pydantic-settings takes it beside the fields


def test_no_text_and_no_code_names_a_variable_that_is_none() -> None:
    assert unknown_variables({**WRITTEN, **CODE}, list(VARIABLES)) == []


def test_every_command_is_in_the_documentation() -> None:
    assert undocumented(TREE, commands_in(PROSE)) == []


def test_no_command_in_the_documentation_is_invented() -> None:
    assert invented(TREE, commands_in(PROSE)) == []


def test_the_permissions_asked_of_slack_are_explained() -> None:
    """Every scope of the manifest and no other, in the manifest's words."""
    rows = re.findall(r"^\| `([a-z_]+(?::[a-z]+)?)` \| ([^|]+) \|$", PROSE["docs/slack.md"], re.MULTILINE)
    explained = {scope: _bare(words) for scope, words in rows}
    assert explained == {scope: _bare(words) for scope, words in SCOPES.items()}


def _bare(words: str) -> str:
    return re.sub(r"[`,]", "", words).strip()


def test_files_and_links_in_the_documentation_exist() -> None:
    assert missing_files(PROSE, ROOT) == []


def test_make_targets_in_the_documentation_exist() -> None:
    assert lost_targets(PROSE, (ROOT / "Makefile").read_text(encoding="utf-8")) == []


class _Inner(BaseModel):
    token: str | None = None


class _Small(BaseModel):
    port: int = 80
    names: tuple[str, ...] = ()
    on: bool = True
    inner: _Inner = Field(default_factory=_Inner)


def test_settings_are_read_from_the_model() -> None:
    assert settings_of(_Small) == {"MIDWAY_PORT": "80", "MIDWAY_NAMES": "", "MIDWAY_ON": "true", "MIDWAY_INNER__TOKEN": ""}


def test_a_missing_or_wrong_setting_is_found() -> None:
    """A table without one variable and with a stale default, and an example with one too many."""
    table = "| `MIDWAY_PORT` | `81` | the port |\n| `MIDWAY_NAMES` | – | names |\n| `MIDWAY_ON` | `true` | on |\n"
    assert table_of_settings(table).items() ^ settings_of(_Small).items() == {
        ("MIDWAY_PORT", "80"), ("MIDWAY_PORT", "81"), ("MIDWAY_INNER__TOKEN", ""),
    }
    assert lines_of_settings("# MIDWAY_PORT=80\nMIDWAY_GONE=1\n# about MIDWAY_ON") == {"MIDWAY_PORT": "80", "MIDWAY_GONE": "1"}


def test_an_unknown_variable_is_found() -> None:
    found = {"a.md": "Set `MIDWAY_PROT`; see `MIDWAY_INNER__…` and `MIDWAY_…`."}
    assert unknown_variables(found, list(settings_of(_Small))) == ["a.md: MIDWAY_PROT"]


@pytest.mark.parametrize("text", ["get it from files.pythonhosted" + ".org/x", "FROM quay" + ".io/midway"])
def test_a_registry_is_found(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"docs/a.md": f"fine\n{text}\n", "README.md": "nothing here"})
    [where] = places_named(texts(tmp_path, ["*.md", "docs/*"]), REGISTRY)
    assert where.startswith("docs/a.md:2:")


@pytest.mark.parametrize("text", ["/home/" + "me/midway", "see ../" + "shared/x", "C:" + "\\Users"])
def test_a_machine_path_is_found(text: str) -> None:
    assert len(places_named({"a.md": f"`{text}`"}, MACHINE_PATH)) == 1


def test_ordinary_paths_are_no_machine() -> None:
    assert places_named({"a.md": "/var/lib/midway /etc/midway ./data tests/tmp/x https://example.org/home/x"}, MACHINE_PATH) == []


SMALL_TREE: dict[tuple[str, ...], set[str]] = {("serve",): {"--port"}, ("teams", "list"): {"--json"}, ("teams", "import"): set()}


def test_an_undocumented_command_is_found() -> None:
    uses = commands_in({"a.md": "```\nmidway serve   # starts\n```\nthen `midway teams list --json`; not /midway teams import"})
    assert undocumented(SMALL_TREE, uses) == ["teams import"]


@pytest.mark.parametrize(("line", "wrong"), [
    ("midway serve --port 1", False), ("midway serve --prot 1", True), ("midway swim", True), ("midway teams list --json", False),
    ("midway teams export", True), ("midway --help", False), ("midway --version", True), ("midway teams", False),
    ("midway teams [list|import FILE]", False), ("midway …", False), ("midway import", True),
])
def test_an_invented_command_is_found(line: str, wrong: bool) -> None:
    assert bool(invented(SMALL_TREE, commands_in({"a.md": f"say `{line}` now"}))) is wrong


def test_a_lost_file_and_a_dead_link_are_found(tmp_path: Path) -> None:
    found: dict[str, Any] = {"docs/a.md": "`bot/here.py`, `bot/*.py`, `bot/gone.py`, [b](b.md#x), [r](../bot/here.py), [w](https://example.org)"}
    write(tmp_path, {"bot/here.py": "", **found})
    assert missing_files(found, tmp_path) == ["docs/a.md: b.md", "docs/a.md: bot/gone.py"]


def test_a_lost_target_is_found() -> None:
    """Words after *make* in a sentence are no target."""
    found = {"a.md": "Use `make run` and `make tset`, make sure, make it work."}
    assert lost_targets(found, "run: setup\nPORT := 1\n") == ["a.md: make tset"]
