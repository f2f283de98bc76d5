"""What is said around a practice: every English phrase in all languages, with the same places for values."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import help_views, report_views, views
from bot.access import WEB, Role, Who
from bot.errors import NotAllowed
from bot.phrasing import PHRASES
from bot.replies import Steps
from knowledge.answers import Answer, Near, Outcome
from knowledge.aspects import Aspect
from knowledge.extractive import COVERED, Composer
from knowledge.frames import FAMILIAR, FRAMES, Frames
from knowledge.gate import DESK, REFUSE, SMALL, gate_data
from knowledge.glossaries import LANGUAGES
from tests.architecture.source import ROOT
from tests.fakes.answering import answer_of, shipped

FOLDERS = {"knowledge": ROOT / "knowledge/glossary/frames", "bot": ROOT / "bot/phrases"}
NAMES = {"say", "_say"}
MONTHS = [f"{date(2026, month, 1):%B}" for month in range(1, 13)]


def table(layer: str, lang: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FOLDERS[layer] / f"{lang}.json").read_text(encoding="utf-8"))
    return found


def constants(tree: ast.Module) -> dict[str, str]:
    """The module's named strings."""
    return {
        target.id: node.value.value
        for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets if isinstance(target, ast.Name)
    }


def phrases_in(path: Path) -> Iterator[str]:
    """Every string that this file hands to ``say``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (getattr(node.func, "id", "") in NAMES or getattr(node.func, "attr", "") in NAMES):
            for argument in (inner for given in node.args for inner in ast.walk(given)):
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value != "en":
                    yield argument.value
                elif isinstance(argument, ast.Name) and argument.id in named:
                    yield named[argument.id]


def wanted(layer: str) -> set[str]:
    found = {phrase for path in (ROOT / layer).rglob("*.py") for phrase in phrases_in(path)} - {"", "-", " ", "%B"}
    if layer == "knowledge":
        gate = gate_data()
        named = ((DESK, gate.desks), (REFUSE, gate.refusals), (SMALL, gate.small_talk))
        return found | {prefix + each for prefix, entries in named for each in entries} | set(COVERED.values())
    explained = {step.text for block in help_views.help_reply().blocks if isinstance(block, Steps) for step in block.items}
    return found | explained | headings() | refused() | {*help_views.SUGGESTIONS, *views.STATES.values(), *MONTHS, *FIRST_ROW, views.STORED, views.UNTRACKED_NOTICE}


FIRST_ROW = ("We'll try it", "Already do", "Later", "Not for us")


def refused() -> set[str]:
    """Every sentence to somebody without the role, on a platform and on the web."""
    said = set[str]()
    for role, who in itertools.product(Role, (Who("W1", "p", frozenset()), Who(WEB, "p", frozenset()))):
        if not who.may(role):
            with pytest.raises(NotAllowed) as refusal:
                who.needs(role, report_views.HERE)
            said |= set(re.split(r"(?<=\.) ", str(refusal.value)))
    return said


def headings() -> set[str]:
    """Of every list that any practice is shown with."""
    composer = Composer(date(2026, 11, 1))
    parts = [composer.part(practice, aspect) for practice in shipped().practices.values() for aspect in Aspect]
    whole = [composer.everything(practice) for practice in shipped().practices.values()]
    return {listing.heading for part in (*parts, *whole) for listing in part.lists}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("layer", list(FOLDERS))
def test_every_phrase_has_its_translation(layer: str, lang: str) -> None:
    assert wanted(layer) - set(table(layer, lang)) == set()


@pytest.mark.parametrize("lang", (*LANGUAGES, FAMILIAR))
@pytest.mark.parametrize("layer", list(FOLDERS))
def test_translations_have_the_same_places_for_values(layer: str, lang: str) -> None:
    """And are no copies of the English, but for names."""
    for english, said in table(layer, lang).items():
        places, others = (sorted(re.findall(r"\{(\w+)", text)) for text in (english, said))
        assert english.partition(":")[0] + ":" in {DESK, REFUSE, SMALL} or places == others, english
        assert said.strip() == said and said, english


def test_all_languages_have_the_same_phrases() -> None:
    for layer in FOLDERS:
        assert len({frozenset(table(layer, lang)) for lang in LANGUAGES}) == 1
        assert set(table(layer, FAMILIAR)) <= set(table(layer, "de"))


def test_german_says_sie_unless_it_is_asked_with_du() -> None:
    formal = " ".join(table("knowledge", "de").values()) + " ".join(table("bot", "de").values())
    familiar = " ".join(table("knowledge", FAMILIAR).values()) + " ".join(table("bot", FAMILIAR).values())
    assert not re.search(r"\b(?:du|dein\w*|dir|dich)\b", formal)
    assert not re.search(r"\b(?:Sie|Ihr\w*|Ihnen)\b", familiar)


def test_what_no_table_has_is_said_in_english(tmp_path: Path) -> None:
    empty = Frames(tmp_path)
    assert empty.say("de", "For {team}", team="North") == "For North"
    assert FRAMES.say("en", "and") == FRAMES.say("xx", "and") == "and"
    assert PHRASES.say("fr", "Later") == "Plus tard"


def test_braces_in_what_people_wrote_are_words() -> None:
    assert "{days} {0}" in PHRASES.say("de", "You asked: “{question}”", question="{days} {0}")


@pytest.mark.parametrize(("tongue", "first", "note"), [
    ("de", "Wir probieren es", "auf Englisch"), ("fr", "Nous allons essayer", "en anglais"), ("es", "Lo probaremos", "en inglés"),
])
def test_an_answer_is_framed_in_the_asker_s_language(tongue: str, first: str, note: str) -> None:
    given = answer_of("pilot-charter")
    given = Answer(given.outcome, parts=given.parts, citations=given.citations, nearest=(Near("a", "A title"),))
    answer = replace(given, lang=tongue, tongue=tongue)
    reply = views.answer_reply(answer, "a1")
    buttons = reply.buttons
    assert first in [button.label for button in buttons] and all(button.label not in FIRST_ROW for button in buttons)
    assert [button.value for button in buttons] == [button.value for button in views.answer_reply(given, "a1").buttons]
    assert sum(note in str(block) for block in reply.blocks) == 1


def test_an_english_answer_has_no_note_on_its_language() -> None:
    assert "English" not in str(views.answer_reply(answer_of("pilot-charter"), "a1").blocks)
    assert views.answer_reply(Answer(Outcome.DECLINED, "Nein.", lang="de", tongue="de"), "a1").blocks[0] == views.Paragraph("Nein.")
