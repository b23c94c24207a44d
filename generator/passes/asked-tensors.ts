// SPDX-License-Identifier: Apache-2.0
/** Keeps what a network asks of its weights, wherever they come from: those tensors and notes are all that it needs. */
import type { AskedTensor, AskedTensors, NamedTensor } from '../import/index.ts';
import { toNumber } from '../ir/rational.ts';
import type { ParameterReader } from '../layer-kind/layer-kind.ts';
import { kindOf } from '../layers/index.ts';
import type { InferredNode } from './infer-types.ts';
import { TensorFault } from './parameter-readers.ts';

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

const elements = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** What the nodes ask of their weights, in their order, without any weights: every answer is 0. */
export function askedBy(nodes: readonly InferredNode[]): AskedTensors {
  const asked = new Map<string, AskedTensor>();
  for (const node of nodes) {
    const { element } = node.inputTypes[0] ?? node.type;
    const unit = element.type === 'int' ? toNumber(element.scale) : 1;
    const note = (key: string, dtype: AskedTensor['dtype'], shape: readonly number[]) => {
      asked.set(`${node.tensors}.${key}`, { dtype, shape, unit });
      return elements(shape);
    };
    const reader: ParameterReader = {
      bits: (key, shape) => new Uint8Array(note(key, 'U8', shape)),
      int8: (key, shape) => new Int8Array(note(key, 'I8', shape)),
      integers: (key, shape) => new Int32Array(note(key, 'I32', shape)),
      reals: (key, shape) => new Float64Array(note(key, 'F64', shape)),
      note: () => undefined,
      refuse: (key, got, legal, fix) => {
        throw new TensorFault('NN013', `${key}: ${got}`, legal, fix);
      },
    };
    try {
      if (node.weights) kindOf(node).resolve?.(node, node.inputTypes, node.type, reader);
    } catch (error) {
      // Zeros that a kind refuses: what it asked for until then is known.
      if (!(error instanceof TensorFault)) throw error;
    }
  }
  return asked;
}
