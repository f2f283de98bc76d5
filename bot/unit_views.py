"""What is said about teams that register themselves: what is recorded, how to change it, how to withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.inert import shortened
from bot.phrasing import say
from bot.replies import Block, Button, Buttons, Facts, Field, Form, Heading, Link, Paragraph, Reply, Step, Steps
from bot.storage.records import RELATIONSHIPS
from bot.storage.tables import Team
from bot.team_rules import VISIBILITIES, Outcome, Recorded
from bot.tracked import Registered

VISIBILITY_MEANS = {
    "named": "other teams see your team's name beside what it tries and what came of it.",
    "anonymous": "other teams see what was tried and what came of it, by “a dealer” for instance, without the name.",
    "counted": "your team adds one to a count; neither its name nor what came of it is shown.",
}
EVERYBODY = "everybody"
THROUGH_US = "only through us"
JOINING = {EVERYBODY: "Everybody", THROUGH_US: "Only through us"}
NO_PARENT = "-"
NEW_TEAM = (
    "I had no team of that name, so I made it. If that was a slip, say “our team” and change its name: what was "
    "recorded for it moves along with it."
)
SHOWN = "It is recorded as “{relationship}” and shown as “{visibility}”: {means} The team chooses both itself."
CHOOSE = "Choose how it is shown"
IN_PRIVATE = "An invitation is for one person alone: ask me for it in a direct message."
NAME_IT = "Write the name of the team."
NOT_IN_A_TEAM = "You are not in a team. Say: my team is NAME, or: register our team."
LONGEST_TITLE = 60


def registered_notice(registered: Registered | None, *, channel: bool = False) -> str:
    """Tells a team once that an admin registered it; empty where there is nothing to tell."""
    if registered is None:
        return ""
    what = f"this channel as {registered.name}" if channel else registered.name
    return f"An admin registered {what} ({registered.relationship}). Say “our team” to change or withdraw that."


def speaks_reply(team: Team, *, made: bool, channel: bool, tongue: str = "en") -> Reply:
    """For which team somebody, or a channel, speaks from now on, how it is shown, and the button to choose that."""
    text = say(
        tongue, "This channel speaks for {team} now." if channel else "You speak for {team} now.", team=team.name
    )
    text = f"{text} {say(tongue, NEW_TEAM)}" if made else text
    shown = say(
        tongue, SHOWN, relationship=say(tongue, team.relationship.capitalize()),
        visibility=say(tongue, team.visibility.capitalize()), means=say(tongue, VISIBILITY_MEANS[team.visibility]),
    )
    choose = Buttons((Button(say(tongue, CHOOSE), "team-change", team.id),))
    return Reply(f"{text} {shown}", (Paragraph(text), Paragraph(shown), choose))


def with_notice(reply: Reply, registered: Registered | None) -> Reply:
    """The same with the notice to a team that an admin registered it, where it is due."""
    told = registered_notice(registered)
    return replace(reply, blocks=(*reply.blocks, Paragraph(told, quiet=True))) if told else reply


def register_reply(typed: Mapping[str, str] | None = None, trouble: str = "") -> Reply:
    """The form, with what each visibility means; with ``typed`` and ``trouble`` once more."""
    given = {"relationship": RELATIONSHIPS[0], "visibility": VISIBILITIES[0], "joining": EVERYBODY, **(typed or {})}
    text = trouble or "Register your team: you will then be in it, and what you try counts for it."
    form = Form("register", "", "Your team", "Register", _fields(given))
    return Reply(text, (Paragraph(text), *_meanings(), form), audience="sender")


def change_reply(team: Recorded, typed: Mapping[str, str] | None = None, trouble: str = "") -> Reply:
    """The form with what is recorded; it belongs to the team as it stands now."""
    given = {**as_typed(team), **(typed or {})}
    text = trouble or f"What should be recorded about {team.name}?"
    form = Form("team-change", f"{team.id}|{team.version}", shortened(team.name, LONGEST_TITLE), "Save", _fields(given))
    return Reply(text, (Paragraph(text), *_meanings(), form), audience="sender")


def recorded_reply(outcome: Outcome, *, channel: bool) -> Reply:
    """After registering or changing: what stands now, and how to change it."""
    text = f"Recorded for {outcome.team.name}." if outcome.changed else f"Already recorded: {outcome.team.name}."
    how = "Say “our team” to see this again, to change it, or to withdraw."
    blocks: list[Block] = [Paragraph(text), facts(outcome.team)]
    if outcome.no_such_parent:
        unknown = (
            f"I do not know a team called “{outcome.no_such_parent}”, so no parent is recorded. That is fine; you can "
            "add it later."
        )
        blocks.append(Paragraph(unknown))
    if channel and not outcome.team.channels:
        blocks.append(Paragraph(f"For this channel to speak for it, say: team {outcome.team.name}", quiet=True))
    blocks.append(Paragraph(how, quiet=True))
    return Reply(f"{text} {how}", tuple(blocks), audience="sender")


def taken_reply(name: str) -> Reply:
    """Somebody registers a team that is there: they may be of it."""
    text = f"“{name}” is already registered, so nothing was changed. Are you in it, or is yours another one?"
    mine = Button(f"I am in {name}"[:LONGEST_TITLE], "my-team", name)
    return Reply(text, (Paragraph(text), Buttons((mine,))), audience="sender")


def our_team_reply(team: Recorded, *, in_it: bool) -> Reply:
    """All that is recorded, and what can be done about it; ``in_it`` is False for who speaks for it by a channel."""
    if team.left_at is not None:
        return _withdrawn_reply(team)
    value = f"{team.id}|{team.version}"
    buttons = [Button("Change", "team-change", value, primary=True)]
    if in_it:
        buttons.append(Button("Leave", "team-leave", value))
    buttons.append(Button("Withdraw the team", "team-withdraw", value))
    text = f"Here you speak for {team.name}."
    return Reply(text, (Heading(team.name), facts(team), Buttons(tuple(buttons))), audience="sender")


def really_withdraw_reply(team: Recorded) -> Reply:
    """Asks before it is done; says what ends and what stays."""
    text = f"Withdraw {team.name}?"
    ends = (
        Step("What ends:", "no channel speaks for it, I send and ask it nothing, nobody is sent to its contacts."),
        Step("What stays:", f"what it stated so far, shown {_shown_then(team)}."),
        Step("Later:", "those who are in it can take part again with “our team”."),
    )
    sure = Button("Yes, withdraw it", "team-withdraw-now", f"{team.id}|{team.version}")
    return Reply(text, (Paragraph(text), Steps(ends, numbered=False), Buttons((sure,))), audience="sender")


def withdrawn_reply(outcome: Outcome) -> Reply:
    said = "has withdrawn" if outcome.changed else "had withdrawn before"
    return Reply(
        f"{outcome.team.name} {said}. Nothing is sent to it any more. What it stated stays as its own statement, shown "
        f"{_shown_then(outcome.team)} from now on. To take part again, say: our team.", audience="sender",
    )


def came_back_reply(outcome: Outcome) -> Reply:
    said = "takes part again" if outcome.changed else "takes part"
    text = f"{outcome.team.name} {said}, shown {_shown_then(outcome.team)}. Say “our team” to change how it is seen."
    return Reply(text, audience="sender")


def left_reply(name: str, still: str | None, *, guest: bool) -> Reply:
    """``still`` is the team that the place speaks for after they left."""
    rest = f" This channel still speaks for {still}." if still else " Say “my team is NAME” when you are in another."
    if guest:
        rest = " You came by its link, which no longer lets you in."
    return Reply(f"You have left {name}. What it stated stays its own.{rest}", audience="sender")


def joining_reply(outcome: Outcome) -> Reply:
    name = outcome.team.name
    if outcome.team.joining_open:
        return Reply(f"Everybody may join {name} now. To end that, say: close joining.")
    return Reply(f"{name} takes new members only through you now. To end that, say: open joining.")


def invite_reply(typed: Mapping[str, str] | None = None, trouble: str = "", *, parent: str | None = None) -> Reply:
    """The form for a unit that is only on the web."""
    given = {"relationship": "dealer", **(typed or {})}
    text = trouble or "For a unit that is only on the web: I give you a link that lets one person in, once."
    under = Paragraph(f"It is recorded under {parent}.", quiet=True)
    form = Form("invite", "", "The unit", "Make a link", _fields(given)[:2])
    return Reply(text, (Paragraph(text), *((under,) if parent else ()), form), audience="sender")


def invited_reply(name: str, url: str, days: int, *, made: bool) -> Reply:
    """The link; for the eyes of one person, who passes it on to one person."""
    new = f"I recorded {name} as a team. " if made else ""
    text = f"{new}This link lets one person of {name} in, once, within {days} days. Send it to that person alone."
    return Reply(text, (Paragraph(text), Link(f"For {name}"[:LONGEST_TITLE], url)), audience="sender")


def facts(team: Recorded) -> Facts:
    """All that is recorded of a team."""
    joining = "everybody may join" if team.joining_open else "only through its members"
    return Facts((
        ("Team", team.name),
        ("Relationship", team.relationship),
        ("Parent", team.parent or "not known"),
        ("Visibility", f"{team.visibility}: {VISIBILITY_MEANS[team.visibility]}"),
        ("Joining", joining),
        ("Channels that speak for it", str(team.channels)),
    ))


def as_typed(team: Recorded) -> dict[str, str]:
    """What is recorded, as somebody would type it into the form."""
    return {
        "name": team.name, "relationship": team.relationship, "parent": team.parent or "",
        "visibility": team.visibility, "joining": EVERYBODY if team.joining_open else THROUGH_US,
    }


def _withdrawn_reply(team: Recorded) -> Reply:
    text = f"{team.name} has withdrawn. What it stated is shown {_shown_then(team)}."
    again = Button("Take part again", "team-return", team.id)
    leave = Button("Leave", "team-leave", f"{team.id}|{team.version}")
    return Reply(text, (Paragraph(text), Buttons((again, leave))), audience="sender")


def _shown_then(team: Recorded) -> str:
    return "in counts only" if team.visibility == "counted" else "without its name"


def _meanings() -> tuple[Paragraph, Steps]:
    steps = tuple(Step(f"{name.capitalize()}:", means) for name, means in VISIBILITY_MEANS.items())
    return Paragraph("You choose how visible it is:"), Steps(steps, numbered=False)


def _fields(given: Mapping[str, str]) -> tuple[Field, ...]:
    """Their labels are their names, so that they can be typed where no form can be drawn."""
    kinds = tuple((name, name.capitalize()) for name in RELATIONSHIPS)
    seen = tuple((name, name.capitalize()) for name in VISIBILITIES)
    under = "The team above it, if you know it; “-” for none"
    return (
        Field("name", "Name", "Its usual name, for instance “Chapter North”", given.get("name", "")),
        Field("relationship", "Relationship", value=given["relationship"], options=kinds),
        Field("parent", "Parent", under, given.get("parent", ""), required=False),
        Field("visibility", "Visibility", value=given.get("visibility", ""), options=seen),
        Field("joining", "Joining", "Who may join", given.get("joining", ""), options=tuple(JOINING.items())),
    )
