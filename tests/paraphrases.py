"""Answers as a careful writer words them from shipped practices, for tests of what may be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from knowledge.answers import Answer, Outcome
from knowledge.extractive import Aspect, Composer, numbered
from knowledge.library import Library, load_shipped

TODAY = date(2026, 10, 7)


@dataclass(frozen=True)
class Paraphrase:
    """A question, the practice that answers it, and the answer in other words."""

    practice: str
    question: str
    text: str


PARAPHRASES = (
    Paraphrase(
        "pilot-charter",
        "How do we launch a pilot?",
        """Put the whole trial on a single page before anything is published, short enough for a busy sponsor and exact enough to \
be judged by later [1].

1. Say in one sentence which goal of the organization the trial serves and who it is for [1].
2. Write a hypothesis: if we do this with that audience, a named figure changes in so many weeks [2].
3. Name an owner, a deputy and a sponsor, with their weekly hours and the budget.
4. Pick one platform with one call to action, and note why your audience is there [1].
5. Agree the measure of success: today's baseline, the minimum, and the level that means go [2].
6. Fix the end date and one event that would stop it sooner.

Watch: the success measure against its baseline every two weeks.""",
    ),
    Paraphrase(
        "business-case",
        "How do I justify a budget for social media?",
        """A short paper of two pages convinces finance more than enthusiasm: lay out the problem, three options and what each one \
costs over a year, hours of staff included. Give every benefit as a range instead of one large figure [1].

1. Describe the problem the way your sponsor would, with one number and without naming a platform.
2. Compare doing nothing, the smallest version that helps, and the complete one; doing nothing costs something, too.
3. Count everything: working hours at the rate finance gives you, tools, agency, advertising, training, moderation.
4. Choose no more than three benefits; besides sales, there are formulas that price leads, research and support [1].
5. State low, likely and high, and mark whether that was measured, estimated or merely hoped.

Watch: what it really costs each month compared with the plan, and explain any gap above ten percent.""",
    ),
    Paraphrase(
        "disclosure-employees",
        "Do our people have to say they work for us when they praise a product?",
        """Yes. Anyone who recommends what their own company makes or sells should say so inside that very post and close to the \
praise; a remark in the bio does not do. US guides treat employment as a connection that has to be disclosed [1].

1. Find out which country's rules apply to you and your readers, and take the strictest label when unsure.
2. Prepare three sentences people can copy, such as "I work for X" [1].
3. Place it early in the post, where nobody can miss it [1].
4. Use a complete tag with the company name plus "employee"; an FTC panel did not accept #ee or a bio line [2].
5. Do not bury the tag among others [2], and in a video both say it and show it.
6. Remember that photos can be an endorsement as well [3].

Watch: take twenty invited posts a month and count how many disclose clearly.""",
    ),
    Paraphrase(
        "frontline-buy-in",
        "How can I get our technicians to take part?",
        """Let the people doing the work shape it: ask them for ideas, use at least one with their name on it, and explain the reason \
before the handling [1]. What they helped to make they will defend.

1. Have three conversations of fifteen minutes about what customers ask, what annoys them and what they would like to show.
2. Give both the why and the how, because people at the front want the two together [1].
3. Have the sponsor tell the organization's reason and the line manager what it means for each person [2].
4. Publish one of their ideas within the week and report back what it achieved.
5. Draft the rules jointly, as IBM's employees did on a wiki in 2005 [3].
6. Agree with the line manager which other task is dropped to free the minutes.

Watch: the number of ideas offered and used per month.""",
    ),
    Paraphrase(
        "community-of-practice",
        "We want our chapters' social media people to learn from each other, where do I begin?",
        """Begin small: gather eight to twelve volunteers with a current problem in one group that meets monthly and decides its own \
topics [1].

1. Ask ten of them what was hard last month, since needs come before anything else [1].
2. Write a sentence each about the subject, the people and the practice you share [2].
3. Take a channel that already exists and label messages, for instance DISCUSS or EVENT [3].
4. Plan an hour every month with a story, a problem solved together and some news, and record it.
5. Get members to post their questions themselves rather than posting for them [3].

Watch: how many questions another member answers within three days.""",
    ),
    Paraphrase(
        "engagement-rate",
        "Which formula for engagement rate is right?",
        """None is the only right one: an engagement rate divides interactions by a denominator, and the choice of it changes the outcome \
enormously. Decide on one, ideally reach, write it down and compare only with your own past [1].

1. Settle the denominator; reach, impressions and followers are all common, yet must not be mixed [1].
2. List what counts as an interaction: likes, comments, shares, clicks and perhaps saves, but not video views [2].
3. Keep a definition card and print it below each chart.
4. Test your tools, which calculate differently, by working out five posts yourself [3].
5. Report medians by theme, because one lucky hit distorts the mean.
6. Always show interactions and reach next to the rate [4].

Watch: the monthly median for every platform next to the same month a year earlier.""",
    ),
)


def composed(practice: str, lang: str = "en") -> Answer:
    """The extractive answer from one shipped practice."""
    composer = Composer(TODAY)
    part = composer.part(_shipped().practices[practice], Aspect.HOW)
    citations = composer.citations()
    return Answer(Outcome.ANSWERED, parts=numbered([part], citations), citations=citations, confidence=0.9, lang=lang)


@lru_cache(maxsize=1)
def _shipped() -> Library:
    return load_shipped()
