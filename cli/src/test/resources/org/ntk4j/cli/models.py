"""Writes the small models beside it: pip install onnx numpy."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def save(name, nodes, inputs, outputs, weights):
    initializers = [numpy_helper.from_array(w, key) for key, w in weights.items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, name + ".onnx")


def value(name, dtype, *dims):
    return helper.make_tensor_value_info(name, dtype, dims)


random = np.random.default_rng(0)
save(
    "two_inputs",
    [
        helper.make_node("Gather", ["table", "ids"], ["rows"]),
        helper.make_node("MatMul", ["x", "w"], ["hidden"]),
        helper.make_node("Add", ["rows", "hidden"], ["sum"]),
        helper.make_node("Tanh", ["sum"], ["y"]),
        helper.make_node("Sin", ["hidden"], ["z"]),
    ],
    [value("x", TensorProto.FLOAT, "N", 3), value("ids", TensorProto.INT64, "N")],
    [value("y", TensorProto.FLOAT, "N", 2), value("z", TensorProto.FLOAT, "N", 2)],
    {
        "table": random.standard_normal((5, 2)).astype(np.float32),
        "w": random.standard_normal((3, 2)).astype(np.float32),
    },
)
save(
    "unsupported",
    [
        helper.make_node("Frobnicate", ["x"], ["u"], name="first"),
        helper.make_node("Whiten", ["u"], ["v"], name="second"),
        helper.make_node("MatMul", ["v", "w"], ["y"]),
    ],
    [value("x", TensorProto.FLOAT, "N", 3)],
    [value("y", TensorProto.FLOAT, "N", 2)],
    {"w": random.standard_normal((3, 2)).astype(np.float32)},
)
save(
    "dropout",
    [
        helper.make_node("MatMul", ["x", "w"], ["hidden"]),
        helper.make_node("Dropout", ["hidden", "ratio", "training"], ["kept"], name="drop"),
        helper.make_node("MatMul", ["kept", "v"], ["y"]),
    ],
    [value("x", TensorProto.FLOAT, "N", 3)],
    [value("y", TensorProto.FLOAT, "N", 2)],
    {
        "w": random.standard_normal((3, 8)).astype(np.float32),
        "v": random.standard_normal((8, 2)).astype(np.float32),
        "ratio": np.array(0.5, np.float32),
        "training": np.array(True),
    },
)
save(
    "scalar",
    [
        helper.make_node("MatMul", ["x", "w"], ["hidden"]),
        helper.make_node("Tanh", ["hidden"], ["column"]),
        helper.make_node("Squeeze", ["column", "axes"], ["y"]),
    ],
    [value("x", TensorProto.FLOAT, "N", 3)],
    [value("y", TensorProto.FLOAT, "N")],
    {
        "w": random.standard_normal((3, 1)).astype(np.float32),
        "axes": np.array([1]),
    },
)
