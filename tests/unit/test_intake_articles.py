"""The article without the page around it: adverts inside sentences, boxes, biographies, menus; tables and lists stay."""

from __future__ import annotations

import pytest

from knowledge.intake.adverts import without_adverts
from knowledge.intake.sentences import sentences
from knowledge.library import load_shipped
from knowledge.practice import without_marks
from tests.intake_pages import AFTER, BEFORE, PARAGRAPHS, TITLE, apart, glued

OFFERS = (
    "The Meridian Theme Framework for WordPress makes your site shine, get it here.", "Get the Meridian Theme today!",
    "Sign up for our free webinar here.", "Save 30% on BuzzTool when you order today!",
    "Sponsored by SomeSocial: the all-in-one tool for teams.", "Click here to download our free eBook on engagement.",
    "Looking for a better CRM? Try PipeMax free for 30 days.", "Check out our new course and boost your career!",
    "[Ad: Hootly, starting at $9 a month]", "Tickets for SocialConf are on sale now, register at www.socialconf.example.com!",
    "Follow us on Twitter for more tips!", "Subscribe to our newsletter for weekly tips.",
    "This post is sponsored by MegaSuite, the leading platform for brands.", "Download the app now and get 10% off your first order.",
)


@pytest.mark.parametrize("offer", OFFERS)
def test_an_advert_is_cut_out_wherever_it_was_glued(offer: str) -> None:
    """At the end of a paragraph, between two sentences, with and without a space, and in the middle of a sentence."""
    assert [without_adverts(text)[0] for text, _ in glued(offer)] == [rest for _, rest in glued(offer)]


@pytest.mark.parametrize("offer", ["Advertisement", "ADVERTISEMENT"])
def test_the_word_alone_is_cut_out(offer: str) -> None:
    assert without_adverts(f"{BEFORE}. {offer} After that it is easy.")[0] == f"{BEFORE}. After that it is easy."
    assert without_adverts(f"{BEFORE} {offer} {AFTER}")[0] == f"{BEFORE} {AFTER}"


def test_what_was_cut_is_told() -> None:
    text, cuts = without_adverts(f"{BEFORE}. Get the Meridian Theme today! Photo credit: somebody.")
    assert text == f"{BEFORE}."
    assert [(cut.text, cut.reason) for cut in cuts] == [
        ("Get the Meridian Theme today!", "advert"), ("Photo credit: somebody.", "picture caption"),
    ]


@pytest.mark.parametrize("text", [
    "Sponsored posts must be disclosed, and the word belongs at the start.", "Advertising on Facebook cost us $500, and nobody answered.",
    "Ask people to subscribe to the newsletter before you ask them to buy.", 'The post said "Click here to get 50% off today!" and nobody did.',
    "The stock price rose from $70.45 to $81.72 after the post.", "Our team tried a free trial with nine dealers because the platform was new.",
    "We met in a Facebook group. Yahoo! is gone.", "Offer a discount code only to those who asked, and count them.",
])
def test_a_sentence_about_selling_stays(text: str) -> None:
    assert without_adverts(text) == (text, [])


def test_no_sentence_of_the_library_is_taken_for_an_advert() -> None:
    """The practices speak of campaigns, sponsors and newsletters all the time."""
    texts = [without_marks(text).replace("**", "") for practice in load_shipped().practices.values() for text in practice.texts()]
    assert len(texts) > 3000
    cut = [cuts for text in texts if (cuts := without_adverts(text)[1])]
    assert not cut


def test_sentences_are_told_apart_where_no_space_stands() -> None:
    assert sentences("What have you seen?The theme is here. Ask Dr. Ana, e.g. in May.Then go!") == [
        "What have you seen?", "The theme is here.", "Ask Dr. Ana, e.g. in May.", "Then go!",
    ]


def page(body: str, head: str = "") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return f"<html><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1><div class=entry>{paragraphs}{body}</div></body></html>"


BOXES = {
    "cookie notice": "<div><p>We use cookies to improve your experience. Accept all</p></div>",
    "newsletter box": "<div><p>Enter your email address to get our weekly tips in your inbox.</p></div>",
    "share buttons": "<div><a>Share on Facebook</a> <a>Tweet</a> <a>Print</a></div>",
    "related links": "<h3>You may also like</h3><ul><li><a>Lunch is a strategy</a></li><li><a>The price of a roll</a></li></ul>",
    "biography": "<p>Night Editor is a consultant and the author of two books. Follow her on Twitter or read her blog.</p>",
    "menu": "<p>Home | About | Contact</p>",
    "picture caption": "<p>Photo credit: a passer-by</p>",
    "tags": "<p>Tags: hospitals, nights, answers</p>",
    "boilerplate": "<p>Copyright 2010 Night Notes. All rights reserved.</p>",
    "advert": "<aside class='ad-box'><p>Beds from $99 a night, and breakfast is on us for every guest.</p></aside>",
    "hidden": "<p style='display:none'>Buy cheap beds and cheap pillows here, dear search engine, please.</p>",
}


@pytest.mark.parametrize("reason", BOXES)
def test_a_box_is_dropped_with_its_reason(reason: str) -> None:
    extract = apart(page(BOXES[reason]))
    assert extract.article == "\n\n".join([TITLE, *PARAGRAPHS])
    assert reason in {one.reason for one in extract.dropped}


def test_a_wrapper_called_like_noise_is_kept() -> None:
    """Templates put ``sidebar`` and ``newsletter`` into the names of elements that hold everything."""
    html = page("").replace("<body>", "<body class='newsletter-open sidebar'><div id='content-sidebar-wrap' class='promo related'>")
    assert apart(html).article == "\n\n".join([TITLE, *PARAGRAPHS])


def test_a_sentence_broken_by_a_box_is_whole_again() -> None:
    html = page("<p>This one begins here and</p><div class=banner-ad><p>Boots from $39!</p></div><p>ends over there, as it should.</p>")
    assert "This one begins here and ends over there, as it should." in apart(html).article


def test_tables_of_data_and_short_lists_stay() -> None:
    html = page("<p>This is what we counted:</p><ul><li>Lost bags</li><li>Parking</li><li>Visits</li></ul>"
                "<table><tr><th>Ward</th><th>Questions</th></tr><tr><td>North</td><td>41</td></tr></table>")
    assert apart(html).article.endswith("Lost bags\n\nParking\n\nVisits\n\nWard | Questions\n\nNorth | 41")


def test_scripts_and_comments_of_the_source_are_no_text() -> None:
    extract = apart(page("<script>var x = '<p>Never shown, and yet a whole sentence.</p>'</script><!-- <p>Nor is this one here.</p> -->"))
    assert "Never shown" not in repr(extract)
    assert "Nor is this" not in repr(extract)


def test_the_page_says_who_when_and_where() -> None:
    head = ("<meta name=author content='Night Editor'><link rel=canonical href='https://notes.example.org/nights'>"
            "<meta property='article:published_time' content='2010-02-01T08:00'>")
    extract = apart(page("", head))
    assert (extract.title, extract.author, extract.url, extract.year) == (TITLE, "Night Editor", "https://notes.example.org/nights", 2010)
