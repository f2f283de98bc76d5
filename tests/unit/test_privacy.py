"""Pseudonyms, seals, and text made harmless."""

from __future__ import annotations

import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import SealBroken, SecretKey, SecretKeyInvalid, clean_text

KEY = SecretKey(bytes(range(32)))
OTHER = SecretKey(bytes(32))
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def test_a_pseudonym_is_stable_and_says_nothing() -> None:
    """The same person gets the same 32 letters; another tenant, user or key gives others."""
    mine = KEY.pseudonym("T1", "U123")
    assert mine == KEY.pseudonym("T1", "U123")
    assert len(mine) == 32 and mine.isalnum() and "u123" not in mine
    others = {KEY.pseudonym("T2", "U123"), KEY.pseudonym("T1", "U124"), OTHER.pseudonym("T1", "U123"), KEY.place_key("T1", "U123", "")}
    assert len({mine, *others}) == 5


def test_parts_do_not_run_into_each_other() -> None:
    """Where one part ends and the next begins matters."""
    assert KEY.place_key("T", "ab", "c") != KEY.place_key("T", "a", "bc")


@given(ANY_TEXT)
def test_what_is_sealed_comes_back(text: str) -> None:
    """Any text at all, lone surrogates too; sealed it is ASCII and does not show the words."""
    sealed = KEY.seal(text)
    assert KEY.unseal(sealed) == text
    assert sealed.isascii()


@pytest.mark.parametrize(
    "sealed", ["", "words", "gAAAAé", OTHER.seal("secret"), KEY.seal("secret")[:-4] + "AAA="], ids=["empty", "plain", "not ASCII", "other key", "damaged"]
)
def test_a_broken_seal_is_a_sentence(sealed: str) -> None:
    """Another key, damage, or plain words: the remedy is named."""
    with pytest.raises(SealBroken, match="backup"):
        KEY.unseal(sealed)


def test_subkeys_are_hkdf() -> None:
    """Derived as RFC 5869 says, so that another program can open the seals."""
    expected = HKDF(SHA256(), 32, bytes(32), b"midway/seal").derive(bytes(range(32)))
    assert KEY._subkey(b"seal") == expected


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """Made on first start, for the owner's eyes only; the second start reads the same."""
    path = tmp_path / "new" / "secret.key"
    first = SecretKey.load_or_make(path)
    assert first.pseudonym("T", "U") == SecretKey.load_or_make(path).pseudonym("T", "U")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    """Four processes make the key at the same time: all have the same."""
    script = "import sys; from pathlib import Path; from bot.privacy import SecretKey; print(SecretKey.load_or_make(Path(sys.argv[1])).pseudonym('T', 'U'))"
    running = [subprocess.Popen([sys.executable, "-c", script, tmp_path / "key"], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({process.communicate(timeout=60)[0] for process in running}) == 1


@pytest.mark.parametrize("text", ["00" * 32, "A" * 43 + "=", "A" * 43, "_-" + "A" * 41])
def test_a_key_may_be_written_in_several_ways(text: str) -> None:
    """Hexadecimal, base64, URL-safe base64, with or without padding."""
    assert SecretKey.from_text(f" {text}\n").pseudonym("T", "U")


@pytest.mark.parametrize("text", ["", "abc", "password", "zz" * 32, "A" * 20, "é" * 43])
def test_no_key_is_a_sentence(text: str) -> None:
    """What is not 32 bytes is refused with what it must be, and where it stands."""
    with pytest.raises(SecretKeyInvalid, match="MIDWAY_SECRET_KEY must be 32"):
        SecretKey.from_text(text)


def test_a_damaged_key_file_is_never_replaced(tmp_path: Path) -> None:
    """A new key would make everybody a stranger: the file is left as it is and named."""
    path = tmp_path / "secret.key"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SecretKeyInvalid, match="backup"):
        SecretKey.load_or_make(path)
    assert path.read_bytes() == b"\xff\xfe"


def test_the_key_is_not_shown() -> None:
    """Neither a log line nor a trace that shows the object shows the key."""
    assert repr(KEY) == "SecretKey(…)"


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\0b", "ab"),
        ("a\ud800b", "ab"),
        ("a\x1b[31mb\x7f", "a[31mb"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("e\u0301", "é"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\tstays", "tab\tstays"),
        ("👩\u200d👧 می\u200cروم", "👩\u200d👧 می\u200cروم"),
        ("\ufeffzero\u200bwidth", "zerowidth"),
    ],
)
def test_what_could_harm_is_dropped(dirty: str, clean: str) -> None:
    """Controls, lone surrogates and direction marks go; what belongs to a language stays."""
    assert clean_text(dirty, 100) == clean


@given(ANY_TEXT, st.integers(0, 50))
def test_clean_text_is_clean(text: str, limit: int) -> None:
    """Cleaning twice changes nothing; the result is NFC, encodes, has no NUL and keeps the limit."""
    clean = clean_text(text, limit)
    assert clean_text(clean, limit) == clean
    assert len(clean) <= limit
    assert unicodedata.is_normalized("NFC", clean)
    assert b"\0" not in clean.encode("utf-8")


def test_somebody_known_by_a_pseudonym_keeps_it_and_nobody_can_pretend() -> None:
    """What stands in for a platform's id holds in its own tenant and under its own key only; all else is an id like any other."""
    person = KEY.pseudonym("T1", "U123")
    known = KEY.known("T1", person)
    assert KEY.pseudonym("T1", known) == person
    other = KEY.pseudonym("T1", "U999")
    for pretended in (known.replace(person, other), f"known:{other}:", f"known:{other}", f"known:{other}:é", OTHER.known("T1", person)):
        assert KEY.pseudonym("T1", pretended) not in (person, other)
    assert KEY.pseudonym("T2", known) != person
