/** The cells between a result that several engines read and its readers: forks, and queues on the shorter ways. */
import type { Cost, Engine, RowFlow } from '../layers/layer-kind.ts';
import { kindOf } from '../layers/index.ts';
import { blockRomCost } from '../synth/block-rom.ts';
import type { Detour } from './chains.ts';
import { countBits, lutRamLuts } from './fabric.ts';
import { beatBits, beatsPerFrame, type Cell, type HardwareStream } from './hardware.ts';

/** Beats that each engine of the longer way may keep under way, in its pipeline and its output FIFO: an upper bound. */
const beatsUnderWay = 16;

/** A way from a fork to its join. */
interface Way {
  readonly reader: string;
  /** Input of the reader that it ends in. */
  readonly input: number;
  readonly rows: number;
  readonly engines: number;
}

/** Where beats wait because the other way to the same join takes longer. */
export interface Queue {
  /** Of the engine that reads it. */
  readonly reader: string;
  readonly input: HardwareStream;
  readonly output: HardwareStream;
  /** Beats in its memory. */
  readonly depth: number;
}

export interface Forked {
  readonly cells: readonly Cell[];
  readonly queues: readonly Queue[];
  /** One stream a reader, in their order. */
  readonly branches: readonly HardwareStream[];
  readonly estimate: Cost;
}

const flowOf = (engine: Engine): RowFlow | undefined => kindOf(engine.nodes[0]!).cost.rowFlow?.(engine);

/**
 * Rows of the fork's map that have gone into the longer way when its first result leaves, at full rate (docs/queues.md). The last
 * engine with a window needs the rows of that window; one before it must have completed rows, and while it worked on
 * the last of them, rows kept coming in.
 */
export function rowsAhead(way: readonly Engine[]): number {
  return way.reduceRight((rows, engine) => {
    const flow = flowOf(engine);
    if (!flow) return rows;
    return rows === 0 ? flow.needed(1) : flow.needed(rows) + flow.step;
  }, 0);
}

/** Rows that the first engine with a window on a way takes in although nothing leaves it. */
function rowsHeld(way: readonly Engine[]): number {
  return way.map(flowOf).find((flow) => flow !== undefined)?.held ?? 0;
}

/** What waits on either way of a detour: rows, and the engines of the other way. */
export function waysOf({ join, shortcut, main }: Detour, engineOf: (name: string) => Engine): Way[] {
  const [short, long] = [shortcut.engines, main].map((way) => way.map(([node]) => engineOf(node!.name)));
  const way = (own: readonly Engine[], other: readonly Engine[], input: number): Way => ({
    reader: own[0]?.name ?? join,
    input: own.length > 0 ? 0 : input,
    rows: Math.max(0, rowsAhead(other) - rowsHeld(own)),
    engines: other.length,
  });
  const back = way(long!, short!, 1 - shortcut.input);
  return [way(short!, long!, shortcut.input), ...(back.rows > 0 ? [back] : [])];
}

/** Depth of a queue: the rows that wait in it, and what the engines on the other way hold. */
function depthOf({ rows, engines }: Way, stream: HardwareStream): number {
  return rows * (beatsPerFrame(stream) / stream.type.height) + beatsUnderWay * Math.max(1, engines);
}

function queueCost(bits: number, depth: number, lutPerBram: number): Cost & { style: string } {
  const landing = lutRamLuts(bits, 5) + 30;
  const places = countBits(depth);
  const { bram36 } = blockRomCost(bits, depth);
  const inLuts = lutRamLuts(bits, depth);
  const block = lutPerBram * bram36 < inLuts;
  return {
    style: block ? 'block' : 'distributed',
    lut: landing + 6 * places + (block ? 0 : inLuts),
    lutRam: lutRamLuts(bits, 5) + (block ? 0 : inLuts),
    ff: 2 * bits + 3 * places + 12,
    bram36: block ? bram36 : 0,
    uram: 0,
    dsp: 0,
  };
}

/** A reader of a result, by the name of its engine and the input. */
export interface Reader {
  readonly name: string;
  readonly input: number;
}

/** @param output the result's stream @param readers two or more @param ways those that start here and need a queue */
export function fork(output: HardwareStream, readers: readonly Reader[], ways: readonly Way[], lutPerBram: number): Forked {
  const bits = beatBits(output);
  const branches = readers.map(({ name, input }): HardwareStream => ({ ...output, name: `${output.name}__to_${name}${input > 0 ? `_${input}` : ''}` }));
  // Two readers a fork: the last branch but one and the last leave the last fork.
  const rest = (i: number): HardwareStream => (i === readers.length - 1 ? branches[i]! : { ...output, name: `${output.name}__fork${i}` });
  const cells = branches.slice(0, -1).map((branch, i): Cell => ({
    module: 'nn_fork',
    instance: `u_${output.name}__fork${i}`,
    comment: `a result for ${readers.slice(i).map(({ name }) => name).join(' and ')}`,
    parameters: { DATA_W: bits },
    input: i === 0 ? output : rest(i),
    output: branch,
    branch: rest(i + 1),
    images: [],
  }));
  const queued = ways.map((way) => {
    const input = branches[readers.findIndex(({ name, input }) => name === way.reader && input === way.input)]!;
    const queue: Queue = { reader: way.reader, input, output: { ...input, name: `${input.name}__late` }, depth: depthOf(way, input) };
    return { queue, ...queueCost(bits, queue.depth, lutPerBram) };
  });
  const lateOf = (branch: HardwareStream) => queued.find(({ queue }) => queue.input === branch)?.queue.output ?? branch;
  const sum = (key: 'lut' | 'lutRam' | 'ff' | 'bram36') => queued.reduce((total, cost) => total + cost[key]!, 0);
  const forks = cells.length;
  return {
    cells: [
      ...cells,
      ...queued.map(({ queue: { input, output: late, depth }, style }): Cell => ({
        module: 'nn_queue',
        instance: `u_${late.name}`,
        comment: `room for what the other way to the join holds: ${depth} beats`,
        parameters: { DATA_W: bits, DEPTH: depth, STYLE: style },
        input,
        output: late,
        images: [],
      })),
    ],
    queues: queued.map(({ queue }) => queue),
    branches: branches.map(lateOf),
    // A skid and two flags a fork.
    estimate: { lut: sum('lut') + forks * (bits + 10), lutRam: sum('lutRam'), ff: sum('ff') + forks * (2 * bits + 4), bram36: sum('bram36'), uram: 0, dsp: 0 },
  };
}
