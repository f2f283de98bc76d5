"""Threads share few arenas of memory, and large blocks are given back, as glibc itself counts them."""

from __future__ import annotations

import ctypes
import re
import subprocess  # arenas are made once for each process
import sys
from pathlib import Path

import pytest

THREADS, LARGE = 6, 10
CODE = """
import ctypes, sys, threading
from adapters.memory import keep_small
if sys.argv[1] == "small":
    assert keep_small()
bytes(2_000_000)
large = [bytes(1_000_000) for _ in range({large})]
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


def told(how: str, file: Path) -> str:
    """What glibc says of a process with ``THREADS`` threads and ``LARGE`` large blocks, after it freed a larger one."""
    code = CODE.replace("{threads}", str(THREADS)).replace("{large}", str(LARGE))
    subprocess.run([sys.executable, "-c", code, how, str(file)], check=True, timeout=60)
    return file.read_text()


def test_threads_share_two_arenas(tmp_path: Path) -> None:
    assert told("small", tmp_path / "small.xml").count("<heap nr=") <= 2
    assert told("as it comes", tmp_path / "large.xml").count("<heap nr=") > 2


def test_large_blocks_stand_alone_so_that_they_can_be_given_back(tmp_path: Path) -> None:
    alone = [
        int(found[1])
        for how in ("small", "as it comes")
        if (found := re.search(r'<total type="mmap" count="(\d+)"', told(how, tmp_path / f"{how}.xml")))
    ]
    assert alone[0] >= LARGE > alone[1]
