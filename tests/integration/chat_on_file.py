"""A chat platform that is a file: what was shown survives the process that sent it."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bot.messages import Conversation, IncomingMessage, Sender
from bot.ports import Delivered, NotFound, Sent, Unknown, Unsupported
from bot.replies import Reply

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def conversation(thread: str = "t1", platform: str = "slack") -> Conversation:
    return Conversation(platform=platform, tenant="T", channel="C1", thread=thread, kind="channel", address=f"addr:{thread}")


def message(event: str = "e1", thread: str = "t1", text: str = "How do we launch a pilot?") -> IncomingMessage:
    return IncomingMessage(event, conversation(thread), Sender("U0SOMEBODY"), START, text)


class ChatOnFile:
    """A ``Messenger`` that appends a line for each message; ``findable`` is whether it can be asked for a key."""

    def __init__(self, path: Path, *, findable: bool) -> None:
        self._path = path
        self._findable = findable

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered:
        self._append({"key": key, "text": reply.text, "thread": conversation.thread})
        return Sent(f"id:{key}")

    async def find(self, conversation: Conversation, key: str) -> Sent | NotFound | Unknown | Unsupported:
        if not self._findable:
            return Unsupported("a file that cannot be searched")
        return Sent(f"id:{key}") if key in {line["key"] for line in self.lines()} else NotFound()

    async def replace(self, message_id: str, reply: Reply) -> Delivered | Unsupported:
        return Unsupported("what is written stays written")

    async def withdraw(self, message_id: str) -> Delivered | Unsupported:
        return Unsupported("what is written stays written")

    async def draft(self, conversation: Conversation, key: str, text: str) -> None:
        return None

    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self._path.read_text().splitlines()] if self._path.exists() else []

    def shown(self) -> Counter[str]:
        """How often each text stands there."""
        return Counter(line["text"] for line in self.lines())

    def _append(self, line: dict[str, str]) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, (json.dumps(line) + "\n").encode())
        os.close(handle)
