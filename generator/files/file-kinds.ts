// SPDX-License-Identifier: Apache-2.0
/**
 * What a file is by its first bytes, for files that bitloom does not read where they are given: a message that names
 * an ONNX model helps more than one about damage. Raw pixels may begin with any bytes, so a mark of one or two bytes
 * is believed only where the rest of the file agrees with it.
 *
 * (npm's file-type knows neither .npy nor ONNX, pickles or safetensors, and reads asynchronously.)
 */
import { isIdx, parseIdx } from './idx.ts';
import { looksLikeDeepCompression } from './deep-compression-mark.ts';
import { isOnnx } from './onnx-mark.ts';
import { call } from '../project/call.ts';

interface FileKind {
  readonly name: string;
  is(bytes: Uint8Array): boolean;
}

const latin = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('latin1');
const u32 = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

/** A kind whose files have these bytes at this place. */
const marked = (name: string, mark: string, at = 0): FileKind => ({
  name,
  is: (bytes) => latin(bytes, at, at + mark.length) === mark,
});

/** A kind whose first bytes, up to 512, match. */
const matching = (name: string, start: RegExp): FileKind => ({ name, is: (bytes) => start.test(latin(bytes, 0, 512)) });

/** The name of a zip file's first entry; libraries write theirs in a fixed order. */
const zipOf = (name: string, first: RegExp): FileKind => ({
  name,
  is: (bytes) =>
    latin(bytes, 0, 4) === 'PK\x03\x04' && first.test(latin(bytes, 30, 30 + (bytes[26] ?? 0) + 256 * (bytes[27] ?? 0))),
});

/** Opcodes that the first object of an old pickle begins with: EMPTY_DICT, EMPTY_LIST, MARK, GLOBAL, LONG1. */
const pickleStarts = '}](c\x8a';
const torchMark = '\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.';

function isPickle(bytes: Uint8Array): boolean {
  const [mark, protocol, next] = bytes;
  if (mark !== 0x80 || bytes.length < 4) return false;
  if (latin(bytes, 2, 2 + torchMark.length) === torchMark) return true;
  const ends = bytes.at(-1) === '.'.charCodeAt(0);
  if (protocol === 4 || protocol === 5) return next === 0x95 && ends;
  return (protocol === 2 || protocol === 3) && pickleStarts.includes(String.fromCharCode(next!)) && ends;
}

function isSafetensors(bytes: Uint8Array): boolean {
  return (
    bytes.length > 9 &&
    u32(bytes, 4) === 0 &&
    u32(bytes, 0) + 8 <= bytes.length &&
    /^\{\s*["}]/.test(latin(bytes, 8, 16))
  );
}

function json(bytes: Uint8Array): unknown {
  if (!/^\s*[{[]/.test(latin(bytes, 0, 64))) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isTfjs(bytes: Uint8Array): boolean {
  const value = json(bytes);
  return typeof value === 'object' && value !== null && ('modelTopology' in value || 'weightsManifest' in value);
}

/** Whole ones: the mark alone is four small figures, as headers of other files have them. */
function isWholeIdx(bytes: Uint8Array): boolean {
  try {
    return isIdx(bytes) && parseIdx(bytes).data.length > 0;
  } catch {
    return false;
  }
}

/** Figures with signs and separators from end to end, two lines or more. */
function isFigures(bytes: Uint8Array): boolean {
  const start = latin(bytes, 0, 4096);
  return /^[\d\s.,;+\-eE]+$/.test(start) && /\d[,;\t ]+-?\d/.test(start) && start.includes('\n');
}

const kinds: readonly FileKind[] = [
  marked('a NumPy array (.npy)', '\x93NUMPY'),
  zipOf('a NumPy archive (.npz)', /\.npy$/),
  zipOf('a PyTorch checkpoint (.pt)', /(^|\/)(data\.pkl|\.format_version|byteorder)$/),
  zipOf('a Keras model (.keras)', /^(metadata|config)\.json$|\.weights\.h5$/),
  marked('a zip archive', 'PK\x03\x04'),
  marked('an empty zip archive', 'PK\x05\x06'),
  { name: 'a Python pickle (as PyTorch and CIFAR-10\'s "python version" have it)', is: isPickle },
  marked('an HDF5 file (as Keras and MATLAB write it)', '\x89HDF\r\n\x1a\n'),
  marked('a TensorFlow Lite model', 'TFL3', 4),
  { name: 'an ONNX model', is: isOnnx },
  { name: 'a TensorFlow.js model (JSON)', is: isTfjs },
  marked('a GGUF model', 'GGUF'),
  marked(`an image of weights of an earlier bitloom: run ${call('storage')} again`, 'blw1'),
  marked(`an image of weights (${call('storage')})`, 'blw2'),
  { name: 'an IDX file (images or labels)', is: isWholeIdx },
  { name: 'SqueezeNet by Deep Compression', is: looksLikeDeepCompression },
  { name: 'a safetensors file', is: isSafetensors },
  marked('a PNG picture', '\x89PNG\r\n\x1a\n'),
  marked('a JPEG picture', '\xff\xd8\xff'),
  matching('a GIF picture', /^GIF8[79]a/),
  matching('a TIFF picture', /^(II\*\0|MM\0\*)/),
  matching('a WebP picture', /^RIFF[^]{4}WEBP/),
  {
    name: 'a BMP picture',
    is: (bytes) => latin(bytes, 0, 2) === 'BM' && bytes.length >= 26 && u32(bytes, 2) === bytes.length,
  },
  matching('a picture of the PNM family (.pgm, .ppm)', /^P[1-7]\s+(#[^\n]*\n\s*)*(\d+\s+\d+\s|WIDTH )/),
  matching('a MATLAB file', /^MATLAB [57]\.\d/),
  { name: 'a gzip file', is: isGzip },
  marked('an xz file', '\xfd7zXZ\0'),
  matching('a bzip2 file', /^BZh[1-9]1AY&SY/),
  marked('a zstd file', '\x28\xb5\x2f\xfd'),
  marked('a 7z archive', '7z\xbc\xaf\x27\x1c'),
  marked('a tar archive', 'ustar', 257),
  marked('a Parquet file', 'PAR1'),
  marked('an Arrow file', 'ARROW1'),
  marked('a PDF document', '%PDF-'),
  matching('a web page', /^\s*<(!doctype html|html|\?xml)/i),
  matching('a Git LFS pointer: the file itself was not fetched', /^version https:\/\/git-lfs\.github\.com\//),
  { name: 'JSON text', is: (bytes) => json(bytes) !== undefined },
  { name: 'figures as text (CSV)', is: isFigures },
];

/** A gzip member of the only method there is, with no reserved flag. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && (bytes[3]! & 0xe0) === 0;
}

/** `a PNG picture`; undefined where the bytes are of no kind that is known here. */
export function fileKind(bytes: Uint8Array): string | undefined {
  return kinds.find((kind) => kind.is(bytes))?.name;
}
