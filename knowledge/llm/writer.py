"""Words an answer with a language model from the passages it rests on, or leaves it as it is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from knowledge.answers import Answer, Outcome, Part
from knowledge.llm import prompt, verify
from knowledge.llm.endpoint import Endpoint
from knowledge.llm.masking import masked
from knowledge.llm.model import Chat, Unusable
from knowledge.llm.reading import marks, plain, read_part, rewritten
from knowledge.llm.rest import Rest
from knowledge.translation import into_english

log = logging.getLogger(__name__)
Draft = Callable[[str], Awaitable[None]]
LEAST, MOST = 80, 250
"""How many words the model is asked for, all parts together."""


class Writer:
    """``spec`` is ``openai:…``, ``anthropic:…`` or ``ollama:…``; without ``base_url`` the provider's own address.

    ``timeout`` is in seconds, for the whole of one answer. Raises ModelSettingInvalid for an unknown provider or a
    missing key; makes the model at the first answer, or in ``load``.
    """

    def __init__(
        self, spec: str, *, api_key: str | None, base_url: str | None, timeout: float = 20, rest: Rest | None = None
    ) -> None:
        self._endpoint = Endpoint.of(spec, api_key=api_key, base_url=base_url)
        self._rest = rest or Rest()
        self._chat = Chat(self._endpoint, timeout)
        self._timeout = timeout

    @property
    def is_external(self) -> bool:
        """Whether questions leave this machine."""
        return self._endpoint.is_external

    @property
    def where(self) -> str:
        """Provider and host, for the notice that questions go there."""
        return self._endpoint.where

    def load(self) -> None:
        """Import and make the model now: some seconds of CPU that the first question then does not wait for."""
        self._chat.load()

    async def write(self, question: str, before: Sequence[str], answer: Answer, draft: Draft) -> Answer | None:
        """The answer in the model's words, citing nothing but the answer's own sources; None to use it as it is.

        ``draft`` is called with the text so far, what is said before the answer first: whole words only, never with an
        address, markup or a mark not given.
        Whether it is grounded is known at the end only: what was drafted may be replaced by the composed answer.
        """
        if answer.outcome is not Outcome.ANSWERED or not answer.parts or self._rest.is_on:
            return None
        try:
            await asyncio.to_thread(self.load)
            async with asyncio.timeout(self._timeout):
                written = await self._written(masked(question), [masked(turn) for turn in before], answer, draft)
            self._rest.worked()
            return written
        except Unusable as reason:
            self._rest.worked()  # it answers; another question may get a better one
            log.warning("the composed answer is used, as the model's cannot be: %s", reason)
        except Exception as error:  # each SDK raises types of its own; none of them may cost the person the answer
            log.warning("the composed answer is used, as the model failed: %s", type(error).__name__)
            self._rest.failed()
        return None

    async def _written(self, question: str, before: Sequence[str], answer: Answer, draft: Draft) -> Answer:
        parts: list[Part] = []
        texts = [answer.message] if answer.message else []
        if answer.message:
            await draft(answer.message)
        for part in answer.parts:
            text = await self._text(question, before, answer, part, _Drafting(draft, texts))
            parts.append(read_part(text, part))
            texts.append(text)
        return rewritten(answer, parts)

    async def _text(self, question: str, before: Sequence[str], answer: Answer, part: Part, drafting: _Drafting) -> str:
        """Written in English, where it can be checked against the passages, then put into the question's language."""
        values = {"least": LEAST // len(answer.parts), "most": MOST // len(answer.parts)}
        found = _passages(answer, part)
        asked = into_english(question, answer.lang)  # so that words of the question count as such
        grounds = verify.Grounds(tuple(found), asked, prompt.WRITE)
        foreign = answer.lang in prompt.LANGUAGES and answer.lang != "en"

        async def watch(text: str) -> None:
            grounds.so_far(_whole_words(text))
            if not foreign:
                await drafting.show(_whole_words(text))

        data = prompt.question_data(part, found, question, before)
        text = grounds.fitting(plain(await self._chat.say(prompt.WRITE, values, data, watch)))
        grounds.whole(text)
        return await self._translated(text, answer.lang, drafting) if foreign else text

    async def _translated(self, text: str, lang: str, drafting: _Drafting) -> str:
        async def watch(so_far: str) -> None:
            verify.inert(_whole_words(so_far))
            await drafting.show(_whole_words(so_far))

        values = {"language": prompt.LANGUAGES[lang], "polite": prompt.POLITE[lang]}
        translated = plain(await self._chat.say(prompt.TRANSLATE, values, prompt.text_data(text), watch))
        verify.faithful(translated, text, lang, prompt.TRANSLATE)
        return translated


class _Drafting:
    """Shows a part's text below the finished parts, each state once."""

    def __init__(self, draft: Draft, finished: Sequence[str]) -> None:
        self._draft = draft
        self._above = [*finished]
        self._shown = ""

    async def show(self, text: str) -> None:
        text = plain(text)
        if text and text != self._shown:
            self._shown = text
            await self._draft("\n\n".join((*self._above, text)))


def _whole_words(text: str) -> str:
    """Up to the last space: half a mark or half an address must be neither judged nor shown."""
    return text[: max(text.rfind(" "), text.rfind("\n")) + 1]


def _passages(answer: Answer, part: Part) -> list[str]:
    """The part's passages; where none has a mark, the first one gets the first source of the practice."""
    found = prompt.passages(part)
    if not any(map(marks, found)):
        owners = [citation.id for citation in answer.citations for _ in citation.sources]
        found[0] = f"{found[0]} [{owners.index(part.practice) + 1}]"
    return found
