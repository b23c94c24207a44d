# SPDX-License-Identifier: Apache-2.0
"""CIFAR-10 in its binary version (Krizhevsky 2009): records of one label byte and three 32 x 32 planes R, G, B."""
from pathlib import Path

import numpy as np
import torch

SIDE, CHANNELS = 32, 3
RECORD = 1 + CHANNELS * SIDE * SIDE
MARGIN = 4
TRAINING = [f'data_batch_{k}.bin' for k in range(1, 6)]
TEST = ['test_batch.bin']


def read(directory, names):
    """Pixels uint8 [n, 32, 32, 3] and labels int64 [n] of the named batches; ValueError where one is cut short."""
    records = []
    for name in names:
        data = np.fromfile(Path(directory) / name, np.uint8)
        if data.size == 0 or data.size % RECORD:
            raise ValueError(f'{name}: {data.size} bytes are no whole number of records of {RECORD} bytes')
        records.append(data.reshape(-1, RECORD))
    data = np.concatenate(records)
    pixels = data[:, 1:].reshape(-1, CHANNELS, SIDE, SIDE).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(pixels), torch.from_numpy(data[:, 0].astype(np.int64))


def centred(pixels):
    """x = p - 128 as the network's first layer takes it: float [n, 3, h, w], channels last in memory."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().sub_(128)


class Augmented:
    """Random crops (margin of 4 mirrored pixels) and flips: a coin in the first epoch, then every other epoch."""

    def __init__(self, pixels, labels, seed):
        rim = ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0))
        self.pixels, self.labels = np.pad(pixels, rim, mode='reflect'), labels
        self.seed = seed
        self.coin = np.random.default_rng(seed).integers(0, 2, len(pixels), dtype=np.int64)

    def batches(self, epoch, batch, mine):
        """One epoch of full batches, images centred, of each the slice `mine`; the same for the same seed and epoch."""
        random = np.random.default_rng([self.seed, epoch])
        order = random.permutation(len(self.pixels))
        rows = np.arange(SIDE)
        for start in range(0, len(order) - batch + 1, batch):
            y, x = random.integers(0, 2 * MARGIN + 1, (2, batch, 1))[:, mine]
            index = order[start:start + batch][mine]
            columns = np.where(((self.coin[index] + epoch) % 2 == 1)[:, None], rows[::-1], rows)
            crops = self.pixels[index[:, None, None], (y + rows)[:, :, None], (x + columns)[:, None, :]]
            yield centred(crops), self.labels[index]
