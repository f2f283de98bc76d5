"""A pilot on paper and as text: one page each, nothing beside the paper, no word read as markup."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from adapters.pilot_export import as_json, as_markdown, as_plain
from adapters.pilot_paper import as_pdf
from bot.pilot_answers import LONGEST, Answers
from bot.pilot_plan import PilotPlan
from bot.pilot_results import MOST_SHOWN, with_results
from bot.pilot_rules import plan_of
from bot.storage.pilots import KeptPilot
from bot.storage.results import Figures, StatedResult
from tests.fakes.answering import START, shipped

LINES = "Sehr lange Bezeichnung mit vielen Wörtern " * 8
MARKUP = '#panic() $x$ *b* `r` \\ <a> @b [c] // https://example.org "q" #{1+1} = H'
PLAIN = Answers("More registrations", "Registrations a quarter", 8)
WIDE = replace(PLAIN, goal="W" * LONGEST["goal"], metric="W" * LONGEST["metric"], who="W" * LONGEST["who"])
NAMED = {"sponsor": LINES[:80], "sponsor_agreed": date(2026, 11, 23)}
FULL = Answers(
    LINES[: LONGEST["goal"]], LINES[: LONGEST["metric"]], 52, hours=999.5, blessing="none", relationship="chapter", **NAMED,  # type: ignore[arg-type]
    **{name: LINES[: LONGEST[name]] for name in ("who", "channels", "baseline", "enough", "stop", "money")},  # type: ignore[arg-type]
)


def pilot_of(answers: Answers) -> tuple[KeptPilot, PilotPlan, str]:
    plan = plan_of(answers, shipped(), START.date())
    done = {"start": date(2026, 12, 7)}
    return KeptPilot("p1", "T", "t", "p", answers, (), plan.review_on, START, START, done=done), plan, "Chapter North"


def pages(answers: Answers, team: str = "Chapter North") -> list[str]:
    pilot, plan, _ = pilot_of(answers)
    return [page.extract_text() for page in PdfReader(io.BytesIO(as_pdf(pilot, plan, team))).pages]


def tight(text: str) -> str:
    """Without spaces, hyphens at line ends and what only allows a break."""
    return re.sub(r"[\s\u200b\u00ad‐-]+", "", text)


@pytest.mark.parametrize(("answers", "count"), [
    (PLAIN, 3), (replace(PLAIN, blessing="formal"), 2), (FULL, 3), (WIDE, 3), (replace(FULL, relationship="dealer"), 3),
    (replace(FULL, relationship="region", blessing=None), 3),
], ids=["empty", "firm", "full", "wide", "dealer", "region"])
def test_each_sheet_is_one_page(answers: Answers, count: int) -> None:
    """Everybody's, the team's, and words to forward where the blessing is not firm."""
    found = pages(answers, LINES[:80])
    assert len(found) == count
    assert "Pilot on one page" in found[0] and "Stop rule" in found[0] and "pilot-go-no-go" in tight(found[0]).replace("pilotgonogo", "pilot-go-no-go")
    assert "For the team" in found[1] and "Easy first tasks" in found[1]
    assert count == 2 or "To forward to the sponsor" in found[2]


def test_the_longest_results_leave_each_sheet_on_its_page() -> None:
    """As many as are shown, each with figures as long as they may be typed."""
    figures = Figures(LINES[:120], 123456.789, 654321.123, LINES[:40], LINES[:120], "note")
    result = StatedResult("r", "T", "t", "pilot-charter", "p1", figures, "p", START)
    for answers in (PLAIN, FULL, replace(FULL, relationship="dealer")):
        pilot, plan, team = pilot_of(answers)
        told = with_results(plan, [result] * (MOST_SHOWN + 1), shipped())
        found = [page.extract_text() for page in PdfReader(io.BytesIO(as_pdf(pilot, told, team))).pages]
        assert len(found) == 3 and "What came of it" in found[0] and "And 1 more." in found[0]


def test_what_was_typed_stands_there_as_typed() -> None:
    """Whatever it would mean to the one who sets it."""
    answers = replace(PLAIN, goal=MARKUP, who=MARKUP, baseline=MARKUP, stop=MARKUP)
    found = tight(pages(answers, MARKUP[:80])[0])
    assert found.count(tight(MARKUP)) >= 4


def test_an_empty_part_leaves_no_empty_line() -> None:
    assert not re.search(r"^(Who takes part|Channels|May cost|Sponsor)$", pages(PLAIN)[0], re.MULTILINE)


def test_markdown_says_everything_and_forms_nothing_by_itself() -> None:
    answers = replace(FULL, goal=MARKUP, blessing="vague")
    text = as_markdown(*pilot_of(answers), START.date())
    assert "\\#panic()" in text and "\\[c\\]" in text and "\\<a\\>" in text and "1. **State the hypothesis.**" in text
    plain = as_plain(*pilot_of(answers), START.date())
    assert MARKUP in plain and "First post: done on 7 December 2026" in plain and "To forward to the sponsor" in plain


@pytest.mark.parametrize(("first", "said"), [(1, "starts on 24 November 2026"), (0, "under way"), (-1, "under way"), (None, "under way")])
def test_nothing_is_under_way_before_its_first_day(first: int | None, said: str) -> None:
    """It was started, which the JSON says; what people read tells the day."""
    day = None if first is None else START.date() + timedelta(days=first)
    pilot, plan, team = pilot_of(replace(PLAIN, starts_on=day))
    running = replace(pilot, state="running")
    assert f"State:** {said}, review on" in as_markdown(running, plan, team, START.date())
    assert as_json(running, plan, team)["state"] == "running"


def test_what_is_forwarded_has_no_marks() -> None:
    """On paper what it was worded after stands below it, by title; in markdown at the end, with the rest."""
    pilot, plan, team = pilot_of(PLAIN)
    sheet = pages(PLAIN)[2]
    assert "[" not in sheet and "(pilotcharter)" not in tight(sheet)
    assert all(tight(used.title) in tight(sheet) for used in plan.used_by(plan.agreement)) and "Cost" not in sheet
    forwarded = as_markdown(pilot, plan, team, START.date()).split("# To forward to the sponsor")[1].split("## ")[0]
    assert "May we?" in forwarded and "[" not in forwarded


def test_json_is_a_contract() -> None:
    """Names and forms of what other programs read."""
    found = json.loads(json.dumps(as_json(*pilot_of(PLAIN))))
    assert set(found) == {
        "id", "tenant", "team", "state", "decision", "note", "version", "goal", "starts_on", "ends_on", "review_on", "facts",
        "plan", "team_sheet", "agreement", "milestones", "practices",
    }
    assert found["milestones"][2] == {"key": "start", "title": "First post", "on": "2026-11-30", "done": "2026-12-07"}
    ids = {one["id"] for one in found["practices"]}
    assert {line["practice"] for part in (*found["plan"], *found["team_sheet"]) for line in part["lines"]} - {None} <= ids
