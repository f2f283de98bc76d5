"""The words of ``bot/views.py`` in the asker's language: ``bot/phrases``, English as the fallback."""

from __future__ import annotations

from importlib.resources import files

from knowledge.frames import Frames

PHRASES = Frames(files("bot") / "phrases")
say = PHRASES.say
