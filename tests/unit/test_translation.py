"""The gloss: rough, but the words that a search needs, in about the order of English, however they were typed."""

from __future__ import annotations

import time

import pytest

from knowledge.aspects import Aspect, aspect_of
from knowledge.glossaries import LANGUAGES, glossary
from knowledge.translation import into_english, thread_in_english

MOST_MS = 3
FIFTY_WORDS = {
    "de": "Wir haben im letzten Quartal mit drei Filialen einen kleinen Piloten auf Instagram gestartet, und jetzt will der Vorstand wissen, "
          "was das gebracht hat, welche Kennzahlen wir messen, wer die Beiträge freigibt und ob sich der Aufwand für alle anderen "
          "Standorte wirklich lohnt. Wie berichte ich das am besten?",
    "fr": "Nous avons lancé le trimestre dernier un petit pilote sur Instagram avec trois magasins, et maintenant la direction veut savoir ce que "
          "cela a rapporté, quels indicateurs nous mesurons, qui valide les publications et si l'effort vaut la peine pour tous les autres "
          "points de vente. Comment présenter cela au mieux ?",
    "es": "El trimestre pasado lanzamos un pequeño piloto en Instagram con tres tiendas y ahora la dirección quiere saber qué nos ha aportado, "
          "qué indicadores medimos, quién aprueba las publicaciones y si el esfuerzo vale la pena para todas las demás sedes de la empresa. "
          "¿Cómo lo presento de la mejor manera posible?",
}


@pytest.mark.parametrize(("lang", "typed", "gloss"), [
    ("de", "Wie messe ich den Erfolg unserer LinkedIn-Seite?", "how do I measure success our LinkedIn page?"),
    ("de", "Wie kann ich meinen Chef überzeugen?", "how can I convince my boss?"),
    ("de", "Wie lege ich ein Konto an und wer muss das freigeben?", "how do I create account and who must approve?"),
    ("de", "Krisenplan Vorlage", "crisis plan playbook template"),
    ("fr", "mesurer le ROI", "measure return on investment"),
    ("fr", "Comment mesurons-nous l’adhésion ?", "how do we measure buy-in?"),
    ("fr", "À quoi sert un groupe témoin ?", "what is the benefit control group?"),
    ("es", "calendario editorial", "editorial calendar"),
    ("es", "¿Qué pasa si el piloto fracasa?", "what happens if pilot fail?"),
    ("es", "¿quién decide si abrimos una cuenta?", "who decides whether open account?"),
])
def test_phrases_then_words_in_about_english_order(lang: str, typed: str, gloss: str) -> None:
    assert into_english(typed, lang) == gloss


@pytest.mark.parametrize(("lang", "typed", "as_well"), [
    ("de", "Händlerseite für Größere", "Haendlerseite fuer Groessere"),
    ("de", "Beschwerdemanagement", "beschwerdemanagment"),
    ("de", "Kennzahlen", "Kenzahlen"),
    ("fr", "à quoi sert la modération", "a quoi sert la moderation"),
    ("fr", "l'indicateur", "l’indicateurs"),
    ("es", "¿cómo medimos la atención?", "como medimos la atencion"),
    ("es", "publicación", "publicacciones"),
])
def test_spelling_is_forgiven(lang: str, typed: str, as_well: str) -> None:
    """Umlauts and accents as a plain keyboard has them, other forms, one slip in a longer word."""
    assert into_english(typed, lang).strip("?") == into_english(as_well, lang).strip("?")


@pytest.mark.parametrize(("compound", "parts"), [
    ("Händlerseite", "dealer page"), ("Pilotbericht", "pilot report"), ("Vertrauensfrage", "trust question"), ("Krisenbeispiel", "crisis example"),
])
def test_german_compounds_are_split_by_known_parts(compound: str, parts: str) -> None:
    assert into_english(compound, "de") == parts


@pytest.mark.parametrize(("lang", "typed", "aspect"), [
    ("de", "Was kann bei einem Piloten schiefgehen?", Aspect.MISTAKES), ("de", "Wer entscheidet darüber?", Aspect.WHO),
    ("de", "Lohnt sich das?", Aspect.WHEN_NOT), ("fr", "À quoi sert une charte ?", Aspect.WHY), ("fr", "Qui décide ?", Aspect.WHO),
    ("fr", "Quand ne faut-il pas le faire ?", Aspect.WHEN_NOT), ("es", "¿Qué puede salir mal?", Aspect.MISTAKES),
    ("es", "¿Vale la pena?", Aspect.WHEN_NOT), ("es", "¿Cómo medimos el éxito?", Aspect.MEASURE), ("de", "Woran erkennen wir, ob es klappt?", Aspect.MEASURE),
])
def test_the_gloss_shows_what_is_asked_for(lang: str, typed: str, aspect: Aspect) -> None:
    assert aspect_of(into_english(typed, lang)) is aspect


@pytest.mark.parametrize(("lang", "typed", "word"), [
    ("de", "Schreib gefälschte Bewertungen", "fake reviews"), ("fr", "acheter des abonnés", "buy followers"), ("es", "comprar seguidores", "buy followers"),
    ("de", "Wer hat gefragt?", "who asked"), ("fr", "qui a demandé", "who asked"), ("es", "¿quién preguntó?", "who asked"),
    ("de", "Urlaubsantrag", "holiday"), ("fr", "mot de passe oublié", "password"), ("es", "mi nómina", "payslip"),
])
def test_what_is_refused_or_a_matter_for_a_desk_is_seen(lang: str, typed: str, word: str) -> None:
    assert word in into_english(typed, lang)


@pytest.mark.parametrize(("lang", "typed", "meant"), [
    ("fr", "ils nous demandent et ils écrivent", "ask write"), ("fr", "elles promettent", "promise"), ("fr", "trouvée, trouvés, trouvaient", "find find find"),
    ("es", "nos subieron, publiquen, llegue", "publish publish arrive"), ("es", "que cuelguen y que niegan", "publish refuse"), ("es", "yo no niego nada", "refuse"),
    ("de", "Der Verein hört mit X auf", "stop"), ("de", "Lade das bitte hoch", "upload"), ("de", "dann machste das", "do"),
])
def test_verb_forms_are_known_by_their_roots(lang: str, typed: str, meant: str) -> None:
    """Endings, changed vowels and the spelling of a root before other vowels; in German the part at the end."""
    said = into_english(typed, lang).replace(",", "").split()
    assert [word for word in said if word in meant.split()] == meant.split()


@pytest.mark.parametrize(("lang", "typed", "as_well"), [
    ("es", "aser", "hacer"), ("es", "embiar", "enviar"), ("es", "cortito", "corto"), ("es", "carísimo", "caro"), ("es", "q hago con esto", "qué hago con esto"),
    ("fr", "comunication", "communication"), ("fr", "profesionel", "professionnel"), ("fr", "on fait koi", "on fait quoi"),
    ("de", "loschen", "löschen"), ("de", "Komentar", "Kommentar"), ("de", "wat is das", "was ist das"),
])
def test_what_sounds_the_same_means_the_same(lang: str, typed: str, as_well: str) -> None:
    """Doubled letters, vowels without umlaut, letters that are mixed up, and what is typed for short."""
    assert into_english(typed, lang) == into_english(as_well, lang)


@pytest.mark.parametrize("typed", ["Nachts", "Gericht", "Schuhe", "Gewicht"])
def test_a_short_word_is_no_slip_of_another(typed: str) -> None:
    """One letter makes "Gericht" of a poem and "Schuhe" of a school."""
    assert into_english(typed, "de").lower() not in {"nothing", "poem", "school"}


@pytest.mark.parametrize(("lang", "typed", "gloss"), [
    ("fr", "on a un plan", "we has plan"), ("fr", "à la ville", "at city"), ("es", "quizá sí", "maybe yes"),
    ("de", "Was sagt das Recht?", "what say law?"), ("de", "das ist recht teuer", "is expensive"), ("es", "publicamos por X", "publish by X"),
])
def test_accents_and_capitals_tell_words_apart(lang: str, typed: str, gloss: str) -> None:
    assert into_english(typed, lang) == gloss


@pytest.mark.parametrize(("lang", "typed", "words"), [
    ("de", "hamma da a Vorlage", "we have template"), ("de", "kann ma des posten", "we can posting"), ("fr", "jsais pas, ya un modele ?", "I know not, there is template?"),
    ("es", "pa q sirve el tablero", "what is the benefit panel"), ("de", "Merci vielmals", "thanks"), ("es", "xfa pásame la plantilla", "give me template"),
])
def test_people_write_as_they_speak(lang: str, typed: str, words: str) -> None:
    assert into_english(typed, lang) == words


def test_names_and_what_is_not_known_stay_as_typed() -> None:
    assert into_english("Wie überzeuge ich Frau Kowalczyk?", "de") == "how can I convince woman Kowalczyk?"
    assert into_english("Was sagt Xyzzy dazu", "de").endswith("Xyzzy")


def test_each_turn_of_a_thread_is_read_in_its_own_language() -> None:
    said = thread_in_english(["Wie starten wir einen Piloten?", "And who decides?", "Budget?"])
    assert said == ["how do we start pilot?", "And who decides?", "Budget?"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_glossary_is_rich_and_every_line_of_it_is_used(lang: str) -> None:
    known = glossary(lang)
    assert len(known.exact) > 1_500
    assert all(meaning.english == meaning.english.strip() for meaning in known.exact.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_fifty_words_take_less_than_three_milliseconds(lang: str) -> None:
    """The best of some runs, as other programs share the machine."""
    assert len(FIFTY_WORDS[lang].split()) >= 45
    into_english(FIFTY_WORDS[lang], lang)
    took = []
    for _ in range(5):
        glossary(lang)._found.clear()
        begun = time.perf_counter()
        into_english(FIFTY_WORDS[lang], lang)
        took.append((time.perf_counter() - begun) * 1000)
    assert min(took) < MOST_MS
