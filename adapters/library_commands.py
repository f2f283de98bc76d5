"""What `midway practices …` does."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from adapters.plain import as_text
from bot.replies import Buttons, Reply
from bot.views import practice_reply
from knowledge.answers import Answer, Outcome
from knowledge.checks import check_folder
from knowledge.extractive import whole
from knowledge.library import SHIPPED, load_shipped


def show_list(as_json: bool) -> int:
    found = load_shipped().practices.values()
    if as_json:
        rows = [
            {
                "id": p.id, "title": p.title, "stage": p.stage.value, "audience": list(p.audience),
                "kind": p.kind.value, "review_by": p.review_by.isoformat(),
            }
            for p in found
        ]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return 0
    width = max((len(p.id) for p in found), default=0)
    for p in found:
        sys.stdout.write(f"{p.id:<{width}}  {p.stage.value:<8} {p.title}\n")
    return 0


def show_one(practice_id: str) -> int:
    practice = load_shipped().practices.get(practice_id)
    if practice is None:
        sys.stderr.write(f"There is no practice “{practice_id}”: `midway practices list` shows those there are.\n")
        return 1
    part, citations = whole(practice, date.today())
    reply = practice_reply(part, Answer(Outcome.ANSWERED, parts=(part,), citations=citations), "-")
    blocks = tuple(block for block in reply.blocks if not isinstance(block, Buttons))
    sys.stdout.write(as_text(Reply(reply.text, blocks)) + "\n")
    return 0


def check(folder: Path | None) -> int:
    findings = check_folder(folder or SHIPPED, date.today())
    for finding in findings:
        sys.stdout.write(finding + "\n")
    count = len(list((folder or SHIPPED).glob("*.md")))
    sys.stdout.write(f"{count} practices, {len(findings)} findings\n")
    return 1 if findings or not count else 0
