"""Answers composed from a practice: the right lists for what is asked, grounded, numbered, of a readable length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from knowledge.answers import Citation, Part
from knowledge.aspects import Aspect, aspect_of
from knowledge.differing import topics
from knowledge.excerpts import first_sentences, sentences_of
from knowledge.extractive import (
    GIST_BESIDE,
    LONGEST_GIST,
    MOST_WORDS,
    SHARED,
    Composer,
    near,
    noted_once,
    numbered,
    whole,
)
from knowledge.fitting import FEWEST_POINTS, MOST_POINTS
from knowledge.library import load_shipped
from knowledge.points import CONCERNS, FIRST, Place, places, point_text
from knowledge.practice import CITATION, Practice, Source, plain
from knowledge.prose import LAWYER

TODAY = date(2026, 6, 1)
LIBRARY = load_shipped().practices
ALL = [(practice, aspect) for practice in LIBRARY.values() for aspect in Aspect]
PAIRS = list(pairwise(LIBRARY.values()))


def composed(*asked: tuple[Practice, Aspect], today: date = TODAY) -> tuple[tuple[Part, ...], tuple[Citation, ...]]:
    composer = Composer(today)
    parts = [composer.part(practice, aspect, MOST_WORDS // len(asked)) for practice, aspect in asked]
    return numbered(parts, composer.citations()), composer.citations()


def said(part: Part) -> Iterator[str]:
    """Everything in the order in which it is drawn."""
    yield part.lead
    for listing in part.lists:
        for point in listing.points:
            yield from (point.lead, point.text)
    yield from part.notes


def words(*parts: Part) -> int:
    return sum(len(re.sub(r"\[\d+\]", "", text).split()) for part in parts for text in said(part))


def marks(*parts: Part) -> list[int]:
    return [int(mark) for part in parts for text in said(part) for mark in re.findall(r"\[(\d+)\]", text)]


def sources(citations: tuple[Citation, ...]) -> list[Source]:
    return [source for citation in citations for source in citation.sources]


def headings(practice: Practice, aspect: Aspect) -> list[str]:
    [part], _ = composed((practice, aspect))
    return [listing.heading for listing in part.lists]


# over the whole library


def test_nothing_ends_within_a_quote() -> None:
    open_quotes = [text for practice, aspect in ALL for part in composed((practice, aspect))[0] for text in said(part)]
    assert [text for text in open_quotes if text.count('"') % 2] == []


def test_every_answer_is_of_a_readable_length() -> None:
    lengths = {(practice.id, aspect.value): words(*composed((practice, aspect))[0]) for practice, aspect in ALL}
    assert {at: length for at, length in lengths.items() if not 80 <= length <= 250} == {}


def test_two_parts_together_are_of_a_readable_length() -> None:
    lengths = {first.id: words(*composed((first, Aspect.HOW), (second, Aspect.MEASURE))[0]) for first, second in PAIRS}
    assert {at: length for at, length in lengths.items() if not 100 <= length <= 320} == {}


def test_an_answer_stays_readable_with_the_practices_named_beside_it() -> None:
    lengths = {}
    for first, second, third in zip(LIBRARY.values(), [*LIBRARY.values()][1:], [*LIBRARY.values()][2:], strict=False):
        beside = near(second).words + near(third).words
        composer = Composer(TODAY)
        part = composer.part(first, Aspect.HOW, MOST_WORDS - beside)
        lengths[first.id] = words(*numbered([part], composer.citations())) + beside
    assert {at: length for at, length in lengths.items() if not 80 <= length <= 250} == {}


def test_what_is_said_of_a_practice_named_beside_an_answer_needs_no_source() -> None:
    """So it is whole sentences of its summary, before the first that has a mark; not too long; its title at least."""
    told = {name: near(practice) for name, practice in LIBRARY.items()}
    assert {name for name, one in told.items() if not one.title or len(one.sources) != 1} == set()
    assert {name for name, one in told.items() if len(one.gist.split()) > LONGEST_GIST} == set()
    assert {name for name, one in told.items() if not LIBRARY[name].sections.summary.startswith(one.gist)} == set()
    assert {name for name, one in told.items() if one.gist and not one.gist.endswith((".", "!", "?"))} == set()
    assert {name for name, one in told.items() if "[" in one.gist} == set()
    assert sum(not one.gist for one in told.values()) < len(told) / 4


def test_a_part_that_shares_an_answer_has_a_shorter_lead_and_more_steps() -> None:
    practice = LIBRARY["community-of-practice"]
    alone = Composer(TODAY).part(practice, Aspect.HOW)
    shared = Composer(TODAY).part(practice, Aspect.HOW, SHARED)
    assert alone.lead.startswith(shared.lead)
    assert len(shared.lead.split()) < len(alone.lead.split())
    assert len(shared.lists[0].points) > FEWEST_POINTS


def test_beside_an_answer_less_is_said_of_a_practice() -> None:
    for practice in LIBRARY.values():
        beside, alone = near(practice, GIST_BESIDE), near(practice)
        assert len(beside.gist.split()) <= GIST_BESIDE
        assert alone.gist.startswith(beside.gist)


def test_no_list_is_empty_and_none_is_too_long() -> None:
    for practice, aspect in ALL:
        [part], _ = composed((practice, aspect))
        assert part.lists
        for listing in part.lists:
            assert listing.heading
            assert 1 <= len(listing.points) <= 6
            assert all(point.lead or point.text for point in listing.points)


def test_how_to_has_three_to_six_steps_and_what_to_watch() -> None:
    for practice in LIBRARY.values():
        [part], _ = composed((practice, Aspect.HOW))
        steps, watch = part.lists
        assert (steps.heading, watch.heading) == ("Steps", "What to watch")
        assert steps.numbered
        assert 3 <= len(steps.points) <= 6
        assert all(point.lead for point in steps.points)


def test_marks_count_from_one_in_the_order_of_reading() -> None:
    for practice, aspect in ALL:
        parts, citations = composed((practice, aspect))
        assert list(dict.fromkeys(marks(*parts))) == list(range(1, len(set(marks(*parts))) + 1)), (practice.id, aspect)
        assert max(marks(*parts), default=0) <= len(sources(citations))


def test_sources_are_those_that_the_words_cite() -> None:
    """Each of them and no other; where the words cite none, the practice is still not without a source."""
    for practice, aspect in ALL:
        parts, citations = composed((practice, aspect))
        [citation] = citations
        assert citation.id == practice.id
        assert citation.sources
        if marks(*parts):
            assert set(marks(*parts)) == set(range(1, len(citation.sources) + 1))
        else:
            assert citation.sources == practice.sources[:1]


def test_each_mark_stands_where_its_source_was_cited() -> None:
    """Every sentence with a mark is a sentence of the practice, and the mark's source is the one it named there."""
    for practice, aspect in ALL:
        parts, citations = composed((practice, aspect))
        whole_text = " ".join(" ".join(practice.texts()).replace("**", "").split())
        for text in said(parts[0]):
            keys = [source.key for source in sources(citations)]
            keyed = re.sub(r" ?\[(\d+)\]", lambda mark, keys=keys: f" [^{keys[int(mark[1]) - 1]}]", text)
            assert keyed.partition("Sources differ: ")[2] in whole_text if "Sources differ" in keyed else (
                all(one in whole_text for one in sentences_of(keyed)) or text in parts[0].notes
            )


def test_numbers_go_on_in_the_second_part() -> None:
    for first, second in PAIRS:
        parts, citations = composed((first, Aspect.HOW), (second, Aspect.MISTAKES))
        assert [citation.id for citation in citations] == [first.id, second.id]
        of_first = len(citations[0].sources)
        assert set(marks(parts[0])) <= set(range(1, of_first + 1))
        assert set(marks(parts[1])) <= set(range(of_first + 1, of_first + len(citations[1].sources) + 1))


def test_no_raw_marks_or_markdown_are_left() -> None:
    for practice, aspect in ALL:
        [part], _ = composed((practice, aspect))
        for text in said(part):
            assert not CITATION.search(text)
            assert "**" not in text
            assert not re.search(r"\[[a-z0-9-]+:[a-z0-9-]+\]", text)
            assert not re.search(r"\s{2}|\s$|^\s", text)


def test_sentences_are_whole() -> None:
    for practice, aspect in ALL:
        [part], _ = composed((practice, aspect))
        for text in (part.lead, *part.notes, *(point.text for listing in part.lists for point in listing.points if point.text)):
            assert re.search(r"[.!?…:\]\")”]$", text), (practice.id, text)


def test_everything_holds_all_sections_and_all_cited_sources() -> None:
    for practice in LIBRARY.values():
        part, citations = whole(practice, TODAY)
        assert {source.key for source in sources(citations)} == {source.key for source in practice.sources}
        assert sum(len(listing.points) for listing in part.lists) >= len(practice.sections.steps) + len(practice.sections.mistakes)
        assert max(marks(part)) == len(practice.sources)


def test_a_point_that_comes_first_is_said_once_and_in_few_words() -> None:
    for practice in LIBRARY.values():
        for first in (place for place in places(practice) if place.section in FIRST):
            part = Composer(TODAY).part(practice, Aspect.HOW, MOST_WORDS, {first: 1.0})
            points = [f"{point.lead} {point.text}" for listing in part.lists for point in listing.points]
            begun = first_sentences(plain(point_text(practice, first)), 1)
            assert sum(re.sub(r" ?\[[^]]+:[^]]+\]", "", point).strip().startswith(begun) for point in points) == 1, (practice.id, first)
            assert words(replace(part, notes=())) <= 235, (practice.id, first)


# one at a time

CHARTER = LIBRARY["pilot-charter"]


def test_each_aspect_picks_its_lists() -> None:
    assert headings(CHARTER, Aspect.HOW) == ["Steps", "What to watch"]
    assert headings(CHARTER, Aspect.MEASURE)[0] == "What to measure"
    assert headings(CHARTER, Aspect.MISTAKES)[0] == "What often goes wrong"
    assert headings(CHARTER, Aspect.WHEN_NOT)[:2] == ["When it does not fit", "When it fits"]
    assert headings(CHARTER, Aspect.WHY)[0] == "Steps"
    assert headings(LIBRARY["account-opening-gate"], Aspect.WHO)[0] == "Who decides"


def test_who_decides_falls_back_to_steps_where_nobody_is_named() -> None:
    sections = CHARTER.sections.model_copy(update={"who_decides": ()})
    assert headings(CHARTER.model_copy(update={"sections": sections}), Aspect.WHO) == ["Steps", "What to watch"]


def test_why_leads_with_what_matters_to_leaders() -> None:
    practice = next(practice for practice in LIBRARY.values() if practice.sections.why_for_leaders)
    [part], _ = composed((practice, Aspect.WHY))
    assert part.lead.split()[:4] == practice.sections.why_for_leaders.split()[:4]


@pytest.mark.parametrize(("question", "aspect"), [
    ("How do we launch a pilot?", Aspect.HOW),
    ("pilot charter", Aspect.HOW),
    ("What goes into the charter?", Aspect.HOW),
    ("How do we know that the pilot works?", Aspect.MEASURE),
    ("Which numbers should I show each month?", Aspect.MEASURE),
    ("What figures do we look at first?", Aspect.MEASURE),
    ("which metrics fit a small chapter", Aspect.MEASURE),
    ("what do we count each week", Aspect.MEASURE),
    ("Should video views count as an interaction?", Aspect.HOW),
    ("How do we get the rollout back on track?", Aspect.HOW),
    ("What usually goes wrong with office hours?", Aspect.MISTAKES),
    ("common pitfalls of a pilot", Aspect.MISTAKES),
    ("what goes often wrong there", Aspect.MISTAKES),
    ("what's the risk in using music", Aspect.MISTAKES),
    ("what are the common errors", Aspect.MISTAKES),
    ("Which posts do we approve by risk?", Aspect.HOW),
    ("Why do so many pilots fail?", Aspect.MISTAKES),
    ("When should we not run a lift test?", Aspect.WHEN_NOT),
    ("Who is supposed to answer at the weekend?", Aspect.WHO),
    ("What do we post in summer when nothing happens?", Aspect.HOW),
    ("Our people are scared of making mistakes, what now?", Aspect.HOW),
    ("How do we avoid making mistakes?", Aspect.MISTAKES),
    ("Is it worth the effort for a team of three?", Aspect.WHEN_NOT),
    ("Who decides whether a page is opened?", Aspect.WHO),
    ("Whose call is it?", Aspect.WHO),
    ("who can write the posts if I have no time", Aspect.HOW),
    ("and who writes that", Aspect.WHO),
    ("she is the only one who has the password", Aspect.HOW),
    ("who pays for it", Aspect.WHO),
    ("ok but who pays for it", Aspect.WHO),
    ("It is not clear who answers at night.", Aspect.WHO),
    ("a reply to someone who says our app ate his money", Aspect.HOW),
    ("the customer who runs the fan page is angry", Aspect.HOW),
    ("what do we get for it", Aspect.WHY),
    ("what's in it for a dealer", Aspect.WHY),
    ("what do we get from an agency for 500 a month", Aspect.HOW),
    ("How do I tell people that their idea is no good?", Aspect.HOW),
    ("How can we tell whether it helps?", Aspect.MEASURE),
    ("How do we show results?", Aspect.MEASURE),
    ("who has the last word on the logo", Aspect.WHO),
    ("Why should we have a sponsor at all?", Aspect.WHY),
    ("What's the point of a charter?", Aspect.WHY),
    ("", Aspect.HOW),
])
def test_the_aspect_of_a_question(question: str, aspect: Aspect) -> None:
    assert aspect_of(question) is aspect


def lists(aspect: Aspect, first: Place) -> list[tuple[str, str]]:
    """Heading and first words of each list."""
    part = Composer(TODAY).part(CHARTER, aspect, 1000, {first: 1.0})
    return [(listing.heading, (listing.points[0].lead or listing.points[0].text)[:20]) for listing in part.lists]


def begins(place: Place) -> str:
    return point_text(CHARTER, place).replace("**", "")[:20]


def test_the_point_that_fits_best_comes_before_the_steps() -> None:
    for section, heading in (("mistakes", "What often goes wrong"), ("measure", "What to measure"), ("when_not", "When it does not fit"),
                             ("who_decides", "Who decides"), ("steps", "Most to the point")):
        place = Place(section, len(getattr(CHARTER.sections, section)) - 1)
        assert lists(Aspect.HOW, place)[:2] == [(heading, begins(place)), ("Steps", begins(Place("steps", 0)))]


def test_a_step_that_is_told_ahead_is_not_missing_from_the_others() -> None:
    steps = len(CHARTER.sections.steps)
    part = Composer(TODAY).part(CHARTER, Aspect.HOW, 1000, {Place("steps", 3): 1.0})
    listing = part.lists[1]
    assert (listing.heading, len(listing.points), listing.of, listing.cut) == ("Steps", steps - 1, steps - 1, False)


def test_a_step_that_is_seen_at_a_glance_stays_in_its_place() -> None:
    assert lists(Aspect.HOW, Place("steps", 1)) == lists(Aspect.HOW, Place("steps", 0))
    assert lists(Aspect.HOW, Place("steps", 1))[0] == ("Steps", begins(Place("steps", 0)))
    assert lists(Aspect.MISTAKES, Place("steps", 1))[0] == ("Most to the point", begins(Place("steps", 1)))


def test_in_a_list_that_was_asked_for_it_leads() -> None:
    last = Place("mistakes", len(CHARTER.sections.mistakes) - 1)
    [leading, *others] = Composer(TODAY).part(CHARTER, Aspect.MISTAKES, 1000, {last: 1.0}).lists
    assert leading.heading == "What often goes wrong" not in [listing.heading for listing in others]
    assert len(leading.points) == leading.of == len(CHARTER.sections.mistakes) <= MOST_POINTS
    assert lists(Aspect.MISTAKES, last)[0] == ("What often goes wrong", begins(last))


def test_an_old_practice_says_so() -> None:
    [fresh], _ = composed((CHARTER, Aspect.HOW), today=CHARTER.review_by)
    [old], _ = composed((CHARTER, Aspect.HOW), today=date(2099, 1, 1))
    assert not any("due for review" in note for note in fresh.notes)
    assert [note for note in old.notes if f"due for review on {CHARTER.review_by}" in note]
    assert any("due for review" in note for note in whole(CHARTER, date(2099, 1, 1))[0].notes)


def test_each_covered_jurisdiction_is_labelled() -> None:
    for covers, words_ in ((("US",), "the US."), (("US", "UK"), "the US and the UK."), (("US", "UK", "EU"), "the US, the UK and the EU.")):
        [part], _ = composed((CHARTER.model_copy(update={"jurisdictions": covers}), Aspect.HOW))
        assert part.notes[-1] == f"Law: this covers {words_} Rules differ by country; ask a lawyer in yours."
    [part], _ = composed((CHARTER, Aspect.HOW))
    assert not any("Law" in note for note in part.notes)


def test_nobody_is_sent_to_a_lawyer_twice() -> None:
    sent = [part for practice in LIBRARY.values() if practice.jurisdictions for part in composed((practice, Aspect.HOW))[0]]
    assert sent
    assert not [part.practice for part in sent if LAWYER.search(part.lead) and LAWYER.search(part.notes[-1])]
    assert not [part.practice for part in sent if not LAWYER.search(f"{part.lead} {part.notes[-1]}")]


def differing(practice: Practice, at: int, closeness: float, budget: int = MOST_WORDS) -> str:
    """What is said of sources that differ, to a question that lies so close to the point at this place."""
    part = Composer(TODAY).part(practice, Aspect.HOW, budget, {Place("conflicts", at): closeness})
    return " ".join(note for note in part.notes if note.startswith("Sources differ"))


def test_where_sources_differ_both_sides_are_told_if_that_is_asked() -> None:
    note = differing(LIBRARY["lift-testing"], 0, CONCERNS)
    assert note.startswith("Sources differ: ")
    assert "eBay" in note
    assert "Google" in note


def test_what_concerns_the_question_is_told_first_of_it() -> None:
    practice = LIBRARY["moderation-rules"]
    for at, point in enumerate(practice.sections.conflicts):
        assert differing(practice, at, CONCERNS).startswith(f"Sources differ: {point[:20]}")


def test_that_sources_differ_is_said_where_it_concerns_the_question_and_nowhere_else() -> None:
    for practice in LIBRARY.values():
        if practice.sections.conflicts:
            assert differing(practice, 0, CONCERNS + 0.01).startswith("Sources differ")
            assert not differing(practice, 0, CONCERNS - 0.01)
        [part], _ = composed((practice, Aspect.HOW))
        assert not any("Sources differ" in note for note in part.notes)


def test_where_there_is_no_room_for_what_sources_say_it_is_named() -> None:
    practice = LIBRARY["own-mistakes"]
    about = "; ".join(topics(practice.sections.conflicts))
    assert differing(practice, 0, 1.0, 40) == f"Sources differ on some of this: {about}. See the whole practice."


def test_what_sources_differ_on_is_named() -> None:
    assert topics(["Leave or delete: one says so. Another: not.", "How many? Four.", "Nobody knows.", "A. B: c"]) == [
        "Leave or delete",
        "How many",
    ]


def test_a_remark_of_two_parts_is_made_once_below_the_last() -> None:
    one, other = (Part(name, "", "", (), ("Both.", name)) for name in ("one", "other"))
    assert [part.notes for part in noted_once([one, other])] == [("one",), ("Both.", "other")]
    assert noted_once([one]) == [one]


def test_later_steps_are_told_by_their_lead_before_any_is_left_out() -> None:
    whole_ = Composer(TODAY).part(CHARTER, Aspect.HOW, budget=400).lists[0].points
    steps = Composer(TODAY).part(CHARTER, Aspect.HOW, budget=150).lists[0].points
    assert len(steps) == len(whole_) == 6
    assert [step.lead for step in steps] == [step.lead for step in whole_]
    assert [bool(step.text) for step in steps] == [True, True, *sorted((bool(step.text) for step in steps[2:]), reverse=True)]
    assert not steps[-1].text


def test_a_small_budget_keeps_three_steps() -> None:
    part = Composer(TODAY).part(CHARTER, Aspect.HOW, budget=10)
    assert [len(listing.points) for listing in part.lists] == [3]


def test_a_list_says_how_many_points_there_are() -> None:
    """Whoever reads it sees that some are left out, also where these are told by their lead alone."""
    steps = len(CHARTER.sections.steps)
    assert steps > 6
    listing = Composer(TODAY).part(CHARTER, Aspect.HOW).lists[0]
    assert (len(listing.points), listing.of, listing.cut) == (6, steps, True)
    mistakes = Composer(TODAY).part(CHARTER, Aspect.MISTAKES, budget=1000).lists[0]
    assert (len(mistakes.points), mistakes.cut) == (mistakes.of, False)
    assert not any(listing.cut for listing in Composer(TODAY).everything(CHARTER).lists)


def test_a_second_use_of_a_source_has_the_same_number() -> None:
    composer = Composer(TODAY)
    part = composer.part(LIBRARY["engagement-rate"], Aspect.HOW, MOST_WORDS, {Place("conflicts", 0): CONCERNS})
    [part], [citation] = numbered([part], composer.citations()), composer.citations()
    found = marks(part)
    assert len(found) > len(set(found)) == len(citation.sources)
    assert len({source.key for source in citation.sources}) == len(citation.sources)
