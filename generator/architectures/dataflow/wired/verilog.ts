// SPDX-License-Identifier: Apache-2.0
/**
 * A wired layer as Verilog: one module per group of kernels, one that instantiates them. Two styles of the same netlist
 * and the same
 * bits: `portable`, a sum per register, and a cell per register, which synthesis sees in primitives of a device family.
 */
import { render, type ViewModel } from '../../../templates/render.ts';
import type { Primitives } from '../../../hardware/cost.ts';
import { classesOf } from '../reuse/classes.ts';
import { cellOf } from './cells.ts';
import type { Group } from './group.ts';
import type { WiredLayer } from './layer.ts';
import { isConstant, isInverted, widthOf, type Netlist, type Operand, type Tap, type Word } from './netlist.ts';
import type { WiredPixels } from './pixels.ts';
import { delaysOf, latencyOf, tapsByStage } from './schedule.ts';
import { isCell, sumOf } from './sums.ts';

export type WiredStyle = 'portable' | Primitives;

export interface VerilogFile {
  readonly path: string;
  readonly text: string;
}

export interface WiredNames {
  /** The layer is module `<prefix>_wired`, its groups `<prefix>_wired_0` and so on. */
  readonly prefix: string;
  /** First line of every file: what made it, and how to make it again. */
  readonly origin: string;
  readonly style: WiredStyle;
}

const portable = ['nn_at_least', 'nn_exceeds', 'nn_sum3'];
const inPrimitives = [
  'nn_at_least',
  'nn_xilinx_add2',
  'nn_xilinx_carry',
  'nn_xilinx_exceeds',
  'nn_xilinx_sum3',
  'nn_xilinx_tap_absorb',
  'nn_xilinx_tap_count',
];

/** Library cells that the files of a style need. */
export const wiredCells = (style: WiredStyle): readonly string[] => (style === 'portable' ? portable : inPrimitives);

/** What a statement may say of what it reads: the names of signals at its stage. */
export interface Signals {
  /** An operand in so many bits; an inverted one is not inverted, nor widened. */
  operand(operand: Operand, width: number): string;
  /** A word's bits above the lowest, in so many bits. */
  half(word: Word, width: number): string;
  lowBit(word: Word): string;
  /** One bit of the window, not inverted. */
  bit(tap: Tap): string;
}

export function emitWired(layer: WiredLayer, names: WiredNames): VerilogFile[] {
  const latency = latencyOf(layer);
  const module = `${names.prefix}_wired`;
  const groups = layer.groups.map((group, i) => ({
    path: `${module}_${i}.v`,
    text: netlistText(group, `${module}_${i}`, groupHeader(layer, group, latency), layer.taps - 1, latency, names),
  }));
  return [{ path: `${module}.v`, text: layerText(layer, module, latency, names) }, ...groups];
}

/** A first layer is one module: all kernels share its tables. */
export function emitWiredPixels(layer: WiredPixels, names: WiredNames): VerilogFile[] {
  const latency = latencyOf(layer);
  const module = `${names.prefix}_wired`;
  const { taps, bits, filters, tuple } = layer;
  const header = [
    `${filters} kernels of ${taps} signed numbers of ${bits} bits, one window a clock: y[k] = (sum of +x and -x ` +
      '>= threshold of k).',
    `Tap i is window[${bits}i+${bits - 1}:${bits}i]. y follows its window by ${latency} clocks; there is ` +
      'neither enable nor reset.',
    '',
    `u_<tap>: x + ${2 ** (bits - 1)}. t<tap>_<signs>: ${tuple} neighbours or fewer, added (p) or subtracted ` +
      '(m), for all kernels. k<kernel>: the',
    "kernel's sum or its negative. Subtracting is adding with the bits inverted; thresholds have the offsets " +
      'that this leaves.',
  ];
  return [{ path: `${module}.v`, text: netlistText(layer.groups[0], module, header, taps * bits - 1, latency, names) }];
}

const NAMES_A_LINE = 10;

const windowAt = (stage: number): string => (stage === 0 ? 'window' : `window_${stage}`);

/** Stages of the window that a group reads. */
function windowsOf(group: Netlist): number[] {
  return tapsByStage(group).flatMap((taps, stage) => (taps.size > 0 ? [stage] : []));
}

/** A text of `from` bits in `to` bits. */
const widen = (text: string, from: number, to: number): string => (to > from ? `{${to - from}'d0, ${text}}` : text);

function signalsAt(stage: number): Signals {
  const at = (word: Word) => (stage > word.stage ? `${word.name}_d${stage - word.stage}` : word.name);
  return {
    operand: (operand, width) => {
      if (isConstant(operand)) return `${width}'d${operand.constant}`;
      return isInverted(operand) ? at(operand.inverse) : widen(at(operand), widthOf(operand.max), width);
    },
    half: (word, width) => {
      const bits = widthOf(word.max);
      return bits === 1 ? `${width}'d0` : widen(`${at(word)}[${bits - 1}:1]`, bits - 1, width);
    },
    lowBit: (word) => `${at(word)}[0]`,
    bit: (tap) => `${windowAt(stage)}[${tap.index}]`,
  };
}

/** A module of registers and what is between them: `tapMsb` is the window's highest bit. */
function netlistText(
  netlist: Netlist,
  module: string,
  header: readonly string[],
  tapMsb: number,
  latency: number,
  { origin, style }: WiredNames,
): string {
  const delays = [...delaysOf(netlist, latency)];
  // Constant outputs take no operation: the window is a port all the same.
  const last = Math.max(0, ...netlist.nodes.map(({ out }) => out.stage));
  const windows = netlist.nodes.length > 0 ? windowsOf(netlist) : [0];
  const copies = delays.flatMap(([word, clocks]) =>
    Array.from({ length: clocks }, (_, i) => ({ word, clocks: i + 1 })),
  );
  const waiting = copies.map(({ word, clocks }) => ({ name: `${word.name}_d${clocks}`, max: word.max }));
  const inCells = (node: Netlist['nodes'][number]) => isCell(node) || (style !== 'portable' && node.op !== 'pixel');
  const made = (cells: boolean) =>
    netlist.nodes.filter((node) => inCells(node) === cells).map(({ out }) => ({ name: out.name, max: out.max }));
  const unused = [
    ...windows.map(windowAt),
    ...waiting.map(({ name }) => name),
    netlist.nodes.at(-1)?.out.name ?? 'clk',
  ];
  const view: ViewModel = {
    origin,
    module,
    header,
    windows: windows.map((stage) => ({
      name: windowAt(stage),
      msb: tapMsb,
      note: stage === 0 ? '' : ` // ${stage} later`,
    })),
    yMsb: netlist.outputs.length - 1,
    words: [
      ...declarations('wire', made(true)),
      ...declarations('reg ', made(false)),
      ...declarations('(* shreg_extract = "no" *) reg', waiting),
    ],
    unused: `{${unused.join(', ')}}`,
    stages: Array.from({ length: last }, (_, i) => ({
      clock: i + 1,
      statements: netlist.nodes
        .filter(({ out }) => out.stage === i + 1)
        .map((node) =>
          style === 'portable' || node.op === 'pixel' ? sumOf(node, signalsAt(i)) : cellOf(node, signalsAt(i), style),
        ),
    })),
    delays: copies.map(
      ({ word, clocks }) => `${word.name}_d${clocks} <= ${clocks === 1 ? word.name : `${word.name}_d${clocks - 1}`};`,
    ),
    y: `{${netlist.outputs
      .map((word) => signalsAt(latency).operand(word, 1))
      .reverse()
      .join(', ')}}`,
  };
  return render('wired/netlist.v.hbs', view);
}

function groupHeader(layer: WiredLayer, group: Group, latency: number): string[] {
  const [first, ...others] = group.kernels.map(({ weights }) => weights);
  const sizes = [...classesOf(first!, others).values()].map(({ length }) => length);
  const classes = sizes.length > 1 ? `${Math.min(...sizes)} to ${Math.max(...sizes)}` : `${sizes[0]}`;
  return [
    `Kernels ${spoken(group.kernels.map(({ filter }) => filter))} of ${layer.filters}, one window a clock: y[k] ` +
      '= (agreements of window and kernel >= threshold),',
    `thresholds ${spoken(group.kernels.map(({ threshold }) => threshold))}. ${latency} clocks from window to y.`,
    '',
    `The reference is ${group.complemented ? 'the complement of kernel' : 'kernel'} ${group.first.filter}. ` +
      'n_<signs>: agreements with it over the taps where the other kernels,',
    `in their order, have the same weight (1) or the other one (0), classes of ${classes} taps; all: over every tap.`,
    'With c = threshold - taps where kernel k differs from the reference, y[k] asks for the sum over its equal ' +
      'classes or',
    'over its unequal ones, own_k + both_k_j: 2 equal + |c| >= all, or 2 unequal + c <= all. Constants that are added',
    'are halves of |c|; _d1, _d2 are words one, two clocks later.',
  ];
}

function layerText(layer: WiredLayer, module: string, latency: number, { origin }: WiredNames): string {
  const last = Math.max(0, ...layer.groups.flatMap(windowsOf));
  const view: ViewModel = {
    origin,
    module,
    latency,
    filters: layer.filters,
    taps: layer.taps,
    groups: layer.groups.length,
    groupSize: layer.groupSize,
    constants: spoken([...layer.constants.keys()]) || 'none',
    tapMsb: layer.taps - 1,
    yMsb: layer.filters - 1,
    unused: `{${['clk', ...Array.from({ length: last + 1 }, (_, stage) => windowAt(stage))].join(', ')}}`,
    delays: Array.from({ length: last }, (_, i) => ({ name: windowAt(i + 1), from: windowAt(i), msb: layer.taps - 1 })),
    instances: layer.groups.map((group, i) => ({
      module: `${module}_${i}`,
      instance: `u_${i}`,
      connections: [
        { port: 'clk', net: 'clk' },
        ...windowsOf(group).map((stage) => ({ port: windowAt(stage), net: windowAt(stage) })),
      ],
      y: `{${group.kernels
        .map(({ filter }) => `y[${filter}]`)
        .reverse()
        .join(', ')}}`,
    })),
    fixed: [...layer.constants].map(([bit, value]) => ({ bit, value })),
  };
  return render('wired/layer.v.hbs', view);
}

/** Names of equal width share a line. */
function declarations(
  type: string,
  words: readonly { readonly name: string; readonly max: number }[],
): { type: string; msb: number; names: string }[] {
  const widths = [...new Set(words.map(({ max }) => widthOf(max)))].sort((a, b) => a - b);
  return widths.flatMap((width) => {
    const names = words.flatMap(({ name, max }) => (widthOf(max) === width ? [name] : []));
    const lines = Array.from({ length: Math.ceil(names.length / NAMES_A_LINE) }, (_, i) =>
      names.slice(i * NAMES_A_LINE, (i + 1) * NAMES_A_LINE),
    );
    return lines.map((line) => ({ type, msb: width - 1, names: line.join(', ') }));
  });
}

const spoken = (numbers: readonly number[]): string => numbers.join(' ');
