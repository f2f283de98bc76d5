"""Which comments are kept: serious ones, each once, under the name of whoever said it first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.intake.copies import is_copy
from knowledge.intake.dates import moment
from knowledge.intake.garble import is_garbled
from knowledge.intake.judging import judged
from knowledge.intake.remarks import Remark
from knowledge.intake.spam import Subject, is_for_sale, verdict
from knowledge.library import load_shipped

ARTICLE = (
    "Let the middle carry it. Most of the calls I get come from somebody in the middle of a large firm who has one small project in mind. "
    "We talk about goals, what the project should change, what it may cost and who has to sign. The person in the middle usually has a vague "
    "permission from above and enough standing with the people below. Our job is to make that person look good with social media. If the "
    "first pilot helps her own numbers, the second one is easy to get. Leaders get excited later. The people who do the daily work must feel "
    "that it is their project, because they answer the first angry customer. Somebody higher up notices the result, asks for a single page "
    "with figures, and tells the story as if it were his own. That is fine: credit is cheaper than a budget, and the next plan gets both."
)
SUBJECT = Subject.of(ARTICLE)
SPAM = (
    ("Best Web Hosting", "Hey there just wanted to give you a quick heads up. The text in your post seem to be running off the screen in Chrome."),
    ("Mark", "Pretty nice post. I just stumbled upon your weblog and wanted to say that I have really enjoyed surfing around your blog posts."),
    ("Anna", "Totally awesome post"),
    ("Kredit ohne Schufa", "Guter Artikel, günstige Kredite ohne Schufa jetzt online beantragen und Gutschein sichern"),
    ("jack", "payday loans, cash advance, bad credit loans, instant loans, online loans, personal loans"),
    ("asd", "asdkjh askjdh qwlkje"),
    ("tom", "My friend Lisa lost 30 pounds with this diet, see http://bit.example/diet"),
    ("X", "<a href=http://xxx>cheap meds</a> [url=http://xxx]meds[/url]"),
    ("mia", "Thanks for sharing such a nice information with us. Keep posting."),
    ("lena", "The bananas of the moon were walking quickly under a velvet sky when seven hungry clocks began singing about yesterday's marmalade"),
    ("ed", "Nice article. We provide the best SEO services in town with affordable packages. Call us"),
    ("bela", "Très bon article, merci beaucoup. Rachat de crédit pas cher: http://credit.example"),
    ("lux", "купить диплом недорого"),
    ("shin", "バッグ 激安 通販"),
    ("", "You have won an iphone gift card, claim your prize now"),
    ("vendor", "Ã¢â‚¬â„¢ Ã¢â‚¬Å“ Ã¢â‚¬ Ã¢â‚¬â„¢"),
    ("other blog", "[...] somebody writes about the middle and its projects [...]"),
    ("Pat", "First!"),
    ("none", "?!"),
)
SERIOUS = (
    ("Leader4x", "The key is making the customer successful, whichever direction you come from."),
    ("jim", "Bottom up. Ask forgiveness, not permission!"),
    ("mark", "Great post! In our airline it is top-down because of silos; few outside the top control budget."),
    ("ana", "Totally agree. The middle manager in our bank got no credit and left, so share it."),
    ("ray", "Leaders don't need excitement. They can survive by traditional means."),
    ("marketing manager", "How do you handle a sponsor who leaves half-way?"),
    ("tim", "Thanks for this! My experience is slower: it took two years."),
    ("Social Media Training Lead", "Love this. We ran three pilots, and only the one tied to complaints survived."),
    ("dealer", "See our write-up of a pilot that failed: http://dealer.example.org/pilot - the sponsor was never asked what he is measured on."),
    ("x", "Wrong. It depends on who owns the budget."),
    ("de", "Bei uns entscheidet der Betriebsrat mit, deshalb fangen wir immer mit ihm an und nicht mit dem Vorstand."),
)


@pytest.mark.parametrize(("author", "text"), SPAM)
def test_what_says_nothing_is_dropped(author: str, text: str) -> None:
    assert verdict(Remark(author, lines=[text]), SUBJECT) != ""


@pytest.mark.parametrize(("author", "text"), SERIOUS)
def test_what_says_something_is_kept(author: str, text: str) -> None:
    """However short, with praise before it, with an address in it, in another language."""
    assert verdict(Remark(author, lines=[text]), SUBJECT) == ""


def test_hardly_a_question_of_our_trade_is_taken_for_spam() -> None:
    """What people type to Midway is what serious commenters write about."""
    subject = Subject.of(" ".join(text for practice in load_shipped().practices.values() for text in practice.texts()))
    asked = Path(__file__).parents[2] / "knowledge" / "asked"
    # Of a message that is typed in bits the longest says most; "what could we do with it" is no comment by itself.
    messages = [max(json.loads(line), key=len) for path in sorted(asked.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    long = [message for message in messages if len(message.split()) >= 6][::4]  # every fourth: they are many and alike
    lost = [message for message in long if verdict(Remark("someone", lines=[message]), subject)]
    assert len(long) > 4_500
    assert len(lost) <= 0.0015 * len(long), lost


@pytest.mark.parametrize("name", ["Cheap Running Shoes", "SEO Services Agency", "www.loans.example.com", "casinoking", "Best Web Hosting"])
def test_a_shop_is_no_name(name: str) -> None:
    assert is_for_sale(name)


@pytest.mark.parametrize("name", ["Dana", "agency desk", "marketing manager", "Ward 7", "Training Lead", "guide dog owner", ""])
def test_a_role_is_a_name(name: str) -> None:
    assert not is_for_sale(name)


ORIGINAL = (
    "We tried exactly this in a freight company. The middle manager got promoted after the first pilot, and nobody was left to run "
    "the second one. Plan for a successor before you start."
)
COPIES = (
    ORIGINAL, ORIGINAL.upper(), ORIGINAL + " http://pills.example.com", "Great post! " + ORIGINAL,
    "The middle manager got promoted after the first pilot, and nobody was left to run the second one.",
    "We attempted precisely this in a cargo firm. The middle supervisor was promoted following the first pilot, and no one remained to run "
    "the second. Prepare a successor before you begin.",
)


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_found(copy: str) -> None:
    """Verbatim, with a link, cut, and with words exchanged."""
    assert is_copy(copy, ORIGINAL)


@pytest.mark.parametrize(("one", "other"), [
    ("It is hard to say no to something you can see, so I always bring a mock-up to the sponsor.",
     "I never bring a mock-up to the sponsor. It is easy to say no to something that looks finished."),
    ("Agree with the author. In our bank the compliance team read every post for six months before they trusted us.",
     "Agree with the author. In our hospital the press office answered every post for two years before they let go."),
    (ORIGINAL, f'"{ORIGINAL[:60]}": that happened to us as well, and the board then hired a freelancer, two students and in the end my aunt to fill the gap.'),
    ("Ask early.", "Ask late."),
    ("Tie the pilot to the number on which the sponsor is paid.", "Do not tie the pilot to the number on which the sponsor is paid."),
])
def test_another_opinion_in_like_words_is_no_copy(one: str, other: str) -> None:
    assert not is_copy(other, one)


def remark(author: str, text: str, date: str = "") -> Remark:
    return Remark(author, date, lines=text.split("\n"))


def test_the_first_genuine_one_stays() -> None:
    kept, dropped = judged([remark("quaymaster", ORIGINAL), remark("Leo", ORIGINAL)], ARTICLE, SUBJECT)
    assert [comment.author for comment in kept] == ["quaymaster"]
    assert [(one.author, one.reason) for one in dropped] == [("Leo", "copy of the comment by quaymaster")]


@pytest.mark.parametrize("above", [
    remark("Leo", ORIGINAL, "March 9, 2010"), remark("Cheap Running Shoes", ORIGINAL), remark("Leo", ORIGINAL + " http://deals.example.net"),
])
def test_the_original_may_stand_below(above: Remark) -> None:
    """Newest first, or the copy came to the top: the earlier, the unnamed shop's and the one without a link is genuine."""
    kept, dropped = judged([above, remark("quaymaster", ORIGINAL, "March 2, 2010")], ARTICLE, SUBJECT)
    assert [comment.author for comment in kept] == ["quaymaster"]
    assert [one.reason for one in dropped] == ["copy of the comment by quaymaster"]


def test_a_piece_of_the_article_is_no_comment() -> None:
    kept, dropped = judged([remark("Leo", "The person in the middle usually has a vague permission from above and enough standing with the people below.")], ARTICLE, SUBJECT)
    assert kept == []
    assert dropped[0].reason == "copy of the article"


def test_signatures_and_adverts_are_cut_from_a_comment() -> None:
    [comment], dropped = judged([remark("dealer", "Our sponsor left after a year, and the budget for the pilot went with him. Advertisement: shoes for all.\nhttp://dealer.example.org")], ARTICLE, SUBJECT)
    assert comment.text == "Our sponsor left after a year, and the budget for the pilot went with him."
    assert [(one.text, one.reason, one.author) for one in dropped] == [
        ("http://dealer.example.org", "signature", "dealer"), ("Advertisement: shoes for all.", "advert", "dealer"),
    ]


def test_who_takes_part_may_answer_beside_the_article() -> None:
    aside = "Doors, kettles, lists of grandmothers over eighty: knocking counts when shoes are dry and soup is warm."
    kept, _ = judged([remark("dana", ORIGINAL), remark("dana", aside)], ARTICLE, SUBJECT)
    assert len(kept) == 2
    kept, [dropped] = judged([remark("dana", ORIGINAL), remark("stranger", aside)], ARTICLE, SUBJECT)
    assert (dropped.author, dropped.reason) == ("stranger", "off topic")


def test_garble_is_told_by_its_letters() -> None:
    assert is_garbled("hgfkjs wqrtpl zxcvbn mnbvcx lkjhgf")
    assert not is_garbled("ROI for 2010: 74 leads, 11 closed, GM 22%. Strengths? Rhythm!")
    assert not is_garbled("Лучше спросить заранее")


def test_dates_are_compared_only_where_they_are_certain() -> None:
    earlier, later = moment("March 3, 2010 at 4:05 am"), moment("3. März 2010 um 16:05")
    assert earlier and later and earlier < later
    assert moment("2010-03-03") and moment("03/04/2010") is None and moment("3 years ago") is None
    assert moment("February 31, 2010") is None
