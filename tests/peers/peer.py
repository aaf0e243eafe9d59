"""Computes one kernel with another library: python peer.py METHOD NETWORK IN.npz OUT.npy REPORT.json [CALLS]

METHOD: neural-tangents-1, -2 or -3 (its implementations: Jacobian contraction, NTK-vector products,
structured derivatives), or torch.func (Jacobian contraction). NETWORK ends with -traced for the mean
over outputs. IN.npz holds param.NAME and input.NAME. REPORT.json tells when the kernel was on disk
and how long each of CALLS later calls took. `ntk bench --peers` calls this.
"""
import json
import os
import sys
import time

import numpy as np


def peak_bytes():
    """The most memory this process has had resident, as Linux counts it; None elsewhere."""
    try:
        with open('/proc/self/status') as status:
            for line in status:
                if line.startswith('VmHWM:'):
                    return 1024 * int(line.split()[1])
    except OSError:
        pass
    return None


def with_jax(implementation, name, traced, params, statistics, x):
    os.environ['JAX_PLATFORMS'] = 'cpu'
    import jax
    import neural_tangents as nt
    import networks_jax

    f = networks_jax.network(name, statistics)
    trace_axes = (-1,) if traced else ()
    kernel = nt.empirical_ntk_fn(
        f, trace_axes=trace_axes, vmap_axes=0, implementation=implementation)
    params, x = jax.device_put((params, x))
    start = time.perf_counter()
    compiled = jax.jit(lambda x, params: kernel(x, None, params)).lower(x, params).compile()
    result = compiled(x, params).block_until_ready()
    first = time.perf_counter() - start
    costs = compiled.cost_analysis()
    costs = costs[0] if isinstance(costs, list) else costs
    operations = (costs or {}).get('flops')
    call = lambda: compiled(x, params).block_until_ready()
    return call, result, first, operations, f'neural-tangents {nt.__version__}, JAX {jax.__version__}'


def with_torch(name, traced, params, statistics, x):
    os.environ['CUDA_VISIBLE_DEVICES'] = ''
    import torch
    from torch.func import jacrev, vmap
    import networks_torch

    def tensors(arrays):
        return {k: torch.from_numpy(v) for k, v in arrays.items()}

    f = networks_torch.network(name, tensors(statistics))
    params, x = networks_torch.prepared(name, tensors(params), torch.from_numpy(x))
    spec = 'Naf,Maf->NM' if traced else 'Naf,Mbf->NMab'

    def of_one(params, x):
        return f(params, x.unsqueeze(0)).squeeze(0)

    def call():
        with torch.no_grad():
            jacobian = vmap(jacrev(of_one), (None, 0))(params, x)
            flat = [j.flatten(2) for j in jacobian.values()]
            kernel = sum(torch.einsum(spec, j, j) for j in flat)
            return kernel / flat[0].shape[1] if traced else kernel

    start = time.perf_counter()
    result = call()
    first = time.perf_counter() - start
    return call, result, first, None, f'torch.func, PyTorch {torch.__version__}'


def main(method, network, inputs, out, report, calls='0'):
    traced = network.endswith('-traced')
    name = network.removesuffix('-traced')
    with np.load(inputs) as arrays:
        params = {k[6:]: arrays[k] for k in arrays.files if k.startswith('param.')}
        rest = {k[6:]: arrays[k] for k in arrays.files if k.startswith('input.')}
    x = rest.pop('x')
    if method == 'torch.func':
        call, result, first, operations, version = with_torch(name, traced, params, rest, x)
    else:
        implementation = int(method.rsplit('-', 1)[1])
        call, result, first, operations, version = with_jax(
            implementation, name, traced, params, rest, x)
    np.save(out, np.asarray(result))
    on_disk = time.time()
    found = {'onDiskAt': on_disk, 'firstSeconds': first, 'peakBytes': peak_bytes(),
             'operations': operations, 'version': version}
    warm, processor = [], []
    for _ in range(int(calls)):
        start, cpu = time.perf_counter(), time.process_time()
        call()
        warm.append(time.perf_counter() - start)
        processor.append(time.process_time() - cpu)
        if len(warm) >= 3 and sum(warm) > 20:
            break  # A call that takes this long does not need seven of them.
    found |= {'warmSeconds': warm, 'warmProcessorSeconds': processor, 'peakBytesLater': peak_bytes()}
    with open(report, 'w') as file:
        json.dump({k: v for k, v in found.items() if v is not None}, file)


if __name__ == '__main__':
    main(*sys.argv[1:])
