"""What the organization knows: practices, how they are found, and how an answer is made of them."""

import os

# Read when onnxruntime loads: it would report to its maker, and nothing leaves this machine that nobody asked for.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
