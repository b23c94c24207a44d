// SPDX-License-Identifier: Apache-2.0
/**
 * LUT levels of a flat netlist, by a walk over its bits: a LUT, a carry primitive and an asynchronous LUT-RAM read are
 * one level each, multiplexers between LUTs none; flip-flops, block memories, shift registers and registered DSPs end a
 * path and start one. `ltp` is not used because it walks through flip-flops; `sta` counts time, not levels (timing.ts).
 */
import { fail } from '../errors/errors.ts';
import type { Bit, Netlist } from '../toolchain/netlist.ts';
import { integerParameter, nets } from '../toolchain/netlist.ts';
import type { NetArc, SynthesisTarget } from '../toolchain/synthesis.ts';
import type { KnownCell } from './count-cells.ts';
import { knownCells } from './count-cells.ts';
import { isClock } from './rom-boxes.ts';

/** Levels between the edges and the registers of a module; null where there is no such path (0 is a wire). */
export interface LogicLevels {
  readonly inToFf: number | null;
  readonly ffToOut: number | null;
  readonly inToOut: number | null;
  readonly ffToFf: number | null;
}

/** The same by port, so that modules can be composed without inventing paths between unrelated ports. */
export interface PortLevels {
  readonly inToFf: Readonly<Record<string, number>>;
  readonly ffToOut: Readonly<Record<string, number>>;
  /** inToOut[input][output] */
  readonly inToOut: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly ffToFf: number | null;
  /** Nets at both ends of the worst FF → FF path; null where there is none. */
  readonly worstPath: { readonly from: string; readonly to: string } | null;
}

interface Graph {
  /** Combinational output bits in topological order. */
  readonly nodes: readonly NetArc[];
  /** Bits that leave a register, with the level at which they do. */
  readonly starts: ReadonlyMap<number, number>;
  /** Bits that a register takes in, with that register. */
  readonly ends: ReadonlyMap<number, KnownCell>;
  /** Deepest register-to-register path inside black boxes. */
  readonly inner: number | null;
  readonly bits: number;
}

const NO_PATH = -1;

/** Levels by port. Throws NN006 for unknown cells and NN041 for a combinational loop. */
export function portLevels(netlist: Netlist, target: SynthesisTarget): PortLevels {
  const graph = buildGraph(netlist, target);
  const inToFf: Record<string, number> = {};
  const ffToOut: Record<string, number> = {};
  const inToOut: Record<string, Record<string, number>> = {};
  const outputs = Object.entries(netlist.ports).filter(([, port]) => port.direction === 'output');

  const fromFf = arrivals(graph, graph.starts);
  for (const [name, port] of outputs) keep(ffToOut, name, worst(fromFf.level, port.bits));
  for (const [name, port] of Object.entries(netlist.ports)) {
    if (port.direction !== 'input') continue;
    const { level } = arrivals(graph, new Map(nets(port.bits).map((bit) => [bit, 0])));
    keep(inToFf, name, worst(level, [...graph.ends.keys()]));
    const reached: Record<string, number> = {};
    for (const [output, { bits }] of outputs) keep(reached, output, worst(level, bits));
    if (Object.keys(reached).length > 0) inToOut[name] = reached;
  }

  let end = 0;
  let deepest = NO_PATH;
  for (const bit of graph.ends.keys()) {
    if (fromFf.level[bit]! <= deepest) continue;
    end = bit;
    deepest = fromFf.level[bit]!;
  }
  if (deepest === NO_PATH || deepest < (graph.inner ?? NO_PATH)) {
    const inside = graph.inner === null ? null : { from: 'block ROM', to: 'its output register' };
    return { inToFf, ffToOut, inToOut, ffToFf: graph.inner, worstPath: inside };
  }
  let start = end;
  while (fromFf.previous[start]! !== NO_PATH) start = fromFf.previous[start]!;
  const worstPath = { from: netName(netlist, start), to: registerName(netlist, graph.ends.get(end)!) };
  return { inToFf, ffToOut, inToOut, ffToFf: deepest, worstPath };
}

/** The four figures of a module from its levels by port. */
export function summariseLevels(levels: PortLevels): LogicLevels {
  const most = (values: number[]): number | null => (values.length > 0 ? Math.max(...values) : null);
  return {
    inToFf: most(Object.values(levels.inToFf)),
    ffToOut: most(Object.values(levels.ffToOut)),
    inToOut: most(Object.values(levels.inToOut).flatMap((reached) => Object.values(reached))),
    ffToFf: levels.ffToFf,
  };
}

function buildGraph(netlist: Netlist, target: SynthesisTarget): Graph {
  const { cells } = target;
  const nodes: NetArc[] = [];
  const starts = new Map<number, number>();
  const ends = new Map<number, KnownCell>();
  let inner: number | null = null;
  for (const register of knownCells(netlist, cells)) {
    const { cell, facts } = register;
    if (facts.class === 'carry') {
      nodes.push(...cells.carryArcs(cell));
      continue;
    }
    const arcs = cells.arcs(cell, facts);
    const combinationalIn = new Set(arcs.flatMap((arc) => arc.from));
    const combinationalOut = new Set(arcs.flatMap((arc) => arc.to));
    for (const arc of arcs) {
      const inputs = arc.from.flatMap((port) => nets(cell.connections[port]));
      const out = arc.to.flatMap((port) => nets(cell.connections[port]));
      if (inputs.length > 0) out.forEach((bit) => nodes.push({ out: bit, inputs, levels: arc.levels }));
      if (arc.stored !== undefined) for (const bit of out) starts.set(bit, arc.stored);
    }
    const end = (bit: number): void => void ends.set(bit, register);
    for (const [port, bits] of Object.entries(cell.connections)) {
      const isInput = cell.port_directions[port] === 'input';
      // An input that a LUT's table ignores is no register's.
      const endsHere =
        isInput && facts.class !== 'lut' && !combinationalIn.has(port) && !isClock(cell.type, port, cells);
      if (endsHere) nets(bits).forEach(end);
      if (!isInput && !combinationalOut.has(port)) nets(bits).forEach((bit) => starts.set(bit, 0));
    }
    if (facts.class === 'lutRam')
      cells
        .writeAddress(cell)
        .flatMap((port) => nets(cell.connections[port]))
        .forEach(end);
    if (facts.class === 'blockRom') {
      const shape = target.blockRom(integerParameter(cell, 'DATA_W', 0), integerParameter(cell, 'DEPTH', 0));
      inner = Math.max(inner ?? 0, shape.ffToFf);
    }
  }
  const bits = 1 + maxBit(netlist);
  return { nodes: inOrder(nodes, bits, netlist.name), starts, ends, inner, bits };
}

/** Kahn's topological order. Throws NN041 when bits feed themselves. */
function inOrder(nodes: readonly NetArc[], bits: number, module: string): NetArc[] {
  const driver: (NetArc[] | undefined)[] = new Array(bits);
  const readers: (NetArc[] | undefined)[] = new Array(bits);
  for (const node of nodes) (driver[node.out] ??= []).push(node);
  const waiting = new Map<NetArc, number>();
  for (const node of nodes) {
    let count = 0;
    for (const bit of node.inputs) {
      if (driver[bit] === undefined) continue;
      (readers[bit] ??= []).push(node);
      count += 1;
    }
    waiting.set(node, count);
  }
  const open = new Int32Array(bits);
  for (const node of nodes) open[node.out]! += 1;
  const ready = nodes.filter((node) => waiting.get(node) === 0);
  const ordered: NetArc[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    ordered.push(node);
    open[node.out]! -= 1;
    if (open[node.out]! > 0) continue;
    for (const reader of readers[node.out] ?? []) {
      const left = waiting.get(reader)! - 1;
      waiting.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  if (ordered.length !== nodes.length) {
    fail({
      code: 'NN041',
      where: module,
      got: 'the netlist has a combinational loop',
      fix: 'put a register into it',
    });
  }
  return ordered;
}

function arrivals(graph: Graph, starts: ReadonlyMap<number, number>): { level: Int32Array; previous: Int32Array } {
  const level = new Int32Array(graph.bits).fill(NO_PATH);
  const previous = new Int32Array(graph.bits).fill(NO_PATH);
  for (const [bit, at] of starts) level[bit] = at;
  for (const node of graph.nodes) {
    for (const bit of node.inputs) {
      const through = level[bit]! === NO_PATH ? NO_PATH : level[bit]! + node.levels;
      if (through > level[node.out]!) {
        level[node.out] = through;
        previous[node.out] = bit;
      }
    }
  }
  return { level, previous };
}

function worst(level: Int32Array, bits: readonly Bit[]): number {
  return nets(bits).reduce((most, bit) => Math.max(most, level[bit]!), NO_PATH);
}

function keep(into: Record<string, number>, name: string, level: number): void {
  if (level !== NO_PATH) into[name] = level;
}

function maxBit(netlist: Netlist): number {
  let most = 1;
  const see = (bits: readonly Bit[]): void =>
    nets(bits).forEach((bit) => {
      if (bit > most) most = bit;
    });
  Object.values(netlist.ports).forEach((port) => see(port.bits));
  Object.values(netlist.cells).forEach((cell) => Object.values(cell.connections).forEach(see));
  return most;
}

/** A flip-flop goes by what it holds, a memory by its own name. */
export function registerName(netlist: Netlist, { name, cell, facts }: KnownCell): string {
  const held = facts.class === 'ff' ? nets(cell.connections['Q'])[0] : undefined;
  return held === undefined ? `${name} (${cell.type})` : netName(netlist, held);
}

/** The shortest name of a net, with its bit index; Yosys' own names only when there is no other. */
function netName(netlist: Netlist, bit: number): string {
  const names = Object.entries(netlist.netnames).filter(([, net]) => net.bits.includes(bit));
  const rank = (name: string): number => (name.startsWith('$') ? 10_000 : 0) + name.length;
  names.sort(([a], [b]) => rank(a) - rank(b));
  const best = names[0];
  if (!best) return `net ${bit}`;
  return best[1].bits.length > 1 ? `${best[0]}[${best[1].bits.indexOf(bit)}]` : best[0];
}
