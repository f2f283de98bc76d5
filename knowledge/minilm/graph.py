"""Builds the ONNX graph of all-MiniLM-L6-v2 with its intent branch and quantises it to int8.

Runs once per data folder, taking seconds. The trunk is the published model, number for number; the branch
(``branch.py``) leaves it after its first layers, so that one pass gives both. The graph uses onnxruntime's fused BERT
operators, which is where the speed comes from (``com.microsoft``: EmbedLayerNormalization, Attention, BiasGelu).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.quant_utils import add_pre_process_metadata
from safetensors.numpy import load_file

from knowledge.errors import ModelMissing
from knowledge.minilm.branch import FIRST, LAST, Weights, branch_weights
from knowledge.minilm.weights import packaged, write_checksum

PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HEADS, EPSILON = 12, 1e-12
FUSED = "com.microsoft"
FUSED_KINDS = {"EmbedLayerNormalization", "Attention", "BiasGelu"}
OUTPUTS = ("states", "intents")
"""The published model's last layer, and the branch's."""


def convert(target: Path) -> None:
    """Write the int8 graph to ``target``, atomically. Raises ModelMissing if the weights are not the published ones."""
    source = packaged("model.safetensors")
    if hashlib.sha256(source.read_bytes()).hexdigest() != PUBLISHED_SHA256:
        raise ModelMissing("The embedding model is not the published one: reinstall with `make setup`.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as folder:
        full, small = Path(folder) / "fp32.onnx", Path(folder) / "int8.onnx"
        onnx.save(build(load_file(source)), full)
        with _root_logger_as_it_is():
            quantize_dynamic(
                full,
                small,
                weight_type=QuantType.QInt8,
                per_channel=True,
                extra_options={"DefaultTensorType": TensorProto.FLOAT},
            )
        write_checksum(small, target)
        small.replace(target)


@contextmanager
def _root_logger_as_it_is() -> Iterator[None]:
    """The quantizer logs through the root logger, which without a handler would be given one for good."""
    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(nowhere)


def build(weights: Weights) -> onnx.ModelProto:
    """The fp32 graph: ``ids`` and ``mask`` (batch x tokens, int32) to what ``OUTPUTS`` names, each batch x tokens x
    384.
    """
    graph = _Graph({**weights, **branch_weights(weights)})
    shared = graph.embed()
    for layer in range(FIRST):
        shared = graph.layer(shared, f"encoder.layer.{layer}.")
    ends = []
    for name in ("encoder", "branch"):
        hidden = shared
        for layer in range(FIRST, LAST + 1):
            hidden = graph.layer(hidden, f"{name}.layer.{layer}.")
        ends.append(hidden)
    return graph.model(ends)


class _Graph:
    """Collects nodes and the weights they name."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: dict[str, onnx.TensorProto] = {}

    def tensor(self, name: str, value: np.ndarray[Any, Any] | None = None) -> str:
        array = self.weights[name] if value is None else value
        self.tensors[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        domain = FUSED if kind in FUSED_KINDS else ""
        outputs = [output, "length"] if kind == "EmbedLayerNormalization" else [output]
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, name=output, **attributes))
        return output

    def embed(self) -> str:
        self.node("Sub", ["ids", "ids"], "segments")
        self._per_token()
        tables = [f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")]
        norm = ["embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"]
        inputs = ["ids", "segments", *(self.tensor(name) for name in (*tables, *norm)), "mask"]
        return self.node("EmbedLayerNormalization", inputs, "embedded", epsilon=EPSILON)

    def _per_token(self) -> None:
        """Ones and zeros, as many as there are tokens, for ``normed``."""
        self.node("Shape", ["ids"], "shape")
        self.node("Gather", ["shape", self.tensor("second", np.array([1], dtype=np.int64))], "tokens")
        for name, value in (("ones", 1.0), ("zeros", 0.0)):
            filled = helper.make_tensor("value", TensorProto.FLOAT, [1], [value])
            self.node("ConstantOfShape", ["tokens"], name, value=filled)

    def layer(self, hidden: str, at: str) -> str:
        attended = self.attention(hidden, at)
        projected = self.linear(attended, at + "attention.output.dense")
        middle = self.normed(projected, hidden, at + "attention.output")
        wide = self.linear(middle, at + "intermediate.dense")
        active = self.node("BiasGelu", [wide, self.tensor(at + "intermediate.dense.bias")], at + "gelu")
        return self.normed(self.linear(active, at + "output.dense"), middle, at + "output")

    def attention(self, hidden: str, at: str) -> str:
        parts = [at + f"attention.self.{name}" for name in ("query", "key", "value")]
        weight = np.concatenate([self.weights[part + ".weight"].T for part in parts], axis=1)
        bias = np.concatenate([self.weights[part + ".bias"] for part in parts])
        inputs = [hidden, self.tensor(at + "qkv.weight", weight), self.tensor(at + "qkv.bias", bias), "length"]
        return self.node("Attention", inputs, at + "attended", num_heads=HEADS)

    def linear(self, hidden: str, name: str) -> str:
        weight = self.tensor(name + ".transposed", self.weights[name + ".weight"].T)
        return self.node("MatMul", [hidden, weight], name + ".out")

    def normed(self, hidden: str, skip: str, at: str) -> str:
        """Layer normalization of the sum, each token taken as a channel of an instance normalization.

        onnxruntime sums an instance with vector instructions and a layer (SkipLayerNormalization) number by number:
        a third of the whole pass.
        """
        biased = self.node("Add", [hidden, self.tensor(at + ".dense.bias")], at + ".biased")
        summed = self.node("Add", [biased, skip], at + ".summed")
        even = self.node("InstanceNormalization", [summed, "ones", "zeros"], at + ".even", epsilon=EPSILON)
        scaled = self.node("Mul", [even, self.tensor(at + ".LayerNorm.weight")], at + ".scaled")
        return self.node("Add", [scaled, self.tensor(at + ".LayerNorm.bias")], at + ".normed")

    def model(self, ends: list[str]) -> onnx.ModelProto:
        axes = ["batch", "tokens"]
        for end, name in zip(ends, OUTPUTS, strict=True):
            self.node("Identity", [end], name)
        graph = helper.make_graph(
            self.nodes,
            "minilm",
            [helper.make_tensor_value_info(name, TensorProto.INT32, axes) for name in ("ids", "mask")],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, [*axes, 384]) for name in OUTPUTS],
            list(self.tensors.values()),
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        made = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        add_pre_process_metadata(made)  # its shapes are known and its operators fused: the quantizer need not ask
        return made
