"""What the demo's people and things are called in its database."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.demo.happenings import PLATFORMS, Person
from bot.messages import Conversation
from bot.privacy import SecretKey
from bot.storage.pilots import KeptPilot
from bot.storage.tables import Team

OFFICE = "demo-office"
"""The platform id of whoever registers teams, answers questions and looks after the library."""


@dataclass
class Names:
    """What was written so far, by its name in the plan. ``below`` are ids of questions and names of tips."""

    secret: SecretKey
    teams: dict[tuple[str, str], Team] = field(default_factory=dict)
    below: dict[str, str] = field(default_factory=dict)
    pilots: dict[str, KeptPilot] = field(default_factory=dict)
    places: dict[str, Conversation] = field(default_factory=dict)
    """The place of each subscription."""

    def person(self, who: Person) -> str:
        return self.secret.pseudonym(who.tenant, who.user)

    def office(self, tenant: str) -> str:
        return self.secret.pseudonym(tenant, OFFICE)

    def team(self, who: Person) -> Team | None:
        return self.teams[who.tenant, who.team.name] if who.team else None


def place_of(who: Person, *, alone: bool = False) -> Conversation:
    """Where somebody speaks: in the channel of their team, or with Midway alone."""
    team = None if alone else who.team
    channel = team.channel if team else f"direct-{who.user}"
    platform = who.team.platform if who.team else PLATFORMS[0]
    return Conversation(platform, who.tenant, channel, channel, "channel" if team else "direct", channel)
