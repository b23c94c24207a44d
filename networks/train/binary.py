# SPDX-License-Identifier: Apache-2.0
"""What binary networks are trained with: bits with a gradient, weights of which the signs count, fixed point."""
import torch
import torch.nn as nn
import torch.nn.functional as F

EPSILON = 1e-5  # of batch norms, added to the variance


class Bits(torch.autograd.Function):
    """[x >= 0] as 0 or 1; backward half of Bi-Real Net's (2 - 2|x|)+, the derivative it gives the sign 2b - 1."""

    @staticmethod
    def forward(ctx, x, dtype):
        ctx.save_for_backward(x)
        return (x >= 0).to(dtype)

    @staticmethod
    def backward(ctx, gradient):
        x, = ctx.saved_tensors
        return (1 - x.abs()).clamp_(min=0).mul_(gradient), None


class Signs(torch.autograd.Function):
    """Sign of latent weights, +1 at 0; the gradient passes. The optimiser (adam.py) keeps latent weights in -1..1."""

    @staticmethod
    def forward(ctx, w):
        return torch.where(w >= 0, 1.0, -1.0)

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class FixedPoint(torch.autograd.Function):
    """x in units of 1 / scale, rounded and saturated to low..high; backward the gradient passes inside the range."""

    @staticmethod
    def forward(ctx, x, scale, low, high):
        whole = torch.floor(x * scale + 0.5)
        kept = whole.clamp(low, high)
        ctx.save_for_backward(whole == kept)
        return kept / scale

    @staticmethod
    def backward(ctx, gradient):
        inside, = ctx.saved_tensors
        return gradient * inside, None, None, None


class BinaryConv2d(nn.Module):
    """
    Signed sums of bits, x = 2b - 1 and a margin of -1:  sum w x = sum 2 w b - sum w, where b pads with 0.
    With `bits=False` the input is integers, padded with `pad_value`. Sums are rounded to `dtype` (exact in float32).

    [n, channels, h, w] to [n, filters, h', w']; latent weights [filters, channels, *kernel].
    """

    def __init__(self, channels, filters, kernel, stride=1, pad=0, bits=True, pad_value=0):
        super().__init__()
        kernel = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        self.weight = nn.Parameter(torch.empty(filters, channels, *kernel).uniform_(-0.1, 0.1))
        self.stride, self.pad, self.bits, self.pad_value = stride, pad, bits, pad_value
        self.dtype = torch.float32

    def forward(self, x):
        w = Signs.apply(self.weight)
        # No gradient flows through the shared - sum w: the batch norm behind subtracts it.
        bias = -w.detach().sum((1, 2, 3)).to(self.dtype) if self.bits else None
        w = (2 * w if self.bits else w).to(self.dtype).to(memory_format=torch.channels_last)
        if self.pad and self.pad_value:
            x = F.pad(x, 4 * (self.pad,), value=self.pad_value)
            return F.conv2d(x, w, bias, self.stride)
        return F.conv2d(x, w, bias, self.stride, self.pad)

    def stored(self):
        """Bits uint8 [filters, kernel, kernel, channels] as files have them, 1 for +1."""
        return (self.weight >= 0).permute(0, 2, 3, 1).to(torch.uint8)


def convolve_in(net, dtype):
    """Binary convolutions of `net` in `dtype`: bfloat16 trains faster on a CPU, float32 keeps every sum exact."""
    for module in net.modules():
        if isinstance(module, BinaryConv2d):
            module.dtype = dtype
    return net
