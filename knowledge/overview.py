"""A broad question gets a short map and one first step, never a menu of everything."""

from __future__ import annotations

import re

from knowledge.answers import Listing, Part, Point
from knowledge.frames import say
from knowledge.library import Library
from knowledge.practice import Practice, Stage

LONGEST_BROAD = 16
"""Words; who writes more has told enough to be answered."""
_SOCIAL = (
    r"(?:our |the |a |this )?(?:social media|social networks?|socials|social)(?: stuff| thing| presence| activities)?"
)
_BROAD = re.compile(
    rf"^\W*(?:(?:hi|hello|hey|ok|so|please|well)\W+)*(?:"
    rf"(?:how|where) (?:do|should|can|could|would|shall|to|does one|must) ?(?:we|i|one|you)? ?(?:even |best )?"
    rf"(?:start|begin|get started|get going|do|use|approach|handle|tackle)(?: (?:with|on|in|using|doing))? ?{_SOCIAL}"
    rf"(?: (?:here|properly|well|right|at work|in (?:our|a|an) \w+(?: \w+)?))*"
    rf"|(?:tell|teach|explain) (?:me |us )?(?:everything|all|something|more)?(?: you know| there is)? ?"
    rf"(?:about )?{_SOCIAL}"
    rf"|(?:what|everything) (?:do|should|must) (?:we|i|one) (?:need to )?know about {_SOCIAL}"
    rf"|(?:i|we) (?:need|want) (?:some |to )?(?:help|advice|support)? ?(?:with|on|do|start) {_SOCIAL}"
    rf"|(?:help (?:me|us)? ?with )?{_SOCIAL}(?: (?:strategy|help|advice|basics|101|overview|introduction|guide|plan))?"
    rf"|(?:we are |i am |i'm |we're )?new to {_SOCIAL}(?:\W+(?:where|how) (?:do|should) (?:we|i) (?:start|begin))?"
    rf"|where (?:do|should) (?:we|i) (?:start|begin)"
    rf")\W*(?:please|thanks|thank you)?\W*$",
    re.IGNORECASE,
)
MAP: tuple[tuple[Stage, str], ...] = (
    (Stage.PREPARE, "sponsor-search"),
    (Stage.PILOT, "pilot-one-project"),
    (Stage.PROVE, "pilot-go-no-go"),
    (Stage.EXPAND, "pilot-layering"),
    (Stage.SUSTAIN, "answer-desk"),
)
"""The way through the library, a practice for each stage."""
FIRST = "pilot-one-project"


def is_broad(text: str) -> bool:
    """Whether the message asks for all of it at once."""
    return len(text.split()) <= LONGEST_BROAD and _BROAD.match(" ".join(text.split())) is not None


def overview(library: Library, tongue: str = "en") -> tuple[Practice, Part] | None:
    """The map, with the practice that the first step is from; None where the library lacks that one."""
    first = library.practices.get(FIRST)
    if first is None:
        return None
    words = _words(tongue)
    points = tuple(
        Point(words[stage][0], f"{words[stage][1]} (“{library.practices[name].title}”).")
        for stage, name in MAP
        if name in library.practices
    )
    lead = say(
        tongue,
        "Social media in an organization goes in five stages. Take them one at a time, and ask me about the one you "
        "are in. If nothing has begun yet, take this first step.",
    )
    step = first.sections.steps[0].replace("**", "")
    return first, Part(
        first.id, say(tongue, "A short map, and one first step"), lead,
        (
            Listing(say(tongue, "First step"), (Point("", step),)),
            Listing(say(tongue, "The map"), points, numbered=True),
        ),
    )


def _words(tongue: str) -> dict[Stage, tuple[str, str]]:
    """What each stage is called, and what it is about."""
    return {
        Stage.PREPARE: (say(tongue, "Prepare:"), say(tongue, "find somebody above who wants it")),
        Stage.PILOT: (say(tongue, "Pilot:"), say(tongue, "try it on one real project")),
        Stage.PROVE: (say(tongue, "Prove:"), say(tongue, "show what came of it")),
        Stage.EXPAND: (
            say(tongue, "Expand:"), say(tongue, "add the next layer, and the units you cannot order about"),
        ),
        Stage.SUSTAIN: (say(tongue, "Sustain:"), say(tongue, "keep it going without wearing people out")),
    }
