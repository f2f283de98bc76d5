"""What a word as typed may be a form of: verb forms, and spellings that sound the same. All words are folded ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.stems import stemmed

SHORTEST_ROOT, SHORTEST_SOUND = 3, 4
"""Letters of what is left of a verb without its ending, and of a word that may be known by its sound."""
_INFINITIVE = {"es": re.compile(r"(?:ar|er|ir)(?:se)?$"), "fr": re.compile(r"(?:er|ir|re|oir)$")}
_CLITICS = re.compile(r"(?<=[rdaeo])(?:me|te|se|nos|os|les?|l[oa]s?)(?:l[oa]s?)?$")
"""What Spanish writes in one word with the verb: "envíanoslo"."""
_ENDINGS = {
    "es": re.compile(
        "(?:[aei]r(?:i?a(?:s|n|mos|is)?|emos|an|as|e)?|a(?:ba(?:s|n|mos)?|ste|ron|ndo|d[oa]s?|mos|n|s|d)?"
        "|i(?:era(?:s|n|mos)?|ese[sn]?|eron|endo|ste|d[oa]s?|mos|a[sn]?|amos|o|d)?"
        "|[ae]is|e(?:mos|n|s|d)?|o)$"
    ),
    "fr": re.compile(
        "(?:(?:[ei]?r)(?:aient|ions|iez|ai[st]?|a[si]?|ons|ont|ez)|i?ss(?:aient|ions|iez|ai[st]|ant|ent|ons|ez|es?)"
        "|aient|erent|irent|ions|iez|ai[st]?|ant|ent|ons|ez|e{1,2}s?|it|is|ies?|u|ue?s?|a[s]?|er|ir|re|t|s|i)$"
    ),
}
_ENLARGED = re.compile(r"(?:e?c)?it([oa]s?)$|isim([oa]s?)$")
"""Spanish for small and for very: "cortito", "carísimo"."""
_SOFT = {
    "es": (("qu", "c"), ("gu", "g"), ("c", "z"), ("j", "g"), ("zc", "c"), ("y", "")),
    "fr": (("ge", "g"), ("i", "y"), ("ll", "l"), ("tt", "t"), ("nn", "n"), ("v", "")),
}
"""How the end of a root is written before other vowels."""
_VOWELS = {"es": (("ie", "e"), ("ue", "o"), ("ue", "u"), ("i", "e"), ("u", "o")), "fr": (("oi", "ev"),)}
"""What the last vowels of a root change from."""
_SOUNDS = {
    "de": (("ae|ah", "a"), ("oe|oh", "o"), ("ue|uh", "u"), ("ieh?|ih", "i"), ("eh", "e"), ("dt|th", "t"), ("ph", "f")),
    "fr": (
        *(("eau|au", "o"), ("ai|ei", "e"), ("ph", "f"), ("qu|k|c(?![ehiy])", "k"), ("(?<!c)h", ""), ("y", "i")),
        ("(?:e[rz]|ee?s?|ent|s)$", "e"),
    ),
    "es": (
        *(("v", "b"), ("(?<!c)h", ""), ("qu|k|c(?![ehi])", "k"), ("c(?=[ei])|z", "s"), ("ll", "y")),
        *(("gu(?=[ei])", "g"), ("g(?=[ei])", "j"), ("w", "gu"), ("n(?=[bp])", "m")),
    ),
}
_SOUNDING = {lang: tuple((re.compile(said), plain) for said, plain in said) for lang, said in _SOUNDS.items()}
_DOUBLED = re.compile(r"(.)\1+")
_GERMAN_ENDINGS = re.compile(r"(?:test|tet|ten|te|est|et|st|t)$")


def sound(word: str, lang: str) -> str:
    """The same for spellings that are often mixed up: doubled letters, vowels with or without umlaut, v and b."""
    for pattern, plain in _SOUNDING[lang]:
        word = pattern.sub(plain, word)
    return _DOUBLED.sub(r"\1", word)


def infinitive_root(word: str, lang: str) -> str | None:
    """What is left of a French or Spanish infinitive without its ending; None of any other word."""
    ending = _INFINITIVE[lang].search(word) if lang in _INFINITIVE else None
    return word[: ending.start()] if ending and ending.start() >= SHORTEST_ROOT else None


def roots(word: str, lang: str) -> Iterator[str]:
    """Roots of verbs that this may be a form of, the likeliest first; none for German, whose stems do."""
    if lang not in _ENDINGS:
        return
    for bare in dict.fromkeys((word, _CLITICS.sub("", word)) if lang == "es" else (word,)):
        ending = _ENDINGS[lang].search(bare)
        root = bare[: ending.start()] if ending else bare
        if len(root) >= SHORTEST_ROOT:
            yield from _written(root, lang)


def _written(root: str, lang: str) -> Iterator[str]:
    """The root as it stands, and as its infinitive may write it."""
    yield root
    forms = [root, *(root.removesuffix(soft) + hard for soft, hard in _SOFT[lang] if root.endswith(soft))]
    yield from forms[1:]
    for form in forms:
        for changed, vowel in _VOWELS[lang]:
            before, found, after = form.rpartition(changed)
            if found and after and not set("aeiou") & set(after):
                yield before + vowel + after


def plainer(word: str, lang: str) -> str | None:
    """A Spanish word without the ending for small or very, else None."""
    if lang != "es" or not (ending := _ENLARGED.search(word)) or ending.start() < SHORTEST_ROOT:
        return None
    return word[: ending.start()] + (ending[1] or ending[2])


def german_stems(word: str) -> Iterator[str]:
    """Stems that a verb's form may have: without ge-, the -zu- of an infinitive, a final -s for es, an ending."""
    spoken = re.sub(r"(?<=st)e$|(?<=[elnrt])s$", "", word)
    bare = {word, re.sub(r"^(\w{2,6}?)(?:ge|zu)(?=\w{3})", r"\1", word), word.removeprefix("ge"), spoken}
    for form in sorted(bare):
        yield from stemmed([form, _GERMAN_ENDINGS.sub("", form)], "de")
