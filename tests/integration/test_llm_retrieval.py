"""LangChain as the seam: embeddings of any provider in, the library as a LangChain retriever out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import pytest_asyncio
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.runnables import RunnableLambda

from knowledge.embedder import MiniLM
from knowledge.index import IndexFolder
from knowledge.llm import load_embedder, load_reader
from knowledge.llm.embeddings import EmbeddingsUnreachable, ProviderEmbedder, ProviderReader
from knowledge.llm.retriever import PracticeRetriever
from knowledge.reading import Said
from knowledge.retriever import Retriever
from knowledge.service import Knowledge
from tests.fakes.openai_server import KEY, MODEL, FakeModels, fake_models
from tests.fakes.reader import FakeReader
from tests.knowledge_fixtures import MakeKnowledge, few_practices, make_knowledge, real_models, small_gate, small_index

__all__ = ["make_knowledge", "real_models", "small_index"]
QUESTION = "How do we write a charter for a pilot?"


@pytest_asyncio.fixture
async def models() -> AsyncIterator[FakeModels]:
    async with fake_models() as fake:
        assert urlsplit(fake.url).hostname == "127.0.0.1"
        yield fake
        assert (fake.complaints, fake.strays) == ([], [])


@pytest.fixture(params=["openai", "ollama"])
def embedder(request: pytest.FixtureRequest, models: FakeModels, tmp_path: Path) -> ProviderEmbedder:
    base_url = models.v1 if request.param == "openai" else models.url
    made = load_embedder(f"{request.param}:{MODEL}", tmp_path, KEY, base_url)
    assert isinstance(made, ProviderEmbedder)
    return made


async def test_vectors_come_from_the_provider(models: FakeModels, embedder: ProviderEmbedder) -> None:
    texts = ["one project", "two projects", "a sponsor"]
    vectors = await asyncio.to_thread(embedder.embed_documents, texts)
    assert np.allclose(vectors, FakeReader().embed_documents(texts), atol=1e-6)
    assert [body["input"] for body in models.requests] == [texts]


async def test_questions_are_masked_before_they_go(models: FakeModels, embedder: ProviderEmbedder) -> None:
    await asyncio.to_thread(embedder.embed_query, "ask jo.doe@corp.example or +44 20 7946 0958")
    assert models.requests[-1]["input"] == ["ask (e-mail address) or (phone number)"]


async def test_the_name_tells_vector_spaces_apart(embedder: ProviderEmbedder) -> None:
    assert embedder.name in {f"openai:{MODEL}", f"ollama:{MODEL}"}
    assert not embedder.is_external
    assert "(127.0.0.1)" in embedder.where


async def test_the_library_is_indexed_with_a_providers_vectors(
    embedder: ProviderEmbedder, tmp_path: Path, real_models: Path
) -> None:
    """From the build to an answer; nothing else had to change."""
    knowledge = Knowledge(few_practices(), IndexFolder(tmp_path / "index"), ProviderReader(embedder, MiniLM(real_models)))
    with small_gate():
        assert await asyncio.to_thread(knowledge.prepare)
        answer = await asyncio.to_thread(knowledge.look_up, QUESTION)
    assert answer.parts[0].practice == "pilot-charter"


async def test_a_provider_that_is_away_means_answers_by_words(
    unused_tcp_port: int, tmp_path: Path, real_models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    setting, address = f"ollama:{MODEL}", f"http://127.0.0.1:{unused_tcp_port}"
    lost = load_embedder(setting, real_models, None, address)
    with pytest.raises(EmbeddingsUnreachable, match=r"^Ollama \(127\.0\.0\.1\) gave no vectors"):
        await asyncio.to_thread(lost.embed_query, "x")
    knowledge = Knowledge(few_practices(), IndexFolder(tmp_path / "index"), load_reader(setting, real_models, None, address))
    with small_gate():
        assert not await asyncio.to_thread(knowledge.prepare)
    assert "answering by words alone: Ollama" in caplog.text


async def test_a_model_that_embeds_nothing_is_named(models: FakeModels, tmp_path: Path) -> None:
    models.vectorless = True
    wrong = load_embedder(f"openai:{MODEL}", tmp_path, KEY, models.v1)
    with pytest.raises(EmbeddingsUnreachable, match="OpenAI"):
        await asyncio.to_thread(wrong.embed_documents, ["x"])


async def test_a_wrong_key_is_named_without_the_key(tmp_path: Path) -> None:
    async with fake_models() as fake:
        wrong = load_embedder(f"openai:{MODEL}", tmp_path, "not-the-key", fake.v1)
        with pytest.raises(EmbeddingsUnreachable, match="is the key right") as refused:
            await asyncio.to_thread(wrong.embed_query, "x")
    assert "not-the-key" not in str(refused.value)


async def test_a_providers_vectors_go_with_what_the_message_wants(
    models: FakeModels, embedder: ProviderEmbedder, real_models: Path
) -> None:
    """The vectors are the provider's, who is asked when one is needed; what is wanted is told on this machine."""
    own = MiniLM(real_models)
    reader = ProviderReader(embedder, own)
    first, second = "How do we write a charter?", "Ask jo.doe@corp.example who signs it."
    reading, alone = await asyncio.to_thread(reader.read, Said(second)), own.read(Said(second))
    assert not models.requests
    assert reading.kinds == alone.kinds
    np.testing.assert_array_equal(reading.intent, alone.intent)
    vector = await asyncio.to_thread(lambda: reading.vector)
    masked = second.replace("jo.doe@corp.example", "(e-mail address)")
    assert [asked["input"] for asked in models.requests] == [[masked]]
    assert np.allclose(vector, FakeReader().embed_query(masked), atol=1e-6)
    np.testing.assert_array_equal(reader.pieces([first, second]), own.pieces([first, second]))
    np.testing.assert_array_equal(reader.intents([Said(first)]), own.intents([Said(first)]))
    vectors, wants = await asyncio.to_thread(reader.passages, [first])
    assert np.allclose(vectors[0], FakeReader().embed_query(first), atol=1e-6)
    np.testing.assert_array_equal(wants, own.intents([Said(first)]))
    assert embedder.name in reader.name
    assert own.name in reader.name
    assert reader.intents_name == own.name, "what is shipped was learnt there, so that no message is learnt from anew"


def test_minilm_is_one_of_langchains_embeddings(tmp_path: Path) -> None:
    """Where LangChain is loaded, it takes the default embedder as its own."""
    made = load_embedder("minilm", tmp_path, None, None)
    assert isinstance(made, MiniLM)
    assert isinstance(made, Embeddings)


@pytest.fixture
def retriever(make_knowledge: MakeKnowledge) -> PracticeRetriever:
    knowledge = make_knowledge()
    assert knowledge.prepare()

    def present() -> Retriever:
        assert knowledge.retriever
        return knowledge.retriever

    return PracticeRetriever(retriever=present, library=knowledge.library, k=2)


def test_practices_as_langchain_documents(retriever: PracticeRetriever) -> None:
    """Content is the passage found, metadata says which practice and how well it fits; best first."""
    found = retriever.invoke(QUESTION)
    assert len(found) == 2
    assert found[0].id == "pilot-charter"
    for document in found:
        assert document.page_content
        assert set(document.metadata) == {"id", "title", "score", "cosine"}
        assert document.metadata["title"] == few_practices().practices[document.metadata["id"]].title
    assert found[0].metadata["score"] >= found[1].metadata["score"]


async def test_the_retriever_is_a_link_of_a_chain(retriever: PracticeRetriever) -> None:
    found = await (retriever | RunnableLambda(_titles)).ainvoke(QUESTION)
    assert found == _titles(retriever.invoke(QUESTION))


def _titles(documents: list[Document]) -> list[str]:
    return [document.metadata["title"] for document in documents]
