"""A chat model behind LangChain: made at first use, streamed, without tools, and seen by nobody else."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from knowledge.llm.endpoint import Endpoint

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

MOST_TOKENS = 4_000
"""An answer has some 400; models that think first spend more."""
MOST_LETTERS = 40_000
_FINISHED = frozenset({"stop", "end_turn", "stop_sequence", "completed"})
_FINISH_KEYS = ("finish_reason", "stop_reason", "done_reason", "status")
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)

Watch = Callable[[str], Awaitable[None]]
"""Called with the text so far; what it raises ends the stream."""


class Unusable(Exception):
    """What the model wrote cannot be used. The message is a reason without any of the words."""


class Chat:
    """One model at one endpoint. ``timeout`` is in seconds, for each wait on the connection."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        self._model: BaseChatModel | None = None

    def load(self) -> BaseChatModel:
        """The model; the first call imports LangChain, which takes some seconds of CPU."""
        if self._model is None:
            from langchain.chat_models import init_chat_model

            _quiet()
            place = self._endpoint
            self._model = init_chat_model(place.model, model_provider=place.provider, **_options(place, self._timeout))
        return self._model

    async def say(self, instructions: str, values: Mapping[str, Any], data: str, watch: Watch) -> str:
        """The whole reply to ``instructions``, a template for ``values``, and ``data``.

        Raises Unusable, what ``watch`` raises, and what the SDKs do.
        """
        from langchain_core.prompts import ChatPromptTemplate
        from langsmith import tracing_context

        chain = ChatPromptTemplate([("system", instructions), ("human", "{data}")]) | self.load()
        written, finish = "", ""
        # A tracing variable in the environment would send questions to a third party.
        with tracing_context(enabled=False):
            async with aclosing(chain.astream({**values, "data": data})) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    written += str(piece.text)
                    if len(written) > MOST_LETTERS:
                        raise Unusable("too long")
                    finish = _finish(piece) or finish
                    await watch(_spoken(written))
        if finish not in _FINISHED:
            raise Unusable("not finished")
        return _spoken(written)


def _options(place: Endpoint, timeout: float) -> dict[str, Any]:
    """How each SDK names what is meant. No retries: the extractive answer is there already."""
    if place.provider == "ollama":
        client = {"timeout": timeout, "headers": {"Authorization": f"Bearer {place.key}"}}
        return {"base_url": place.address, "num_predict": MOST_TOKENS, "client_kwargs": client}
    limits = {"timeout": timeout, "max_retries": 0, "max_tokens": MOST_TOKENS}
    return {"base_url": place.address, "api_key": place.key, **limits}


def _quiet() -> None:
    """The SDKs log whole requests at DEBUG; people's words do not belong in a log."""
    for name in ("openai", "anthropic", "httpcore", "httpcore2", "langchain", "langchain_core", "langsmith"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _finish(piece: BaseMessage) -> str:
    """Why the model stopped, in whichever words its provider has for it; empty while it goes on."""
    given = (piece.response_metadata.get(key) for key in _FINISH_KEYS)
    return str(next(filter(None, given), "")).lower()


def _spoken(text: str) -> str:
    """Without what some models think aloud first."""
    return (_THOUGHTS.sub("", text) if "<think>" in text else text).lstrip()
