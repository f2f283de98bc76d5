"""Every number Teams sets, or that we set towards Teams, in one table with its source.

Sources are pages of learn.microsoft.com unless they say otherwise. "ours" is a choice of this project with its reason.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Limit(NamedTuple):
    value: int
    source: str


# What comes in
ID_CHARACTERS: Final = Limit(1_000, "ours: conversation ids of Teams are below 300 characters")
NAME_CHARACTERS: Final = Limit(80, "ours: a name stands in one line of small print")

# Who may call
CLOCK_SKEW_SECONDS: Final = Limit(300, "azure/bot-service/rest-api/bot-framework-rest-connector-authentication")
KEYS_FRESH_SECONDS: Final = Limit(86_400, "the same page: keys are stable; fetch at least once a day")
KEYS_STALE_SECONDS: Final = Limit(432_000, "the same page: keys may be cached for 5 days")
KEYS_RETRY_SECONDS: Final = Limit(10, "ours: invented key ids must not make us call the key server at will")
INVOKE_SECONDS: Final = Limit(4, "ours: older Teams clients show an error after 5 s")

# What goes out
MESSAGE_BYTES: Final = Limit(80_000, "microsoftteams/platform/bots/how-to/format-your-bot-messages: UTF-16")
TEXT_CHARACTERS: Final = Limit(6_000, "ours: one long paragraph must leave room for the sources and the buttons")
CELL_CHARACTERS: Final = Limit(1_000, "ours: a table cell or a fact is a phrase")
LABEL_CHARACTERS: Final = Limit(200, "ours: buttons and field labels beyond this are cut by every client")
PICTURE_BYTES: Final = Limit(26_000, "ours: as base64 in UTF-16 it takes 70 of the 80 KB that a message has")
PICTURE_SCALE: Final = Limit(1, "ours: a card is about 600 pixels wide, and there is no room for more")
TABLE_ROWS: Final = Limit(60, "ours: a longer table belongs into a report")
CHOICES: Final = Limit(100, "ours: a longer choice list is unusable on a phone")
ACTIONS_IN_A_ROW: Final = Limit(6, "github.com/atc0005/go-teams-notify issue 161: clients show the first 6")
LEAD_CHARACTERS: Final = Limit(2_000, "ours: the text above the card is the answer's first paragraph")
FALLBACK_CHARACTERS: Final = Limit(1_000, "ours: shown only by clients older than Adaptive Cards 1.5")
CITATIONS: Final = Limit(20, "microsoftteams/platform/bots/how-to/bot-messages-ai-generated-content")
CITATION_NAME: Final = Limit(80, "the same page")
CITATION_ABSTRACT: Final = Limit(160, "the same page")

# Sending
BACK_OFF_SECONDS: Final = Limit(2, "microsoftteams/platform/bots/how-to/rate-limit: from 2 s, with jitter")
LONGEST_BACK_OFF_SECONDS: Final = Limit(3_600, "the same page: the longest window counted is an hour")
TOKEN_MARGIN_SECONDS: Final = Limit(300, "ours: a token is renewed before it can expire on its way")
CLIENTS: Final = Limit(64, "ours: one client for each service URL; Teams has a handful of regions")

# Streaming
STREAM_SECONDS: Final = Limit(110, "microsoftteams/platform/bots/streaming-ux: a stream ends after 2 minutes")
STREAM_PAUSE_MILLISECONDS: Final = Limit(1_500, "the same page: collect for 1.5 to 2 seconds between updates")
STREAMS: Final = Limit(1_000, "ours: drafts under way at once in one process")

# App package
MANIFEST_NAME: Final = Limit(30, "json-schemas/teams/v1.27: name.short")
MANIFEST_DEVELOPER: Final = Limit(32, "json-schemas/teams/v1.27: developer.name")
MANIFEST_COMMANDS: Final = Limit(12, "json-schemas/teams/v1.27: commandLists.commands")
MANIFEST_COMMAND_TITLE: Final = Limit(128, "json-schemas/teams/v1.27: commandLists.commands.title")
COLOR_ICON_PIXELS: Final = Limit(192, "json-schemas/teams/v1.27: icons.color")
OUTLINE_ICON_PIXELS: Final = Limit(32, "json-schemas/teams/v1.27: icons.outline")

CARD_VERSION: Final = "1.5"
"""The newest that every Teams client draws, and the first with universal actions in Teams."""

MANIFEST_VERSION: Final = "1.27"
"""The first with prompt starters: clouds that lag behind take an older version sooner."""
