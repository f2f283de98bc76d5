"""What `midway practices …` does."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from adapters.ask_command import in_force
from adapters.json_output import print_json
from adapters.plain import as_text
from adapters.settings import Settings
from bot.nearest import no_such
from bot.replies import Buttons, Reply
from bot.views import practice_reply
from knowledge.answers import Answer, Outcome
from knowledge.checks import Controlled, Tried, check_folder, overdue, try_controls, try_questions
from knowledge.drafting import blank
from knowledge.errors import KnowledgeError, LibraryInvalid, ModelMissing
from knowledge.extractive import whole
from knowledge.gate import gate_data
from knowledge.library import SHIPPED, SLUG, Library, load_shipped

if TYPE_CHECKING:
    from knowledge.service import Knowledge


def show_list(as_json: bool) -> int:
    found = in_force(Settings()).practices.values()
    if as_json:
        rows = [
            {
                "id": p.id, "title": p.title, "stage": p.stage.value, "audience": list(p.audience),
                "kind": p.kind.value, "review_by": p.review_by.isoformat(),
            }
            for p in found
        ]
        print_json(rows)
        return 0
    width = max((len(p.id) for p in found), default=0)
    for p in found:
        sys.stdout.write(f"{p.id:<{width}}  {p.stage.value:<8} {p.title}\n")
    return 0


def show_one(practice_id: str) -> int:
    known = in_force(Settings()).practices
    practice = known.get(practice_id)
    if practice is None:
        sys.stderr.write(no_such("practice", practice_id, known, "midway practices list") + "\n")
        return 1
    part, citations = whole(practice, date.today())
    reply = practice_reply(part, Answer(Outcome.ANSWERED, parts=(part,), citations=citations), "-")
    blocks = tuple(block for block in reply.blocks if not isinstance(block, Buttons))
    sys.stdout.write(as_text(Reply(reply.text, blocks)) + "\n")
    return 0


def show_skeleton(practice_id: str) -> int:
    if not SLUG.fullmatch(practice_id):
        sys.stderr.write("An id is small letters and digits, joined by hyphens, such as webinar-series.\n")
        return 2
    sys.stdout.write(blank(practice_id, date.today()))
    return 0


def check(folder: Path | None) -> int:
    """Check the files and their dates, then whether each typed question finds its own practice and no practice answers
    what none may; 1 where there is a finding.
    """
    chosen = folder or SHIPPED
    findings = check_folder(chosen)
    count = len(list(chosen.glob("*.md")))
    said = f"{count} practices"
    try:
        library = load_shipped(chosen)
        findings += overdue(library, date.today())
        with _index_of(library) as knowledge:
            tried, controlled = _tried(knowledge)
        findings += (*tried.findings, *controlled.findings)
        said += f", {tried.in_three} of {tried.asked} typed questions find their own among the first three"
        said += f" ({tried.first} first), {controlled.turned_away} of {controlled.asked} control questions turned away"
    except KnowledgeError as error:
        findings = findings or [str(error)]
    sys.stdout.write("".join(finding + "\n" for finding in findings) + f"{said}, {len(findings)} findings\n")
    return 1 if findings else 0


@contextmanager
def _index_of(library: Library) -> Iterator[Knowledge]:
    """With the index of the data folder for the shipped library, else with one that is made for it."""
    from adapters.bootstrap import make_reader
    from adapters.progress import progress
    from knowledge.index import IndexFolder
    from knowledge.service import Knowledge

    if not library.practices:
        raise LibraryInvalid("There are no practices in that folder.")
    settings = Settings()
    shipped = library.content_hash == load_shipped().content_hash
    with TemporaryDirectory() as aside:
        index = settings.data_dir / "index" if shipped else Path(aside)
        knowledge = Knowledge(library, IndexFolder(index), make_reader(settings))
        with progress("Preparing the library") as report:
            knowledge.prepare(report)
        yield knowledge


def _tried(knowledge: Knowledge) -> tuple[Tried, Controlled]:
    from adapters.progress import progress

    with progress("Asking the typed questions") as report:
        tried = try_questions(knowledge.library, _finder(knowledge, report))
    return tried, try_controls(gate_data().controls, knowledge.look_up)


def _finder(knowledge: Knowledge, report: Callable[[int, int], None]) -> Callable[[str], list[str]]:
    """Names the best three practices for a question."""
    retriever = knowledge.retriever
    if retriever is None:
        raise ModelMissing(
            "The typed questions were not tried, as no index could be made of these practices: the warning above says "
            "why. Mend that, then run `midway practices check` again."
        )
    count = sum(len(practice.questions) for practice in knowledge.library.practices.values())
    numbers = itertools.count(1)

    def find(question: str) -> list[str]:
        report(next(numbers), count)
        return retriever.best_without_typed(question)

    return find
