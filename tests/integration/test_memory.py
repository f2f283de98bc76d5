"""Threads share few arenas of memory, as glibc itself counts them."""

from __future__ import annotations

import ctypes
import subprocess  # arenas are made once for each process
import sys
from pathlib import Path

import pytest

THREADS = 6
CODE = """
import ctypes, sys, threading
from adapters.memory import few_arenas
if sys.argv[1] == "few":
    assert few_arenas()
together = threading.Barrier({threads})
def work():
    together.wait()
    kept = [bytes(50_000 + number) for number in range(200)]
    together.wait()
threads = [threading.Thread(target=work) for _ in range({threads})]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""

pytestmark = pytest.mark.skipif(
    not (sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "malloc_info")),
    reason="only glibc has arenas and counts them",
)


def arenas(how: str, told: Path) -> int:
    code = CODE.replace("{threads}", str(THREADS))
    subprocess.run([sys.executable, "-c", code, how, str(told)], check=True, timeout=60)
    return told.read_text().count("<heap nr=")


def test_threads_share_two_arenas(tmp_path: Path) -> None:
    assert arenas("few", tmp_path / "few.xml") <= 2
    assert arenas("as it comes", tmp_path / "many.xml") > 2
