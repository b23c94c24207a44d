# SPDX-License-Identifier: Apache-2.0
"""
Networks that are one chain: binary convolutions with pools, then dense layers, a compare behind all but the last.

A pool stands between sums and compare. Where network files pool bits behind the compare, it is the same function, since
a compare [x >= theta] never falls. Batch norms have no factor (gamma = 1), so that no compare is turned round.
"""
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

import chain_integers
from binary import EPSILON, BinaryConv2d, Bits


@dataclass(frozen=True)
class Conv:
    """Square kernel; `pad` margins of the lowest input; then the maximum over pool x pool sums."""
    filters: int
    kernel: int = 3
    pad: int = 0
    pool: int = 1


@dataclass(frozen=True)
class Shape:
    """`pixels` [256]: integers that become of pixel p; `rows` of the last layer are stored, `classes` used."""
    input: tuple  # height, width, channels
    pixels: tuple
    convs: tuple  # of Conv
    units: tuple  # of the dense layers but the last
    classes: int
    rows: int
    form: str  # of the compares: 'thresholds' (integers, named as the layer) or 'batch-norm' (norm0, norm1, ...)


class Layer(nn.Module):
    """Sums, pool, and bits: [norm(s) + beta >= 0]."""

    def __init__(self, name, conv, pool=1):
        super().__init__()
        self.name, self.conv, self.pool = name, conv, pool
        filters = conv.weight.shape[0]
        self.norm = nn.BatchNorm2d(filters, EPSILON, affine=False)
        self.beta = nn.Parameter(torch.zeros(filters, 1, 1))

    def forward(self, x):
        s = self.conv(x)
        if self.pool > 1:
            s = F.max_pool2d(s, self.pool)
        return Bits.apply(self.norm(s.float()) + self.beta, self.conv.dtype)


class Chain(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.register_buffer('table', torch.tensor(shape.pixels, dtype=torch.float32), persistent=False)
        height, width, channels = shape.input
        layers, bits = [], False
        for i, conv in enumerate(shape.convs):
            lowest = 0 if bits else min(shape.pixels)
            sums = BinaryConv2d(channels, conv.filters, conv.kernel, 1, conv.pad, bits, lowest)
            layers.append(Layer(f'conv{i}', sums, conv.pool))
            height, width = ((side + 2 * conv.pad - conv.kernel + 1) // conv.pool for side in (height, width))
            channels, bits = conv.filters, True
        for i, units in enumerate(shape.units):
            layers.append(Layer(f'fc{i}', BinaryConv2d(channels, units, (height, width), bits=bits)))
            channels, height, width, bits = units, 1, 1, True
        self.layers = nn.Sequential(*layers)
        self.last = BinaryConv2d(channels, shape.classes, (height, width), bits=bits)
        self.sharpness = (channels * height * width) ** -0.5

    def inputs(self, pixels):
        """Integers of pixels uint8 [n, h, w, channels], as floats [n, channels, h, w], channels last in memory."""
        return self.table[pixels.long()].permute(0, 3, 1, 2)

    def forward(self, x):
        """Scores [n, classes] of inputs [n, channels, h, w]: the last sums over the root of their number of bits."""
        x = self.layers(x.to(self.last.dtype))
        return self.last(x).float().flatten(1) * self.sharpness

    def tensors(self):
        """Tensors of the integer network by name, as numpy arrays."""
        out = {}
        for i, layer in enumerate(self.layers):
            out[f'{layer.name}.weights'] = stored(layer.name, layer.conv)
            if self.shape.form == 'thresholds':
                out[f'{layer.name}.thresholds'] = chain_integers.thresholds(layer)
                continue
            beta, norm = layer.beta.flatten(), layer.norm
            parts = (torch.ones_like(beta), beta, norm.running_mean, norm.running_var)
            out.update({f'norm{i}.{key}': part for key, part in zip(('gamma', 'beta', 'mean', 'variance'), parts)})
        name = f'fc{len(self.shape.units)}'
        out[f'{name}.weights'] = F.pad(stored(name, self.last), (0, 0, 0, self.shape.rows - self.shape.classes))
        return {name: tensor.detach().cpu().numpy() for name, tensor in out.items()}

    def integers(self, tensors, device='cpu'):
        return chain_integers.IntegerChain(self.shape, tensors, device)

    def metadata(self):
        return {'epsilon': str(EPSILON)} if self.shape.form == 'batch-norm' else {}


def stored(name, conv):
    """Bits of a layer as files have them: a dense one's [units, inputs], inputs in the order (y, x, channel)."""
    bits = conv.stored()
    return bits.flatten(1) if name.startswith('fc') else bits
