"""Whether somebody wants to hear it in few words."""

from __future__ import annotations

import re

FEW_WORDS = 75
"""Words of an answer to whoever wants few."""
_ALONE = re.compile(
    r"^\W*(?:(?:ok|and|but|please|can|could|you|make|keep|say|give|me|that|it|the|a|an|much|bit|even|too|in)\W+)*"
    r"(?:shorter|short|brief|briefly|long|tl;?dr)\W*(?:version|answer|please|thanks)?\W*$",
    re.IGNORECASE,
)
_AMONG = re.compile(r"\btl;?dr\b|\bin a nutshell\b|\bshort (?:answer|version)\b|\bjust the gist\b", re.IGNORECASE)


def in_few_words(text: str) -> bool:
    """Whether the message is "shorter please" or "too long", or has "short answer" in it. How to make a text shorter is
    another matter.
    """
    return bool(_ALONE.match(text) or _AMONG.search(text))
