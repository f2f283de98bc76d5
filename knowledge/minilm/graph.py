"""Builds the ONNX graphs of all-MiniLM-L6-v2 and its intent branch and quantises them to int8.

Runs once per data folder, taking seconds. The published model is cut in two: its first layers stand in one graph with
the branch (``branch.py``), which leaves it there, and the trunk, its other layers, in a second one that goes on from
what the first made. The graphs use onnxruntime's fused BERT operators, which is where the speed comes from
(``com.microsoft``: EmbedLayerNormalization, Attention, BiasGelu).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
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
from knowledge.minilm import FIRST, LAST
from knowledge.minilm.branch import Weights, branch_weights
from knowledge.minilm.weights import BRANCH, TRUNK, packaged, write_checksum

PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HEADS, EPSILON = 12, 1e-12
FUSED = "com.microsoft"
FUSED_KINDS = {"EmbedLayerNormalization", "Attention", "BiasGelu"}
INPUTS = {BRANCH: ("ids", "mask"), TRUNK: ("shared", "length")}
OUTPUTS = {BRANCH: ("shared", "length", "intents"), TRUNK: ("states",)}


def convert(targets: Mapping[str, Path]) -> None:
    """Write the int8 graphs to where each belongs, atomically. Raises ModelMissing if the weights are not the published
    ones.
    """
    source = packaged("model.safetensors")
    if hashlib.sha256(source.read_bytes()).hexdigest() != PUBLISHED_SHA256:
        raise ModelMissing("The embedding model is not the published one: reinstall with `make setup`.")
    published = load_file(source)
    for part, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent) as folder:
            full, small = Path(folder) / "fp32.onnx", Path(folder) / "int8.onnx"
            onnx.save(build(published, part), full)
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


def build(weights: Weights, part: str) -> onnx.ModelProto:
    """The fp32 graph of one part, to what ``OUTPUTS`` names of it: batch x tokens x 384 each, ``length`` batch. The
    branch's begins at ``ids`` and ``mask`` (batch x tokens, int32), the trunk's at ``shared`` and ``length``.
    """
    if part == TRUNK:
        graph = _Graph(weights)
        graph.per_token("shared")
        return graph.model(TRUNK, graph.layers("shared", "encoder", FIRST, LAST))
    graph = _Graph({**weights, **branch_weights(weights)})
    graph.per_token("ids")
    shared = graph.node("Identity", [graph.layers(graph.embed(), "encoder", 0, FIRST - 1)], "shared")
    return graph.model(BRANCH, graph.layers(shared, "branch", FIRST, LAST))


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
        tables = [f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")]
        norm = ["embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"]
        inputs = ["ids", "segments", *(self.tensor(name) for name in (*tables, *norm)), "mask"]
        return self.node("EmbedLayerNormalization", inputs, "embedded", epsilon=EPSILON)

    def per_token(self, given: str) -> None:
        """Ones and zeros, as many as there are tokens, for ``normed``."""
        self.node("Shape", [given], "shape")
        self.node("Gather", ["shape", self.tensor("second", np.array([1], dtype=np.int64))], "tokens")
        for name, value in (("ones", 1.0), ("zeros", 0.0)):
            filled = helper.make_tensor("value", TensorProto.FLOAT, [1], [value])
            self.node("ConstantOfShape", ["tokens"], name, value=filled)

    def layers(self, hidden: str, of: str, first: int, last: int) -> str:
        for layer in range(first, last + 1):
            hidden = self.layer(hidden, f"{of}.layer.{layer}.")
        return hidden

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

    def model(self, part: str, end: str) -> onnx.ModelProto:
        """``end`` is what the last of the outputs is called by then."""
        self.node("Identity", [end], OUTPUTS[part][-1])
        ints, floats = ("batch", "tokens"), ("batch", "tokens", 384)
        known = {
            "ids": (TensorProto.INT32, ints), "mask": (TensorProto.INT32, ints),
            "shared": (TensorProto.FLOAT, floats), "length": (TensorProto.INT32, ("batch",)),
            "intents": (TensorProto.FLOAT, floats), "states": (TensorProto.FLOAT, floats),
        }
        given, made = (
            [helper.make_tensor_value_info(name, *known[name]) for name in names]
            for names in (INPUTS[part], OUTPUTS[part])
        )
        graph = helper.make_graph(self.nodes, f"minilm-{part}", given, made, list(self.tensors.values()))
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        whole = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        add_pre_process_metadata(whole)  # its shapes are known and its operators fused: the quantizer need not ask
        return whole
