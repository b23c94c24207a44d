# SPDX-License-Identifier: Apache-2.0
"""
What training goes on from: a checkpoint, exact to the bit, or a compact state, which has latent weights in 16 bits and
no moments.

A checkpoint has `flat` (adam.py), `buffers` (statistics of the batch norms), `images` seen, `begun`, the images seen
when the moments began, and `setup`, what must stay as it was.
"""
import os

import numpy as np
import torch

import tensor_file

SMALLEST = np.float16(6e-8)  # above 0 in float16


def save(path, net, adam, seen, begun, setup):
    """In one piece or not at all."""
    part = path.with_suffix('.part')
    torch.save({'flat': adam.state(), 'buffers': buffers(net), 'images': seen, 'begun': begun, 'setup': setup}, part)
    os.replace(part, path)


def load(path, net, adam, setup):
    """Images seen, and those seen when the moments began; SystemExit where the run was set up in another way."""
    saved = torch.load(path, map_location=adam.values.device)
    # Checkpoints of the first long run of tb-dnn have no setup.
    for name, was in saved.get('setup', {}).items():
        if setup[name] != was:
            raise SystemExit(f'{path}: its run has {name} = {was}, got {setup[name]}: give --{name} {was}, '
                             'or another --run')
    adam.load(saved['flat'])
    fill(buffers(net), saved['buffers'])
    return saved['images'], saved.get('begun', 0)


def compact(path, net, seen, setup):
    """Writes the compact state: latent weights float16, everything else float32."""
    latent = latents(net)
    tensors = {name: halved(value) if name in latent else value for name, value in floats(net).items()}
    metadata = {name: str(value) for name, value in setup.items()}
    tensor_file.write(path, tensors, {'source': 'training', 'images': str(seen), **metadata})


def load_compact(path, net, setup):
    """Images seen; SystemExit where the file is no compact state of this network, or has seen images now held out."""
    tensors, metadata = tensor_file.read(path)
    if metadata.get('source') != 'training' or metadata['network'] != setup['network']:
        raise SystemExit(f"{path}: not a compact state of {setup['network']}, which compact.py writes of a checkpoint")
    held = int(metadata.get('hold', 0))
    if held < setup['hold']:
        raise SystemExit(f"{path} was trained with {held} images held out: --hold {setup['hold']} would count others")
    fill(parts(net), tensors)
    return int(metadata['images'])


def buffers(net):
    return {name: value for name, value in net.named_buffers() if not name.endswith('table')}


def statistics(net):
    return {name: value for name, value in buffers(net).items() if value.is_floating_point()}


def latents(net):
    """Names of parameters that stand behind bits: those with a kernel."""
    return {name for name, value in net.named_parameters() if value.dim() == 4}


def floats(net):
    """float32 arrays by name: parameters and statistics."""
    return {name: value.detach().cpu().numpy() for name, value in parts(net).items()}


def parts(net):
    """Parameters and statistics by name."""
    return {**dict(net.named_parameters()), **statistics(net)}


def halved(values):
    """float16 of the same signs: what is below 0 stays so."""
    half = values.astype(np.float16)
    return np.where((values < 0) & (half == 0), -SMALLEST, half)


@torch.no_grad()
def fill(places, values):
    """Copies `values` by name into the tensors `places`, to which every name must belong."""
    for name, place in places.items():
        value = values[name]
        place.copy_(value if isinstance(value, torch.Tensor) else torch.from_numpy(value.astype(np.float32)))
