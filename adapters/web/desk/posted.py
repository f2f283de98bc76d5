"""What a form of the pages sends, within limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from adapters.web.parse import Refused
from adapters.web.path_numbers import DIGITS
from bot.privacy import clean_text
from bot.whole_numbers import whole_number
from knowledge.library import SLUG

MOST_BYTES = 12 * 1024 * 1024
"""Ours: a long PDF fits, a film does not."""
MOST_TEXT = 200_000
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
UNREADABLE = "What was sent cannot be read. Reload the page and send again."
TOO_LONG = f"The text is longer than {MOST_TEXT:,} characters. Nothing was saved: go back and shorten it."
TOO_LARGE = "That is larger than 12 MB. Import a smaller document, or the part that matters."


@dataclass(frozen=True)
class Form:
    """Fields as clean text, and at most one file."""

    fields: Mapping[str, str]
    file_name: str = ""
    file: bytes = b""

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def number(self, name: str) -> int:
        """The field as a whole number. Raises Refused where it is none."""
        number = whole_number(self[name], DIGITS)
        if number is None:
            raise Refused(400, "A number is missing in what was sent. Reload the page and send again.")
        return number


def id_in(body: str) -> str:
    """The id that the front matter of a practice names. Raises Refused where it is none."""
    found = re.search(r"^id:\s*(\S+)\s*$", body, re.MULTILINE)
    if found is None or not SLUG.fullmatch(found[1]):
        raise Refused(422, "The front matter needs an id: small letters, digits and hyphens. Write one.")
    return found[1]


async def read_form(request: Request, most: int = MOST_BYTES) -> Form:
    """Raises Refused where it has more than ``most`` bytes or cannot be read."""
    if not request.headers.get("content-type", "").startswith(FORMS):
        raise Refused(415, UNREADABLE)
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > most:
        raise Refused(413, TOO_LARGE if most == MOST_BYTES else UNREADABLE)
    try:
        async with request.form(max_files=1, max_fields=40, max_part_size=MOST_BYTES) as form:
            fields = {name: _whole(value) for name, value in form.items() if isinstance(value, str)}
            for value in form.values():
                if isinstance(value, UploadFile) and value.filename:
                    return Form(fields, clean_text(value.filename, 200), await value.read())
    except (MultiPartException, HTTPException):  # Starlette makes the second of the first, within an application
        raise Refused(400, UNREADABLE) from None
    return Form(fields)


def _whole(value: str) -> str:
    """Clean text, never a part of it. Raises Refused where it is too long."""
    text = clean_text(value, MOST_TEXT + 1)
    if len(text) > MOST_TEXT:
        raise Refused(413, TOO_LONG)
    return text
