"""What is imported is ours, and what is built is all of ours and nothing else."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tests.architecture.source import LAYERS, ROOT
from tests.architecture.trees import write

MUST_HOLD = (
    "knowledge/practices/pilot-charter.md", "knowledge/gate/refusals.yaml", "knowledge/gate/off_topic.txt",
    "knowledge/glossary/abbreviations.yaml", "knowledge/intake/cues.txt", "knowledge/intake/vocabulary.txt",
    "adapters/web/templates/chat.html", "adapters/web/static/chat.css",
    "bot/storage/migrations/env.py", "bot/storage/migrations/script.py.mako",
    "bot/storage/migrations/versions/rev_0001_first_tables.py",
)
LEFT_OUT = {"__pycache__", ".DS_Store"}


def strangers(origins: Mapping[str, Path], homes: Iterable[Path]) -> list[str]:
    """Packages that were imported from somewhere else than one of these folders."""
    allowed = {home.resolve() for home in homes}
    return [f"{name} comes from {origin}" for name, origin in origins.items() if origin.resolve().parent not in allowed]


def built_packages(pyproject: Path) -> list[str]:
    """What pyproject.toml says the wheel holds."""
    wheel = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    packages: list[str] = wheel["packages"]
    return packages


def build(project: Path, target: Path) -> set[str]:
    """Build the wheel of this project, without any network, and list the files in it."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=project, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    [wheel] = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def files_of(project: Path, packages: Sequence[str] = LAYERS) -> set[str]:
    """Every file of these packages that belongs to the project."""
    return {
        path.relative_to(project).as_posix()
        for package in packages
        for path in (project / package).rglob("*")
        if path.is_file() and not LEFT_OUT & set(path.parts) and path.suffix != ".pyc"
    }


def wheel_findings(held: set[str], project: set[str], packages: Sequence[str] = LAYERS) -> list[str]:
    """Files that the wheel lacks, and files in it that are none of ours."""
    lacking = [f"lacks {name}" for name in sorted(project - held)]
    foreign = [f"holds {name}" for name in sorted(held - project) if name.partition("/")[0] not in packages and ".dist-info/" not in name]
    return lacking + foreign


def _installed_in() -> list[Path]:
    """Where an installed wheel of ours stands; nowhere when it is installed in place."""
    try:
        ours = distribution("midway-advisor")
    except PackageNotFoundError:
        return []
    return [Path(str(ours.locate_file(file))).parents[1] for file in ours.files or () if str(file) == "adapters/__init__.py"]


def test_our_packages_are_the_ones_imported() -> None:
    """``adapters`` is also the name of a published package: it must not stand in our place."""
    origins = {name: Path(str(importlib.import_module(name).__file__)).parent for name in LAYERS}
    assert strangers(origins, [ROOT, *_installed_in()]) == []


def test_only_our_packages_are_built() -> None:
    assert built_packages(ROOT / "pyproject.toml") == list(LAYERS)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files in our own wheel."""
    return build(ROOT, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_every_file_of_our_packages(wheel: set[str]) -> None:
    assert wheel_findings(wheel, files_of(ROOT)) == []


@pytest.mark.parametrize("name", MUST_HOLD)
def test_the_wheel_holds_what_is_no_code(wheel: set[str], name: str) -> None:
    """Practices, gate, glossary, pages and migrations are read from the installed package."""
    assert name in wheel


def test_the_wheel_carries_licence_and_notice(wheel: set[str]) -> None:
    assert {name.rpartition("/")[2] for name in wheel if "/licenses/" in name} == {"LICENSE", "NOTICE"}


def test_a_stranger_is_found(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "project", tmp_path / "site-packages"
    origins = {"adapters": elsewhere / "adapters", "bot": here / "bot"}
    assert strangers(origins, [here]) == [f"adapters comes from {elsewhere / 'adapters'}"]


def test_a_wheel_that_leaves_out_or_takes_in_is_found(tmp_path: Path) -> None:
    """A project whose wheel lacks its practices and carries its tests."""
    project = write(tmp_path / "project", {
        "pyproject.toml": '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
                          '[project]\nname = "small"\nversion = "1"\n'
                          '[tool.hatch.build.targets.wheel]\npackages = ["knowledge", "tests"]\nexclude = ["*.md"]\n',
        "knowledge/__init__.py": "", "knowledge/practices/a.md": "# A", "tests/__init__.py": "",
    })
    held = build(project, tmp_path / "dist")
    assert wheel_findings(held, files_of(project, ["knowledge"]), ["knowledge"]) == [
        "lacks knowledge/practices/a.md", "holds tests/__init__.py",
    ]
    assert built_packages(project / "pyproject.toml") == ["knowledge", "tests"]
