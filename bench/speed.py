"""How fast and how large Midway is, beside the usual LangChain + Chroma + torch pipeline over the same practices.

One run, all on this machine: warm and cold answers, memory, the start of the server, `midway --help`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import peer_environment
import processes
import web_client
from processes import Run, Worker
from web_client import Served

ROOT = peer_environment.BENCH.parent
QUESTIONS = peer_environment.BENCH / "questions" / "open.jsonl"
PRACTICES = ROOT / "knowledge" / "practices"
MIDWAY = str(Path(sys.executable).parent / "midway")
BLOCK, REST, OVER_HTTP = 20, 0.5, 20
"""Questions in a row to one candidate; seconds until the threads of the one before have gone to sleep; questions to the server."""
HEAVY = (
    "aiohttp", "alembic", "bm25s", "botbuilder", "chromadb", "httpx", "jinja2", "langchain", "langchain_core", "numpy", "onnx",
    "onnxruntime", "openai", "pydantic", "rapidfuzz", "slack_bolt", "slack_sdk", "sqlalchemy", "sqlmodel", "starlette",
    "tokenizers", "uvicorn", "yaml",
)


@dataclass(frozen=True)
class Target:
    """Something wanted: the figure, the bound, and on which side of it the figure has to be."""

    name: str
    figure: float
    bound: float
    at_least: bool
    unit: str = "x"

    def line(self) -> str:
        met = self.figure >= self.bound if self.at_least else self.figure <= self.bound
        side = "at least" if self.at_least else "at most"
        apart = f"{abs(self.figure / self.bound - 1):.0%}" if self.bound else f"{self.figure:g}"
        said = f"met, {apart} to spare" if met else f"MISSED by {apart}"
        return f"  {self.name:58}{self.figure:8.2f}{self.unit}   {side} {self.bound:g}{self.unit}: {said}"


def read_questions() -> list[str]:
    """Good questions in one message, as people type them."""
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [row["question"] for row in rows if row["group"] == "good" and "question" in row]


def library_hash() -> str:
    """Names the peer's store, so that it is made anew when a practice has changed."""
    texts = b"".join(path.read_bytes() for path in sorted(PRACTICES.glob("*.md")))
    return hashlib.sha256(texts).hexdigest()[:12]


def warm(ours: Worker, peer: Worker, questions: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every question by candidate. They take turns in blocks, so that a busy machine is busy for all."""
    spent: dict[str, list[float]] = {"floor": [], "snapshot": [], "chroma": [], "peer": []}
    blocks = [list(questions[start : start + BLOCK]) for start in range(0, len(questions), BLOCK)]
    for number, block in enumerate([blocks[0], *blocks * rounds]):
        for way, found in spent.items():
            time.sleep(REST)
            answer = peer.ask(questions=block) if way == "peer" else ours.ask(way=way, questions=block)
            if number:  # the first block is to warm up
                found += answer["ms"]
    return spent


def print_warm(spent: dict[str, list[float]]) -> list[Target]:
    names = {
        "snapshot": "Midway, vectors from its snapshot",
        "chroma": "Midway, vectors from Chroma as in serve",
        "peer": "peer: LangChain + Chroma + torch, 4 chunks joined",
        "floor": "floor: one int8 embedding, one exact search",
    }
    middle = {way: median(found) for way, found in spent.items()}
    print(f"\nQuestion to answer, warm, ms{'p50':>34}{'p95':>9}{'peer is slower':>17}{'of the floor':>15}")
    for way, name in names.items():
        p95 = quantiles(spent[way], n=20)[-1]
        ratios = f"{middle['peer'] / middle[way]:15.1f}x{middle[way] / middle['floor']:14.1f}x"
        print(f"  {name:52}{middle[way]:9.2f}{p95:9.2f}{ratios}")
    targets = [Target(f"warm p50, {way}: peer slower by", middle["peer"] / middle[way], 3.5, True) for way in ("snapshot", "chroma")]
    return [*targets, *(Target(f"warm p50, {way}: of the floor", middle[way] / middle["floor"], 2, False) for way in ("snapshot", "chroma"))]


def cold(question: str, store: Path, runs: int, environment: dict[str, str]) -> tuple[list[Run], list[Run]]:
    """`midway ask` and the pipeline as whole processes, in turn; the first of each warms the disk and does not count."""
    ours, peer = [], []
    for _ in range(runs + 1):
        ours.append(processes.run([MIDWAY, "ask", question], environment))
        peer.append(processes.run(peer_environment.command("ask.py", store, question), peer_environment.environment()))
    return ours[1:], peer[1:]


def print_cold(ours: Sequence[Run], peer: Sequence[Run], warm_peer_mb: float) -> list[Target]:
    print(f"\nFrom a cold start, medians of {len(ours)}{'first byte s':>30}{'whole s':>10}{'CPU s':>9}{'peak MB':>10}")
    for name, runs in (("midway ask", ours), ("peer", peer)):
        first, whole, cpu, peak = (median(getattr(run, field) for run in runs) for field in ("first_byte", "seconds", "cpu", "peak_mb"))
        print(f"  {name:52}{first:9.2f}{whole:10.2f}{cpu:9.2f}{peak:10.0f}")
    print(f"  {'peer kept warm, after all questions':80}{warm_peer_mb:10.0f}")
    ratio = median(run.first_byte for run in peer) / median(run.first_byte for run in ours)
    memory = median(run.peak_mb for run in ours) / median(run.peak_mb for run in peer)
    return [
        Target("cold to first byte: peer slower by", ratio, 8, True),
        Target("memory of midway ask, of the peer's", memory, 0.25, False),
    ]


def print_served(served: Served, peer: Sequence[Run]) -> list[Target]:
    print(f"\nmidway serve, web alone, {OVER_HTTP} questions over HTTP, vectors in {served.vectors}")
    print(f"  start to page {served.page:.2f} s, to the first answer {served.first_answer:.2f} s; then {median(served.answers):.3f} s"
          f" an answer with storing and drawing; peak {served.peak_mb:.0f} MB")
    memory = served.peak_mb / median(run.peak_mb for run in peer)
    return [
        Target("memory of midway serve, of the peer's", memory, 1 / 3, False),
        Target("second start to the page", served.page, 2, False, " s"),
        Target("second start to the first answer", served.first_answer, 4, False, " s"),
    ]


def print_help(runs: int, environment: dict[str, str]) -> list[Target]:
    spent = median(processes.run([MIDWAY, "--help"], environment).cpu for _ in range(runs))
    code = (
        "import contextlib, io, sys\nsys.argv = ['midway', '--help']\nfrom adapters.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()): main()\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    loaded = processes.run([sys.executable, "-c", code], environment).printed.split()
    print(f"\nmidway --help, median of {runs}: {spent:.2f} s CPU; heavy modules loaded: {', '.join(loaded) or 'none'}")
    return [
        Target("midway --help, CPU", spent, 0.3, False, " s"),
        Target("midway --help, heavy modules loaded", len(loaded), 0, False, ""),
    ]


def own_environment(data: Path) -> dict[str, str]:
    """This process's, with no setting of Midway's but where its data stands."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIDWAY_")}
    return {**kept, "MIDWAY_DATA_DIR": str(data)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=peer_environment.BENCH / "data", help="kept between runs")
    parser.add_argument("--runs", type=int, default=5, help="cold starts of each")
    parser.add_argument("--rounds", type=int, default=2, help="times that every question is asked warm")
    asked = parser.parse_args()
    measure(asked.data.resolve(), asked.runs, asked.rounds)


def measure(data: Path, runs: int, rounds: int) -> None:
    data.mkdir(parents=True, exist_ok=True)
    os.chdir(data)  # a .env of the project is not read from here
    environment, store, questions = own_environment(data), data / f"peer-{library_hash()}", read_questions()
    with ExitStack() as stack:
        ours = stack.enter_context(Worker([sys.executable, str(Path(__file__).parent / "warm.py")], environment))
        peer = stack.enter_context(Worker(peer_environment.command("worker.py", PRACTICES, store), peer_environment.environment()))
        print(f"{ours.greeting['practices']} practices: {ours.greeting['passages']} passages here, {peer.greeting['passages']} chunks"
              f" in the peer; {len(questions)} questions, each asked {rounds} times")
        targets = print_warm(warm(ours, peer, questions, rounds))
        warm_peer_mb = peer.peak_mb
    ours_cold, peer_cold = cold("How do we launch a pilot?", store, runs, environment)
    targets += print_cold(ours_cold, peer_cold, warm_peer_mb)
    targets += print_served(web_client.serve_and_ask([MIDWAY, "serve"], environment, questions[:OVER_HTTP]), peer_cold)
    targets += print_help(runs, environment)
    print("\nWanted")
    print("\n".join(target.line() for target in targets))


if __name__ == "__main__":
    main()
