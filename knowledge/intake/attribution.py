"""Lines that say who speaks and when: ``Dana says:``, ``Posted by Dana | 3/3/10``, ``Dana • 3 years ago``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = (
    r"(?:jan(?:uary?|vier)?|feb(?:ruary?)?|f[ée]v(?:rier)?|mar(?:ch|s)?|m[äa]rz|apr(?:il)?|avr(?:il)?|ma[iy]|june?|juin|juni|july?|juillet|juli|"
    r"aug(?:ust)?|ao[uû]t|sept?(?:ember|embre)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember|embre)?|d[ée]c(?:embre)?|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b\.?"
)
_DAY = (
    r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b\.?,?\s+"
)
_CLOCK = (
    r"(?:,?\s*(?:[-–—|@·•]|at|um|[àa]|a las)?\s*\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\b\.?|uhr\b)?"
    r"(?:\s*(?:\(?(?:utc|gmt|[ecmp][sd]?t|w?[ce]es?t|bst|ist|jst|aes?t)\)?|[+-]\d{4})(?!\w))?)?"
)
_AGO = (
    r"(?:(?:about|over|almost|vor|hace|il y a)\s+)?(?:\d{1,3}|an?|one|two|three|few|ein(?:em|er)?)\s*"
    r"(?:sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?|weeks?|wks?|months?|mos?|years?|yrs?|tag(?:en)?|stunden?|wochen?|monat(?:en)?|jahr(?:en)?)"
    r"\s+ago\b|vor\s+\d{1,3}\s+(?:tagen?|stunden?|wochen?|monaten?|jahren?)|yesterday|just now"
)
_CLOCK_FIRST = r"(?:\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\b\.?|uhr\b)?,?\s*(?:on|[-–—|@·•])?\s*)?"
DATE = (
    rf"{_CLOCK_FIRST}(?:{_DAY})?(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?{_MONTH},?\s+(?:de\s+)?\d{{4}}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}T?|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}/\d{{1,2}}/\d{{1,2}}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)){_CLOCK}"
)
_WHEN = rf"(?:{DATE}|{_AGO})"
_VERB = (
    r"(?:says|said|wrote|writes|commented|replied|replies|responded|responds|asks|asked|adds|added"
    r"|schrieb|sagt|sagte|meint|meinte|a [ée]crit|dit|dijo|dice|escribi[óo])"
)
_NAME = r"[^\n:|•·!?<>]{1,60}?"
_TAIL = (
    r"(?:\s*[|·•#(-]*\s*(?:permalink|permanent link|link|reply|edit|report|flag|next|prev|parent|root|hide|favou?rite"
    r"|edited|(?:first[- ]time )?contributor|collaborator|member|maintainer|owner|staff|top commenter|verified"
    r"|\[[-–—+]\]|#\d*|\d+ (?:likes?|points?|votes?))\s*\)?){0,4}\s*"
)
_EDGE = r"\s*[|,·•—–:@()\[\]-]*\s*"
_REPLIES = r"(?:in reply|replied|replying|responding) to"
_TO = r"(?P<to>[^\n:|]{1,40}?)"
_NUMBER = r"(?:#?\d{1,4}[.):]?\s+)?"

_Flags = re.IGNORECASE
_FORMS = tuple(
    re.compile(form, _Flags)
    for form in (
        # March 3, 2010 at 4:05 pm, Dana says:
        rf"^{_NUMBER}(?:on\s+)?(?P<when>{_WHEN}){_EDGE}\s?(?:by\s+)?(?P<name>[^\W\d_]{_NAME})(?:\s+{_VERB})?\s*{_EDGE}(?:\.\.\.|…)?$",
        # Dana in reply to Kim / Dana replied to Kim:
        rf"^(?P<name>{_NAME})\s+(?:{_REPLIES}|>|»|→|▶)\s+{_TO}{_EDGE}\s(?P<when>{_WHEN}){_TAIL}{_EDGE}$",
        rf"^(?P<name>{_NAME})\s+{_REPLIES}\s+{_TO}{_TAIL}{_EDGE}$",
        # Dana says: / Dana said on March 3, 2010 at 4:05 pm: / Dana wrote ... : body
        rf"^{_NUMBER}(?P<name>{_NAME})\s*,?\s+{_VERB}(?:{_EDGE}(?:on\s+|at\s+|am\s+|le\s+|el\s+)?(?P<when>{_WHEN}))?{_TAIL}(?:\s*(?:[:…]|\.\.\.)+\s*(?P<body>.*)|{_EDGE})$",
        # Posted by Dana on March 3, 2010 / Comment by Dana | 3/3/10
        rf"^{_NUMBER}(?:(?:re)?posted|comments?|written|submitted|left|added|sent|von|par|por|reply|response)\s*(?:by|from)?\s*:?\s+(?P<name>{_NAME}){_EDGE}(?:on\s+|at\s+|am\s+|le\s+|el\s+)?(?P<when>{_WHEN}){_TAIL}{_EDGE}$",
        rf"^{_NUMBER}(?:posted|comment|written|submitted|left|reply|response)\s+(?:by|from)\s*:?\s+(?P<name>{_NAME}){_TAIL}{_EDGE}$",
        rf"^(?:posted|written|submitted|added)\s+(?:on\s+|at\s+)?(?P<when>{_WHEN})\s+by\s+(?P<name>{_NAME}){_TAIL}{_EDGE}$",
        # Dana | March 3, 2010 / Dana (3 March 2010, 16:05) / Dana • 3 years ago
        rf"^{_NUMBER}(?:by\s+)?(?P<name>{_NAME}){_EDGE}\s(?:on\s+|at\s+|am\s+|le\s+|el\s+)?(?P<when>{_WHEN}){_TAIL}{_EDGE}$",
        rf"^{_NUMBER}(?:by\s+)?(?P<name>{_NAME})\s*[|,·•—–:@(\[-]\s*(?:on\s+|at\s+|am\s+|le\s+|el\s+)?(?P<when>{_WHEN}){_TAIL}{_EDGE}$",
    )
)
_DATE_LINE = re.compile(
    rf"^{_NUMBER}(?:posted\s+|on\s+|at\s+|says:?\s*|said\s*(?:\.\.\.|…|:)?\s*|am\s+|le\s+|el\s+)*{_EDGE}(?P<when>{_WHEN}){_TAIL}(?:says|said)?{_EDGE}$",
    _Flags,
)
_VERB_LINE = re.compile(rf"^{_VERB}\s*(?:[:…]|\.\.\.)*$", _Flags)
_LEADING_DATE = re.compile(rf"^(?P<when>{_WHEN})(?:\s*[|,:•–—-])?\s+(?=\S)", _Flags)
_NUMBERED = re.compile(r"^\s*(?:#\d{1,4}|\d{1,3}[.)])[:.]?\s+")
_SHORT_AGO = re.compile(r"^\W*\d{1,2}\s?(?:y|yr|mo|w|d|h)\b(?:\s*[•·]?\s*\(?edited\)?)?\W*$", _Flags)
_WEB_ADDRESS = re.compile(r"\s*[(\[<]?(?:https?://|www\.)[^\s)\]>]+[)\]>]?")
_BADGE = re.compile(
    r"\((?:author|guest|not verified|unverified|admin|mod|op)\)|\b(?:Mod|Moderator|OP)$|^\[[-–—+]\]", _Flags
)
_SCORE = re.compile(r"\s+[-–]?\d+\s+(?:points?|likes?|votes?|karma|posts?|comments?)\b.*$", _Flags)
_DATED = re.compile(_WHEN, _Flags)
_SAYS = re.compile(rf"\b{_VERB}\s*(?:[:…]|\.\.\.)|\b(?:posted|comment|submitted) by\b", _Flags)
_NO_NAME = re.compile(
    r"^(?:as|and|but|so|he|she|who|what|it|this|that|they|we|i|you|like|if|when|then|because|since|in|on|at|to|for|of|with|after|before|"
    r"until|from|all|yes|no|not|my|our|your|his|her|their|there|here|how|why|where|one|is|was|are|last|first|updated|published|date|"
    r"since|by|posted|filed|copyright|©|most|recent|latest|related|top|popular|show|more|please)\b",
    _Flags,
)
_SENTENCE = re.compile(r"[a-z]{3,}[.;]\s+\S|,\s+\w+\s+\w+\s+\w+")
_HANDLE = re.compile(r"^@?[\w.'’&-]+(?:,?\s+[\w.'’&()\"“”/|+-]+){0,5}$")
_MOST_NAME_WORDS = 6
_LONGEST_LINE = 160


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who and when, as written; ``body`` is what follows on the same line."""

    author: str
    date: str = ""
    body: str = ""
    to: str = ""


def attribution(line: str) -> Attribution | None:
    """What a line says of who speaks; None where it is no such line."""
    if date_line(line):
        return None
    bare = _WEB_ADDRESS.sub("", line) if "http" in line[:_LONGEST_LINE] or "www." in line[:_LONGEST_LINE] else ""
    return _attributed(line) or (_attributed(bare) if bare else None)


def _attributed(line: str) -> Attribution | None:
    head = line[: _LONGEST_LINE * 2]
    for form in _FORMS:
        if (match := form.match(head)) and (name := _name(match["name"])):
            said = match.groupdict()
            body = (said.get("body") or "").strip()
            if body:
                body += line[len(head) :]
            elif len(line) > _LONGEST_LINE:
                continue
            date = (said.get("when") or "").strip()
            if not date and (leading := _LEADING_DATE.match(body)):
                date, body = leading["when"].strip(), body[leading.end() :]
            return Attribution(name, date, body, (said.get("to") or "").strip())
    return None


def date_line(line: str) -> str:
    """The date of a line that holds nothing else; empty otherwise."""
    if len(line) > _LONGEST_LINE:
        return ""
    match = _DATE_LINE.match(line)
    return match["when"].strip() if match else (line.strip() if _SHORT_AGO.match(line) else "")


def without_date(line: str) -> tuple[str, str]:
    """A short line without its first date, and that date; both empty parts where there is none."""
    found = _DATED.search(line)
    return (line[: found.start()] + " " + line[found.end() :], found[0]) if found else (line, "")


def is_verb_line(line: str) -> bool:
    """``says:`` alone on its line."""
    return bool(_VERB_LINE.match(line))


def has_cue(text: str) -> bool:
    """Whether a date or *says:* stands somewhere in a short text."""
    return bool(_DATED.search(text) or _SAYS.search(text))


def could_be_name(line: str) -> bool:
    """Whether a line may be nothing but a name: a few words, no sentence."""
    return len(line) <= 60 and bool(bare_name(line))


def bare_name(line: str) -> str:
    """The name that is all a line holds, without a number before it; empty where it is none."""
    bare = _NUMBERED.sub("", line.strip(" :,"))
    return _name(bare) if _HANDLE.match(bare) else ""


def _name(said: str) -> str:
    """The name without decoration; empty where it reads like a part of a sentence."""
    bare = _SCORE.sub("", _WEB_ADDRESS.sub("", _BADGE.sub("", said.strip())))
    name = re.sub(r"^[\W_]+|[^\w).’'\"”]+$", "", bare).strip()
    if not name or _NO_NAME.match(name) or _SENTENCE.search(name) or len(name.split()) > _MOST_NAME_WORDS:
        return ""
    if not re.search(r"[^\W\d_]", name):
        return ""
    return name
