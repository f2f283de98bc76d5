"""Replies as cards: nothing lost, nothing alive, nothing over a limit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from adapters.msteams import limits, render
from bot.messages import Sender
from bot.replies import (
    Button,
    Buttons,
    Chart,
    Facts,
    Field,
    Form,
    Heading,
    Paragraph,
    Reply,
    Series,
    SourceLink,
    Sources,
    Step,
    Steps,
    Table,
)
from tests.contracts.test_adapters import EVERYTHING, HOSTILE
from tests.fakes.msteams_rules import broken, card_faults, utf16_size, walk
from tests.harness.msteams import drawn, drawn_cards

SOURCE = SourceLink(1, "Digital Plan", "US National Archives", 2016, "https://example.org/plan")
ANSWER = Reply("Start small.", (Heading("Pilots"), Paragraph("Start with one project [1]."), Sources((SOURCE,))))


def _items(card: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [item for item in walk(card) if item.get("type") == kind]


def _card(reply: Reply) -> dict[str, Any]:
    card: dict[str, Any] = render.message(reply)["attachments"][0]["content"]
    return card


def test_the_official_schema_catches_a_wrong_card() -> None:
    """So that a green run of the checks below means something."""
    good = render.card(EVERYTHING)
    assert card_faults(good) == []
    assert card_faults({**good, "body": [{"type": "TextBlok", "text": "x"}]})
    assert card_faults({**good, "body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "words": "x"}]}]})
    assert card_faults({**good, "version": "1.6"})


def test_every_block_is_valid_by_the_official_schema() -> None:
    """As a message, as the end of a stream, and as the answer to a press."""
    assert broken(render.message(EVERYTHING)) == []
    assert broken({**render.message(EVERYTHING, "s1")}) == []
    assert card_faults(render.invoke_card(EVERYTHING)["value"]) == []


def test_an_answer_opens_with_its_first_paragraph_where_citations_are_drawn() -> None:
    """That paragraph is text with its marks; the rest is the card; the whole line is the notification."""
    body = render.message(ANSWER)
    assert (body["text"], body["textFormat"], body["summary"]) == ("Start with one project [1].", "plain", "Start small.")
    assert "Start with one project" not in json.dumps(body["attachments"][0]["content"]["body"])
    [entity] = body["entities"]
    assert [claim["position"] for claim in entity["citation"]] == [1]


def test_thumbs_stand_under_what_can_be_rated_and_nowhere_else() -> None:
    """It has our own buttons for that; what only cites sources is a refusal with its reason, or a whole practice."""
    helpful = Buttons((Button("Helpful", "feedback", "a1|helpful"),))
    rated = Reply(ANSWER.text, (*ANSWER.blocks, helpful))
    assert render.message(rated)["channelData"] == {"feedbackLoop": {"type": "default"}}
    assert "channelData" not in render.message(ANSWER)


def test_marks_are_added_where_the_text_has_none() -> None:
    """Teams draws no citation that the text does not mark."""
    unmarked = Reply("x", (Paragraph("Start small."), Sources((SOURCE,))))
    assert render.message(unmarked)["text"] == "Start small. [1]"


def test_what_is_said_before_an_answer_stands_above_it_without_a_mark() -> None:
    """Marks belong to the answer's own sentences; where those stand in the card alone, Teams draws no citations."""
    before, heading, lead = Paragraph("The nearest I know:"), Heading("Pilots"), Paragraph("Start small.")
    both = render.message(Reply("x", (Paragraph("You asked", quiet=True), before, heading, lead, Sources((SOURCE,)))))
    assert both["text"] == "The nearest I know:\n\nStart small. [1]"
    between = Buttons((Button("Sponsors", "more", "a1|sponsor-search"),))
    apart = render.message(Reply("x", (before, between, heading, lead, Sources((SOURCE,))), ai_generated=True))
    assert apart["text"] == "The nearest I know:" and "citation" not in apart["entities"][0]
    assert "Start small." in drawn(apart)[0] and "Digital Plan" in drawn(apart)[0]
    long = render.message(Reply("x", (before, heading, Paragraph("word " * 399), Sources((SOURCE,)))))
    assert long["text"] == "The nearest I know:" and "word" in json.dumps(long["attachments"])
    assert broken(both) == broken(apart) == broken(long) == []


def test_what_is_no_answer_is_a_card_alone() -> None:
    """No thumbs, no citations, no text beside the card."""
    body = render.message(Reply("Noted: North is trying it."))
    assert not {"text", "entities", "channelData"} & set(body)
    assert "Noted: North is trying it." in drawn(body)[0]


def test_the_ai_label_stands_only_on_what_a_model_wrote() -> None:
    """One message entity in either case; an answer to a press says it in words, since it carries no entity."""
    written = Reply(ANSWER.text, ANSWER.blocks, ai_generated=True)
    [entity] = render.message(written)["entities"]
    assert entity["additionalType"] == ["AIGeneratedContent"]
    assert "additionalType" not in render.message(ANSWER)["entities"][0]
    assert "language model" in drawn_cards([render.invoke_card(written)["value"]], {})[0]
    assert "language model" not in drawn_cards([render.invoke_card(ANSWER)["value"]], {})[0]


def test_the_end_of_a_stream_has_its_id_and_no_sequence() -> None:
    """And text, which Teams requires there."""
    body = render.message(Reply("Done."), "s1")
    assert body["entities"] == [{"type": "streaminfo", "streamType": "final", "streamId": "s1"}]
    assert body["text"] == "Done."


def test_a_draft_is_only_text() -> None:
    """Attachments, labels and feedback belong to the final message; the first update has no id yet."""
    first, second = render.draft("So far", 1, None), render.draft("So far and on", 2, "s1")
    assert first["entities"] == [{"type": "streaminfo", "streamType": "streaming", "streamSequence": 1}]
    assert second["entities"] == [{"type": "streaminfo", "streamType": "streaming", "streamId": "s1", "streamSequence": 2}]
    assert broken(first) == broken(second) == []


def test_buttons_fall_back_and_do_not_wait_for_forms() -> None:
    """A universal action with a submit behind it; a required field elsewhere in the card does not hold it up."""
    [execute] = _items(_card(Reply("x", (Buttons((Button("Later", "adopt", "a1", primary=True),)),))), "Action.Execute")
    assert execute["data"] == {"midway": {"action": "adopt", "value": "a1"}} == execute["fallback"]["data"]
    assert execute["fallback"]["type"] == "Action.Submit"
    assert execute["associatedInputs"] == "none"
    assert execute["style"] == "positive"


def test_a_bullet_without_a_lead_is_its_text_alone() -> None:
    """No bold space in front of it."""
    steps = Steps((Step("", "Nobody asked."), Step("Owner.", "One person."), Step("Owner.")), numbered=False)
    drawn_as = [[(run["text"], run.get("weight")) for run in item["inlines"]] for item in _items(_card(Reply("x", (steps,))), "RichTextBlock")]
    assert drawn_as == [
        [("• ", None), ("Nobody asked.", None)], [("• ", None), ("Owner.", "Bolder"), (" One person.", None)], [("• ", None), ("Owner.", "Bolder")],
    ]


def test_many_buttons_stand_in_rows_of_six() -> None:
    """Clients draw the first six of a row."""
    many = Buttons(tuple(Button(str(number), "a", "v") for number in range(14)))
    rows = _items(_card(Reply("x", (many,))), "ActionSet")
    assert [len(row["actions"]) for row in rows] == [6, 6, 2]


def test_two_forms_in_one_card_keep_their_inputs_apart() -> None:
    """The same field name twice would be one input."""
    form = Form("team", "a1", "Your team", "Save", (Field("team", "Team?", options=(("n", "North"),)), Field("why", "Why?", required=False, multiline=True)))
    card = _card(Reply("x", (form, form)))
    assert card_faults(card) == []
    assert len({item["id"] for item in [*_items(card, "Input.Text"), *_items(card, "Input.ChoiceSet")]}) == 4
    assert [choice["value"] for choice in _items(card, "Input.ChoiceSet")[0]["choices"]] == ["n"]


def test_of_several_options_those_preset_are_ticked() -> None:
    """Boxes under each other; the hint, which a choice has no room for, stands below."""
    options = (("p", "Pilots"), ("s", "Sponsors"), ("f", "Figures"))
    form = Form("tips", "a1", "Tips", "Save", (Field("t", "Topics", "As many as you like", "f,p", required=False, options=options, several=True),))
    card = _card(Reply("x", (form,)))
    assert card_faults(card) == []
    [asked] = _items(card, "Input.ChoiceSet")
    assert (asked["isMultiSelect"], asked["style"], asked["value"], asked["isRequired"]) == (True, "expanded", "f,p", False)
    assert "As many as you like" in drawn(render.message(Reply("x", (form,))))[0]


def test_who_acted_is_named_below_everything() -> None:
    """In small print that draws no markup, also where words had to go; without a name there is no such line."""
    long = tuple(Paragraph("word " * 900) for _ in range(70))
    body = _card(Reply("x", long, by=Sender("29:1", name="**A** [person](https://example.org)")))["body"]
    assert body[-1]["inlines"][0] | {"text": ""} == {"type": "TextRun", "text": "", "isSubtle": True, "size": "Small"}
    assert body[-1]["inlines"][0]["text"] == "Changed by **A** [person](https://example.org)"
    assert body[-2]["inlines"][0]["text"] == render.SHORTENED
    assert _card(Reply("x", by=Sender("29:1"))) == _card(Reply("x"))


def test_a_chart_is_said_in_words_and_figures() -> None:
    """An unknown figure is said to be unknown, not zero."""
    chart = Chart("Adoption", "Two teams are trying.", ("October", "November"), (Series("trying", (1, None)),), "teams")
    words = drawn(render.message(Reply("x", (chart,))))[0]
    for part in ("Adoption", "Two teams are trying.", "October", "trying", "1 teams", "not known"):
        assert part in words


def test_a_long_table_says_what_is_left_out() -> None:
    """Never silently."""
    table = Table(("Team",), tuple((f"t{number}",) for number in range(100)))
    assert "40 more rows are not shown here." in drawn(render.message(Reply("x", (table,))))[0]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", "https://", "https://[", "https://x y/", "msteams:/l/chat"])
def test_only_pages_of_the_web_are_linked(url: str) -> None:
    """Anything else is words, in the card and in the citation."""
    body = render.message(Reply("x", (Sources((SourceLink(1, "Title", "Publisher", 2020, url),)),)))
    assert "Action.OpenUrl" not in json.dumps(body)
    assert "url" not in body["entities"][0]["citation"][0]["appearance"]
    assert "Title" in drawn(body)[0]


def test_citations_stay_within_their_limits() -> None:
    """At most twenty, names and abstracts cut, each number once."""
    items = tuple(SourceLink(number, "T" * 300, "P" * 300, 2020, "https://example.org") for number in range(1, 41))
    body = render.message(Reply("x", (Paragraph("y"), Sources(items), Sources(items[:3]))))
    [entity] = body["entities"]
    assert len(entity["citation"]) == limits.CITATIONS.value
    assert broken(body) == []


def test_what_does_not_fit_is_left_out_and_said_so() -> None:
    """Sources, buttons and forms stay; the reading order stays."""
    prose = tuple(Paragraph(f"{number} " + "word " * 900) for number in range(70))
    reply = Reply("x", (*prose, *EVERYTHING.blocks))
    body = render.message(reply)
    words, buttons, links = drawn(body)
    assert utf16_size(body) <= limits.MESSAGE_BYTES.value
    assert render.SHORTENED in words and "Which team is this for?" in words
    assert {"We'll try it", "Later"} <= set(buttons) and links == ("https://example.org/plan",)
    assert broken(body) == []


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (None, render.TEXT_TYPE),
        (Reply("Recorded."), render.TEXT_TYPE),
        (Reply("Recorded.", (Paragraph("Recorded."),)), render.TEXT_TYPE),
        (Reply("Recorded.", replaces="m1"), render.CARD_TYPE),
        (Reply("Which team?", (Form("t", "c", "Team", "Save", (Field("t", "Team?"),)),)), render.CARD_TYPE),
    ],
    ids=str,
)
def test_the_answer_to_a_press(reply: Reply | None, kind: str) -> None:
    """A card where one is needed or takes the pressed one's place; else a sentence that leaves the card alone."""
    answer = render.invoke_answer(reply)
    assert (answer["statusCode"], answer["type"]) == (200, kind)
    assert answer["value"]


_WORDS = st.sampled_from([HOSTILE, "", " ", "x" * 6500, "[a](https://evil.example)", "www.evil.example", "\ud800", "\x00\x07", "ü\u202e\u200b", "](https://evil.example)"]) | st.text(max_size=40)
_IDS = st.text("abc|:-", max_size=30)
_SOURCE = st.builds(SourceLink, st.integers(1, 30), _WORDS, _WORDS, st.none() | st.integers(1990, 2030), st.just("https://example.org/a"))
_SEVERAL = st.builds(Field, st.text("abcdef", min_size=1, max_size=8), _WORDS, _WORDS, st.sampled_from(["", "a", "b,a"]), st.booleans(), st.booleans(),
                     st.just((("a", "A"), ("b", "B"))), st.just(True))
_FIELD = st.builds(Field, st.text("abcdef", min_size=1, max_size=8), _WORDS, _WORDS, st.text("ab ", max_size=9), st.booleans(), st.booleans(),
                   st.just(()) | st.lists(st.tuples(st.text("ab", min_size=1, max_size=4), _WORDS), min_size=1, max_size=3).map(tuple))


def _tuples(inner: st.SearchStrategy[Any], most: int = 4) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=most).map(tuple)


_BLOCK = st.one_of(
    st.builds(Heading, _WORDS),
    st.builds(Paragraph, _WORDS, st.booleans()),
    st.builds(Steps, _tuples(st.builds(Step, _WORDS, _WORDS)), st.booleans()),
    st.builds(Facts, _tuples(st.tuples(_WORDS, _WORDS))),
    st.builds(Table, _tuples(_WORDS), _tuples(_tuples(_WORDS))),
    st.builds(Chart, _WORDS, _WORDS, _tuples(_WORDS), _tuples(st.builds(Series, _WORDS, _tuples(st.none() | st.floats(allow_nan=False)))), _WORDS),
    st.builds(Buttons, _tuples(st.builds(Button, _WORDS, _IDS, _IDS, st.booleans()), 8)),
    st.builds(Form, _IDS, _IDS, _WORDS, _WORDS, st.lists(_FIELD | _SEVERAL, max_size=3, unique_by=lambda field: field.name).map(tuple)),
    st.builds(Sources, _tuples(_SOURCE, 30)),
)


# Not shrunk: replies are large, and the sentence of the rule broken says what is wrong.
_QUICK = settings(
    suppress_health_check=list(HealthCheck), deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)


def _replies(blocks: int) -> st.SearchStrategy[Reply]:
    return st.builds(Reply, _WORDS, _tuples(_BLOCK, blocks), ai_generated=st.booleans())


@settings(_QUICK, max_examples=40)
@given(_replies(4), st.none() | st.just("s1"))
def test_any_reply_is_taken_by_teams(reply: Reply, stream: str | None) -> None:
    """Whatever the words are, the card is valid and every rule about what rides along is kept."""
    assert broken(render.message(reply, stream)) == []


@settings(_QUICK, max_examples=100)
@given(_replies(30), st.none() | st.just("s1"))
def test_any_reply_fits_and_links_nowhere_else(reply: Reply, stream: str | None) -> None:
    """Within 80 KB as a message and as an answer to a press; no link but the sources', no mention."""
    body = render.message(reply, stream)
    assert utf16_size(body) <= limits.MESSAGE_BYTES.value
    assert set(drawn(body)[2]) <= {"https://example.org/a"}
    assert '"mention"' not in json.dumps(body)
    assert utf16_size(render.invoke_card(reply)) <= limits.MESSAGE_BYTES.value + 200


@settings(_QUICK, max_examples=60)
@example("[.!?](?=.)", 1, None)
@given(_WORDS, st.integers(1, 9), st.none() | st.just("s1"))
def test_any_draft_is_taken_by_teams(text: str, sequence: int, stream: str | None) -> None:
    """The text so far may be anything."""
    body = render.draft(text, sequence, stream)
    assert broken(body) == []
    assert drawn(body)[2] == ()


def test_what_older_clients_see_is_inert_too() -> None:
    """Their fallback text is read as markdown."""
    card = render.card(Reply("x", (Paragraph("[click](https://evil.example) **now**"),)))
    assert card["fallbackText"] == "\\[click\\] \\(https: //evil.example\\) \\*\\*now\\*\\*"
