// SPDX-License-Identifier: Apache-2.0
/** ONNX files are protobuf messages, which have no mark: the whole file is walked, field by field. */

/** Wire types of ModelProto's fields by number (onnx.proto: ir_version = 1, graph = 7, opset_import = 8, …). */
const wireTypes: Readonly<Record<number, number>> = {
  1: 0,
  2: 2,
  3: 2,
  4: 2,
  5: 0,
  6: 2,
  7: 2,
  8: 2,
  14: 2,
  20: 2,
  25: 2,
  26: 2,
};
const graphField = 7;

/** True where the bytes are ModelProto's fields from end to end, ir_version first, a graph among them. */
export function isOnnx(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x08) return false;
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let place = 1; at < bytes.length; place *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * place;
      if (byte < 128) return value;
    }
    return NaN;
  };
  let hasGraph = false;
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wireTypes[field] !== wire) return false;
    const value = varint();
    if (wire === 2) at += value;
    if (!(at <= bytes.length)) return false;
    hasGraph ||= field === graphField;
  }
  return hasGraph;
}
