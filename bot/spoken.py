"""A reply in the language in which it was asked for, as far as ``bot/phrases`` has the words, and what is pressed and
filled in below it in the same.

The tongue travels in the names of buttons and forms: nothing about a person is kept for it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.commands import command_said
from bot.messages import ASKING, ButtonPress, FormSubmission, Incoming, IncomingMessage
from bot.phrasing import say
from bot.replies import Block, Button, Buttons, Facts, Field, Form, Heading, Link, Paragraph, Reply, Step, Steps

ENGLISH = "en"
_SIGN = "~"
_OF_ANSWERS = ASKING | {"more", "feedback", "expert"}
"""Actions about a question, whose language is known by it."""
_SENTENCES = re.compile(r"(?<=[.!?]) ")


def heard(incoming: Incoming) -> tuple[Incoming, str]:
    """What came in, without the tongue that travelled with it, and that tongue."""
    match incoming:
        case IncomingMessage():
            return incoming, command_said(incoming.text).tongue
        case ButtonPress(action="ask", value=said):
            return incoming, command_said(said).tongue
        case ButtonPress():
            name, tongue = _parted(incoming.action)
            return replace(incoming, action=name), tongue
        case FormSubmission():
            name, tongue = _parted(incoming.form)
            return replace(incoming, form=name), tongue


def in_tongue(reply: Reply, tongue: str) -> Reply:
    """The reply in this tongue; what no phrase says, and what people wrote, stays as it is."""
    if tongue == ENGLISH:
        return reply
    return replace(
        reply, text=_said(tongue, reply.text), blocks=tuple(_block(tongue, block) for block in reply.blocks)
    )


def _parted(name: str) -> tuple[str, str]:
    name, _, tongue = name.partition(_SIGN)
    return name, tongue or ENGLISH


def _named(tongue: str, name: str) -> str:
    return name if _SIGN in name else f"{name}{_SIGN}{tongue}"


def _said(tongue: str, text: str) -> str:
    """The whole of it where that is a phrase, else each sentence that is one."""
    whole = say(tongue, text)
    if whole != text:
        return whole
    return " ".join(say(tongue, sentence) for sentence in _SENTENCES.split(text))


def _block(tongue: str, block: Block) -> Block:
    match block:
        case Heading(text) | Paragraph(text):
            return replace(block, text=_said(tongue, text))
        case Steps(items):
            said = tuple(Step(_said(tongue, step.lead), _said(tongue, step.text)) for step in items)
            return replace(block, items=said)
        case Facts(pairs):
            return Facts(tuple((_said(tongue, label), _said(tongue, value)) for label, value in pairs))
        case Buttons(items):
            return Buttons(tuple(_button(tongue, button) for button in items))
        case Form():
            fields = tuple(_field(tongue, field) for field in block.fields)
            return replace(
                block, form=_named(tongue, block.form), title=_said(tongue, block.title),
                submit=_said(tongue, block.submit), fields=fields,
            )
        case Link(label):
            return replace(block, label=_said(tongue, label))
    return block


def _button(tongue: str, button: Button) -> Button:
    said = replace(button, label=_said(tongue, button.label))
    if button.action == "ask":
        return replace(said, value=say(tongue, button.value))
    return said if button.action in _OF_ANSWERS else replace(said, action=_named(tongue, button.action))


def _field(tongue: str, field: Field) -> Field:
    options = tuple((value, _said(tongue, label)) for value, label in field.options)
    return replace(field, label=_said(tongue, field.label), hint=_said(tongue, field.hint), options=options)
