# SPDX-License-Identifier: Apache-2.0
"""
Writes the compact state of a run: latent weights in 16 bits, everything else in 32, no moments of the optimiser.

    python3 networks/train/compact.py NETWORK RUN/state.ckpt FILE.safetensors

`train.py --start FILE` goes on from there: not to the bit, since moments begin anew and latent weights were rounded.
"""
import argparse
from pathlib import Path

import torch

import checkpoint
from adam import Adam
from recipes import RECIPES


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument('network', choices=RECIPES)
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('out', type=Path)
    options = parser.parse_args(words)
    net = RECIPES[options.network].network()
    setup = torch.load(options.checkpoint, map_location='cpu').get('setup', {})
    setup['network'] = options.network
    seen, _ = checkpoint.load(options.checkpoint, net, Adam(net), setup)
    checkpoint.compact(options.out, net, seen, setup)
    print(f'{options.out}: {options.network} after {seen} images, {options.out.stat().st_size} bytes')


if __name__ == '__main__':
    main()
