"""The child process: bombs end in one sentence, nothing of the parent's environment gets in, nothing is fetched."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.intake import DocumentUnusable, Limits, import_document, sandbox
from tests.intake_files import W, docx, pdf, word
from tests.intake_pages import PARAGRAPHS, apart

TIGHT = Limits(wall_seconds=20, cpu_seconds=3, memory_bytes=512 * 1024 * 1024)
LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
BOMBS = {
    "docx that unpacks to 80 MB": (lambda: docx(word(("Normal", "x" * 80_000_000))), "a.docx"),
    "docx of a billion laughs": (lambda: docx(f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha">{LAUGHS}]>{word(("Normal", "&j;"))}'), "a.docx"),
    "docx that reads a file": (lambda: docx(f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>{word(("Normal", "&x;"))}'), "a.docx"),
    "pdf that unpacks to 90 MB": (lambda: pdf([], raw=b"BT /F1 12 Tf (x) Tj ET " * 4_000_000), "a.pdf"),
    "pdf of 3000 pages": (lambda: pdf([["words"]], count=3000), "a.pdf"),
    "pdf with 4 million words": (lambda: pdf([], raw=b"BT /F1 12 Tf " + b"(words and more words) Tj 0 -12 Td " * 20_000 + b"ET", count=100), "a.pdf"),
    "pdf whose pages contain themselves": (lambda: pdf([["words"]]).replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]"), "a.pdf"),
    "html that nests without end": (lambda: b"<html><body>" + b"<div>" * 200_000 + b"words", "a.html"),
    "html of one tag with 200000 attributes": (lambda: b"<html><p " + b" ".join(b"a%d=x" % n for n in range(200_000)) + b">hello", "a.html"),
    "one word of 5 MB": (lambda: b"a" * 5_000_000, "a.txt"),
    "stars": (lambda: b"*_" * 500_000, "a.md"),
    "brackets": (lambda: b"[" * 500_000, "a.md"),
    "trackbacks": (lambda: b"[...] " * 200_000, "a.txt"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_one_sentence(name: str) -> None:
    make, file = BOMBS[name]
    begun = time.monotonic()
    with pytest.raises(DocumentUnusable) as raised:
        import_document(make(), file, limits=TIGHT)
    assert str(raised.value).startswith(file)
    assert time.monotonic() - begun < TIGHT.wall_seconds + 5


@pytest.mark.parametrize("text", [
    b"[a](" * 100_000, b"a!?" * 100_000, b"Get a Free Trial " * 10_000, b"Dana says: ok\n" * 20_000, b"1 " * 100_000, b"Sponsored: " * 20_000,
    b"word " + b" " * 1_000_000 + b"x", b"<b>" * 50_000, b"\xe2\x80\xa2 " * 100_000, b"Dana\nMarch 3, 2010\nwe tried a pilot\n" * 5_000,
])
def test_no_text_makes_a_pattern_slow(text: bytes) -> None:
    """What makes naive patterns quadratic is read, or given up, within seconds."""
    begun = time.process_time()
    with suppress(DocumentUnusable):
        apart(b"Our sponsor read the page because it was short.\n\n" + text, "a.txt")
    assert time.process_time() - begun < 10


def test_too_large_a_file_is_not_even_read() -> None:
    with pytest.raises(DocumentUnusable, match="larger than"):
        import_document(b"x" * 2000, "a.txt", limits=Limits(input_bytes=1000))


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    begun = time.monotonic()
    with pytest.raises(DocumentUnusable, match="too long"):
        import_document(b"x", "a.txt", limits=Limits(wall_seconds=0.5))
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(("code", "words"), [
    ("import sys; sys.stdin.read(); print('{}')", "damaged"), ("print('no json')", "damaged"), ("import os; os.abort()", "damaged"),
    ("import sys; sys.exit(3)", "damaged"), ("print('x' * 9_000_000)", "too much text"), ("print('[1]')", "damaged"),
])
def test_a_child_that_misbehaves_is_one_sentence(monkeypatch: pytest.MonkeyPatch, code: str, words: str) -> None:
    """It crashes, says nonsense, says too much, or does not listen to a document larger than a pipe holds."""
    monkeypatch.setattr(sandbox, "_COMMAND", (sys.executable, "-c", code))
    with pytest.raises(DocumentUnusable, match=words):
        import_document(b"x" * 3_000_000, "a.txt")


def test_memory_is_limited() -> None:
    """So little that the parser cannot hold the page."""
    page = b"<html><body>" + b"<p>We wrote down thirty answers.</p>" * 200_000
    with pytest.raises(DocumentUnusable):
        import_document(page, "a.html", limits=replace(TIGHT, memory_bytes=120 * 1024 * 1024))


def test_no_secret_gets_into_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDWAY_SECRET_KEY", "not for parsers")
    asked: dict[str, dict[str, str]] = {}
    start = subprocess.Popen

    def remembering(*arguments: object, **options: object) -> object:
        asked["env"] = options["env"]  # type: ignore[assignment]
        return start(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(sandbox.subprocess, "Popen", remembering)
    import_document("\n".join(PARAGRAPHS).encode(), "a.txt")
    assert "not for parsers" not in repr(asked["env"])
    assert set(asked["env"]) == {"PYTHONPATH", "PYTHONHASHSEED", "PYTHONUTF8", "LC_ALL"}


def test_nothing_is_fetched() -> None:
    """Neither a picture nor a style sheet, a linked part or a document type: a server that listens hears nobody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        html = (f'<!DOCTYPE html SYSTEM "{url}"><html><head><link rel=stylesheet href="{url}"><script src="{url}"></script></head>'
                f'<body><img src="{url}"><iframe src="{url}"></iframe><p>{PARAGRAPHS[0]}</p></body></html>')
        linked = f'<Relationships xmlns="x"><Relationship Id="r" TargetMode="External" Target="{url}"/></Relationships>'
        import_document(html.encode(), "a.html")
        import_document(docx(word(("Normal", PARAGRAPHS[0])), word___rels__document=linked), "a.docx")
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_same_bytes_give_the_same_result() -> None:
    page = (Path(__file__).parents[1] / "pages" / "wordpress.html").read_bytes()
    assert import_document(page, "a.html") == import_document(page, "a.html")


def test_many_imports_leave_nothing_behind() -> None:
    """No child, no thread, no open file."""
    def once() -> None:
        import_document(PARAGRAPHS[0].encode(), "a.txt")

    once()
    threads, files = threading.active_count(), _open_files()
    for _ in range(3):
        once()
    assert threading.active_count() <= threads
    assert _open_files() == files


def _open_files() -> int:
    """Zero where the system does not tell."""
    told = Path("/proc/self/fd")
    return len(list(told.iterdir())) if told.exists() else 0


def test_a_thread_that_nests_deeply_is_read_to_its_end() -> None:
    """Answers to answers nest: three hundred levels are no bomb."""
    nested = "<div class=reply>" * 300 + "<p>We wrote down thirty answers.</p>" + "</div>" * 300
    assert "The last paragraph comes after it." in apart(f"<body><p>{PARAGRAPHS[0]}</p>{nested}<p>The last paragraph comes after it.</p>").article


def test_word_files_with_relations_are_ordinary() -> None:
    assert W in word(("Normal", "x"))
