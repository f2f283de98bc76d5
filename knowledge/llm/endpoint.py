"""Where a model stands and how it is reached, from the settings alone."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from knowledge.errors import KnowledgeError


class ModelSettingInvalid(KnowledgeError):
    """A setting for a model names nothing that can be used; the message says which and what to write."""


@dataclass(frozen=True, slots=True)
class Provider:
    """``address`` is where the provider answers when no other address is set."""

    name: str
    address: str
    needs_key: bool


# Addresses as published: developers.openai.com/api/reference, docs.anthropic.com/en/api, docs.ollama.com/api.
# They are always passed on, so that no variable of an SDK can send questions elsewhere than ``where`` says.
PROVIDERS = {
    "openai": Provider("OpenAI", "https://api.openai.com/v1", needs_key=True),
    "anthropic": Provider("Anthropic", "https://api.anthropic.com", needs_key=True),
    "ollama": Provider("Ollama", "http://127.0.0.1:11434", needs_key=False),
}
NO_KEY = "none"
"""Sent to servers of one's own: the SDKs insist on some key, and must not pick one up elsewhere."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model at an address. Made by ``of``, which refuses what cannot work."""

    provider: str
    model: str
    address: str
    key: str

    @classmethod
    def of(
        cls,
        spec: str,
        *,
        api_key: str | None,
        base_url: str | None,
        setting: str = "MIDWAY_LLM",
        others: bool = False,
    ) -> Endpoint:
        """``spec`` is ``provider:model``; ``others`` allows providers that are not in the table.

        Raises ModelSettingInvalid.
        """
        name, _, model = (word.strip() for word in spec.partition(":"))
        provider = PROVIDERS.get(name.lower()) or (Provider(name, "", needs_key=False) if others and name else None)
        if provider is None or not model:
            raise _unknown(setting, spec)
        address = base_url or provider.address
        endpoint = cls(name.lower(), model, _checked(address) if address else "", api_key or NO_KEY)
        if provider.needs_key and not api_key and endpoint.is_external:
            raise ModelSettingInvalid(f"{setting} is “{spec}” but there is no key: set MIDWAY_LLM_API_KEY.")
        return endpoint

    @property
    def package(self) -> str:
        """LangChain's package for the provider."""
        return f"langchain-{self.provider.replace('_', '-')}"

    def is_installed(self) -> bool:
        """Whether that package is there; loads nothing of it."""
        return find_spec(self.package.replace("-", "_")) is not None

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def is_external(self) -> bool:
        """Whether what is sent leaves this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return False
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return True

    @property
    def where(self) -> str:
        """For the notice that questions go there."""
        name = PROVIDERS[self.provider].name if self.provider in PROVIDERS else self.provider
        return f"{name} ({self.host})" if self.host else name


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ModelSettingInvalid("MIDWAY_LLM_BASE_URL must be an address such as http://127.0.0.1:8000/v1.")
    return address


def _unknown(setting: str, spec: str) -> ModelSettingInvalid:
    known = ", ".join(f"{known}:…" for known in PROVIDERS)
    return ModelSettingInvalid(
        f"{setting} is “{spec}”: write {known} with a model's name; for another server that speaks "
        f"OpenAI's protocol write openai:… and its address in MIDWAY_LLM_BASE_URL."
    )
