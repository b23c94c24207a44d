/** Forks of results that several engines read, and queues where one way to a join is shorter than the other. */
import type { Cost, Engine, RowFlow } from '../layers/layer-kind.ts';
import { kindOf } from '../layers/index.ts';
import { blockRomCost } from '../synth/block-rom.ts';
import type { Detour } from './chains.ts';
import { countBits, lutRamLuts } from './fabric.ts';
import { beatBits, beatsPerFrame, type Cell, type HardwareStream } from './hardware.ts';

/** Beats that each engine of the longer way may keep under way, in its pipeline and its output FIFO: an upper bound. */
const beatsUnderWay = 16;

/** A way from a fork to its join. */
export interface Way {
  readonly reader: string;
  /** Input of the reader that it ends in. */
  readonly input: number;
  readonly rows: number;
  readonly engines: number;
}

/** Where beats wait because the other way to the same join takes longer. */
export interface Queue {
  readonly from: string;
  /** The engine that reads it. */
  readonly reader: string;
  readonly input: HardwareStream;
  readonly output: HardwareStream;
  /** Beats in its memory. */
  readonly depth: number;
}

/** Cells, where they lead and what they take. */
interface Built<T> {
  readonly cells: readonly Cell[];
  readonly output: T;
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

/** Rows that wait in the first engine with a window on a way, beside those it is working on. */
function rowsHeld(way: readonly Engine[]): number {
  const flow = way.map(flowOf).find((found) => found !== undefined);
  return flow ? Math.max(0, flow.held - flow.step) : 0;
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

/** A queue in front of an engine, for the rows that wait and what the engines on the other way hold. */
export function queue(from: string, { reader, rows, engines }: Way, input: HardwareStream, lutPerBram: number): Built<Queue> {
  const bits = beatBits(input);
  const depth = rows * (beatsPerFrame(input) / input.type.height) + beatsUnderWay * Math.max(1, engines);
  const output: HardwareStream = { ...input, name: `${input.name}__late` };
  const landing = lutRamLuts(bits, 5);
  const [inLuts, { bram36 }] = [lutRamLuts(bits, depth), blockRomCost(bits, depth)];
  const inBlocks = lutPerBram * bram36 < inLuts;
  const store = inBlocks ? 0 : inLuts;
  return {
    cells: [
      {
        module: 'nn_queue',
        instance: `u_${output.name}`,
        comment: `${depth} beats wait here while the other way to the join fills`,
        parameters: { DATA_W: bits, DEPTH: depth, STYLE: inBlocks ? 'block' : 'distributed' },
        input,
        output,
        images: [],
      },
    ],
    output: { from, reader, input, output, depth },
    estimate: {
      lut: store + landing + 30 + 6 * countBits(depth), lutRam: store + landing, ff: 2 * bits + 3 * countBits(depth) + 12,
      bram36: inBlocks ? bram36 : 0, uram: 0, dsp: 0,
    },
  };
}

/** A reader of a result, by the name of its engine and the input. */
export interface Reader {
  readonly name: string;
  readonly input: number;
}

/** A result's stream once for each of its readers. */
export function fork(output: HardwareStream, readers: readonly Reader[]): Built<readonly HardwareStream[]> {
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
  // A skid and two flags each.
  return { cells, output: branches, estimate: { lut: cells.length * (bits + 10), lutRam: 0, ff: cells.length * (2 * bits + 4), bram36: 0, uram: 0, dsp: 0 } };
}
