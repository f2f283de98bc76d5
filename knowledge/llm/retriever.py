"""The library as a LangChain retriever, for those who build on LangChain. Importing this module loads LangChain."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from knowledge.library import Library
from knowledge.llm.embeddings import register_minilm
from knowledge.retriever import Hit, Retriever

register_minilm()


class PracticeRetriever(BaseRetriever):
    """Finds the ``k`` best practices for a question, best first.

    Each document holds the practice's best passage as its content and ``id``, ``title``, ``score`` (comparable within
    one search) and ``cosine`` as metadata. ``retriever`` is called at every search, as a rebuilt index brings another.
    """

    retriever: Callable[[], Retriever]
    library: Library
    k: int = 5

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        retriever = self.retriever()
        return [self._document(hit) for hit in retriever.search(retriever.understand(query), self.k)]

    def _document(self, hit: Hit) -> Document:
        practice = self.library.practices[hit.practice]
        metadata = {"id": practice.id, "title": practice.title, "score": hit.score, "cosine": hit.cosine}
        return Document(page_content=hit.passage or practice.sections.summary, id=practice.id, metadata=metadata)
