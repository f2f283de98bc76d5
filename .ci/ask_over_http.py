"""Asks a running Midway one question over HTTP as the page does, and checks that a cited answer comes back."""

from __future__ import annotations

import re
import sys
import time
import uuid

import httpx

PATIENCE_SECONDS = 240
# Which source it is may change with the practice's wording; that one is named and can be opened may not.
A_CITED_ANSWER = re.compile(r'<details class="sources">.*?<li [^>]*>\s*<a href="https://', re.DOTALL)


def main(address: str, question: str) -> int:
    """0 if an answer with a source came back."""
    with httpx.Client(base_url=address, timeout=10) as client:
        page = _started(client)
        csrf, conversation = (re.search(rf'data-{name}="([^"]+)"', page) for name in ("csrf", "conversation"))
        assert csrf and conversation, "the page carries no token"
        body = {"id": uuid.uuid4().hex, "conversation": conversation[1], "text": question}
        posted = client.post("/chat/messages", json=body, headers={"X-CSRF-Token": csrf[1], "Origin": address})
        assert posted.status_code == 202, (posted.status_code, posted.text[:200])
        return _answered(client)


def _started(client: httpx.Client) -> str:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return client.get("/").raise_for_status().text
        except httpx.HTTPError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _answered(client: httpx.Client) -> int:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if A_CITED_ANSWER.search(client.get("/").text):
            print("a cited answer came back")
            return 0
        time.sleep(0.3)
    print("no answer came back")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
