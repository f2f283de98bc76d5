"""Reads documentation as data: which settings, commands, files and addresses it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

Texts = Mapping[str, str]
"""Text by the path it stands at, relative to the project."""

VARIABLE = re.compile(r"\bMIDWAY_[A-Z0-9_]*[A-Z0-9]\b")
REGISTRY = re.compile(
    r"\b(?:[\w-]+\.)*(?:pypi|pythonhosted|npmjs|yarnpkg|jsdelivr|unpkg|crates|rubygems|docker|quay|ghcr|gcr|mcr\.microsoft|"
    r"anaconda|huggingface|(?:deb|security)\.debian)\.(?:org|com|io|co|net)\b", re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|home|root|Users|tmp)/[\w.-]+|\b[A-Z]:\\\w+|(?:\.\./)+shared\b")
_COMMAND = re.compile(r"(?:(?<!/)|(?<=bin/))\bmidway(?P<rest>(?: +[\w\[<\".$'…-][^\s`|]*)+)")
_IN_TICKS = re.compile(r"`([^`\n]+)`")
_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"(?:\.ci|adapters|bench|bot|deploy|docs|knowledge|scripts|tests|training)/[\w./*-]*")
_LINK = re.compile(r"!?\[[^\]]*\]\((?!https?://|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
_ROW = re.compile(r"^\| *`(MIDWAY_[A-Z0-9_]+)` *\| *(.*?) *\|", re.MULTILINE)
_LINE = re.compile(r"^(?:# ?)?(MIDWAY_[A-Z0-9_]+)=(.*)$", re.MULTILINE)


def texts(root: Path, patterns: Sequence[str]) -> dict[str, str]:
    """The files under ``root`` that match any of these patterns, read."""
    paths = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def settings_of(model: type[BaseModel], prefix: str = "MIDWAY_") -> dict[str, str]:
    """Every variable of a settings model with its default as one would write it; empty where there is none."""
    found: dict[str, str] = {}
    for name, field in model.model_fields.items():
        variable = prefix + name.upper()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= settings_of(field.annotation, f"{variable}__")
        else:
            found[variable] = _written(field.get_default(call_default_factory=True, validated_data={}))
    return found


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or value == () or value == [] else str(value)


def table_of_settings(text: str) -> dict[str, str]:
    """Variables in the first column of a markdown table, with the second column, which is the default."""
    return {name: default.strip("`") if default not in {"–", "-"} else "" for name, default in _ROW.findall(text)}


def lines_of_settings(text: str) -> dict[str, str]:
    """Variables of a file for the environment, commented out or not, with their values."""
    return {name: value.strip() for name, value in _LINE.findall(text)}


def unknown_variables(found: Texts, known: Sequence[str]) -> list[str]:
    """Variables that a text names and no setting has."""
    return sorted({f"{path}: {name}" for path, text in found.items() for name in VARIABLE.findall(text)
                   if name not in known and not _is_beginning(name, known)})


def _is_beginning(name: str, known: Sequence[str]) -> bool:
    """``MIDWAY_SLACK__…`` names a group."""
    return any(other.startswith(f"{name}__") for other in known)


@dataclass(frozen=True, slots=True)
class Use:
    """A command line in a text, as the words after ``midway``."""

    path: str
    words: tuple[str, ...]


def commands_in(found: Texts) -> list[Use]:
    """Every use of the program in code spans and code blocks."""
    return [
        Use(path, tuple(match["rest"].split()))
        for path, text in found.items() for code in code_in(text) for match in _COMMAND.finditer(code)
    ]


def code_in(text: str) -> Iterator[str]:
    """Each line of every code block, without its comment, and each code span."""
    for block in _FENCED.findall(text):
        yield from (line.partition(" #")[0] for line in block.splitlines())
    yield from _IN_TICKS.findall(_FENCED.sub("", text))


def missing_files(found: Texts, root: Path) -> list[str]:
    """Files and folders that a text names in a code span, and links inside the project, that lead nowhere."""
    named = [(path, name) for path, text in found.items() for name in _IN_TICKS.findall(text) if _FILE.fullmatch(name)]
    lost = [f"{path}: {name}" for path, name in named if not any(root.glob(name.rstrip("/")))]
    links = [(path, target) for path, text in found.items() for target in _LINK.findall(text)]
    return sorted({*lost, *(f"{path}: {target}" for path, target in links if not (root / path).parent.joinpath(target).exists())})


def places_named(found: Texts, pattern: re.Pattern[str]) -> list[str]:
    """Where a text holds what the pattern describes."""
    return [
        f"{path}:{number}: {match.group()}"
        for path, text in found.items() for number, line in enumerate(text.splitlines(), 1) for match in pattern.finditer(line)
    ]
