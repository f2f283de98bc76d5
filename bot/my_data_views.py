"""What is said about what is stored of a person, and about forgetting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.dates import long_date
from bot.replies import Block, Button, Buttons, Facts, Heading, Link, Paragraph, Reply
from bot.views import UNTRACKED_NOTICE, UNTRACKED_PRESS, sentence_reply

Records = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by kind, as ``PersonalRecords.everything`` gives them."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How the person is named: to themselves, or to an admin who looks."""

    they: str
    them: str
    their: str


YOU = Voice("you", "you", "your")
THEY = Voice("they", "them", "their")
USED_FOR = (
    "It is used to count what helps which team, and to tell you what is owed to you: an expert's answer, a check-in, "
    "a closed gap. Nobody gets it as a list of what you did."
)
PSEUDONYM = "You appear in it under a pseudonym. Only you see this."
NOTHING = "I keep nothing about you."
HERE_ALL_SEE = "Everybody here would see my answer. Say that to me in a direct message."
GOES = (
    "What goes, at once: your questions, ratings and which practices you opened, what you handed to experts, what you "
    "stated without a team, your team, contact offers, check-ins, roles, sign-in links, the address at which I reach "
    "you, and the web chat with you."
)
STAYS = (
    "What stays: what you stated for a team is the team's and stays without you, as do results (without names to "
    "credit) and a team's pilots, which others may take up; counts that name nobody; and a note that somebody was "
    "forgotten, so that a restored backup forgets you again. If you switched tracking off, it stays off."
)
ELSEWHERE = "What we wrote in Slack or Teams stays there: I cannot delete it for you."
FORGOTTEN = "Done: you have been forgotten."
KEPT = "Nothing was changed."
STOPPED = "From now on I record nothing about your questions, button presses and ratings."
ALREADY_STOPPED = "You are not tracked: I record nothing about your questions, button presses and ratings."
BEFORE_STAYS = "What I kept before stays until you say “forget me”. To change this, say “track me again”."
AGAIN = "From now on your questions, presses and ratings count again, under your pseudonym."
ALREADY_TRACKED = "You are tracked, under your pseudonym. To change this, say “stop tracking me”."
YOU_UNTRACKED_NOTICE = "You switched tracking off: nothing about this question is kept. To change it: track me again."
YOU_UNTRACKED_PRESS = "You switched tracking off, so this was not recorded. To change it: track me again."
TOO_LONG = "It is too long for a message. "
AS_FILE = "Here it is as a file, for you alone."
ON_PAGE = "Say “sign in”, then open the page “My data”."
DOWNLOAD = "/my-data/download"
BY_ADMIN = "Ask an admin for it: `midway privacy export` writes it to a file."
LABELS = {
    "questions": "Questions {0.they} asked",
    "openings": "Practices {0.they} opened by a button",
    "ratings": "Answers {0.they} rated",
    "handed_to_experts": "Questions {0.they} handed to experts",
    "statements": "Statements about practices",
    "results": "Results {0.they} stated",
    "contact_offers": "Practices {0.they} may be asked about",
    "pilots": "Pilots {0.they} own",
    "check_ins": "Check-ins about how a try went",
    "roles": "Roles {0.they} were given",
    "taken_as_expert": "Questions {0.they} took as an expert",
    "library_changes": "Changes {0.they} made to the library",
    "gaps_closed": "Gaps {0.they} closed",
    "channels_named": "Channels {0.they} gave a task",
    "changes": "Changes noted with {0.their} pseudonym",
    "tips": "Weekly tips {0.they} get",
    "monthly_reports": "Monthly reports {0.they} asked for",
    "deliveries": "Messages I sent {0.them}, as notes",
    "endpoints": "Addresses at which I reach {0.them}",
    "web_messages": "Messages of the web chat",
}


def my_data_reply(records: Records, *, team: str | None, tracked: bool, words_days: int) -> Reply:
    """Kinds and counts, what for, and what can be done about it."""
    facts = facts_of(records, words_days)
    lead = f"This is what I keep about you. {PSEUDONYM}" if facts else NOTHING
    switch = Button("Stop tracking me", "stop-tracking", "-") if tracked else Button(
        "Track me again", "track-again", "-"
    )
    row = [Button("Download it", "my-data-download", "-"), Button("Forget me", "forget-me", "-")] if facts else []
    blocks: list[Block] = [Paragraph(lead)]
    if facts:
        blocks.append(Facts(facts))
    blocks += [Paragraph(where_you_are(team, tracked)), Paragraph(USED_FOR, quiet=True), Buttons((*row, switch))]
    return Reply(lead, tuple(blocks), audience="sender")


def facts_of(records: Records, words_days: int, voice: Voice = YOU) -> tuple[tuple[str, str], ...]:
    """Label and count of each kind of which there is something."""
    return tuple(
        (label.format(voice), _count(kind, records[kind], words_days, voice))
        for kind, label in LABELS.items() if kind in records
    )


def where_you_are(team: str | None, tracked: bool, voice: Voice = YOU) -> str:
    """Team and tracking, in words."""
    they = voice.they.capitalize()
    speaks = f"{they} speak for {team}." if team else f"{they} have named no team."
    followed = f"{they} are tracked." if tracked else f"Tracking is off: what {voice.they} ask now is not kept."
    return f"{speaks} {followed}"


def confirm_reply(now: datetime) -> Reply:
    """What goes, what stays and why, and a button that says yes."""
    ask = "Shall I forget you? This cannot be undone."
    buttons = Buttons((
        Button("Yes, forget me", "forget-me-now", now.isoformat()),
        Button("No, keep it", "keep-me", "-"),
    ))
    blocks = (Heading(ask), Paragraph(GOES), Paragraph(STAYS), Paragraph(ELSEWHERE, quiet=True), buttons)
    return Reply(ask, blocks, audience="sender")


def forgotten_reply() -> Reply:
    return Reply(FORGOTTEN, (Paragraph(FORGOTTEN), Paragraph(STAYS, quiet=True)), audience="sender")


def tracking_reply(*, wanted: bool, changed: bool) -> Reply:
    """Whether this person is tracked from now on, and whether that is a change."""
    if wanted:
        return Reply(AGAIN if changed else ALREADY_TRACKED, audience="sender")
    text = f"{STOPPED if changed else ALREADY_STOPPED} {BEFORE_STAYS}"
    return Reply(text, audience="sender")


def download_reply(text: str) -> Reply:
    """All of it, as JSON."""
    lead = "All that I keep about you, as JSON:"
    return Reply(lead, (Paragraph(lead), Paragraph(text)), audience="sender")


def file_reply() -> Reply:
    """All of it as a file, for whoever is on the web: the address is that of the pages they are at."""
    text = TOO_LONG + AS_FILE
    return Reply(text, (Paragraph(text), Link("Download my data", DOWNLOAD)), audience="sender")


def too_long_reply(page: str) -> Reply:
    """Where all of it is; ``page`` is empty where pages have no address."""
    if not page:
        return Reply(TOO_LONG + BY_ADMIN, audience="sender")
    text = TOO_LONG + ON_PAGE
    return Reply(text, (Paragraph(text), Link("My data", page)), audience="sender")


def untracked_notice(*, everybody: bool) -> str:
    """That nothing is kept: about anybody, or as this person chose."""
    return UNTRACKED_NOTICE if everybody else YOU_UNTRACKED_NOTICE


def untracked_press_reply(*, everybody: bool) -> Reply:
    return sentence_reply(UNTRACKED_PRESS if everybody else YOU_UNTRACKED_PRESS)


def _count(kind: str, rows: Sequence[Mapping[str, Any]], words_days: int, voice: Voice) -> str:
    number = str(len(rows))
    if kind == "questions":
        worded = [datetime.fromisoformat(row["asked_at"]) for row in rows if "text" in row]
        until = max(worded) + timedelta(days=words_days) if worded else None
        return f"{number}, wording kept until {long_date(until)}" if until else f"{number}, without wording"
    if kind == "statements":
        teams = ", ".join(sorted({row["team"] for row in rows if "team" in row}))
        return f"{number}, for {teams}" if teams else f"{number}, for {voice.them} alone"
    return number
