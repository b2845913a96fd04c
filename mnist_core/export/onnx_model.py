"""A network as an ONNX model: a handful of nodes, written with ONNX's own helper."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from mnist_core.data import IMAGE_SIZE, PIXELS
from mnist_core.model.activations import LEAKY_RELU_SLOPE, SELU_ALPHA, SELU_SCALE, parse
from mnist_core.model.convolution import POOL_SIZE
from mnist_core.model.numpy_network import OUTPUT_ACTIVATION, Network
from mnist_core.runs import Run, RunStore
from mnist_core.text.escape import LONGEST_SENTENCE, clean

OPSET = 17
"""The operator set of 2022, with its IR version: old enough for every runtime in use."""
IR_VERSION = 8
INPUT, OUTPUT = "images", "probabilities"
_SMALLEST = 1e-12
"""Replaces the length 0 of something that is all black, so that it stays black when it is divided by its length."""


class _Graph:
    """Nodes and constants in the making; each value has a name of its own."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, array: NDArray) -> str:
        """Add an array and return its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def number(self, name: str, value: float) -> str:
        """Add a single number and return its name."""
        return self.constant(name, np.array(value, dtype=np.float32))

    def node(self, operator: str, *inputs: str, to: str = "", **attributes: object) -> str:
        """Add a node and return the name of its output, by default a new one."""
        output = to or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output


def onnx_model_of(store: RunStore, run: Run) -> bytes:
    """Return a run's network as an ONNX model that names the run. Raises `NoNetworkYet` and `DamagedBlob`."""
    network = Network.from_bytes(store.network_bytes(run.id))
    return to_onnx(network, clean(f"Run {run.id}: {run.description}", LONGEST_SENTENCE))


def to_onnx(network: Network, description: str) -> bytes:
    """Return a network as an ONNX file: `images` (n, 784) float32 in [0, 1] -> `probabilities` (n, classes) float32.

    `description` is kept in the file as its doc string.
    """
    graph = _Graph()
    values = _convolutions(graph, network, _scaling(graph, network.scaling, INPUT))
    for number, layer in enumerate(network.layers, 1):
        kernel = graph.constant(f"kernel_{number}", layer.kernel)
        bias = graph.constant(f"bias_{number}", layer.bias)
        product = graph.node("MatMul", values, kernel, to=f"product_{number}")
        total = graph.node("Add", product, bias, to=f"sum_{number}")
        if layer.activation == OUTPUT_ACTIVATION:
            graph.node("Softmax", total, to=OUTPUT, axis=-1)
        else:
            values = _activation(graph, layer.activation, total, f"hidden_{number}")
    images = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", PIXELS])
    probabilities = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", network.classes])
    proto = helper.make_graph(graph.nodes, "digits", [images], [probabilities], graph.constants)
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(proto, opset_imports=opset, ir_version=IR_VERSION, doc_string=description)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


# -- convolutions ---------------------------------------------------------------------------------------


def _convolutions(graph: _Graph, network: Network, value: str) -> str:
    """Add the convolutional layers, if there are any, and return the name of what the dense layers read.

    ONNX has the channels before rows and columns, Keras after them.
    """
    if not network.convolutions:
        return value
    maps = graph.node("Reshape", value, graph.constant("image", np.array([-1, 1, IMAGE_SIZE, IMAGE_SIZE])))
    for number, layer in enumerate(network.convolutions, 1):
        filters = graph.constant(f"filters_{number}", layer.kernel.transpose(3, 2, 0, 1))
        bias = graph.constant(f"filter_bias_{number}", layer.bias)
        sums = graph.node("Conv", maps, filters, bias, to=f"convolution_{number}")
        active = _activation(graph, layer.activation, sums, f"maps_{number}")
        maps = graph.node("MaxPool", active, kernel_shape=[POOL_SIZE] * 2, strides=[POOL_SIZE] * 2)
    row = graph.constant("features", np.array([-1, len(network.kernels[0])]))
    return graph.node("Reshape", graph.node("Transpose", maps, perm=[0, 2, 3, 1]), row)


# -- activations ----------------------------------------------------------------------------------------

_OPERATORS = {
    "relu": "Relu",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "linear": "Identity",
}


def _activation(graph: _Graph, name: str, value: str, to: str) -> str:
    kind, number = parse(name)
    if kind in _OPERATORS:
        return graph.node(_OPERATORS[kind], value, to=to)
    return _OTHERS[kind](graph, value, to, number)


def _relu6(graph: _Graph, value: str, to: str, _number: float | None) -> str:
    low, high = (graph.number(f"{to}_{bound}", bound) for bound in (0, 6))
    return graph.node("Clip", value, low, high, to=to)


def _gelu(graph: _Graph, value: str, to: str, _number: float | None) -> str:
    """Write x · Φ(x) by the error function: ONNX has had an operator of its own only since 2023."""
    root, one, half = (graph.number(f"{to}_{name}", it) for name, it in _GELU_NUMBERS.items())
    share = graph.node("Add", graph.node("Erf", graph.node("Div", value, root)), one)
    return graph.node("Mul", graph.node("Mul", value, share), half, to=to)


_GELU_NUMBERS = {"root": math.sqrt(2), "one": 1, "half": 0.5}

_OTHERS: dict[str, Callable[[_Graph, str, str, float | None], str]] = {
    "elu": lambda graph, value, to, alpha: graph.node("Elu", value, to=to, alpha=1.0 if alpha is None else alpha),
    "leaky_relu": lambda graph, value, to, slope: graph.node(
        "LeakyRelu", value, to=to, alpha=LEAKY_RELU_SLOPE if slope is None else slope
    ),
    "selu": lambda graph, value, to, _: graph.node("Selu", value, to=to, alpha=SELU_ALPHA, gamma=SELU_SCALE),
    "silu": lambda graph, value, to, _: graph.node("Mul", value, graph.node("Sigmoid", value), to=to),
    "relu6": _relu6,
    "gelu": _gelu,
}


# -- scalings of an image by itself ---------------------------------------------------------------------

_AXES = {"l2_columns": [1], "l2_rows": [2], "l2_image": [1, 2]}


def _scaling(graph: _Graph, name: str, value: str) -> str:
    """Add the nodes of a scaling (see `input_scaling`), and return the name of what it makes of `value`."""
    if not name:
        return value
    smallest = graph.number("smallest", _SMALLEST)
    if name == "standardised_image":
        centred = graph.node("Sub", value, graph.node("ReduceMean", value, axes=[1], keepdims=1))
        spread = graph.node("Sqrt", graph.node("ReduceMean", graph.node("Mul", centred, centred), axes=[1], keepdims=1))
        return graph.node("Div", centred, graph.node("Max", spread, smallest))
    square = graph.node("Reshape", value, graph.constant("square", np.array([-1, IMAGE_SIZE, IMAGE_SIZE])))
    length = graph.node("Max", graph.node("ReduceL2", square, axes=_AXES[name], keepdims=1), smallest)
    row = graph.constant("row", np.array([-1, PIXELS]))
    return graph.node("Reshape", graph.node("Div", square, length), row)
