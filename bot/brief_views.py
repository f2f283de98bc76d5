"""What is said around a brief, in chats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.adoption_views import REPORT
from bot.briefs import Brief
from bot.replies import Block, Button, Buttons, Facts, Field, Form, Heading, Link, Paragraph, Reply
from bot.storage.results import StatedResult

MISSING = (
    "What is missing: what you measured, the figure before and the figure after, the unit, the period, and what shows "
    "it (a link, a file name or a note)."
)
NO_TEAM = f"I do not know your team yet, so I cannot find a result to make a brief of. Say: my team is NAME. {MISSING}"
NOTHING_DONE = (
    "It has not said yet what it does or tries: ask me something, press “We'll try it” or “Already do” below my "
    "answer; what came of it can be reported there."
)
NO_SUCH_RESULT = f"There is no such result, so there is no brief. {MISSING}"
NOT_YOURS = (
    "This brief is for its team and for admins. Sponsors open it where the team chose to be named. If it is your team, "
    "say to me: my team is NAME."
)
NOT_YOURS_TO_WORD = "The words of a brief are its team's. Others who may open it can read it, not reword it."
FORWARD = "I do not send this to anyone: forward it yourself, to whomever you like."
SAVED = "Saved."
AS_IT_WAS = "Nothing changed: it already says that."
MOST_OTHERS = 4
"""So many other results are offered."""
LONGEST_LABEL = 70
"""Characters of a button's label; Slack takes 75."""
LONGEST_LINE = 400
"""Characters of a line in a brief: more would not fit on its one page."""
FIRST = "first"
SECOND = "second"
DECISION = "decision"
CREDIT = "credit"


def brief_reply(
    brief: Brief, links: Sequence[Link], *, others: Sequence[StatedResult] = (), mine: bool = True, said: str = ""
) -> Reply:
    """The whole brief for the champion alone. ``links`` lead to its page and papers; ``others`` are results
    that may have been meant; ``mine`` is whether the words may be changed; ``said`` stands above.
    """
    blocks: list[Block] = [Paragraph(said)] if said else []
    blocks += [Heading(f"Brief: {brief.title}"), brief.chart, *(Paragraph(line) for line in brief.sentences)]
    facts = [*brief.facts, ("Decision asked for", brief.decision)]
    blocks.append(Facts((*facts, ("Credit", brief.credit)) if brief.credit else tuple(facts)))
    blocks += links
    if mine:
        blocks.append(Buttons((Button("Change the words", "brief-words", brief.result_id),)))
    blocks += _others(others)
    blocks.append(Paragraph(FORWARD, quiet=True))
    return Reply(f"Brief: {' '.join(brief.sentences)} {brief.decision}", tuple(blocks), audience="sender")


def words_form(brief: Brief) -> Reply:
    """The words as they stand now, to be changed."""
    mine = "Leave it empty to get my words back."
    first, second = brief.sentences
    form = Form("brief-edit", brief.result_id, "The words of your brief", "Save", (
        Field(FIRST, "First sentence", mine, first, required=False, multiline=True),
        Field(SECOND, "Second sentence", mine, second, required=False, multiline=True),
        Field(DECISION, "The one decision you ask for", mine, brief.decision, required=False, multiline=True),
        Field(CREDIT, "Names to credit", "As they wish to be named; empty for nobody.", brief.credit, required=False),
    ))
    small = Paragraph("Figures, change and basis stay as your team stated them.", quiet=True)
    return Reply("Change the words of your brief.", (form, small), audience="sender")


def no_result_reply(team: str, done: Mapping[str, str]) -> Reply:
    """``done`` are titles of what the team does or tries, by the practice's id: a result of it can be reported."""
    text = f"{team} has stated no result yet, so there is no brief. {MISSING}"
    if not done:
        return Reply(f"{text} {NOTHING_DONE}", (Paragraph(text), Paragraph(NOTHING_DONE)), audience="sender")
    shown = list(done.items())[:MOST_OTHERS]
    row = Buttons(tuple(Button(f"{REPORT}: {title}"[:LONGEST_LABEL], "result", name) for name, title in shown))
    return Reply(text, (Paragraph(text), row), audience="sender")


def _others(results: Sequence[StatedResult]) -> list[Block]:
    if not results:
        return []
    shown = results[:MOST_OTHERS]
    labels = [f"{one.figures.metric} ({one.figures.period})"[:LONGEST_LABEL] for one in shown]
    row = Buttons(tuple(Button(label, "brief", one.id) for label, one in zip(labels, shown, strict=True)))
    return [Paragraph("Or did you mean another result?"), row]
