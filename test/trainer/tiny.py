# SPDX-License-Identifier: Apache-2.0
"""
Trains tiny networks by networks/train/train.py on random images of three classes; test/trainer.test.ts says why.

    python3 test/trainer/tiny.py FOLDER train [STOP]     # at batch STOP the process gets SIGTERM
    python3 test/trainer/tiny.py FOLDER compact|scores|refused

The first writes FOLDER/NETWORK/state.ckpt of every network, and with no STOP also the exported tensors; `scores` prints
JSON: digests of the checkpoints, and scores of the integer networks on the test images; `refused`, behind `compact`,
what train.py refuses.
"""
import hashlib
import json
import os
import signal
import sys
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'networks' / 'train'))

import augment  # noqa: E402
import chain  # noqa: E402
import checkpoint  # noqa: E402
import compact  # noqa: E402
import evaluate  # noqa: E402
import recipes  # noqa: E402
import tb_dnn  # noqa: E402
import tensor_file  # noqa: E402
import train  # noqa: E402
from images import Images  # noqa: E402

SIDE, CHANNELS, CLASSES = 12, 3, 3
CHAIN = chain.Shape((SIDE, SIDE, CHANNELS), recipes.FIXED_POINT, (chain.Conv(8, pool=2), chain.Conv(8)), (16,), CLASSES,
                    8, 'thresholds')
NORMS = chain.Shape((SIDE, SIDE, CHANNELS), recipes.SIGNED, (chain.Conv(8, pad=1, pool=2), chain.Conv(8, pad=1)), (16,),
                    CLASSES, CLASSES, 'batch-norm')
RESIDUAL = tb_dnn.Shape((SIDE, SIDE, CHANNELS), 8, 1, CLASSES, (4, 8))
NETWORKS = {'tiny-chain': lambda: chain.Chain(CHAIN), 'tiny-norms': lambda: chain.Chain(NORMS),
            'tiny-residual': lambda: tb_dnn.TbDnn(RESIDUAL)}
OPTIONS = ['--images', '1280', '--fall', '640', '--rise', '128', '--batch', '32', '--piece', '256', '--tests', '1',
           '--hold', '64', '--rate', '0.01']
STOPS = []  # batches of a process at which it gets SIGTERM


class Stopping(augment.Crops):
    """Crops, and SIGTERM in the midst of them."""

    def __init__(self, images, seed):
        super().__init__(images, seed, margin=1)
        self.made = 0

    def __call__(self, index, epoch, random):
        self.made += 1
        if self.made in STOPS:
            os.kill(os.getpid(), signal.SIGTERM)
        return super().__call__(index, epoch, random)


def images(count, seed):
    """Noise around one of three pictures."""
    random = np.random.default_rng(seed)
    pictures = np.random.default_rng(0).integers(64, 192, (CLASSES, SIDE, SIDE, CHANNELS))
    labels = random.integers(0, CLASSES, count)
    pixels = pictures[labels] + random.integers(-90, 90, (count, SIDE, SIDE, CHANNELS))
    return Images(torch.from_numpy(pixels.clip(0, 255).astype(np.uint8)), torch.from_numpy(labels))


def words(folder, name):
    soft = ['--soft', str(folder / 'soft.npy')] if name == 'tiny-residual' else []
    return [name, '--data', str(folder), '--run', str(folder / name), *OPTIONS, *soft]


def digest(path):
    """Of all that a checkpoint holds, whatever the bytes of its container are."""
    saved = torch.load(path)
    moments = [moment.float() for moment in saved['flat']['moments']]
    tensors = [saved['flat']['values'], *moments, *saved['buffers'].values()]
    text = json.dumps([saved['images'], saved['begun'], saved['setup'], saved['flat']['steps']])
    parts = b''.join(tensor.numpy().tobytes() for tensor in tensors)
    return hashlib.sha256(text.encode() + parts).hexdigest()


def refused(folder):
    """Prints why each of these runs is refused."""
    np.save(folder / 'short.npy', np.zeros((3, CLASSES), np.float16))
    fresh = ['--run', str(folder / 'refused')]
    ours, others = (str(folder / f'{name}.state.safetensors') for name in ('tiny-chain', 'tiny-norms'))
    for more in (['--hold', '32'], ['--seed', '2'], [*fresh, '--start', ours, '--hold', '65'],
                 [*fresh, '--start', others], [*fresh, '--hold', '300'],
                 [*fresh, '--soft', str(folder / 'short.npy')]):
        say_why(lambda: train.main([*words(folder, 'tiny-chain'), *more]))
    cnv = ['cnv', '--data', str(folder), *fresh]
    say_why(lambda: train.main(cnv))
    say_why(lambda: train.main([*cnv, '--sides', '16:100,32']))


def say_why(do):
    try:
        do()
    except SystemExit as error:
        print('refused:', error)


def main(folder, task, stop=None):
    recipes.RECIPES.update({
        name: recipes.Recipe(network, 'noise', lambda _: images(320, 1), lambda _: images(100, 2), Stopping)
        for name, network in NETWORKS.items()})
    if task == 'refused':
        return refused(folder)
    found = {}
    for name in NETWORKS:
        run, exported = folder / name, folder / f'{name}.safetensors'
        if task == 'train':
            STOPS[:] = [int(stop)] if stop else []
            np.save(folder / 'soft.npy', np.eye(CLASSES, dtype=np.float16)[images(320, 1).labels.numpy()])
            train.main([*words(folder, name), *([] if stop else ['--export', str(exported)])])
        elif task == 'compact':
            compact.main([name, str(run / 'state.ckpt'), str(folder / f'{name}.state.safetensors')])
            again = ['--run', str(folder / f'{name}-again'), '--start', str(folder / f'{name}.state.safetensors')]
            train.main([*words(folder, name), *again, '--images', '1536'])
        else:
            net, test = NETWORKS[name](), images(100, 2)
            tensors, metadata = tensor_file.read(exported)
            test.pixels.numpy().tofile(folder / 'test.raw')
            scores = evaluate.scores(net, tensors, test.pixels)
            found[name] = {'digest': digest(run / 'state.ckpt'), 'scores': scores.tolist(),
                           'labels': test.labels.tolist(), 'right': int(metadata['test_right'])}
    if task == 'scores':
        print(json.dumps(found))


if __name__ == '__main__':
    torch.set_num_threads(1)
    main(Path(sys.argv[1]), *sys.argv[2:])
