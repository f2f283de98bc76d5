"""Words about Midway itself, and about nothing that the library could answer: only whole messages are meant."""

from __future__ import annotations

import re
from typing import Literal

from bot.commands import plain_command

Aside = Literal["human", "undo", "stop", "report"]
_A_PERSON = (
    r"(?:an? |some |the )?(?:(?:real|actual|live|human) )?(?:human|person|human being|expert|somebody|someone)"
    r"(?: (?:instead|please|here))*"
)
_TALK = r"(?:talk|speak|chat)(?: to| with)"
_I_WANT = r"(?:i|we)(?: want|['’]d like| would like| need|['’]d rather) (?:to )?"
_REPORTS = r"(?:(?:the|our|a|your|this|any) )?(?:(?:engagement|monthly|weekly) )?reports?"
_SUBJECTS = r"(?:topics|questions|subjects|practices|things)"
_PEOPLE = r"do (?:people|teams|others|we|they)"
_MOST = r"(?:the )?most(?: often)?(?: (?:here|this month|last month|right now))?"
_WORDS: dict[Aside, tuple[str, ...]] = {
    "human": (
        rf"(?:(?:can|could|may) (?:i|we) (?:please )?|{_I_WANT}|how (?:can|do) (?:i|we) |let (?:me|us) )?"
        rf"{_TALK} {_A_PERSON}",
        rf"(?:connect|put) (?:me|us) (?:to|with|through to) {_A_PERSON}",
        rf"{_I_WANT}(?:an? )?(?:real )?(?:human|person)",
        r"(?:ask|get me|give me) (?:an? )?(?:expert|human|person)",
        r"(?:real )?human",
        rf"is there (?:a |any)?(?:real )?(?:human|person|one|body) (?:i|we) can (?:ask|{_TALK})",
    ),
    "undo": (
        r"undo(?: (?:that|it|this|the last(?: one| press)?|my last (?:press|answer|choice)))?",
        r"take (?:that|it|this) back",
        r"(?:(?:oops|sorry),? )?(?:i(?:['’]ve| have)? (?:just )?(?:pressed|hit|clicked|tapped|pushed|chose|picked) )?"
        r"(?:on )?(?:the )?wrong (?:button|one)",
        r"(?:that|it|this) was (?:a mistake|by mistake|(?:the )?wrong(?: button)?)",
        r"(?:i (?:want|need|would like) to |i['’]d like to |can i |how (?:do|can) i |let me )?"
        r"(?:change|correct|undo|take back) my (?:last )?(?:answer|choice|vote|reply|rating|press)",
        r"i(?:['’]ve| have)? changed my mind",
    ),
    "stop": (r"(?:please )?stop(?: (?:it|this|that|please|now))?", r"cancel|quit|enough"),
    "report": (
        rf"(?:where|how) (?:do|can|could|will) (?:i|we) (?:see|find|read|open|get|look at) {_REPORTS}",
        rf"where(?:['’]s| is) {_REPORTS}",
        rf"who (?:can (?:see|read|open)|may (?:see|read|open)|sees|gets|reads) {_REPORTS}",
        rf"(?:which|what) {_SUBJECTS} (?:are|were|get) (?:being )?asked (?:about )?{_MOST}",
        rf"(?:which|what) {_SUBJECTS} {_PEOPLE} ask (?:about )?{_MOST}",
        rf"what (?:is|was|gets) asked (?:about )?{_MOST}",
        rf"what {_PEOPLE} ask (?:you )?(?:about )?{_MOST}",
        rf"(?:(?:what are|show(?: me)?) )?(?:the )?most asked {_SUBJECTS}",
    ),
}
_PATTERNS = {
    aside: re.compile(f"(?:{'|'.join(words)})[.!? ]*", re.IGNORECASE) for aside, words in _WORDS.items()
}


def aside_of(text: str) -> Aside | None:
    """What the whole message asks of Midway itself; None where it says anything else."""
    said = " ".join(plain_command(text).split())
    return next((aside for aside, pattern in _PATTERNS.items() if pattern.fullmatch(said)), None)
