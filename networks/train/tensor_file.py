"""Writes safetensors files: an 8-byte length, a JSON header, the tensors' bytes (little-endian), each aligned to its elements."""
import json
import struct

TYPES = {'uint8': 'U8', 'int8': 'I8', 'int32': 'I32', 'float32': 'F32'}


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
