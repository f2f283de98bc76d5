"""Whatever bytes come in: an import or one sentence. And on pages made up at random nothing genuine is lost or told twice."""

from __future__ import annotations

import html

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.intake import DocumentUnusable, Imported, import_document
from knowledge.intake.adverts import without_adverts
from knowledge.intake.attribution import attribution
from knowledge.intake.blocks import words_of
from knowledge.intake.sentences import spans
from tests.intake_files import docx, pdf, word
from tests.intake_pages import apart

NAMES = ("a.html", "a.txt", "a.md", "a.pdf", "a.docx", "a", "../a\n.html")
pieces = st.sampled_from([
    "<div class=comment>", "<p>", "</p>", "<br>", "<table><tr><td>", "<li>", "<h1>", "<pre>", "<!--", "<script>", "&amp;", "&#0;", "<a href=x>", "[a](b)",
    "# ", "- ", "> ", "**", "---\n", "Comments (3)\n", "Dana says:\n", "March 3, 2010 at 4:05 pm\n", "Posted by Dana | 3/3/10\n", "Advertisement ",
    "Sponsored: buy now! ", "[...] ", "Reply\n", "Leave a Reply\n", "We tried a pilot. ", "http://x.example.com ", "\n\n", "\x00", "\u202e", "\ufffd", "é", "中文。",
])
texts = st.lists(st.one_of(pieces, st.text(max_size=12)), max_size=60).map("".join)
sound = (docx(word(("Heading1", "A title"), ("Normal", "We tried a pilot with the team, and it worked well."))), pdf([["We tried a pilot with the team, and it worked well."]]),
         b"<html><body><h1>A title</h1><p>We tried a pilot with the team, and it worked well.</p></body></html>")
damaged = st.tuples(st.sampled_from(sound), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6)).map(
    lambda case: _damaged(*case))
documents = st.one_of(st.binary(max_size=300), texts.map(lambda text: text.encode(errors="surrogatepass")), damaged)


def _damaged(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, value in changes:
        changed[place % len(changed)] = value
    return bytes(changed)


def coherent(result: Imported) -> None:
    """What every import keeps to."""
    assert result.article or result.comments
    assert all(comment.text.strip() for comment in result.comments)
    assert all(one.text.strip() and one.reason for one in result.dropped)
    lines = {line for line in result.article.split("\n") if line}
    assert lines.isdisjoint(one.text for one in result.dropped if not one.author)
    assert all(claim.support == len({name.casefold() for name in claim.supporters}) >= 1 for draft in result.drafts for claim in draft.claims)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents, st.sampled_from(NAMES))
def test_any_bytes_are_an_import_or_one_sentence(data: bytes, name: str) -> None:
    """Through the child process."""
    try:
        result = import_document(data, name)
    except DocumentUnusable as error:
        assert len(str(error)) > 20
        return
    coherent(result)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(texts.map(lambda text: text.encode(errors="replace")), st.binary(max_size=200)), st.sampled_from(NAMES[:3]))
def test_any_text_is_an_import_or_one_sentence(data: bytes, name: str) -> None:
    """Without a child, where an exception of any other kind would show."""
    try:
        extract = apart(data, name)
    except DocumentUnusable:
        return
    lines = {line for line in extract.article.split("\n") if line}
    assert lines.isdisjoint(one.text for one in extract.dropped if not one.author)


@settings(max_examples=150, deadline=None)
@given(texts)
def test_sentences_are_the_whole_text_and_adverts_add_nothing(text: str) -> None:
    assert "".join(text[start:end] for start, end in spans(text)) == text
    kept, cuts = without_adverts(text)
    assert len(words_of(kept)) + sum(len(words_of(cut.text)) for cut in cuts) <= len(words_of(text)) + 2 * len(cuts)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_an_attribution_takes_its_words_from_the_line(line: str) -> None:
    found = attribution(line)
    assert found is None or (found.author in line and len(found.author) <= 70)


SUBJECTS = ("dealer", "chapter", "sponsor", "volunteer", "agent", "manager", "branch", "member", "director", "trainee", "customer", "editor")
ACTIONS = ("answered", "measured", "refused", "trained", "approved", "reported", "collected", "delayed", "praised", "copied", "planned", "stopped")
THINGS = ("complaints", "photographs", "budgets", "questions", "permissions", "meetings", "reports", "pilots", "passwords", "letters", "figures", "rules")
WHENS = ("before the launch", "after a year", "in the first week", "every Thursday", "at the fair", "during the strike", "without a plan", "in two regions")
statements = st.tuples(*(st.sampled_from(words) for words in (SUBJECTS, ACTIONS, THINGS, WHENS, SUBJECTS, ACTIONS, THINGS)), st.integers(3, 97)).map(
    lambda w: f"Our {w[0]} {w[1]} the {w[2]} {w[3]}, and then the {w[4]} {w[5]} {w[7]} {w[6]}.")
spam = st.sampled_from([
    "Great post, thanks for sharing!", "Cheap shoes and cheap bags, buy now at http://shoes.example.com", "Very informative, I have bookmarked your site.",
    "Лучшие казино онлайн, бонус каждому", "payday loans, bad credit loans, online loans, instant loans", "hgfkjs wqrtpl zxcvbn",
])
forms = st.sampled_from([
    lambda a, t: f'<li class="comment"><cite class="fn">{a}</cite> says: <span class="date">March 3, 2010 at 4:05 pm</span><p>{t}</p><a>Reply</a></li>',
    lambda a, t: f"<div><b>{a}</b> &middot; 3 March 2010, 16:05<br>{t}</div>",
    lambda a, t: f"<tr><td><b>{a}</b> wrote on 3 March 2010:</td></tr><tr><td>{t}</td></tr>",
    lambda a, t: f"<p>{a} says:</p><p>March 3, 2010 at 4:05 pm</p><p>{t}</p>",
])


@settings(max_examples=60, deadline=None)
@given(st.lists(statements, min_size=3, max_size=6, unique=True), st.lists(statements, min_size=2, max_size=6, unique=True), st.lists(spam, max_size=4), forms,
       st.randoms(use_true_random=False))
def test_every_genuine_comment_of_a_made_up_page_is_kept(article, genuine, junk, form, chance) -> None:  # type: ignore[no-untyped-def]
    """Spam and copies among them are not; each comment has its author, and no text is in two places."""
    genuine = [text for text in genuine if text not in article]
    if any(_alike(one, other) for place, one in enumerate(genuine) for other in [*genuine[:place], *article]):
        return
    said = [(f"person {number}", text) for number, text in enumerate(genuine, 1)]
    mixed = [*said, *((f"visitor {number}", text) for number, text in enumerate(junk, 1))]
    chance.shuffle(mixed)
    mixed += [("copycat", text) for _, text in said[:1]]
    body = "".join(form(html.escape(author), html.escape(text)) for author, text in mixed)
    paragraphs = "".join(f"<p>{text} {text.replace('Our', 'Their')}</p>" for text in article)
    extract = apart(f"<html><body><h1>How we began</h1>{paragraphs}<div id=comments><h3>{len(mixed)} Comments</h3><table>{body}</table></div></body></html>"
                    if "<tr>" in body else f"<html><body><h1>How we began</h1>{paragraphs}<div id=comments><h3>{len(mixed)} Comments</h3>{body}</div></body></html>")
    assert sorted((comment.author, comment.text) for comment in extract.comments) == sorted(said)
    assert {comment.text for comment in extract.comments}.isdisjoint(one.text for one in extract.dropped if one.author != "copycat")
    assert all(text in extract.article for text in article)


def _alike(one: str, other: str) -> bool:
    """Made-up statements may be near-duplicates of each other by chance; what is right then is another test's matter."""
    first, second = set(words_of(one)), set(words_of(other))
    return len(first & second) > 0.4 * min(len(first), len(second))


@pytest.mark.parametrize("data", sound)
def test_the_sound_documents_are_sound(data: bytes) -> None:
    coherent(import_document(data, "a"))
