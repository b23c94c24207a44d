# SPDX-License-Identifier: Apache-2.0
"""
TB-DNN (networks/tb-dnn.ts): a ResNet-14 whose convolutions have bits as weights and bits as inputs, pruned inside.

The residual stream between the blocks is fixed point, rounded and saturated where the integer network does it.
"""
from dataclasses import dataclass

import torch
import torch.nn as nn

import tb_dnn_integers
from binary import EPSILON, BinaryConv2d, Bits, FixedPoint


@dataclass(frozen=True)
class Shape:
    """What networks/tb-dnn.ts can vary: its TbDnnShape, widths inside the blocks, format of the residual stream."""
    input: tuple = (32, 32, 3)
    width: int = 64
    blocks: int = 2
    classes: int = 10
    inner: tuple = (16, 48, 168)
    stream: tuple = (6, 3)  # bits and binary places

    @property
    def range(self):
        """Lowest and highest integer of the residual stream."""
        half = 2 ** (self.stream[0] - 1)
        return -half, half - 1

    @property
    def pooled(self):
        """Values of one channel behind the last block, which the average pool adds."""
        height, width, _ = self.input
        return height * width // 4 ** (len(self.inner) - 1)


class Block(nn.Module):
    """r' = shortcut(r) + bn2(c2([bn1(c1(s)) >= 0])), s = [r >= theta]."""

    def __init__(self, width, inner, out, stride, fixed):
        super().__init__()
        self.fixed = fixed
        self.theta = nn.Parameter(torch.zeros(width, 1, 1))
        self.c1 = BinaryConv2d(width, inner, 3, stride, pad=1)
        self.t1 = nn.BatchNorm2d(inner, EPSILON)
        self.c2 = BinaryConv2d(inner, out, 3, pad=1)
        self.bn2 = nn.BatchNorm2d(out, EPSILON)
        if stride != 1 or width != out:
            self.proj = BinaryConv2d(width, out, 1, stride)
            self.bnp = nn.BatchNorm2d(out, EPSILON)
        else:
            self.proj = None

    def forward(self, r):
        s = Bits.apply(r - self.theta, self.c1.dtype)
        t = Bits.apply(self.t1(self.c1(s).float()), self.c2.dtype)
        v = self.fixed(self.bn2(self.c2(t).float()))
        return self.fixed(v + (r if self.proj is None else self.fixed(self.bnp(self.proj(s).float()))))


class TbDnn(nn.Module):
    def __init__(self, shape=Shape()):
        super().__init__()
        self.shape = shape
        width = shape.width
        self.conv1 = BinaryConv2d(shape.input[2], width, 3, pad=1, bits=False)
        self.bn0 = nn.BatchNorm2d(width, EPSILON)
        self.blocks = nn.ModuleDict()
        for stage, inner in enumerate(shape.inner):
            out = shape.width * 2 ** stage
            for block in range(shape.blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                self.blocks[f's{stage + 1}b{block + 1}'] = Block(width, inner, out, stride, self.fixed)
                width = out
        self.fc = nn.Linear(width, shape.classes)

    def fixed(self, x):
        """In the format of the residual stream."""
        return FixedPoint.apply(x, 2 ** self.shape.stream[1], *self.shape.range)

    def inputs(self, pixels):
        """x = p - 128 of pixels uint8 [n, h, w, channels]: floats [n, channels, h, w], channels last in memory."""
        return pixels.permute(0, 3, 1, 2).float().sub_(128)

    def forward(self, x):
        """Scores [n, classes] of inputs [n, channels, h, w]."""
        r = self.fixed(self.bn0(self.conv1(x.to(self.conv1.dtype)).float()))
        for block in self.blocks.values():
            r = block(r)
        return self.fc(r.mean((2, 3)))

    def tensors(self):
        """Tensors of the integer network by name, as numpy arrays."""
        return tb_dnn_integers.tensors_of(self)

    def integers(self, tensors, device='cpu'):
        return tb_dnn_integers.IntegerTbDnn(self.shape, tensors, device)

    def metadata(self):
        low, high = self.shape.range
        return {'epsilon': str(EPSILON), 'affine.format': f'{low}..{high}, {self.shape.stream[1]} binary places'}
