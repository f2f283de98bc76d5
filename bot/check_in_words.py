"""Words about check-ins become an intent: how a try went, when a team is asked, whether a person is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.check_in_views import EARLY, FAILED, LONGEST_REASON, WORKED
from bot.commands import plain_command

LONGEST_DAYS = 365
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DAYS = {"day": 1, "week": 7, "month": 30}
_IT = r"(?:(?:yes|no|well)[,.]? )?(?:(?:it|this|that) )?"
_ENDINGS = r"(?: (?:well|for us|fine|great))*"
_WORKED = re.compile(rf"{_IT}(?:(?:has |really )?worked|went){_ENDINGS}", re.IGNORECASE)
_NOT_AN_ANSWER = {"went", "it went", "this went", "that went"}
_FAILED = re.compile(
    rf"{_IT}(?:did not|didn't|has not|hasn't|failed)(?: work(?:ed)?)?(?: for us| well)?"
    rf"(?:[,:;.]? because (?P<reason>.{{1,{LONGEST_REASON}}}))?",
    re.IGNORECASE | re.DOTALL,
)
_EARLY = re.compile(r"(?:(?:it is|it's|still) )?too (?:early|soon)(?: to (?:say|tell|know))?", re.IGNORECASE)
_COUNT = rf"(?P<count>\d{{1,6}}|a|{'|'.join(_NUMBERS)}) (?P<unit>day|week|month)s?"
_AFTER = re.compile(
    rf"(?:check[ -]?in(?: with us)?|ask (?:us|our team))(?: how it went)? (?:after|in) {_COUNT}", re.IGNORECASE
)
_NOT = r"do(?: not|n't)"
_TEAM_NEVER = re.compile(
    rf"never (?:ask us|check[ -]?in)|(?:ask us|check[ -]?in) never|no check[ -]?ins|{_NOT} ask us(?: again)?",
    re.IGNORECASE,
)
_ME_NEVER = re.compile(
    rf"(?:never ask me|ask me never|{_NOT} ask me|stop asking me)(?: again| any ?more)?(?: how it went)?", re.IGNORECASE
)
_ME_AGAIN = re.compile(r"ask me again(?: how it went)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HowItWent:
    """`it worked`, `it did not work because …`, `too early`: counts only where a check-in waits for its answer."""

    answer: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskAfter:
    """`check in after 3 weeks`; 0 days for `never ask us`, None for a number that cannot be meant."""

    days: int | None


@dataclass(frozen=True, slots=True)
class AskMe:
    """`don't ask me again`, `ask me again`: about the person alone."""

    wanted: bool


Wish = HowItWent | AskAfter | AskMe


def wish_of(text: str) -> Wish | None:
    """What the words ask for; None where they do not speak of check-ins."""
    said = " ".join(plain_command(text).replace("’", "'").split()).rstrip(" .!")
    if after := _AFTER.fullmatch(said):
        return AskAfter(_days(after["count"].lower(), after["unit"].lower()))
    if _TEAM_NEVER.fullmatch(said):
        return AskAfter(0)
    if _ME_NEVER.fullmatch(said) or _ME_AGAIN.fullmatch(said):
        return AskMe(wanted=bool(_ME_AGAIN.fullmatch(said)))
    return _how_it_went(said)


def _how_it_went(said: str) -> HowItWent | None:
    if "?" in said or said.lower() in _NOT_AN_ANSWER:
        return None
    if _WORKED.fullmatch(said):
        return HowItWent(WORKED)
    if failed := _FAILED.fullmatch(said):
        return HowItWent(FAILED, failed["reason"] or "")
    return HowItWent(EARLY) if _EARLY.fullmatch(said) else None


def _days(count: str, unit: str) -> int | None:
    number = int(count) if count.isdigit() else 1 if count == "a" else _NUMBERS.index(count) + 1
    days = number * _DAYS[unit]
    return days if 1 <= days <= LONGEST_DAYS else None
