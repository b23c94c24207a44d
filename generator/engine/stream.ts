/** The stream of a frame, and its parts as they lie in the memory of the board. */
import { layerBeats, type EngineLayer } from './layer.ts';
import { beatBytes, type EngineShape } from './shape.ts';

export const pageBytes = 4096;
const portBytes = 16;

/** Layers, and the end behind them: whole beats. */
export function streamOf(layers: readonly EngineLayer[], shape: EngineShape): Uint8Array {
  const end: EngineLayer = { name: 'end', descriptor: { operation: 'end' }, rings: [], entries: new Uint8Array(0) };
  const parts = [...layers, end].map((layer) => layerBeats(layer, shape));
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Beats dealt out to the ports: port p's 16 bytes of every beat, in whole pages, part behind part. */
export function portParts(beats: Uint8Array, shape: EngineShape): Uint8Array {
  const beat = beatBytes(shape);
  const count = beats.length / beat;
  const part = Math.ceil((count * portBytes) / pageBytes) * pageBytes;
  const out = new Uint8Array(part * shape.ports);
  for (let i = 0; i < count; i++)
    for (let port = 0; port < shape.ports; port++)
      out.set(beats.subarray(i * beat + port * portBytes, i * beat + (port + 1) * portBytes), port * part + i * portBytes);
  return out;
}

/** Lines as beats: a line's bytes in the low ones of its beat. */
export function lineBeats(lines: Uint8Array, shape: EngineShape): Uint8Array {
  const beat = beatBytes(shape);
  const out = new Uint8Array((lines.length / shape.lanes) * beat);
  for (let i = 0; i * shape.lanes < lines.length; i++) out.set(lines.subarray(i * shape.lanes, (i + 1) * shape.lanes), i * beat);
  return out;
}
