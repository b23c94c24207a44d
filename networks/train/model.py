# SPDX-License-Identifier: Apache-2.0
"""
TB-DNN in floating point: a ResNet-14 whose convolutions have bits as weights and bits as inputs, pruned inside its blocks.

The residual stream between the blocks is real here and fixed point in the integer network (integer.py).
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

EPSILON = 1e-5
RESIDUAL = (64, 128, 256)
INNER = (16, 48, 168)
BLOCKS = 2


class Bits(torch.autograd.Function):
    """[x >= 0] as 0 or 1; backward half of Bi-Real's (2 - 2|x|)+, the derivative it gives the sign 2b - 1."""

    @staticmethod
    def forward(ctx, x, dtype):
        ctx.save_for_backward(x)
        return (x >= 0).to(dtype)

    @staticmethod
    def backward(ctx, gradient):
        x, = ctx.saved_tensors
        return (1 - x.abs()).clamp_(min=0).mul_(gradient), None


class Signs(torch.autograd.Function):
    """Sign of latent weights, +1 at 0; the gradient passes where |w| <= 1."""

    @staticmethod
    def forward(ctx, w):
        ctx.save_for_backward(w)
        return torch.where(w >= 0, 1.0, -1.0)

    @staticmethod
    def backward(ctx, gradient):
        w, = ctx.saved_tensors
        return gradient * (w.abs() <= 1)


class BinaryConv2d(nn.Module):
    """
    Signed sums of bits, x = 2b - 1 and a margin of -1:  sum w x = sum 2 w b - sum w, where b pads with 0.
    With `bits=False` the input is integers, padded with 0. Sums are rounded to `dtype` (exact in float32).
    """

    def __init__(self, channels, filters, kernel, stride=1, bits=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(filters, channels, kernel, kernel).uniform_(-0.1, 0.1))
        self.stride, self.bits, self.dtype = stride, bits, torch.float32

    def forward(self, x):
        w = Signs.apply(self.weight)
        # No gradient flows through the shared - sum w: the batch norm behind subtracts it.
        bias = -w.detach().sum((1, 2, 3)).to(self.dtype) if self.bits else None
        w = (2 * w if self.bits else w).to(self.dtype)
        w = w.to(memory_format=torch.channels_last)
        return F.conv2d(x, w, bias, self.stride, w.shape[2] // 2)


class Block(nn.Module):
    """r' = shortcut(r) + bn2(c2([bn1(c1(s)) >= 0])), s = [r >= theta]."""

    def __init__(self, width, inner, out, stride):
        super().__init__()
        self.theta = nn.Parameter(torch.zeros(width, 1, 1))
        self.c1 = BinaryConv2d(width, inner, 3, stride)
        self.t1 = nn.BatchNorm2d(inner, EPSILON)
        self.c2 = BinaryConv2d(inner, out, 3)
        self.bn2 = nn.BatchNorm2d(out, EPSILON)
        if stride != 1 or width != out:
            self.proj = BinaryConv2d(width, out, 1, stride)
            self.bnp = nn.BatchNorm2d(out, EPSILON)
        else:
            self.proj = None

    def forward(self, r):
        s = Bits.apply(r - self.theta, self.c1.dtype)
        t = Bits.apply(self.t1(self.c1(s).float()), self.c2.dtype)
        v = self.bn2(self.c2(t).float())
        return v + (r if self.proj is None else self.bnp(self.proj(s).float()))


class TbDnn(nn.Module):
    def __init__(self, inner=INNER, classes=10):
        super().__init__()
        self.conv1 = BinaryConv2d(3, RESIDUAL[0], 3, bits=False)
        self.bn0 = nn.BatchNorm2d(RESIDUAL[0], EPSILON)
        self.blocks = nn.ModuleDict()
        width = RESIDUAL[0]
        for stage, (middle, out) in enumerate(zip(inner, RESIDUAL), 1):
            for block in range(1, BLOCKS + 1):
                stride = 2 if stage > 1 and block == 1 else 1
                self.blocks[f's{stage}b{block}'] = Block(width, middle, out, stride)
                width = out
        self.fc = nn.Linear(width, classes)

    def forward(self, x):
        """Scores [n, classes] of centred pixels [n, 3, h, w]."""
        r = self.bn0(self.conv1(x.to(self.conv1.dtype)).float())
        for block in self.blocks.values():
            r = block(r)
        return self.fc(r.mean((2, 3)))

    def convolve_in(self, dtype):
        """Binary convolutions in `dtype`: bfloat16 trains faster, float32 keeps every sum exact."""
        for module in self.modules():
            if isinstance(module, BinaryConv2d):
                module.dtype = dtype
        return self

    @torch.no_grad()
    def clip(self):
        """Latent weights stay where their gradient passes."""
        for module in self.modules():
            if isinstance(module, BinaryConv2d):
                module.weight.clamp_(-1, 1)
