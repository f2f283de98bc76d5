"""Where a message goes, and what it is called afterwards, as text that others may store."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from bot.messages import Conversation

PLATFORM = "slack"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in Slack.

    ``thread`` is the time stamp of the thread's first message, empty for the channel itself. ``user`` asked there:
    Slack wants to be told for whom a hidden message or a stream is. ``hidden`` means that only the asker may see
    what is said (a slash command); ``answer_url`` is Slack's own way back to them, good for half an hour. ``card`` is
    the time stamp of the message of ours on which something was pressed. ``fresh`` means that nobody had replied in
    the thread: what is for one person alone shows in no such thread
    (docs.slack.dev/reference/methods/chat.postEphemeral).
    """

    team: str
    channel: str
    thread: str = ""
    user: str = ""
    hidden: bool = False
    answer_url: str = ""
    card: str = ""
    fresh: bool = False

    def encode(self) -> str:
        """As text, without what is empty."""
        said = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said, separators=(",", ":"), sort_keys=True)

    @classmethod
    def decode(cls, address: str) -> Place:
        """The reverse of ``encode``; a ``ValueError`` for anything else. Names of later versions are passed over."""
        said = json.loads(address)
        if not isinstance(said, dict) or not {"team", "channel"} <= said.keys():
            raise ValueError("This is not the address of a Slack conversation.")
        return cls(**{item.name: said[item.name] for item in fields(cls) if item.name in said})

    @property
    def direct(self) -> bool:
        """Whether only one person and the bot are here: ids of direct messages begin with D, of people with U or W."""
        return self.channel.startswith(("D", "U", "W"))

    @property
    def without_channel(self) -> bool:
        """Whether a person stands for their direct messages, which Slack takes for posting and nothing else."""
        return self.channel.startswith(("U", "W"))

    def conversation(self, thread_key: str) -> Conversation:
        """The place as the bot knows it."""
        return Conversation(
            platform=PLATFORM,
            tenant=self.team,
            channel=self.channel,
            thread=thread_key,
            kind="direct" if self.direct else "channel",
            address=self.encode(),
            root=self._root().encode(),
            lasting=self.alone().encode() if self.hidden else "",
            begins=not (self.thread or self.hidden),
            hidden=self.hidden and not self.direct,
        )

    def _root(self) -> Place:
        """The place itself. A command may come from where the app is not: from the direct messages of two people it
        leads to the person, from a channel it names whom to write to instead.
        """
        if not self.hidden:
            return Place(self.team, self.channel)
        return self.alone() if self.direct else Place(self.team, self.channel, user=self.user)

    def alone(self) -> Place:
        """The direct messages of the app and whoever asked."""
        return Place(self.team, self.user, user=self.user)


@dataclass(frozen=True, slots=True)
class MessageName:
    """A message that stands in Slack; ``answer_url`` reaches one that only one person sees, where there is a way."""

    channel: str
    ts: str
    hidden: bool = False
    answer_url: str = ""

    def encode(self) -> str:
        """``channel/ts``, and for a hidden message ``/hidden`` or ``/`` and the address to change it with."""
        name = f"{self.channel}/{self.ts}"
        return f"{name}/{self.answer_url or 'hidden'}" if self.hidden else name

    @classmethod
    def decode(cls, message_id: str) -> MessageName:
        """The reverse of ``encode``; a ``ValueError`` for anything else."""
        channel, _, rest = message_id.partition("/")
        ts, hidden, way = rest.partition("/")
        if not (channel and ts):
            raise ValueError("This is not the name of a message in Slack.")
        return cls(channel, ts, bool(hidden), way if way != "hidden" else "")
