"""What is asked for in German, French or Spanish is answered in it, and so is what is pressed and filled in next."""

from __future__ import annotations

from dataclasses import replace

import pytest
import pytest_asyncio

from bot import help_views
from bot.commands import command_said, intent_of
from bot.messages import ButtonPress
from bot.replies import Button, Buttons, Facts, Heading, Paragraph, Reply, Steps
from bot.spoken import heard, in_tongue
from bot.storage.unit import Storage
from tests.fakes.answering import START, Someone, forms_of, labels
from tests.fakes.trying import CHARTER, Asking
from tests.on_sqlite import database

__all__ = ["database"]

FILLED = {"weekday": "2", "hour": "9", "zone": "Europe/Berlin", "topics": "", "audience": ""}


@pytest_asyncio.fixture
async def world(storage: Storage) -> Asking:
    return Asking(storage)


async def fills(who: Someone, reply: Reply, values: dict[str, str]) -> Reply:
    [form] = forms_of(reply)
    return await who.fills(form.form, form.context, values)


@pytest.mark.parametrize(("said", "title", "submit", "day", "done", "stop", "ended"), [
    ("abonnieren", "Ein Tipp pro Woche", "Abonnieren", "Dienstag", "Sie bekommen jede Woche einen Tipp.", "Abbestellen", "Hier kommen keine wöchentlichen Tipps mehr."),
    ("schick mir Tipps", "Ein Tipp pro Woche", "Abonnieren", "Dienstag", "Du bekommst jede Woche einen Tipp.", "Abbestellen", "Hier kommen keine wöchentlichen Tipps mehr."),
    ("s'abonner", "Un conseil par semaine", "S'abonner", "mardi", "Vous recevez un conseil chaque semaine.", "Se désabonner", "Il n'y a plus de conseils"),
    ("Suscribirme", "Un consejo por semana", "Suscribirse", "martes", "Recibe un consejo cada semana.", "Darse de baja", "Aquí ya no hay consejos semanales."),
])
async def test_the_tongue_goes_on_through_forms_and_buttons(
    world: Asking, said: str, title: str, submit: str, day: str, done: str, stop: str, ended: str
) -> None:
    who = world.someone()
    reply = await who.says(said)
    [form] = forms_of(reply)
    assert (form.title, form.submit, dict(form.fields[0].options)["2"]) == (title, submit, day)
    standing = await fills(who, reply, FILLED)
    assert standing.text.startswith(done) and stop in labels(standing) and world.answering.asked == []
    assert (await who.chooses(standing, stop)).text.startswith(ended)


async def test_a_team_is_named_in_german(world: Asking) -> None:
    who = world.someone()
    reply = await who.says("Mein Team ist Ortsverband Nord")
    assert reply.text.startswith("Sie sprechen jetzt für Ortsverband Nord. Ein Team dieses Namens gab es nicht")
    assert (await who.says("mein Team")).text == "Hier sprechen Sie für Ortsverband Nord. Zum Ändern: mein Team ist NAME."
    assert "Ihr Team hat noch nichts zu einer Praxis gesagt." in (await who.says("unsere Praktiken")).text
    assert world.answering.asked == []


async def test_forgetting_asks_in_the_words_of_who_asks(world: Asking) -> None:
    who = world.someone()
    assert (await who.says("vergiss mich")).text == "Soll ich dich vergessen? Das lässt sich nicht rückgängig machen."
    reply = await who.says("meine Daten löschen")
    assert reply.text == "Soll ich Sie vergessen? Das lässt sich nicht rückgängig machen."
    assert (await who.chooses(reply, "Ja, vergessen")).text == "Erledigt: Sie sind vergessen."


async def test_what_a_button_says_for_somebody_is_said_in_their_words(world: Asking) -> None:
    """So that what comes of it is in their language, too."""
    who = world.someone()
    reply = await who.says("Tipps abbestellen")
    assert reply.text.startswith("Hier gibt es keine wöchentlichen Tipps.")
    assert reply.buttons == (Button("Abonnieren", "ask", "abonnieren"),)
    assert forms_of(await who.chooses(reply, "Abonnieren"))[0].title == "Ein Tipp pro Woche"


async def test_an_answer_in_german_goes_on_in_german(world: Asking) -> None:
    """The form below it, and what is typed instead of filled in."""
    world.answering.given = replace(world.answering.given, lang="de", tongue="de")
    who = world.someone()
    answered = await who.says("Wie starten wir einen Piloten?")
    pressed = await who.chooses(answered, "Wir probieren es")
    assert forms_of(pressed)[0].form == "team~de"
    assert (await fills(who, pressed, {"team": "Ortsverband Nord"})).text.startswith("Sie sprechen jetzt für Ortsverband Nord.")
    other = world.someone("U2", thread="T2")
    await other.chooses(await other.says("Wie starten wir einen Piloten?"), "Später")
    assert (await other.says("Ortsverband Nord")).text.startswith("Sie sprechen jetzt für Ortsverband Nord.")
    assert await world.state(who, "Ortsverband Nord", CHARTER) == "considering"


def test_only_phrases_change() -> None:
    """Neither what people wrote nor what stands behind a button; whose language a question tells keeps its buttons."""
    reply = Reply("North is trying it.", (
        Heading("One next step"), Paragraph("Chapter North"), Facts((("When", "Tuesdays"),)),
        Buttons((Button("Pause", "tips-pause", "Later"), Button("Helpful", "feedback", "q1|helpful"))),
    ))
    assert in_tongue(reply, "en") is reply
    assert in_tongue(reply, "de") == Reply("North is trying it.", (
        Heading("Ein nächster Schritt"), Paragraph("Chapter North"), Facts((("Wann", "Tuesdays"),)),
        Buttons((Button("Pausieren", "tips-pause~de", "Later"), Button("Hilfreich", "feedback", "q1|helpful"))),
    ))
    assert in_tongue(in_tongue(reply, "de"), "de") == in_tongue(reply, "de")


async def test_a_button_of_english_has_no_tongue(world: Asking) -> None:
    who = world.someone()
    [form] = forms_of(await who.says("subscribe"))
    assert (form.form, form.title) == ("tips", "A weekly tip")
    for name, tongue in (("tips-pause", "en"), ("tips-pause~fr", "fr")):
        press = ButtonPress("e1", who.where, who.sender, START, name, "")
        incoming, said = heard(press)
        assert (incoming, said) == (replace(press, action="tips-pause"), tongue)


@pytest.mark.parametrize("tongue", ["de", "fr", "es"])
def test_help_names_commands_in_the_tongue_and_all_of_them_are_commands(tongue: str) -> None:
    [steps] = [block for block in help_views.help_reply(tongue=tongue).blocks if isinstance(block, Steps)]
    english = [step.lead for block in help_views.help_reply().blocks if isinstance(block, Steps) for step in block.items]
    said = [step.lead for step in steps.items]
    assert len(said) == len(english) and not set(said[1:]) & set(english) - {"team NAME"}
    for words in said[1:]:
        assert words == "team NAME" or command_said(words.replace("NAME", "Nord")).tongue == tongue, words
    assert intent_of(said[-1]) == intent_of("help").__class__(tongue)
