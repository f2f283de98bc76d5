"""What can go wrong in knowledge, each named for the condition."""


class KnowledgeError(Exception):
    """The message is one sentence fit for a person: what is wrong and the remedy."""


class PracticeInvalid(KnowledgeError):
    """A practice breaks the format; the message names the file, and ``findings`` each field or section with the rule.
    """

    def __init__(self, name: str, *findings: str) -> None:
        super().__init__(f"{name}: {'; '.join(findings)}")
        self.findings = findings


class LibraryInvalid(KnowledgeError):
    """The practices do not fit together (duplicate ids, links to nothing)."""


class ModelMissing(KnowledgeError):
    """The embedding model cannot be loaded or is not the published one."""


class IndexUnwritable(KnowledgeError):
    """There is no room or no right to write the index."""


class StoreDamaged(KnowledgeError):
    """A vector store failed its canary or cannot be opened; it has to be rebuilt."""


class StoreUnavailable(KnowledgeError):
    """A vector store is away or held by another process; nothing is known to be wrong with it."""


class DocumentUnusable(KnowledgeError):
    """Nothing can be taken from a document that was to be imported; whoever asked puts the file aside."""
