// SPDX-License-Identifier: Apache-2.0
/** The two streams of a frame, and its lines, as they lie in the memory of the board. */
import { layerBeats, type EngineLayer } from './program/layer.ts';
import { beatsOfLine, mapBeatBytes, portBytes, type EngineShape } from './program/shape.ts';
import { vectorBeats, type VectorLayer } from './program/vector-layer.ts';

export const pageBytes = 4096;

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Layers of maps, and the end behind them: whole beats. */
export function mapStream(layers: readonly EngineLayer[], shape: EngineShape): Uint8Array {
  const end: EngineLayer = { name: 'end', descriptor: { operation: 'end' }, rings: [] };
  return joined([...layers, end].map((layer) => layerBeats(layer, shape)));
}

/** Layers of vectors, and the end behind them: whole beats. */
export function vectorStream(layers: readonly VectorLayer[], shape: EngineShape): Uint8Array {
  const end: VectorLayer = { name: 'end', descriptor: { operation: 'end' }, entries: new Uint8Array(0) };
  return joined([...layers, end].map((layer) => vectorBeats(layer, shape)));
}

/** Beats dealt out to so many ports: port p's 16 bytes of every beat, in whole pages, part behind part. */
export function portParts(beats: Uint8Array, ports: number): Uint8Array {
  const beat = portBytes * ports;
  const count = beats.length / beat;
  const part = Math.ceil((count * portBytes) / pageBytes) * pageBytes;
  const out = new Uint8Array(part * ports);
  for (let i = 0; i < count; i++)
    for (let port = 0; port < ports; port++)
      out.set(
        beats.subarray(i * beat + port * portBytes, i * beat + (port + 1) * portBytes),
        port * part + i * portBytes,
      );
  return out;
}

/**
 * Byte of the stream that byte `at` of its parts is; undefined where a part's last page is not filled.
 * @param bytes of the stream
 */
export function streamByte(at: number, bytes: number, ports: number): number | undefined {
  const portion = bytes / ports;
  const part = Math.ceil(portion / pageBytes) * pageBytes;
  const [port, within] = [Math.floor(at / part), at % part];
  if (port >= ports || within >= portion) return undefined;
  return Math.floor(within / portBytes) * portBytes * ports + port * portBytes + (within % portBytes);
}

/** Lines as beats: each in as many as hold it, its first bytes in the low ones of the first. */
export function lineBeats(lines: Uint8Array, shape: EngineShape): Uint8Array {
  const slot = beatsOfLine(shape) * mapBeatBytes(shape);
  const out = new Uint8Array((lines.length / shape.lanes) * slot);
  for (let i = 0; i * shape.lanes < lines.length; i++)
    out.set(lines.subarray(i * shape.lanes, (i + 1) * shape.lanes), i * slot);
  return out;
}
