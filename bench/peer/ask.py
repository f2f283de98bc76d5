"""One question to the pipeline from a standing start: ``ask.py STORE QUESTION``."""

import sys
from pathlib import Path

from pipeline import context, opened

sys.stdout.write(context(opened(Path(sys.argv[1])), sys.argv[2]) + "\n")
