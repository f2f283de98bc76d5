"""The same answer everywhere, drawn as each platform draws things: not a word of it is lost on any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.help_views import help_reply
from bot.replies import Block, Buttons, Form, Heading, Paragraph, Reply, Sources, Steps
from bot.views import answer_reply, practice_reply
from knowledge.service import Knowledge
from tests.databases import MakeDatabase
from tests.dialogues.stage import PLATFORMS, Midway, stage, words
from tests.harness import Shown

# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)

QUESTIONS = (
    "How do we launch a pilot?",
    "How do I win a sponsor who only looks at numbers? And what should we measure each month?",
    "where do I get a new laptop",
    "can you buy us 500 fake followers",
)
MARK = re.compile(r"\s*\[\d+\]")


def said_by(block: Block) -> Iterator[str]:
    """Everything a block says, piece by piece."""
    match block:
        case Heading(text) | Paragraph(text):
            yield text
        case Steps(items):
            yield from (piece for item in items for piece in (item.lead, item.text))
        case Sources(items):
            yield from (source.title for source in items)


def pieces(reply: Reply) -> list[str]:
    """All words, apart from the marks ``[1]``, for which every platform has its own way."""
    found = [part for block in reply.blocks for piece in said_by(block) for part in MARK.split(piece)]
    return [words(part) for part in found if any(letter.isalpha() for letter in part)]


def labels(reply: Reply) -> list[str]:
    return [button.label for block in reply.blocks if isinstance(block, Buttons) for button in block.items]


def links(reply: Reply) -> list[str]:
    return [source.url for block in reply.blocks if isinstance(block, Sources) for source in block.items]


def test_no_kind_of_block_is_overlooked() -> None:
    """What an answer is made of is what is compared here."""
    reply = help_reply()
    assert pieces(reply)
    assert not any(isinstance(block, Form) for block in reply.blocks)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_word_button_and_source_is_there(
    platform: str, question: str, real_knowledge: Knowledge, migrated_database: MakeDatabase, tmp_path: Path
) -> None:
    """Heading, lead, steps, metric, both rows of buttons, and the sources: they alone are links."""
    async with stage(platform, Midway(migrated_database("sqlite", tmp_path), real_knowledge)) as where:
        compare(await where.say(question), answer_reply(real_knowledge.look_up(question), "a1"))


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_all_of_a_practice_is_there(
    platform: str, real_knowledge: Knowledge, migrated_database: MakeDatabase, tmp_path: Path
) -> None:
    """Behind "More" stands everything, on every platform."""
    async with stage(platform, Midway(migrated_database("sqlite", tmp_path), real_knowledge)) as where:
        await where.say(QUESTIONS[0])
        found = await real_knowledge.everything(real_knowledge.look_up(QUESTIONS[0]).parts[0].practice)
        assert found
        # In Teams a sentence stands below the pressed card, and the practice in a message of its own.
        compare((await where.press("More"))[-1:], practice_reply(*found, "a1"))


def compare(news: list[Shown], reply: Reply) -> None:
    """One message with all of the reply."""
    [shown] = news
    screen = words(shown.text)
    assert [piece for piece in pieces(reply) if piece not in screen] == []
    assert list(shown.buttons) == labels(reply)
    assert set(shown.links) == set(links(reply))
