"""Replies as Slack blocks: never refused, never acting, and saying so where words are missing."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.plain import AI_NOTICE
from adapters.slack.elements import SlackBlock
from adapters.slack.home import home_view, prompts
from adapters.slack.render import (
    SHORTENED_NOTICE,
    escape,
    notification,
    render,
    render_plain,
    streamed,
)
from bot.messages import Sender
from bot.replies import (
    Block,
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
from tests.fakes import slack_rules as rules

HOSTILE = "<!channel> <@U1> <https://evil.example|x> [x](https://evil.example) https://evil.example *b* `c` & \u202e\u200b"


def words(blocks: list[SlackBlock]) -> str:
    return rules.words({"blocks": blocks})


def test_an_answer_is_drawn_in_this_shape() -> None:
    """Heading large, lead words bold, steps numbered, small print small, sources linked, buttons in a row."""
    blocks = render(Reply("x", (
        Heading("Launching a pilot"),
        Paragraph("Start with one project [1]."),
        Steps((Step("Name the owner.", "One person."),)),
        Paragraph("Kept for 30 days.", quiet=True),
        Sources((SourceLink(1, "Digital Plan", "National Archives", 2016, "https://example.org/p"),)),
        Buttons((Button("We'll try it", "adopt", "v", primary=True),)),
    )))
    assert [block["type"] for block in blocks] == ["header", "rich_text", "rich_text", "context", "rich_text", "actions"]
    [listed] = blocks[2]["elements"]
    assert (listed["style"], listed["elements"][0]["elements"][0]["style"]) == ("ordered", {"bold": True})
    assert blocks[4]["elements"][0]["elements"][0]["elements"][1] == {"type": "link", "url": "https://example.org/p", "text": "Digital Plan"}
    assert blocks[5]["elements"][0]["style"] == "primary"


def test_of_several_options_those_preset_stand_chosen() -> None:
    """In a menu for several, which may stay empty where the field is not required."""
    options = (("p", "Pilots"), ("s", "Sponsors"), ("f", "Figures"))
    fields = (Field("t", "Topics", value="f,p,gone", required=False, options=options, several=True), Field("n", "None yet", options=options, several=True))
    _, topics, none, _ = render(Reply("x", (Form("tips", "a1", "Tips", "Save", fields),)))
    assert topics["element"]["type"] == none["element"]["type"] == "multi_static_select"
    assert [option["value"] for option in topics["element"]["initial_options"]] == ["p", "f"]
    assert "initial_options" not in none["element"]
    assert (topics["optional"], none["optional"]) == (True, False)


def test_more_options_than_a_menu_holds_are_typed() -> None:
    """A hundred fit; what was chosen stands there as it is stored."""
    long = ("o0", "O" * 90)
    fields = [Field("t", "Topics", value="o1,o2", options=(long, *((f"o{at}", "O") for at in range(1, most))), several=True) for most in (100, 101)]
    menu, typed = [render(Reply("x", (Form("tips", "", "Tips", "Save", (field,)),)))[1]["element"] for field in fields]
    assert (len(menu["options"]), len(menu["options"][0]["text"]["text"])) == (100, 75)
    assert (typed["type"], typed["initial_value"]) == ("plain_text_input", "o1,o2")


@pytest.mark.parametrize("user", ["U0PERSON", "W012ABC"])
def test_who_acted_is_mentioned_in_small_print(user: str) -> None:
    """The one mention Midway makes; last, whatever has to be left out, and also where blocks were refused."""
    long = Reply("x", tuple(Paragraph("word " * 500) for _ in range(60)), by=Sender(user, name="A person"))
    for blocks in (render(long), render_plain(long)):
        assert blocks[-1] == {"type": "context", "elements": [{"type": "mrkdwn", "text": f"Changed by <@{user}>", "verbatim": True}]}
        assert rules.refusal(blocks) is None
        assert rules.pings({"blocks": blocks}) == [f"@{user}"]
        assert "A person" not in words(blocks)


@pytest.mark.parametrize("user", ["", "U1> <!channel", "u0person", "known:abc", "B0BOT", "!channel", "U0PERSON|x"])
def test_what_is_no_id_of_a_person_is_not_mentioned(user: str) -> None:
    """By name, if there is one."""
    named = render(Reply("x", by=Sender(user, name="<!here>")))
    assert named[-1] == {"type": "context", "elements": [{"type": "plain_text", "text": "Changed by <!here>", "emoji": False}]}
    assert rules.pings({"blocks": named}) == []
    assert render(Reply("x", by=Sender(user))) == render(Reply("x"))


def test_a_narrow_table_is_lined_up_and_a_wide_one_said_row_by_row() -> None:
    """Fixed width only where a narrow window shows it without breaking the lines."""
    narrow = render(Reply("x", (Table(("Team", "State"), (("North", "trying"),)),)))
    assert narrow[0]["elements"][0]["type"] == "rich_text_preformatted"
    wide = render(Reply("x", (Table(("Team", "State", "Note"), (("North", "trying", "n" * 80),)),)))
    assert words(wide) == "Team North:\n State trying, Note " + "n" * 80


def test_a_chart_is_its_summary_and_its_figures() -> None:
    """What a picture would show, in words."""
    chart = Chart("Adoption", "Two are trying.", ("October", "November"), (Series("trying", (1, 2.5)),), "teams")
    said = words(render(Reply("x", (chart,))))
    for part in ("Adoption", "Two are trying.", "October", "1 teams", "2.5 teams"):
        assert part in said


def test_a_form_has_its_fields_and_a_button() -> None:
    """A choice is a menu, long words an area; the hint and what was typed before are there."""
    fields = (Field("t", "Team?", hint="As on the door", value="North"), Field("k", "Kind?", value="d", required=False, options=(("d", "Dealer"), ("a", "Agent"))))
    blocks = render(Reply("x", (Form("team", "a1", "Your team", "Save", fields),)))
    typed, chosen = rules.inputs({"blocks": blocks})
    assert (typed["element"]["initial_value"], typed["hint"]["text"], typed["optional"]) == ("North", "As on the door", False)
    assert (chosen["element"]["type"], chosen["element"]["initial_option"]["value"]) == ("static_select", "d")
    assert rules.buttons({"blocks": blocks})[0]["text"]["text"] == "Save"


def test_what_slack_cannot_carry_is_said_in_words() -> None:
    """A value too long for a button would come back cut, so there is no such button."""
    blocks = render(Reply("x", (Buttons((Button("Try", "adopt", "v" * 2_001),)), Form("f", "c" * 2_000, "Title", "Save", (Field("t", "Team?"),)))))
    assert not rules.buttons({"blocks": blocks})
    assert "Try" in words(blocks)
    assert "Team?" in words(blocks)


def test_two_forms_in_one_reply_keep_their_fields_apart() -> None:
    """No two blocks have the same name."""
    form = Form("f", "", "Title", "Save", (Field("t", "Team?"),))
    assert rules.refusal(render(Reply("x", (form, form)))) is None


def test_a_long_reply_keeps_its_buttons_and_sources_and_says_that_it_was_shortened() -> None:
    """Words go first; what can be pressed or was cited goes last."""
    ending: tuple[Block, ...] = (Sources((SourceLink(1, "T", "P", 2020, "https://example.org/a"),)), Buttons((Button("Try", "adopt", "v"),)))
    blocks = render(Reply("x", (*(Paragraph("word " * 900) for _ in range(70)), *ending), ai_generated=True))
    assert words(blocks).endswith(AI_NOTICE)
    assert SHORTENED_NOTICE in words(blocks)
    assert [button["text"]["text"] for button in rules.buttons({"blocks": blocks})] == ["Try"]
    assert list(rules.links({"blocks": blocks})) == ["https://example.org/a"]


@pytest.mark.parametrize("block", [
    Heading("h" * 151), Steps((Step("l" * 751),)), Steps((Step("l", "t" * 751),)), Facts((("l", "v" * 800),)),
    Buttons((Button("b" * 76, "a", "v"),)), Sources((SourceLink(1, "t" * 800, "p", 1, "https://example.org"),)),
], ids=lambda block: type(block).__name__)
def test_a_shortened_part_is_said_to_be_shortened(block: Block) -> None:
    """No ellipsis without a sentence."""
    assert SHORTENED_NOTICE in words(render(Reply("x", (block,))))


def test_an_empty_reply_shows_something() -> None:
    """Slack refuses a message without words."""
    for reply in (Reply(""), Reply("", (Paragraph(" "), Heading("\u200b"), Steps(()), Table((), ())))):
        assert rules.refusal(render(reply)) is None
        assert words(render(reply))
        assert notification(reply)


def test_a_link_that_no_browser_opens_is_no_link() -> None:
    """Only http and https; anything else is words."""
    for url in ("javascript:alert(1)", "https://x y", "", "https://example.org/" + "x" * 3_000):
        blocks = render(Reply("x", (Sources((SourceLink(1, "T", "P", 2020, url),)),)))
        assert list(rules.links({"blocks": blocks})) == []
        assert rules.refusal(blocks) is None


def test_markup_is_words_wherever_slack_reads_markup() -> None:
    """The notification line and the stream are the two places."""
    assert rules.pings({"text": notification(Reply(HOSTILE)), "streamed": streamed(HOSTILE)}) == []
    assert list(rules.links({"blocks": [1], "streamed": streamed(HOSTILE)})) == []
    assert escape("<!here> & co") == "&lt;!here&gt; &amp; co"


_text = st.one_of(st.text(max_size=40), st.just(HOSTILE), st.just("word " * 900), st.just(""), st.just("x" * 4_000))
_button = st.builds(Button, _text, _text, _text, st.booleans())
_field = st.builds(Field, _text, _text, _text, _text, st.booleans(), st.booleans(), st.lists(st.tuples(_text, _text), max_size=3).map(tuple))
_names = st.text("abc", min_size=1, max_size=160)
_several = st.builds(Field, _text, _text, _text, st.lists(_names, max_size=3).map(",".join), st.booleans(), st.just(False),
                     st.lists(st.tuples(_names, _text), max_size=120).map(tuple), st.just(True))
_source = st.builds(SourceLink, st.integers(1, 99), _text, _text, st.none() | st.integers(1, 3000), st.sampled_from(["https://example.org/a", "javascript:x", "", HOSTILE]))
_row = st.lists(_text, max_size=3).map(tuple)
_block: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, _text),
    st.builds(Paragraph, _text, st.booleans()),
    st.builds(Steps, st.lists(st.builds(Step, _text, _text), max_size=9).map(tuple), st.booleans()),
    st.builds(Facts, st.lists(st.tuples(_text, _text), max_size=5).map(tuple)),
    st.builds(Table, _row, st.lists(_row, max_size=9).map(tuple)),
    st.builds(Chart, _text, _text, _row, st.lists(st.builds(Series, _text, st.lists(st.none() | st.floats(allow_nan=False), max_size=3).map(tuple)), max_size=3).map(tuple), _text),
    st.builds(Buttons, st.lists(_button, max_size=30).map(tuple)),
    st.builds(Form, _text, _text, _text, _text, st.lists(_field | _several, max_size=4).map(tuple)),
    st.builds(Sources, st.lists(_source, max_size=5).map(tuple)),
)
_reply = st.builds(Reply, _text, st.lists(_block, max_size=25).map(tuple), ai_generated=st.booleans())


@settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
@given(_reply)
def test_no_reply_is_ever_refused_pings_or_links_by_itself(reply: Reply) -> None:
    """Any reply at all, against the fake's own rules; the only links are those of sources."""
    for blocks in (render(reply), render_plain(reply)):
        message = {"blocks": blocks, "text": notification(reply), "channel": "C1", "ts": "1.1"}
        assert rules.refusal(blocks) is None
        assert len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) <= 13_200
        assert rules.pings(message) == []
        assert set(rules.links(message)) <= {"https://example.org/a"}


def test_the_home_tab_and_the_prompts_stay_within_slacks_limits() -> None:
    """However many and however long the questions are."""
    questions = ["How do we launch a pilot?", "q" * 300, "", *(f"Question {n}?" for n in range(20))]
    view = home_view(questions, "D1")
    assert rules.refusal(view["blocks"], most=100) is None
    assert len(prompts(questions)) == 4
    assert all(len(prompt["title"]) <= 75 for prompt in prompts(questions))
    assert home_view(questions, "D1")["callback_id"] == view["callback_id"] != home_view(questions[:1], "D1")["callback_id"]
