// SPDX-License-Identifier: Apache-2.0
/**
 * The sparse engine in Verilator: frames through all of its buses, lines of every layer and results against given ones.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { restBits } from '../generator/architectures/sparse/resources.ts';
import { portBytes, type EngineShape } from '../generator/architectures/sparse/program/shape.ts';
import { pageBytes } from '../generator/architectures/sparse/stream.ts';
import { workFolder } from '../generator/processes/work-folder.ts';
import { runBench } from './report-lines.ts';
import { parseSparse, type SparseResult } from './sparse-report.ts';
import { buildSimulator, type CompileOptions, type VerilogSource } from './simulator.ts';

const own = fileURLToPath(new URL('./sparse/', import.meta.url));

/** Bytes that one line is to hold when its layer has ended. */
export interface ExpectedLine {
  readonly line: number;
  readonly bytes: Uint8Array;
}

/** Eight bytes that one word of the vectors that layers leave to each other is to hold. */
export interface ExpectedWord {
  readonly word: number;
  readonly bytes: Uint8Array;
}

/** Parts of a frame or a stream by port, in whole pages. */
export interface Beats {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** A frame as a driver runs it. */
export interface DrivenFrame {
  readonly frame: Beats;
  readonly maps: Beats;
  readonly vectors: Beats;
  /** Status code that it must end with. */
  readonly code: number;
  /**
   * Lines of every layer of maps, words of every layer of vectors, and the result in pieces of 64 bytes; not compared
   * where the code is not 0.
   */
  readonly mapLayers: readonly (readonly ExpectedLine[])[];
  readonly vectorLayers: readonly (readonly ExpectedWord[])[];
  readonly result: readonly Uint8Array[];
  /** A port's n-th beat, from 1, of one of the three, that is an error; or the n-th answer of the write port. */
  readonly readError?: { readonly of: 'frame' | 'maps' | 'vectors'; readonly port: number; readonly beat: number };
  readonly writeErrorAt?: number;
}

export interface RunOptions {
  readonly seed?: number;
  /** Percentage of clocks in which each port pauses: of maps, and of vectors and results (by default the same). */
  readonly pause?: number;
  readonly pauseVectors?: number;
  readonly watchdog?: number;
  /** Each frame is started when the one before has ended. */
  readonly alone?: boolean;
  /** The most clocks that the driver lets pass before it starts the next frame. */
  readonly lazy?: number;
  readonly seconds?: number;
  /** The frames that are run; by default all. */
  readonly from?: number;
  readonly count?: number;
  /** So many clocks after the first start of the frame of this number, a reset of four clocks. */
  readonly reset?: { readonly inFrame: number; readonly after: number };
  /** Of cells that hold a choice of faults (one-of-mutants.ts). */
  readonly fault?: number;
}

export interface SparseBench {
  readonly program: string;
  /** Frames of the result are numbered from the first one that was run. */
  run(options?: RunOptions): Promise<SparseResult>;
  close(): void;
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).reverse().toString('hex');

/** What the bench drives: nn_sparse with these sizes, or a generated top that has it inside. */
export interface SparseDut {
  readonly shape: EngineShape;
  readonly sources: readonly VerilogSource[];
  readonly top?: string | undefined;
  /** Of nn_sparse by itself: positions of a carry primitive that its adders are made of, where SYNTHESIS is defined. */
  readonly carryBits?: number;
}

function benchText({ shape, top, carryBits = 0 }: SparseDut, memoryWords: number): string {
  const { lanes, groups, slots, accumulatorBits, lines, ringWords, vectorWords, ownWords, mapPorts, vectorPorts } =
    shape;
  const parameters = {
    LANES: lanes,
    GROUPS: groups,
    SLOTS: slots,
    ACC_W: accumulatorBits,
    LINES: lines,
    WORDS: ringWords,
    BANK: vectorWords,
    OWN: ownWords,
    MAP_PORTS: mapPorts,
    VECTOR_PORTS: vectorPorts,
    ADDR_W: 40,
    CARRY_W: carryBits,
    STYLE: '"block"',
  };
  const given = Object.entries(parameters)
    .map(([name, value]) => `.${name}(${value})`)
    .join(', ');
  const engine = top ? 'dut.u_engine' : 'dut';
  const lineMemory = `${engine}.u_maps.u_lines`;
  // The top has lines in UltraRAM, and what does not fill these in block RAM.
  const banks = ['even', 'odd'].map((bank) => {
    const [main, rest] = [
      `${lineMemory}.u_${bank}.g_${top ? 'ultra' : 'block'}.store[n]`,
      `${lineMemory}.g_rest.u_${bank}.g_block.store[n]`,
    ];
    return [`${bank.toUpperCase()}(n)`, top && restBits(lanes) > 0 ? `{${rest}, ${main}}` : main];
  });
  const macros = Object.entries({
    LANES: lanes,
    GROUPS: groups,
    MAP_PORTS: mapPorts,
    VECTOR_PORTS: vectorPorts,
    MEMORY: memoryWords,
    OWN: 2 * vectorWords,
    DUT: top ?? `nn_sparse #(${given})`,
    ENGINE: engine,
    MAPS: `${engine}.u_maps`,
    VECTORS: `${engine}.u_vectors`,
    COPY: `${engine}.u_vectors.u_dense.g_lane[0].u_vector.g_block.store`,
    ...Object.fromEntries(banks),
  });
  return [
    ...macros.map(([name, value]) => `\`define ${name} ${value}`),
    readFileSync(join(own, 'bench.sv'), 'utf8'),
  ].join('\n');
}

/**
 * Frames, streams and room for every result, each where its address says. What is to fail lies at a place of its own.
 */
function layOut(
  frames: readonly DrivenFrame[],
  ports: Readonly<Record<'frame' | 'maps' | 'vectors', number>>,
): { image: Uint8Array; lines: string[] } {
  const places = new Map<Uint8Array, number>();
  const parts: [Uint8Array, number][] = [];
  let at = pageBytes;
  const room = (bytes: number) => {
    const place = at;
    at += Math.ceil(bytes / pageBytes) * pageBytes;
    return place;
  };
  const place = ({ bytes }: Beats, alone: boolean) => {
    if (!alone && places.has(bytes)) return places.get(bytes)!;
    const found = room(bytes.length);
    parts.push([bytes, found]);
    if (!alone) places.set(bytes, found);
    return found;
  };
  const lines = frames.map((frame) => {
    const { readError, writeErrorAt = 0, result, code } = frame;
    const [pixels, maps, vectors] = (['frame', 'maps', 'vectors'] as const).map((part) =>
      place(frame[part], readError?.of === part),
    );
    const failing =
      readError &&
      { frame: pixels!, maps: maps!, vectors: vectors! }[readError.of] +
        readError.port * (frame[readError.of].bytes.length / ports[readError.of]) +
        (readError.beat - 1) * portBytes;
    const slots = Math.max(1, result.length);
    const hex = [
      pixels!,
      maps!,
      vectors!,
      room(64 * slots),
      frame.frame.count,
      frame.maps.count,
      frame.vectors.count,
      failing ?? 0,
    ].map((value) => value.toString(16));
    return [...hex, slots, code, Number(code === 0), writeErrorAt].join(' ');
  });
  const image = new Uint8Array(at);
  for (const [bytes, from] of parts) image.set(bytes, from);
  return { image, lines };
}

/** Layers' blocks as the bench reads them: how many there are, then each one's place and bytes. */
function blocks<T extends { readonly bytes: Uint8Array }>(
  layers: readonly (readonly T[])[],
  at: (written: T) => number,
): string {
  const lines = layers.flatMap((written) => [
    `${written.length}`,
    ...written.map((each) => `${at(each).toString(16)} ${hexOf(each.bytes)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

/** Memory, frames and what each must leave, as files of the bench. @returns words of memory */
function writeData({ mapPorts, vectorPorts }: EngineShape, frames: readonly DrivenFrame[], folder: string): number {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const { image, lines } = layOut(frames, { frame: mapPorts, maps: mapPorts, vectors: vectorPorts });
  const words = Array.from({ length: image.length / 16 }, (_, i) => hexOf(image.subarray(16 * i, 16 * i + 16)));
  write('memory.hex', `${words.join('\n')}\n`);
  write('frames.txt', `${lines.join('\n')}\n`);
  frames.forEach(({ mapLayers, vectorLayers, result }, i) => {
    write(
      `maps_${i}.txt`,
      blocks(mapLayers, ({ line }) => line),
    );
    write(
      `vectors_${i}.txt`,
      blocks(vectorLayers, ({ word }) => word),
    );
    write(`result_${i}.txt`, `${result.map(hexOf).join('\n')}\n`);
  });
  return words.length;
}

/** What is asked of a run, as the program's arguments. @param total frames that the bench has */
function settingsOf(data: string, total: number, options: RunOptions) {
  const { seed = 1, pause = 16, watchdog = 200_000, alone = false, lazy = 0, fault = 0, from = 0, reset } = options;
  return {
    dir: data,
    seed,
    pause,
    pause_vectors: options.pauseVectors ?? pause,
    watchdog,
    alone: Number(alone),
    lazy,
    fault,
    first: from,
    frames: options.count ?? total - from,
    ...(reset ? { reset_in: reset.inFrame, reset_after: reset.after } : {}),
  };
}

/** A compiled bench in a folder of its own. */
export async function sparseBench(
  dut: SparseDut,
  frames: readonly DrivenFrame[],
  options: CompileOptions = { quick: true },
): Promise<SparseBench> {
  const folder = workFolder('sparse');
  const data = join(folder, 'data');
  mkdirSync(data);
  const memoryWords = writeData(dut.shape, frames, data);
  const models = readdirSync(own)
    .filter((file) => file !== 'bench.sv')
    .sort()
    .map((path) => ({ path, text: readFileSync(join(own, path), 'utf8') }));
  const program = await buildSimulator([...dut.sources, ...models], benchText(dut, memoryWords), options);
  return {
    program,
    async run(asked = {}) {
      const { from = 0, seconds = 3600 } = asked;
      const report = await runBench(program, settingsOf(data, frames.length, asked), { cwd: folder, seconds });
      return parseSparse(report, from);
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
