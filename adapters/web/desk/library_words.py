"""What the library's pages say: what was done, and what a line of a practice may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from knowledge.practice import TOPICS, Audience, Basis, Kind, Relationship, Stage

_SENT = "Curators see it under “Not published yet”, and in their channel where one is set."
DONE = {
    "saved": "Saved as a draft: the library is as it was until somebody publishes it.",
    "named": "Saved as a draft, under an id made of its title. Until it is published you can change the line “id”.",
    "saved-review": f"Saved and sent to review. {_SENT}",
    "renamed": "Saved under the id made of its title; its history came along.",
    "checked": "Checked, also whether its typed questions find it: nothing keeps it from being published.",
    "kept": "Kept as a draft. Nothing is published yet.",
    "kept-beside": "Kept as a draft under another id: there is already a practice or a draft with its own, "
    "and that one is unchanged. Nothing is published yet.",
    "kept-before": "The very same draft was kept before: here it is, with what was written into it since.",
    "review": f"Sent to review. {_SENT}",
    "published": "Published: answers rest on this version from now on.",
    "discarded": "Discarded. It is kept in the history of the practice.",
    "still-true": "Noted: still true. The date of its next review is below.",
    "withdrawn": "Withdrawn: it is no longer cited. Below, under “Withdrawn”, it can be read and brought back.",
}
"""What is said after a change, by the word that stands in the address."""
ALLOWED: Mapping[str, Sequence[str]] = {
    "topic": TOPICS, "stage": tuple(Stage), "kind": tuple(Kind), "audience": get_args(Audience),
    "relationships": get_args(Relationship), "jurisdictions": ("US", "UK", "EU"), "basis": get_args(Basis),
}
"""What a line of the front matter may say; of some, several."""
