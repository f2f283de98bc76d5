"""Every kind of document: PDF, DOCX, markdown, text in any encoding; and what is none."""

from __future__ import annotations

import pytest

from knowledge.errors import DocumentUnusable
from knowledge.intake.decoding import decoded
from knowledge.intake.kinds import is_markup
from tests.intake_files import docx, pdf, remarks, word
from tests.intake_pages import COMMENTS, DATES, PARAGRAPHS, TITLE, apart, marked_pages

SHORT = "Our sponsor read the page because it was short. He signed it on the same day."


def test_pdf_without_what_repeats_on_its_pages() -> None:
    """Lines are joined to paragraphs, parted words are whole, headers and page numbers are gone."""
    pages = [[f"The Night Report {number}", *text, f"Page {number} of 3"] for number, text in enumerate((
        ("The night desk of a large hospital gets more ques-", "tions on its page than the day desk does, and most of", "them are about parking."),
        ("We wrote down thirty answers and gave them to the", "porters, because the porters know what people ask at", "three in the morning."),
        ("What went wrong was the first weekend, when nobody", "had told the press office that porters would answer", "on the public page."),
    ), 1)]
    extract = apart(pdf(pages), "report.pdf")
    assert "more questions on its page than the day desk does, and most of them are about parking." in extract.article
    assert "Night Report" not in extract.article
    assert "Page 1 of 3" not in extract.article
    assert "boilerplate" in {one.reason for one in extract.dropped}


def test_pdf_with_comments_below() -> None:
    lines = [TITLE, *PARAGRAPHS[0].replace(". ", ".\n").split("\n"), "4 Comments"]
    for (author, text), date in zip(COMMENTS, DATES, strict=True):
        lines += [f"{author} says:", date, text]
    extract = apart(pdf([lines]), "page.pdf")
    assert [comment.author for comment in extract.comments] == [author for author, _ in COMMENTS]


def test_docx_with_remarks_in_the_margin() -> None:
    """Headings, lists and paragraphs are the article; the margin holds comments with their authors."""
    body = word(("Heading1", TITLE), ("Normal", PARAGRAPHS[0]), ("ListParagraph", "Name the desk."), ("Normal", PARAGRAPHS[1]))
    extract = apart(docx(body, word__comments=remarks(*COMMENTS[:2])), "report.docx")
    assert extract.article == "\n\n".join([TITLE, PARAGRAPHS[0], "Name the desk.", PARAGRAPHS[1]])
    assert [(comment.author, comment.text, comment.date) for comment in extract.comments] == [
        (*COMMENTS[0], "2020-05-01"), (*COMMENTS[1], "2020-05-02"),
    ]


def test_docx_leaves_out_what_was_deleted() -> None:
    body = word(("Normal", PARAGRAPHS[0])).replace("</w:p>", "</w:p><w:p><w:del><w:r><w:delText>Never</w:delText><w:t>said</w:t></w:r></w:del></w:p>")
    assert apart(docx(body), "report.docx").article == PARAGRAPHS[0]


def test_markdown_is_read_without_its_marks() -> None:
    text = f"---\ntitle: {TITLE}\nurl: https://notes.example.org/x\ndate: 2011-05-01\n---\n\n# {TITLE}\n\n{PARAGRAPHS[0]}\n\n- **Name** the [desk](http://x.example.org).\n- Answer *by night*, too.\n"
    extract = apart(text, "notes.md")
    assert extract.article == f"{TITLE}\n\n{PARAGRAPHS[0]}\n\nName the desk.\n\nAnswer by night, too."
    assert (extract.url, extract.year) == ("https://notes.example.org/x", 2011)


def test_lines_broken_by_a_margin_are_joined() -> None:
    text = "An insurance agent sells for six houses. He will use the material that is\neasiest to use, and that is hardly ever ours. I learned this by standing in an\noffice for a day and counting.\n\nThe rest of the day I listened to the telephone, which rang forty times in all."
    assert apart(text, "saved.txt").article.split("\n\n")[0].endswith("standing in an office for a day and counting.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_is_read(encoding: str) -> None:
    text = f"{TITLE}\n\nThe night desk said: “Überall fragt man nach dem Café”, and the porter’s answer was right. {SHORT}"
    assert "“Überall fragt man nach dem Café”, and the porter’s answer" in apart(text.encode(encoding), "page.txt").article


ENGLISH = "We have run a pilot for many weeks and it went well enough to show to the board. Nobody believed the figures at first. "


@pytest.mark.parametrize(("encoding", "words"), [
    ("cp1252", "Ms Müller met the sponsor – and didn’t count likes."), ("cp1252", "A pilöt without a budget."),
    ("cp1252", "The café’s owner said “no”; it costs £5…perhaps."), ("mac_roman", "We said “the porter’s answer” was right, Müller and the café’s owner agreed."),
    ("cp1250", "Wałęsa wrote the first page."), ("cp1251", "Ночной дежурный отвечает на вопросы пациентов больницы."),
    ("cp932", "私たちの病院では夜の窓口が多くの質問を受けます。"), ("cp1253", "Το νοσοκομείο απαντά στις ερωτήσεις των ασθενών κάθε βράδυ."),
    ("cp1250", "Zażółć gęślą jaźń, pracownicy odpowiadają na pytania klientów częściej niż sądziliśmy."), ("cp1252", "Fürsprecher hören früh zu und größer wird es später über Anhänger."),
])
def test_a_text_that_is_mostly_english_keeps_its_names(encoding: str, words: str) -> None:
    """Few letters tell one encoding from another there; a text with many in another alphabet is still read in that."""
    assert decoded(f"{ENGLISH * 3}{words}".encode(encoding), "page.txt") == f"{ENGLISH * 3}{words}"


def test_a_page_that_declares_its_encoding_wrongly_is_read() -> None:
    html = f"<html><head><meta charset='iso-8859-1'></head><body><p>Überall fragt man nach dem Café. {SHORT}</p></body></html>"
    assert "Überall fragt man nach dem Café." in apart(html.encode()).article


def test_markup_is_told_from_text_about_markup() -> None:
    assert is_markup("<!doctype html><html><body><p>x</p></body></html>", "page.txt")
    assert is_markup("<p>x</p>", "page.html")
    assert not is_markup("Use <p> for a paragraph, if a < b and b > c.", "page.md")


@pytest.mark.parametrize(("data", "name", "remedy"), [
    (b"", "a.txt", "yields no text"), (b"   \n\n ", "a.html", "yields no text"), (b"<html></html>", "a.html", "yields no text"),
    (bytes(5000), "a.txt", "no text document"), (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.png", "no text document"),
    (b"\xd0\xcf\x11\xe0" + bytes(600), "a.doc", "save it as .docx"), (b"{\\rtf1 hello}", "a.rtf", "save it as .docx"),
    (b"PK\x03\x04" + bytes(99), "a.zip", "unpack it"), (b"PK\x03\x04 word/ " + bytes(99), "a.docx", "save it again"),
    (docx("<a>"), "a.docx", "save it again"), (docx(word()), "a.docx", "yields no text"), (pdf([[]]), "a.pdf", "yields no text"),
])
def test_what_yields_nothing_is_said_with_a_remedy(data: bytes, name: str, remedy: str) -> None:
    with pytest.raises(DocumentUnusable, match=remedy) as raised:
        apart(data, name)
    assert str(raised.value).startswith(name)


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


@pytest.mark.parametrize(("page", "truth"), marked_pages(), ids=lambda value: value.name if hasattr(value, "name") else "")
def test_pages_with_the_usual_faults(page, truth) -> None:  # type: ignore[no-untyped-def]
    """Every sentence of the article, every genuine comment under its name, no spam and no copy; nothing is in two places."""
    extract = apart(page.read_bytes(), page.name)
    article = _squeezed(extract.article)
    assert [text for text in truth["article"] if _squeezed(text) not in article] == []
    assert [(one.author, one.text) for one in extract.comments if not any(
        one.author == author and _squeezed(text) in _squeezed(one.text) for author, text in truth["comments"])] == []
    assert len(extract.comments) == len(truth["comments"])
    dropped = [(one.author, _squeezed(one.text), one.reason) for one in extract.dropped]
    assert [text for text in truth["spam"] if not any(_squeezed(text) in other for _, other, _ in dropped)] == []
    assert [text for author, text in truth["copies"] if not any(
        author == who and _squeezed(text) in other and reason.startswith("copy") for who, other, reason in dropped)] == []
    lines = {line for line in extract.article.split("\n") if line}
    assert lines.isdisjoint(one.text for one in extract.dropped)
