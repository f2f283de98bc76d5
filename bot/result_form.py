"""What people type into the form of a result, as figures or as a sentence that names the field. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import FieldWrong
from bot.privacy import clean_text
from bot.replies import Field, Form
from bot.storage.results import Figures
from bot.typed_numbers import digits_of, number_of, two_numbers

FORM = "result"
LONGEST_LINE = 120
"""Characters of a line, such as what was measured; it stands in titles."""
LONGEST_NOTE = 500
"""Characters of where it can be seen, and of whom to thank."""
_REQUIRED = {
    "metric": "what you measured",
    "before": "the figure before",
    "after": "the figure after",
    "unit": "the unit",
    "period": "the period",
    "evidence": "where it can be seen: a link, a file name or a note",
}
_MONEY = {"cost": "the cost", "saving": "the saving", "income": "the income"}
HIGHER = "higher"
LOWER = "lower"
MEASURED = "measured"
ESTIMATED = "estimated"


def figures_of(values: Mapping[str, str]) -> Figures:
    """Raises FieldWrong, for the first field that is missing or is no number."""
    said = {name: clean_text(text, LONGEST_NOTE).strip() for name, text in values.items()}
    for name, what in _REQUIRED.items():
        if not said.get(name):
            raise FieldWrong(f"Nothing was recorded yet: write {what}.")
    money = {name: _amount(said.get(name, ""), what) for name, what in _MONEY.items()}
    if any(amount is not None for amount in money.values()) and not said.get("currency"):
        raise FieldWrong("Nothing was recorded yet: write the currency of the cost, saving or income.")
    return Figures(
        metric=said["metric"][:LONGEST_LINE],
        before=_figure(said["before"], "before"),
        after=_figure(said["after"], "after"),
        unit=said["unit"][:40],
        period=said["period"][:LONGEST_LINE],
        evidence=said["evidence"],
        lower_is_better=said.get("better") == LOWER,
        estimated=said.get("basis") == ESTIMATED,
        currency=said.get("currency", "")[:12],
        credit=said.get("credit", "")[:LONGEST_NOTE],
        **money,
    )


def result_form(context: str, title: str, values: Mapping[str, str] | None = None) -> Form:
    """The form, filled in with what was typed before."""
    given = values or {}

    def line(name: str, label: str, hint: str = "", *, required: bool = True) -> Field:
        return Field(name, label, hint, given.get(name, ""), required)

    def choice(name: str, label: str, *options: tuple[str, str]) -> Field:
        return Field(name, label, value=given.get(name, options[0][0]), options=options)

    return Form(FORM, context, f"What came of “{title}”?", "Record the result", (
        line("metric", "What did you measure?", "For instance: time to the first answer"),
        line("before", "Before", "A number, for instance 26"),
        line("after", "After", "A number, for instance 4.5"),
        line("unit", "Unit", "For instance: hours, % of posts, sign-ups a month"),
        choice("better", "Which is better?", (HIGHER, "More is better"), (LOWER, "Less is better")),
        line("period", "Over what period?", "For instance: September to October 2026"),
        choice("basis", "How do you know?", (MEASURED, "Measured"), (ESTIMATED, "Estimated")),
        line("evidence", "Where can it be seen?", "A link, a file name or a note"),
        line("cost", "What did it cost?", "An amount; leave it empty if you do not know", required=False),
        line("saving", "What did it save?", "An amount", required=False),
        line("income", "What did it earn?", "An amount", required=False),
        line("currency", "Currency", "For instance EUR", required=False),
        line("credit", "Who is to be credited?", "Names or roles, as they wish it", required=False),
    ))


def typed(figures: Figures) -> dict[str, str]:
    """The figures as somebody would type them, to correct them."""
    amounts = {name: getattr(figures, name) for name in _MONEY}
    return {
        "metric": figures.metric, "before": digits_of(figures.before), "after": digits_of(figures.after),
        "unit": figures.unit, "period": figures.period, "evidence": figures.evidence,
        "currency": figures.currency, "credit": figures.credit,
        "better": LOWER if figures.lower_is_better else HIGHER, "basis": ESTIMATED if figures.estimated else MEASURED,
        **{name: "" if amount is None else digits_of(amount) for name, amount in amounts.items()},
    }


def _figure(text: str, name: str) -> float:
    number = number_of(text)
    if number is None:
        raise _wrong(text, f"is not a number; write the figure {name} as digits")
    return number


def _amount(text: str, what: str) -> float | None:
    if not text:
        return None
    number = number_of(text)
    if number is None or number < 0:
        raise _wrong(text, f"is not an amount; write {what} as digits")
    return number


def _wrong(text: str, why: str) -> FieldWrong:
    if meant := two_numbers(text):
        why = f"can be {meant}: write {meant}"
    return FieldWrong(f"Nothing was recorded yet: “{text[:40]}” {why}.")
