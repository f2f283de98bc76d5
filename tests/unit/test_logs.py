"""The log of a process that stays: when, how bad, where from; as text or as JSON; and no flood of one and the same line."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.logs import KINDS, LONGEST, SHORTEST, DatedLines, JsonLines, Seldom, kept_log

AT = 1_795_851_000.25
"""2026-11-28 07:30 in UTC."""


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MIDWAY_LOG", "json")
    monkeypatch.chdir(tmp_path)


def record(message: str, *values: object, error: Exception | None = None) -> logging.LogRecord:
    said = logging.LogRecord("bot.worker", logging.WARNING, "", 0, message, values, (type(error), error, error.__traceback__) if error else None)
    said.created = AT
    return said


def raised() -> Exception:
    try:
        raise ValueError(" ".join(("what", "somebody", "wrote")))
    except ValueError as error:
        return error


@pytest.fixture
def seldom() -> tuple[Seldom, list[float]]:
    """The filter, and the seconds that its clock shows."""
    now = [0.0]
    return Seldom(lambda: now[0]), now


def test_a_line_says_when_how_bad_and_where_from() -> None:
    assert DatedLines().format(record("%d rows wait", 3)) == "2026-11-28T07:30:00.250Z WARNING bot.worker: 3 rows wait"


@pytest.mark.parametrize(("path", "said"), [
    ("/x\n2026-11-28T07:30:00.250Z ERROR bot: forged", r"/x\n2026-11-28T07:30:00.250Z ERROR bot: forged"), ("/\r\x1b[2K\t", r"/\r\x1b[2K\t"),
    ("/\x85\u2028\u202e", r"/\x85\u2028\u202e"), ("/Straße/é", "/Straße/é"),
])
def test_what_a_request_carries_begins_no_line_of_its_own(path: str, said: str) -> None:
    """Nor does it steer the terminal of whoever reads the log; the trace below it keeps its lines."""
    line = DatedLines().format(record("refused: %s", path))
    assert line == f"2026-11-28T07:30:00.250Z WARNING bot.worker: refused: {said}"
    assert "\nValueError" in DatedLines().format(record("%s", path, error=raised()))


def test_a_line_as_json_is_one_line() -> None:
    line = JsonLines().format(record("%s\nwait", "Zwölf"))
    assert json.loads(line) == {"time": "2026-11-28T07:30:00.250Z", "level": "warning", "logger": "bot.worker", "message": "Zwölf\nwait"}
    assert "\n" not in line


@pytest.mark.parametrize("form", [DatedLines, JsonLines])
def test_of_an_error_the_log_gets_where_and_never_its_words(form: Callable[[], logging.Formatter]) -> None:
    """Also of errors that a library logs."""
    line = form().format(record("it failed", error=raised()))
    assert "ValueError" in line and "in raised" in line and "somebody wrote" not in line


def test_what_floods_is_written_ever_more_seldom(seldom: tuple[Seldom, list[float]]) -> None:
    """A warning each second for three hours."""
    passes, now = seldom
    written: dict[int, str] = {}
    for second in range(3 * 3600):
        now[0] = float(second)
        said = record("the database is away")
        if passes.filter(said):
            written[second] = DatedLines().format(said)
    assert list(written) == [0, 60, 180, 420, 900, 1860, 3780, 7380]
    assert written[0].endswith("is away") and written[180].endswith("is away (and 119 more like it since it was last written)")


def test_what_fails_with_every_timer_floods_as_well(seldom: tuple[Seldom, list[float]]) -> None:
    passes, now = seldom
    written = 0
    for minute in range(24 * 60):
        now[0] = minute * (SHORTEST + 0.1)
        written += passes.filter(record("a timer failed"))
    assert written < 24 + 10


def test_after_a_quiet_time_it_is_news_again(seldom: tuple[Seldom, list[float]]) -> None:
    passes, now = seldom
    said = []
    for at in (0.0, 60.0, 60.0 + 4 * SHORTEST, 61.0 + 4 * SHORTEST, 60.0 + 5 * SHORTEST):
        now[0] = at
        said.append(passes.filter(record("away")))
    assert said == [True, True, True, False, True]
    assert LONGEST > SHORTEST


def test_other_words_another_error_or_another_logger_is_another_line(seldom: tuple[Seldom, list[float]]) -> None:
    passes, _ = seldom
    lines = [record("refused with %d", 403), record("refused with %d", 429), record("failed"), record("failed", error=raised())]
    other = record("failed")
    other.name = "asyncio"
    assert all(passes.filter(line) for line in [*lines, other])
    assert not any(passes.filter(line) for line in [*lines, other])


def test_not_every_line_is_remembered_for_ever(seldom: tuple[Seldom, list[float]]) -> None:
    passes, _ = seldom
    assert all(passes.filter(record("%d", number)) for number in range(KINDS + 1))
    assert passes.filter(record("0")) and not passes.filter(record(str(KINDS)))


def test_how_often_it_came_is_a_number_in_json(seldom: tuple[Seldom, list[float]]) -> None:
    passes, now = seldom
    for at in (0.0, 1.0, 2.0, SHORTEST):
        now[0], said = at, record("away")
        passes.filter(said)
    assert json.loads(JsonLines().format(said))["repeated"] == 2


def test_the_level_is_about_our_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """What libraries tell at that level may hold people's words. Afterwards all is as it was."""
    before = list(logging.getLogger().handlers), logging.getLogger("bot").level
    with kept_log("json", "info"):
        logging.getLogger("bot.worker").info("ours")
        logging.getLogger("httpx").info("theirs")
        logging.getLogger("httpx").warning("their warning")
    logging.getLogger("bot.worker").info("later")
    lines = [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["ours", "their warning"]
    assert (list(logging.getLogger().handlers), logging.getLogger("bot").level) == before


def test_a_variable_that_is_no_setting_is_the_first_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDWAY_PUBLIC_ULR", "https://midway.example")
    with kept_log("json", "warning"):
        pass
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "MIDWAY_PUBLIC_ULR is not a setting: did you mean MIDWAY_PUBLIC_URL?"


def test_nothing_is_written_where_there_is_no_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process whose standard error is closed goes on."""
    monkeypatch.setattr(sys, "stderr", None)
    with kept_log("text", "warning"):
        logging.getLogger("bot.worker").warning("nobody hears it")
