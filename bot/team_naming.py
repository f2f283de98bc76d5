"""The team that somebody names, in a command, by a button or in the form: joined, made, or asked about first."""

from __future__ import annotations

import re

from bot import unit_views, views
from bot.commands import LONGEST_TEAM_NAME, TOO_LONG, unlike_a_name
from bot.messages import Incoming, IncomingMessage
from bot.nearest import slips
from bot.replies import Reply
from bot.tracker import Tracker

MOST_TYPED = 5
"""Words of a name that is typed where the form asks for it."""
_SAID_BEFORE = re.compile(
    r"(?:(?:it(?:['’]s| is)|this is|that is|we(?:['’]re| are)|i(?:['’]m| am) (?:in|from|with)|for|das ist|wir sind|für|"
    r"c['’]est|nous sommes|pour|es|somos|para)\s+)?(?P<name>.+)", re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:no )?(?:thanks?|thank you|ok|okay|yes|yep|no|nope|none|nobody|hi|hello|hey|bye|later|skip|nothing|cancel|good|"
    r"great|cool|fine|perfect|me|myself|don['’]t know|dunno|danke|ja|nein|merci|oui|non|gracias|sí|si|später|"
    r"plus tard|más tarde)(?: (?:you|thanks|much|team))?", re.IGNORECASE,
)


class TeamNaming:
    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker

    async def of_person(self, incoming: Incoming, name: str, tongue: str = "en", *, sure: bool) -> Reply:
        """This person speaks for it from now on; unless ``sure``, we ask where it is nearly another's name."""
        if wrong := await self._wrong_name(incoming, name):
            return views.sentence_reply(wrong)
        if not sure and (near := await self._near(incoming, name)):
            return views.did_you_mean_reply(name, near, channel=False, tongue=tongue)
        team, made = await self._tracker.join(incoming, name)
        reply = unit_views.speaks_reply(team, made=made, channel=False, tongue=tongue)
        return unit_views.with_notice(reply, await self._tracker.tells(team))

    async def of_channel(self, incoming: Incoming, name: str, tongue: str = "en", *, sure: bool) -> Reply:
        """As ``of_person``, for the channel."""
        if wrong := await self._wrong_name(incoming, name):
            return views.sentence_reply(wrong)
        if not sure and (near := await self._near(incoming, name)):
            return views.did_you_mean_reply(name, near, channel=True, tongue=tongue)
        team, made = await self._tracker.bind_channel(incoming, name)
        reply = unit_views.speaks_reply(team, made=made, channel=True, tongue=tongue)
        return unit_views.with_notice(reply, await self._tracker.tells(team))

    async def bare(self, incoming: Incoming, name: str, said: str, tongue: str = "en") -> Reply:
        """`team NAME`: a known team is taken at its word; for an unknown one the words may have been a question."""
        channel = incoming.conversation.kind == "channel"
        if wrong := await self._wrong_name(incoming, name):
            return views.sentence_reply(wrong)
        if not await self.knows(incoming, name):
            near = await self._near(incoming, name)
            return views.did_you_mean_reply(name, near, channel=channel, said=said, tongue=tongue)
        take = self.of_channel if channel else self.of_person
        return await take(incoming, name, tongue, sure=True)

    async def typed(self, message: Incoming, said: str) -> Reply | None:
        """A name that was typed instead of filled in, while the form waits for it; None for any other words.

        Of a team that nobody knows, words without a capital may be a question all the same: then we ask.
        """
        name = _typed_name(said) if isinstance(message, IncomingMessage) else ""
        if not name or (tongue := await self._tracker.waits_for_team(message)) is None:
            return None
        if name == name.lower() and not await self.knows(message, name):
            near = await self._near(message, name)
            return views.did_you_mean_reply(name, near, channel=False, said=said, tongue=tongue)
        return await self.of_person(message, name, tongue, sure=False)

    async def knows(self, incoming: Incoming, name: str) -> bool:
        names = await self._tracker.team_names(incoming.conversation.tenant)
        return any(other.casefold() == name.casefold() for other in names)

    async def _wrong_name(self, incoming: Incoming, name: str) -> str:
        """Why no team can have this name; empty where one can, or one has."""
        if not name.strip():
            return views.NAME_YOUR_TEAM
        return TOO_LONG if len(name) > LONGEST_TEAM_NAME and not await self.knows(incoming, name) else ""

    async def _near(self, incoming: Incoming, name: str) -> list[str]:
        """Existing names that this one may be a slip of; none if the very name exists."""
        if await self.knows(incoming, name):
            return []
        return slips(name, await self._tracker.team_names(incoming.conversation.tenant))


def _typed_name(said: str) -> str:
    """The name in a short reply that is no question; empty for anything else."""
    found = _SAID_BEFORE.fullmatch(said.strip())
    name = " ".join(found["name"].strip(" \t.!\"'“”").split()) if found else ""
    is_one = 0 < len(name.split()) <= MOST_TYPED and not unlike_a_name(name)
    return name if is_one and not _NO_NAME.fullmatch(name) else ""
