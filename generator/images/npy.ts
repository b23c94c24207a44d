// SPDX-License-Identifier: Apache-2.0
/**
 * NumPy's .npy: `\x93NUMPY`, version, length of the header, the header as a Python dictionary
 * `{'descr': '|u1', 'fortran_order': False, 'shape': (5, 8, 8), }`, then the values (NEP 1).
 *
 * (Why no library: npm's npyjs takes the rest of the file whatever the shape says, so that a cut file has fewer images,
 * and refuses big-endian values and unaligned ones with plain errors.)
 */
const mark = '\x93NUMPY';
const markBytes = [...mark].map((char) => char.charCodeAt(0));

export interface Npy {
  /** `|u1`, `<i8`, …; NumPy's own text where it is no plain type. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** What follows the header. */
  readonly data: Uint8Array;
}

export function isNpy(bytes: Uint8Array): boolean {
  return markBytes.every((byte, i) => bytes[i] === byte);
}

/** NumPy pads headers to 64 bytes; a structured type may need some thousands. */
const mostHeaderBytes = 65536;

const damaged = (what: string) => new Error(`a damaged NumPy array: ${what}`);

/** Throws a plain Error that says what is damaged. @param bytes that begin with the mark */
export function parseNpy(bytes: Uint8Array): Npy {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 1;
  const lengthBytes = version === 1 ? 2 : 4;
  const headerAt = 8 + lengthBytes;
  if (bytes.length < headerAt) throw damaged('it ends before its header');
  if (version < 1 || version > 3) throw damaged(`version ${version} of the format`);
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > mostHeaderBytes) throw damaged(`a header of ${headerBytes} bytes`);
  const dataAt = headerAt + headerBytes;
  if (dataAt > bytes.length) throw damaged('it ends in its header');
  const header = Buffer.from(bytes.subarray(headerAt, dataAt)).toString('latin1').trim();
  const value = (key: string, pattern: string) =>
    new RegExp(`^\\{.*(['"])${key}\\1\\s*:\\s*${pattern}\\s*[,}]`, 's').exec(header)?.[2];
  const descr = value('descr', `(\\[.*\\]|'[^']*'|"[^"]*")`);
  const order = value('fortran_order', '(True|False)');
  const sizes = value('shape', '(\\([\\dL\\s,]*\\))');
  const shape = sizes?.match(/\d+/g)?.map(Number) ?? [];
  if (descr === undefined || order === undefined || sizes === undefined || !header.endsWith('}'))
    throw damaged(`the header ${JSON.stringify(header.slice(0, 80))}`);
  return { descr: descr.replace(/['"]/g, ''), fortranOrder: order === 'True', shape, data: bytes.subarray(dataAt) };
}

/** `float32`, as NumPy calls it. */
export function typeName(descr: string): string {
  const [, order, letter, bytes] = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(descr) ?? [];
  const names: Readonly<Record<string, string>> = { u: 'uint', i: 'int', f: 'float', c: 'complex' };
  if (letter === 'b') return 'bool';
  const name = names[letter ?? ''];
  return name ? `${order === '>' ? 'big-endian ' : ''}${name}${8 * Number(bytes)}` : `NumPy's ${descr.slice(0, 40)}`;
}

/** Throws a plain Error where the values are fewer or more than the shape says. */
export function requireWhole({ shape, data }: Npy, elementBytes: number): void {
  const wanted = shape.reduce((product, size) => product * size, elementBytes);
  if (wanted !== data.length) throw damaged(`a shape of ${shapeOf(shape)} before ${data.length} bytes`);
}

export function shapeOf(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
