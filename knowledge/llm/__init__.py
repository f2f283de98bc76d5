"""The optional language model and other embeddings, through LangChain: the one home of LangChain in the project.

Importing this package loads no LangChain; making a ``PracticeRetriever`` (``knowledge.llm.retriever``), the first
answer of a ``Writer`` and any embedder but MiniLM do.
"""

from knowledge.llm.embeddings import load_embedder, load_reader
from knowledge.llm.endpoint import Endpoint, ModelSettingInvalid
from knowledge.llm.writer import Writer

__all__ = ["Endpoint", "ModelSettingInvalid", "Writer", "load_embedder", "load_reader"]
