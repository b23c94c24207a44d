/** The sparse engine in Verilator: frames through all of its buses, lines of every layer and results against given ones. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { fail } from '../generator/errors.ts';
import type { EngineShape } from '../generator/engine/shape.ts';
import { pageBytes } from '../generator/engine/stream.ts';
import { buildSimulator, type CompileOptions, type VerilogSource } from './simulator.ts';

const own = fileURLToPath(new URL('./sparse/', import.meta.url));

/** Bytes that one line is to hold when its layer has ended. */
export interface ExpectedLine {
  readonly line: number;
  readonly bytes: Uint8Array;
}

/** A frame as a driver runs it: parts of frame and stream by port, in whole pages. */
export interface DrivenFrame {
  readonly frame: Uint8Array;
  readonly frameBeats: number;
  readonly stream: Uint8Array;
  readonly streamBeats: number;
  /** Status code that it must end with. */
  readonly code: number;
  /** Lines of every layer, and the result's; not compared where the code is not 0. */
  readonly layers: readonly (readonly ExpectedLine[])[];
  readonly result: readonly Uint8Array[];
  /** The read port, or the write port, whose n-th answer (from 1) is an error. */
  readonly readError?: { readonly port: number; readonly answer: number };
  readonly writeErrorAt?: number;
}

export interface LayerRun {
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

/** One of the lines that differ, as printed; a layer's are looked at when it has ended. */
export interface LineDifference {
  readonly frame: number;
  readonly layer: number;
  readonly line: number;
  readonly cycle: number;
  readonly expected: string;
  readonly got: string;
}

export interface FrameRun {
  readonly code: number;
  readonly expected: number;
  /** By the engine's own counter, and from its start to its interrupt. */
  readonly clocks: number;
  readonly elapsed: number;
  readonly faults: number;
  readonly layers: number;
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

/** All frames ended with their code, every line and result equal, no bus rule broken. */
export function sparsePassed(result: SparseResult, frames: readonly DrivenFrame[]): boolean {
  const complete = result.frames.length === frames.length && result.frames.every((f, i) => f.code === frames[i]!.code && f.faults === 0 && f.broken === 0);
  const layers = result.frames.every((f, i) => frames[i]!.code !== 0 || f.layers === frames[i]!.layers.length);
  return !result.hangs && complete && layers && result.layers.every(({ faults }) => faults === 0);
}

export interface SparseBench {
  readonly program: string;
  run(options?: { readonly seed?: number; readonly pause?: number; readonly watchdog?: number; readonly seconds?: number }): Promise<SparseResult>;
  close(): void;
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).reverse().toString('hex');

/** What the bench drives: nn_sparse with these sizes, or a generated top that has it inside. */
export interface SparseDut {
  readonly shape: EngineShape;
  readonly sources: readonly VerilogSource[];
  readonly top?: string | undefined;
}

function benchText({ shape, top }: SparseDut, memoryWords: number): string {
  const { lanes, groups, slots, accumulatorBits, lines, ringWords, vectorWords, ports } = shape;
  const parameters = { LANES: lanes, GROUPS: groups, SLOTS: slots, ACC_W: accumulatorBits, LINES: lines, WORDS: ringWords, VECTOR: vectorWords, PORTS: ports, ADDR_W: 40, STYLE: '"block"' };
  const given = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`).join(', ');
  const core = top ? 'dut.u_engine.u_core' : 'dut.u_core';
  const banks = ['EVEN', 'ODD'].map((bank) => [bank, `${core}.u_lines.u_${bank.toLowerCase()}.g_${top ? 'ultra' : 'block'}.store`]);
  const macros = Object.entries({
    LANES: lanes, GROUPS: groups, PORTS: ports, MEMORY: memoryWords, CORE: core, DUT: top ?? `nn_sparse #(${given})`, ...Object.fromEntries(banks),
  });
  return [...macros.map(([name, value]) => `\`define ${name} ${value}`), readFileSync(join(own, 'bench.sv'), 'utf8')].join('\n');
}

/** Frames, streams and room for the result, each where its address says. */
function layOut(frames: readonly DrivenFrame[]): { image: Uint8Array; lines: string[] } {
  const places = new Map<Uint8Array, number>();
  let at = 0;
  for (const { frame, stream } of frames)
    for (const part of [frame, stream])
      if (!places.has(part)) {
        places.set(part, at);
        at += Math.ceil(part.length / pageBytes) * pageBytes;
      }
  const result = at;
  const longest = Math.max(...frames.map((f) => f.result.length), 1) * 64;
  const image = new Uint8Array(result + Math.ceil(longest / pageBytes) * pageBytes);
  for (const [part, place] of places) image.set(part, place);
  const lines = frames.map((f) =>
    [
      ...[places.get(f.frame)!, places.get(f.stream)!, result, f.frameBeats, f.streamBeats].map((v) => v.toString(16)),
      f.code, Number(f.code === 0), f.readError?.port ?? 0, f.readError?.answer ?? 0, f.writeErrorAt ?? 0,
    ].join(' '),
  );
  return { image, lines };
}

function parse(output: string): SparseResult {
  const fields = (line: string) => Object.fromEntries(line.split(' ').slice(1).map((pair) => pair.split('=') as [string, string]));
  const numbers = (line: string) => Object.fromEntries(Object.entries(fields(line)).map(([key, value]) => [key, Number(value)]));
  const lines = output.split('\n');
  if (!lines.some((line) => line.startsWith('DONE')))
    fail({ code: 'NN041', where: 'simulation', got: `ended without a result: ${output.trim().split('\n').at(-1) ?? ''}`, fix: 'run it again; look for a killed process or a full disk' });
  const differences = lines.filter((line) => line.startsWith('MISMATCH') && line.includes(' line=')).map((line): LineDifference => {
    const { expected, got } = fields(line);
    return { ...(numbers(line) as unknown as LineDifference), expected: expected!, got: got! };
  });
  return {
    cycles: numbers(lines.find((line) => line.startsWith('DONE'))!)['cycle']!,
    differences,
    layers: lines.filter((line) => line.startsWith('LAYER')).map((line) => numbers(line) as unknown as LayerRun),
    frames: lines.filter((line) => line.startsWith('FRAME')).map((line) => numbers(line) as unknown as FrameRun),
    mismatches: lines.filter((line) => /^(MISMATCH|RULE)/.test(line)),
    hangs: lines.some((line) => line.startsWith('HANG')),
  };
}

/** A compiled bench in a folder of its own. */
export async function sparseBench(dut: SparseDut, frames: readonly DrivenFrame[], options: CompileOptions = { quick: true }): Promise<SparseBench> {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const { image, lines } = layOut(frames);
  const words = Array.from({ length: image.length / 16 }, (_, i) => hexOf(image.subarray(16 * i, 16 * i + 16)));
  writeFileSync(join(data, 'memory.hex'), `${words.join('\n')}\n`);
  writeFileSync(join(data, 'frames.txt'), `${lines.join('\n')}\n`);
  frames.forEach(({ layers, result }, i) => {
    const blocks = [...layers.map((written) => [`${written.length}`, ...written.map(({ line, bytes }) => `${line.toString(16)} ${hexOf(bytes)}`)]), [`${result.length}`, ...result.map(hexOf)]];
    writeFileSync(join(data, `layers_${i}.txt`), `${blocks.flat().join('\n')}\n`);
  });
  const models = readdirSync(own).filter((file) => file !== 'bench.sv').sort().map((path) => ({ path, text: readFileSync(join(own, path), 'utf8') }));
  const program = await buildSimulator([...dut.sources, ...models], benchText(dut, image.length / 16), options);
  return {
    program,
    async run({ seed = 1, pause = 16, watchdog = 200_000, seconds = 0 } = {}) {
      const args = [`+dir=${data}`, `+seed=${seed}`, `+pause=${pause}`, `+watchdog=${watchdog}`, '+verilator+rand+reset+2', `+verilator+seed+${seed}`];
      const { stdout } = await execa(program, args, { cwd: folder, maxBuffer: 256 * 1024 * 1024, timeout: seconds * 1000, reject: false });
      return parse(stdout);
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
