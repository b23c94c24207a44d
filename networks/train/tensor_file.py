# SPDX-License-Identifier: Apache-2.0
"""
Writes and reads safetensors files: an 8-byte length, a JSON header, the tensors' bytes (little-endian), each aligned
to its elements.
"""
import json
import struct

import numpy as np

TYPES = {'uint8': 'U8', 'int8': 'I8', 'int32': 'I32', 'float16': 'F16', 'float32': 'F32'}


def write(path, tensors, metadata):
    """`tensors`: numpy arrays by name; `metadata`: strings by name."""
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].itemsize, item[0]))
    header, offset = {'__metadata__': dict(sorted(metadata.items()))}, 0
    for name, array in ordered:
        end = offset + array.nbytes
        header[name] = {'dtype': TYPES[array.dtype.name], 'shape': list(array.shape), 'data_offsets': [offset, end]}
        offset = end
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        for _, array in ordered:
            file.write(array.tobytes())  # C order, whatever the array's strides


def read(path):
    """(numpy arrays by name, metadata) of a file that `write` made; ValueError where it is cut short."""
    with open(path, 'rb') as file:
        data = file.read()
    length, = struct.unpack_from('<Q', data)
    header, body = json.loads(data[8:8 + length]), data[8 + length:]
    metadata = header.pop('__metadata__')
    if len(body) != max(entry['data_offsets'][1] for entry in header.values()):
        raise ValueError(f'{path}: {len(body)} bytes of tensors are not what its header announces')
    types = {short: np.dtype(name).newbyteorder('<') for name, short in TYPES.items()}

    def tensor(entry):
        part = body[slice(*entry['data_offsets'])]
        return np.frombuffer(part, types[entry['dtype']]).reshape(entry['shape']).copy()

    return {name: tensor(entry) for name, entry in header.items()}, metadata
