"""A practice that a curator withdraws while teams try it: it is cited no more, and wherever it stands it says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
import pytest_asyncio

from bot.adoption_views import ASK_ME
from bot.pilot_answers import Answers
from bot.pilot_keeping import Act, Actor
from bot.replies import Paragraph, Steps
from bot.report_periods import period_named
from bot.storage.results import Figures
from bot.storage.unit import Storage
from tests.fakes.answering import Someone, forms_of, shipped
from tests.fakes.office import ADMIN, CURATOR, TENANT, World
from tests.on_sqlite import database

__all__ = ["database"]

GONE = "pilot-baseline"
NAME = shipped().practices[GONE].title
TITLE = f"{NAME} (withdrawn 23 November 2026)"
"""As it is told afterwards."""
FIGURES = Figures("Replies", 4, 9, "a week", "October", "the desk's count")
TYPED = {"metric": "Replies", "before": "4", "after": "9", "unit": "a week", "period": "October", "evidence": "a note"}


@pytest.fixture
def world(storage: Storage) -> World:
    return World(storage)


@pytest_asyncio.fixture
async def member(world: World) -> Someone:
    """Of a chapter that tries a practice, planned a pilot with it and measured it; then it is withdrawn."""
    me, storage = Someone(world.parts.advisor), world.storage
    await me.says("my team is Chapter North")
    await me.presses("adopt", f"a1|{GONE}|trying")
    async with storage.unit() as unit:
        team = await unit.teams.named(TENANT, "Chapter North")
        assert team
        actor = Actor(TENANT, "p1", team, frozenset({team.id}))
        await unit.results.state(TENANT, team.id, GONE, FIGURES, "p1", world.now, event_key="r1")
    await world.office.pilots.make(actor, team, Answers("More replies", "Replies", 8), Act("e1"))
    await world.office.curation.withdraw(CURATOR, GONE, "the law changed")
    return me


async def again(world: World) -> int:
    """The version that brings it back, once it is published."""
    text = await world.office.curation.text(GONE)
    return await world.office.curation.save(CURATOR, GONE, text.body, text.seen)


async def test_the_brief_names_it_and_asks_for_no_extension(member: Someone) -> None:
    said = (await member.says("brief")).text
    assert f"Chapter North tried “{TITLE}”" in said and f"Shall we end “{TITLE}”, and choose what takes its place?" in said
    assert "go on" not in said and GONE not in said


async def test_our_practices_offer_to_stop_it_and_to_tell_what_came_of_it(member: Someone) -> None:
    """And nothing else: nobody is led to it any more."""
    ours = await member.says("our practices")
    assert [button.label for button in ours.buttons] == [TITLE[:60]]
    card = await member.chooses(ours, TITLE[:60])
    assert TITLE in card.text
    assert [button.label for button in card.buttons] == ["We stopped", "Report a result", "Who else did this"]
    [form] = forms_of(await member.chooses(card, "Report a result"))
    told = await member.fills(form.form, form.context, TYPED)
    assert f"“{TITLE}” is proven" in told.text and ASK_ME not in [button.label for button in told.buttons]
    assert TITLE in (await member.chooses(card, "We stopped")).text
    assert f"“{TITLE}”: stopped since" in (await member.presses("change-state", GONE)).text
    assert "no longer in the library" in (await member.presses("set-state", f"{GONE}|adopted")).text


@pytest.mark.parametrize("words", [GONE, NAME, f"“{NAME.lower()}”"])
async def test_who_else_did_it_is_still_told(member: Someone, world: World, words: str) -> None:
    """By its id and by its title, of itself and not of what lies near."""
    other = Someone(world.parts.advisor, "U2")
    assert (await other.says(f"who else did {words}")).text == f"1 other team took up “{TITLE}”."
    mine = await member.says(f"who else did {GONE}")
    assert mine.text == f"No other team has taken up “{TITLE}” yet, as far as I have been told."
    assert (await other.presses("who-else", GONE)).text == f"1 other team took up “{TITLE}”."


async def test_who_offered_to_be_asked_about_it_still_can_be_and_is_named_last(member: Someone, world: World) -> None:
    """With its title, which says since when."""
    await world.office.curation.publish(CURATOR, GONE, await again(world))
    for practice, name in ((GONE, "The first desk"), ("pilot-charter", "The second desk")):
        await member.fills("contact", practice, {"name": name})
    await world.office.curation.withdraw(CURATOR, GONE, "the law changed")
    reply = await Someone(world.parts.advisor, "U2").says("directory")
    [listed] = [block.items for block in reply.blocks if isinstance(block, Steps)]
    assert reply.text == "2 offers to be asked, 0 sponsors." and [one.lead for one in listed] == [shipped().practices["pilot-charter"].title, TITLE]
    assert listed[1].text.startswith("The first desk")


async def test_a_promised_check_in_says_that_it_was_withdrawn(member: Someone, world: World) -> None:
    """Once, in place of the question."""
    await world.said()
    world.pass_(days=14)
    assert (await world.parts.check_ins.send_due(), await world.parts.check_ins.send_due()) == (1, 0)
    [(_, _, said)] = await world.said()
    assert said.startswith(f"You have been trying “{TITLE}” since 23 November 2026. It is no longer cited")


async def test_what_was_asked_before_is_still_answered(member: Someone, world: World) -> None:
    """The card of a check-in that was sent before the practice was withdrawn."""
    reply = await member.presses("check-in", f"did not work|{GONE}|{world.now.date()}")
    assert f"“{TITLE}” did not work and is stopped" in reply.text


async def test_the_report_names_it_and_counts_on_it_no_more(member: Someone, world: World) -> None:
    """It stands where practices spread and among the results; what to do next leaves it out."""
    report = await world.office.reports.of(TENANT, period_named("2026-11", world.now + timedelta(days=1)))
    labels = [row.label for _, row in report.rows()]
    assert f"{TITLE}, Chapter North: Replies: 4 → 9 a week (October, measured)." in labels and f"{TITLE}: tried" in labels
    assert [one.title for one in report.spread] == [TITLE]
    assert not [row for row in report.sections["actions"] if TITLE in row.label]


async def test_a_pilot_planned_with_it_names_it(member: Someone, world: World) -> None:
    pilots = world.office.pilots
    [(pilot, _)] = await pilots.listed(await pilots.visitor(ADMIN))
    assert TITLE in pilots.retired(pilot)
    async with world.storage.unit() as unit:
        [stated] = await unit.results.standing(TENANT)
        await unit.results.state(
            TENANT, stated.team_id, GONE, FIGURES, "p1", world.now, event_key="r2", pilot_id=pilot.id
        )
    plan = await pilots.whole(pilot)
    assert [line.lead for section in plan.sheet if section.key == "results" for line in section.lines] == [f"{TITLE}:"]
    reply = await member.says("our pilots")
    assert GONE not in " ".join(block.text for block in reply.blocks if isinstance(block, Paragraph))


async def test_published_again_it_is_a_practice_like_any_other(member: Someone, world: World) -> None:
    await world.office.curation.publish(CURATOR, GONE, await again(world))
    assert not world.library.withdrawn
    assert "withdrawn" not in (await member.says("brief")).text
