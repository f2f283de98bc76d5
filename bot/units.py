"""Teams register themselves, see what is recorded of them, change it and withdraw: said, pressed and filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import unit_views as views
from bot.access import INVITATION_LASTS, Access, Role
from bot.commands import LONGEST_TEAM_NAME, TOO_LONG, plain_command
from bot.errors import BotError, TeamChangeRefused
from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.privacy import clean_text
from bot.replies import Reply
from bot.role_chat import NOWHERE_TO_GO
from bot.storage.records import RELATIONSHIPS
from bot.team_care import TeamCare
from bot.team_changes import TeamChanges
from bot.team_rules import VISIBILITIES, By, Recorded, Wish
from bot.views import OLD_BUTTON, OLD_FORM, sentence_reply
from bot.whole_numbers import whole_number
from knowledge.practice import relationship_of

LONGEST_TYPED = 200
"""Of any field of a form about a team."""
_THEIR = r"(?:our|my|a|the|this) "
_ANY_UNIT = "|".join(("team", "department", *RELATIONSHIPS))
_COMMANDS = {
    "register": re.compile(rf"register (?:us|(?:{_THEIR})?(?:{_ANY_UNIT}))[.!]*", re.IGNORECASE),
    "show": re.compile(r"(?:show )?our team[.!?]*", re.IGNORECASE),
    "leave": re.compile(rf"leave (?:{_THEIR})?team[.!]*", re.IGNORECASE),
    "withdraw": re.compile(rf"withdraw (?:{_THEIR})?team[.!]*", re.IGNORECASE),
    "close": re.compile(r"close joining[.!]*", re.IGNORECASE),
    "open": re.compile(r"open joining[.!]*", re.IGNORECASE),
    "invite": re.compile(rf"invite (?:{_THEIR})?(?:unit|department|team)[.!]*", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Command:
    """`register our team`, `our team`, `leave our team`, `withdraw our team`, `close joining`, `open joining`,
    `invite a unit`.
    """

    name: str


class Units:
    """A ``Feature``. ``public_url`` is where the pages are; without it nobody can be invited."""

    actions = frozenset({"team-change", "team-leave", "team-withdraw", "team-withdraw-now", "team-return"})
    forms = frozenset({"register", "team-change", "invite"})

    def __init__(self, changes: TeamChanges, care: TeamCare, access: Access, public_url: str) -> None:
        self._changes = changes
        self._care = care
        self._access = access
        self._public_url = public_url.rstrip("/")

    def meant(self, text: str) -> Command | None:
        said = plain_command(text)
        return next((Command(name) for name, words in _COMMANDS.items() if words.fullmatch(said)), None)

    async def said(self, incoming: Incoming, intent: Command) -> Reply:
        """Answer a command of theirs. Raises NotAllowed, TeamChangeRefused."""
        by = await self._by(incoming)
        match intent.name:
            case "register":
                return views.register_reply()
            case "leave":
                return await self._leave(incoming, by)
            case "close" | "open":
                return views.joining_reply(await self._changes.set_joining(by, open_=intent.name == "open"))
            case "invite":
                return await self._invite(incoming, by)
        team = await self._changes.own(by)
        if team is None:
            return sentence_reply(views.NOT_IN_A_TEAM)
        if intent.name == "withdraw" and team.left_at is None:
            return views.really_withdraw_reply(team)
        return views.our_team_reply(team, in_it=await self._is_in(by, team))

    async def pressed(self, press: ButtonPress) -> Reply:
        """Answer a button of one of ``actions``. Raises NotAllowed, TeamChangeRefused, ChangedMeanwhile."""
        by = await self._by(press)
        team_id, version = _id_and_version(press.value)
        match press.action:
            case "team-leave":
                return await self._leave(press, by)
            case "team-withdraw-now":
                return views.withdrawn_reply(await self._changes.withdraw(by, team_id, version))
            case "team-return":
                return views.came_back_reply(await self._changes.come_back(by, team_id))
        # A card of last year: what is shown next is the team as it stands now.
        team = await self._changes.own(by)
        if team is None or team.id != team_id:
            return sentence_reply(OLD_BUTTON)
        if team.left_at is not None:
            return views.our_team_reply(team, in_it=True)
        return views.change_reply(team) if press.action == "team-change" else views.really_withdraw_reply(team)

    async def filled_in(self, form: FormSubmission) -> Reply:
        """Answer one of ``forms``; what was typed stands in it again where it cannot be recorded."""
        by = await self._by(form)
        typed = typed_in(form.values)
        try:
            match form.form:
                case "register":
                    return await self._registered(form, by, wish_of(typed))
                case "invite":
                    return await self._invited(form, by, wish_of(typed))
            outcome = await self._changes.change(by, *_id_and_version(form.context), wish_of(typed))
        except TeamChangeRefused as refused:
            return await self._once_more(form.form, by, typed, refused)
        return views.recorded_reply(outcome, channel=form.conversation.kind == "channel")

    async def _registered(self, form: FormSubmission, by: By, wish: Wish) -> Reply:
        outcome = await self._changes.register(by, wish, form.event_id)
        if outcome is None:
            return views.taken_reply(wish.name or "")
        return views.recorded_reply(outcome, channel=form.conversation.kind == "channel")

    async def _once_more(self, form: str, by: By, typed: Mapping[str, str], refused: BotError) -> Reply:
        if form == "register":
            return views.register_reply(typed, str(refused))
        team = await self._changes.own(by)
        if form == "invite":
            return views.invite_reply(typed, str(refused), parent=team.name if team else None)
        return views.change_reply(team, typed, str(refused)) if team else sentence_reply(OLD_FORM)

    async def _leave(self, incoming: Incoming, by: By) -> Reply:
        left = await self._changes.leave(by.who)
        if left is None:
            return sentence_reply(views.NOT_IN_A_TEAM)
        still = await self._changes.own(by)
        return views.left_reply(left, still.name if still else None, guest=by.who.is_guest)

    async def _invite(self, incoming: Incoming, by: By) -> Reply:
        if incoming.conversation.kind != "direct":
            return sentence_reply(views.IN_PRIVATE)
        team = await self._changes.own(by)
        if team is None or team.left_at is not None:
            by.who.needs(Role.ADMIN)
        return views.invite_reply(parent=team.name if team else None)

    async def _invited(self, form: FormSubmission, by: By, wish: Wish) -> Reply:
        if form.conversation.kind != "direct":
            return sentence_reply(views.IN_PRIVATE)
        if not self._public_url:
            return sentence_reply(NOWHERE_TO_GO)
        if not wish.name:
            raise TeamChangeRefused(views.NAME_IT)
        invited = await self._care.invite(by, wish.name, wish.relationship or "unit", None, form.event_id)
        url = f"{self._public_url}/sign-in?t={invited.token}"
        return views.invited_reply(invited.team.name, url, INVITATION_LASTS.days, made=invited.made)

    async def _is_in(self, by: By, team: Recorded) -> bool:
        """Whether this person said to be in it, and does not only speak in a channel of it."""
        mine = await self._changes.own(By(by.who))
        return mine is not None and mine.id == team.id

    async def _by(self, incoming: Incoming) -> By:
        return By(await self._access.of(incoming), incoming.conversation)


def typed_in(values: Mapping[str, str]) -> dict[str, str]:
    """What stands in a form, cleaned; a field is found however its name is capitalised."""
    typed = {
        name.strip().casefold(): " ".join(clean_text(value, LONGEST_TYPED).split())
        for name, value in values.items()
    }
    return typed | {name: relationship_of(typed[name].casefold()) for name in typed if name == "relationship"}


def wish_of(typed: Mapping[str, str]) -> Wish:
    """What somebody wants recorded; a field that is not there, and a choice that was not made, leave it as it is.

    Raises TeamChangeRefused for a choice that there is none of, and a name that is too long.
    """
    if len(typed.get("name", "")) > LONGEST_TEAM_NAME:
        raise TeamChangeRefused(TOO_LONG)
    joining = _choice(typed, "joining", tuple(views.JOINING))
    parent = typed.get("parent")
    return Wish(
        typed.get("name"), _choice(typed, "relationship", RELATIONSHIPS),
        "" if parent == views.NO_PARENT else parent,
        _choice(typed, "visibility", VISIBILITIES),
        None if joining is None else joining == views.EVERYBODY,
    )


def _choice(typed: Mapping[str, str], field: str, choices: tuple[str, ...]) -> str | None:
    said = typed.get(field, "").casefold()
    if said and said not in choices:
        raise TeamChangeRefused(f"“{said}” is not a {field}: choose one of {', '.join(choices)}.")
    return said or None


def _id_and_version(value: str) -> tuple[str, int]:
    """As a button or form carries them; of anything else a team that there is none of."""
    team_id, _, text = value.partition("|")
    version = whole_number(text)
    return team_id, -1 if version is None else version
