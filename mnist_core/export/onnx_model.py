"""A network as an ONNX model: a handful of nodes, written with ONNX's own helper."""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from mnist_core.data import PIXELS
from mnist_core.network import Network

OPSET = 17
"""Of 2022, with the IR version that came with it: old enough for every runtime in use."""
IR_VERSION = 8
INPUT, OUTPUT = "images", "probabilities"
_OPERATORS = {"relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid", "elu": "Elu"}


def to_onnx(network: Network, description: str) -> bytes:
    """Return a network as an ONNX file: `images` (n, 784) float32 in [0, 1] -> `probabilities` (n, 10) float32.

    `description` is kept in the file as its doc string.
    """
    arrays: dict[str, NDArray[np.float32]] = {}
    nodes, values = [], INPUT
    for number, layer in enumerate(network.layers, 1):
        last = number == len(network.layers)
        kernel, bias, product, total = (f"{name}_{number}" for name in ("kernel", "bias", "product", "sum"))
        output = OUTPUT if last else f"hidden_{number}"
        arrays |= {kernel: layer.kernel, bias: layer.bias}
        activation = {"axis": -1} if last else {}
        nodes += [
            helper.make_node("MatMul", [values, kernel], [product]),
            helper.make_node("Add", [product, bias], [total]),
            helper.make_node("Softmax" if last else _OPERATORS[network.activation], [total], [output], **activation),
        ]
        values = output
    initial = [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in arrays.items()]
    images = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", PIXELS])
    probabilities = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", len(network.layers[-1].bias)])
    graph = helper.make_graph(nodes, "digits", [images], [probabilities], initial)
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, doc_string=description)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())
