"""Teaches the intent branch and writes ``knowledge/minilm/branch.npz``: ``prepare.py`` first, then this, with torch.

Three things are learnt at once: which kind a message is, which practice answers a question (it is to lie near that
practice's passages), and which short answer settles one (it is to lie near that answer's question, and farther from
those of the practice's other answers). More than an hour on two cores: ``python -m training.learn``.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import Tensor, nn

from training import PREPARED, TARGET, weights
from training.kinds import grown
from training.network import FIRST, SCALE, SIZE, Branch, Tokens, Trunk, batch

BATCH, NEAR, QUESTIONS, EVERY, SHORTLY = 32, 16, 24, 2, 2
"""Messages in a batch; batches sorted by length together; questions with a passage each in every second batch, and
practices whose short answers stand beside one another there.
"""
ROUND = 0.3
"""Part of the questions that a practice answers of which a round learns their kind; nearness is learnt from all."""
SHORT = 14
"""Tokens of a question that is learnt twice as often: people ask many such, and each says little."""
RATE, HEAD_RATE, DECAY, HEAD_DECAY, WARM = 1e-3, 2e-3, 0.05, 0.01, 0.06
"""Learning rates and decays of the branch and of the heads; share of all steps in which the rate rises."""
GAIN, WARMTH, PRACTICE, CHOICE, SETTLED = 5.0, 0.07, 0.5, 0.5, 0.5
"""What the head sees of a mean state; temperature of nearness; weight of the practices' part, and in it of choosing;
weight of the short answers' part.
"""
PASSAGE_TOKENS = 64
NEWER = 4
"""Times that a message is learnt which was not there when the branch learnt last."""


class Lesson:
    """Everything learnt from, as states at the branching point."""

    def __init__(self, trunk: Trunk, prepared: dict[str, Any], earlier: dict[str, Any]) -> None:
        messages, passages = prepared["messages"], prepared["passages"]
        known = {tuple(row["turns"]) for row in earlier["messages"]}
        self.newer = {place for place, row in enumerate(messages) if tuple(row["turns"]) not in known}
        self.labels = sorted({row["label"] for row in messages})
        self.practices = sorted({row["practice"] for row in passages})
        self.texts = [trunk.tokens(row["turns"]) for row in messages]
        self.states = trunk.states(self.texts)
        self.wanted = torch.tensor([self.labels.index(row["label"]) for row in messages])
        self.learnt_from, self.held_out = list(range(len(messages))), list[int]()
        self.answered_by = [self.practices.index(row["practice"]) if row["practice"] else -1 for row in messages]
        answered = [bool(row["practice"]) for row in messages]
        counts = torch.tensor(weights([row["label"] for row in messages], answered))
        self.weights = counts / torch.where(torch.tensor(answered), ROUND, 1.0)
        whole = [trunk.tokens([row["text"]]) for row in passages]
        self.passages = [Tokens(text.ids[:PASSAGE_TOKENS], text.message[:PASSAGE_TOKENS]) for text in whole]
        self.passage_states = trunk.states(self.passages)
        self.of_practice: dict[int, list[int]] = {}
        for place, row in enumerate(passages):
            self.of_practice.setdefault(self.practices.index(row["practice"]), []).append(place)
        self._settled_by = [row["settled_by"] for row in messages]

    def hold_out(self, chance: random.Random) -> None:
        """Learn from four fifths of the messages only; the rest are to be asked afterwards."""
        places = range(len(self.texts))
        self.held_out = sorted(chance.sample(places, len(places) // 5))
        left = set(self.held_out)
        self.learnt_from = [place for place in places if place not in left]

    def batches(self, chance: random.Random, part: float = 1.0) -> list[list[int]]:
        """Messages of a round, or of a ``part`` of one: those of like length together, in random order."""
        answered = self._answered()
        others = self._oftener([place for place in self.learnt_from if self.answered_by[place] < 0])
        places = chance.sample(others, int(len(others) * part))
        places += chance.sample(answered, int(len(answered) * ROUND * part))
        chance.shuffle(places)
        made = []
        for start in range(0, len(places), BATCH * NEAR):
            near = sorted(places[start : start + BATCH * NEAR], key=lambda place: len(self.texts[place].ids))
            made += [near[begin : begin + BATCH] for begin in range(0, len(near), BATCH)]
        chance.shuffle(made)
        return made

    def questions(self, chance: random.Random) -> Iterator[list[int]]:
        """Without end: messages that a practice answers, the short ones twice."""
        places = self._oftener(self._answered())
        places += [place for place in places if len(self.texts[place].ids) <= SHORT]
        while True:
            chance.shuffle(places)
            for start in range(0, len(places) - QUESTIONS + 1, QUESTIONS):
                yield places[start : start + QUESTIONS]

    def pairs(self, chance: random.Random) -> list[tuple[int, int]]:
        """Two messages each that one short answer settles, of all short answers of some practices."""
        practices = chance.sample(sorted(self._settled), SHORTLY)
        groups = [group for practice in practices for group in self._settled[practice].values() if len(group) > 1]
        return [(one, other) for one, other in (chance.sample(group, 2) for group in groups)]

    @cached_property
    def _settled(self) -> dict[int, dict[str, list[int]]]:
        """Messages by practice and by the question of the short answer that settles them."""
        found: dict[int, dict[str, list[int]]] = {}
        for place in self.learnt_from:
            if question := self._settled_by[place]:
                found.setdefault(self.answered_by[place], {}).setdefault(question, []).append(place)
        return found

    def _oftener(self, places: list[int]) -> list[int]:
        return places + [place for place in places if place in self.newer] * (NEWER - 1)

    def _answered(self) -> list[int]:
        return [place for place in self.learnt_from if self.answered_by[place] >= 0]


class Teacher:
    """The branch, its head, and one step of learning."""

    def __init__(self, trunk: Trunk, lesson: Lesson, chance: random.Random, halves: bool = False) -> None:
        self.lesson = lesson
        self.branch = Branch(trunk)
        self.head = nn.Linear(SIZE, len(lesson.labels))
        self.choice = nn.Linear(SIZE, len(lesson.practices))
        self._chance = chance
        self._halves = halves
        self._questions = lesson.questions(chance)
        self._learning = [part for part in self.branch.parameters() if part.requires_grad]
        heads = [*self.head.parameters(), *self.choice.parameters()]
        self._optimizer = torch.optim.AdamW(
            [{"params": self._learning, "weight_decay": DECAY}, {"params": heads, "weight_decay": HEAD_DECAY}]
        )

    def step(self, places: list[int], with_questions: bool, pace: float) -> float:
        """Learn from one batch; returns its loss."""
        for group, rate in zip(self._optimizer.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * pace
        self.branch.train()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._halves):
            loss = self._kinds(places)
            if with_questions:
                loss = loss + PRACTICE * self._practice(next(self._questions)) + SETTLED * self._settled()
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._learning, 1.0)
        self._optimizer.step()
        return float(loss.detach())

    def _kinds(self, places: list[int]) -> Tensor:
        lesson = self.lesson
        means = self._means(places)
        loss = F.cross_entropy(self.head(means * GAIN).float(), lesson.wanted[places], reduction="none")
        counts = lesson.weights[places]
        return (loss * counts).sum() / counts.sum()

    def _practice(self, places: list[int]) -> Tensor:
        """A question lies nearer to a passage of its practice than to others', and tells its practice."""
        lesson = self.lesson
        wanted = torch.tensor([lesson.answered_by[place] for place in places])
        passages = [self._chance.choice(lesson.of_practice[int(practice)]) for practice in wanted]
        asked = self._means(places)
        found = self.branch(*batch(lesson.passage_states, lesson.passages, passages))
        near = (F.normalize(asked, dim=-1) @ F.normalize(found, dim=-1).T).float() / WARMTH
        same = (wanted[:, None] == wanted[None, :]).float()
        apart = -(torch.log_softmax(near, 1) * same).sum(1) / same.sum(1)
        return apart.mean() + CHOICE * F.cross_entropy(self.choice(asked * GAIN).float(), wanted)

    def _settled(self) -> Tensor:
        """Messages that one short answer settles lie nearer to each other than to those of the others."""
        one, other = (self._means(places) for places in zip(*self.lesson.pairs(self._chance), strict=True))
        near = (F.normalize(one, dim=-1) @ F.normalize(other, dim=-1).T).float() / WARMTH
        wanted = torch.arange(len(near))
        return (F.cross_entropy(near, wanted) + F.cross_entropy(near.T, wanted)) / 2

    def _means(self, places: Sequence[int]) -> Tensor:
        means: Tensor = self.branch(*batch(self.lesson.states, self.lesson.texts, places))
        return means

    @torch.no_grad()
    def begin_with(self, learnt: dict[str, np.ndarray[Any, Any]]) -> None:
        """Go on from what another run left, of which the choice among practices was not kept."""
        for name, value in self.branch.layers.state_dict().items():
            if at := _kept_as(name):
                value.copy_(torch.from_numpy(learnt[at].astype(np.float32) / (SCALE if at.endswith(".up") else 1.0)))
        kinds = learnt["labels"].tolist(), self.lesson.labels
        self.head.weight.copy_(torch.from_numpy(grown(learnt["head.weight"], *kinds) / GAIN))
        self.head.bias.copy_(torch.from_numpy(grown(learnt["head.bias"], *kinds)))

    @torch.no_grad()
    def refusing(self, places: Sequence[int]) -> Tensor:
        """How likely each of these messages is one to refuse."""
        self.branch.eval()
        refused = [place for place, label in enumerate(self.lesson.labels) if label.startswith("refuse:")]
        found = []
        for start in range(0, len(places), BATCH):
            means = self.branch(*batch(self.lesson.states, self.lesson.texts, places[start : start + BATCH]))
            found.append(torch.softmax(self.head(means * GAIN), -1)[:, refused].sum(1))
        return torch.cat(found)

    def learnt(self) -> dict[str, np.ndarray[Any, Any]]:
        """What ``branch.npz`` holds: changes in half precision, norms and the head as they are."""
        made: dict[str, np.ndarray[Any, Any]] = {"labels": np.array(self.lesson.labels)}
        for name, value in self.branch.layers.state_dict().items():
            if at := _kept_as(name):
                array = value.numpy() * (SCALE if at.endswith(".up") else 1.0)
                made[at] = array if "LayerNorm" in at else array.astype(np.float16)
        made["head.weight"] = (GAIN * self.head.weight.detach()).numpy()
        made["head.bias"] = self.head.bias.detach().numpy()
        return made


def _kept_as(name: str) -> str | None:
    """The name in ``branch.npz`` of one of the layers' numbers; None for a published map, which is not kept."""
    number, _, rest = name.partition(".")
    at = f"layer.{int(number) + FIRST}.{rest.replace('.published.bias', '.bias')}"
    return None if at.endswith(".published.weight") else at


def taught(lesson: Lesson, trunk: Trunk, asked: argparse.Namespace) -> Teacher:
    torch.manual_seed(asked.seed)
    chance = random.Random(asked.seed)  # noqa: S311  # nothing secret
    teacher, rounds = Teacher(trunk, lesson, chance, asked.halves), asked.rounds
    if asked.go_on:
        with np.load(asked.go_on) as stored:
            teacher.begin_with({name: stored[name] for name in stored.files})
    steps, step, begun = rounds * len(lesson.batches(chance, asked.part)), 0, time.monotonic()
    for number in range(rounds):
        losses = []
        for places in lesson.batches(chance, asked.part):
            pace = asked.pace * min(1.0, step / (WARM * steps)) * max(0.02, 1 - step / steps)
            losses.append(teacher.step(places, step % asked.every == 0, pace))
            step += 1
        print(f"round {number + 1}: loss {np.mean(losses):.3f}, {time.monotonic() - begun:.0f} s", flush=True)
    return teacher


def print_found(teacher: Teacher) -> None:
    """Of the messages held out: which part of those to refuse is found while a few honest ones are refused, too."""
    lesson = teacher.lesson
    labels = [lesson.labels[int(lesson.wanted[place])] for place in lesson.held_out]
    chances = teacher.refusing(lesson.held_out)
    honest = chances[[label == "good" for label in labels]]
    harmful = chances[[label.startswith("refuse:") for label in labels]]
    for share in (0.02, 0.05):
        found = float((harmful >= torch.quantile(honest, 1 - share)).float().mean())
        print(f"with {share:.0%} of {len(honest)} honest messages refused: {found:.1%} of {len(harmful)} found")


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="times that every message is seen")
    parser.add_argument("--part", type=float, default=1.0, help="of the messages, of which a round learns the kind")
    parser.add_argument("--every", type=int, default=EVERY, help="batches until questions are learnt from, too")
    parser.add_argument("--since", type=Path, metavar="FILE", help="an earlier prepared.json: what is new counts more")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--go-on", type=Path, metavar="FILE", help="from where this run ended")
    parser.add_argument("--pace", type=float, default=1.0, help="of the learning rates, for instance 0.5 to go on")
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--halves", action="store_true", help="in half precision, for processors that have it")
    parser.add_argument("--held-out", action="store_true", help="learn from four fifths, print what else is found")
    asked = parser.parse_args(words)
    trunk = Trunk()
    prepared, earlier = (json.loads(file.read_text(encoding="utf-8")) for file in (PREPARED, asked.since or PREPARED))
    lesson = Lesson(trunk, prepared, earlier)
    print(f"{len(lesson.texts)} messages, {len(lesson.labels)} kinds, {len(lesson.passages)} passages", flush=True)
    if asked.held_out:
        lesson.hold_out(random.Random(asked.seed))  # noqa: S311  # nothing secret
        print_found(taught(lesson, trunk, asked))
        return
    np.savez_compressed(asked.out, **taught(lesson, trunk, asked).learnt())
    print(f"written: {asked.out}")


if __name__ == "__main__":
    main()
