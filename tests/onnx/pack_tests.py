"""Packs ONNX's operator tests and its converted PyTorch modules: python pack_tests.py OUT.bin.gz [FOLDER]

Installs onnx into a virtual environment next to this script if it cannot be imported. With FOLDER,
writes every test as a folder too: FOLDER/NAME/{model.onnx, tolerance, test_data_set_0/{input,output}_K.pb}.

The packed file, compressed by gzip, big-endian as java.io.DataInputStream reads it:
  int blobs, then each: int size, bytes
  int tests, then each: UTF name, UTF operators (joined by spaces), double rtol, double atol,
    int model (number of a blob), int inputs and their blobs, int outputs and their blobs
"""

import glob
import gzip
import io
import os
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = {1, 6, 7, 9, 11}  # f32, i32, i64, bool, f64


def ensure_onnx():
    try:
        import onnx  # noqa: F401
    except ImportError:
        venv = os.path.join(HERE, ".venv")
        python = os.path.join(venv, "bin", "python")
        if not os.path.exists(python):
            subprocess.check_call([sys.executable, "-m", "venv", venv])
            subprocess.check_call(
                [python, "-m", "pip", "install", "-q", "onnx==1.23.2", "ml_dtypes"]
            )
        os.execv(python, [python] + sys.argv)


def element_types(graph):
    for value in list(graph.input) + list(graph.output) + list(graph.value_info):
        tensor = value.type.HasField("tensor_type")
        yield value.type.tensor_type.elem_type if tensor else -1
    for tensor in graph.initializer:
        yield tensor.data_type


def operator_tests():
    """(name, operators, rtol, atol, model, inputs, outputs) of tests within the scope."""
    import onnx
    import onnx.backend.test.case.node as node
    from onnx import numpy_helper
    from onnx.backend.test.case.utils import import_recursive

    import_recursive(node)
    for case in node.collect_testcases(None):
        graph = case.model.graph
        if any(n.domain not in ("", "ai.onnx") for n in graph.node):
            continue
        if not all(t in TYPES for t in element_types(graph)):
            continue

        def protos(values, infos):
            for value, info in zip(values, infos):
                if not isinstance(value, onnx.TensorProto):
                    value = numpy_helper.from_array(value, info.name)
                yield value.SerializeToString()

        inputs, outputs = case.data_sets[0]
        yield (
            case.name,
            operators(case.name, graph),
            case.rtol,
            case.atol,
            case.model.SerializeToString(),
            list(protos(inputs, graph.input)),
            list(protos(outputs, graph.output)),
        )


def operators(name, graph):
    return " ".join(sorted({n.op_type for n in graph.node}))


def converted_modules():
    import onnx
    import onnx.backend.test

    data = os.path.join(os.path.dirname(onnx.backend.test.__file__), "data")
    for kind in ("pytorch-converted", "pytorch-operator", "simple"):
        for folder in sorted(glob.glob(os.path.join(data, kind, "*"))):
            model = open(os.path.join(folder, "model.onnx"), "rb").read()
            graph = onnx.load_model_from_string(model).graph
            sets = os.path.join(folder, "test_data_set_0")

            def blobs(prefix):
                count = len(glob.glob(os.path.join(sets, prefix + "_*.pb")))
                for k in range(count):
                    yield open(os.path.join(sets, f"{prefix}_{k}.pb"), "rb").read()

            yield (
                os.path.basename(folder) + "." + kind,
                operators(folder, graph),
                1e-3,
                1e-5,
                model,
                list(blobs("input")),
                list(blobs("output")),
            )


def write_folder(root, tests):
    for name, _, rtol, atol, model, inputs, outputs in tests:
        data = os.path.join(root, name, "test_data_set_0")
        os.makedirs(data, exist_ok=True)
        open(os.path.join(root, name, "model.onnx"), "wb").write(model)
        open(os.path.join(root, name, "tolerance"), "w").write(f"{rtol} {atol}\n")
        for prefix, blobs in (("input", inputs), ("output", outputs)):
            for k, blob in enumerate(blobs):
                open(os.path.join(data, f"{prefix}_{k}.pb"), "wb").write(blob)


def utf(text):
    encoded = text.encode()
    return struct.pack(">H", len(encoded)) + encoded


def pack(path, tests):
    numbers = {}
    index = io.BytesIO()
    index.write(struct.pack(">i", len(tests)))
    for name, used, rtol, atol, model, inputs, outputs in tests:
        index.write(utf(name) + utf(used) + struct.pack(">dd", rtol, atol))
        for group in ([model], inputs, outputs):
            if group != [model]:
                index.write(struct.pack(">i", len(group)))
            for blob in group:
                index.write(struct.pack(">i", numbers.setdefault(blob, len(numbers))))
    with gzip.GzipFile(path, "wb", 9, mtime=0) as out:
        out.write(struct.pack(">i", len(numbers)))
        for blob in numbers:
            out.write(struct.pack(">i", len(blob)) + blob)
        out.write(index.getvalue())


def main():
    ensure_onnx()
    tests = sorted(operator_tests(), key=lambda t: t[0])
    modules = list(converted_modules())
    if len(sys.argv) > 2:
        write_folder(sys.argv[2], tests + modules)
    pack(sys.argv[1], tests + modules)
    print(len(tests), "operator tests,", len(modules), "converted modules")


if __name__ == "__main__":
    main()
