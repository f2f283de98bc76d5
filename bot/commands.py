"""Words become an intent. What is not a command is a question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.command_tongues import Said, in_english

LONGEST_TEAM_NAME = 80
TOO_LONG = f"A team's name has at most {LONGEST_TEAM_NAME} characters: write a shorter one."


@dataclass(frozen=True, slots=True)
class Ask:
    question: str


@dataclass(frozen=True, slots=True)
class Help:
    """`help`, in the language it was asked for in."""

    tongue: str = "en"


@dataclass(frozen=True, slots=True)
class MyTeam:
    """`my team is NAME`: about the person, wherever it is said. ``doubtful`` is whether the words look like a question:
    then only a known team is meant.
    """

    name: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class ChannelTeam:
    """`team NAME`: about the channel; said in a direct conversation it is about the person. As ``MyTeam``."""

    name: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class ShowTeam:
    pass


@dataclass(frozen=True, slots=True)
class Privately:
    """`privately QUESTION`: an answer that only the asker sees."""

    question: str


Intent = Ask | Help | MyTeam | ChannelTeam | ShowTeam | Privately

_HELP = re.compile(r"/?(help|commands|menu|\?)[.!?]*", re.IGNORECASE)
_MY_TEAM = re.compile(r"(?:my|our) team(?:'s name)? is (?P<name>.+)", re.IGNORECASE | re.DOTALL)
_TEAM = re.compile(r"(?:set )?team\s*[:=]?\s+(?P<name>.+)", re.IGNORECASE | re.DOTALL)
_SHOW = re.compile(r"(?:(?:what|which) is my team|(?:what|which) team am i in|my team|team)[.!?]*", re.IGNORECASE)
_PRIVATELY = re.compile(
    r"(?:ask )?(?:privately|private|just for me|only for me)\s*[:,]?\s+(?P<question>.+)", re.IGNORECASE | re.DOTALL
)
_MOST_WORDS = 8
"""Of a name that nobody doubts."""
_UNLIKE_A_NAME = re.compile(
    r"[?\n]|\b(how|what|why|when|who|should|can|is|are|do|does|to|not|too|very|so|but|because|still|already|never|this|that|"
    r"we|they|needs?|wants?|has|have|was|were|would|really|just|"
    r"zu|nicht|keine?|sehr|aber|weil|noch|schon|nie|wir|wie|warum|soll|sollen|kann|können|ist|sind|haben|"
    r"trop|très|mais|parce|encore|jamais|nous|comment|pourquoi|sont|"
    r"demasiado|muy|pero|porque|todavía|nunca|cómo|está|están|quiere)\b",
    re.IGNORECASE,
)


def plain_command(text: str) -> str:
    """The English words of a command, in whichever language it was said."""
    return command_said(text).words


def command_said(text: str) -> Said:
    """A command in English, and in which tongue it was said: a leading slash or the word `midway` before it does not
    matter.
    """
    return in_english(re.sub(r"^\s*/?(?:midway\b[\s,:]*)?", "", text, flags=re.IGNORECASE).strip())


def intent_of(text: str) -> Intent:
    """What a message wants."""
    said, tongue = command_said(text)
    if (text.strip() and not said) or _HELP.fullmatch(said):
        return Help(tongue)
    if _SHOW.fullmatch(said):
        return ShowTeam()
    if private := _PRIVATELY.fullmatch(said):
        return Privately(private["question"].strip())
    for words, meant in ((_MY_TEAM, MyTeam), (_TEAM, ChannelTeam)):
        if (found := words.fullmatch(said)) and (name := " ".join(found["name"].strip(" \t\r\n.!\"'“”").split())):
            return meant(name, unlike_a_name(found["name"]))
    return Ask(text.strip())


def unlike_a_name(words: str) -> bool:
    """Whether these words look like a question or a sentence rather than a team's name."""
    return bool(_UNLIKE_A_NAME.search(words)) or len(words.split()) > _MOST_WORDS
