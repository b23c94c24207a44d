// SPDX-License-Identifier: Apache-2.0
/** The parts of an ONNX file that an importer reads, by the field numbers of onnx.proto (onnx/onnx, IR version 9). */
import { PbfReader } from 'pbf';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export type Attribute = number | string | readonly number[] | Tensor;

export interface Node {
  /** Its name, or `operator → first output` where it has none. */
  readonly name: string;
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface Model {
  /** Of ONNX's own domain. */
  readonly opset: number;
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Without those that are constants. Sizes; 0 where the file says none or a name. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly string[];
}

type Take = (pbf: PbfReader) => void;

/** Reads a message field by field; fields that nobody asks for are skipped. */
function message(pbf: PbfReader, fields: Readonly<Record<number, Take>>): void {
  const packed = pbf.type === 2;
  const end = packed && pbf.pos > 0 ? pbf.readVarint() + pbf.pos : pbf.length;
  pbf.readFields((tag) => fields[tag]?.(pbf), undefined, end);
}

/** Numbers of a repeated field, packed or one by one. */
const numbers =
  (into: number[], packed: (pbf: PbfReader) => number[], one: (pbf: PbfReader) => number) => (p: PbfReader) =>
    void (p.type === 2 ? into.push(...packed(p)) : into.push(one(p)));
const integers = (into: number[]) =>
  numbers(
    into,
    (p) => p.readPackedVarint([], true),
    (p) => p.readVarint(true),
  );

/** Elements of `raw_data` by TensorProto.DataType, little-endian. */
const rawElements: Readonly<Record<number, readonly [bytes: number, get: (view: DataView, at: number) => number]>> = {
  1: [4, (v, at) => v.getFloat32(at, true)],
  2: [1, (v, at) => v.getUint8(at)],
  3: [1, (v, at) => v.getInt8(at)],
  6: [4, (v, at) => v.getInt32(at, true)],
  7: [8, (v, at) => Number(v.getBigInt64(at, true))],
  9: [1, (v, at) => v.getUint8(at)],
  11: [8, (v, at) => v.getFloat64(at, true)],
};

function tensor(pbf: PbfReader): Tensor & { name: string } {
  const shape: number[] = [];
  const data: number[] = [];
  let [name, type, raw] = ['', 0, undefined as Uint8Array | undefined];
  let isExternal = false;
  message(pbf, {
    1: integers(shape),
    2: (p) => (type = p.readVarint()),
    4: numbers(
      data,
      (p) => p.readPackedFloat(),
      (p) => p.readFloat(),
    ),
    5: integers(data),
    7: integers(data),
    8: (p) => (name = p.readString()),
    9: (p) => (raw = p.readBytes()),
    10: numbers(
      data,
      (p) => p.readPackedDouble(),
      (p) => p.readDouble(),
    ),
    14: (p) => (isExternal = p.readVarint() === 1),
  });
  if (isExternal) throw new Error(`tensor '${name}' lies in another file, which is not read`);
  if (raw !== undefined) {
    const element = rawElements[type];
    if (!element) throw new Error(`tensor '${name}' has elements of type ${type}: legal 1 2 3 6 7 9 11`);
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    for (let at = 0; at + element[0] <= raw.length; at += element[0]) data.push(element[1](view, at));
  }
  const count = shape.reduce((n, size) => n * size, 1);
  if (data.length !== count) throw new Error(`tensor '${name}' [${shape.join(', ')}] has ${data.length} elements`);
  return { name, shape, data };
}

function attribute(pbf: PbfReader): readonly [name: string, value: Attribute] {
  let name = '';
  let value: Attribute = 0;
  const list: number[] = [];
  message(pbf, {
    1: (p) => (name = p.readString()),
    2: (p) => (value = p.readFloat()),
    3: (p) => (value = p.readVarint(true)),
    4: (p) => (value = p.readString()),
    5: (p) => (value = tensor(p)),
    7: numbers(
      list,
      (p) => p.readPackedFloat(),
      (p) => p.readFloat(),
    ),
    8: integers(list),
  });
  return [name, list.length > 0 ? list : value];
}

function node(pbf: PbfReader): Node {
  const [inputs, outputs] = [[] as string[], [] as string[]];
  const attributes = new Map<string, Attribute>();
  let [name, operator, domain] = ['', '', ''];
  message(pbf, {
    1: (p) => inputs.push(p.readString()),
    2: (p) => outputs.push(p.readString()),
    3: (p) => (name = p.readString()),
    4: (p) => (operator = p.readString()),
    5: (p) => attributes.set(...attribute(p)),
    7: (p) => (domain = p.readString()),
  });
  return { name: name || `${operator} → ${outputs[0]}`, operator, domain, inputs, outputs, attributes };
}

/** ValueInfoProto → TypeProto → Tensor → TensorShapeProto → Dimension. */
function valueInfo(pbf: PbfReader): { name: string; shape: number[] } {
  let name = '';
  const shape: number[] = [];
  const dimension: Take = (p) => {
    let size = 0;
    message(p, { 1: (q) => (size = q.readVarint(true)) });
    shape.push(size);
  };
  message(pbf, {
    1: (p) => (name = p.readString()),
    2: (p) => message(p, { 1: (q) => message(q, { 2: (r) => message(r, { 1: dimension }) }) }),
  });
  return { name, shape };
}

/** Throws a plain Error whose message says what is wrong with the file. */
export function parseModel(bytes: Uint8Array): Model {
  const nodes: Node[] = [];
  const constants = new Map<string, Tensor>();
  const [inputs, outputs] = [[] as ReturnType<typeof valueInfo>[], [] as string[]];
  let opset = 1;
  const graph: Take = (pbf) =>
    message(pbf, {
      1: (p) => nodes.push(node(p)),
      5: (p) => {
        const { name, ...rest } = tensor(p);
        constants.set(name, rest);
      },
      11: (p) => inputs.push(valueInfo(p)),
      12: (p) => outputs.push(valueInfo(p).name),
    });
  const operatorSet: Take = (pbf) => {
    let [domain, version] = ['', 1];
    message(pbf, { 1: (p) => (domain = p.readString()), 2: (p) => (version = p.readVarint()) });
    if (domain === '') opset = version;
  };
  message(new PbfReader(bytes), { 7: graph, 8: operatorSet });
  return { opset, nodes, constants, inputs: inputs.filter(({ name }) => !constants.has(name)), outputs };
}
