# SPDX-License-Identifier: Apache-2.0
"""The integer network that TB-DNN (tb_dnn.py) becomes: its tensors from a trained network, its arithmetic on images."""
import numpy as np
import torch

from integer import Norm, a_channel, agreements, signs, sums

LARGEST_SUM = 2 ** 31 - 1


def tensors_of(net):
    """Tensors of the integer network by name, as numpy arrays."""
    out = {}

    def norm(name, layer):
        out[f'{name}.gamma'], out[f'{name}.beta'] = layer.weight, layer.bias
        out[f'{name}.mean'], out[f'{name}.variance'] = layer.running_mean, layer.running_var

    out['conv1.weights'] = net.conv1.stored()
    norm('bn0', net.bn0)
    fraction = net.shape.stream[1]
    for name, block in net.blocks.items():
        out[f'{name}_s.thresholds'] = torch.ceil(block.theta.double().flatten() * 2 ** fraction).to(torch.int32)
        out[f'{name}_c1.weights'], out[f'{name}_c2.weights'] = block.c1.stored(), block.c2.stored()
        norm(f'{name}_t1', block.t1)
        norm(f'{name}_bn2', block.bn2)
        if block.proj is not None:
            out[f'{name}_proj.weights'] = block.proj.stored()
            norm(f'{name}_bnp', block.bnp)
    out['fc.weights'], out['fc.bias'] = classifier(net.fc, net.shape)
    return {name: tensor.detach().cpu().numpy() for name, tensor in out.items()}


def classifier(fc, shape):
    """8-bit weights at one scale, the largest at which no sum passes 32 bits, and the bias in units of the sums."""
    weight, bias = fc.weight.double(), fc.bias.double()
    largest, unit = -shape.pooled * shape.range[0], shape.pooled * 2 ** shape.stream[1]
    reach = (weight.abs().sum(1) * largest + bias.abs() * unit).max()
    rounding = largest * weight.shape[1] / 2 + 1
    scale = min(127 / weight.abs().max(), (LARGEST_SUM - rounding) / reach)
    return torch.round(weight * scale).to(torch.int8), torch.round(bias * scale * unit).to(torch.int32)


class IntegerTbDnn:
    """Scores int64 [n, classes] of inputs [n, channels, h, w]; `tensors` as they stand in the exported file."""

    def __init__(self, shape, tensors, device='cpu'):
        self.shape, self.tensors, self.device = shape, tensors, device
        self.blocks = sorted(name[:-len('_s.thresholds')] for name in tensors if name.endswith('_s.thresholds'))

    def __call__(self, x):
        low, high = self.shape.range
        r = self.affine('bn0', sums(self.tensors['conv1.weights'], x, 1, 1), 1, 0)
        for name in self.blocks:
            s = signs(r >= a_channel(self.tensors[f'{name}_s.thresholds'], self.device))
            projection = self.tensors.get(f'{name}_proj.weights')
            stride = 1 if projection is None else 2
            t = Norm(self.tensors, f'{name}_t1').sign(*agreements(self.tensors[f'{name}_c1.weights'], s, stride, 1))
            v = self.affine(f'{name}_bn2', *agreements(self.tensors[f'{name}_c2.weights'], t, 1, 1))
            if projection is not None:
                r = self.affine(f'{name}_bnp', *agreements(projection, s, stride))
            r = (r + v).clamp(low, high)
        weights, bias = (torch.from_numpy(self.tensors[f'fc.{key}'].astype(np.float64)).to(self.device)
                         for key in ('weights', 'bias'))
        return (r.sum((2, 3)).double() @ weights.T + bias).long()

    def affine(self, name, x, scale, offset):
        return Norm(self.tensors, name).affine(x, scale, offset, *self.shape.range, self.shape.stream[1])
