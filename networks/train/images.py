# SPDX-License-Identifier: Apache-2.0
"""Labelled images, and the order in which an epoch takes them."""
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Images:
    """Pixels uint8 [n, h, w, channels], labels int64 [n]."""
    pixels: torch.Tensor
    labels: torch.Tensor

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, part):
        return Images(self.pixels[part], self.labels[part])

    def to(self, device):
        return Images(self.pixels.to(device), self.labels.to(device))


def batches(count, batch, seed, epoch, first):
    """
    Full batches of one epoch over `count` images from the batch `first` on: numbers of their images, int64 [batch], and
    a source of random numbers. Both follow from seed, epoch and number of the batch alone, so that a run can go on
    anywhere.
    """
    order = np.random.default_rng([seed, epoch]).permutation(count)
    for step in range(first, count // batch):
        yield order[step * batch:(step + 1) * batch], np.random.default_rng([seed, epoch, step])
