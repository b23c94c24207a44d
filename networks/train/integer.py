# SPDX-License-Identifier: Apache-2.0
"""
Arithmetic of the integer networks, as the golden model's kinds have it: every sum is a whole number held exactly.

The formulas are those of `binary-conv`, `binary-dense`, `threshold` and `affine` (generator/layers).
"""
import numpy as np
import torch
import torch.nn.functional as F

from binary import EPSILON

FACTOR_BITS, TERM_BITS, LARGEST_SHIFT = 16, 32, 24


def sums(weights, x, stride=1, pad=0, pad_value=0):
    """
    Signed sums int64 [n, filters, h', w'] of x, floats [n, channels, h, w] of whole numbers; `weights` bits uint8
    [filters, kernel, kernel, channels]. float32 is exact: no sum passes 2^24.
    """
    w = torch.from_numpy(weights.astype(np.float32)).to(x.device).permute(0, 3, 1, 2) * 2 - 1
    return F.conv2d(F.pad(x, 4 * (pad,), value=pad_value), w, stride=stride).long()


def agreements(weights, x, stride=1, pad=0):
    """Popcounts P of agreements with n signs x; scale 2 and offset -n of the sums s = 2 P - n they stand for."""
    taps = weights[0].size
    return (sums(weights, x, stride, pad, -1) + taps) // 2, 2, -taps


class Norm:
    """A batch norm of a file, float64 [channels], on integers x that stand for scale x + offset."""

    def __init__(self, tensors, name):
        parts = (tensors[f'{name}.{key}'].astype(np.float64) for key in ('gamma', 'beta', 'mean', 'variance'))
        self.name = name
        self.gamma, self.beta, self.mean, variance = parts
        self.deviation = np.sqrt(variance + EPSILON)

    def affine(self, x, scale, offset, low, high, fraction):
        """
        clamp(floor((a x + b + 2^(shift-1)) / 2^shift)), int64 as x [n, channels, h, w], in units of 2^-fraction: the
        batch norm at the largest shift at which a and b fit.
        """
        slope = self.gamma / self.deviation
        factor, term = slope * scale * 2 ** fraction, (slope * (offset - self.mean) + self.beta) * 2 ** fraction
        for shift in range(LARGEST_SHIFT, -1, -1):
            a, b = np.floor(factor * 2 ** shift + 0.5), np.floor(term * 2 ** shift + 0.5)
            if fits(a, FACTOR_BITS) and fits(b, TERM_BITS):
                break
        else:
            raise SystemExit(f'{self.name}: factors beyond {FACTOR_BITS} bits, or terms beyond {TERM_BITS}')
        a, b = (a_channel(v.astype(np.int64), x.device) for v in (a, b))
        return ((a * x + (b + 2 ** shift // 2)) >> shift).clamp(low, high)

    def sign(self, x, scale, offset):
        """Batch norm and sign, float32 -1 or 1, as one compare of integers; gamma = 0 leaves the sign of beta."""
        gamma, beta = self.gamma, self.beta
        edge = (self.mean - beta * self.deviation / np.where(gamma == 0, 1, gamma) - offset) / scale
        constant = np.where(beta >= 0, -np.inf, np.inf)
        theta = np.where(gamma == 0, constant, np.where(gamma < 0, -np.floor(edge), np.ceil(edge)))
        direction = np.where(gamma < 0, -1.0, 1.0)
        theta, direction = (a_channel(v, x.device) for v in (theta, direction))
        return signs(x * direction >= theta)


def signs(bits):
    return 2 * bits.float() - 1


def a_channel(values, device):
    """numpy [channels] as a tensor that fits maps [n, channels, h, w]."""
    return torch.from_numpy(values).to(device).view(-1, 1, 1)


def fits(values, bits):
    return bool(((values >= -2 ** (bits - 1)) & (values < 2 ** (bits - 1))).all())
