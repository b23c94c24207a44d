# SPDX-License-Identifier: Apache-2.0
"""
The integer network that TB-DNN becomes: its tensors from a trained network, and its arithmetic on images.

Binary weights are bits; the residual stream is `bits` wide with `fraction` binary places. The formulas are those of the
kinds `affine`, `threshold`, `add`, `average-pool` and `int-dense`; every sum is a whole number held exactly.
"""
import numpy as np
import torch
import torch.nn.functional as F

from model import EPSILON

FACTOR_BITS, TERM_BITS, LARGEST_SHIFT = 16, 32, 24
LARGEST_SUM = 2 ** 31 - 1
MAP = 8 * 8


def tensors_of(net, bits, fraction):
    """Tensors of the integer network by name, as numpy arrays."""
    out = {}

    def bits_of(name, conv):
        # [filters, kernel, kernel, channels], 1 for +1
        out[f'{name}.weights'] = (conv.weight >= 0).permute(0, 2, 3, 1).to(torch.uint8)

    def norm(name, layer):
        out[f'{name}.gamma'], out[f'{name}.beta'] = layer.weight, layer.bias
        out[f'{name}.mean'], out[f'{name}.variance'] = layer.running_mean, layer.running_var

    bits_of('conv1', net.conv1)
    norm('bn0', net.bn0)
    for name, block in net.blocks.items():
        out[f'{name}_s.thresholds'] = torch.ceil(block.theta.double().flatten() * 2 ** fraction).to(torch.int32)
        bits_of(f'{name}_c1', block.c1)
        norm(f'{name}_t1', block.t1)
        bits_of(f'{name}_c2', block.c2)
        norm(f'{name}_bn2', block.bn2)
        if block.proj is not None:
            bits_of(f'{name}_proj', block.proj)
            norm(f'{name}_bnp', block.bnp)
    out['fc.weights'], out['fc.bias'] = classifier(net.fc, bits, fraction)
    return {name: tensor.detach().cpu().numpy() for name, tensor in out.items()}


def classifier(fc, bits, fraction):
    """8-bit weights at one scale, the largest at which no sum passes 32 bits, and the bias in units of the sums."""
    weight, bias = fc.weight.double(), fc.bias.double()
    largest = MAP * 2 ** (bits - 1)  # the average pool's sums
    reach = (weight.abs().sum(1) * largest + bias.abs() * MAP * 2 ** fraction).max()
    rounding = largest * weight.shape[1] / 2 + 1
    scale = min(127 / weight.abs().max(), (LARGEST_SUM - rounding) / reach)
    whole = torch.round(weight * scale)
    return whole.to(torch.int8), torch.round(bias * scale * MAP * 2 ** fraction).to(torch.int32)


class IntegerNet:
    """Scores int64 [n, 10] of centred pixels [n, 3, 32, 32]; `tensors` as they stand in the exported file."""

    def __init__(self, tensors, bits, fraction, device='cpu'):
        self.tensors, self.fraction, self.device = tensors, fraction, device
        self.low, self.high = -2 ** (bits - 1), 2 ** (bits - 1) - 1
        self.blocks = sorted(name[:-len('_s.thresholds')] for name in tensors if name.endswith('_s.thresholds'))

    def __call__(self, x):
        r = self.affine('bn0', self.sums('conv1', x, 1, 0), 1, 0)
        for name in self.blocks:
            theta = torch.from_numpy(self.tensors[f'{name}_s.thresholds']).to(self.device)
            s = 2 * (r >= theta.view(-1, 1, 1)).float() - 1
            stride = 2 if f'{name}_proj.weights' in self.tensors else 1
            t = self.sign(f'{name}_t1', *self.agreements(f'{name}_c1', s, stride))
            v = self.affine(f'{name}_bn2', *self.agreements(f'{name}_c2', t, 1))
            if stride == 2:
                r = self.affine(f'{name}_bnp', *self.agreements(f'{name}_proj', s, stride))
            r = (r + v).clamp(self.low, self.high)
        weights, bias = (torch.from_numpy(self.tensors[f'fc.{key}'].astype(np.float64)).to(self.device)
                         for key in ('weights', 'bias'))
        return (r.sum((2, 3)).double() @ weights.T + bias).long()

    def sums(self, name, x, stride, pad):
        """Sum of +-x over the windows. float32 is exact: no sum passes 2^24."""
        w = torch.from_numpy(self.tensors[f'{name}.weights']).to(self.device).permute(0, 3, 1, 2).float() * 2 - 1
        margin = w.shape[2] // 2
        return F.conv2d(F.pad(x, 4 * (margin,), value=pad), w, stride=stride).long()

    def agreements(self, name, x, stride):
        """Popcount of agreements P in place of the sum s = 2 P - n of n signs; with the scale 2 and the offset -n."""
        taps = self.tensors[f'{name}.weights'][0].size
        return (self.sums(name, x, stride, -1) + taps) // 2, 2, -taps

    def norm(self, name):
        gamma, beta, mean, variance = (self.tensors[f'{name}.{key}'].astype(np.float64)
                                       for key in ('gamma', 'beta', 'mean', 'variance'))
        return gamma, beta, mean, np.sqrt(variance + EPSILON)

    def affine(self, name, x, scale, offset):
        """clamp(floor((a x + b + 2^(shift-1)) / 2^shift)): batch norm at the largest shift at which a and b fit."""
        gamma, beta, mean, deviation = self.norm(name)
        slope = gamma / deviation
        factor, term = slope * scale * 2 ** self.fraction, (slope * (offset - mean) + beta) * 2 ** self.fraction
        for shift in range(LARGEST_SHIFT, -1, -1):
            a, b = np.floor(factor * 2 ** shift + 0.5), np.floor(term * 2 ** shift + 0.5)
            if fits(a, FACTOR_BITS) and fits(b, TERM_BITS):
                break
        else:
            raise SystemExit(f'{name}: factors beyond {FACTOR_BITS} bits, or terms beyond {TERM_BITS}')
        a, b = (torch.from_numpy(v.astype(np.int64)).to(self.device).view(-1, 1, 1) for v in (a, b))
        half = 2 ** shift // 2
        return ((a * x + (b + half)) >> shift).clamp(self.low, self.high)

    def sign(self, name, x, scale, offset):
        """Batch norm and sign as one compare of integers; gamma = 0 leaves the sign of beta."""
        gamma, beta, mean, deviation = self.norm(name)
        tau = mean - beta * deviation / np.where(gamma == 0, 1, gamma)
        edge = (tau - offset) / scale
        theta = np.where(gamma == 0, np.where(beta >= 0, -np.inf, np.inf), np.where(gamma < 0, -np.floor(edge), np.ceil(edge)))
        direction = np.where(gamma < 0, -1.0, 1.0)
        theta, direction = (torch.from_numpy(v).to(self.device).view(-1, 1, 1) for v in (theta, direction))
        return 2 * (x * direction >= theta).float() - 1


def fits(values, bits):
    return bool(((values >= -2 ** (bits - 1)) & (values < 2 ** (bits - 1))).all())
