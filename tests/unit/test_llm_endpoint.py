"""Settings for a model: what is meant, where it stands, and one clear sentence where it cannot work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.embedder import MiniLM
from knowledge.llm import Endpoint, ModelSettingInvalid, Writer, load_embedder


@pytest.mark.parametrize(
    ("spec", "base_url", "where", "external"),
    [
        ("openai:gpt-x", None, "OpenAI (api.openai.com)", True),
        ("anthropic:claude-x", None, "Anthropic (api.anthropic.com)", True),
        ("ollama:llama3:8b", None, "Ollama (127.0.0.1)", False),
        ("OpenAI: gpt-x", "http://localhost:8000/v1", "OpenAI (localhost)", False),
        ("openai:m", "http://[::1]:8000/v1", "OpenAI (::1)", False),
        ("openai:m", "http://127.0.0.1.evil.example/v1", "OpenAI (127.0.0.1.evil.example)", True),
        ("ollama:m", "https://name:secret@models.example.org:443", "Ollama (models.example.org)", True),
        ("ollama:m", "http://10.0.0.7:11434", "Ollama (10.0.0.7)", True),
    ],
)
def test_where_questions_go(spec: str, base_url: str | None, where: str, external: bool) -> None:
    writer = Writer(spec, api_key="k", base_url=base_url)
    assert (writer.where, writer.is_external) == (where, external)


def test_the_model_may_have_colons() -> None:
    assert Endpoint.of("ollama:llama3:8b", api_key=None, base_url=None).model == "llama3:8b"


@pytest.mark.parametrize("spec", ["", "gpt-x", "openai:", ":gpt-x", "carrier-pigeon:x"])
def test_an_unknown_provider_is_refused(spec: str) -> None:
    """The sentence says which setting, what it is, and what to write."""
    with pytest.raises(ModelSettingInvalid, match=r"^MIDWAY_LLM is “.*openai:….*anthropic:….*ollama:….*\.$"):
        Writer(spec, api_key="k", base_url=None)


@pytest.mark.parametrize("spec", ["openai:gpt-x", "anthropic:claude-x"])
def test_a_missing_key_is_refused(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of other programs in the environment are not ours to use."""
    monkeypatch.setenv("OPENAI_API_KEY", "somebody-else's")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "somebody-else's")
    with pytest.raises(ModelSettingInvalid, match="there is no key: set MIDWAY_LLM_API_KEY"):
        Writer(spec, api_key=None, base_url=None)


def test_a_server_of_ones_own_needs_no_key() -> None:
    assert not Writer("openai:m", api_key=None, base_url="http://127.0.0.1:9/v1").is_external


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "file:///etc/passwd", "http://", "ftp://x"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ModelSettingInvalid, match="MIDWAY_LLM_BASE_URL must be an address"):
        Writer("openai:m", api_key="k", base_url=address)


def test_minilm_is_the_default_embedder(tmp_path: Path) -> None:
    assert isinstance(load_embedder("MiniLM", tmp_path, None, None), MiniLM)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("openai:e", "no key"),
        ("cohere:e", r"install its LangChain package \(langchain-cohere\)"),
        ("anthropic:e", "LangChain cannot make embeddings"),
        ("carrier-pigeon:e", "LangChain cannot make embeddings"),
        ("mini", "MIDWAY_EMBEDDINGS is “mini”"),
    ],
)
def test_embeddings_that_cannot_be_are_refused(spec: str, why: str, tmp_path: Path) -> None:
    key = None if spec.startswith("openai") else "k"
    with pytest.raises(ModelSettingInvalid, match=why):
        load_embedder(spec, tmp_path, key, None)


def test_nothing_of_langchain_is_loaded_before_it_is_needed() -> None:
    """Making a writer and the default embedder costs no SDK."""
    code = (
        "import sys, pathlib\nfrom knowledge.llm import Writer, load_embedder\n"
        "Writer('openai:m', api_key='k', base_url=None)\nload_embedder('minilm', pathlib.Path('.'), None, None)\n"
        "print([name for name in sys.modules if name.startswith(('langchain', 'langsmith', 'openai', 'anthropic', 'ollama'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
