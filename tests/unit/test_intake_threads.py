"""Who said what, in the ways that pages write it: lines of saved text and the markup of many templates."""

from __future__ import annotations

import pytest

from knowledge.intake.attribution import attribution, date_line
from tests.intake_pages import ALL_SAID, PARAGRAPHS, TITLE, Form, apart, said, written

FOOT = "\n\nLeave a Reply\nCopyright 2010"
CLOSED = "\n\nThe comments to this entry are closed."
LINES: dict[str, tuple[Form, str, str]] = {
    "says, date": (lambda a, t, d, g, n: f"{a} says:\n{d}\n{t}", "4 Comments\n\n", FOOT),
    "says, date, with empty lines": (lambda a, t, d, g, n: f"{a} says:\n\n{d}\n\n{t}", "4 Comments\n\n", FOOT),
    "dash": (lambda a, t, d, g, n: f"{a} — {d}\n{t}", "4 Comments\n\n", FOOT),
    "at sign": (lambda a, t, d, g, n: f"{a} @ {d}\n{t}\nReply", "Comments (4)\n\n", FOOT),
    "name and date alone": (lambda a, t, d, g, n: f"{a}\n\n{d}\n\n{t}\n\nReply", "4 Comments\n\n", FOOT),
    "date above the name": (lambda a, t, d, g, n: f"{d}\n{a} says:\n{t}", "4 Comments\n\n", FOOT),
    "in one line": (lambda a, t, d, g, n: f"{a} says: {t}", "4 Comments\n\n", FOOT),
    "in one line with date": (lambda a, t, d, g, n: f"{a} says: {d} {t}", "4 Comments\n\n", FOOT),
    "label": (lambda a, t, d, g, n: f"{a.title()}: {t}", "4 Comments\n\n", FOOT),
    "comment by": (lambda a, t, d, g, n: f"{n}. Comment by {a} on {d}\n{t}", "4 Comments\n\n", FOOT),
    "posted by, below": (lambda a, t, d, g, n: f"{t}\n\nPosted by: {a} | {d}", "4 Comments\n\n", CLOSED),
    "comment by, below": (lambda a, t, d, g, n: f"{t}\n\nComment by {a} — {d}", "4 Comments\n\n", "\n\nRSS feed for comments on this post."),
    "signed": (lambda a, t, d, g, n: f"{t}\n- {a}, {d}", "4 Comments\n\n", ""),
    "names only": (lambda a, t, d, g, n: f"{a}\n\n{t}", "4 Comments\n\n", FOOT),
    "time past": (lambda a, t, d, g, n: f"{a} • {g}\n{t}\n• Reply • Share ›", "4 Comments\n\n", FOOT),
    "answer to": (lambda a, t, d, g, n: f"{a} > night owl • {g}\n{t}\n2 • Reply • Share ›", "4 Comments\n\n", FOOT),
    "address": (lambda a, t, d, g, n: f"{a} (http://site{n}.example.com) says:\n{d}\n{t}", "4 Comments\n\n", FOOT),
    "points": (lambda a, t, d, g, n: f"[–]{a.replace(' ', '_')} {n} points {g}\n{t}\npermalink embed save report reply", "4 Comments\n\n", FOOT),
    "news list": (lambda a, t, d, g, n: f"{a.replace(' ', '_')} {g} | next [–]\n\n{t}\n\nreply", "4 Comments\n\n", FOOT),
    "on date said": (lambda a, t, d, g, n: f"On {d}, {a} said:\n{t}", "4 Comments\n\n", FOOT),
    "job title": (lambda a, t, d, g, n: f"{a}\nHead of Something at Some Hospital\n3y\n{t}\nLike\nReply\n2 Reactions", "4 Comments\n\n", FOOT),
    "handle": (lambda a, t, d, g, n: f"@{a.replace(' ', '')}\n{g}\n{t}\n12\nReply", "4 Comments\n\n", FOOT),
    "no heading": (lambda a, t, d, g, n: f"{a} says:\n{d}\n{t}", "", FOOT),
    "capital heading": (lambda a, t, d, g, n: f"{a} | {d}\n{t}", "COMMENTS\n", FOOT),
    "numbered": (lambda a, t, d, g, n: f"#{n} {a}\n{d}\n{t}", "4 Comments\n\n", FOOT),
    "slashes": (lambda a, t, d, g, n: f"{a}\n2/{n}/2010 4:05 PM\n{t}", "4 Comments\n\n", FOOT),
    "iso date": (lambda a, t, d, g, n: f"{a} 2010-02-0{n} 16:05\n{t}", "4 Comments\n\n", FOOT),
    "posted at": (lambda a, t, d, g, n: f"{a}\nPosted at {d}\n{t}\nReport abuse", "4 Comments\n\n", FOOT),
    "posted by, above": (lambda a, t, d, g, n: f"Posted by {a} on {d}:\n\n{t}", "4 Comments\n\n", FOOT),
    "date below": (lambda a, t, d, g, n: f"{a} wrote:\n{t}\n{d}", "4 Comments\n\n", FOOT),
    "thoughts": (lambda a, t, d, g, n: f"{a}\non {d} said:\n{t}", "4 thoughts on “Nights”\n\n", FOOT),
    "German": (lambda a, t, d, g, n: f"{a} sagt:\n{n}. Februar 2010 um 16:05\n{t}\nAntworten", "4 Kommentare\n\n", "\n\nKommentar schreiben\nImpressum"),
    "date first": (lambda a, t, d, g, n: f"{d} | {a}\n{t}", "4 Comments\n\n", FOOT),
    "letter": (lambda a, t, d, g, n: f"From: {a}\nDate: {d}\n{t}\n(Reply to this)", "Comments:\n\n", FOOT),
    "markdown, bold": (lambda a, t, d, g, n: f"**{a}** *{d}*\n\n{t}", "## 4 comments\n\n", FOOT),
    "markdown, links": (lambda a, t, d, g, n: f"[{a}](http://x.example.com) says:\n\n[{d}](#c{n})\n\n{t}\n\n[Reply](#r)", "## 4 comments\n\n", FOOT),
    "markdown, list": (lambda a, t, d, g, n: f"- **{a}** says:\n  {d}\n\n  {t}", "## 4 comments\n\n", FOOT),
}

MARKUP: dict[str, tuple[Form, str, str]] = {
    "article in li": (
        lambda a, t, d, g, n: f"<li class='comment even depth-1'><article class='comment-body'><footer class='comment-meta'><div class='comment-author vcard'><img><b class='fn'>{a}</b> <span class='says'>says:</span></div><div class='comment-metadata'><a><time>{d}</time></a></div></footer><div class='comment-content'><p>{t}</p></div><div class='reply'><a>Reply</a></div></article></li>",
        "<div id=comments><h2>4 thoughts on &ldquo;X&rdquo;</h2><ol class=comment-list>", "</ol><div id=respond><h3>Leave a Reply</h3></div></div>"),
    "plain divs": (lambda a, t, d, g, n: f"<div class=comment><p class=author>{a}</p><p class=date>{d}</p><div class=text>{t}</div></div>", "<div class=comments><h3>Comments</h3>", "</div>"),
    "list without classes": (lambda a, t, d, g, n: f"<li><strong>{a}</strong> <small>{d}</small><p>{t}</p></li>", "<h3>4 comments</h3><ul>", "</ul>"),
    "two columns": (lambda a, t, d, g, n: f"<tr><td>{a}<br>{d}</td><td>{t}</td></tr>", "<h3>Comments (4)</h3><table>", "</table>"),
    "terms": (lambda a, t, d, g, n: f"<dt>{a} said on {d}:</dt><dd>{t}</dd>", "<h4>4 Comments:</h4><dl>", "</dl>"),
    "quotes with cite": (lambda a, t, d, g, n: f"<blockquote><p>{t}</p><cite>{a}, {d}</cite></blockquote>", "<div id=comments><h4>4 Comments</h4>", "</div>"),
    "nested tables": (
        lambda a, t, d, g, n: f"<tr class='athing comtr'><td><table><tr><td class=ind></td><td class=default><span class=comhead><a class=hnuser>{a.replace(' ', '_')}</a> <span class=age><a>{g}</a></span> | next [&ndash;]</span><div class=comment><div class=commtext>{t}</div><p><a>reply</a></p></div></td></tr></table></td></tr>",
        "<table class=comment-tree>", "</table>"),
    "controls with time": (lambda a, t, d, g, n: f"<div><div><a>{a}</a></div><div>{t}</div><div>Like &middot; Reply &middot; {g}</div></div>", "<div>4 comments</div>", ""),
    "meaningless classes": (lambda a, t, d, g, n: f"<div class=xa><div class=xb><span class=xc>{a}</span><span class=xd>{d}</span></div><div class=xe>{t}</div><span>{n}</span><span>Reply</span></div>", "<div class=xz><div>Comments (4)</div>", "</div>"),
    "bold labels": (lambda a, t, d, g, n: f"<p><b>{a}:</b> {t}</p>", "<h3>Comments</h3>", ""),
    "nested lists": (lambda a, t, d, g, n: f"<li>{a} says:<br>{d}<p>{t}</p><ul>", "<h3>4 Responses</h3><ul>", "</ul></li>" * 4 + "</ul>"),
    "item properties": (lambda a, t, d, g, n: f"<div itemprop=comment><span itemprop=author>{a}</span> <time>{d}</time><div itemprop=text><p>{t}</p></div></div>", "<section><h2>Discussion</h2>", "</section>"),
    "name below": (lambda a, t, d, g, n: f"<li><p>{t}</p><p><cite>Comment by <a>{a}</a> &#8212; {d} <a>#</a></cite></p></li>", "<h2 id=comments>4 Comments</h2><ol id=commentlist>", "</ol><p>RSS feed for comments on this post.</p>"),
    "rules between": (lambda a, t, d, g, n: f"<b>{a}</b> <i>{d}</i><br>{t}<hr>", "<h3>Comments</h3><hr>", ""),
    "one paragraph each": (lambda a, t, d, g, n: f"<p>{a} says:</p><p>{d}</p><p>{t}</p>", "<p>Comments (4)</p>", "<p>Leave a comment</p>"),
    "forum profile": (lambda a, t, d, g, n: f"<div class=postbit><div>{d}</div><div class=userinfo><a class=username>{a}</a><div>Senior Member</div><dl><dt>Join Date</dt><dd>May 2008</dd><dt>Posts</dt><dd>{n * 37}</dd></dl></div><div class=postbody>{t}</div></div>", "<div id=comments>", "</div>"),
    "badges": (lambda a, t, d, g, n: f"<div class=gi><div><a>{a}</a> <span>commented</span> <time>{d}</time> <span>First-time contributor</span></div><div><p>{t}</p></div></div>", "<h4>4 comments</h4>", ""),
}

ARTICLES = {
    "main": f"<header><nav><a>Home</a><a>About</a></nav></header><main><h1>{TITLE}</h1><div class=byline>By Night Editor, February 1, 2010</div>{{}}<p>Night Editor is a consultant and the author of a book about hospitals. Follow her on Twitter.</p>%s</main><footer>Copyright 2010</footer>".format("".join(f"<p>{text}</p>" for text in PARAGRAPHS)),
    "table": f"<table><tr><td><a>Home</a><br><a>About us</a></td><td><b>{TITLE}</b><br>By Night Editor, February 1, 2010<br><br>{'<br><br>'.join(PARAGRAPHS)}<br><br>%s</td></tr></table>",
    "divs": f"<div><div><a>Home</a> <a>About</a></div><div><h2>{TITLE}</h2>{''.join(f'<div>{text}</div>' for text in PARAGRAPHS)}</div>%s<div>Copyright 2010</div></div>",
    "wrappers": f"<div id=wrap class='has-comments with-sidebar'><div class=post><h1>{TITLE}</h1>{''.join(f'<div><span>{text}</span></div><div class=ad-wrap>Buy shoes now</div>' for text in PARAGRAPHS)}</div>%s</div>",
}


@pytest.mark.parametrize("name", LINES)
def test_comments_are_read_from_lines(name: str) -> None:
    """Each with its author, and none of the article in them."""
    form, head, foot = LINES[name]
    top = f"{TITLE}\n\nBy the night editor, February 1, 2010\n\n" + "\n\n".join(PARAGRAPHS) + "\n\n"
    extract = apart(top + head + written(form, "\n\n") + foot, "page.txt")
    assert said(extract) == ALL_SAID
    assert extract.article == "\n\n".join([TITLE, *PARAGRAPHS])


@pytest.mark.parametrize("name", MARKUP)
@pytest.mark.parametrize("layout", ARTICLES)
def test_comments_are_read_from_markup(layout: str, name: str) -> None:
    form, head, foot = MARKUP[name]
    body = ARTICLES[layout].replace("%s", head + written(form) + foot)
    extract = apart(f"<html><head><title>{TITLE} | Night Notes</title></head><body>{body}</body></html>")
    assert said(extract) == ALL_SAID
    assert extract.article == "\n\n".join([TITLE, *PARAGRAPHS])


@pytest.mark.parametrize(("line", "author", "date"), [
    ("Dana says:", "Dana", ""),
    ("Dana said on March 3, 2010 at 4:05 pm:", "Dana", "March 3, 2010 at 4:05 pm"),
    ("Posted by: Dr. Ana P. | 03/03/2010 16:05", "Dr. Ana P.", "03/03/2010 16:05"),
    ("mike_cj • 3 years ago", "mike_cj", "3 years ago"),
    ("3 March 2010, Dana wrote:", "Dana", "3 March 2010"),
    ("J-Lo 77 (not verified) - Wed, 06/11/2013 - 02:14", "J-Lo 77", "Wed, 06/11/2013 - 02:14"),
])
def test_an_attribution_is_understood(line: str, author: str, date: str) -> None:
    found = attribution(line)
    assert found and (found.author, found.date) == (author, date)


@pytest.mark.parametrize("line", [
    "As the director said:", "We started on March 3, 2010", "In our region the boss says:", "He wrote: nothing of it is true",
    "It was decided in May 2010 that the branch would answer by itself and that nobody had to be asked.", "Start with one project.",
])
def test_a_sentence_is_no_attribution(line: str) -> None:
    assert attribution(line) is None


def test_a_date_may_stand_alone() -> None:
    assert date_line("March 3, 2010 at 4:05 pm (Edit)") == "March 3, 2010 at 4:05 pm"
    assert date_line("We met on March 3, 2010") == ""


def test_comments_that_were_not_found_are_told() -> None:
    """A counter says forty and four were read: a person looks for the others."""
    top = f"{TITLE}\n\n" + "\n\n".join(PARAGRAPHS) + "\n\n40 Comments\n\n"
    said_lines = written(lambda a, t, d, g, n: f"{a} says:\n{d}\n{t}", "\n\n")
    assert apart(top + said_lines, "page.txt").notes == (
        "The page announces 40 comments, 4 were found: look for the others in the page.",
    )
    assert apart(top.replace("40", "4") + said_lines, "page.txt").notes == ()
