"""What goes out, as frozen values that every platform draws in its own way.

All text is inert: words are words, and every renderer escapes them. The only links are those of ``Sources``, and
``Link`` to Midway's own pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.messages import Sender


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``quiet`` is small print: what is stored, what confidence, which practice."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One item of a list: a short lead drawn bold, then the rest."""

    lead: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """A list; numbered where the order matters."""

    items: tuple[Step, ...]
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of label and value."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """``estimated`` values are drawn apart from measured ones, and said to be estimated. ``missing`` is what is said in
    the place of a value that is None, where it is more than that nobody knows it.
    """

    label: str
    values: tuple[float | None, ...]
    estimated: bool = False
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Chart data, drawn per platform; ``summary`` says in words what it shows."""

    title: str
    summary: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """``action`` and ``value`` come back in a ``ButtonPress``."""

    label: str
    action: str
    value: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    """One row of buttons."""

    items: tuple[Button, ...]


def joined(values: Iterable[str]) -> str:
    """Several chosen values as the one value of a field: with commas between them, nothing for none."""
    return ",".join(filter(None, values))


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; with ``options`` (value, label) it is a choice.

    With ``several`` any number of the options may be chosen, at least one where it is ``required``: ``value``, and what
    comes back, are the chosen values ``joined``. So none of these holds a comma.
    """

    name: str
    label: str
    hint: str = ""
    value: str = ""
    required: bool = True
    multiline: bool = False
    options: tuple[tuple[str, str], ...] = ()
    several: bool = False

    def __post_init__(self) -> None:
        if self.several and not all(value and "," not in value for value, _ in self.options):
            raise ValueError("Where several options may be chosen, none is empty or has a comma.")

    @property
    def preset(self) -> tuple[str, ...]:
        """The options that stand chosen before anybody touches the field, in their order."""
        chosen = self.value.split(",") if self.several else [self.value]
        return tuple(value for value, _ in self.options if value in chosen)


@dataclass(frozen=True, slots=True)
class Form:
    """``form`` and ``context`` come back in a ``FormSubmission`` with the values."""

    form: str
    context: str
    title: str
    submit: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to one of Midway's own pages, never to anywhere else.

    ``url`` may begin with the path where the reply is shown on those very pages: in the web chat.
    """

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A source of a cited practice. ``number`` is the mark used in the text."""

    number: int
    title: str
    publisher: str
    year: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Sources:
    items: tuple[SourceLink, ...]


Block = Heading | Paragraph | Steps | Facts | Table | Chart | Buttons | Form | Sources | Link


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply. ``text`` says all of it in one plain line or two, for notifications and screen readers.

    ``audience`` "sender" shows it only to the person who acted, where the platform can; "everyone" shows it to all in
    the conversation, also where what it answers was hidden from them (a slash command, a card that one person sees).
    ``replaces`` is the id of the message whose card was pressed and that this reply takes the place of.
    ``ai_generated`` marks words that a language model wrote. ``by`` is who acted: given where others see the reply (in
    a channel), and told to them where the platform has a name for it.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    audience: Literal["conversation", "sender", "everyone"] = "conversation"
    replaces: str | None = None
    ai_generated: bool = False
    by: Sender | None = None

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All of them, from the first row to the last; without those that forms are sent with."""
        return tuple(button for block in self.blocks if isinstance(block, Buttons) for button in block.items)
