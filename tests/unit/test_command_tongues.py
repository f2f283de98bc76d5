"""Commands in other languages than English: each is known, and no English command is taken for one of them."""

from __future__ import annotations

import itertools

import pytest
import pytest_asyncio

from bot.command_tongues import REST, TONGUES, Said, commands_in, in_english
from bot.commands import Ask, MyTeam, intent_of, plain_command
from bot.storage.unit import Storage
from tests.fakes.answering import Someone
from tests.fakes.trying import Asking
from tests.on_sqlite import database

__all__ = ["database"]

FOLLOWS = {"report for {}": "2026-10", "check in after {}": "3 Wochen", "my team is {}": "Verein Nord"}
SAID = [
    (tongue, english.replace(REST, FOLLOWS.get(english, "pilot charter")), f"{said} {FOLLOWS.get(english, 'pilot charter')}" if REST in english else said)
    for tongue in TONGUES for english, all_said in commands_in(tongue).items() for said in all_said
]


@pytest_asyncio.fixture
async def world(storage: Storage) -> Asking:
    return Asking(storage)


@pytest.mark.parametrize(("tongue", "english", "said"), SAID)
def test_what_is_said_is_the_english_command(tongue: str, english: str, said: str) -> None:
    """In any case, with or without accents and a stop."""
    wanted = Said(english.replace("Wochen", "week"), tongue)
    assert in_english(said) == in_english(said.upper().replace("PILOT CHARTER", "pilot charter").replace("VEREIN NORD", "Verein Nord")) == wanted
    if english in commands_in(tongue):
        assert in_english(f"{said}!") == (f"{english}!", tongue)


async def test_every_english_command_of_the_tables_is_one(world: Asking) -> None:
    """Of the bot's own: nothing of it reaches the answerer."""
    commands = {english for tongue in TONGUES for english in commands_in(tongue)}
    who = world.someone()
    await who.presses("adopt", "-|pilot-charter|trying")
    for english in sorted(commands - {"privately {}", "it did not work", "it did not work because {}", "it worked", "too early"}):
        assert await answers_itself(world, who, english.replace(REST, FOLLOWS.get(english, "pilot charter").replace("3 Wochen", "3 weeks"))), english


async def answers_itself(world: Asking, who: Someone, words: str) -> bool:
    await who.says(words)
    return world.answering.asked == []


def test_all_languages_have_the_same_commands() -> None:
    tables = {tongue: set(commands_in(tongue)) for tongue in TONGUES}
    assert tables["de"] == tables["fr"] == tables["es"] and tables["de-du"] <= tables["de"]


def test_nothing_is_said_of_two_commands() -> None:
    every = [(said.casefold(), english) for tongue in TONGUES for english, all_said in commands_in(tongue).items() for said in all_said]
    assert [(one, other) for one, other in itertools.combinations(every, 2) if one[0] == other[0]] == []


@pytest.mark.parametrize("said", [
    "Wie bekommen wir mehr Leute, die uns abonnieren?", "Mein Team ist zu klein für einen Piloten", "Unsere Praktiken gelten als veraltet",
    "Hilfe, der Beitrag ist falsch", "Mon équipe est-elle trop petite ?", "Bericht über LinkedIn schreiben", "rapport de force entre deux marques", "mis datos de alcance bajan",
    "subscribe", "our team", "How do we launch a pilot?", "", "¿?",
])
def test_a_question_stays_as_it_is(said: str) -> None:
    command = in_english(said)
    assert command.tongue == "en" or intent_of(said) == MyTeam("zu klein für einen Piloten", doubtful=True)
    assert command.words == said or command.tongue != "en"


def test_a_report_is_named_by_its_month() -> None:
    assert [plain_command(said) for said in ("Bericht für März", "rapport de décembre 2026", "/midway Informe de octubre")] == [
        "report for March", "report for December 2026", "report for October",
    ]
    assert intent_of("Was ist ein Bericht für Oktober wert?") == Ask("Was ist ein Bericht für Oktober wert?")
