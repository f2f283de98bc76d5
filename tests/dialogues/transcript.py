"""Dialogues as text. A transcript is read from top to bottom; a line says what happens or what is then on the screen.

    # a remark
    @ channel            from here on in a channel (before: in direct conversation)
    > words              the person says this
    >> words             the person says this in the thread of the last answer
    > [Label]            the person presses this button
    > {team: North}      the person fills in the form; its fields, if several, are parted by semicolons
    ~ again              the platform delivers the last words once more
    ~ restart            Midway is started anew on the same database
    ~ 15 days            so much time passes
    < words              what came in answer says this (any case of white space)
    < [One] [Two]        and these buttons can be pressed
    <! words             and does not say this (or does not have this button)
    < nothing            nothing came
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.dialogues.stage import Stage, words
from tests.harness import Place, Shown

FOLDER = Path(__file__).parent / "transcripts"


@dataclass
class Turn:
    """What happens, and what is then to be seen."""

    line: int
    place: Place
    act: str
    expected: list[str] = field(default_factory=list)


class Broken(Exception):
    """A line of a transcript has no meaning."""


def turns(text: str) -> Iterator[Turn]:
    """The turns of a transcript in order."""
    place: Place = "direct"
    turn: Turn | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("@"):
            place = "channel" if line[1:].strip() == "channel" else "direct"
        elif line.startswith("<"):
            if turn is None:
                raise Broken(f"line {number}: an answer before anything happened")
            turn.expected.append(line)
        elif line.startswith((">", "~")):
            if turn:
                yield turn
            turn = Turn(number, place, line)
        else:
            raise Broken(f"line {number}: {line!r}")
    if turn:
        yield turn


async def play(text: str, stage: Stage) -> None:
    """Act every turn and look at what came of it."""
    for turn in turns(text):
        news = await _act(turn, stage)
        for line in turn.expected:
            problem = _missing(line, news)
            assert problem is None, f"line {turn.line}: {turn.act}\n{problem}\non the screen: {[item.text for item in news]}"


async def _act(turn: Turn, stage: Stage) -> list[Shown]:
    said = turn.act.lstrip(">~").strip()
    if turn.act.startswith("~"):
        return await _happens(said, stage)
    if pressed := re.fullmatch(r"\[(.+)\]", said):
        return await stage.press(pressed[1])
    if filled := re.fullmatch(r"\{(\w+: .*)\}", said):
        pairs = (part.partition(":") for part in filled[1].split(";"))
        return await stage.fill({name.strip(): value.strip() for name, _, value in pairs})
    return await stage.say(said, turn.place, follow=turn.act.startswith(">>"))


async def _happens(what: str, stage: Stage) -> list[Shown]:
    if passed := re.fullmatch(r"(\d+) days?", what):
        return await stage.wait(int(passed[1]))
    if what == "again":
        return await stage.again()
    await stage.midway.restart()
    return []


def _missing(line: str, news: list[Shown]) -> str | None:
    mark, said = ("<!", line[2:].strip()) if line.startswith("<!") else ("<", line[1:].strip())
    screen = words(" ".join(item.text for item in news))
    if said == "nothing":
        return None if not news else "something came"
    if said.startswith("["):
        labels = re.findall(r"\[([^\]]+)\]", said)
        there = [label for item in news for label in item.buttons]
        if mark == "<!":
            return f"to be pressed: {labels}" if set(labels) & set(there) else None
        return None if all(label in there for label in labels) else f"not to be pressed: {set(labels) - set(there)}"
    if mark == "<!":
        return f"said: {said}" if words(said) in screen else None
    return None if words(said) in screen else f"not said: {said}"
