"""Knowledge as the rest of the program uses it: prepared once, asked many times, soft when something is missing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

import numpy as np

from knowledge.answerer import Answerer
from knowledge.answers import Answer, Outcome, Part
from knowledge.aspects import Aspect
from knowledge.errors import KnowledgeError
from knowledge.extractive import Composer, numbered, whole
from knowledge.frames import say
from knowledge.gate import Desk, gate_data
from knowledge.index import IndexFolder, Report, fingerprint
from knowledge.language import tongue_of
from knowledge.lexical import LexicalIndex
from knowledge.library import Library
from knowledge.practice import Practice
from knowledge.reading import Reader
from knowledge.retriever import Retriever
from knowledge.snapshot import Snapshot
from knowledge.splitter import as_document
from knowledge.translation import into_english
from knowledge.unreadable import unreadable

log = logging.getLogger(__name__)
Draft = Callable[[str], Awaitable[None]]
WAIT_FOR_BUILDER = 120.0


class Writes(Protocol):
    """A language model that words an answer from its passages, or None to keep the answer as it is."""

    async def write(self, question: str, before: Sequence[str], answer: Answer, draft: Draft) -> Answer | None: ...


class Knowledge:
    """One library, made answerable. ``prepare`` first; until then, or where it fails, answers are by words alone."""

    def __init__(
        self,
        library: Library,
        folder: IndexFolder,
        reader: Reader,
        *,
        desks: dict[str, Desk] | None = None,
        today: Callable[[], date] = date.today,
        writer: Writes | None = None,
    ) -> None:
        self.library = library
        self.folder = folder
        self.reader = reader
        self.retriever: Retriever | None = None
        self._gate = gate_data()
        self._desks = self._gate.desks if desks is None else desks
        self._today = today
        self.writer = writer
        self._answerer: Answerer | None = None
        self._words: LexicalIndex | None = None

    def load_reader(self) -> None:
        """Load what reading a message takes, so that the first one does not wait for it; blocking, never raises."""
        try:
            self.reader.load()
        except Exception as error:  # whatever a model or a disk does is said when a message is read
            log.info("the reader is not loaded yet (%s)", _named(error))

    def prepare(self, report: Report | None = None, *, wait: float = WAIT_FOR_BUILDER) -> bool:
        """Load the snapshot, or build it under the lock file; False if answers will be by words alone."""
        try:
            snapshot = self._current() or self._build(report, wait)
            if snapshot:
                self._use(snapshot)
        except KnowledgeError as error:
            log.warning("answering by words alone: %s", error)
            return False
        except Exception as error:  # whatever a model, a disk or a provider does, words are left
            log.warning("answering by words alone: the index cannot be made (%s)", _named(error))
            return False
        return snapshot is not None

    def replace(self, library: Library, report: Report | None = None) -> bool:
        """Answer from another library from now on; blocking. The old one stays in force where that fails."""
        if library.content_hash == self.library.content_hash:
            return True
        before, self.library = self.library, library
        if self.prepare(report):
            self._words = None
            return True
        self.library = before
        return False

    async def answer(self, question: str, before: Sequence[str], draft: Draft) -> Answer:
        """The answer, worded by the model where one is set and keeps to the passages."""
        answer = await asyncio.to_thread(self.look_up, question, before)
        if self.writer is None or answer.outcome is not Outcome.ANSWERED or not answer.parts:
            return answer
        return await self.writer.write(question, before, answer, draft) or answer

    def look_up(self, question: str, before: Sequence[str] = ()) -> Answer:
        """The answer composed from the library; blocking, some milliseconds."""
        if self._answerer is None:
            return self._by_words(question, before)
        try:
            return self._answerer.answer(question, before)
        except KnowledgeError as error:  # the embedding model is gone or away
            log.warning("answering by words alone: %s", error)
        except Exception as error:  # a fault of ours or a library's, but the person gets an answer
            log.error("answering by words alone (%s)", _named(error), exc_info=_without_words(error))
        return self._by_words(question, before)

    async def everything(self, practice_id: str, tongue: str = "en") -> tuple[Part, Answer] | None:
        """The whole practice as one part, with its citations."""
        practice = self.library.practices.get(practice_id)
        if practice is None:
            return None
        part, citations = whole(practice, self._today(), tongue)
        lang = tongue[:2]
        return part, Answer(
            Outcome.ANSWERED, parts=(part,), citations=citations, confidence=1.0, lang=lang, tongue=tongue
        )

    def practice(self, practice_id: str) -> Practice | None:
        return self.library.practices.get(practice_id)

    def nearest(self, text: str) -> tuple[str, float] | None:
        """The practice that a text is nearest to and their cosine; None below the library's threshold."""
        if self.retriever is None or not text.strip():
            return None
        hit = self.retriever.search(self.retriever.understand(text), 1)[0]
        return (hit.practice, hit.cosine) if hit.cosine >= self.retriever.snapshot.threshold else None

    def trial(self, library: Library) -> Callable[[str], list[str]]:
        """Names the best practices of another library for a question, without answering from it; blocking."""
        made = self.folder.made(library, self.reader, keep=False)
        return Retriever(made, self.reader).best_without_typed

    def _current(self) -> Snapshot | None:
        snapshot = self.folder.load()
        wanted = fingerprint(self.library, self.reader.name)
        return snapshot if snapshot and snapshot.content_hash == wanted else None

    def _build(self, report: Report | None, wait: float) -> Snapshot | None:
        self.reader.load()  # a library that was read before needs no reader to be built, but questions do
        until = time.monotonic() + wait
        while True:
            with self.folder.building() as mine:
                if mine:
                    return self._current() or self.folder.build(self.library, self.reader, report)
            if time.monotonic() > until:
                log.warning("another process has been building the index for too long")
                return None
            time.sleep(0.5)
            if snapshot := self._current():
                return snapshot

    def _use(self, snapshot: Snapshot) -> None:
        self.retriever = Retriever(snapshot, self.reader)
        self._answerer = Answerer(self.library, self.retriever, self._gate, self._desks, self._today)

    def _by_words(self, question: str, before: Sequence[str] = ()) -> Answer:
        """Without an index: the practice that shares most words with the question, said as such."""
        tongue = tongue_of(question, before)
        if failed := unreadable(question.strip(), tongue):
            return failed
        practices = list(self.library.practices.values())
        if self._words is None and practices:
            self._words = LexicalIndex.of([as_document(practice) for practice in practices])
        scores = self._words.scores(into_english(question, tongue[:2])) if self._words else np.zeros(1)
        if scores.max() <= 0:
            sentence = "My index is not ready, and by words alone I find nothing on that. Try again in a minute."
            found = Answer(Outcome.DECLINED, say(tongue, sentence))
        else:
            composer = Composer(self._today(), tongue)
            part = composer.part(practices[int(scores.argmax())], Aspect.HOW)
            citations = composer.citations()
            message = say(tongue, "My index is not ready; going by words alone, this is the nearest:")
            found = Answer(Outcome.ANSWERED, message, numbered([part], citations), citations, confidence=0.2)
        return replace(found, lang=tongue[:2], tongue=tongue, offer_expert=True)


def _named(error: BaseException) -> str:
    """What went wrong without anybody's words: of a failing disk its reason, else the kind of error."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else type(error).__name__


def _without_words(error: BaseException) -> BaseException:
    """The same trace under a message of its own, as the original's may quote the question."""
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
