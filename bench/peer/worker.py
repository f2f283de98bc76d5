"""The pipeline kept warm: ``worker.py PRACTICES STORE``, then lines ``{"questions": [...]}`` in, ``{"ms": [...]}`` out."""

import json
import sys
import time
from pathlib import Path

from pipeline import context, library

found = library(Path(sys.argv[1]), Path(sys.argv[2]))
print(json.dumps({"passages": len(found.get()["ids"])}), flush=True)
for line in sys.stdin:
    spent = []
    for question in json.loads(line)["questions"]:
        begun = time.perf_counter()
        context(found, question)
        spent.append((time.perf_counter() - begun) * 1000)
    print(json.dumps({"ms": spent}), flush=True)
