// SPDX-License-Identifier: Apache-2.0
/** Forks of results that several engines read, and queues where one way to a join is shorter than the other. */
import { dataflowOf } from '../layers/layers.ts';
import type { Cost } from '../../../hardware/cost.ts';
import type { Queue } from '../../../stream-top/placement.ts';
import type { Engine } from '../../../stream-top/engine.ts';
import type { RowFlow } from '../layer/layer.ts';
import { blockRomCost } from '../../../hardware/block-rom.ts';
import type { Detour } from './chains.ts';
import { countBits, lutRamLuts } from '../../../hardware/fabric.ts';
import { beatBits, beatsPerFrame, type Cell, type HardwareStream } from '../../../hardware/hardware.ts';

/** Beats that each engine of the longer way may keep under way, in its pipeline and its output FIFO: an upper bound. */
const beatsUnderWay = 16;

/** Beats that the fork, the queue's own landing FIFO and the converters hold beside it, at most. */
const beatsBeside = 16;

/** A way from a fork to its join. */
export interface Way {
  readonly reader: string;
  /** Input of the reader that it ends in. */
  readonly input: number;
  readonly rows: number;
  /** Of these rows those that keep the rate; without them nothing stands still yet. */
  readonly spare: number;
  /** Engines on the other way. */
  readonly engines: number;
}

/** Cells, where they lead and what they take. */
interface Built<T> {
  readonly cells: readonly Cell[];
  readonly output: T;
  readonly estimate: Cost;
}

const flowOf = (engine: Engine): RowFlow | undefined => dataflowOf(engine.nodes[0]!).cost.rowFlow?.(engine);

/**
 * Rows of the fork's map that have gone into the longer way when its first result leaves, at full rate
 * (docs/queues.md). The last
 * engine with a window needs the rows of that window; one before it must have completed rows, and while it worked on
 * the last of them, rows kept coming in.
 */
export function rowsAhead(way: readonly Engine[]): number {
  return rowsInto(way, ({ step }) => step) + rowsInGroup(way);
}

/**
 * Rows of the fork's map that come in while the last engine with a window works on its first group of pixels: their
 * channels arrive side by side, and a reader of single pixels gets the first one once the group is complete.
 */
function rowsInGroup(way: readonly Engine[]): number {
  const windows = way.flatMap((engine) => flowOf(engine) ?? []);
  const last = way.findLast((engine) => flowOf(engine));
  if (!last || last.fold.pixels === 1) return 0;
  return (last.fold.pixels / last.nodes.at(-1)!.type.width) * windows.reduce((rows, { step }) => rows * step, 1);
}

function rowsInto(way: readonly Engine[], meanwhile: (flow: RowFlow) => number): number {
  return way.reduceRight((rows, engine) => {
    const flow = flowOf(engine);
    if (!flow) return rows;
    return rows === 0 ? flow.needed(1) : flow.needed(rows) + meanwhile(flow);
  }, 0);
}

/** What waits on either way of a detour. */
export function waysOf({ join, shortcut, main }: Detour, engineOf: (name: string) => Engine): Way[] {
  const [short, long] = [shortcut.engines, main].map((way) => way.map(([node]) => engineOf(node!.name))) as [
    Engine[],
    Engine[],
  ];
  const back = wayOf(long, short, { name: join, input: 1 - shortcut.input });
  return [wayOf(short, long, { name: join, input: shortcut.input }), ...(back.rows > 0 ? [back] : [])];
}

/** What waits on a way for the other one: its rows ahead, but for those that fit the ring of the first window here. */
function wayOf(own: readonly Engine[], other: readonly Engine[], join: Reader): Way {
  const window = own.map(flowOf).find((flow) => flow !== undefined) ?? { held: 0, step: 0 };
  const { name, input } = own.length > 0 ? { name: own[0]!.name, input: 0 } : join;
  const rows = Math.max(0, rowsAhead(other) - Math.max(0, window.held - window.step));
  const least = Math.max(0, rowsInto(other, () => 0) - window.held);
  return { reader: name, input, rows, spare: rows - least, engines: other.length };
}

/** A reader of a result, by the name of its engine and the input. */
export interface Reader {
  readonly name: string;
  readonly input: number;
}

/** A queue in front of an engine, for the rows that wait and what the engines on the other way hold. */
export function queue(
  from: string,
  { reader, rows, spare, engines }: Way,
  input: HardwareStream,
  lutPerBram: number,
): Built<Queue> {
  const bits = beatBits(input);
  const row = beatsPerFrame(input) / input.type.height;
  const underWay = beatsUnderWay * Math.max(1, engines);
  const depth = Math.ceil(rows * row) + underWay;
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
    output: { from, reader, input, output, depth, slack: Math.ceil(spare * row) + underWay + beatsBeside },
    estimate: {
      lut: store + landing + 30 + 6 * countBits(depth),
      lutRam: store + landing,
      ff: 2 * bits + 3 * countBits(depth) + 12,
      bram36: inBlocks ? bram36 : 0,
      uram: 0,
      dsp: 0,
    },
  };
}

/** A result's stream once for each of its readers. */
export function fork(output: HardwareStream, readers: readonly Reader[]): Built<readonly HardwareStream[]> {
  const bits = beatBits(output);
  const branches = readers.map(
    ({ name, input }): HardwareStream => ({
      ...output,
      name: `${output.name}__to_${name}${input > 0 ? `_${input}` : ''}`,
    }),
  );
  // Two readers a fork: the last branch but one and the last leave the last fork.
  const rest = (i: number): HardwareStream =>
    i === readers.length - 1 ? branches[i]! : { ...output, name: `${output.name}__fork${i}` };
  const cells = branches.slice(0, -1).map(
    (branch, i): Cell => ({
      module: 'nn_fork',
      instance: `u_${output.name}__fork${i}`,
      comment: `a result for ${readers
        .slice(i)
        .map(({ name }) => name)
        .join(' and ')}`,
      parameters: { DATA_W: bits },
      input: i === 0 ? output : rest(i),
      output: branch,
      branch: rest(i + 1),
      images: [],
    }),
  );
  // A skid and two flags each.
  return {
    cells,
    output: branches,
    estimate: {
      lut: cells.length * (bits + 10),
      lutRam: 0,
      ff: cells.length * (2 * bits + 4),
      bram36: 0,
      uram: 0,
      dsp: 0,
    },
  };
}
