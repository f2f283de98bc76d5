"""How fast and how large Midway is, beside the usual LangChain + Chroma + torch pipeline over the same practices.

One run, all on this machine: warm and cold answers, memory, the start of the server, `midway --help`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

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
"""Questions in a row to one process; seconds until the threads of the one before sleep; questions to the server."""
Spent = dict[str, dict[str, list[float]]]
WAYS = {
    "snapshot": "Midway, vectors from its snapshot",
    "chroma": "Midway, vectors from Chroma as in serve",
    "peer": "peer: LangChain + Chroma + torch, 4 chunks joined",
    "one core": "the same peer held to one core, as Midway holds itself",
    "floor": "floor: one int8 embedding, one exact search",
}
HEAVY = (
    "aiohttp", "alembic", "bm25s", "botbuilder", "chromadb", "httpx", "jinja2", "langchain", "langchain_core", "numpy",
    "onnx", "onnxruntime", "openai", "pydantic", "rapidfuzz", "slack_bolt", "slack_sdk", "sqlalchemy", "sqlmodel",
    "starlette", "tokenizers", "uvicorn", "yaml",
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
        return f"  {self.name:62}{self.figure:8.2f}{self.unit}   {side} {self.bound:.3g}{self.unit}: {said}"


def read_questions() -> list[str]:
    """Good questions in one message, as people type them."""
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [row["question"] for row in rows if row["group"] == "good" and "question" in row]


def warm(ours: Worker, peers: Mapping[str, Worker], questions: Sequence[str], rounds: int) -> Spent:
    """What every question cost, by candidate. The processes take turns, so that a busy machine is busy for all."""
    spent: Spent = {way: {"ms": [], "cpu": []} for way in WAYS}
    blocks = [list(questions[start : start + BLOCK]) for start in range(0, len(questions), BLOCK)]
    for number, block in enumerate([blocks[0], *blocks * rounds]):
        found = ours.ask(questions=block)
        time.sleep(REST)
        for name, peer in peers.items():
            found[name] = peer.ask(questions=block)
            time.sleep(REST)
        for way in WAYS if number else ():  # the first block is to warm up
            for measure in ("ms", "cpu"):
                spent[way][measure] += found[way][measure]
    return spent


def print_warm(spent: Spent) -> list[Target]:
    middle = {way: median(found["ms"]) for way, found in spent.items()}
    print(f"\nQuestion to answer, warm, ms{'p50':>34}{'p95':>9}{'CPU':>9}{'peer is slower':>17}{'of the floor':>15}")
    for way, name in WAYS.items():
        p95, cpu = quantiles(spent[way]["ms"], n=20)[-1], median(spent[way]["cpu"])
        ratios = f"{middle['peer'] / middle[way]:15.1f}x{middle[way] / middle['floor']:14.1f}x"
        print(f"  {name:52}{middle[way]:9.2f}{p95:9.2f}{cpu:9.2f}{ratios}")
    ours = ("snapshot", "chroma")
    return [
        *(
            Target(f"warm p50, {way}: {peer} slower by", middle[peer] / middle[way], 3.5, True)
            for peer in ("peer", "one core")
            for way in ours
        ),
        *(Target(f"warm p50, {way}: of the floor", middle[way] / middle["floor"], 2, False) for way in ours),
    ]


def cold(question: str, store: Path, runs: int, environment: dict[str, str]) -> tuple[list[Run], list[Run]]:
    """`midway ask` and the pipeline as whole processes, in turn; the first of each, from a cold disk, is left out."""
    ours, peer = [], []
    for _ in range(runs + 1):
        ours.append(processes.run([MIDWAY, "ask", question], environment))
        peer.append(processes.run(peer_environment.command("ask.py", store, question), peer_environment.environment()))
    return ours[1:], peer[1:]


def print_cold(ours: Sequence[Run], peer: Sequence[Run], indexing_mb: float) -> list[Target]:
    print(f"\nFrom a cold start, medians of {len(ours)}{'first byte s':>30}{'whole s':>10}{'CPU s':>9}{'peak MB':>10}")
    for name, runs in (("midway ask, recorded after the answer", ours), ("peer, from the store it has", peer)):
        cells = [middle(runs, field) for field in ("first_byte", "seconds", "cpu", "peak_mb")]
        print(f"  {name:52}{cells[0]:9.2f}{cells[1]:10.2f}{cells[2]:9.2f}{cells[3]:10.0f}")
    print(f"  {'peer, from the documents and then warm':80}{indexing_mb:10.0f}")
    ratio = middle(peer, "first_byte") / middle(ours, "first_byte")
    return [Target("cold to first byte: peer slower by", ratio, 8, True)]


def memory_targets(name: str, mb: float, bound: float, peer: Sequence[Run], indexing_mb: float) -> list[Target]:
    """Against the pipeline at its smallest, one question to a store that stands, and from the documents on."""
    return [
        Target(f"memory of {name}, of the peer's with its store", mb / middle(peer, "peak_mb"), bound, False),
        Target(f"memory of {name}, of the peer's from documents", mb / indexing_mb, bound, False),
    ]


def middle(runs: Sequence[Run], field: str) -> float:
    return median(float(getattr(run, field)) for run in runs)


def print_served(served: Served) -> list[Target]:
    print(f"\nmidway serve, web alone, {OVER_HTTP} questions over HTTP, vectors in {served.vectors}")
    print(f"  start to page {served.page:.2f} s, to the first answer {served.first_answer:.2f} s; then")
    print(f"  {median(served.answers):.3f} s an answer with storing and drawing; peak {served.peak_mb:.0f} MB")
    print(f"  while vectors were got ready nothing waited longer than {served.longest_wait:.2f} s")
    return [
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=peer_environment.BENCH / "data", help="kept between runs")
    parser.add_argument("--runs", type=int, default=5, help="cold starts of each")
    parser.add_argument("--rounds", type=int, default=2, help="times that every question is asked warm")
    parser.add_argument("--questions", type=int, default=1000, help="no more than so many, for a quick look")
    asked = parser.parse_args()
    measure(asked.data.resolve(), asked.runs, asked.rounds, read_questions()[: asked.questions])


def measure(data: Path, runs: int, rounds: int, questions: Sequence[str]) -> None:
    data.mkdir(parents=True, exist_ok=True)
    os.chdir(data)  # a .env of the project is not read from here
    # The program sets the second itself; what is measured inside one process has to be told.
    environment = {**peer_environment.plain(), "MIDWAY_DATA_DIR": str(data), "OPENBLAS_NUM_THREADS": "1"}
    with TemporaryDirectory() as scratch:
        store = Path(scratch) / "peer"
        with ExitStack() as stack:
            command = peer_environment.command("worker.py", PRACTICES, store)
            peer = stack.enter_context(Worker(command, peer_environment.environment()))
            held = stack.enter_context(Worker(command, {**peer_environment.environment(), "OMP_NUM_THREADS": "1"}))
            ours = stack.enter_context(Worker([sys.executable, str(peer_environment.BENCH / "warm.py")], environment))
            print("{practices} practices: {passages} passages here,".format(**ours.greeting), end=" ")
            print(f"{peer.greeting['passages']} chunks in the peer; {len(questions)} questions, {rounds} times each")
            peers = {"peer": peer, "one core": held}
            targets = print_warm(warm(ours, peers, questions, rounds))
            indexing_mb = peer.peak_mb
        ours_cold, peer_cold = cold("How do we launch a pilot?", store, runs, environment)
    targets += print_cold(ours_cold, peer_cold, indexing_mb)
    targets += memory_targets("midway ask", middle(ours_cold, "peak_mb"), 1 / 4, peer_cold, indexing_mb)
    served = web_client.serve_and_ask([MIDWAY, "serve"], environment, questions[:OVER_HTTP])
    targets += print_served(served)
    targets += memory_targets("midway serve", served.peak_mb, 1 / 3, peer_cold, indexing_mb)
    targets += print_help(runs, environment)
    print("\nWanted")
    print("\n".join(target.line() for target in targets))


if __name__ == "__main__":
    main()
