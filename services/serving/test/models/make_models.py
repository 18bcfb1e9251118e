"""Writes the small ONNX models of the serving tests. The same onnx version gives the same bytes.

    python3 -m venv /tmp/onnx && /tmp/onnx/bin/pip install onnx==1.20.1
    /tmp/onnx/bin/python services/serving/test/models/make_models.py
"""

from pathlib import Path

import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
FLOAT, INT64, STRING = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING


def column(name: str, kind: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, [None, 1])


def save(name: str, nodes: list, inputs: list, outputs: list, constants: list) -> None:
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)],
        ir_version=9,
        producer_name="drawbridge",
    )
    onnx.checker.check_model(model)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def scorer(name: str, bias: float) -> None:
    """score = sigmoid(amount / 100 + (country is known) + bias), label = score > 0.5"""
    save(
        name,
        [
            helper.make_node(
                "LabelEncoder",
                ["country"],
                ["known"],
                domain="ai.onnx.ml",
                keys_strings=["AT", "DE"],
                values_floats=[1.0, 1.0],
                default_float=0.0,
            ),
            helper.make_node("Mul", ["amount", "scale"], ["scaled"]),
            helper.make_node("Add", ["scaled", "known"], ["sum"]),
            helper.make_node("Add", ["sum", "bias"], ["logit"]),
            helper.make_node("Sigmoid", ["logit"], ["score"]),
            helper.make_node("Greater", ["score", "half"], ["above"]),
            helper.make_node("Cast", ["above"], ["label"], to=INT64),
        ],
        [column("amount", FLOAT), column("country", STRING)],
        [column("score", FLOAT), column("label", INT64)],
        [
            helper.make_tensor("scale", FLOAT, [], [0.01]),
            helper.make_tensor("bias", FLOAT, [], [bias]),
            helper.make_tensor("half", FLOAT, [], [0.5]),
        ],
    )


def matrix_sum() -> None:
    """One matrix of three columns as input, their sum as output."""
    save(
        "matrix",
        [helper.make_node("ReduceSum", ["columns", "axis"], ["total"], keepdims=1)],
        [helper.make_tensor_value_info("columns", FLOAT, [None, 3])],
        [column("total", FLOAT)],
        [helper.make_tensor("axis", INT64, [1], [1])],
    )


def reciprocal() -> None:
    """1 / x: infinite for 0, which JSON cannot carry."""
    save("reciprocal", [helper.make_node("Reciprocal", ["x"], ["y"])], [column("x", FLOAT)], [column("y", FLOAT)], [])


def wide() -> None:
    """Twenty inputs, their sum as output: the model of the benchmark, which costs next to nothing."""
    names = [f"feature_{i}" for i in range(20)]
    save("wide", [helper.make_node("Sum", names, ["score"])], [column(name, FLOAT) for name in names], [column("score", FLOAT)], [])


if __name__ == "__main__":
    scorer("scorer-v1", -1.0)
    scorer("scorer-v2", 1.0)
    matrix_sum()
    reciprocal()
    wide()
