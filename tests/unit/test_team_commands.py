"""`midway teams`: a file read whole before anything is changed, and twice the same as once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters import team_commands
from bot.errors import TeamFileInvalid
from bot.storage.records import TeamRow

HEADER = "team,parent,relationship,channel\n"


pytestmark = pytest.mark.usefixtures("own_data_folder")


def file_with(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "teams.csv"
    file.write_bytes(text.encode(encoding))
    return file


def test_rows_are_read(tmp_path: Path) -> None:
    """Quotes, spaces around cells, empty lines, names of any language."""
    text = HEADER + 'Central, ,unit,\n\n"Chapter ""North"", Hamburg",Central,chapter,slack:C1\r\n営業部,Central,,\n,,,\n'
    assert team_commands.read_rows(file_with(tmp_path, text)) == [
        TeamRow("Central", "", "unit", ""),
        TeamRow('Chapter "North", Hamburg', "Central", "chapter", "slack:C1"),
        TeamRow("営業部", "Central", "", ""),
    ]


def test_a_department_is_a_unit(tmp_path: Path) -> None:
    assert team_commands.read_rows(file_with(tmp_path, HEADER + "Sales,,department,\n")) == [TeamRow("Sales", "", "unit")]


@pytest.mark.parametrize("header", ["\ufeffteam,parent,relationship,channel\n", "Team, Parent ,RELATIONSHIP,channel\r\n"])
def test_a_mark_of_byte_order_and_case_do_not_matter(tmp_path: Path, header: str) -> None:
    """Spreadsheets write the one, people the other."""
    assert team_commands.read_rows(file_with(tmp_path, header + "North,,,\n")) == [TeamRow("North")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1 must be the header team,parent,relationship,channel"),
        ("North,,,\n", "line 1 must be the header"),
        ("team;parent;relationship;channel\n", "line 1 must be the header"),
        (HEADER + "North,,,\nSouth,,\n", "line 3 has 3 cells; there are 4 columns"),
        (HEADER + "\nNorth,,,,\n", "line 3 has 5 cells"),
        (HEADER + ",Central,chapter,\n", "line 2 has no team"),
        (HEADER + "North,,,\n\nSouth,,enemy,\n", "line 4: “enemy” is not a relationship; use one of unit, chapter"),
        (HEADER + "D,,unit,foo\n", "line 2: “foo” is not a channel id of Slack or Teams; write the platform before it"),
        (HEADER + f"{'N' * 80},,,\n{'S' * 81},,,\n", "line 3: “" + "S" * 40 + "…” is too long for a name; write one of at most 80"),
        (HEADER + "North,,,foo:C1\n", "line 2: “foo” is not a platform; use one of slack, msteams, web, terminal"),
    ],
)
def test_the_broken_line_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(TeamFileInvalid) as raised:
        team_commands.read_rows(file_with(tmp_path, text))
    assert words in str(raised.value) and "teams.csv" in str(raised.value)


def test_another_encoding_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(TeamFileInvalid, match="CSV in UTF-8"):
        team_commands.read_rows(file_with(tmp_path, HEADER + "Händler,,,\n", "latin-1"))


def test_what_no_database_takes_is_left_out(tmp_path: Path) -> None:
    """NUL and direction marks."""
    assert team_commands.read_rows(file_with(tmp_path, HEADER + "No\u202erth,,,C\x001\n")) == [TeamRow("North", channel="C1")]


def test_importing_twice_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second time everything is as it was; the list shows it."""
    file = file_with(tmp_path, HEADER + "Chapter North,Central,chapter,slack:C1\nCentral,,unit,\n")
    assert team_commands.import_file(file, None) == 0
    assert "2 teams made, 0 changed, 0 as they were" in capsys.readouterr().out
    assert team_commands.import_file(file, None) == 0
    assert "0 teams made, 0 changed, 2 as they were" in capsys.readouterr().out
    team_commands.show_list(True)
    rows = json.loads(capsys.readouterr().out)
    every = ["channels", "joining_open", "left_at", "merged_into", "parent", "relationship", "team", "tenant", "visibility"]
    assert [sorted(row) for row in rows] == [every] * 2
    [north] = [row for row in rows if row["team"] == "Chapter North"]
    assert (north["parent"], north["relationship"], north["channels"], north["visibility"]) == ("Central", "chapter", ["slack:C1"], "named")


def test_a_channel_may_be_of_any_platform(tmp_path: Path) -> None:
    """An id alone, also one with a colon as Teams has them."""
    for channel in ("C1", "19:abc@thread.tacv2", "msteams:19:abc@thread.tacv2"):
        assert team_commands.read_rows(file_with(tmp_path, f"{HEADER}North,,,{channel}\n")) == [TeamRow("North", channel=channel)]


def test_a_change_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    team_commands.import_file(file_with(tmp_path, HEADER + "North,,unit,\n"), None)
    team_commands.import_file(file_with(tmp_path, HEADER + "north,,dealer,\nSouth,North,,\n"), None)
    assert "1 teams made, 1 changed, 0 as they were" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["North,Nobody,,\n", "North,South,,\nSouth,North,,\n"])
def test_a_file_that_cannot_be_followed_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """A parent that is nowhere, or two teams above each other: nothing of the file is taken in."""
    with pytest.raises(TeamFileInvalid):
        team_commands.import_file(file_with(tmp_path, HEADER + text), None)
    team_commands.show_list(True)
    assert json.loads(capsys.readouterr().out) == []


def test_a_tenant_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Then only that workspace knows the teams; the list says which."""
    team_commands.import_file(file_with(tmp_path, HEADER + "North,,,\n"), "T0EXAMPLE")
    team_commands.show_list(False)
    assert "North (unit, named)  [T0EXAMPLE]" in capsys.readouterr().out


def test_an_empty_list_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    team_commands.show_list(False)
    assert "midway teams import FILE.csv" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A,,,slack:C1\nB,,,slack:C1\n", "Line 3 says that the team of the channel slack:C1 is “B”, line 2 that it is “A”"),
        ("A,,unit,\n\na,,dealer,\n", "Line 4 says that the relationship of “a” is “dealer”, line 2 that it is “unit”"),
        ("B,,,\nC,,,\nA,B,,\nA,C,,\n", "Line 5 says that the parent of “A” is “C”, line 4 that it is “B”"),
    ],
)
def test_lines_that_contradict_each_other_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    with pytest.raises(TeamFileInvalid, match=words):
        team_commands.import_file(file_with(tmp_path, HEADER + text), None)
    team_commands.show_list(True)
    assert json.loads(capsys.readouterr().out) == []


def test_a_line_that_repeats_another_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second line with another channel, or with less, is no repetition."""
    text = "North,,unit,slack:C1\nNorth,,,slack:C2\nNORTH,,unit,slack:C1\nNorth,,,\n"
    team_commands.import_file(file_with(tmp_path, HEADER + text), None)
    assert capsys.readouterr().out == "web: 1 teams made, 0 changed, 0 as they were\nweb: Line 4 was passed over: it repeats line 2.\n"


def test_who_loses_a_channel_is_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    team_commands.import_file(file_with(tmp_path, HEADER + "North,,,slack:C1\n"), None)
    other = file_with(tmp_path, HEADER + "South,,,slack:C1\n")
    for counts in ("web: 1 teams made", "web: 0 teams made, 0 changed, 1 as they were"):
        capsys.readouterr()
        team_commands.import_file(other, None)
        said = capsys.readouterr().out
        assert said.startswith(counts)
        assert ("Line 2: slack:C1 speaks for “South” now; “North” has lost it." in said) is ("1 teams" in counts)
