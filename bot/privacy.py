"""People as keyed pseudonyms, words under seal, text made harmless at the border."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BotError
from bot.inert import JOINERS, seen

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

FLOOR = 5
"""Counts of people or questions below it are shown to nobody."""
_KEY_BYTES = 32
_MARK_LETTERS = 32
_KNOWN = "known"


class SecretKeyInvalid(BotError):
    """The secret key is not 32 bytes in hexadecimal or base64."""


class SecretKeyLost(BotError):
    """The database was sealed with another key than the one there is."""


class SealBroken(BotError):
    """Something was sealed with another secret key, or was damaged."""


class SecretKey:
    """The installation's one secret: 32 bytes from which pseudonyms and seals are derived.

    Losing it makes every stored person a stranger and every sealed text unreadable.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise SecretKeyInvalid(f"The secret key has {len(key)} bytes and must have {_KEY_BYTES}.")
        self._key = key

    def __repr__(self) -> str:
        return "SecretKey(…)"

    @classmethod
    def from_text(cls, text: str) -> SecretKey:
        """A key from a setting: 64 hexadecimal digits, or 32 bytes in (URL-safe) base64."""
        return cls(_decoded(text.strip()))

    @classmethod
    def load_or_make(cls, path: Path) -> SecretKey:
        """The key in this file; made there, readable by the owner alone, if the file is missing.

        Of two processes that make it at once, both end up with the same key.
        """
        if not path.exists():
            _write_once(path, secrets.token_hex(_KEY_BYTES))
        try:
            return cls.from_text(path.read_text(encoding="ascii"))
        except (SecretKeyInvalid, UnicodeDecodeError):
            raise SecretKeyInvalid(f"{path} does not hold a secret key: put back the one from your backup.") from None

    def mark(self, kind: str, *parts: str) -> str:
        """A keyed mark, 32 letters, the same for the same parts and telling nothing about them."""
        message = b"\0".join(part.encode("utf-8", "surrogatepass") for part in (kind, *parts))
        digest = hmac.new(self._subkey(b"mark"), message, hashlib.sha256).digest()
        return base64.b32encode(digest).decode("ascii")[:_MARK_LETTERS].lower()

    def pseudonym(self, tenant: str, user: str) -> str:
        """Who this is, for counting: the same person in two tenants has two pseudonyms.

        ``user`` is a platform's id, or from ``known``.
        """
        return self.person_known(tenant, user) or self.mark("person", tenant, user)

    def person_known(self, tenant: str, user: str) -> str | None:
        """The pseudonym from which ``known`` made this; None where it did not."""
        kind, _, rest = user.partition(":")
        person, _, proof = rest.rpartition(":")
        proven = hmac.compare_digest(proof.encode("utf-8", "replace"), self._proof(tenant, person))
        return person if kind == _KNOWN and proven else None

    def known(self, tenant: str, person: str) -> str:
        """Stands in for a platform's id where somebody is known by their pseudonym alone; nobody else can make it."""
        return f"{_KNOWN}:{person}:{self._proof(tenant, person).decode('ascii')}"

    def place_key(self, tenant: str, platform: str, channel: str) -> str:
        """Which place this is, without the platform's id of it."""
        return self.mark("place", tenant, platform, channel)

    def seal(self, text: str) -> str:
        """Encrypt and authenticate; ASCII, safe in any column."""
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass")).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """What was sealed; ``SealBroken`` if this key did not seal it."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode("ascii", "replace")).decode("utf-8", "surrogatepass")
        except InvalidToken:
            raise SealBroken("This was sealed with another secret key: put back the one from your backup.") from None

    def _proof(self, tenant: str, person: str) -> bytes:
        return self.mark("known person", tenant, person).encode("ascii")

    @cached_property
    def _fernet(self) -> Fernet:
        from cryptography.fernet import Fernet

        return Fernet(base64.urlsafe_b64encode(self._subkey(b"seal")))

    def _subkey(self, use: bytes) -> bytes:
        """HKDF-SHA256 (RFC 5869) without salt; one block, which is all that 32 bytes need."""
        extracted = hmac.new(bytes(32), self._key, hashlib.sha256).digest()
        return hmac.new(extracted, b"midway/" + use + b"\x01", hashlib.sha256).digest()


def clean_text(text: str, limit: int) -> str:
    """Text fit to store and show: what of it is seen, in NFC, cut at ``limit``. Cleaning twice changes nothing."""
    return unicodedata.normalize("NFC", seen(text))[:limit].rstrip(JOINERS)


def _decoded(text: str) -> bytes:
    """The bytes of a key; raises SecretKeyInvalid where they are none, or too few or too many."""
    try:
        key = bytes.fromhex(text) if len(text) == 2 * _KEY_BYTES else _from_base64(text)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != _KEY_BYTES:
        raise SecretKeyInvalid(
            "MIDWAY_SECRET_KEY must be 32 random bytes, written as 64 hexadecimal digits or in base64."
        )
    return key


def _from_base64(text: str) -> bytes:
    standard = text.replace("-", "+").replace("_", "/")
    return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)


def _write_once(path: Path, text: str) -> None:
    """Write beside, then link into place: a reader never sees half a key, and an existing key is never replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
    finally:
        beside.unlink()
