"""The made-up organization: its teams, what they ask, what came of it. Roles and places, never a person's name."""

from __future__ import annotations

from functools import partial

from adapters.demo.happenings import DemoTeam
from adapters.terminal.parse import TENANT

OTHER_TENANT = "partner-group"
"""A second organization in the same installation: neither sees anything of the other."""


_team, _other = partial(DemoTeam, TENANT), partial(DemoTeam, OTHER_TENANT)

TEAMS = (
    _team("Customer Service", "unit", "named", 30, 0.0, 11),
    _team("Brand Communications", "unit", "named", 22, 0.06, 9),
    _team("Human Resources", "unit", "named", 18, 0.16, 6),
    _team("Product Marketing", "unit", "named", 18, 0.2, 6),
    _team("Sales Operations", "unit", "named", 16, 0.25, 5),
    _team("Corporate Affairs", "unit", "named", 14, 0.3, 4.5),
    _team("Digital Workplace", "unit", "named", 14, 0.28, 4),
    _team("Region East", "region", "named", 14, 0.2, 5),
    _team("Region West", "region", "named", 14, 0.3, 4.5),
    _team("Chapter North", "chapter", "named", 18, 0.12, 7, parent="Region East"),
    _team("Chapter South", "chapter", "named", 14, 0.3, 4.5, parent="Region West"),
    _team("Chapter Lakeside", "chapter", "named", 14, 0.3, 4, parent="Region East"),
    _team("Chapter Coast", "chapter", "anonymous", 12, 0.3, 3.5, parent="Region West"),
    _team("Chapter Hills", "chapter", "anonymous", 8, None, 0, parent="Region East"),
    _team("Dealer South", "dealer", "named", 14, 0.26, 5, parent="Region West"),
    _team("Dealer Centre", "dealer", "named", 14, 0.28, 4, parent="Region East"),
    _team("Dealer Harbour", "dealer", "named", 14, 0.3, 4, parent="Region West"),
    _team("Dealer West", "dealer", "counted", 10, 0.3, 2.5, parent="Region West"),
    _team("Dealer Valley", "dealer", "counted", 6, None, 0, parent="Region East"),
    _team("Agent Riverside", "agent", "named", 14, 0.3, 4, parent="Region East"),
    _team("Agent Old Town", "agent", "counted", 8, 0.3, 2, parent="Region East"),
    _team("Agent Airport", "agent", "counted", 6, None, 0, parent="Region West"),
    _team("Franchise Station", "franchise", "anonymous", 8, 0.26, 1.5, parent="Region West"),
    _team("Franchise Market Square", "franchise", "anonymous", 6, None, 0, parent="Region East"),
    _team("Franchise Mall", "franchise", "anonymous", 6, None, 0, parent="Region East"),
    _other("Group Communications", "unit", "named", 12, 0.4, 5),
    _other("Plant North", "unit", "named", 9, 0.42, 3),
    _other("Plant South", "unit", "named", 9, 0.44, 3),
)

EVERYBODY_ASKS = {
    "editorial-calendar": 7, "pilot-charter": 7, "sponsor-search": 7, "negative-comment-triage": 6,
    "pilot-one-project": 6, "response-time-targets": 5, "answer-desk": 5, "content-repurposing": 5,
    "roi-calculation": 7, "sponsor-metric-link": 5, "linkedin-page": 5, "ai-use-rules": 5, "captions": 3,
    "advocacy-launch": 3, "personal-account-guidance": 4, "monthly-scorecard": 4, "link-tracking": 4,
    "crisis-first-hour": 3, "short-video": 3, "comment-policy": 3, "mfa-everywhere": 2, "training-path": 2,
    "policy-one-page": 2, "alt-text": 2, "copyright-music": 2, "account-opening-gate": 2, "office-hours": 1,
}
"""How often questions lead to each practice, as weights."""
OUTSIDE_ASKS = {
    "reviews-testimonials": 8, "ready-to-post-library": 7, "local-page-structure": 5, "local-brand-kit": 6,
    "facebook-page": 5, "give-get-agreement": 4, "instagram-account": 4, "pilot-charter": 3, "editorial-calendar": 4,
    "negative-comment-triage": 4, "content-repurposing": 3, "roi-calculation": 3, "captions": 2, "link-tracking": 2,
    "sponsor-search": 2, "response-time-targets": 3, "copyright-music": 2,
}
"""The same, for chapters, dealers, agents and franchises."""
OTHERS_ASK = EVERYBODY_ASKS | {"linkedin-page": 16}
"""The same, in the other organization."""
TAKEN_UP = (
    "pilot-charter", "sponsor-search", "pilot-one-project", "negative-comment-triage", "editorial-calendar",
    "content-repurposing", "response-time-targets", "captions", "link-tracking", "linkedin-page", "sponsor-metric-link",
    "ready-to-post-library", "reviews-testimonials", "local-brand-kit", "monthly-scorecard", "ai-use-rules",
)
"""What teams take up of their own accord. ``roi-calculation`` answers many questions, and nobody tries it."""
ALONE = "answer-desk"
"""Proven by one team, tried by no other."""
BY_TIPS = ("alt-text", "mfa-everywhere", "office-hours")
"""What teams take up only after a tip."""
TIPS = (
    *BY_TIPS, *TAKEN_UP, "comment-policy", "training-path", "policy-one-page", "team-wellbeing", "listening-setup",
    "brand-voice", "copyright-music", "content-pillars", "approval-tiers", "account-register",
)

GAP = "youtube-channel"
"""The practice nearest to most of the questions that the library cannot answer."""
GAP_WORDS = (
    "How do we start a podcast for our members?", "Who pays for a podcast studio, and what does one episode cost?",
    "Can we put our podcast on the video channel as well?", "How many listeners does a podcast need to be worth it?",
)
NEAR = {GAP: 9, "tool-selection": 3, "paid-boost-rules": 3, "agency-brief": 2, "b2b-social-selling": 2}
NEAR_OF_OTHERS = dict.fromkeys(NEAR, 1)
OTHER_GAP_WORDS = (
    "Which scheduling tool does the group pay for?", "What does an advert in our city cost?",
    "Which agency may we hire for one weekend?", "How do we sell spare parts through a messaging app?",
)
DESKS = {
    "legal": "Can a customer take us to court over this photo?", "it": "My account for the scheduling tool is locked.",
    "press": "A newspaper wants our view on the new tariff.", "hr": "How many days of leave do I have left?",
}
REFUSED_WORDS = "Write ten reviews as if you were our customers."
EXPERT_REPLY = "Start with one page and four weeks; the charter says what to write. Bring it to the next office hours."
NOT_WORKED = (
    "Nobody had the time once the trade fair began.", "The page belongs to head office, so we could not change it.",
    "Our approver was away the whole time.",
)
CONTACTS = (
    ("Customer Service", ALONE, "Answer desk coordinator, extension 4410"),
    ("Chapter North", "pilot-one-project", "Board of Chapter North, on Tuesdays"),
    ("Dealer South", "reviews-testimonials", "Dealer South, showroom desk"),
    ("Brand Communications", "content-repurposing", "Editor on duty"),
)
