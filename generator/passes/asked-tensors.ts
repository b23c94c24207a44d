// SPDX-License-Identifier: Apache-2.0
/** Keeps what a network asks of its weights, wherever they come from: those tensors and notes are all that it needs. */
import type { NamedTensor } from '../import/index.ts';
import type { ParameterReader } from '../layer-kind/layer-kind.ts';

export interface Asked {
  readonly tensors: Map<string, NamedTensor>;
  readonly notes: Map<string, string>;
}

export function nothingAsked(): Asked {
  return { tensors: new Map(), notes: new Map() };
}

/** Reals as short as they can be stored without a change. */
function reals(shape: readonly number[], values: Float64Array): NamedTensor {
  const isFloat = values.every((value) => Object.is(Math.fround(value), value));
  return isFloat ? { dtype: 'F32', shape, data: Float32Array.from(values) } : { dtype: 'F64', shape, data: values };
}

/** Answers as `reader` does, and keeps the answers in `asked`, tensors by the names that a checkpoint has for them. */
export function keepingReader(reader: ParameterReader, prefix: string, asked: Asked): ParameterReader {
  const keep = (key: string, tensor: NamedTensor) => void asked.tensors.set(`${prefix}.${key}`, tensor);
  return {
    ...reader,
    bits(key, shape) {
      const data = reader.bits(key, shape);
      keep(key, { dtype: 'U8', shape, data });
      return data;
    },
    int8(key, shape, most) {
      const data = reader.int8(key, shape, most);
      keep(key, { dtype: 'I8', shape, data });
      return data;
    },
    integers(key, shape, draw) {
      const data = reader.integers(key, shape, draw);
      keep(key, { dtype: 'I32', shape, data });
      return data;
    },
    reals(key, shape, draw, least) {
      const values = reader.reals(key, shape, draw, least);
      keep(key, reals(shape, values));
      return values;
    },
    note(name) {
      const text = reader.note(name);
      if (text !== undefined) asked.notes.set(name, text);
      return text;
    },
  };
}
