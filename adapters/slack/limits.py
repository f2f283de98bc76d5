"""What Slack allows, as data: every number with where it comes from, so that it can be rechecked.

"unconfirmed" marks a number that has not been read at its source; each of these is on the careful side.
"""

from __future__ import annotations

_DOCS = "docs.slack.dev/reference"
_SDK = "slack_sdk 3.47 models"
_OURS = "ours"
_UNCONFIRMED = "unconfirmed, to be read at"


class Limit(int):
    """A number with its ``source``; it counts like any integer."""

    source: str

    def __new__(cls, value: int, source: str) -> Limit:
        limit = super().__new__(cls, value)
        limit.source = source
        return limit


# a message
BLOCKS = Limit(50, f"{_DOCS}/block-kit/blocks")
CHARACTERS = Limit(13_000, "slackapi/bolt-js issue 2509: msg_blocks_too_long from about 13,200; counted here as JSON")
FALLBACK_TEXT = Limit(800, f"{_OURS}: what a notification shows at most; Slack truncates text past 40,000 characters")
METADATA_KEY = Limit(1_000, f"{_OURS}: keys are far shorter")

# blocks and elements
TEXT = Limit(3_000, f"{_DOCS}/block-kit/composition-objects/text-object; applied to rich text as well")
HEADER = Limit(150, f"{_SDK}: HeaderBlock.text_max_length")
BUTTONS_IN_A_ROW = Limit(25, f"{_SDK}: ActionsBlock.elements_max_length")
BUTTON_TEXT = Limit(75, f"{_SDK}: ButtonElement.text_max_length")
BUTTON_VALUE = Limit(2_000, f"{_SDK}: ButtonElement.value_max_length")
IDENTIFIER = Limit(255, f"{_SDK}: block_id_max_length, action_id_max_length")
LINK = Limit(3_000, f"{_SDK}: ButtonElement.url_max_length; applied to links in rich text")
LABEL = Limit(2_000, f"{_SDK}: InputBlock.label_max_length, hint_max_length")
INPUT_VALUE = Limit(3_000, f"{_UNCONFIRMED} {_DOCS}/block-kit/block-elements/plain-text-input-element")
OPTIONS = Limit(100, f"{_SDK}: StaticSelectElement.options_max_length")
OPTION_TEXT = Limit(75, f"{_SDK}: Option.label_max_length")
OPTION_VALUE = Limit(150, f"{_SDK}: Option.value_max_length")
TABLE_WIDTH = Limit(56, f"{_OURS}: fixed-width characters that a narrow window still shows")
ALT_TEXT = Limit(1_000, f"{_DOCS}/methods/files.getUploadURLExternal: alt_txt_too_large; an image block takes 2,000")

# the home tab and the agent's messages tab
PROMPTS = Limit(4, f"{_DOCS}/methods/assistant.threads.setSuggestedPrompts")
HOME_QUESTIONS = Limit(10, f"{_OURS}: what a person takes in at a glance")

# the manifest
DESCRIPTION = Limit(140, f"{_UNCONFIRMED} {_DOCS}/app-manifest: display_information.description")
AGENT_DESCRIPTION = Limit(300, f"{_UNCONFIRMED} {_DOCS}/app-manifest: features.agent_view.agent_description")

# sending
SECONDS_BETWEEN_MESSAGES = Limit(1, "docs.slack.dev/apis/web-api/rate-limits: one message a second in a channel")
LONGEST_WAIT_SECONDS = Limit(3, f"{_OURS}: past this the ledger tries again, so that no worker is held up")
STREAMED_TEXT = Limit(12_000, "slack_sdk 3.47, AsyncChatStream.append: markdown_text")
UPLOAD_SECONDS = Limit(6, f"{_OURS}: for all pictures of a message; past this the figures are said in a table")
READY_SECONDS = Limit(1, f"{_OURS}: what Slack gets once to finish a picture, which it does after the upload")
FIND_PAGE = Limit(200, f"{_UNCONFIRMED} {_DOCS}/methods/conversations.replies: limit")
FIND_PAGES = Limit(20, f"{_OURS}: 4,000 messages; past this the answer is that nobody knows")
