"""Takes out of people's words what names a person, before the words go to a model."""

from __future__ import annotations

import re
import unicodedata

PERSON, ADDRESS, NUMBER = "(someone)", "(e-mail address)", "(phone number)"
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
FEWEST_DIGITS = 7
"""The shortest subscriber numbers that are written alone have seven digits."""

# What looks like one goes: rather a word too many than a person too few. \uff20 and \uff0e are the wide forms.
# Every repetition has a bound: a long message must not take long.
_AT, _NAME = r"[@\uff20]", r"[^\s@\uff20<>()\[\]{},;:\"\u201c\u201d|]{1,64}"
_ADDRESS = re.compile(rf"(?:mailto:)?{_NAME}(?:\s{_AT}\s|{_AT}){_NAME}[.\uff0e\u3002][\w-]{{1,64}}")
_SPELT_ADDRESS = re.compile(
    r"[\w.+-]{1,64}\s?[\[({]\s?at\s?[\])}]\s?[\w-]{1,64}(?:\s?(?:\.|[\[({]\s?dot\s?[\])}])\s?[\w-]{1,64}){1,8}",
    re.IGNORECASE,
)
_PLATFORM_MENTION = re.compile(r"<at\b[^>]{0,200}>.{0,200}?</at>|<[@!#][^<>]{0,200}>", re.IGNORECASE | re.DOTALL)
_MENTION = re.compile(rf"(?<!\w)(?:{_AT}\w(?:[\w.'\u2019-]*\w)?)+")
_DIGITS = re.compile(rf"(?<![\w.,])[+(]{{0,2}}\d(?:[\s./()-]{{0,2}}\d){{{FEWEST_DIGITS - 1},}}(?!\w)")
_NO_PHONE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}|(?:(?:19|20)\d\d\D{1,3})+(?:19|20)\d\d|\d{1,3}(?:[ .]000){1,4}"
)


def masked(text: str) -> str:
    """The text with mentions, e-mail addresses and phone numbers replaced, and without invisible characters.

    Dates, ranges of years and round numbers stay. Masking twice changes nothing more.
    """
    text = visible(text)
    text = _PLATFORM_MENTION.sub(PERSON, text)
    for address in (_ADDRESS, _SPELT_ADDRESS):
        text = address.sub(ADDRESS, text)
    text = _MENTION.sub(PERSON, text)
    return _DIGITS.sub(_number, text)


def visible(text: str) -> str:
    """Without control, format and half characters: they hide words from people, or cannot be sent."""
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in _UNSEEN)


def _number(found: re.Match[str]) -> str:
    return found[0] if _NO_PHONE.fullmatch(found[0]) else NUMBER
