"""Whether what came back was offered: a page may only press what stands in a message of its own conversation."""

from __future__ import annotations

from bot.messages import ButtonPress, FormSubmission
from bot.replies import Form, Reply


def offers_button(reply: Reply, press: ButtonPress) -> bool:
    return any((button.action, button.value) == (press.action, press.value) for button in reply.buttons)


def offers_form(reply: Reply, sent: FormSubmission) -> bool:
    """Whether this form stands there, with at least the fields that came back."""
    return any(
        (block.form, block.context) == (sent.form, sent.context)
        and set(sent.values) <= {field.name for field in block.fields}
        for block in reply.blocks
        if isinstance(block, Form)
    )
