/** The sparse engine in Verilator: frames through all of its buses, lines of every layer and results against given ones. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { restBits } from '../generator/engine/resources.ts';
import { portBytes, type EngineShape } from '../generator/engine/shape.ts';
import { pageBytes } from '../generator/engine/stream.ts';
import { workFolder } from '../generator/processes/work-folder.ts';
import { fields, runBench, type Reported } from './report-lines.ts';
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
  /** Lines of every layer of maps, words of every layer of vectors, and the result in pieces of 64 bytes; not compared where the code is not 0. */
  readonly mapLayers: readonly (readonly ExpectedLine[])[];
  readonly vectorLayers: readonly (readonly ExpectedWord[])[];
  readonly result: readonly Uint8Array[];
  /** A port's n-th beat, from 1, of one of the three, that is an error; or the n-th answer of the write port. */
  readonly readError?: { readonly of: 'frame' | 'maps' | 'vectors'; readonly port: number; readonly beat: number };
  readonly writeErrorAt?: number;
}

export type Machine = 'maps' | 'vectors';

export interface LayerRun {
  readonly machine: Machine;
  /** A frame that was started; it may have been started before. */
  readonly run: number;
  readonly frame: number;
  readonly layer: number;
  /** Before it started, since the layer before it ended or the frame began. */
  readonly waits: number;
  readonly clocks: number;
  /** Weights other than 0 that multipliers took. */
  readonly weights: number;
  /** Lines that differ. */
  readonly faults: number;
}

/** One of the lines that differ, or the words, as printed; a layer's are looked at when it has ended. */
export interface LineDifference {
  readonly frame: number;
  readonly layer: number;
  readonly line?: number;
  readonly word?: number;
  readonly cycle: number;
  readonly expected: string;
  readonly got: string;
}

export interface FrameRun {
  readonly run: number;
  readonly frame: number;
  readonly code: number;
  /** By the engine's own counter. */
  readonly clocks: number;
  readonly start: number;
  readonly end: number;
  readonly faults: number;
  /** Layers that ran; undefined where a machine did not come to its end. */
  readonly layers: Readonly<Record<Machine, number | undefined>>;
  /** Rules of AXI that the engine broke until now. */
  readonly broken: number;
}

export interface SparseResult {
  readonly cycles: number;
  readonly layers: readonly LayerRun[];
  readonly frames: readonly FrameRun[];
  readonly differences: readonly LineDifference[];
  /** Lines of differences and broken rules, as printed. */
  readonly mismatches: readonly string[];
  readonly hangs: boolean;
}

/** Code of a frame that did not end because one beside it failed. */
export const aborted = 9;

/** The last run of every frame, in the order of frames. */
export const lastRuns = (result: SparseResult, frames: readonly DrivenFrame[]): (FrameRun | undefined)[] => frames.map((_, i) => result.frames.findLast(({ frame }) => frame === i));

/** Frames that were aborted although none beside them failed. */
export function abortedForNothing({ frames }: SparseResult): FrameRun[] {
  const failed = (run: FrameRun | undefined) => run !== undefined && run.code !== 0 && run.code !== aborted;
  return frames.filter(({ code }, i) => {
    if (code !== aborted) return false;
    const beside = [-1, 1].flatMap((step) => {
      let at = i;
      while (frames[at]?.code === aborted) at += step;
      return frames[at];
    });
    return !beside.some(failed);
  });
}

/** What is wrong: frames end with their code, aborted ones only beside one that fails, every line, word and result is equal, no bus rule broken. */
export function sparseFaults(result: SparseResult, frames: readonly DrivenFrame[]): string[] {
  const found = [...result.mismatches];
  if (result.hangs) found.push(`no end of frame ${result.frames.length}`);
  lastRuns(result, frames).forEach((run, i) => {
    const { code, mapLayers, vectorLayers } = frames[i]!;
    if (!run) return void found.push(`frame ${i} did not end`);
    if (run.code !== code) found.push(`frame ${i} ended with code ${run.code} in place of ${code}`);
    if (run.faults !== 0 || run.broken !== 0) found.push(`frame ${i}: ${run.faults} parts of the result differ, ${run.broken} rules of AXI broken`);
    if (run.code === 0 && (run.layers.maps !== mapLayers.length || run.layers.vectors !== vectorLayers.length)) found.push(`frame ${i}: ${run.layers.maps} and ${run.layers.vectors} layers ran`);
  });
  for (const { run, clocks, start, end } of result.frames) if (Math.abs(end - start - clocks) > 4) found.push(`run ${run} says ${clocks} clocks, ${end - start} have passed`);
  found.push(...abortedForNothing(result).map(({ run }) => `run ${run} was aborted for nothing`));
  found.push(...result.layers.filter(({ faults }) => faults !== 0).map(({ machine, frame, layer, faults }) => `frame ${frame}, layer ${layer} of ${machine}: ${faults} differ`));
  return found;
}

export const sparsePassed = (result: SparseResult, frames: readonly DrivenFrame[]) => sparseFaults(result, frames).length === 0;

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
}

export interface SparseBench {
  readonly program: string;
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
  const { lanes, groups, slots, accumulatorBits, lines, ringWords, vectorWords, ownWords, mapPorts, vectorPorts } = shape;
  const parameters = { LANES: lanes, GROUPS: groups, SLOTS: slots, ACC_W: accumulatorBits, LINES: lines, WORDS: ringWords, BANK: vectorWords, OWN: ownWords, MAP_PORTS: mapPorts, VECTOR_PORTS: vectorPorts, ADDR_W: 40, CARRY_W: carryBits, STYLE: '"block"' };
  const given = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`).join(', ');
  const engine = top ? 'dut.u_engine' : 'dut';
  const lineMemory = `${engine}.u_maps.u_lines`;
  // The top has lines in UltraRAM, and what does not fill these in block RAM.
  const banks = ['even', 'odd'].map((bank) => {
    const [main, rest] = [`${lineMemory}.u_${bank}.g_${top ? 'ultra' : 'block'}.store[n]`, `${lineMemory}.g_rest.u_${bank}.g_block.store[n]`];
    return [`${bank.toUpperCase()}(n)`, top && restBits(lanes) > 0 ? `{${rest}, ${main}}` : main];
  });
  const macros = Object.entries({
    LANES: lanes, GROUPS: groups, MAP_PORTS: mapPorts, VECTOR_PORTS: vectorPorts, MEMORY: memoryWords, OWN: 2 * vectorWords, DUT: top ?? `nn_sparse #(${given})`,
    ENGINE: engine, MAPS: `${engine}.u_maps`, VECTORS: `${engine}.u_vectors`, COPY: `${engine}.u_vectors.u_dense.g_lane[0].u_vector.g_block.store`, ...Object.fromEntries(banks),
  });
  return [...macros.map(([name, value]) => `\`define ${name} ${value}`), readFileSync(join(own, 'bench.sv'), 'utf8')].join('\n');
}

/** Frames, streams and room for every result, each where its address says. What is to fail lies at a place of its own. */
function layOut(frames: readonly DrivenFrame[], ports: Readonly<Record<'frame' | 'maps' | 'vectors', number>>): { image: Uint8Array; lines: string[] } {
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
    const [pixels, maps, vectors] = (['frame', 'maps', 'vectors'] as const).map((part) => place(frame[part], readError?.of === part));
    const failing = readError && { frame: pixels!, maps: maps!, vectors: vectors! }[readError.of] + readError.port * (frame[readError.of].bytes.length / ports[readError.of]) + (readError.beat - 1) * portBytes;
    const slots = Math.max(1, result.length);
    const hex = [pixels!, maps!, vectors!, room(64 * slots), frame.frame.count, frame.maps.count, frame.vectors.count, failing ?? 0].map((value) => value.toString(16));
    return [...hex, slots, code, Number(code === 0), writeErrorAt].join(' ');
  });
  const image = new Uint8Array(at);
  for (const [bytes, from] of parts) image.set(bytes, from);
  return { image, lines };
}

function parse({ reports: lines, done }: Reported): SparseResult {
  const numbers = (line: string) => Object.fromEntries(Object.entries(fields(line)).map(([key, value]) => [key, Number(value)]));
  const differences = lines.filter((line) => line.startsWith('MISMATCH') && / (line|word)=/.test(line)).map((line): LineDifference => {
    const { expected, got } = fields(line);
    return { ...(numbers(line) as unknown as LineDifference), expected: expected!, got: got! };
  });
  return {
    cycles: Number(done['cycle']),
    differences,
    layers: lines.filter((line) => line.startsWith('LAYER')).map((line) => ({ ...(numbers(line) as unknown as LayerRun), machine: fields(line)['machine'] as Machine })),
    frames: lines.filter((line) => line.startsWith('FRAME')).map((line) => {
      const run = numbers(line) as unknown as FrameRun;
      const layersOf = (kind: string) => lines.filter((other) => other.startsWith(`${kind} run=${run.run} `)).map((other) => numbers(other)['layers'])[0];
      return { ...run, layers: { maps: layersOf('MAPS'), vectors: layersOf('VECTORS') } };
    }),
    mismatches: lines.filter((line) => /^(MISMATCH|RULE)/.test(line)),
    hangs: lines.some((line) => line.startsWith('HANG')),
  };
}

/** A compiled bench in a folder of its own. */
export async function sparseBench(dut: SparseDut, frames: readonly DrivenFrame[], options: CompileOptions = { quick: true }): Promise<SparseBench> {
  const folder = workFolder('sparse');
  const data = join(folder, 'data');
  mkdirSync(data);
  const { mapPorts, vectorPorts } = dut.shape;
  const { image, lines } = layOut(frames, { frame: mapPorts, maps: mapPorts, vectors: vectorPorts });
  const words = Array.from({ length: image.length / 16 }, (_, i) => hexOf(image.subarray(16 * i, 16 * i + 16)));
  writeFileSync(join(data, 'memory.hex'), `${words.join('\n')}\n`);
  writeFileSync(join(data, 'frames.txt'), `${lines.join('\n')}\n`);
  frames.forEach(({ mapLayers, vectorLayers, result }, i) => {
    const blocks = (layers: readonly (readonly { readonly bytes: Uint8Array }[])[], at: (written: never) => number) =>
      layers.flatMap((written) => [`${written.length}`, ...written.map((each) => `${at(each as never).toString(16)} ${hexOf(each.bytes)}`)]);
    writeFileSync(join(data, `maps_${i}.txt`), `${blocks(mapLayers, ({ line }: ExpectedLine) => line).join('\n')}\n`);
    writeFileSync(join(data, `vectors_${i}.txt`), `${blocks(vectorLayers, ({ word }: ExpectedWord) => word).join('\n')}\n`);
    writeFileSync(join(data, `result_${i}.txt`), `${result.map(hexOf).join('\n')}\n`);
  });
  const models = readdirSync(own).filter((file) => file !== 'bench.sv').sort().map((path) => ({ path, text: readFileSync(join(own, path), 'utf8') }));
  const program = await buildSimulator([...dut.sources, ...models], benchText(dut, image.length / 16), options);
  return {
    program,
    async run({ seed = 1, pause = 16, pauseVectors = pause, watchdog = 200_000, alone = false, lazy = 0, seconds = 3600 } = {}) {
      const settings = { dir: data, seed, pause, pause_vectors: pauseVectors, watchdog, alone: Number(alone), lazy };
      return parse(await runBench(program, settings, { cwd: folder, seconds }));
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
