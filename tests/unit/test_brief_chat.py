"""Briefs in a chat: who gets one, what is said where there is none, and whose words stand on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.access import SHELL, Role, Who
from bot.advisor import Advisor
from bot.errors import NoBrief
from bot.pilot_answers import Answers
from bot.pilot_keeping import Act, Actor
from bot.replies import Chart, Heading, Link, Paragraph, Reply
from bot.storage.adoption_tables import Result
from bot.storage.results import Figures
from bot.storage.unit import Storage
from tests.fakes.answering import START, FakeAnswering, Someone, facts_of, forms_of, make_advisor
from tests.fakes.office import World
from tests.on_sqlite import database

__all__ = ["database"]

FIGURES = Figures("Response time", 48, 12, "hours", "October 2026", "sheet", lower_is_better=True, credit="The service desk")
MISSING = "What is missing: what you measured, the figure before and the figure after"


@pytest.fixture
def advisor(storage: Storage) -> Advisor:
    return make_advisor(storage, FakeAnswering(), named={Role.ADMIN: ("U9",)})


async def state(storage: Storage, event: str = "r1", figures: Figures = FIGURES, team: str = "Chapter North", replaces: str | None = None) -> str:
    async with storage.unit() as unit:
        found, _ = await unit.teams.get_or_make("W1", team)
        made, _ = await unit.results.state("W1", found.id, "pilot-charter", figures, "p1", START, event_key=event, replaces=replaces)
        return made


async def member(advisor: Advisor, user: str = "U1", team: str = "Chapter North") -> Someone:
    someone = Someone(advisor, user)
    await someone.says(f"my team is {team}")
    return someone


def chart(reply: Reply) -> Chart:
    [found] = [block for block in reply.blocks if isinstance(block, Chart)]
    return found


def paragraphs(reply: Reply) -> list[str]:
    return [block.text for block in reply.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize("said", ["brief", "Brief.", "make the brief", "please make me a one-page brief", "/midway brief", "show our brief!", "the brief please"])
async def test_without_a_result_there_is_no_brief(advisor: Advisor, said: str) -> None:
    """It says what is missing: first the team, then the result."""
    reply = await Someone(advisor).says(said)
    assert "I do not know your team yet" in reply.text and MISSING in reply.text
    someone = await member(advisor)
    reply = await someone.says(said)
    assert "Chapter North has stated no result yet" in reply.text and MISSING in reply.text and reply.audience == "sender"


async def test_without_a_result_one_can_be_reported(advisor: Advisor) -> None:
    """Of what the team does or tries, and of nothing that it stopped; from there it leads to the form."""
    someone = await member(advisor)
    assert "has not said yet what it does or tries" in (await someone.says("brief")).text
    for practice, state_ in (("pilot-charter", "trying"), ("sponsor-search", "not for us")):
        await someone.presses("adopt", f"-|{practice}|{state_}")
    reply = await someone.says("brief")
    assert [(button.action, button.value) for button in reply.buttons] == [("result", "pilot-charter")]
    assert forms_of(await someone.chooses(reply, reply.buttons[0].label))[0].form == "result"


@pytest.mark.parametrize("said", ["What is a brief?", "a brief word about pilots", "how do we write the creative brief", "brief the agency"])
async def test_a_question_about_briefs_is_a_question(advisor: Advisor, said: str) -> None:
    assert (await Someone(advisor).says(said)).text.startswith("One page is enough")


async def test_a_member_gets_the_whole_brief_for_themselves(advisor: Advisor, storage: Storage) -> None:
    """The picture, two sentences, figures and basis, one decision, the credit, and where its page is."""
    result = await state(storage)
    reply = await (await member(advisor)).presses("brief", result)
    assert reply.audience == "sender" and reply.blocks[0] == Heading("Brief: Response time: 48 → 12 hours")
    assert chart(reply).series[0].values == (48, 12)
    first, second, *_ = paragraphs(reply)
    assert first.startswith("Chapter North tried “") and second == "That is 75 % lower, and lower is what was wanted."
    said = facts_of(reply)
    assert said["Figures"] == "measured" and said["Credit"] == "The service desk" and said["Decision asked for"].startswith("Shall we go on with")
    assert [block.url for block in reply.blocks if isinstance(block, Link)] == [f"https://midway.example/briefs/{result}"]
    assert paragraphs(reply)[-1] == "I do not send this to anyone: forward it yourself, to whomever you like."


async def test_without_a_public_address_there_is_no_link(storage: Storage) -> None:
    result = await state(storage)
    advisor = make_advisor(storage, FakeAnswering(), public_url="")
    reply = await (await member(advisor)).presses("brief", result)
    assert not any(isinstance(block, Link) for block in reply.blocks)


async def test_in_the_web_chat_pages_and_papers_are_always_linked(storage: Storage) -> None:
    """By their path: the chat stands beside them, whatever address they are reached at."""
    result = await state(storage)
    for address in ("", "https://midway.example"):
        advisor = make_advisor(storage, FakeAnswering(), public_url=address)
        someone = Someone(advisor)
        someone.where = replace(someone.where, platform="web")
        await someone.says("my team is Chapter North")
        reply = await someone.presses("brief", result)
        links = [block.url for block in reply.blocks if isinstance(block, Link)]
        assert links == [f"/briefs/{result}{ending}" for ending in ("", ".pdf", ".png")]


async def test_words_give_the_newest_and_offer_the_others(advisor: Advisor, storage: Storage) -> None:
    old = await state(storage)
    async with storage.unit() as unit:
        [team] = await unit.teams.all("W1")
        later = replace(FIGURES, metric="Orders", period="November")
        new, _ = await unit.results.state("W1", team.id, "pilot-charter", later, "p1", START.replace(year=2027), event_key="r2")
    someone = await member(advisor)
    reply = await someone.says("brief")
    assert chart(reply).title == "Orders" and [button.value for button in reply.buttons] == [new, old]
    assert chart(await someone.chooses(reply, "Response time (October 2026)")).title == "Response time"


async def test_an_old_button_gives_the_figures_that_stand(advisor: Advisor, storage: Storage) -> None:
    """Not those that were corrected since."""
    old = await state(storage)
    await state(storage, "r2", replace(FIGURES, after=30), replaces=old)
    assert chart(await (await member(advisor)).presses("brief", old)).series[0].values == (48, 30)


@pytest.mark.parametrize("value", ["", "no such result", "x|y"])
async def test_a_button_without_a_result_says_what_is_missing(advisor: Advisor, value: str) -> None:
    reply = await (await member(advisor)).presses("brief", value)
    assert reply.text.startswith("There is no such result, so there is no brief.") and MISSING in reply.text


@pytest.mark.parametrize(("visibility", "opens"), [("named", True), ("anonymous", False), ("counted", False)])
async def test_a_sponsor_opens_briefs_of_teams_that_are_named(storage: Storage, visibility: str, opens: bool) -> None:
    """As the team chose; its words stay its own, and once it withdrew it is named no more."""
    result = await state(storage)
    advisor = make_advisor(storage, FakeAnswering(), named={Role.SPONSOR: ("U8",)})
    sponsor = Someone(advisor, "U8")
    await set_team(storage, visibility=visibility)
    reply = await sponsor.presses("brief", result)
    assert (bool(reply.blocks) and chart(reply).series[0].values == (48, 12)) is opens and reply.buttons == ()
    assert ("Sponsors open it where the team chose to be named" in reply.text) is not opens
    assert "not reword it" in (await sponsor.presses("brief-words", result)).text or not opens
    await set_team(storage, left_at=START)
    assert (await sponsor.presses("brief", result)).blocks == ()


async def set_team(storage: Storage, **values: object) -> None:
    async with storage.unit() as unit:
        team = await unit.teams.named("W1", "Chapter North")
        assert team
        for name, value in values.items():
            setattr(team, name, value)


async def test_a_brief_is_its_team_s(advisor: Advisor, storage: Storage) -> None:
    """Another team, somebody without one and another tenant see nothing of it; an admin reads and does not reword."""
    result = await state(storage)
    for other in (await member(advisor, "U2", "Dealers South"), Someone(advisor, "U3")):
        for action in ("brief", "brief-words"):
            reply = await other.presses(action, result)
            assert "This brief is for its team and for admins." in reply.text and reply.blocks == ()
    assert "There is no such result" in (await Someone(advisor, "U1", tenant="W2").presses("brief", result)).text
    admin = Someone(advisor, "U9")
    read = await admin.presses("brief", result)
    assert chart(read) and read.buttons == ()
    assert "Others who may open it can read it, not reword it." in (await admin.presses("brief-words", result)).text
    assert "Others who may open it can read it, not reword it." in (await admin.fills("brief-edit", result, {"first": "Mine."})).text


async def test_members_of_the_team_it_was_merged_into_get_it_too(advisor: Advisor, storage: Storage) -> None:
    result = await state(storage)
    someone = await member(advisor, "U2", "Chapters")
    async with storage.unit() as unit:
        north, chapters = await unit.teams.named("W1", "Chapter North"), await unit.teams.named("W1", "Chapters")
        assert north and chapters
        north.merged_into = chapters.id
        unit.session.add(north)
    assert chart(await someone.presses("brief", result)).title == "Response time"


async def test_the_champion_puts_it_into_their_own_words(advisor: Advisor, storage: Storage) -> None:
    """The form has the words that stand; what is saved stands on the brief from then on, with who changed it written down."""
    result = await state(storage)
    someone = await member(advisor)
    [form] = forms_of(await someone.chooses(await someone.presses("brief", result), "Change the words"))
    assert (form.form, form.context) == ("brief-edit", result)
    given = {field.name: field.value for field in form.fields}
    assert given["second"] == "That is 75 % lower, and lower is what was wanted." and given["credit"] == "The service desk"
    saved = await someone.fills("brief-edit", result, {**given, "first": "We answer\nsooner.", "credit": ""})
    assert paragraphs(saved)[:3] == ["Saved.", "We answer sooner.", given["second"]]
    assert "Credit" not in facts_of(saved) and facts_of(saved)["Wording"] == "the team's own" and facts_of(saved)["Change"] == "75 % lower, which is better"
    again = await (await member(advisor, "U2")).presses("brief", result)
    assert paragraphs(again)[0] == "We answer sooner."
    same = await someone.fills("brief-edit", result, {**given, "first": "We answer sooner.", "credit": ""})
    assert paragraphs(same)[0] == "Nothing changed: it already says that."
    async with storage.view() as unit:
        [entry] = await unit.audits.about("W1", f"result:{result}")
    assert entry.what == "brief reworded" and "sooner" not in entry.note


async def test_words_left_as_they_were_follow_the_figures(advisor: Advisor, storage: Storage) -> None:
    """An empty line brings ours back."""
    result = await state(storage)
    someone = await member(advisor)
    [form] = forms_of(await someone.presses("brief-words", result))
    given = {field.name: field.value for field in form.fields}
    saved = await someone.fills("brief-edit", result, {**given, "second": "", "credit": "North"})
    assert "Wording" not in facts_of(saved) and paragraphs(saved)[2] == given["second"] and facts_of(saved)["Credit"] == "North"


async def test_the_sponsor_s_metric_is_that_of_the_result_s_pilot(world: World, storage: Storage) -> None:
    """Not of a newer one; of a result of no pilot that of the newest under way, and of no other."""
    first, loose = await state(storage), await state(storage, "r2")
    member, office = Who("W1", "x", frozenset({Role.ADMIN})), world.office
    async with storage.view() as unit:
        team = await unit.teams.named("W1", "Chapter North")
        assert team

    async def pilot(metric: str, *, runs: bool = False) -> str:
        world.pass_(hours=1)
        actor = Actor("W1", "p1", team, frozenset({team.id}))
        made = await office.pilots.make(actor, team, Answers("A goal", metric, 8), Act(metric))
        if runs:
            await office.pilots.start(actor, made.id, Act(f"start {metric}"))
        return made.id

    of_first = await pilot("Cost of service")
    assert (await office.briefs.of(member, loose)).sponsor_metric is None
    await pilot("Sign-ups", runs=True)
    await pilot("Reach")
    async with storage.unit() as unit:
        row = await unit.session.get(Result, first)
        assert row
        row.pilot_id = of_first
    metrics = [(await office.briefs.of(member, one)).sponsor_metric for one in (first, loose)]
    assert metrics == ["Cost of service", "Sign-ups"]


async def test_the_local_shell_sees_every_tenant_s(world: World, storage: Storage) -> None:
    result = await state(storage)
    assert (await world.office.briefs.of(SHELL, result)).team == "Chapter North"
    with pytest.raises(NoBrief):
        await world.office.briefs.of(SHELL, "no such result")


@pytest.fixture
def world(storage: Storage) -> World:
    return World(storage)
