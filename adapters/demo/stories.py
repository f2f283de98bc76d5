"""What the demo tells one by one: results with their figures, pilots with their decisions. Times are in weeks ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.demo.words import ALONE
from bot.pilot_answers import Answers, Blessing
from bot.storage.pilots import Decision


@dataclass(frozen=True, slots=True)
class ResultStory:
    """``began`` is when the team began to try the practice, ``ago`` when it stated what came of it."""

    team: str
    practice: str
    began: float
    ago: float
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PilotStory:
    """Planned ``ago`` and begun a week later; ``decision`` is what its review decided, None before that.

    One that ``is_draft`` has not begun. Of one whose review passed without a decision, a sponsor sees that it is
    overdue.
    """

    team: str
    ago: float
    answers: Answers
    decision: Decision | None = None
    note: str = ""
    is_draft: bool = False


def _typed(metric: str, before: str, after: str, unit: str, period: str, evidence: str, **more: str) -> dict[str, str]:
    said = {"better": "higher", "basis": "measured"}
    return {
        "metric": metric, "before": before, "after": after, "unit": unit, "period": period, "evidence": evidence,
        **said, **more,
    }


RESULTS = (
    ResultStory("Customer Service", "response-time-targets", 21, 14, _typed(
        "Messages answered within four hours", "41", "83", "% of messages", "the six weeks of the pilot",
        "Export of the service inbox, sheet 2", cost="2400", saving="11500", currency="EUR",
        credit="Customer Service, early shift",
    )),
    ResultStory("Customer Service", ALONE, 13, 7, _typed(
        "Time to first answer for a unit", "26", "7", "hours", "the eight weeks after the desk opened",
        "Answer desk log", better="lower", saving="18400", currency="EUR",
        credit="Answer desk coordinators",
    )),
    ResultStory("Chapter North", "pilot-one-project", 16, 9, _typed(
        "Members who signed up for a project", "34", "52", "members", "one six-week project",
        "Sign-up lists from both seasons", cost="600", currency="EUR", credit="Board of Chapter North",
    )),
    ResultStory("Brand Communications", "content-repurposing", 14, 5, _typed(
        "Hours per post", "3.5", "2.1", "hours", "40 posts before, 40 after", "Editors' time sheets",
        better="lower", saving="7800", currency="EUR",
    )),
    ResultStory("Dealer South", "reviews-testimonials", 12, 4.6, _typed(
        "Reviews answered", "22", "91", "% of reviews", "one quarter", "The showroom's business profile",
        basis="estimated", income="9200", currency="EUR", credit="Showroom desk",
    )),
    ResultStory("Region East", "link-tracking", 12, 3, _typed(
        "Leads with a known origin", "18", "64", "% of leads", "two months", "Report from the sales system",
        basis="estimated",
    )),
    ResultStory("Chapter Coast", "ready-to-post-library", 11, 2.4, _typed(
        "Hours a week spent on posts", "6", "2.5", "hours", "four weeks before, four after", "Editors' own count",
        better="lower",
    )),
)


def _answers(
    goal: str, metric: str, weeks: int, who: str, blessing: Blessing, channels: str, hours: float, **more: str
) -> Answers:
    return Answers(goal, metric, weeks, who, blessing, channels=channels, hours=hours, **more)  # type: ignore[arg-type]


PILOTS = (
    PilotStory("Customer Service", 22, _answers(
        "Answer customers' questions on social networks within four hours", "Cost per contact", 6, "The early shift",
        "spoken", "Facebook, Instagram", 12, baseline="41 % within four hours", enough="75 % within four hours",
        stop="More complaints than before, two weeks running",
    ), "go", "The figure held for five weeks. The late shift joins next month."),
    PilotStory("Chapter North", 17, _answers(
        "Win members for one project through posts by members", "Members who take part", 6, "Board and six members",
        "vague", "Facebook", 6, baseline="34 sign-ups", enough="45 sign-ups", stop="Nobody has time to reply",
    ), "adapt", "Sign-ups rose, but replies took too many evenings. Next round, two people reply."),
    PilotStory("Dealer Centre", 12, _answers(
        "Show used cars in short videos", "Test drives a month", 4, "Two people from the showroom", "none", "Instagram",
        5, baseline="14 test drives", enough="20 test drives", stop="Fewer than three videos a week",
    ), "stop", "Test drives stayed at 14. The time now goes into answering reviews."),
    PilotStory("Region East", 11, _answers(
        "Know where leads come from", "Leads a quarter", 6, "Region and three dealers", "spoken", "LinkedIn, e-mail", 8,
        baseline="18 % with a known origin", enough="50 % with a known origin", stop="The sales system is replaced",
    )),
    PilotStory("Brand Communications", 6, _answers(
        "Make four posts out of each long text", "Cost per post", 8, "The editors", "formal", "LinkedIn, intranet", 10,
        baseline="3.5 hours a post", enough="2.5 hours a post",
    )),
    PilotStory("Dealer South", 4, _answers(
        "Answer each review within two days", "Enquiries a month", 8, "Showroom desk", "spoken", "Review sites", 4,
        baseline="22 % answered", enough="80 % answered",
    )),
    PilotStory("Human Resources", 1.5, _answers(
        "Let trainees talk about their first year", "Applications for training places", 8, "Eight trainees", "vague",
        "Instagram", 6, baseline="12 applications a week",
    ), is_draft=True),
)
