"""From a state to a result: who may say what, what is recorded once, and what the screen says of it."""

from __future__ import annotations

import pytest

from bot import adoption_views as views
from bot import next_step_views
from bot.replies import Form, Steps
from bot.storage.adoptions import holder_of
from bot.storage.unit import Storage
from bot.views import UNTRACKED_PRESS
from tests.fakes.answering import FakeAnswering, Someone, forms_of, labels, make_advisor, shipped
from tests.on_sqlite import database

__all__ = ["database"]

PRACTICE = "pilot-charter"
RESULT = {
    "metric": "Time to the first answer", "before": "26", "after": "4.5", "unit": "hours", "better": "lower",
    "period": "October 2026", "basis": "measured", "evidence": "desk-report.pdf",
}


@pytest.fixture
def member(storage: Storage) -> Someone:
    return Someone(make_advisor(storage, FakeAnswering()))


async def in_team(member: Someone, name: str = "Chapter North") -> Someone:
    await member.says(f"my team is {name}")
    return member


async def state_of(storage: Storage, team: str = "Chapter North", practice: str = PRACTICE) -> str | None:
    async with storage.view() as unit:
        found = await unit.teams.named("W1", team)
        assert found
        row = (await unit.adoptions.states("W1", holder_of("", found.id))).get(practice)
    return row.state if row else None


async def test_a_result_proves_the_practice_and_leads_on(member: Someone, storage: Storage) -> None:
    """The screen says what was recorded, offers the brief, and proposes exactly one next practice."""
    await in_team(member)
    opened = await member.presses("result", PRACTICE)
    assert [form.form for form in forms_of(opened)] == ["result"] and opened.audience == "sender"
    reply = await member.fills("result", PRACTICE, RESULT)
    assert reply.text.startswith("Recorded for Chapter North:") and "26 → 4.5 hours (October 2026, measured)" in reply.text
    assert {"Make the brief", "Correct it", "We'll try it"} <= set(labels(reply)) and labels(reply).count("We'll try it") == 1
    assert await state_of(storage) == "proven"


async def test_a_form_sent_twice_is_one_result(member: Someone, storage: Storage) -> None:
    await in_team(member)
    for _ in range(2):
        await member.fills("result", PRACTICE, RESULT, event="same")
    async with storage.view() as unit:
        assert len(await unit.results.standing("W1")) == 1
        written = [entry.what for entry in await unit.audits.about("W1") if entry.what == "proven"]
    assert written == ["proven"]


async def test_a_result_without_a_team_waits_for_the_team(member: Someone, storage: Storage) -> None:
    """What was typed is kept in the form."""
    reply = await member.fills("result", PRACTICE, RESULT)
    assert views.NO_TEAM in reply.text and {field.name: field.value for field in forms_of(reply)[0].fields}["before"] == "26"
    async with storage.view() as unit:
        assert await unit.results.standing("W1") == []


async def test_a_figure_that_is_no_number_is_asked_for_again(member: Someone, storage: Storage) -> None:
    await in_team(member)
    reply = await member.fills("result", PRACTICE, {**RESULT, "after": "much better"})
    assert "“much better” is not a number" in reply.text and forms_of(reply)
    assert await state_of(storage) is None


async def test_a_corrected_result_takes_the_others_place(member: Someone, storage: Storage) -> None:
    """The first one stays in the books; only the second stands."""
    await in_team(member)
    first = await member.fills("result", PRACTICE, RESULT)
    form = forms_of(await member.chooses(first, "Correct it"))[0]
    typed = {field.name: field.value for field in form.fields}
    reply = await member.fills("result", form.context, {**typed, "after": "6"})
    assert reply.text.startswith("Corrected for Chapter North")
    async with storage.view() as unit:
        assert [one.figures.after for one in await unit.results.standing("W1")] == [6]
    again = await member.chooses(first, "Correct it")
    assert again.text == views.CHANGED_RESULT


async def test_what_a_form_says_later_corrects_what_it_said_first(member: Someone, storage: Storage) -> None:
    """A form that was sent stays open: sent again with another figure, it counts once. So does one that corrects."""
    await in_team(member)
    replies = [await member.fills("result", PRACTICE, {**RESULT, "after": after}, card="m1") for after in ("6", "5", "4.5")]
    assert [reply.text.split()[0] for reply in replies] == ["Recorded", "Corrected", "Corrected"]
    form = forms_of(await member.chooses(replies[-1], "Correct it"))[0]
    for after in ("4", "3"):
        await member.fills("result", form.context, {**RESULT, "after": after}, card="m2")
    async with storage.view() as unit:
        assert [one.figures.after for one in await unit.results.standing("W1")] == [3]
    assert (await member.fills("result", PRACTICE, RESULT, card="m3")).text.startswith("Recorded")


async def test_another_team_cannot_correct_a_result(member: Someone) -> None:
    await in_team(member)
    first = await member.fills("result", PRACTICE, RESULT)
    other = await in_team(Someone(member.advisor, "U2", channel="C2", thread="T2"), "Dealer South")
    assert (await other.chooses(first, "Correct it")).text == views.CHANGED_RESULT


async def test_a_foreign_result_is_not_replaced_by_a_made_up_form(member: Someone, storage: Storage) -> None:
    """The form's context names a result of another team: the new one stands beside it."""
    await in_team(member)
    await member.fills("result", PRACTICE, RESULT)
    async with storage.view() as unit:
        [theirs] = await unit.results.standing("W1")
    other = await in_team(Someone(member.advisor, "U2", channel="C2", thread="T2"), "Dealer South")
    await other.fills("result", f"{PRACTICE}|{theirs.id}", RESULT)
    async with storage.view() as unit:
        assert theirs.id in {one.id for one in await unit.results.standing("W1")}


async def test_what_is_proven_is_taken_back_only_on_purpose(member: Someone, storage: Storage) -> None:
    """“Already do” below an old answer leaves it; the card of the practice changes it, and history keeps both."""
    await in_team(member)
    await member.fills("result", PRACTICE, RESULT)
    await member.presses("adopt", f"-|{PRACTICE}|adopted")
    assert await state_of(storage) == "proven"
    card = await member.presses("change-state", PRACTICE)
    assert "proven since" in card.text
    assert "stopped" in (await member.chooses(card, "We stopped")).text
    assert await state_of(storage) == "stopped"


async def test_our_practices_shows_where_the_team_stands(member: Someone) -> None:
    assert (await member.says("our practices")).text == views.NO_TEAM_YET
    await in_team(member)
    assert (await member.says("our practices")).text == views.NOTHING_YET
    await member.presses("adopt", f"-|{PRACTICE}|trying")
    reply = await member.says("what are we trying?")
    assert reply.audience == "sender" and "trying it since" in str(reply.blocks) and len(labels(reply)) == 1


async def test_a_contact_is_shown_until_they_take_it_back(member: Someone) -> None:
    await in_team(member)
    await member.presses("adopt", f"-|{PRACTICE}|adopted")
    offered = await member.fills("contact", PRACTICE, {"name": "Volunteer desk, #north-help"})
    other = await in_team(Someone(member.advisor, "U2", channel="C2", thread="T2"), "Dealer South")
    seen = await other.says("who else did pilot charter?")
    assert "Chapter North" in str(seen.blocks) and "Volunteer desk, #north-help" in str(seen.blocks)
    assert "Volunteer desk" in str((await other.says("directory")).blocks)
    await member.chooses(offered, "Take it back")
    assert "Volunteer desk" not in str((await other.says("who else did pilot-charter")).blocks)
    empty = str((await other.says("directory")).blocks)
    assert views.NOBODY in empty and views.NO_SPONSOR in empty


@pytest.mark.parametrize("said", [
    "who else has tried the pilot charter", "which other teams did pilot charter?", "which teams adopted the pilot charter?",
    "has any other chapter tried the pilot charter?", "who is using the pilot charter?",
])
async def test_other_teams_are_asked_for_in_ones_own_words(member: Someone, said: str) -> None:
    await in_team(member)
    await member.presses("adopt", f"-|{PRACTICE}|adopted")
    other = Someone(member.advisor, "U2", channel="C2", thread="T2")
    assert "Chapter North" in str((await other.says(said)).blocks)


async def test_what_names_no_practice_stays_a_question(storage: Storage) -> None:
    answering = FakeAnswering()
    other = Someone(make_advisor(storage, answering))
    asked = ["which teams used the pilot charter to harass staff?", "which teams asked about the pilot charter?"]
    for said in asked:
        await other.says(said)
    assert [question for question, _ in answering.asked] == asked


async def test_this_is_the_practice_that_the_thread_is_about(member: Someone) -> None:
    """Answered with last, or opened since; in that thread alone."""
    await member.says("How?")
    assert "“Write a one-page pilot charter”" in (await member.says("who else did this?")).text
    await member.presses("more", "a1|sponsor-search")
    assert "“Write a one-page pilot charter”" not in (await member.says("Who else did this")).text
    assert (await Someone(member.advisor, thread="T2").says("who else did this")).text == views.NOT_FOUND


@pytest.mark.parametrize(("visibility", "told"), [
    ("named", "Volunteer desk (Chapter North)"), ("anonymous", "Volunteer desk (a chapter)"), ("counted", "Volunteer desk"),
])
async def test_whoever_offers_to_be_asked_does_not_give_their_team_away(
    member: Someone, storage: Storage, visibility: str, told: str
) -> None:
    await in_team(member)
    async with storage.unit() as unit:
        team = await unit.teams.named("W1", "Chapter North")
        assert team
        team.visibility, team.relationship = visibility, "chapter"
    await member.presses("adopt", f"-|{PRACTICE}|adopted")
    offered = await member.fills("contact", PRACTICE, {"name": "Volunteer desk"})
    other = await in_team(Someone(member.advisor, "U2", channel="C2", thread="T2"), "Dealer South")
    asked, listed = await other.says("who else did pilot charter?"), await other.says("directory")
    assert f"Ask {told}." in str(asked.blocks) and f"'{told}'" in str(listed.blocks) and f"“{told}”" in offered.text
    if visibility != "named":
        assert "North" not in "".join(str(reply) for reply in (offered, asked, listed))


async def test_a_stranger_from_another_tenant_sees_nothing(member: Someone) -> None:
    await in_team(member)
    await member.presses("adopt", f"-|{PRACTICE}|adopted")
    stranger = Someone(member.advisor, "U1", tenant="W2")
    assert "No other team" in (await stranger.says("who else did pilot-charter")).text


async def test_with_tracking_off_nothing_is_recorded(storage: Storage) -> None:
    member = Someone(make_advisor(storage, FakeAnswering(), tracking=False))
    await in_team(member)
    for reply in (await member.presses("adopt", f"-|{PRACTICE}|trying"), await member.fills("result", PRACTICE, RESULT)):
        assert reply.text == UNTRACKED_PRESS
    assert await state_of(storage) is None


@pytest.mark.parametrize(("action", "value"), [("result", "gone"), ("change-state", "gone"), ("who-else", "gone"), ("adopt", "-|gone|trying")])
async def test_a_button_for_a_practice_that_is_gone_says_so(member: Someone, action: str, value: str) -> None:
    assert "no longer in the library" in (await member.presses(action, value)).text


def test_the_form_fits_every_platform() -> None:
    """Slack shows at most 25 blocks of a form and labels of 150 characters."""
    from bot.result_form import result_form

    form: Form = result_form("x" * 60 + "|" + "y" * 32, "A title of many words " * 6)
    assert len(form.fields) < 25 and all(len(field.label) <= 150 for field in form.fields)


async def test_a_next_step_builds_on_what_is_tried(member: Someone) -> None:
    """It says when we ask how it went, offers to report, and proposes one practice after the try begun last."""
    await in_team(member)
    for practice in ("sponsor-search", PRACTICE):
        await member.presses("adopt", f"-|{practice}|trying")
    reply = await member.says("next step")
    assert reply.text.startswith("One next step:") and "because it builds on" in reply.text
    charter, sponsor = (shipped().practices[name].title for name in (PRACTICE, "sponsor-search"))
    said = [step for block in reply.blocks if isinstance(block, Steps) for step in block.items]
    assert {step.lead for step in said} == {charter, sponsor}
    assert all("since 23 November 2026; on 7 December 2026 I will ask you how it went" in step.text for step in said)
    [report] = [button for button in reply.buttons if button.value == PRACTICE and button.action == "result"]
    assert forms_of(await member.chooses(reply, report.label))[0].form == "result"
    assert "We do it" in labels(await member.chooses(reply, charter[:60]))


async def test_a_person_without_a_team_gets_a_next_step(member: Someone) -> None:
    await member.presses("adopt", f"-|{PRACTICE}|adopted")
    reply = await member.says("next step")
    assert reply.text.startswith("One next step:") and "Read it" in labels(reply)


async def test_what_is_done_leads_on_before_what_is_tried(member: Someone) -> None:
    await in_team(member)
    await member.presses("adopt", f"-|{PRACTICE}|adopted")
    await member.presses("adopt", "-|sponsor-search|trying")
    reply = await member.says("next step")
    assert f"it builds on “{shipped().practices[PRACTICE].title}”" in reply.text
    assert [button.value for button in reply.buttons if button.action == "result"] == ["sponsor-search"]


async def test_where_nothing_was_said_it_offers_a_question(member: Someone) -> None:
    await in_team(member)
    reply = await member.says("next step")
    assert reply.text == next_step_views.NO_STEP and [button.action for button in reply.buttons] == ["ask"]


async def test_our_practices_go_on_where_they_are_many(member: Someone) -> None:
    """A dozen at a time, the latest first, each once; the last of them offers no more."""
    await in_team(member)
    many = sorted(shipped().practices)[: 2 * views.MOST_SHOWN + 1]
    for practice in many:
        await member.presses("adopt", f"-|{practice}|trying", f"try {practice}")
    reply, seen = await member.says("our practices"), []
    for first in (1, 13, 25):
        seen += [button.value for button in reply.buttons if button.action == "change-state"]
        last = min(first + views.MOST_SHOWN - 1, len(many))
        assert f"These are {first} to {last} of 25, the latest change first." in [getattr(block, "text", "") for block in reply.blocks]
        more = [button for button in reply.buttons if button.action == "ours"]
        if last < len(many):
            assert more[0].label == f"Show {min(views.MOST_SHOWN, len(many) - last)} more"
            reply = await member.presses("ours", more[0].value)
    assert more == [] and sorted(seen) == many
    again = await member.presses("ours", "999")
    assert again.blocks == (await member.says("our practices")).blocks
