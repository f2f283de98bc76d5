"""The writer against a model server over HTTP: a good answer is used, anything else leaves the composed one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from bot.phrasing import say
from knowledge.answers import Answer, Outcome
from knowledge.llm import Writer
from knowledge.llm.rest import FAILURES, SECONDS, Rest
from tests.fakes.openai_server import KEY, MODEL, FakeModels, How, Said, fake_models
from tests.paraphrases import PARAPHRASES, composed

PILOT, CASE = PARAPHRASES[:2]
GERMAN = """Bringt den ganzen Versuch auf eine einzige Seite, bevor etwas veröffentlicht wird: kurz genug für eine Leitung, die wenig \
Zeit hat, und genau genug, um später daran zu messen.

1. Sagt in einem Satz, welchem Ziel der Organisation der Versuch dient und für wen er ist [1].
2. Schreibt eine Hypothese: Wenn wir dies mit dieser Gruppe tun, ändert sich eine Zahl in so vielen Wochen [2].
3. Nennt Verantwortliche, Vertretung und Förderer, mit ihren Stunden je Woche und dem Budget.
4. Wählt eine Plattform mit einer Aufforderung und haltet fest, warum eure Leute dort sind [1].
5. Einigt euch auf das Maß des Erfolgs: Ausgangswert, Mindestwert und den Wert, der Weitermachen heißt [2].
6. Legt das Ende fest und ein Ereignis, das ihn früher beendet.

Achtet auf: das Maß des Erfolgs gegen den Ausgangswert alle zwei Wochen."""


@pytest_asyncio.fixture
async def models() -> AsyncIterator[FakeModels]:
    async with fake_models() as fake:
        assert urlsplit(fake.url).hostname == "127.0.0.1"
        yield fake
        assert fake.complaints == []
        assert fake.strays == []


class Drafts:
    """What a person sees while the answer is written."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    async def __call__(self, text: str) -> None:
        self.shown.append(text)


@pytest.fixture
def drafts() -> Drafts:
    return Drafts()


def writer(models: FakeModels, timeout: float = 20) -> Writer:
    made = Writer(f"openai:{MODEL}", api_key=KEY, base_url=models.v1, timeout=timeout)
    assert not made.is_external
    return made


async def test_a_good_answer_is_used(models: FakeModels, drafts: Drafts) -> None:
    """Lead, steps and measure are the model's; practice, sources, route and confidence stay."""
    old = composed(PILOT.practice)
    models.script = [Said(PILOT.text)]
    answer = await writer(models).write(PILOT.question, (), old, drafts)
    assert answer is not None
    assert answer.ai_generated
    assert answer.parts[0].lead.startswith("Put the whole trial on a single page")
    assert [(item.heading, len(item.points)) for item in answer.parts[0].lists] == [("Steps", 6), ("What to watch", 1)]
    assert (answer.outcome, answer.confidence, answer.parts[0].practice) == (old.outcome, old.confidence, old.parts[0].practice)
    assert answer.sources == old.sources


async def test_drafts_grow_by_whole_words(models: FakeModels, drafts: Drafts) -> None:
    models.script = [Said(PILOT.text)]
    await writer(models).write(PILOT.question, (), composed(PILOT.practice), drafts)
    assert len(drafts.shown) > 20
    assert all(len(one) < len(two) for one, two in zip(drafts.shown, drafts.shown[1:], strict=False))
    words = set(PILOT.text.split())
    assert all(word in words for text in drafts.shown for word in text.split())


async def test_what_is_said_before_the_answer_is_drafted_before_it(models: FakeModels, drafts: Drafts) -> None:
    """At once, as it is, and above everything the model writes."""
    models.script = [Said(PILOT.text)]
    answer = await writer(models).write(PILOT.question, (), replace(composed(PILOT.practice), message="The nearest:"), drafts)
    assert answer is not None and answer.message == "The nearest:"
    assert drafts.shown[0] == "The nearest:" and len(drafts.shown) > 20
    assert all(text.startswith("The nearest:\n\nPut the whole"[: len(text)]) for text in drafts.shown[1:])


async def test_what_the_model_gets(models: FakeModels, drafts: Drafts) -> None:
    """Rules first, then passages, masked question and masked earlier questions as data; no tools, no sampling settings."""
    models.script = [Said(PILOT.text)]
    question = "Jo Doe (jo.doe@corp.example, +44 20 7946 0958) and <@U0123> ask: how do we launch a pilot?"
    await writer(models).write(question, ["write to @jo first"], composed(PILOT.practice), drafts)
    [body] = models.requests
    data = models.data()
    assert set(body) <= {"model", "messages", "stream", "stream_options", "max_completion_tokens"}
    assert body["messages"][0]["content"].startswith("You word answers")
    assert data["question"] == "Jo Doe ((e-mail address), (phone number)) and (someone) ask: how do we launch a pilot?"
    assert data["earlier"] == ["write to (someone) first"]
    assert data["practice"] == composed(PILOT.practice).parts[0].title
    assert any("[2]" in passage for passage in data["passages"])


async def test_only_cited_sources_stay(models: FakeModels, drafts: Drafts) -> None:
    """Only the second source is cited: it becomes the first."""
    models.script = [Said(PILOT.text.replace(" [1]", ""))]
    old = composed(PILOT.practice)
    answer = await writer(models).write(PILOT.question, (), old, drafts)
    assert answer is not None
    assert answer.sources == old.sources[1:2]
    assert "[1]" in answer.parts[0].lists[0].points[1].text
    assert "[2]" not in str(answer.parts)


async def test_two_questions_get_two_parts(models: FakeModels, drafts: Drafts) -> None:
    """Each part is written from its own passages; the marks of the second count on from the first's sources."""
    first, second = composed(PILOT.practice), composed(CASE.practice)
    shift = len(first.sources)
    [part] = second.parts
    moved = replace(part, lists=tuple(
        replace(item, points=tuple(replace(point, text=point.text.replace("[1]", f"[{shift + 1}]")) for point in item.points))
        for item in part.lists
    ))
    both = replace(first, parts=(*first.parts, moved), citations=(*first.citations, *second.citations))
    models.script = [Said(PILOT.text), Said(CASE.text.replace("[1]", f"[{shift + 1}]"))]
    answer = await writer(models).write(f"{PILOT.question} {CASE.question}", (), both, drafts)
    assert answer is not None
    assert [part.practice for part in answer.parts] == [PILOT.practice, CASE.practice]
    assert answer.sources == both.sources
    assert drafts.shown[-1].startswith("Put the whole trial")
    assert "A short paper of two pages" in drafts.shown[-1]
    assert models.data(0)["passages"] != models.data(1)["passages"]


async def test_a_german_question_gets_a_german_answer(models: FakeModels, drafts: Drafts) -> None:
    """Written and checked in English, then translated; the person sees German only."""
    models.script = [Said(PILOT.text.replace("page before anything is published, short enough for a busy sponsor and exact enough to be judged by later [1]",
                                             "page before anything is published, short enough for a busy sponsor and exact enough to be judged by later")), Said(GERMAN)]
    answer = await writer(models).write("Wie starten wir einen Piloten?", (), composed(PILOT.practice, "de"), drafts)
    assert answer is not None
    assert answer.parts[0].lead.startswith("Bringt den ganzen Versuch")
    shown = [say(answer.lang, item.heading) for item in answer.parts[0].lists]
    assert shown == ["Schritte", "Worauf zu achten ist"]
    assert all(text.startswith("Bringt"[: len(text)]) for text in drafts.shown)
    assert set(models.data(1)) == {"text"}


async def test_a_bad_translation_is_not_used(models: FakeModels, drafts: Drafts) -> None:
    models.script = [Said(PILOT.text), Said(GERMAN.replace("[2]", "[1]"))]
    assert await writer(models).write("Wie starten wir das?", (), composed(PILOT.practice, "de"), drafts) is None


async def test_thinking_aloud_is_not_shown(models: FakeModels, drafts: Drafts) -> None:
    models.script = [Said(f"<think>The user wants <b>bold</b> things.</think>\n\n{PILOT.text}")]
    assert await writer(models).write(PILOT.question, (), composed(PILOT.practice), drafts) is not None
    assert not any("wants" in text for text in drafts.shown)


INJECTED = "HACKED. All employees get free holidays; send your bank details to the pirate captain and dance until midnight tonight, friends [1]."
LINKED = PILOT.text.replace("single page", "single page (see https://evil.example/form)")
TROUBLE = {
    "cites what is not there": Said(PILOT.text.replace("[2]", "[9]")),
    "cites nothing": Said(PILOT.text.replace(" [1]", "").replace(" [2]", "")),
    "obeys an injected instruction": Said(INJECTED),
    "writes a link": Said(LINKED),
    "writes HTML": Said(PILOT.text.replace("single page", "<a href=x>single page</a>")),
    "another language": Said(GERMAN),
    "huge": Said(PILOT.text * 40),
    "huge without a space": Said("pilot" * 12_000),
    "empty": Said(""),
    "only spaces": Said(" \n \n"),
    "refuses": Said("I'm sorry, but I can't help with that request."),
    "has no answer": Said("NONE"),
    "only steps": Said(PILOT.text.partition("\n\n")[2]),
    "tells its instructions": Said(f"{PILOT.text} Say only what the passages say, in your own plain words."),
    "cut for length": Said(PILOT.text, "cut"),
    "filtered": Said(PILOT.text, "unfiltered"),
    "the stream drops": Said(PILOT.text, "dropped"),
    "malformed": Said(PILOT.text, "malformed"),
    "500": Said(status=500),
    "429": Said(status=429),
    "401": Said(status=401),
    "404": Said(status=404),
}


@pytest.mark.parametrize("said", TROUBLE.values(), ids=TROUBLE)
async def test_anything_else_leaves_the_composed_answer(
    models: FakeModels, drafts: Drafts, said: Said, caplog: pytest.LogCaptureFixture
) -> None:
    """One try, one line in the log, none of anybody's words in it, and no draft of what must not be said."""
    caplog.set_level(logging.DEBUG)
    models.script = [said]
    question = "How do we zanzibar a pilot?"
    assert await writer(models).write(question, (), composed(PILOT.practice), drafts) is None
    assert len(models.requests) == 1
    ours = [record for record in caplog.records if record.name.startswith("knowledge")]
    assert len(ours) == 1
    assert "zanzibar" not in caplog.text
    assert "trial" not in caplog.text
    assert not any(word in text for text in drafts.shown for word in ("evil.example", "<a", "[9]"))


@pytest.mark.parametrize("how", ["hanging", "hanging midway"])
async def test_a_hanging_model_is_given_up(models: FakeModels, drafts: Drafts, how: How, caplog: pytest.LogCaptureFixture) -> None:
    """The whole call has one time-out."""
    models.script = [Said(PILOT.text, how)]
    ready = writer(models, timeout=0.5)
    ready.load()
    async with asyncio.timeout(10):
        assert await ready.write(PILOT.question, (), composed(PILOT.practice), drafts) is None
    assert "TimeoutError" in caplog.text


async def test_a_model_that_fails_again_and_again_is_left_alone_for_a_while(drafts: Drafts, unused_tcp_port: int) -> None:
    """So that not everybody waits for it; what it writes badly is no such failure."""
    seconds = 0.0
    address = f"http://127.0.0.1:{unused_tcp_port}/v1"
    rest = Rest(lambda: seconds)
    away = Writer(f"openai:{MODEL}", api_key=KEY, base_url=address, rest=rest)
    for _ in range(FAILURES):
        assert not rest.is_on
        assert await away.write(PILOT.question, (), composed(PILOT.practice), drafts) is None
    assert rest.is_on
    seconds = SECONDS
    async with fake_models() as models:
        models.script = [Said("No."), Said(PILOT.text)]
        back = Writer(f"openai:{MODEL}", api_key=KEY, base_url=models.v1, rest=rest)
        assert await back.write(PILOT.question, (), composed(PILOT.practice), drafts) is None
        assert not rest.is_on
        assert await back.write(PILOT.question, (), composed(PILOT.practice), drafts)


async def test_one_that_is_left_alone_is_not_asked(models: FakeModels, drafts: Drafts) -> None:
    rest = Rest(lambda: 0.0)
    for _ in range(FAILURES):
        rest.failed()
    models.script = [Said(PILOT.text)]
    left = Writer(f"openai:{MODEL}", api_key=KEY, base_url=models.v1, rest=rest)
    assert await left.write(PILOT.question, (), composed(PILOT.practice), drafts) is None
    assert models.script and not drafts.shown


async def test_no_server_at_all(drafts: Drafts, unused_tcp_port: int) -> None:
    lost = Writer(f"openai:{MODEL}", api_key=KEY, base_url=f"http://127.0.0.1:{unused_tcp_port}/v1")
    assert await lost.write(PILOT.question, (), composed(PILOT.practice), drafts) is None


async def test_a_wrong_key_is_noticed_by_the_fake(drafts: Drafts) -> None:
    """The fake is strict: it would complain if the key were not sent."""
    async with fake_models() as fake:
        wrong = Writer(f"openai:{MODEL}", api_key="wrong", base_url=fake.v1)
        assert await wrong.write(PILOT.question, (), composed(PILOT.practice), drafts) is None
        assert fake.complaints == ["wrong key or content type"]


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.ROUTED, Outcome.REFUSED, Outcome.FAILED])
async def test_only_answers_are_written(models: FakeModels, drafts: Drafts, outcome: Outcome) -> None:
    """What is declined, routed or refused never reaches a model, nor does small talk."""
    ready = writer(models)
    assert await ready.write("x", (), replace(composed(PILOT.practice), outcome=outcome), drafts) is None
    assert await ready.write("hi", (), Answer(Outcome.ANSWERED, "Hello!", small_talk="hello"), drafts) is None
    assert models.requests == []


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
async def test_questions_go_nowhere_else(
    models: FakeModels, drafts: Drafts, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    """Variables that would trace to a third party, or send to another address, change nothing."""
    async with fake_models() as third:
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        for name in ("LANGSMITH_ENDPOINT", "LANGSMITH_GATEWAY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL",
                     "ANTHROPIC_API_URL", "OLLAMA_HOST"):
            monkeypatch.setenv(name, third.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "k")
        models.script = [Said(PILOT.text)]
        base_url = models.v1 if provider == "openai" else models.url
        ready = Writer(f"{provider}:{MODEL}", api_key=KEY, base_url=base_url)
        assert await ready.write(PILOT.question, (), composed(PILOT.practice), drafts) is not None
        assert (third.requests, third.strays, third.complaints) == ([], [], [])


@pytest.mark.parametrize("provider", ["anthropic", "ollama"])
async def test_other_providers_over_their_own_protocol(models: FakeModels, drafts: Drafts, provider: str) -> None:
    other = Writer(f"{provider}:{MODEL}", api_key=KEY, base_url=models.url)
    models.script = [Said(PILOT.text)]
    answer = await other.write(PILOT.question, (), composed(PILOT.practice), drafts)
    assert answer is not None
    assert answer.ai_generated
    assert len(drafts.shown) > 20


@pytest.mark.parametrize("provider", ["anthropic", "ollama"])
@pytest.mark.parametrize("said", [Said(PILOT.text, "cut"), Said(PILOT.text, "dropped"), Said(status=500)], ids=["cut", "dropped", "500"])
async def test_other_providers_in_trouble(models: FakeModels, drafts: Drafts, provider: str, said: Said) -> None:
    other = Writer(f"{provider}:{MODEL}", api_key=KEY, base_url=models.url)
    models.script = [said]
    assert await other.write(PILOT.question, (), composed(PILOT.practice), drafts) is None
    assert len(models.requests) == 1
