"""Pilots in a chat, beyond the transcript: words that mean one, twice the same, other people's, buttons of last year."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.access import Role
from bot.adoption_views import NO_SPONSOR
from bot.pilot_views import TAKEN_BEFORE
from bot.replies import Link, Paragraph, Reply, Steps
from bot.storage.unit import Storage
from tests.fakes.answering import FakeAnswering, Someone, forms_of, labels, make_advisor, shipped
from tests.on_sqlite import database

__all__ = ["database"]

THREE = {"goal": "More registrations", "metric": "Registrations a quarter", "weeks": "8"}


@pytest_asyncio.fixture
async def somebody(storage: Storage) -> AsyncIterator[Someone]:
    made = Someone(make_advisor(storage, FakeAnswering(), named={Role.ADMIN: ["U9"]}))
    await made.says("my team is Chapter North")
    yield made


@pytest.mark.parametrize("words", [
    "pilot", "Pilot!", "plan a pilot", "help me plan a pilot", "Can you help us plan a pilot?", "/midway pilot", "new pilot",
])
async def test_these_words_begin_a_plan(somebody: Someone, words: str) -> None:
    [form] = forms_of(await somebody.says(words))
    assert (form.form, [field.name for field in form.fields]) == ("pilot", ["goal", "metric", "weeks"])


@pytest.mark.parametrize("words", ["our pilots", "Show our pilots", "pilots", "midway my pilots"])
async def test_these_words_list_them(somebody: Someone, words: str) -> None:
    reply = await somebody.says(words)
    assert reply.text == "Your team has no pilot yet." and labels(reply) == ["Plan a pilot"]


@pytest.mark.parametrize("words", ["How do we launch a pilot?", "what goes into a pilot plan", "plan a pilot for our dealers"])
async def test_a_question_about_pilots_is_a_question(somebody: Someone, words: str) -> None:
    assert forms_of(await somebody.says(words)) == []


def paragraphs(reply: Reply) -> list[str]:
    return [block.text for block in reply.blocks if isinstance(block, Paragraph)]


async def test_what_is_forwarded_claims_nothing_and_has_no_marks(somebody: Someone) -> None:
    """Nobody said what it costs, so nothing is said of it; what it was worded after stands apart, by title."""
    plan = await somebody.fills("pilot", "", THREE)
    *said, after = paragraphs(await somebody.chooses(plan, "Agreement to forward"))
    assert "Cost" not in " ".join(said) and "[" not in " ".join(said) and len(said) == 6
    assert after.startswith("Worded after “") and after.count("“") == 4 and "the sponsor's own metrics”" in after
    [form] = forms_of(await somebody.chooses(plan, "Add more"))
    fuller = await somebody.fills("pilot-more", form.context, {"hours": "6", "money": "300 for ads"})
    assert "Cost: 300 for ads and 6 hours a week." in repr(await somebody.chooses(fuller, "Agreement to forward"))


async def test_a_sheet_names_what_its_own_marks_stand_for(somebody: Someone) -> None:
    """Each in a line of its own, by title, and no other."""
    plan = await somebody.fills("pilot", "", THREE)
    for reply in (plan, await somebody.chooses(plan, "Team sheet")):
        *lists, named = [block.items for block in reply.blocks if isinstance(block, Steps)]
        marks = {mark for items in lists for one in items for mark in re.findall(r"\[\d+\]", one.text)}
        assert marks == {one.lead for one in named} and not any("(" in one.text for one in named)


async def test_a_team_that_is_no_own_unit_gives_and_gets(somebody: Someone, storage: Storage) -> None:
    """What the team is to the centre is known from the team."""
    async with storage.unit() as unit:
        team = await unit.teams.named("W1", "Chapter North")
        assert team
        team.relationship = "dealer"
    assert shipped().practices["give-get-agreement"].title in repr(await somebody.fills("pilot", "", THREE))


async def test_the_page_is_linked_where_pages_have_an_address(storage: Storage) -> None:
    for address, expected in (("https://midway.example/", 1), ("", 0)):
        person = Someone(make_advisor(storage, FakeAnswering(), public_url=address), f"U{expected}")
        await person.says("my team is Chapter North")
        reply = await person.fills("pilot", "", THREE)
        links = [block.url for block in reply.blocks if isinstance(block, Link)]
        assert len(links) == expected and all(url.startswith("https://midway.example/pilots/") for url in links)


async def test_another_teams_pilot_is_not_shown_nor_changed(somebody: Someone, storage: Storage) -> None:
    """Not to an admin in a chat either: corrections with a reason are made on the page."""
    plan = await somebody.fills("pilot", "", THREE)
    for user in ("U2", "U9"):
        other = Someone(somebody.advisor, user)
        await other.says("my team is Chapter South")
        for label in labels(plan):
            assert (await other.chooses(plan, label)).text.startswith("That pilot belongs to another team")
    foreign = Someone(somebody.advisor, tenant="W2")
    assert (await foreign.chooses(plan, "Milestones")).text.startswith("I do not have that pilot.")


async def test_a_pilot_of_a_channels_team_is_everybodys_there(somebody: Someone) -> None:
    plan = await somebody.fills("pilot", "", THREE)
    other = Someone(somebody.advisor, "U2", channel="C7", kind="channel")
    await other.says("team Chapter North")
    assert "Milestones of" in (await other.chooses(plan, "Milestones")).text


async def test_a_form_of_an_older_plan_is_refused_with_the_reason(somebody: Someone) -> None:
    plan = await somebody.fills("pilot", "", THREE)
    [old] = forms_of(await somebody.chooses(plan, "Add more"))
    assert "Pilot:" in repr(await somebody.fills("pilot-more", old.context, {"weeks": "9"}))
    assert (await somebody.fills("pilot-more", old.context, {"weeks": "10"})).text.startswith("Somebody else has changed")


@pytest.mark.parametrize(("form", "context"), [("pilot-more", "x"), ("pilot-more", "x|y"), ("pilot-review", "a|b")])
async def test_a_form_that_nobody_knows_any_more_is_said(somebody: Someone, form: str, context: str) -> None:
    assert (await somebody.fills(form, context, {})).text.startswith("I do not know that form any more.")


@pytest.mark.parametrize("action", ["pilot-show", "pilot-start", "pilot-done", "pilot-review", "pilot-step-back"])
async def test_a_button_of_a_pilot_that_is_gone_is_said(somebody: Someone, action: str) -> None:
    assert (await somebody.presses(action, "gone|start")).text.startswith("I do not have that pilot.")


async def test_after_adapt_the_next_round_keeps_what_was_said(somebody: Someone) -> None:
    """With a new first day, and a sponsor who is asked again."""
    plan = await somebody.fills("pilot", "", THREE)
    [form] = forms_of(await somebody.chooses(plan, "Add more"))
    more = {"who": "Two leaders", "sponsor": "Head of Courses", "sponsor_agreed": "yes"}
    fuller = await somebody.fills("pilot-more", form.context, more)
    [review] = forms_of(await somebody.chooses(fuller, "Review"))
    decided = await somebody.fills("pilot-review", review.context, {"decision": "adapt"})
    [again] = forms_of(await somebody.chooses(decided, "Plan the next round"))
    assert {field.name: field.value for field in again.fields} == THREE
    second = await somebody.fills("pilot", again.context, {**THREE, "weeks": "6"})
    assert "Two leaders" in repr(second) and "has agreed to be named" not in repr(second)
    assert len((await somebody.says("our pilots")).blocks) == 3 and len(labels(await somebody.says("our pilots"))) == 3


async def test_without_a_team_a_form_is_answered_with_the_question_for_it(storage: Storage) -> None:
    nobody = Someone(make_advisor(storage, FakeAnswering()))
    for reply in (await nobody.says("pilot"), await nobody.fills("pilot", "", THREE), await nobody.presses("pilot-new", "")):
        assert [form.form for form in forms_of(reply)] == ["team"] and labels(reply) == ["Plan a pilot"]


async def sponsored(somebody: Someone, **said: str) -> Reply:
    """A pilot whose sponsor agreed to be named; what else was said of them."""
    plan = await somebody.fills("pilot", "", THREE)
    [form] = forms_of(await somebody.chooses(plan, "Add more"))
    return await somebody.fills("pilot-more", form.context, {"sponsor": "Head of Courses", "sponsor_agreed": "yes", **said})


async def test_a_sponsor_stands_in_the_directory_only_after_agreeing_to_that(somebody: Someone) -> None:
    """To be named is one thing; the form says no until somebody says yes, and does not forget it later."""
    plan = await sponsored(somebody)
    other = Someone(somebody.advisor, "U2", channel="C2")
    await other.presses("my-team", "Chapter South")
    assert NO_SPONSOR in repr(await other.says("directory"))
    [form] = forms_of(await somebody.chooses(plan, "Add more"))
    assert {field.name: field.value for field in form.fields}["sponsor_listed"] == "no"
    listed = await somebody.fills("pilot-more", form.context, {"sponsor": "", "sponsor_listed": "yes"})
    assert "listed in the directory" in repr(listed) and "Head of Courses" not in repr(listed)
    seen = repr(await other.says("directory"))
    assert "Head of Courses" in seen and "sponsors a pilot of Chapter North: “More registrations”." in seen
    assert "Head of Courses" in repr(await other.says("who else did pilot-charter"))
    assert "Head of Courses" not in repr(await somebody.says("who else did pilot-charter"))
    assert "Head of Courses" not in repr(await Someone(somebody.advisor, tenant="W2").says("directory"))
    await somebody.chooses(listed, "Sponsor steps back")
    assert "Head of Courses" not in repr(await other.says("directory"))


@pytest.mark.parametrize(("words", "sure"), [
    ("forget me", "Yes, forget me"), ("withdraw our team", "Yes, withdraw it"), ("our team", "Leave"),
])
async def test_a_sponsor_leaves_the_directory_with_who_vouches_for_them(somebody: Someone, words: str, sure: str) -> None:
    """Nobody could tell the bot any more that the sponsor steps back; and what a withdrawn team did is nobody's example."""
    await sponsored(somebody, sponsor_listed="yes")
    other = Someone(somebody.advisor, "U2", channel="C2")
    assert "Head of Courses" in repr(await other.says("directory"))
    await somebody.chooses(await somebody.says(words), sure)
    assert "Head of Courses" not in repr(await other.says("directory"))


async def test_an_anonymous_teams_sponsor_is_listed_without_the_team(somebody: Someone, storage: Storage) -> None:
    """The goal could tell which team it is."""
    await sponsored(somebody, sponsor_listed="yes")
    for visibility, words in (("anonymous", "sponsors a pilot of a unit."), ("counted", "sponsors a pilot.")):
        async with storage.unit() as unit:
            team = await unit.teams.named("W1", "Chapter North")
            assert team
            team.visibility = visibility
        seen = repr(await Someone(somebody.advisor, "U2", channel="C2").says("directory"))
        assert words in seen and "Chapter North" not in seen and "More registrations" not in seen


async def test_a_pilot_whose_owner_is_forgotten_is_offered_to_its_team(somebody: Someone, storage: Storage) -> None:
    """Until one of them takes it over, which is written down; the next one is told so, and it is offered no more."""
    plan = await somebody.fills("pilot", "", THREE)
    first, second, stranger = [Someone(somebody.advisor, f"U{number}", channel=f"C{number}") for number in (2, 3, 4)]
    for one, team in ((first, "Chapter North"), (second, "Chapter North"), (stranger, "Chapter South")):
        await one.presses("my-team", team)
    assert "nobody looks after it" not in repr(await first.says("our pilots"))
    await somebody.chooses(await somebody.says("forget me"), "Yes, forget me")
    listed = await first.says("our pilots")
    assert "nobody looks after it" in repr(listed) and "Take it over" in labels(await first.chooses(listed, "More registrations"))
    assert (await stranger.chooses(listed, "Take over: More registrations")).text.startswith("That pilot belongs to another team")
    for _ in range(2):
        taken = await first.chooses(listed, "Take over: More registrations", event="same")
        assert taken.text == "You look after “More registrations” now. Its review is on 29 January 2027."
    assert (await second.chooses(listed, "Take over: More registrations")).text == TAKEN_BEFORE
    assert "nobody looks after it" not in repr(await second.says("our pilots"))
    assert "Take it over" not in labels(await second.chooses(plan, "Milestones"))
    async with storage.view() as unit:
        [pilot] = await unit.pilots.all("W1")
        assert pilot.where == first.where and pilot.person == storage.secret.pseudonym("W1", "U2")
        written = [(entry.what, entry.by) for entry in await unit.audits.about("W1", f"pilot:{pilot.id}")]
    assert written[0] == ("took over", pilot.person) and [what for what, _ in written].count("took over") == 1


async def test_a_pilot_that_ended_is_not_offered(somebody: Someone) -> None:
    plan = await somebody.fills("pilot", "", THREE)
    [review] = forms_of(await somebody.chooses(plan, "Review"))
    await somebody.fills("pilot-review", review.context, {"decision": "stop"})
    other = Someone(somebody.advisor, "U2", channel="C2")
    await other.says("my team is Chapter North")
    await somebody.chooses(await somebody.says("our team"), "Leave")
    assert "nobody looks after it" not in repr(await other.says("our pilots"))
