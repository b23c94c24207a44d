# SPDX-License-Identifier: Apache-2.0
"""CIFAR-10 in its binary version (Krizhevsky 2009): records of one label byte and three 32 x 32 planes R, G, B."""
from pathlib import Path

import numpy as np
import torch

from images import Images

SIDE, CHANNELS = 32, 3
RECORD = 1 + CHANNELS * SIDE * SIDE
TRAINING = [f'data_batch_{k}.bin' for k in range(1, 6)]
TEST = ['test_batch.bin']


def training(directory):
    """The 50,000 images of the five batches, in their order."""
    return read(directory, TRAINING)


def test(directory):
    """The 10,000 test images."""
    return read(directory, TEST)


def read(directory, names):
    """Images of the named batches; SystemExit where one is absent or cut short."""
    records = []
    for name in names:
        path = Path(directory) / name
        if not path.is_file():
            raise SystemExit(f'{directory} lacks {name} of the binary version of CIFAR-10')
        data = np.fromfile(path, np.uint8)
        if data.size == 0 or data.size % RECORD:
            raise SystemExit(f'{path}: {data.size} bytes are no whole number of records of {RECORD} bytes')
        records.append(data.reshape(-1, RECORD))
    data = np.concatenate(records)
    pixels = data[:, 1:].reshape(-1, CHANNELS, SIDE, SIDE).transpose(0, 2, 3, 1)
    return Images(torch.from_numpy(np.ascontiguousarray(pixels)), torch.from_numpy(data[:, 0].astype(np.int64)))
