"""What is said: every reply says in its one line what its blocks say, and promises no more than is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.plain import as_text
from bot import help_views, views
from bot.replies import Button, Buttons, Paragraph, Reply, Sources
from bot.storage.records import AdoptionOutcome
from bot.tracked import UNTRACKED, Pressed, Reading
from knowledge.answers import Answer, Listing, Near, Outcome, Part, Point
from knowledge.gate import Desk
from tests.fakes.answering import answer_of, forms_of, labels

SINCE = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
FIRST_ROW = ["We'll try it", "Already do", "Later", "Not for us"]
SECOND_ROW = ["Helpful", "Not helpful", "Ask an expert", "More"]


def pressed(state: str, *, changed: bool = True, team: str | None = "North") -> Reply:
    return views.pressed_reply(Pressed(AdoptionOutcome(changed, state, SINCE, None), team), "A charter", "a1")


def test_an_answer_has_both_rows_of_buttons() -> None:
    reply = views.answer_reply(answer_of("pilot-charter"), "a1")
    assert labels(reply) == FIRST_ROW + SECOND_ROW
    assert [button.primary for button in reply.buttons] == [True] + [False] * 7
    assert reply.text == "One page is enough [1]."


def test_each_of_two_answers_has_its_own_buttons() -> None:
    """They name the practice they stand under; the second row stands once."""
    reply = views.answer_reply(answer_of("pilot-charter", "sponsor-search"), "a1")
    assert labels(reply) == FIRST_ROW * 2 + SECOND_ROW
    assert [button.value.split("|")[1] for button in reply.buttons[:8]] == ["pilot-charter"] * 4 + ["sponsor-search"] * 4


def test_the_line_of_a_doubtful_answer_says_what_it_is_about() -> None:
    """It is all that a notification shows, and what a screen reader says first."""
    doubtful = replace(answer_of("pilot-charter"), message="The nearest I know:")
    lines = [views.answer_reply(replace(doubtful, tongue=tongue), "a1").text for tongue in ("en", "fr")]
    line = "The nearest I know: About pilot-charter: One page is enough [1]."
    assert lines == [line, line.replace("charter:", "charter\u00a0:")]


def test_every_button_has_a_label_and_a_value_that_platforms_take() -> None:
    """Short labels, values without spaces at the ends, none empty."""
    for reply in (views.answer_reply(answer_of("pilot-charter"), "a1"), help_views.help_reply(), views.did_you_mean_reply("N" * 80, ["M" * 80], channel=True)):
        assert all(0 < len(button.label) <= 80 and 0 < len(button.value) <= 2_000 for button in reply.buttons)


@pytest.mark.parametrize(("tongue", "said"), [
    ("en", "Type “my data”, or “help”."), ("de-du", "Type „my data“, or „help“."), ("fr", "Type « my data », or « help »."),
    ("es", "Type «my data», or «help»."),
])
def test_what_can_be_typed_is_quoted_and_not_marked_as_code(tongue: str, said: str) -> None:
    """In what is shown and in what is notified; words of a practice stay as they are."""
    talk = Answer(Outcome.ANSWERED, "Type `my data`, or `help`.", tongue=tongue, small_talk="privacy")
    reply = views.answer_reply(talk, "a1")
    assert reply.text == said and [block.text for block in reply.blocks if isinstance(block, Paragraph)] == [said]
    assert views.answer_reply(replace(talk, small_talk=None), "a1").text == talk.message


def test_a_list_that_leaves_points_out_says_so() -> None:
    answer = answer_of("pilot-charter")
    steps = Listing("Steps", (Point("Write it."), Point("Sign it.")), numbered=True, of=7)
    for tongue, heading in (("en", "Steps, 2 of 7:"), ("de", "Schritte, 2 von 7:"), ("fr", "Étapes, 2 sur 7\u00a0:")):
        part = replace(answer.parts[0], lists=(steps, replace(steps, heading="What to measure", of=2)))
        said = as_text(views.answer_reply(replace(answer, parts=(part,), tongue=tongue), "a1"))
        assert heading in said
        assert said.count("7") == 1


def test_practices_named_beside_an_answer_can_be_read_but_not_tried_from_there() -> None:
    """They stand below the buttons of what was answered with, so that it is clear what those are about."""
    nearby = (Near("pilot-one-project", "Start with one project", "One is enough."), Near("pilot-budget", "Plan the cost"))
    reply = views.answer_reply(replace(answer_of("pilot-charter"), see_also=nearby), "a1")
    assert labels(reply) == [*FIRST_ROW, *SECOND_ROW, "Start with one project", "Plan the cost"]
    assert [(button.action, button.value) for button in reply.buttons[8:]] == [("more", "a1|pilot-one-project"), ("more", "a1|pilot-budget")]
    told = " ".join(as_text(reply).split("See also:")[1].split())
    assert told == "- Start with one project. One is enough. - Plan the cost. [Start with one project] [Plan the cost]"
    assert "See also" not in as_text(views.answer_reply(answer_of("pilot-charter"), "a1"))


def test_what_else_may_be_meant_is_asked_after_the_answer() -> None:
    """An answer takes the likeliest reading, then asks."""
    nearby = (Near("pilot-budget", "Plan the cost", "Hours count."),)
    reply = views.answer_reply(replace(answer_of("pilot-charter"), see_also=nearby, ambiguous=True), "a1")
    assert labels(reply) == [*FIRST_ROW, *SECOND_ROW, "Plan the cost"]
    told = " ".join(as_text(reply).split())
    assert told.startswith("About pilot-charter")
    assert told.endswith("Or did you mean: - Plan the cost. Hours count. [Plan the cost]")


def test_what_is_refused_but_may_be_honest_can_be_tried_and_rated() -> None:
    reply = views.answer_reply(replace(answer_of("pilot-charter"), outcome=Outcome.REFUSED, may_be_honest=True), "a1")
    assert labels(reply) == [*FIRST_ROW, *SECOND_ROW]


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.ROUTED])
def test_what_lies_near_a_message_turned_away_can_be_read(outcome: Outcome) -> None:
    nearby = (Near("pilot-budget", "Plan the cost", "Count hours, too."),)
    reply = views.answer_reply(Answer(outcome, "Not here.", nearest=nearby), "a1")
    assert "Nearby I do know: - Plan the cost. Count hours, too." in " ".join(as_text(reply).split())
    assert [(button.action, button.value) for button in reply.buttons] == [("more", "a1|pilot-budget")]


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.ROUTED, Outcome.REFUSED, Outcome.FAILED])
def test_what_was_turned_away_cannot_be_tried(outcome: Outcome) -> None:
    """Nor rated; an expert is offered only where one could know more."""
    part = Part("privacy-gdpr", "Privacy", "Because.")
    for answer in (Answer(outcome, "A sentence."), Answer(outcome, "A sentence.", (part,)), Answer(outcome, "A sentence.", offer_expert=True)):
        assert not set(labels(views.answer_reply(answer, "a1"))) & set(FIRST_ROW)
    assert labels(views.answer_reply(Answer(outcome, "A sentence."), "a1")) == []
    offered = views.answer_reply(Answer(outcome, "A sentence.", offer_expert=True), "a1")
    assert labels(offered) == (["Ask an expert"] if outcome is Outcome.DECLINED else [])


def test_small_talk_has_no_buttons_and_no_sources() -> None:
    reply = views.answer_reply(Answer(Outcome.ANSWERED, "Hello.", small_talk="greeting"), "a1")
    assert labels(reply) == [] and not [block for block in reply.blocks if isinstance(block, Sources)]


def test_an_answer_that_was_not_recorded_offers_nothing_that_would_be() -> None:
    assert not set(labels(views.answer_reply(answer_of("pilot-charter"), UNTRACKED))) & {*FIRST_ROW, "Helpful", "Not helpful", "Ask an expert"}


@pytest.mark.parametrize(
    ("tongue", "at_all", "where"),
    [
        ("en", "This desk may have to do with it, too: HR.", "You find them here: #hr."),
        ("de-du", "Damit kann auch diese Stelle zu tun haben: HR.", "Zu finden hier: #hr."),
        ("fr", "Ce service peut aussi être concerné : HR.", "À trouver ici : #hr."),
        ("es", "También puede tener que ver con ello: HR.", "Lo encuentra aquí: #hr."),
    ],
)
def test_a_desk_beside_an_answer_is_named_in_every_language(tongue: str, at_all: str, where: str) -> None:
    """Beside an answer alone: where a question is sent there, that is said already."""
    for at, said in (("", at_all), ("#hr", f"{at_all} {where}")):
        answer = replace(answer_of("pilot-charter"), tongue=tongue, route="hr", desk=Desk("hr", "HR", at, ()))
        assert Paragraph(said, quiet=True) in views.answer_reply(answer, "a1").blocks
        routed = replace(answer, outcome=Outcome.ROUTED, parts=())
        assert "HR" not in as_text(views.answer_reply(routed, "a1"))


def test_notices_and_a_pressed_question_are_small_print_or_said_so() -> None:
    reply = views.answer_reply(answer_of("pilot-charter"), "a1", question="How?", notices=["Kept."])
    assert reply.blocks[0] == Paragraph("You asked: “How?”", quiet=True)
    assert reply.blocks[-1] == Paragraph("Kept.", quiet=True)


@pytest.mark.parametrize(
    ("state", "words"),
    [("trying", "trying it"), ("adopted", "already doing it"), ("considering", "considering it for later"), ("not for us", "not for you")],
)
def test_a_press_says_what_was_recorded_for_whom_and_since_when(state: str, words: str) -> None:
    assert pressed(state).text == f"Recorded for North: “A charter”: {words} (3 November 2026)."
    assert pressed(state, changed=False).text == f"Already recorded for North: “A charter”: {words}, since 3 November 2026."


def test_a_state_that_no_button_leads_to_is_said_as_it_is() -> None:
    """Pressed again after a result was reported."""
    assert "proven, since" in pressed("proven", changed=False).text


def test_the_team_is_asked_for_once_and_only_where_it_is_unknown() -> None:
    unknown = pressed("trying", team=None)
    assert [form.form for form in forms_of(unknown)] == ["team"] and unknown.audience == "sender"
    assert "Recorded for you" in as_text(unknown) and "Which team is this for?" in as_text(unknown)
    assert not forms_of(pressed("trying", changed=False, team=None)) and not forms_of(pressed("trying"))


def test_did_you_mean_offers_the_names_the_new_one_and_a_way_back() -> None:
    reply = views.did_you_mean_reply("Nort", ["North", "Norte"], channel=True, said="team Nort")
    assert labels(reply) == ["North", "Norte", "New team “Nort”", "It was a question"]
    assert [button.action for button in reply.buttons] == ["channel-team"] * 3 + ["question"]
    assert "Did you mean" not in views.did_you_mean_reply("Nort", [], channel=False).text


def test_what_an_expert_will_do_is_not_promised() -> None:
    assert "cannot promise" in views.expert_reply("a1", changed=True, reading=Reading.EXPERTS).text
    assert views.expert_reply("a1", changed=False, reading=Reading.EXPERTS).text.startswith("Already recorded")
    assert "Recorded" not in views.expert_reply("a1", changed=None, reading=Reading.EXPERTS).text


def test_help_teaches_by_things_to_press() -> None:
    reply = help_views.help_reply(commands=[("tips", "once a week.")])
    assert labels(reply) == list(help_views.SUGGESTIONS)
    assert "tips once a week." in as_text(reply) and "my team is NAME" in as_text(reply)
    assert reply.blocks[-1] == Paragraph(help_views.SMALL_PRINT, quiet=True)


@pytest.mark.parametrize(
    "reply",
    [
        views.gone_reply(), views.which_team_reply(None), views.which_team_reply("North"), views.rated_reply(helpful=True, changed=None),
        views.rated_reply(helpful=False, changed=True), views.sentence_reply(views.OLD_BUTTON), views.sentence_reply(views.OLD_FORM),
        views.sentence_reply(views.NAME_YOUR_TEAM), views.sentence_reply(views.UNTRACKED_PRESS),
    ],
)
def test_what_concerns_one_person_is_shown_to_one_person(reply: Reply) -> None:
    """Whole sentences, for the one who acted."""
    assert reply.audience == "sender"
    assert reply.text[0].isupper() and reply.text.endswith(".")


def test_buttons_of_a_row_differ() -> None:
    """A platform tells them apart by action and value."""
    for reply in (views.answer_reply(answer_of("pilot-charter"), "a1"), help_views.help_reply()):
        for block in reply.blocks:
            if isinstance(block, Buttons):
                keys = [(button.action, button.value) for button in block.items]
                assert len(set(keys)) == len(keys) and all(isinstance(button, Button) for button in block.items)


@pytest.mark.parametrize("tongue", ["en", "de", "fr", "es"])
def test_the_form_for_a_team_says_nothing_twice(tongue: str) -> None:
    form = views.team_form("a1", tongue)
    assert form.title and form.title != form.fields[0].label
    assert tongue == "en" or form.fields[0].label != views.team_form("a1").fields[0].label
