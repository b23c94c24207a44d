# SPDX-License-Identifier: Apache-2.0
"""
A network to go on training from, out of the exported tensors of the integer one: for whom the checkpoint is gone.

What the export dropped is made up: magnitudes of the latent weights, the optimiser's state, the classifier's scale.
"""
import re

import numpy as np
import torch
import torch.nn.functional as F

import tensor_file
from cifar10 import centred
from integer import MAP

LATENT = 0.1  # magnitudes spread evenly up to this, as those of a fresh network
SCALES = [2 ** (k / 2) for k in range(-24, 0)]


def load(net, path, pixels, labels, seed):
    """Fills `net` from `path`; the classifier's scale is the one of SCALES with the least loss on the images given."""
    tensors, metadata = tensor_file.read(path)
    fraction = int(re.fullmatch(r'.*, (\d+) binary places', metadata['affine.format'])[1])
    random = np.random.default_rng(seed)

    def fill(parameter, values):
        values = torch.from_numpy(np.array(values, np.float32))
        parameter.data.copy_(values.view_as(parameter))

    def convolution(name, layer):
        bits = tensors[f'{name}.weights'].transpose(0, 3, 1, 2)
        fill(layer.weight, np.where(bits == 1, 1, -1) * random.uniform(0, LATENT, bits.shape))

    def norm(name, layer):
        parts = {'gamma': layer.weight, 'beta': layer.bias, 'mean': layer.running_mean, 'variance': layer.running_var}
        for key, parameter in parts.items():
            fill(parameter, tensors[f'{name}.{key}'])

    convolution('conv1', net.conv1)
    norm('bn0', net.bn0)
    for name, block in net.blocks.items():
        fill(block.theta, tensors[f'{name}_s.thresholds'] / 2 ** fraction)
        convolution(f'{name}_c1', block.c1)
        norm(f'{name}_t1', block.t1)
        convolution(f'{name}_c2', block.c2)
        norm(f'{name}_bn2', block.bn2)
        if block.proj is not None:
            convolution(f'{name}_proj', block.proj)
            norm(f'{name}_bnp', block.bnp)

    sums = MAP * 2 ** fraction  # the average pool's sums are in these units of the mean
    fill(net.fc.weight, tensors['fc.weights'])
    fill(net.fc.bias, tensors['fc.bias'] / sums)
    net.eval()
    with torch.no_grad():
        scores = torch.cat([net(centred(pixels[start:start + 100])) for start in range(0, len(pixels), 100)])
        scale = min(SCALES, key=lambda scale: F.cross_entropy(scores * scale, labels).item())
        net.fc.weight.mul_(scale)
        net.fc.bias.mul_(scale)
    return net
