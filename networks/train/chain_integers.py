# SPDX-License-Identifier: Apache-2.0
"""The integer network that a chain (chain.py) becomes."""
import torch
import torch.nn.functional as F

from binary import EPSILON
from integer import Norm, a_channel, agreements, signs, sums


def thresholds(layer):
    """int32 [filters]: (s - mean) / deviation + beta >= 0 as x >= theta, of sums x = s or of agreements x."""
    norm, conv = layer.norm, layer.conv
    deviation = torch.sqrt(norm.running_var.double() + EPSILON)
    edge = norm.running_mean.double() - layer.beta.double().flatten() * deviation
    if conv.bits:
        edge = (edge + conv.weight[0].numel()) / 2
    return torch.ceil(edge).to(torch.int32)


class IntegerChain:
    """Scores int64 [n, classes] of inputs [n, channels, h, w]; `tensors` as they stand in the exported file."""

    def __init__(self, shape, tensors, device='cpu'):
        self.shape, self.tensors, self.device = shape, tensors, device

    def __call__(self, x):
        convs = self.shape.convs
        for i, conv in enumerate(convs):
            weights, lowest = self.tensors[f'conv{i}.weights'], min(self.shape.pixels)
            counted = agreements(weights, x, 1, conv.pad) if i else (sums(weights, x, 1, conv.pad, lowest), 1, 0)
            x = self.compare(f'conv{i}', i, *counted, conv.pool)
        for i in range(len(self.shape.units)):
            x = self.compare(f'fc{i}', len(convs) + i, *self.dense(f'fc{i}', x), 1)
        count, _, _ = self.dense(f'fc{len(self.shape.units)}', x)
        return count.flatten(1)[:, :self.shape.classes]

    def dense(self, name, x):
        """A dense layer is a convolution whose kernel is the whole map."""
        _, channels, height, width = x.shape
        return agreements(self.tensors[f'{name}.weights'].reshape(-1, height, width, channels), x)

    def compare(self, name, number, x, scale, offset, pool):
        if pool > 1:
            x = F.max_pool2d(x.float(), pool).long()
        if self.shape.form == 'batch-norm':
            return Norm(self.tensors, f'norm{number}').sign(x, scale, offset)
        return signs(x >= a_channel(self.tensors[f'{name}.thresholds'], self.device))
