"""The networks of org.ntk4j.cli.bench in JAX: f(params, x), formula by formula.

`params` and `statistics` are dictionaries with the names that the Java side gave.
"""
import jax
import jax.numpy as jnp
from jax import lax

WEIGHT = 1.4
BIAS = 0.1
relu = jax.nn.relu


def product(x, w):
    return x @ w * (WEIGHT / x.shape[-1] ** 0.5)


def dense(p, name, x):
    return product(x, p['w' + name]) + BIAS * p['b' + name]


def fcn_of(product):
    def fcn(p, x):
        for i in range(4):
            x = product(x, p[f'w{i}']) + BIAS * p[f'b{i}']
            x = relu(x) if i < 3 else x
        return x

    return fcn


def transposed_product(x, w):
    return x @ w.T * (WEIGHT / x.shape[-1] ** 0.5)


def scaled_product(x, w):
    return x @ (w * (WEIGHT / x.shape[-1] ** 0.5))


def conv(x, w, stride=1):
    border = 0 if w.shape[0] == 1 else 1
    return lax.conv_general_dilated(
        x, w, (stride, stride), ((border, border),) * 2,
        dimension_numbers=('NHWC', 'HWIO', 'NHWC'))


def conv_layer(p, i, x, stride=1):
    scale = WEIGHT / (9 * x.shape[-1]) ** 0.5
    return conv(x, p[f'w{i}'], stride) * scale + BIAS * p[f'b{i}']


def cnn(p, x):
    for i in range(3):
        x = relu(conv_layer(p, i, x))
    return dense(p, '3', x.reshape(x.shape[0], -1))


def vgg6(p, x):
    for i in range(6):
        x = relu(conv_layer(p, i, x, 2 if i in (2, 4) else 1))
    return dense(p, '6', x.mean((1, 2)))


def resnet18_with(statistics):
    def unit(p, name, x, stride=1):
        y = conv(x, p[name + '.w'], stride) - statistics[name + '.mean']
        y = y * lax.rsqrt(statistics[name + '.variance'] + 1e-5)
        return y * p[name + '.scale'] + p[name + '.offset']

    def resnet18(p, x):
        y = relu(unit(p, 'stem', x))
        for stage in range(4):
            for i in range(2):
                name = f'{stage}.{i}'
                stride = 2 if stage > 0 and i == 0 else 1
                h = relu(unit(p, name + '.1', y, stride))
                h = unit(p, name + '.2', h)
                y = relu(h + (unit(p, name + '.s', y, stride) if stride == 2 else y))
        return y.mean((1, 2)) @ p['w'] + p['b']

    return resnet18


def encoder(p, x):
    def affine(name, x):
        return x @ p[name + '.w'] + p[name + '.b']

    def normalize(name, x):
        centred = x - x.mean(-1, keepdims=True)
        variance = (centred ** 2).mean(-1, keepdims=True)
        return centred * lax.rsqrt(variance + 1e-5) * p[name + '.scale'] + p[name + '.offset']

    def attention(layer, x):
        def heads(y):
            return y.reshape(y.shape[0], 64, 4, 64)

        q, k, v = (heads(affine(layer + name, x)) for name in 'qkv')
        weights = jax.nn.softmax(jnp.einsum('nshd,nthd->nhst', q, k) / 64 ** 0.5, axis=-1)
        return affine(layer + 'o', jnp.einsum('nhst,nthd->nshd', weights, v).reshape(x.shape))

    for i in range(4):
        layer = f'{i}.'
        x = x + attention(layer, normalize(layer + 'n1', x))
        up = affine(layer + 'up', normalize(layer + 'n2', x))
        x = x + affine(layer + 'down', jax.nn.gelu(up, approximate=False))
    return affine('head', normalize('n', x).mean(1))


def embedding(p, ids):
    mean = p['table'][ids].mean(1)
    return dense(p, '1', relu(dense(p, '0', mean)))


def step(p, h, x):
    total = (x @ p['a'] + h @ p['b']) / 128 ** 0.5
    return jnp.tanh(total + BIAS * p['bias'])


def rnn(p, x):
    start = jnp.zeros((x.shape[0], 128), x.dtype)
    last, _ = lax.scan(lambda h, x: (step(p, h, x), None), start, x.transpose(1, 0, 2))
    return dense(p, '1', last)


def rnn_unrolled(p, x):
    h = jnp.zeros((x.shape[0], 128), x.dtype)
    for t in range(x.shape[1]):
        h = step(p, h, x[:, t])
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
        'rnn-unrolled': rnn_unrolled,
    }[name]
