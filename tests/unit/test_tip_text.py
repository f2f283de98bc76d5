"""Every shipped practice makes a tip that can be read between two other things, each claim with its source."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.replies import Paragraph, SourceLink, Sources, Steps
from bot.storage.subscriptions import tip_name
from bot.tip_views import tip_reply
from bot.views import WHO_ELSE
from knowledge.practice import Practice
from knowledge.tip import DOING, MEASURE, OTHERWISE, WHY, tip_of
from tests.fakes.answering import shipped

TODAY = date(2026, 11, 24)
ALL = sorted(shipped().practices.values(), key=lambda practice: practice.id)
MARK = re.compile(r"\[(\d+)\]")
RAW = re.compile(r"\[\^|\*\*|\n\n")


def words(text: str) -> int:
    return len(MARK.sub("", text).split())


def test_all_are_here() -> None:
    assert len(ALL) == 144


@pytest.mark.parametrize("practice", ALL, ids=lambda practice: practice.id)
def test_a_practice_made_small(practice: Practice) -> None:
    """Three lists of one point; the why names a source; marks and sources match; nothing unfinished is left in it."""
    tip = tip_of(practice, TODAY)
    part = tip.part
    assert (part.practice, part.title) == (practice.id, practice.title)
    assert tip.hook in practice.questions and tip.hook.endswith("?") and 3 <= words(tip.hook) <= 20
    assert 5 <= words(part.lead) <= 42
    doing, why, measure = part.lists
    assert (doing.heading, measure.heading) == (DOING, MEASURE) and why.heading in {WHY, OTHERWISE}
    said = [part.lead]
    for listing, most in ((doing, 50), (why, 42), (measure, 40)):
        [point] = listing.points
        text = f"{point.lead} {point.text}".strip()
        assert 4 <= words(text) <= most, (listing.heading, text)
        assert text[-1] in ".!?]”)\"", text
        said.append(text)
    assert MARK.search(said[2]), "the why is cited"
    marks = {int(number) for text in said for number in MARK.findall(text)}
    assert marks == set(range(1, len(tip.citation.sources) + 1))
    assert not any(RAW.search(text) for text in [tip.hook, *said])
    known = {source.key for source in practice.sources}
    assert {source.key for source in tip.citation.sources} <= known


def test_as_a_card_it_has_its_sources_its_buttons_and_its_small_print() -> None:
    tip = tip_of(shipped().practices["pilot-charter"], TODAY)
    name = tip_name("s1", 202648)
    card = tip_reply(tip, name, "you kept it for later", ("The next one comes on Tuesday.",))
    assert card.text.startswith(f"Tip of the week: {tip.part.title}.")
    steps = [step.lead for block in card.blocks if isinstance(block, Steps) for step in block.items]
    assert steps[0] == f"{DOING}:" and steps[-1] == f"{MEASURE}:"
    [sources] = [block for block in card.blocks if isinstance(block, Sources)]
    assert [source.number for source in sources.items if isinstance(source, SourceLink)] == [1, 2]
    assert {(button.label, button.value) for button in card.buttons} == {
        ("We'll try it", f"{name}|pilot-charter|trying"), ("Already do", f"{name}|pilot-charter|adopted"),
        ("Later", f"{name}|pilot-charter|considering"), ("Not for us", f"{name}|pilot-charter|not for us"),
        ("More", f"{name}|pilot-charter"), (WHO_ELSE, "pilot-charter"),
    }
    quiet = [block.text for block in card.blocks if isinstance(block, Paragraph) and block.quiet]
    assert quiet[-2:] == ["You get this tip because you kept it for later.", "The next one comes on Tuesday."]


def test_a_tip_about_law_says_where_it_holds() -> None:
    practice = shipped().practices["disclosure-uk-eu"]
    [note] = tip_of(practice, TODAY).part.notes
    assert note.startswith("Law: this covers the UK and the EU.")
    card = tip_reply(tip_of(practice, TODAY), tip_name("s1", 202648), "it belongs to your pilot", ())
    assert note in [block.text for block in card.blocks if isinstance(block, Paragraph) and block.quiet]
