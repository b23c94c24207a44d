# SPDX-License-Identifier: Apache-2.0
"""How often the integer network is right, without a trace in the network that is trained."""
from contextlib import contextmanager

import torch

import checkpoint
from binary import convolve_in

BATCH = 250


@torch.no_grad()
def recalibrate(net, pixels):
    """Statistics of the batch norms with the weights as they are, sums exact: averages over plain images uint8."""
    net.train()
    convolve_in(net, torch.float32)
    norms = [module for module in net.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    for start in range(0, len(pixels), BATCH):
        net(net.inputs(pixels[start:start + BATCH]))
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum


@contextmanager
def calibrated(net, pixels):
    """The tensors of the integer network, with new statistics; those of training come back, and the arithmetic."""
    kept = {name: value.clone() for name, value in checkpoint.buffers(net).items()}
    dtype = next(module.dtype for module in net.modules() if hasattr(module, 'dtype'))
    recalibrate(net, pixels)
    try:
        yield net.tensors()
    finally:
        checkpoint.fill(checkpoint.buffers(net), kept)
        convolve_in(net, dtype)


@torch.no_grad()
def scores(net, tensors, pixels):
    """int64 [n, classes] of the integer network, pixels uint8 [n, h, w, channels]."""
    whole = net.integers(tensors, pixels.device)
    return torch.cat([whole(net.inputs(pixels[start:start + BATCH])) for start in range(0, len(pixels), BATCH)])


def right(net, tensors, images):
    """Right answers, the first of the greatest scores being the answer."""
    return (scores(net, tensors, images.pixels).argmax(1) == images.labels).sum().item()
