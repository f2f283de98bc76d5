"""What Slack refuses and what Slack shows, written from its documentation and not from the adapter's own table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.harness import Shown

Failing = Literal["rate-limit", "server-error", "time-out", "gone", "lost-answer", "fatal", "disconnect", "no-json"]
JSON = "application/json"
FAILURES: dict[str, tuple[int, str, str, dict[str, str]]] = {
    "rate-limit": (429, '{"ok": false, "error": "ratelimited"}', JSON, {"Retry-After": "3"}),
    "gone": (200, '{"ok": false, "error": "is_archived"}', JSON, {}),
    "fatal": (200, '{"ok": false, "error": "fatal_error"}', JSON, {}),
    "no-json": (200, "<html>", JSON, {}),
}
"""How Slack fails: status, body, content type, headers; what is not here ends in a 503."""

KNOWN = {"rich_text", "header", "section", "context", "actions", "divider", "input", "image", "markdown"}
_MARKED = re.compile(r"<([^<>\s]+?)(?:\|[^<>]*)?>")
_BARE = re.compile(r"https?://[^\s<>|)]+")
_MARKDOWN_LINK = re.compile(r"\]\((https?://[^)\s]+)\)")


@dataclass
class File:
    """A file that is being uploaded. ``slow`` is how many messages find it not ready after it is complete."""

    length: int
    data: bytes = b""
    complete: bool = False
    slow: int = 0

    def take(self, data: bytes) -> bool:
        """Slack takes what was announced, once: here a picture."""
        if self.data or len(data) != self.length or not data.startswith(b"\x89PNG"):
            return False
        self.data = data
        return True

    def ready(self) -> bool:
        self.slow -= 1
        return self.complete and self.slow < 0


def upload_refusal(said: dict[str, Any]) -> str | None:
    """Slack's error for this wish to upload."""
    if not said.get("filename") or not isinstance(said.get("length"), int) or said["length"] <= 0:
        return "invalid_arguments"
    return "alt_txt_too_large" if len(said.get("alt_txt", "")) > 1_000 else None


def refusal(blocks: Any, most: int = 50, files: Mapping[str, File] | None = None) -> str | None:
    """Slack's error for these blocks, None where they pass. ``files`` are those of the workspace."""
    if isinstance(blocks, list) and any(_bad_image(block, files or {}) for block in blocks if isinstance(block, dict)):
        return "invalid_blocks"
    if not isinstance(blocks, list):
        return "invalid_blocks_format"
    if len(blocks) > most or any(_bad_block(block) for block in blocks):
        return "invalid_blocks"
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(names) != len(set(names)) or any(len(name) > 255 for name in names):
        return "invalid_blocks"
    return "msg_blocks_too_long" if most == 50 and sum(map(len, strings(blocks))) > 13_200 else None


def _bad_block(block: Any) -> bool:
    if not isinstance(block, dict) or block.get("type") not in KNOWN:
        return True
    checks = {
        "header": lambda: _bad_text(block.get("text"), 150, plain_only=True),
        "section": lambda: _bad_text(block.get("text"), 3_000),
        "context": lambda: not 1 <= len(block["elements"]) <= 10 or any(_bad_small_print(e) for e in block["elements"]),
        "actions": lambda: _bad_actions(block.get("elements")),
        "input": lambda: _bad_input(block),
        "rich_text": lambda: not block.get("elements") or any(_bad_rich(part) for part in block["elements"]),
        "markdown": lambda: not 1 <= len(block.get("text", "")) <= 12_000,
    }
    return checks.get(block["type"], lambda: False)()


def _bad_image(block: dict[str, Any], files: Mapping[str, File]) -> bool:
    """An image is a file that was uploaded and is ready; by address nothing is shown, which the adapter has no need of."""
    if block.get("type") != "image":
        return False
    file = files.get(block.get("slack_file", {}).get("id", ""))
    worded = 1 <= len(block.get("alt_text", "")) <= 2_000
    return file is None or "image_url" in block or not worded or not file.ready()


def _bad_text(text: Any, most: int, plain_only: bool = False) -> bool:
    if not isinstance(text, dict) or text.get("type") not in ({"plain_text"} if plain_only else {"plain_text", "mrkdwn"}):
        return True
    return not isinstance(text.get("text"), str) or not 1 <= len(text["text"]) <= most


def _bad_small_print(text: Any) -> bool:
    """Markup is there to name one person, and the adapter has no need of more."""
    return _bad_text(text, 3_000) or (text["type"] == "mrkdwn" and not re.fullmatch(r"[A-Za-z ]+<@[UW][A-Z0-9]+>", text["text"]))


def _bad_actions(elements: Any) -> bool:
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        return True
    names = [element.get("action_id") for element in elements]
    return len(names) != len(set(names)) or any(_bad_button(element) for element in elements)


def _bad_button(element: dict[str, Any]) -> bool:
    if element.get("type") != "button" or _bad_text(element.get("text"), 75, plain_only=True):
        return True
    value = element.get("value", "x")
    return not 1 <= len(value) <= 2_000 or len(element["action_id"]) > 255 or element.get("style", "primary") not in {"primary", "danger"}


def _bad_input(block: dict[str, Any]) -> bool:
    element = block.get("element", {})
    if _bad_text(block.get("label"), 2_000, plain_only=True) or len(element.get("action_id", "")) > 255:
        return True
    if "hint" in block and _bad_text(block["hint"], 2_000, plain_only=True):
        return True
    if element.get("type") == "plain_text_input":
        return len(element.get("initial_value", "")) > 3_000
    return element.get("type") not in {"static_select", "multi_static_select"} or _bad_menu(element)


def _bad_menu(element: dict[str, Any]) -> bool:
    """What stands chosen must be among the options, and be said in the way of its kind: one, or a list that is not empty."""
    options = element.get("options", [])
    bad = any(_bad_text(o["text"], 75, plain_only=True) or not 1 <= len(o["value"]) <= 150 for o in options)
    right, wrong = ("initial_options", "initial_option") if element["type"].startswith("multi") else ("initial_option", "initial_options")
    chosen = element.get(right, options[:1])
    listed = chosen if isinstance(chosen, list) else [chosen]
    return bad or not 1 <= len(options) <= 100 or wrong in element or not listed or any(each not in options for each in listed)


def _bad_rich(part: dict[str, Any]) -> bool:
    kind, inner = part.get("type"), part.get("elements")
    if not isinstance(inner, list) or not inner:
        return True
    if kind == "rich_text_list":
        return part.get("style") not in {"bullet", "ordered"} or any(_bad_rich(line) for line in inner)
    return kind not in {"rich_text_section", "rich_text_preformatted"} or any(_bad_run(run) for run in inner)


def _bad_run(run: dict[str, Any]) -> bool:
    if run.get("type") == "link":
        return not run.get("url", "").startswith(("http://", "https://")) or run.get("text") == "" or len(run["url"]) > 3_000
    # Users, channels and broadcasts are elements of their own here; the adapter has no reason to send one.
    return run.get("type") != "text" or not 1 <= len(run.get("text", "")) <= 3_000


def strings(blocks: Any) -> Iterator[str]:
    """Every text that stands in the blocks."""
    for node in _nodes(blocks):
        if isinstance(node.get("text"), str):
            yield node["text"]


def words(message: dict[str, Any]) -> str:
    """All that a person reads in a message, in order."""
    said = list(strings(message.get("blocks") or []))
    return "\n".join(said) if said else message.get("text", "") + message.get("streamed", "")


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that can be pressed."""
    return [node for node in _nodes(message.get("blocks") or []) if node.get("type") == "button"]


def inputs(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The input blocks."""
    return [block for block in message.get("blocks") or [] if block["type"] == "input"]


def filled(element: dict[str, Any], value: str | None) -> dict[str, Any]:
    """What Slack says of an input after somebody gave it this value; of several options those with commas between them.

    Whether it is an option is not asked: an older card may have had others.
    """
    kind, wanted = element["type"], [each for each in (value or "").split(",") if each]
    if kind == "multi_static_select":
        return {"type": kind, "selected_options": [{"value": each} for each in wanted]}
    if kind == "static_select":
        return {"type": kind, "selected_option": {"value": value} if value else None}
    return {"type": kind, "value": value}


def links(message: dict[str, Any]) -> Iterator[str]:
    """Every address that Slack would make clickable."""
    for node in _nodes(message.get("blocks") or []):
        if node.get("type") == "link":
            yield node["url"]
        if node.get("type") == "mrkdwn":
            yield from _mrkdwn_links(node["text"])
        if node.get("type") == "markdown":
            yield from _markdown_links(node["text"])
    yield from _markdown_links(message.get("streamed", ""))
    if not message.get("blocks"):
        yield from _mrkdwn_links(message.get("text", ""))


def pings(message: dict[str, Any]) -> list[str]:
    """Every mention that Slack would act on, in what it reads as markup: text, mrkdwn, markdown and streams."""
    marked = [node["text"] for node in _nodes(message.get("blocks") or []) if node.get("type") in {"mrkdwn", "markdown"}]
    found = [mark for text in [*marked, message.get("text") or "", message.get("streamed", "")] for mark in _MARKED.findall(text)]
    return [mark for mark in found if mark[0] in "@!#"]


def shown(message: dict[str, Any]) -> Shown:
    """A message as the harness reads it."""
    return Shown(
        message_id=f"{message['channel']}/{message['ts']}" + ("/hidden" if message.get("only_for") else ""),
        channel=message["channel"],
        thread=message.get("thread_ts", ""),
        text=words(message),
        buttons=tuple(button["text"]["text"] for button in buttons(message)),
        links=tuple(dict.fromkeys(links(message))),
        only_for=message.get("only_for"),
    )


def metadata_refusal(metadata: Any) -> str | None:
    """Slack's error for this metadata."""
    if metadata is None:
        return None
    fits = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    if not fits:
        return "invalid_metadata_format"
    return "metadata_too_large" if len(json.dumps(metadata)) > 8_000 else None


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for inner in tree.values():
            yield from _nodes(inner)
    elif isinstance(tree, list):
        for inner in tree:
            yield from _nodes(inner)


def _mrkdwn_links(text: str) -> Iterator[str]:
    yield from (mark for mark in _MARKED.findall(text) if mark.startswith("http"))
    yield from _BARE.findall(_MARKED.sub("", text))


def _markdown_links(text: str) -> Iterator[str]:
    yield from _MARKDOWN_LINK.findall(text)
    yield from _BARE.findall(_MARKDOWN_LINK.sub("", text))
