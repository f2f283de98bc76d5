"""Every number of the web chat in one place, with where it comes from."""

from __future__ import annotations

from datetime import timedelta

BODY_BYTES = 64 * 1024
"""Largest request body. Ours: a question of 40,000 characters fits, a file does not."""

ID_LENGTH = 64
"""Longest id that a page may give to what it sends. Ours: a UUID has 36."""

COOKIE_AGE = timedelta(days=180)
"""How long a browser is remembered after its last visit. Ours: a pilot's length; browsers cap cookies at 400 days
(RFC 6265bis, 5.5)."""

BUSY_SECONDS = 0.3
"""How often the store is asked for news while an answer is awaited. Ours: below what a person notices."""

IDLE_SECONDS = 2.0
"""How often it is asked otherwise: only what another process wrote unasked waits this long. Ours."""

HEARTBEAT = timedelta(seconds=15)
"""A comment on a quiet event stream. The HTML standard (9.2.7) advises one "every 15 seconds or so"."""

STREAM_AGE = timedelta(minutes=15)
"""After this an event stream ends and the page opens the next one, so that no connection lives for ever. Ours."""

RECONNECT_MS = 2000
"""What a page waits before it opens a lost event stream again. Ours."""

OVERLAP = timedelta(seconds=10)
"""How far back each look into the store reaches again: clocks of replicas differ, commits come late. Ours."""

PATIENCE = timedelta(seconds=120)
"""How long a question counts as being answered. Ours: the longest time-out of an optional model, with room."""
