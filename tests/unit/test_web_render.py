"""What a reply looks like as HTML: everything there, everything escaped, links only from sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.render import Frame, render, render_entry, render_message
from adapters.web.store import WebEntry, write_words
from bot.replies import (
    Button,
    Buttons,
    Chart,
    Facts,
    Field,
    Form,
    Heading,
    Link,
    Paragraph,
    Reply,
    Series,
    SourceLink,
    Sources,
    Step,
    Steps,
    Table,
)
from bot.storage.codec import dump_reply
from tests.harness.web import PageReader

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
SOURCES = Sources((SourceLink(1, "Digital Plan", "US National Archives", 2016, "https://www.example.org/plan"), SourceLink(2, "Undated", "Somebody", None, "http://example.com")))


def read(html: str) -> PageReader:
    return PageReader(f'<article data-id="1" class="message midway">{html}</article>')


def words(html: str) -> str:
    return " ".join(" ".join(read(html).messages[0]["words"]).split())


def test_a_reply_without_blocks_is_its_text() -> None:
    assert words(render(Reply("Hello."))) == "Hello."


def test_citation_marks_jump_to_their_source() -> None:
    """Marks with a source do, others stay words."""
    html = render(Reply("", (Paragraph("Start small [1], not big [7]."), SOURCES)), Frame(message_id="12"))
    assert '<a class="cite" href="#m12-s1" aria-label="Source 1">[1]</a>, not big [7].' in html
    assert 'id="m12-s1"' in html


def test_sources_say_publisher_and_year_and_open_apart() -> None:
    html = render(Reply("", (SOURCES,)))
    assert "Sources (2)" in html
    assert words(html).endswith("Digital Plan (opens in a new tab) US National Archives · 2016 · example.org Undated (opens in a new tab) Somebody · example.com")
    assert html.count('target="_blank" rel="noopener noreferrer external"') == 2


@pytest.mark.parametrize(("url", "drawn"), [
    ("/my-data/download", True), ("/sign-in?t=aB_-9", True), ("//evil.example", False), ("/\\evil.example", False), ("/sign-in?t=a&x=<b>", False),
    ("javascript:alert(1)", False), ("my-data", False), ("/my-data\n", False),
])
def test_a_link_to_midway_may_be_a_path_of_these_pages(url: str, drawn: bool) -> None:
    """And leads nowhere else."""
    html = render(Reply("", (Link("Download my data", url),)))
    assert (f'href="{url}"' in html) is drawn and ('href=""' in html) is not drawn


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "/chat/new", "", "http://", "http://[", "ftp://example.org/x", " javascript:alert(1)"])
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    """Anything else is shown without a link, and without an error."""
    html = render(Reply("", (Sources((SourceLink(1, "Title", "Publisher", 2020, url),)),)))
    assert read(html).messages[0]["links"] == []
    assert "Title" in html


def test_the_first_row_of_buttons_is_the_decision() -> None:
    """Later rows are about the answer and look so."""
    html = render(Reply("", (Buttons((Button("We'll try it", "adopt", "v", primary=True),)), Buttons((Button("Helpful", "feedback", "y"),)))))
    assert html.index('class="buttons choices"') < html.index("try it") < html.index('class="buttons more"') < html.index("Helpful")
    assert html.count('class="primary"') == 1


def test_a_later_row_with_a_primary_button_decides_too() -> None:
    """As the next step below a result does."""
    rows = (Buttons((Button("Make the brief", "brief", "r"),)), Buttons((Button("We'll try it", "adopt", "v", primary=True),)), Buttons((Button("Read it", "more", "v"),)))
    html = render(Reply("", rows))
    assert html.count('class="buttons choices"') == 2 and html.index('class="buttons more"') > html.index("try it")


@pytest.mark.parametrize(("required", "optional", "folded"), [(2, 3, 3), (1, 2, 0), (0, 4, 0)])
def test_many_optional_fields_at_the_end_are_folded_away(required: int, optional: int, folded: int) -> None:
    """Never all of a form, and not where something stands in one of them."""
    fields = [Field(f"f{number}", "Field", required=number < required) for number in range(required + optional)]
    html = render(Reply("", (Form("f", "c", "Form", "Save", tuple(fields)),)))
    _, found, rest = html.partition('<details class="rest">')
    assert rest.partition("</details>")[0].count("<input") == folded
    assert found or 'class="rest"' not in html
    filled = render(Reply("", (Form("f", "c", "Form", "Save", (*fields[:-1], replace(fields[-1], value="x"))),)))
    assert ('<details class="rest" open>' in filled) is bool(folded)


def test_a_chart_is_a_table_with_its_summary() -> None:
    """Outside a conversation no picture is drawn; its words and figures say the same."""
    html = render(Reply("", (Chart("Adoption", "Two are trying.", ("October", "November"), (Series("trying", (1.0, None)), Series("adopted", (1234567.5,))), "teams"),)))
    assert words(html) == "Adoption Two are trying. Figures trying (teams) adopted (teams) October 1 1,234,567.5 November no figure no figure"
    assert html.count('scope="row"') == 2


def test_a_form_labels_every_field() -> None:
    """Hints are tied to their field; what is optional says so; choices are choices."""
    form = Form("team", "a1", "Your team", "Save", (
        Field("team", "Which team?", hint="As your colleagues say", value='No"rth'), Field("why", "Why?", required=False, multiline=True, value="\nbecause"),
        Field("kind", "Kind", options=(("a", "Chapter"), ("b", "Dealer")), value="b"),
    ))  # fmt: skip
    html = render(Reply("", (form,)), Frame("7", "c1", "token", "e1"))
    for part in ('for="m7-team"', 'id="m7-team"', 'aria-describedby="m7-team-hint"', 'value="No&#34;rth"', "(optional)", '<option value="b" selected>', 'value="token"', "<legend"):
        assert part in html, part
    assert html.count("required") == 2


def test_several_options_are_boxes_in_a_group() -> None:
    """Named by its legend, told of its hint; what is chosen is ticked; an empty value says that the field was there."""
    field = Field("topics", "Topics", "As many as you like", "p,f", False, options=(("p", "Pilots"), ("s", "Sponsors"), ("f", "Figures")), several=True)
    html = render(Reply("", (Form("tips", "a1", "Tips", "Save", (field,)),)), Frame("7", "c1", "token", "e1"))
    assert '<fieldset class="several" aria-describedby="m7-topics-hint">\n<legend dir="auto">Topics <span class="optional">(optional)</span></legend>' in html
    assert 'id="m7-topics-hint"' in html
    assert '<input type="hidden" name="field.topics" value="">' in html
    for value, mark in (("p", " checked"), ("s", ""), ("f", " checked")):
        assert f'<label><input type="checkbox" name="field.topics" value="{value}"{mark}>' in html
    assert "(choose at least one)" in render(Reply("", (Form("tips", "a1", "Tips", "Save", (replace(field, required=True),)),)))


def test_words_of_every_direction_stand_by_themselves() -> None:
    """Each piece has its own direction, so that right-to-left words do not turn their neighbours round."""
    html = render(Reply("", (Heading("مرحبا"), Paragraph("שלום"), Steps((Step("أ"),)), Facts((("ب", "ت"),)), Table(("ث",), (("ج",),)))))
    assert html.count('dir="auto"') == 7


@given(st.text())
def test_no_words_become_markup(text: str) -> None:
    """Whatever is said, in any block, the page has the same tags, and it can be sent as UTF-8."""

    def reply(said: str) -> Reply:
        blocks = (
            Heading(said), Paragraph(said), Steps((Step(said, said + "x"),)), Facts(((said, said),)), Table((said,), ((said,),)), Chart(said, said, (said,), (Series(said, (1,)),), said + "x"),
            Buttons((Button(said, said, said),)), Form(said, said, said, said, (Field(said, said, said + "x", said), Field("k", "k", options=((said + "v", said),)))),
            Sources((SourceLink(3, said, said, 2020, "https://example.org"),)),
        )  # fmt: skip
        return Reply(said, blocks)

    said = text.replace("[3]", "")
    html = render(reply(said), Frame(said, said + "c", said, said))
    assert read(html).tags == read(render(reply("x"), Frame(conversation="c"))).tags
    html.encode()


def test_a_person_s_words_are_shown_as_typed() -> None:
    """With their line breaks, without any markup, and with the id that the page gave them."""
    drawn = render_entry(WebEntry(3, "c1", "you:c1:abc", "you", write_words("<b>one</b>\ntwo"), AT), Frame())
    html = render_message(drawn)
    assert "&lt;b&gt;one&lt;/b&gt;\ntwo" in html
    assert 'data-event="abc"' in html


def test_a_message_of_another_version_does_not_break_the_page() -> None:
    drawn = render_entry(WebEntry(3, "c1", "k", "midway", '{"is": "Hologram"}', AT), Frame())
    assert "another version" in drawn.html


def test_controls_carry_where_they_stand() -> None:
    """Each card's buttons say which message they belong to."""
    reply = Reply("x", (Buttons((Button("Yes", "a", "v"),)),))
    html = render_entry(WebEntry(42, "c1", "k", "midway", dump_reply(reply), AT), Frame(conversation="c1", csrf="t")).html
    assert 'name="message_id" value="42"' in html
    assert 'name="csrf" value="t"' in html


def test_an_answer_by_a_model_says_so() -> None:
    assert "language model" in render(Reply("x", ai_generated=True))
    assert "language model" not in render(Reply("x"))
