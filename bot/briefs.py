"""A one-page brief of a result, to be forwarded to a sponsor: what it says, computed and worded. Pure.

The figures, their direction and their basis are never anybody's to reword; sentences, the decision asked for and the
names to credit are the champion's, and begin as what the figures bear out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.amounts import difference, with_unit
from bot.dates import long_date
from bot.inert import capitalised
from bot.replies import Chart, Series
from bot.storage.brief_words import BriefWords
from bot.storage.results import Figures, StatedResult

MEASURED = "measured"
ESTIMATED = "estimated, not measured"


@dataclass(frozen=True, slots=True)
class Brief:
    """One page. ``team`` and ``practice`` are names; ``sponsor_metric`` is what the sponsor of the team's pilot is
    measured on, where there is one; ``edited`` says that the champion put it into other words.
    """

    result_id: str
    team_id: str
    team: str
    practice: str
    figures: Figures
    stated_at: datetime
    sentences: tuple[str, str]
    decision: str
    credit: str
    sponsor_metric: str | None = None
    edited: bool = False

    @property
    def title(self) -> str:
        return f"{capitalised(self.figures.metric)}: {self._span}"

    @property
    def chart(self) -> Chart:
        """Before and after."""
        figures = self.figures
        guess = " The figures are estimated." if figures.estimated else ""
        metric = capitalised(figures.metric)
        summary = f"{metric} of {self.team} ({figures.period}): {self._span}, {verdict(figures)}.{guess}"
        series = Series(metric, (figures.before, figures.after), figures.estimated)
        return Chart(metric, summary, ("Before", "After"), (series,), figures.unit)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and value: what changed, money where it was given, and what the figures rest on."""
        figures = self.figures
        rows = [("Change", verdict(figures))]
        rows += [(label, with_unit(value, figures.currency)) for label, value in figures.money]
        if self.sponsor_metric:
            rows.append(("The sponsor is measured on", self._sponsored(self.sponsor_metric)))
        rows += [
            ("Period", figures.period), ("Figures", ESTIMATED if figures.estimated else MEASURED),
            ("Evidence", figures.evidence), ("Stated by", f"{self.team}, {long_date(self.stated_at)}"),
            ("Wording", "the team's own" if self.edited else ""),
        ]
        return tuple((label, value) for label, value in rows if value)

    @property
    def _span(self) -> str:
        return f"{with_unit(self.figures.before, '')} → {with_unit(self.figures.after, self.figures.unit)}"

    def _sponsored(self, metric: str) -> str:
        same = " ".join(metric.split()).casefold() == " ".join(self.figures.metric.split()).casefold()
        return metric if same else f"{metric} (the figure shown is another)"


def brief_of(
    stated: StatedResult, team: str, practice: str, sponsor_metric: str | None = None, *, cited: bool = True
) -> Brief:
    """The brief that the figures bear out: what got worse is said to be worse. ``cited`` is whether the practice is in
    the library still: of one that is not, nobody is asked to go on with it.
    """
    figures = stated.figures
    sentences = (_first(figures, team, practice), _second(figures))
    decision = _decision(figures, practice) if cited else f"Shall we end “{practice}”, and choose what takes its place?"
    return Brief(
        stated.id, stated.team_id, team, practice, figures, stated.at, sentences, decision, figures.credit,
        sponsor_metric or None,
    )


def reworded(brief: Brief, words: BriefWords | None) -> Brief:
    """The same figures in the champion's words; where they left a line empty, it stays as it was."""
    if words is None:
        return brief
    first, second = brief.sentences
    return replace(
        brief, sentences=(words.first or first, words.second or second), decision=words.decision or brief.decision,
        credit=words.credit, edited=bool(words.first or words.second or words.decision),
    )


def verdict(figures: Figures) -> str:
    """The change, and whether it was the wanted one: ``75 % lower, which is better``."""
    changed = difference(figures.before, figures.after, figures.unit)
    if figures.before == figures.after:
        return changed
    return f"{changed}, which is {'better' if figures.better else 'worse'}"


def _first(figures: Figures, team: str, practice: str) -> str:
    before, after = with_unit(figures.before, ""), with_unit(figures.after, figures.unit)
    guess = "an estimated " if figures.estimated else ""
    if figures.before == figures.after:
        return f"{team} tried “{practice}”: {figures.metric} stayed at {guess}{after} ({figures.period})."
    return f"{team} tried “{practice}”: {figures.metric} went from {guess}{before} to {after} ({figures.period})."


def _second(figures: Figures) -> str:
    changed = difference(figures.before, figures.after, figures.unit)
    guess = " These figures are estimated, not measured." if figures.estimated else ""
    if figures.before == figures.after:
        return f"That is no change.{guess}"
    wanted = "lower" if figures.lower_is_better else "higher"
    if figures.better:
        return f"That is {changed}, and {wanted} is what was wanted.{guess}"
    return f"That is {changed}, but {wanted} was wanted: it got worse.{guess}"


def _decision(figures: Figures, practice: str) -> str:
    """One thing to decide, as far as the figures carry."""
    if not figures.better:
        return f"Shall we stop “{practice}”, or change how we do it and measure again?"
    if figures.estimated:
        return f"Shall we go on with “{practice}” for another period, and measure it this time?"
    return f"Shall we go on with “{practice}” and bring in one more team?"
