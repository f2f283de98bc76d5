"""Subscribing, changing, pausing and stopping in a chat: by anybody there, and seen by everybody in a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio

from bot import tip_views as views
from bot.messages import IncomingMessage
from bot.replies import Facts, Reply, Steps
from bot.storage.subscriptions import KeptSubscription, KeptTip
from bot.storage.unit import Storage
from bot.subscribing import Meant, Subscribing
from bot.tip_forms import FORM, PAUSE_FORM
from tests.fakes.answering import Someone, forms_of, labels
from tests.fakes.trying import TENANT, Asking

FILLED = {"weekday": "2", "hour": "9", "zone": "Europe/Berlin", "topics": "", "audience": ""}
RUNNING = ["Skip the next", "Pause", "Change", "Send a test now", "Unsubscribe"]
FIRST = "Tuesday, 24 November 2026, 09:00 (Europe/Berlin)"
SECOND, THIRD, FOURTH = (f"Tuesday, {day} December 2026, 09:00 (Europe/Berlin)" for day in (1, 8, 15))


@pytest_asyncio.fixture
async def world(storage: Storage) -> Asking:
    return Asking(storage)


async def subscribed(world: Asking, user: str = "U1", **where: str) -> tuple[Someone, Reply]:
    who = world.someone(user, **where)
    return who, await who.fills(FORM, "", FILLED)


async def no_draft(_text: str) -> None:
    return None


async def kept_of(world: Asking, who: Someone) -> KeptSubscription | None:
    async with world.storage.view() as unit:
        return await unit.subscriptions.of_place(who.where)


async def weeks_of(world: Asking, who: Someone) -> list[KeptTip]:
    kept = await kept_of(world, who)
    assert kept
    async with world.storage.view() as unit:
        return await unit.subscriptions.tips(kept.id, 99)


async def changes(world: Asking, who: Someone) -> list[str]:
    async with world.storage.view() as unit:
        return [entry.what for entry in reversed(await unit.audits.about(TENANT)) if entry.what.startswith("tips ")]


def next_of(reply: Reply) -> list[str]:
    return [step.lead for block in reply.blocks if isinstance(block, Steps) for step in block.items]


def fact(reply: Reply, name: str) -> str:
    return next(value for block in reply.blocks if isinstance(block, Facts) for key, value in block.pairs if key == name)


@pytest.mark.parametrize(("said", "meant"), [
    ("subscribe", Meant("subscribe")), ("Please subscribe us to the weekly tips.", Meant("subscribe")), ("subscribe this channel", Meant("subscribe")),
    ("send us tips", Meant("subscribe")), ("tips", Meant("show")), ("show our weekly tips", Meant("show")), ("subscription", Meant("show")),
    ("unsubscribe", Meant("unsubscribe")), ("Stop the tips!", Meant("unsubscribe")), ("no more tips", Meant("unsubscribe")),
    ("pause tips", Meant("pause")), ("pause the tips until 11 January.", Meant("pause", "11 January")), ("mute tips for 3 weeks", Meant("pause", "3 weeks")),
    ("pause until Monday", Meant("pause", "Monday")), ("skip next", Meant("skip")), ("skip this week's tip", Meant("skip")), ("skip the tip", Meant("skip")),
    ("resume tips", Meant("resume")), ("change our tips", Meant("change")), ("send a test tip now", Meant("test")), ("test tips", Meant("test")),
    ("how can I get a tip every week", Meant("subscribe")), ("How do I get weekly tips?", Meant("subscribe")), ("can we have the tips here?", Meant("subscribe")),
    ("how do I subscribe?", Meant("subscribe")), ("I want a tip a week", Meant("subscribe")), ("send me a weekly tip", Meant("subscribe")),
    ("take the skip back", Meant("unskip")), ("don't skip the next one", Meant("unskip")), ("unskip", Meant("unskip")),
    ("how do I get tips on hashtags?", None), ("unsubscribe?", None), ("how do I get people to subscribe?", None),
    ("How do we pause a pilot?", None), ("tips for LinkedIn", None), ("should we subscribe to a tool", None), ("stop", None), ("skip the meeting", None), ("test", None),
])
def test_what_is_meant(said: str, meant: Meant | None) -> None:
    assert Subscribing.meant(None, said) == meant  # type: ignore[arg-type]


async def test_the_form_offers_what_is_usual_in_the_askers_zone(world: Asking) -> None:
    """What the platform says of the asker goes first; a zone that is none is UTC."""
    who = world.someone()
    for zone, offered in ((None, "Europe/Berlin"), ("America/Lima", "America/Lima"), ("Mars/Olympus", "UTC")):
        who.sender = replace(who.sender, zone=zone)
        reply = await who.says("subscribe")
        [form] = forms_of(reply)
        assert (form.form, reply.audience) == (FORM, "sender")
        assert {field.name: field.value for field in form.fields} == {**FILLED, "zone": offered}
    assert await kept_of(world, who) is None


async def test_the_confirmation_tells_the_next_three_in_the_places_zone(world: Asking) -> None:
    who, reply = await subscribed(world)
    assert reply.text == f"You get a tip every week. The next one comes on {FIRST}."
    assert next_of(reply) == [FIRST, SECOND, THIRD]
    assert (fact(reply, "When"), fact(reply, "About"), fact(reply, "State")) == ("Tuesdays, 09:00, Europe/Berlin", "whatever fits", "on")
    assert labels(reply) == RUNNING
    shown = await who.says("tips")
    assert (shown.audience, next_of(shown), labels(shown)) == ("sender", [FIRST, SECOND, THIRD], RUNNING)
    assert await changes(world, who) == ["tips subscribed"]


async def test_the_next_three_are_told_in_another_zone_as_its_clocks_show_them(world: Asking) -> None:
    """Over the end of the year, on the other side of the world."""
    who = world.someone()
    world.pass_(days=30)
    reply = await who.fills(FORM, "", {**FILLED, "zone": "Pacific/Auckland", "weekday": "5", "hour": "4"})
    assert next_of(reply) == [
        "Friday, 25 December 2026, 04:00 (Pacific/Auckland)", "Friday, 1 January 2027, 04:00 (Pacific/Auckland)",
        "Friday, 8 January 2027, 04:00 (Pacific/Auckland)",
    ]


async def test_in_a_channel_everybody_sees_what_was_changed_and_by_whom(world: Asking) -> None:
    """Whoever may post there may change it, from any thread; the place is the same."""
    who, first = await subscribed(world, kind="channel", thread="17.1")
    other = world.someone("U2", kind="channel", thread="18.1")
    assert first.text.startswith("From now on a tip comes here every week.")
    replies = [
        first, await other.says("pause tips until 11 January"), await who.says("resume tips"), await other.says("skip next"),
        await other.fills(FORM, "", {**FILLED, "hour": "10"}), await who.says("unsubscribe"),
    ]
    assert [(reply.audience, reply.by and reply.by.user) for reply in replies] == [
        ("everyone", user) for user in ("U1", "U2", "U1", "U2", "U2", "U1")
    ]
    kept = await kept_of(world, who)
    assert kept and kept.person is None and kept.where and kept.where.thread == kept.where.channel
    assert await changes(world, who) == [
        "tips subscribed", "tips paused until 2027-01-11", "tips resumed", "tips skipped the next", "tips changed", "tips unsubscribed",
    ]


async def test_what_changes_nothing_is_for_who_asked(world: Asking) -> None:
    who, _ = await subscribed(world, kind="channel")
    for words in ("tips", "change tips"):
        assert (await who.says(words)).audience == "sender"
    assert (await who.presses("tips-pause", "")).audience == "sender"
    assert (await who.fills(FORM, "", {**FILLED, "zone": "Atlantis"})).audience == "sender"
    assert await changes(world, who) == ["tips subscribed"]


async def test_a_slip_is_said_and_what_was_typed_is_kept(world: Asking) -> None:
    who = world.someone()
    reply = await who.fills(FORM, "", {**FILLED, "zone": "Berlim", "hour": "16"})
    assert "Did you mean" in reply.text and await kept_of(world, who) is None
    [form] = forms_of(reply)
    assert {field.name: field.value for field in form.fields} == {**FILLED, "zone": "Berlim", "hour": "16"}
    await who.fills(FORM, "", FILLED)
    reply = await who.fills(PAUSE_FORM, "", {"until": "someday"})
    assert [field.value for field in forms_of(reply)[0].fields] == ["someday"]
    kept = await kept_of(world, who)
    assert kept and kept.state == "active"


async def test_a_pause_ends_by_itself_on_its_day(world: Asking) -> None:
    who, _ = await subscribed(world)
    reply = await who.says("pause tips until 8 December")
    assert reply.text == f"The weekly tips are paused until 8 December 2026. The next one comes on {THIRD}."
    assert fact(reply, "State") == "paused until 8 December 2026" and labels(reply)[0] == "Resume"
    world.pass_(days=14, hours=23, seconds=-1)
    assert await world.due() == []  # the eighth, almost nine in Berlin
    world.pass_(seconds=1)
    assert len(await world.due()) == 1
    shown = await who.says("tips")
    assert fact(shown, "State") == "on" and next_of(shown)[0] == FOURTH


async def test_a_pause_without_an_end_lasts_until_it_is_resumed(world: Asking) -> None:
    who, _ = await subscribed(world)
    reply = await who.fills(PAUSE_FORM, "", {"until": " "})
    assert reply.text == "The weekly tips are paused until somebody resumes them."
    assert next_of(reply) == []
    world.pass_(days=100)
    assert await world.due() == []
    reply = await who.says("resume tips")
    assert reply.text.startswith(views.RESUMED) and len(next_of(reply)) == 3
    world.pass_(days=6)
    [(_, _, card)] = await world.due()
    assert "left out" not in str(card), "nobody missed what was paused"


async def test_a_skip_leaves_out_the_next_and_only_that(world: Asking) -> None:
    """The button is about one week: pressed twice, by two people, it skips one."""
    who, card = await subscribed(world, kind="channel")
    other = world.someone("U2", kind="channel")
    reply = await who.chooses(card, "Skip the next")
    assert reply.text == f"The tip of 24 November 2026 is skipped. The next one comes on {SECOND}."
    assert next_of(reply) == [SECOND, THIRD, FOURTH]
    assert (await other.chooses(card, "Skip the next")).text == views.ALREADY_SKIPPED
    assert next_of(await who.says("skip next"))[0] == THIRD
    assert [(tip.week, tip.state) for tip in await weeks_of(world, who)] == [(202649, "skipped"), (202648, "skipped")]
    world.pass_(days=8)
    assert await world.due() == []
    world.pass_(days=7)
    assert len(await world.due()) == 1


async def test_the_same_event_skips_once(world: Asking) -> None:
    """A worker that died before its answer was written down does it once more."""
    who, _ = await subscribed(world)
    said = IncomingMessage("the same", who.where, who.sender, world.now, "skip next")
    for _ in range(2):
        reply = await world.advisor(said, no_draft)
        assert reply and reply.text.startswith("The tip of 24 November 2026 is skipped.")
    assert [tip.week for tip in await weeks_of(world, who)] == [202648]
    assert await changes(world, who) == ["tips subscribed", "tips skipped the next"]
    await who.says("skip next", "another")
    assert [tip.week for tip in await weeks_of(world, who)] == [202649, 202648]


async def test_unsubscribed_is_over_and_comes_back_as_new(world: Asking) -> None:
    """Never two in one week, whatever is done in between; what stood before is not filled in again."""
    who, _ = await subscribed(world)
    world.pass_(days=1)
    assert len(await world.due()) == 1
    assert (await who.says("unsubscribe")).text == views.UNSUBSCRIBED
    for words in ("unsubscribe", "resume tips", "change tips"):
        assert (await who.says(words)).text == views.NONE_HERE
    for action in ("tips-skip", "tips-pause", "tips-test", "tips-show", "tips-stop"):
        assert (await who.presses(action, "")).text == views.NONE_HERE
    assert (await who.fills(PAUSE_FORM, "", {"until": ""})).text == views.NONE_HERE
    world.pass_(days=7)
    assert await world.due() == []
    world.pass_(days=-6)
    reply = await who.fills(FORM, "", {**FILLED, "weekday": "5"})
    assert reply.text.startswith("You get a tip every week.")
    assert next_of(reply)[0] == "Friday, 4 December 2026, 09:00 (Europe/Berlin)"
    [form] = forms_of(await who.says("change tips"))
    assert form.title == "Change the weekly tips" and form.fields[0].value == "5"


async def test_words_about_nothing_here_are_a_question(world: Asking) -> None:
    """“a test” may be one of something else; “tips” offers them."""
    who = world.someone()
    for words in ("send a test", "pause until Monday"):
        await who.says(words)
    assert [question for question, _ in world.answering.asked] == ["send a test", "pause until Monday"]
    assert forms_of(await who.says("tips"))[0].title == "A weekly tip"


@pytest.mark.parametrize("words", ["pause tips", "skip the next", "test tip", "unsubscribe", "pause the tips until Friday", "unskip"])
async def test_where_there_are_no_tips_it_says_so_and_offers_them(world: Asking, words: str) -> None:
    who = world.someone()
    reply = await who.says(words)
    assert (reply.text, labels(reply), world.answering.asked) == (views.NONE_HERE, ["Subscribe"], [])
    assert forms_of(await who.chooses(reply, "Subscribe"))[0].form == FORM


@pytest.mark.parametrize("said", ["", "take the skip back"])
async def test_a_skip_is_taken_back(world: Asking, said: str) -> None:
    """By its button or in words, the last one first; the tip comes on its day after all, and once."""
    who, card = await subscribed(world)
    first = await who.chooses(card, "Skip the next")
    second = await who.says("skip next")
    reply = await (who.says(said) if said else who.chooses(second, "Take the skip back"))
    assert reply.text == f"The tip of 1 December 2026 comes after all. The next one comes on {SECOND}."
    reply = await (who.says(said) if said else who.chooses(first, "Take the skip back"))
    assert next_of(reply) == [FIRST, SECOND, THIRD] and "Take the skip back" not in labels(reply)
    assert (await who.chooses(first, "Take the skip back")).text == views.NOTHING_SKIPPED
    assert await weeks_of(world, who) == []
    assert (await changes(world, who))[-2:] == ["tips took the skip back"] * 2
    world.pass_(days=1)
    assert len(await world.due()) == 1
    assert (await who.says("unskip")).text == views.NOTHING_SKIPPED, "it has been sent"


async def test_a_skip_of_a_week_that_is_over_is_not_taken_back(world: Asking) -> None:
    who, card = await subscribed(world)
    skipped = await who.chooses(card, "Skip the next")
    world.pass_(days=2)
    assert (await who.chooses(skipped, "Take the skip back")).text == views.NOTHING_SKIPPED
    assert [tip.week for tip in await weeks_of(world, who)] == [202648]


async def test_a_change_is_said_with_its_next_sends(world: Asking) -> None:
    """Saying the same again is no change in the audit."""
    who, _ = await subscribed(world)
    for _ in range(2):
        reply = await who.fills(FORM, "", {**FILLED, "topics": "ai", "audience": "legal", "weekday": "3"})
        assert reply.text == f"{views.CHANGED} The next one comes on Wednesday, 25 November 2026, 09:00 (Europe/Berlin)."
    assert (fact(reply, "About"), fact(reply, "For")) == ("AI", "Legal")
    assert await changes(world, who) == ["tips subscribed", "tips changed"]


async def test_a_zone_changed_on_the_day_of_a_send_doubles_nothing(world: Asking) -> None:
    """Sent this week is sent, although it is Tuesday morning there only now."""
    who, _ = await subscribed(world)
    world.pass_(days=1)
    assert len(await world.due()) == 1
    reply = await who.fills(FORM, "", {**FILLED, "zone": "America/Los_Angeles"})
    assert next_of(reply)[0] == "Tuesday, 1 December 2026, 09:00 (America/Los_Angeles)"
    world.pass_(days=1)
    assert await world.due() == []


async def test_a_zone_changed_before_the_send_loses_no_more_than_it_says(world: Asking) -> None:
    """To the east the hour is over: it says that the next one is a week away; to the west it comes today."""
    who, _ = await subscribed(world)
    world.pass_(hours=22)  # Tuesday, eight in Berlin
    east = await who.fills(FORM, "", {**FILLED, "zone": "Asia/Tokyo"})
    assert next_of(east)[0] == "Tuesday, 1 December 2026, 09:00 (Asia/Tokyo)"
    west = await who.fills(FORM, "", {**FILLED, "zone": "America/New_York"})
    assert next_of(west)[0] == "Tuesday, 24 November 2026, 09:00 (America/New_York)"
    world.pass_(hours=7)
    assert len(await world.due()) == 1


@pytest.mark.parametrize("words", ["change", "pause until Friday", "resume tips", "skip next", "unsubscribe"])
async def test_what_is_said_after_downtime_loses_no_week_from_the_books(world: Asking, words: str) -> None:
    """Two weeks were missed before somebody said it: they are left out as if nobody had."""
    who, _ = await subscribed(world)
    world.pass_(days=10)
    await (who.fills(FORM, "", {**FILLED, "weekday": "5"}) if words == "change" else who.says(words))
    weeks = {tip.week: tip.state for tip in await weeks_of(world, who)}
    assert weeks == {202648: "late", 202649: "late", **({202650: "skipped"} if words == "skip next" else {})}


async def test_what_is_due_at_this_moment_comes_although_something_is_changed(world: Asking) -> None:
    """Between the hour and the minute in which it is planned; what is skipped or paused then does not come."""
    who, _ = await subscribed(world)
    world.pass_(days=1)
    reply = await who.fills(FORM, "", {**FILLED, "topics": "ai"})
    assert next_of(reply)[0] == FIRST
    assert len(await world.due()) == 1
    world.pass_(days=7)
    assert (await who.says("skip next")).text.startswith("The tip of 1 December 2026 is skipped.")
    assert await world.due() == []
    world.pass_(days=7)
    await who.says("pause tips until 20 December")
    assert await world.due() == []


async def test_a_day_changed_in_the_week_of_new_year_gives_one_tip_for_it(world: Asking) -> None:
    """Week 53 goes on to Sunday, 3 January."""
    who, _ = await subscribed(world)
    world.pass_(days=36)  # Tuesday, 29 December
    assert len(await world.due()) == 1
    reply = await who.fills(FORM, "", {**FILLED, "weekday": "6"})
    assert next_of(reply)[:2] == [
        "Saturday, 9 January 2027, 09:00 (Europe/Berlin)", "Saturday, 16 January 2027, 09:00 (Europe/Berlin)",
    ]
    assert (await weeks_of(world, who))[0].week == 202653


async def test_another_place_and_another_tenant_know_nothing_of_it(world: Asking) -> None:
    await subscribed(world, kind="channel")
    for other in (world.someone(channel="C2", kind="channel"), world.someone(tenant="W2", kind="channel")):
        assert (await other.says("unsubscribe")).text == views.NONE_HERE
    assert (await world.someone("U9", kind="channel").says("unsubscribe")).text == views.UNSUBSCRIBED


@pytest.mark.parametrize("value", ["x", "0", "202647", "9" * 5000, "²"])
async def test_an_odd_button_is_a_sentence(world: Asking, value: str) -> None:
    """Of a week that is not next it skips nothing."""
    who, _ = await subscribed(world)
    reply = await who.presses("tips-skip", value)
    assert reply.text == views.ALREADY_SKIPPED
    assert await weeks_of(world, who) == []


async def test_a_button_for_the_pause_asks_until_when(world: Asking) -> None:
    who, card = await subscribed(world)
    reply = await who.chooses(card, "Pause")
    assert forms_of(reply)[0].form == PAUSE_FORM
    kept = await kept_of(world, who)
    assert kept and kept.state == "active"
    done = await who.fills(PAUSE_FORM, "", {"until": "3 weeks"})
    assert fact(done, "State") == "paused until 14 December 2026"
    kept = await kept_of(world, who)
    assert kept and kept.paused_until == date(2026, 12, 14)
    assert kept.due and kept.due[1] - world.now > timedelta(days=21)


async def test_all_buttons_lead_somewhere(world: Asking) -> None:
    who, card = await subscribed(world)
    for button in card.buttons:
        reply = await who.presses(button.action, button.value)
        assert "do not know" not in reply.text, button.label
