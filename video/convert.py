"""TensorFlow.js graph models into ONNX, as far as NanoDet needs it: numpy and `onnx`, no TensorFlow.

A graph model is `model.json` (the nodes, and a list of what the weights are called) and a file of weights. TensorFlow
has the channels last and ONNX first, so a convolution is wrapped in transposes; onnxruntime takes the pairs out again.
"""

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Node = dict[str, Any]
Weights = dict[str, npt.NDArray[Any]]
FIRST, LAST = [0, 3, 1, 2], [0, 2, 3, 1]  # channels to the first place, and back to the last
OPSET, IR = 13, 8


def convert(model: Path, outputs: Sequence[Sequence[str]], joined: str) -> onnx.ModelProto:
    """The model as ONNX; its single output `joined` is a table of what `outputs` give.

    Each entry names outputs whose columns stand side by side; the rows of the entries follow one another.
    Raises ValueError for an operation that is not known here.
    """
    graph = _Graph(*_read(model))
    rows = [graph.add("Concat", [graph.value(name) for name in names], axis=2) for names in outputs]
    table = graph.add("Concat", rows, axis=1)
    graph.nodes.append(helper.make_node("Identity", [table], [joined]))
    made = helper.make_graph(
        graph.nodes,
        model.stem,
        graph.inputs,
        [helper.make_tensor_value_info(joined, TensorProto.FLOAT, None)],
        graph.constants,
    )
    opset = helper.make_opsetid("", OPSET)
    result = helper.make_model(made, producer_name="mingjing", opset_imports=[opset], ir_version=IR)
    result = onnx.shape_inference.infer_shapes(result)
    onnx.checker.check_model(result)
    return result


def _read(path: Path) -> tuple[list[Node], Weights]:
    """The nodes of a graph model, and its weights by name; float16 ones become float32, which loses nothing."""
    model = json.loads(path.read_bytes())
    weights = {}
    for group in model["weightsManifest"]:
        raw = b"".join((path.parent / name).read_bytes() for name in group["paths"])
        at = 0
        for entry in group["weights"]:
            kind = np.dtype(entry.get("quantization", entry)["dtype"])
            values = np.frombuffer(raw, kind, int(np.prod(entry["shape"])), at).reshape(entry["shape"])
            at += values.nbytes
            weights[entry["name"]] = values.astype(np.float32 if kind.kind == "f" else np.int64)
    return model["modelTopology"]["node"], weights


class _Graph:
    """The ONNX graph while it grows: a node is added when its value is asked for, after what it needs."""

    def __init__(self, nodes: list[Node], weights: Weights) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self._source = {node["name"]: node for node in nodes}
        self._weights = weights
        self._done: dict[str, str] = {}

    def value(self, reference: str) -> str:
        """The name in the ONNX graph of what `NODE` or `NODE:PORT` gives."""
        name, _, port = reference.partition(":")
        if f"{name}:{port or 0}" not in self._done:
            for number, made in enumerate(self.made(self._source[name])):
                self._done[f"{name}:{number}"] = made
        return self._done[f"{name}:{port or 0}"]

    def add(self, operation: str, inputs: list[str], results: int = 1, **attributes: Any) -> str:
        """Add a node; the name of its first result. Further ones end in _1, _2 and so on."""
        name = f"{operation.lower()}_{len(self.nodes)}"
        names = [name, *(f"{name}_{number}" for number in range(1, results))]
        self.nodes.append(helper.make_node(operation, inputs, names, name=name, **attributes))
        return name

    def constant(self, values: npt.ArrayLike, kind: npt.DTypeLike) -> str:
        """The name of a constant."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values, kind), name))
        return name

    def made(self, node: Node) -> list[str]:
        """What a node of the source gives, by port."""
        operation, inputs = node["op"], node.get("input", [])
        if operation == "Placeholder":
            shape = [int(dim["size"]) for dim in node["attr"]["shape"]["shape"]["dim"]]
            self.inputs.append(helper.make_tensor_value_info(node["name"], TensorProto.FLOAT, shape))
            return [node["name"]]
        if operation == "Const":
            values = self._weights[node["name"]]
            return [self.constant(values, values.dtype)]
        if operation == "Identity":
            return [self.value(inputs[0])]
        if operation == "SplitV":
            sizes = self.known(inputs[1])
            first = self.add(
                "Split",
                [self.value(inputs[0]), self.constant(sizes, np.int64)],
                len(sizes),
                axis=int(self.known(inputs[2])),
            )
            return [first, *(f"{first}_{number}" for number in range(1, len(sizes)))]
        if operation not in _MAKERS:
            raise ValueError(f"{node['name']}: the operation {operation} is not known here")
        return [_MAKERS[operation](self, node, inputs)]

    def known(self, name: str) -> npt.NDArray[Any]:
        """The value of a constant, or of what can be computed from constants alone (the shapes of reshapes)."""
        node = self._source[name.partition(":")[0]]
        operation, inputs = node["op"], node.get("input", [])
        if operation == "Const":
            return self._weights[node["name"]]
        if operation == "AddV2":
            return np.asarray(self.known(inputs[0]) + self.known(inputs[1]))
        if operation == "SparseToDense":
            places, shape, values, default = map(self.known, inputs)
            dense = np.full(shape, default)
            dense[tuple(places.reshape(-1, dense.ndim).T)] = values
            return dense
        raise ValueError(f"{name}: {operation} is no constant")

    def channels_first(self, operation: str, inputs: list[str], **attributes: Any) -> str:
        """An operation on pictures, on a transposed copy of its first input."""
        first = self.add("Transpose", [self.value(inputs[0])], perm=FIRST)
        return self.add("Transpose", [self.add(operation, [first, *inputs[1:]], **attributes)], perm=LAST)

    def plain(self, operation: str, inputs: list[str], **attributes: Any) -> str:
        return self.add(operation, [self.value(name) for name in inputs], **attributes)

    def convolution(self, node: Node, inputs: list[str]) -> str:
        kernel = self.known(inputs[1]).transpose(3, 2, 0, 1)
        pictures, padding = self._padded(node, inputs[0])
        made = self.add(
            "Conv",
            [pictures, self.constant(kernel, np.float32)],
            kernel_shape=kernel.shape[2:],
            strides=_ints(node, "strides")[1:3],
            dilations=_ints(node, "dilations")[1:3],
            **padding,
        )
        return self.add("Transpose", [made], perm=LAST)

    def _padded(self, node: Node, pictures: str) -> tuple[str, dict[str, Any]]:
        """What a convolution reads, channels first, and its padding: zeros that a node before adds are its own.

        A pad of its own makes onnxruntime reorder the channels before and after it, a fifth of the whole time.
        """
        padding: dict[str, Any] = dict(_padding(node))
        turned = self._source[pictures.partition(":")[0]]
        if turned["op"] == "Transpose" and self.known(turned["input"][1]).tolist() == LAST:
            pad = self._source[turned["input"][0].partition(":")[0]]
            if pad["op"] in ("Pad", "PadV2") and padding["auto_pad"] == "VALID":
                edges = self.known(pad["input"][1])
                filled = self.known(pad["input"][2]) if len(pad["input"]) > 2 else np.zeros(1)
                if not edges[:2].any() and not filled.any():
                    return self.value(pad["input"][0]), {"pads": edges[2:].T.ravel().tolist()}
        return self.add("Transpose", [self.value(pictures)], perm=FIRST), padding

    def largest(self, node: Node, inputs: list[str]) -> str:
        return self.channels_first(
            "MaxPool",
            inputs,
            kernel_shape=_ints(node, "ksize")[1:3],
            strides=_ints(node, "strides")[1:3],
            **_padding(node),
        )

    def pad(self, node: Node, inputs: list[str]) -> str:
        widths = self.known(inputs[1])
        if not widths.any():
            return self.value(inputs[0])
        filled = self.known(inputs[2]) if len(inputs) > 2 else 0
        return self.add(
            "Pad",
            [self.value(inputs[0]), self.constant(widths.T.ravel(), np.int64), self.constant(filled, np.float32)],
        )

    def resize(self, node: Node, inputs: list[str]) -> str:
        height, width = self.known(inputs[1])
        pixels = "half_pixel" if node["attr"]["half_pixel_centers"]["b"] else "asymmetric"
        if node["attr"]["align_corners"]["b"]:
            pixels = "align_corners"
        scaled = self.add("Transpose", [self.value(inputs[0])], perm=FIRST)
        kept = self.add(
            "Slice", [self.add("Shape", [scaled]), self.constant([0], np.int64), self.constant([2], np.int64)]
        )
        sizes = self.add("Concat", [kept, self.constant([height, width], np.int64)], axis=0)
        scaled = self.add("Resize", [scaled, "", "", sizes], mode="linear", coordinate_transformation_mode=pixels)
        return self.add("Transpose", [scaled], perm=LAST)


_MAKERS: dict[str, Callable[[_Graph, Node, list[str]], str]] = {
    "Add": lambda graph, node, inputs: graph.plain("Add", inputs),
    "AddV2": lambda graph, node, inputs: graph.plain("Add", inputs),
    "Sigmoid": lambda graph, node, inputs: graph.plain("Sigmoid", inputs),
    "LeakyRelu": lambda graph, node, inputs: graph.plain("LeakyRelu", inputs, alpha=node["attr"]["alpha"]["f"]),
    "ConcatV2": lambda graph, node, inputs: graph.plain("Concat", inputs[:-1], axis=int(graph.known(inputs[-1]))),
    "Transpose": lambda graph, node, inputs: graph.plain("Transpose", inputs[:1], perm=graph.known(inputs[1]).tolist()),
    "Reshape": lambda graph, node, inputs: graph.add(
        "Reshape", [graph.value(inputs[0]), graph.constant(graph.known(inputs[1]), np.int64)]
    ),
    "Pad": _Graph.pad,
    "PadV2": _Graph.pad,
    "Conv2D": _Graph.convolution,
    "MaxPool": _Graph.largest,
    "ResizeBilinear": _Graph.resize,
}


def _ints(node: Node, name: str) -> list[int]:
    return [int(number) for number in node["attr"][name]["list"]["i"]]


def _padding(node: Node) -> dict[str, str]:
    kind = base64.b64decode(node["attr"]["padding"]["s"]).decode()
    return {"auto_pad": {"VALID": "VALID", "SAME": "SAME_UPPER"}[kind]}
