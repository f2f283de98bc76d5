"""The pipeline kept warm: ``worker.py PRACTICES STORE``.

Lines ``{"questions": [...]}`` in, ``{"ms": [...], "cpu": [...]}`` out.
"""

import json
import sys
import time
from pathlib import Path

from pipeline import context, library

found = library(Path(sys.argv[1]), Path(sys.argv[2]))
print(json.dumps({"passages": len(found.get()["ids"])}), flush=True)
for line in sys.stdin:
    spent = {"ms": [], "cpu": []}
    for question in json.loads(line)["questions"]:
        begun, worked = time.perf_counter(), time.process_time()
        context(found, question)
        spent["ms"].append((time.perf_counter() - begun) * 1000)
        spent["cpu"].append((time.process_time() - worked) * 1000)
    print(json.dumps(spent), flush=True)
