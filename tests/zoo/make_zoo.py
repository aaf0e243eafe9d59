"""Exports well-known networks with both of PyTorch's exporters.

python make_zoo.py OUT [PART_OF_NAME ..], where OUT is tests/src/test/resources/zoo

Installs what it needs into a virtual environment next to this script (5.6 GB, because PyTorch's
packages bring CUDA along; everything here runs on the CPU). Nothing else is downloaded: all weights
are random. For NAME and EXPORTER (`legacy`: dynamo=False, `dynamo`: dynamo=True, both with a
dynamic batch; `legacy_one`, `dynamo_one`: for one example, all sizes fixed) it writes

  OUT/NAME-EXPORTER.onnx.gz  the exported model without the data of weights that belong to the
      PyTorch module. Weight number i of such a tensor, in the order of the file, is
        float32(mean + scale * u(seed, i)), computed in double precision, where u is `uniform`;
      seed, mean and scale are in the tensor's doc_string. All other tensors are stored.
      Metadata of the model: `parameters`, the tensors that are parameters of the module; `others`,
      floating-point tensors with more than one number that exporters made of parameters (tables
      looked up, weights that are there twice) or of constants other than masks; `kernel`, the
      parameters by which the kernel is taken; `trace`, the output axis of its trace, or `none`.
  OUT/NAME-EXPORTER.npz  inputs (`x.INPUT`), onnxruntime's output (`y`) for the model with these
      weights, and the kernel of all pairs of examples, [n1, n2, o1, o2], by PyTorch's reverse mode
      in double precision (`kernel`).

Exporters fold batch normalization into the convolution before it; so does the module here, with
torch.fx, before its kernel is taken: parameters are those of the file.
"""

import copy
import gzip
import io
import os
import re
import subprocess
import sys
import warnings
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
REQUIREMENTS = (
    "torch==2.14.1 torchvision==0.29.1 transformers==5.20.2 "
    "onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.27.0"
).split()
CLASSES = 3
EXAMPLES = 2
LENGTH = 6  # of sequences


def ensure_installed():
    venv = os.path.join(HERE, ".venv")
    python = os.path.join(venv, "bin", "python")
    if os.path.realpath(sys.prefix) == os.path.realpath(venv) or "ZOO_NO_VENV" in os.environ:
        return
    installed = os.path.join(venv, "installed")  # holds what; an installation may have been cut off
    if not os.path.exists(installed) or open(installed).read() != " ".join(REQUIREMENTS):
        subprocess.check_call([sys.executable, "-m", "venv", venv])
        subprocess.check_call([python, "-m", "pip", "install", "-q"] + REQUIREMENTS)
        with open(installed, "w") as file:
            file.write(" ".join(REQUIREMENTS))
    os.execv(python, [python] + sys.argv)


if __name__ == "__main__":
    ensure_installed()

import numpy as np  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
import torchvision  # noqa: E402
import transformers  # noqa: E402
from onnx import numpy_helper  # noqa: E402
from torch.fx.experimental.optimization import fuse  # noqa: E402


def uniform(seed, count):
    """Numbers in [-1, 1): the top 24 bits of SplitMix64's output number i + 1 for this seed."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(
            0x9E3779B97F4A7C15
        )
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) / 2.0**23 - 1.0


class Gpt2(torch.nn.Module):
    """Small GPT-2: logits of the next token."""

    def __init__(self):
        super().__init__()
        self.model = transformers.GPT2LMHeadModel(
            transformers.GPT2Config(
                vocab_size=24, n_positions=16, n_embd=32, n_layer=2, n_head=4, use_cache=False
            )
        )

    def forward(self, input_ids):
        return self.model(input_ids, attention_mask=torch.ones_like(input_ids)).logits


class Bert(torch.nn.Module):
    """Small BERT: the last hidden state."""

    def __init__(self):
        super().__init__()
        self.model = transformers.BertModel(
            transformers.BertConfig(
                vocab_size=24,
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=4,
                intermediate_size=64,
                max_position_embeddings=16,
            ),
            add_pooling_layer=False,
        )

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids, attention_mask=attention_mask).last_hidden_state


def vision(name, kernel, size=32, **options):
    def build():
        return getattr(torchvision.models, name)(weights=None, num_classes=CLASSES, **options)

    def inputs(generator):
        x = torch.randn(EXAMPLES, 3, size, size, generator=generator)
        return {"x": torch.round(x * 8) / 8}  # few bits, so that they compress

    return build, inputs, kernel, "none"


def tokens(generator):
    return torch.randint(24, (EXAMPLES, LENGTH), generator=generator)


def masked_tokens(generator):
    mask = torch.ones(EXAMPLES, LENGTH, dtype=torch.int64)
    mask[0, 4:] = 0
    return {"input_ids": tokens(generator), "attention_mask": mask}


# Name to module, inputs, parameters of the kernel (a pattern of names in the module), trace.
NETWORKS = {
    "resnet18": vision("resnet18", r""),
    "mobilenet_v3_small": vision("mobilenet_v3_small", r""),
    "efficientnet_b0": vision("efficientnet_b0", r""),
    "convnext_tiny": vision("convnext_tiny", r"features\.0|features\.1|features\.7\.2|classifier"),
    "densenet121": vision("densenet121", r""),
    "vit_b_16": vision(
        "vit_b_16", r"class_token|conv_proj|pos_embedding|layer_0\b|layer_11\b|heads", image_size=32
    ),
    "swin_t": vision("swin_t", r"features\.[0-3]\.|features\.7\.1|norm|head"),
    "gpt2": (Gpt2, lambda generator: {"input_ids": tokens(generator)}, r"", "-1"),
    "bert": (Bert, masked_tokens, r"", "-1"),
}


def randomize(module, generator):
    """Every number its own: constant tensors are spread, so that each can be told from others."""
    tensors = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    for name, tensor in tensors.items():
        if not tensor.is_floating_point():
            continue
        noise = torch.randn(tensor.shape, generator=generator)
        with torch.no_grad():
            if name.endswith("running_var"):
                tensor.copy_(0.5 + torch.rand(tensor.shape, generator=generator))
            elif tensor.numel() > 1 and tensor.std() > 1e-3 * tensor.mean().abs():
                tensor.copy_(tensor.mean() + tensor.std() * noise)
            else:
                tensor.add_(0.1 * noise)


def export(module, inputs, exporter, path):
    names = list(inputs)
    dynamo = exporter.startswith("dynamo")
    options = {"dynamo": dynamo, "input_names": names, "output_names": ["y"]}
    if dynamo:
        options.update(external_data=False, verbose=False)
    if is_for_one(exporter):
        inputs = {name: x[:1] for name, x in inputs.items()}
    else:
        axes = {0: "n"} if inputs[names[0]].is_floating_point() else {0: "n", 1: "t"}
        if dynamo:
            limits = {"n": {}, "t": {"max": 16}}
            dims = {axis: torch.export.Dim(key, **limits[key]) for axis, key in axes.items()}
            options["dynamic_shapes"] = tuple(dims for _ in names)
        else:
            options["dynamic_axes"] = {name: axes for name in names + ["y"]}
    torch.onnx.export(module, tuple(inputs.values()), path, **options)
    return onnx.load(path)


def is_mask(x):
    return bool(np.all((x == 0) | (x <= -1e4)) and np.any(x))


def is_for_one(exporter):
    return exporter.endswith("_one")


def run(data, inputs, exporter):
    """What onnxruntime computes."""
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    arrays = {name: x.numpy() for name, x in inputs.items()}
    if not is_for_one(exporter):
        return session.run(None, arrays)[0]
    examples = range(EXAMPLES)
    return np.concatenate(
        [session.run(None, {k: x[n : n + 1] for k, x in arrays.items()})[0] for n in examples]
    )


def folded(module):
    """The module with batch normalization folded into convolutions where there are any."""
    if not any(isinstance(m, torch.nn.BatchNorm2d) for m in module.modules()):
        return copy.deepcopy(module)
    return fuse(module)


class Link:
    """An initializer that holds a tensor of the module."""

    def __init__(self, name, transposed):
        self.name = name
        self.transposed = transposed


def links(model, module):
    """By name of the initializer; tensors of the module that are in the file twice are left out."""
    tensors = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    arrays = {n: t.detach().numpy() for n, t in tensors.items() if t.is_floating_point()}
    found = {}
    for proto in model.graph.initializer:
        x = numpy_helper.to_array(proto)
        if x.dtype != np.float32 or x.size < 2:
            continue
        for name, y in arrays.items():
            if x.shape == y.shape and np.allclose(x, y, rtol=1e-4, atol=1e-6):
                found[proto.name] = Link(name, False)
            elif x.ndim == 2 and x.shape == y.T.shape and np.allclose(x, y.T, rtol=1e-4, atol=1e-6):
                found[proto.name] = Link(name, True)
    names = [link.name for link in found.values()]
    return {key: link for key, link in found.items() if names.count(link.name) == 1}


def refill(model, module, found):
    """Replaces linked weights, in the file and in the module, by numbers that can be computed."""
    tensors = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    for proto in model.graph.initializer:
        proto.doc_string = ""
        if proto.name not in found:
            continue
        link = found[proto.name]
        old = numpy_helper.to_array(proto)
        seed = zlib.crc32(link.name.encode())
        mean = float(np.float32(old.mean(dtype=np.float64)))
        scale = float(np.float32(old.std(dtype=np.float64) * np.sqrt(3.0)))
        new = (mean + scale * uniform(seed, old.size)).astype(np.float32).reshape(old.shape)
        proto.CopyFrom(numpy_helper.from_array(new, proto.name))
        proto.doc_string = f"{seed} {mean!r} {scale!r}"
        with torch.no_grad():
            tensors[link.name].copy_(torch.from_numpy((new.T if link.transposed else new).copy()))


def stripped(model, found, metadata):
    """The model without linked weights and without what is there for people only."""
    small = copy.deepcopy(model)
    for proto in small.graph.initializer:
        if proto.name in found:
            proto.ClearField("raw_data")
            proto.ClearField("float_data")
    small.doc_string = ""
    del small.metadata_props[:]
    del small.graph.metadata_props[:]
    del small.graph.value_info[:]
    for node in small.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.helper.set_model_props(small, metadata)
    return gzip.compress(small.SerializeToString(), 9, mtime=0)


def kernel(module, inputs, names, trace):
    """`[n1, n2, o1, o2]`, or with a trace over the last axis `[n1, n2, t1, t2]`."""
    module = module.double()
    doubles = [x.double() if x.is_floating_point() else x for x in inputs.values()]
    tensors = dict(module.named_parameters())
    chosen = [tensors[name] for name in names]
    for tensor in tensors.values():
        tensor.requires_grad_(False)
    for tensor in chosen:
        tensor.requires_grad_(True)
    y = module(*doubles)
    rows = []
    for entry in y.flatten():
        grads = torch.autograd.grad(entry, chosen, retain_graph=True)
        rows.append(torch.cat([g.flatten() for g in grads]))
    jacobian = torch.stack(rows)
    product = (jacobian @ jacobian.T).reshape(*y.shape, *y.shape)
    if trace == "none":
        result = product.permute(0, 2, 1, 3)
    else:
        result = torch.einsum("nsomto->nmst", product)
        result = result / y.shape[-1]
    return y.detach().numpy(), result.contiguous().numpy()


def make(name, exporter, out, scratch):
    build, draw, pattern, trace = NETWORKS[name]
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(1)
    module = build().eval()
    randomize(module, generator)
    inputs = draw(generator)
    model = export(module, inputs, exporter, os.path.join(scratch, f"{name}-{exporter}.onnx"))
    reference = folded(module)
    found = links(model, reference)
    refill(model, reference, found)
    trained = dict(reference.named_parameters())
    parameters = [key for key, link in found.items() if link.name in trained]
    chosen = [key for key in parameters if re.search(pattern, found[key].name)]
    others = [
        proto.name
        for proto in model.graph.initializer
        if proto.name not in found
        and proto.data_type == onnx.TensorProto.FLOAT
        and int(np.prod(proto.dims)) > 1
        and not is_mask(numpy_helper.to_array(proto))
    ]
    metadata = {
        "parameters": "\n".join(parameters),
        "others": "\n".join(others),
        "kernel": "\n".join(chosen),
        "trace": trace,
    }
    data = model.SerializeToString()
    with open(os.path.join(scratch, f"{name}-{exporter}-filled.onnx"), "wb") as file:
        file.write(data)
    y = run(data, inputs, exporter)
    exact, k = kernel(reference, inputs, [found[key].name for key in chosen], trace)
    error = np.abs(y - exact).max() / np.abs(exact).max()
    assert error < 1e-4, f"{name}-{exporter}: onnxruntime and PyTorch differ by {error}"
    packed = stripped(model, found, metadata)
    with open(os.path.join(out, f"{name}-{exporter}.onnx.gz"), "wb") as file:
        file.write(packed)
    arrays = {"x." + key: x.numpy() for key, x in inputs.items()}
    np.savez_compressed(os.path.join(out, f"{name}-{exporter}.npz"), **arrays, y=y, kernel=k)
    missing = sorted(set(trained) - {link.name for link in found.values()})
    print(
        f"{name}-{exporter}: {len(model.graph.node)} nodes, {len(packed)} bytes,"
        f" {len(parameters)} parameters, {len(chosen)} of them in the kernel;"
        f" output {y.std():.3g}, error {error:.1e}, kernel up to {np.abs(k).max():.3g};"
        f" not found {missing}; others {others}",
        flush=True,
    )


def exporters(name):
    """For one example where that makes small files and quick kernels."""
    more = name in ("mobilenet_v3_small", "gpt2", "bert")
    return ("legacy", "dynamo") + (("legacy_one", "dynamo_one") if more else ())


def main():
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    out, wanted = sys.argv[1], sys.argv[2:]
    os.makedirs(out, exist_ok=True)
    scratch = os.environ.get("ZOO_SCRATCH", os.path.join(HERE, ".venv", "exported"))
    os.makedirs(scratch, exist_ok=True)
    for name in NETWORKS:
        for exporter in exporters(name):
            full = f"{name}-{exporter}"
            if not wanted or any(part in full for part in wanted):
                make(name, exporter, out, scratch)


if __name__ == "__main__":
    main()
