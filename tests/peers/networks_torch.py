"""The networks of org.ntk4j.cli.bench in PyTorch: f(params, x), formula by formula.

Images have their channels first here and convolutions' kernels are [out, in, ..]: `prepared` moves
the axes once. A kernel does not depend on the order of parameters.
"""
import torch
from torch.nn import functional as F

WEIGHT = 1.4
BIAS = 0.1


def prepared(name, params, x):
    """Parameters and examples with the axes in the order that PyTorch wants."""
    def moved(w):
        return w.permute(3, 2, 0, 1).contiguous() if w.ndim == 4 else w

    params = {k: moved(w) for k, w in params.items()}
    if name in ('cnn', 'vgg6', 'resnet18'):
        x = x.permute(0, 3, 1, 2).contiguous()
    return params, x


def product(x, w):
    return x @ w * (WEIGHT / x.shape[-1] ** 0.5)


def dense(p, name, x):
    return product(x, p['w' + name]) + BIAS * p['b' + name]


def fcn_of(product):
    def fcn(p, x):
        for i in range(4):
            x = product(x, p[f'w{i}']) + BIAS * p[f'b{i}']
            x = F.relu(x) if i < 3 else x
        return x

    return fcn


def transposed_product(x, w):
    return x @ w.T * (WEIGHT / x.shape[-1] ** 0.5)


def scaled_product(x, w):
    return x @ (w * (WEIGHT / x.shape[-1] ** 0.5))


def channels(b):
    return b[:, None, None]


def conv(x, w, stride=1):
    return F.conv2d(x, w, stride=stride, padding=0 if w.shape[-1] == 1 else 1)


def conv_layer(p, i, x, stride=1):
    scale = WEIGHT / (9 * x.shape[1]) ** 0.5
    return conv(x, p[f'w{i}'], stride) * scale + BIAS * channels(p[f'b{i}'])


def cnn(p, x):
    for i in range(3):
        x = F.relu(conv_layer(p, i, x))
    return dense(p, '3', x.permute(0, 2, 3, 1).flatten(1))


def vgg6(p, x):
    for i in range(6):
        x = F.relu(conv_layer(p, i, x, 2 if i in (2, 4) else 1))
    return dense(p, '6', x.mean((2, 3)))


def resnet18_with(statistics):
    def unit(p, name, x, stride=1):
        y = conv(x, p[name + '.w'], stride) - channels(statistics[name + '.mean'])
        y = y * channels(torch.rsqrt(statistics[name + '.variance'] + 1e-5))
        return y * channels(p[name + '.scale']) + channels(p[name + '.offset'])

    def resnet18(p, x):
        y = F.relu(unit(p, 'stem', x))
        for stage in range(4):
            for i in range(2):
                name = f'{stage}.{i}'
                stride = 2 if stage > 0 and i == 0 else 1
                h = F.relu(unit(p, name + '.1', y, stride))
                h = unit(p, name + '.2', h)
                y = F.relu(h + (unit(p, name + '.s', y, stride) if stride == 2 else y))
        return y.mean((2, 3)) @ p['w'] + p['b']

    return resnet18


def encoder(p, x):
    def affine(name, x):
        return x @ p[name + '.w'] + p[name + '.b']

    def normalize(name, x):
        return F.layer_norm(x, x.shape[-1:], p[name + '.scale'], p[name + '.offset'], 1e-5)

    def attention(layer, x):
        def heads(y):
            return y.reshape(y.shape[0], 64, 4, 64)

        q, k, v = (heads(affine(layer + name, x)) for name in 'qkv')
        weights = torch.softmax(torch.einsum('nshd,nthd->nhst', q, k) / 64 ** 0.5, -1)
        return affine(layer + 'o', torch.einsum('nhst,nthd->nshd', weights, v).reshape(x.shape))

    for i in range(4):
        layer = f'{i}.'
        x = x + attention(layer, normalize(layer + 'n1', x))
        up = affine(layer + 'up', normalize(layer + 'n2', x))
        x = x + affine(layer + 'down', F.gelu(up))
    return affine('head', normalize('n', x).mean(1))


def embedding(p, ids):
    mean = F.embedding(ids, p['table']).mean(1)
    return dense(p, '1', F.relu(dense(p, '0', mean)))


def rnn(p, x):
    h = x.new_zeros((x.shape[0], 128))
    for t in range(x.shape[1]):
        total = (x[:, t] @ p['a'] + h @ p['b']) / 128 ** 0.5
        h = torch.tanh(total + BIAS * p['bias'])
    return dense(p, '1', h)


def network(name, statistics):
    """f(params, x) of the network called so."""
    return {
        'small': fcn_of(product),
        'fcn': fcn_of(product),
        'fcn-transposed': fcn_of(transposed_product),
        'fcn-scaled': fcn_of(scaled_product),
        'cnn': cnn,
        'vgg6': vgg6,
        'resnet18': resnet18_with(statistics),
        'encoder': encoder,
        'embedding': embedding,
        'rnn': rnn,
        'rnn-unrolled': rnn,
    }[name]
