"""The advisor over a real database and answers as told: what is recorded, for whom, and what is said of it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from bot.advisor import Advisor
from bot.commands import TOO_LONG
from bot.privacy import SecretKey
from bot.storage.tables import Adoption, AdoptionEvent, Escalation, Feedback, Opening, PersonTeam, Question
from bot.storage.unit import Storage
from bot.views import NAME_YOUR_TEAM, OLD_BUTTON, OLD_FORM, UNTRACKED_NOTICE, UNTRACKED_PRESS
from tests.fakes.answering import (
    PRACTICES,
    START,
    FakeAnswering,
    Someone,
    answer_of,
    forms_of,
    make_advisor,
    small_print,
)
from tests.whole_database import rows

PILOT = "How do we launch a pilot?"


@pytest.fixture
def answering() -> FakeAnswering:
    return FakeAnswering()


@pytest.fixture
def advisor(storage: Storage, secret: SecretKey, answering: FakeAnswering) -> Advisor:
    return make_advisor(storage, answering)


async def test_a_question_is_recorded_with_its_practices(advisor: Advisor, storage: Storage, answering: FakeAnswering) -> None:
    """Under a pseudonym, sealed, unassigned while the team is unknown; the first reply in a place says so."""
    answering.given = answer_of(*PRACTICES)
    reply = await Someone(advisor).says(PILOT)
    [question] = await rows(storage, Question)
    assert (question.outcome, list(question.practices), question.team_id) == ("answered", list(PRACTICES), None)
    assert "U1" not in question.person and PILOT not in (question.text or "")
    assert [text for text in small_print(reply) if "First answer here" in text and "30 days" in text]
    assert not [text for text in small_print(await Someone(advisor, "U2").says(PILOT)) if "First answer" in text]


async def test_where_questions_go_is_said_under_answers_and_help(storage: Storage, answering: FakeAnswering) -> None:
    """When a model is used, in the asker's language."""
    advisor = make_advisor(storage, answering, models_at=("openai (llm.example)", "ollama"))
    for text in (PILOT, "help"):
        assert any("questions go to openai (llm.example) and ollama;" in line for line in small_print(await Someone(advisor).says(text)))
    answering.given = replace(answering.given, lang="de", tongue="de-du")
    for text in (PILOT, "Hilfe"):
        assert any("Fragen gehen an openai (llm.example) und ollama;" in line for line in small_print(await Someone(advisor).says(text)))


async def test_the_same_event_is_recorded_once(advisor: Advisor, storage: Storage) -> None:
    """A question, a press and a handing over that are worked on twice."""
    someone = Someone(advisor)
    first, again = [await someone.says(PILOT, event="same") for _ in range(2)]
    assert first.buttons == again.buttons
    for _ in range(2):
        await someone.chooses(first, "We'll try it", event="press")
        await someone.chooses(first, "Ask an expert", event="expert")
    assert [len(await rows(storage, table)) for table in (Question, AdoptionEvent, Escalation)] == [1, 1, 1]


async def test_two_people_of_a_team_press_at_once(advisor: Advisor, storage: Storage) -> None:
    """One row, one event; one of them hears that it is recorded already."""
    people = [Someone(advisor, user) for user in ("U1", "U2")]
    for person in people:
        await person.says("my team is Chapter North")
    answer = await people[0].says(PILOT)
    replies = await asyncio.gather(*(person.chooses(answer, "We'll try it") for person in people))
    assert sorted(reply.text.split(" for ")[0] for reply in replies) == ["Already recorded", "Recorded"]
    assert all("for Chapter North" in reply.text for reply in replies)
    assert (len(await rows(storage, Adoption)), len(await rows(storage, AdoptionEvent))) == (1, 1)


async def test_two_people_without_a_team_count_each_for_themselves(advisor: Advisor, storage: Storage) -> None:
    for user in ("U1", "U2"):
        person = Someone(advisor, user)
        assert (await person.chooses(await person.says(PILOT), "Later")).text.startswith("Recorded for you")
    assert len(await rows(storage, Adoption)) == 2


async def test_the_team_is_asked_for_where_it_is_unknown(advisor: Advisor, storage: Storage) -> None:
    """The form makes the team known; what was pressed before becomes the team's."""
    someone = Someone(advisor)
    answer = await someone.says(PILOT)
    [form] = forms_of(await someone.chooses(answer, "We'll try it"))
    assert (await someone.fills(form.form, form.context, {"team": "Chapter North"})).text.startswith("You speak for Chapter North now.")
    assert not forms_of(await someone.chooses(answer, "Already do"))
    [adoption] = await rows(storage, Adoption)
    assert (adoption.holder.split(":")[0], adoption.state) == ("team", "adopted")


async def test_a_channels_team_is_taken_where_the_person_named_none(advisor: Advisor) -> None:
    channel = Someone(advisor, "U1", kind="channel")
    await channel.presses("channel-team", "Dealers South")
    other = Someone(advisor, "U2", kind="channel", thread="T2")
    assert "for Dealers South" in (await other.chooses(await other.says(PILOT), "Later")).text
    elsewhere = Someone(advisor, "U2", channel="C2")
    assert (await elsewhere.chooses(await elsewhere.says(PILOT), "Later")).text.startswith("Recorded for you")


async def test_workspaces_know_nothing_of_each_other(advisor: Advisor, storage: Storage) -> None:
    """Neither teams nor answers: a button of another workspace rates and hands over nothing."""
    here, there = Someone(advisor), Someone(advisor, tenant="W2")
    await here.says("my team is Chapter North")
    answer = await here.says(PILOT)
    assert "I do not know your team yet" in (await there.says("my team")).text
    assert "nothing was recorded" in (await there.chooses(answer, "Helpful")).text
    assert "I do not have that question" in (await there.chooses(answer, "Ask an expert")).text
    assert [await rows(storage, table) for table in (Feedback, Escalation)] == [[], []]


async def test_the_last_word_on_an_answer_counts(advisor: Advisor, storage: Storage) -> None:
    someone = Someone(advisor)
    answer = await someone.says(PILOT)
    said = [(await someone.chooses(answer, label)).text for label in ("Helpful", "Helpful", "Not helpful")]
    assert said[:2] == ["Recorded: helpful. Thank you.", "Already recorded: helpful."]
    assert said[2].startswith("Recorded: not helpful.")
    assert [row.helpful for row in await rows(storage, Feedback)] == [False]


async def test_a_verdict_is_known_by_either_spelling_and_no_other(advisor: Advisor, storage: Storage) -> None:
    """Cards sent before spell it with a space; of anything else nothing is recorded."""
    someone = Someone(advisor)
    await someone.says(PILOT)
    [kept] = await rows(storage, Question)
    assert (await someone.presses("feedback", f"{kept.id}|sideways")).text == OLD_BUTTON
    assert await rows(storage, Feedback) == []
    assert "Recorded: not helpful." in (await someone.presses("feedback", f"{kept.id}|not helpful")).text
    assert "Already recorded: not helpful." in (await someone.presses("feedback", f"{kept.id}|not-helpful")).text


async def test_thumbs_where_nothing_was_answered_record_nothing(advisor: Advisor, storage: Storage) -> None:
    """Nor do thumbs that name no message of ours, or a verdict nobody knows."""
    me = Someone(advisor)
    assert "nothing was recorded" in (await me.presses("feedback", "helpful")).text
    await me.says(PILOT)
    assert "nothing was recorded" in (await Someone(advisor, thread="T2").presses("feedback", "helpful")).text
    assert (await me.presses("feedback", "sideways")).text == OLD_BUTTON
    assert await rows(storage, Feedback) == []


async def test_a_thread_is_the_context_of_what_follows_in_it(advisor: Advisor, answering: FakeAnswering) -> None:
    """Three earlier questions at most, oldest first; commands are no questions; other threads are not looked at."""
    someone = Someone(advisor)
    for text in ("one", "two", "my team is North", "three", "four", "help"):
        await someone.says(text)
    await someone.says("five")
    await Someone(advisor, thread="T2").says("elsewhere")
    assert answering.asked[-2:] == [("five", ["two", "three", "four"]), ("elsewhere", [])]


async def test_a_practice_that_is_opened_is_what_is_talked_about_next(
    advisor: Advisor, answering: FakeAnswering, storage: Storage
) -> None:
    """As if its title had been typed, in that thread alone, whoever pressed; and nobody has asked anything by it.

    A message that picks one of those named is about the answer that named them.
    """
    someone = Someone(advisor)
    await someone.says(PILOT)
    for _ in range(2):
        await someone.presses("more", "a1|sponsor-search", event="delivered twice")
    await someone.presses("more", "a1|no-such-practice")
    await Someone(advisor, "U2").says("who decides?")
    await Someone(advisor, thread="T2").says("elsewhere")
    await someone.says("the second one, please")
    title = answering.practice("sponsor-search").title  # type: ignore[union-attr]
    assert answering.asked[1:] == [
        ("who decides?", [PILOT, title]), ("elsewhere", []), ("the second one, please", [PILOT, "who decides?"]),
    ]
    assert len(await rows(storage, Question)) == 4


async def test_more_of_the_answer_goes_on_with_what_was_asked(advisor: Advisor, answering: FakeAnswering) -> None:
    """Its practice is the one that answered: the question says more than the title. Of two the title says which."""
    someone = Someone(advisor)
    await someone.says(PILOT)
    await someone.presses("more", "a1|pilot-charter")
    answering.given = answer_of(*PRACTICES)
    await someone.says("who decides?")
    await someone.presses("more", "a1|pilot-charter")
    await someone.says("and when?")
    title = answering.practice("pilot-charter").title  # type: ignore[union-attr]
    assert [before for _, before in answering.asked] == [[], [PILOT], [PILOT, "who decides?", title]]


async def test_of_whoever_is_not_tracked_no_opening_is_kept(storage: Storage, answering: FakeAnswering) -> None:
    off = Someone(make_advisor(storage, answering, tracking=False))
    mine = Someone(make_advisor(storage, answering), "U2", thread="T2")
    await mine.says("stop tracking me")
    for someone in (off, mine):
        assert (await someone.presses("more", "-|pilot-charter")).blocks
    assert await rows(storage, Opening) == []


async def test_a_new_start_knows_the_thread(advisor: Advisor, storage: Storage, secret: SecretKey) -> None:
    await Someone(advisor).says(PILOT)
    fresh = FakeAnswering()
    later = make_advisor(storage, fresh)
    await Someone(later).says("and then?")
    assert fresh.asked == [("and then?", [PILOT])]


async def test_only_whoever_was_answered_last_follows_up_without_a_mention(advisor: Advisor) -> None:
    from bot.messages import IncomingMessage

    me, other = Someone(advisor, "U1"), Someone(advisor, "U2")

    async def follows(person: Someone) -> bool:
        return await advisor.follows_up(IncomingMessage("x", person.where, person.sender, START, "and then?"))

    assert not await follows(me)
    await me.says(PILOT)
    assert (await follows(me), await follows(other)) == (True, False)
    await other.says(PILOT)
    assert (await follows(me), await follows(other)) == (False, True)


async def test_a_name_nearly_anothers_is_asked_about(advisor: Advisor) -> None:
    """The very name in another case is taken at its word; so is a name unlike all others."""
    me = Someone(advisor)
    await me.says("my team is Chapter North")
    assert "I made it" not in (await me.says("my team is CHAPTER NORTH")).text
    asked = await me.says("my team is Chapter Nort")
    assert [button.label for button in asked.buttons] == ["Chapter North", "New team “Chapter Nort”"]
    assert (await me.chooses(asked, "New team “Chapter Nort”")).text.startswith("You speak for Chapter Nort now. I had no team")
    assert (await me.says("my team is Dealers South")).text.startswith("You speak for Dealers South now.")


@pytest.mark.parametrize("name", ["Can Tho", "We Care Chapter", "Landesverband " + "ö" * 90, "A B C D E F G H I J"])
async def test_a_known_team_is_joined_whatever_its_name(advisor: Advisor, storage: Storage, name: str) -> None:
    """With a small word in it, or long: by a person, in a channel, by the form; unknown, such words are a question."""
    async with storage.unit() as unit:
        await unit.teams.get_or_make("W1", name)
    for number, said in enumerate((f"my team is {name}", f"our team is {name.upper()}.", f"team {name}")):
        assert (await Someone(advisor, f"U{number}").says(said)).text.startswith(f"You speak for {name} now.")
    assert (await Someone(advisor, "U5").fills("team", "", {"team": name})).text.startswith(f"You speak for {name} now.")
    assert len({row.team_id for row in await rows(storage, PersonTeam)}) == 1
    assert (await Someone(advisor).says("my team is Can Gio")).text.startswith("One page is enough")


@pytest.mark.parametrize("said", ["my team is {}", "team {}"])
async def test_a_name_that_is_too_long_is_said_so(advisor: Advisor, storage: Storage, said: str) -> None:
    assert (await Someone(advisor).says(said.format("Ortsverband " + "ü" * 69))).text == TOO_LONG
    assert not await rows(storage, PersonTeam)


async def test_a_team_that_takes_nobody_says_so(advisor: Advisor, storage: Storage) -> None:
    await Someone(advisor).says("my team is Chapter North")
    async with storage.unit() as unit:
        team = await unit.teams.named("W1", "Chapter North")
        assert team
        team.joining_open = False
        unit.session.add(team)
    reply = await Someone(advisor, "U2").says("my team is chapter north")
    assert reply.text == "“Chapter North” takes new members through its contact only: ask them or an admin."
    assert len(await rows(storage, PersonTeam)) == 1


async def test_with_tracking_off_nothing_is_kept(storage: Storage, secret: SecretKey, answering: FakeAnswering) -> None:
    """The question is answered and says so; there is nothing to press that would be counted, and old buttons count nothing."""
    advisor = make_advisor(storage, answering, tracking=False)
    me = Someone(advisor)
    reply = await me.says(PILOT)
    assert UNTRACKED_NOTICE in small_print(reply) and not [text for text in small_print(reply) if "First answer" in text]
    assert {button.action for button in reply.buttons} <= {"more"}
    old = [("adopt", "a1|pilot-charter|trying"), ("feedback", "a1|helpful"), ("feedback", "helpful"), ("expert", "a1")]
    assert [(await me.presses(*press)).text for press in old] == [UNTRACKED_PRESS] * 4
    assert (await me.fills("feedback", "helpful", {"reason": "x"})).text == UNTRACKED_PRESS
    assert [await rows(storage, table) for table in (Question, Feedback, Escalation, Adoption)] == [[], [], [], []]


@pytest.mark.parametrize(
    ("action", "value", "words"),
    [
        ("adopt", "a1|no-such-practice|trying", "no longer in the library"),
        ("adopt", "a1|pilot-charter|proven", OLD_BUTTON),
        ("adopt", "a1", OLD_BUTTON),
        ("adopt", "", OLD_BUTTON),
        ("adopt", "a\x001|pilot-charter|trying", "Recorded for you"),
        ("adopt", "\ud800|pilot-charter|trying", "Recorded for you"),
        ("adopt", "x" * 5_000 + "|pilot-charter|trying", "Recorded for you"),
        ("feedback", "a1|b|c", OLD_BUTTON),
        ("feedback", "no\x00such|helpful", "nothing was recorded"),
        ("expert", "no\x00such", "I do not have that question any more."),
        ("expert", "a|b", OLD_BUTTON),
        ("more", "a1|no-such-practice", "no longer in the library"),
        ("more", "", OLD_BUTTON),
        ("my-team", "", NAME_YOUR_TEAM),
        ("my-team", " \x00\u202e ", NAME_YOUR_TEAM),
        ("my-team", "N" * 500, TOO_LONG),
        ("channel-team", "N" * 500, TOO_LONG),
        ("channel-team", "", NAME_YOUR_TEAM),
        ("channel-team", "\ud800Süd", "This channel speaks for Süd now."),
        ("no-such-action", "x", OLD_BUTTON),
        ("", "", OLD_BUTTON),
    ],
)
async def test_odd_buttons_get_a_sentence(advisor: Advisor, action: str, value: str, words: str) -> None:
    """Forged, old or damaged: on both databases a sentence, never an error."""
    assert words in (await Someone(advisor).presses(action, value)).text


@pytest.mark.parametrize(
    ("form", "values", "words"),
    [
        ("team", {}, NAME_YOUR_TEAM),
        ("team", {"team": " \u200b "}, NAME_YOUR_TEAM),
        ("team", {"team": "\x00No\ud800rth", "more": "x"}, "You speak for North now."),
        ("team", {"team": "N" * 500}, TOO_LONG),
        ("feedback", {}, OLD_BUTTON),
        ("another", {"team": "North"}, OLD_FORM),
    ],
)
async def test_odd_forms_get_a_sentence(advisor: Advisor, form: str, values: dict[str, str], words: str) -> None:
    assert words in (await Someone(advisor).fills(form, "context", values)).text


async def test_a_locked_database_gives_a_sentence_and_no_words_in_the_log(
    secret: SecretKey, migrated_database: Any, tmp_path: Any, answering: FakeAnswering, caplog: pytest.LogCaptureFixture
) -> None:
    """While another process holds the lock; afterwards everything is recorded again."""
    caplog.set_level(logging.DEBUG, logger="bot")
    url: str = migrated_database("sqlite", tmp_path)
    storage = Storage(url, secret, lambda: START, patience=0.05)
    me = Someone(make_advisor(storage, answering))
    answer = await me.says(PILOT)
    other = sqlite3.connect(url.removeprefix("sqlite:///"))
    other.execute("BEGIN EXCLUSIVE")
    replies = [await me.says("zanzibar?"), await me.chooses(answer, "Later"), await me.says("my team is Zanzibar")]
    other.rollback()
    other.close()
    assert all(reply.text.endswith(".") and "database" in reply.text for reply in replies)
    assert "zanzibar" not in caplog.text.lower() and "StorageUnavailable" in caplog.text
    assert (await me.says("my team is Zanzibar")).text.startswith("You speak for Zanzibar now.")
    await storage.close()


async def test_a_database_that_is_away_is_said_so(secret: SecretKey, answering: FakeAnswering) -> None:
    storage = Storage("postgresql://nobody@127.0.0.1:1/nothing", secret, lambda: START)
    me = Someone(make_advisor(storage, answering))
    assert "database" in (await me.says(PILOT)).text
    await storage.close()




async def test_a_name_that_is_too_long_is_not_cut(storage: Storage) -> None:
    """A team under a name that nobody typed would be found by nobody."""
    me = Someone(make_advisor(storage, FakeAnswering()))
    reply = await me.fills("team", "-", {"team": "x" * 81})
    assert "at most 80 characters" in reply.text
    registered = await me.fills("register", "", {"name": "x" * 81, "relationship": "unit", "visibility": "named", "joining": "everybody"})
    assert "at most 80 characters" in registered.text
    assert "I do not know your team yet" in (await me.says("my team")).text
