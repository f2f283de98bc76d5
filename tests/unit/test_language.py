"""Which language a message is in: keyword searches, mixed text, names, and English that only looks foreign."""

from __future__ import annotations

import pytest

from knowledge.language import language_of, tongue_of


@pytest.mark.parametrize(("text", "lang"), [
    ("Krisenplan Vorlage", "de"), ("mesurer le ROI", "fr"), ("calendario editorial", "es"), ("Händlerseite", "de"), ("haendler facebook seite", "de"),
    ("plantilla informe mensual", "es"), ("charte réseaux sociaux modèle", "fr"), ("Wer macht was?", "de"), ("¿Vale la pena?", "es"), ("ça vaut le coup ?", "fr"),
    ("Hi, wie messe ich den ROI of our LinkedIn page?", "de"), ("comment faire un bon post LinkedIn", "fr"), ("como hago un piloto", "es"),
])
def test_short_and_mixed_messages_are_told(text: str, lang: str) -> None:
    assert language_of(text) == lang


@pytest.mark.parametrize("text", [
    "How do I convince Müller?", "What does the Betriebsrat say about it?", "pilot template", "brief executives one page figures", "content formats",
    "Gift ideas for followers", "engagement rate benchmark", "El Corte Inglés budget", "GDPR", "ROI?", "die hard fans campaign", "", "123", "crisis drill",
    "Our chef wants a video", "editorial calendar", "agents and dealers", "Doppelgänger accounts of our CEO", "voilà, how do we start",
])
def test_english_stays_english(text: str) -> None:
    """With a foreign name, with one foreign word, with words that other languages have, too."""
    assert language_of(text) == "en"


@pytest.mark.parametrize("text", ["Come possiamo misurare il successo della nostra pagina?", "Hoe meten wij het succes van onze pagina?", "Como podemos medir o sucesso da nossa página?"])
def test_other_languages_are_not_taken_for_ours(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(("text", "lang"), [
    ("inventario de redes que columnas lleva", "es"), ("nos quitaron la musica en tiktok", "es"), ("costes ocultos de un equipo de redes", "es"),
    ("se nos olvido parar un anuncio y corrio 4 meses", "es"), ("que tienda usamos de conejillo de indias", "es"),
    ("on a des photos et des videos", "fr"), ("personne a dit non, personne a dit oui...", "fr"), ("likes interessieren die GF null, was dann", "de"),
])
def test_languages_that_share_their_small_words_are_told_apart_by_the_others(text: str, lang: str) -> None:
    assert language_of(text) == lang


@pytest.mark.parametrize("text", [
    "ok", "okay", "credit ads postcode restrictions", "likes dont impress him", "Viva Engage use ideas manufacturing", "fake profiles raid post",
    "auto replys unread risky?", "c2pa strip metadata ok?", "font licence", "pic of guests w/o asking ok??", "ok bye", "hr poster plant 4", "son's account", "man",
])
def test_words_that_english_has_too_do_not_tell(text: str) -> None:
    assert language_of(text) == "en"


def test_what_does_not_tell_is_in_the_language_of_its_thread() -> None:
    assert language_of("ROI?", ["Wie starten wir einen Piloten?"]) == "de"
    assert language_of("What about the ROI?", ["Wie starten wir einen Piloten?"]) == "en"


def test_who_says_du_is_answered_so() -> None:
    assert tongue_of("Kannst du mir sagen, wie wir einen Piloten starten?") == "de-du"
    assert tongue_of("Können Sie mir sagen, wie wir einen Piloten starten?") == "de"
    assert tongue_of("Do you know how we start?") == "en"
