"""A report as files, in each of its forms. What draws and sets them is loaded with the first that needs it."""

from __future__ import annotations

from bot.report import Report
from bot.report_views import charts

FORMATS = ("text", "json", "csv", "xlsx", "png", "pdf")
ON_SCREEN = frozenset({"text", "json", "csv"})
PICTURES = ("-funnel", "-trend")


def files_of(report: Report, form: str) -> dict[str, bytes]:
    """The files of a report in this form, by what is added to their name."""
    if form == "pdf":
        from adapters.report_paper import as_pdf

        return {"": as_pdf(report)}
    if form == "xlsx":
        from adapters.report_sheets import as_xlsx

        return {"": as_xlsx(report)}
    if form == "png":
        from adapters.charts import png

        return {ending: png(chart) for ending, chart in zip(PICTURES, charts(report), strict=False)}
    return {"": _words(report, form).encode()}


def _words(report: Report, form: str) -> str:
    from adapters import report_export, report_text

    made = {"json": report_export.json_text, "csv": report_export.csv_text, "text": report_text.as_text}
    return made[form](report)
