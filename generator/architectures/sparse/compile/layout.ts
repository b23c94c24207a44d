// SPDX-License-Identifier: Apache-2.0
/**
 * Where every value lies in activation memory: pitches that fit all users, and lines that are taken only while they are
 * needed.
 */
import { fail } from '../../../errors/errors.ts';
import { inputsOf, type Operation, type Operations, type Value } from './operation.ts';
import type { RoleOf } from '../layer/role.ts';
import { lineMap, linesOf, outputsAtOnce, type EngineShape, type LineMap } from '../program/shape.ts';

/** What the layout needs to know of the engine. */
export type FixedShape = Pick<EngineShape, 'lanes' | 'vectorPorts' | 'vectorWords' | 'ownWords'>;

export interface Layout {
  readonly maps: ReadonlyMap<string, LineMap>;
  /** Vectors that layers leave to each other: their first word, and their bytes. */
  readonly vectors: ReadonlyMap<string, VectorPlace>;
  /** Results of 32 bits: channels first..first + count − 1, as the number `at` of the result and those behind it. */
  readonly results: readonly ResultPart[];
  /** Lines that are used at all. */
  readonly lines: number;
}

export interface VectorPlace {
  readonly word: number;
  readonly bytes: number;
}

export interface ResultPart {
  readonly at: number;
  readonly first: number;
  readonly count: number;
}

/** Zero columns that a convolution needs behind each row of its input (or of its phases). */
function columnsFor({ kernel, stride, pad }: RoleOf<'windows'>, input: Value, outputWidth: number): number {
  const least = Math.floor(-pad / stride);
  const most = Math.floor((kernel - 1 - pad) / stride);
  return Math.max(0, -least, outputWidth - 1 + most - (input.width - 1));
}

/** Widths of rows with their zero columns, common to all values that share a pitch. */
class Pitches {
  private readonly parent = new Map<string, string>();
  private readonly width = new Map<string, number>();
  private root(name: string): string {
    const up = this.parent.get(name);
    return up === undefined ? name : this.root(up);
  }
  atLeast(name: string, width: number): void {
    const root = this.root(name);
    this.width.set(root, Math.max(width, this.width.get(root) ?? 0));
  }
  unite(a: string, b: string): void {
    const [from, to] = [this.root(a), this.root(b)];
    if (from === to) return;
    this.parent.set(from, to);
    this.atLeast(to, this.width.get(from) ?? 0);
  }
  of = (name: string): number => this.width.get(this.root(name))!;
}

function pitches({ operations, values }: Operations): Pitches {
  const found = new Pitches();
  for (const value of values.values()) {
    found.atLeast(value.name, value.width);
    if (value.within) found.unite(value.name, value.within.name);
  }
  for (const operation of operations) {
    const output = values.get(operation.name);
    if (operation.type === 'windows')
      for (const { input, windows } of operation.terms) {
        const from = values.get(input)!;
        found.unite(input, operation.name);
        if (windows) found.atLeast(input, from.width + columnsFor(windows, from, output!.width));
      }
    else if (operation.type === 'maximum') {
      const { kernel, stride } = operation.maximum;
      found.atLeast(
        operation.input,
        Math.max(values.get(operation.input)!.width, (output!.width - 1) * stride + kernel),
      );
    }
  }
  return found;
}

/** Lines that are taken and given back; the lowest place that is long enough. */
class Lines {
  private taken: { from: number; lines: number }[] = [];
  used = 0;
  take(lines: number): number {
    let from = 0;
    for (const held of this.taken) {
      if (held.from - from >= lines) break;
      from = held.from + held.lines;
    }
    this.hold(from, lines);
    return from;
  }
  hold(from: number, lines: number): void {
    this.taken = [...this.taken, { from, lines }].sort((a, b) => a.from - b.from);
    this.used = Math.max(this.used, from + lines);
  }
  give(from: number): void {
    this.taken = this.taken.filter((held) => held.from !== from);
  }
}

/** Channels of which the averages fit the vector memory at once. */
const channelsAtOnce = (shape: FixedShape, map: LineMap) =>
  Math.floor((shape.vectorWords * 8) / (map.span * shape.lanes));

type VectorOperation = Extract<Operation, { readonly type: 'vector' | 'total' }>;
const isVector = (operation: Operation): operation is VectorOperation =>
  operation.type === 'vector' || operation.type === 'total';

/** Results in whole sets. */
export const inSets = (shape: Pick<EngineShape, 'vectorPorts'>, count: number) =>
  Math.ceil(count / outputsAtOnce(shape)) * outputsAtOnce(shape);

/** Numbers that the last layer of vectors computes, in the parts that are computed at once. */
function resultParts(operation: VectorOperation, input: LineMap | undefined, shape: FixedShape): ResultPart[] {
  if (operation.type === 'vector') return [{ at: 0, first: 0, count: operation.vector.bias.length }];
  const { channels, height, width } = input!;
  if (operation.bytes) return [{ at: 0, first: 0, count: channels }];
  const each = channelsAtOnce(shape, input!);
  if (each < 1)
    fail({
      code: 'NN006',
      where: operation.name,
      got: `a map of ${height}×${width} to sum up`,
      legal: `up to ${shape.vectorWords * 8} bytes a channel`,
    });
  return Array.from({ length: Math.ceil(channels / each) }, (_, i) => ({
    at: i * inSets(shape, each),
    first: i * each,
    count: Math.min(each, channels - i * each),
  }));
}

/** Vectors of a chain lie in two halves in turn: one is read, the other written. */
function placeVectors({ operations, values, result }: Operations, shape: FixedShape): Map<string, VectorPlace> {
  const half = Math.floor(shape.ownWords / 2);
  const places = new Map<string, VectorPlace>();
  for (const operation of operations) {
    const { name } = operation;
    if (!isVector(operation) || name === result) continue;
    const bytes = inSets(shape, values.get(name)!.channels);
    if (bytes > 8 * half)
      fail({
        code: 'NN006',
        where: name,
        got: `${values.get(name)!.channels} results inside the network`,
        legal: `up to ${8 * half}`,
      });
    places.set(name, { word: (places.size % 2) * half, bytes });
  }
  return places;
}

/** Reads of a pool with stride 2 stay ahead of its writes: it may write over its input. */
function overwrites(operation: Operation, { values }: Operations, pitch: Pitches, from: LineMap): boolean {
  const { height, within } = values.get(operation.name)!;
  return (
    operation.type === 'maximum' &&
    operation.maximum.stride === 2 &&
    operation.maximum.kernel > 1 &&
    !within &&
    pitch.of(operation.name) <= from.pitch &&
    height <= from.height
  );
}

/** Maps in their lines. */
class MapPlaces {
  readonly maps = new Map<string, LineMap>();
  private readonly lines = new Lines();

  constructor(
    private readonly values: Operations['values'],
    private readonly pitch: Pitches,
    private readonly shape: FixedShape,
  ) {}

  get used(): number {
    return this.lines.used;
  }

  /**
   * The value itself, and the one that it is a part of: placed when the first part is made.
   * @param at lines of a map that it writes over
   */
  place(name: string, at?: number): void {
    const { maps, lines } = this;
    if (maps.has(name)) return;
    const { channels, height, width, within } = this.values.get(name)!;
    if (within) {
      this.place(within.name);
      const outer = maps.get(within.name)!;
      maps.set(name, { ...outer, channels, line: outer.line + within.first * outer.span });
      return;
    }
    const map = lineMap(this.shape, { line: 0, channels, height, width, pitch: this.pitch.of(name) });
    if (at === undefined) maps.set(name, { ...map, line: lines.take(linesOf(map)) });
    else {
      lines.give(at);
      lines.hold(at, linesOf(map));
      maps.set(name, { ...map, line: at });
    }
  }

  give(name: string): void {
    this.lines.give(this.maps.get(name)!.line);
  }
}

/** The value whose lines a value takes: its own, or those of what it is a part of. */
function wholeOf(values: Operations['values'], name: string): string {
  const { within } = values.get(name)!;
  return within ? wholeOf(values, within.name) : name;
}

/** @param keepFrame the frame's lines are taken by nothing else, so that the next one can come in early */
export function layOut(network: Operations, shape: FixedShape, keepFrame: boolean): Layout {
  const { operations, values, frame } = network;
  const vectors = placeVectors(network, shape);
  const pitch = pitches(network);
  const places = new MapPlaces(values, pitch, shape);
  const { maps } = places;
  const wholes = (operation: Operation) => inputsOf(operation).map((name) => wholeOf(values, name));
  const lastUse = new Map<string, number>();
  operations.forEach((operation, i) => wholes(operation).forEach((whole) => lastUse.set(whole, i)));

  places.place(frame.value);
  const results: ResultPart[] = [];
  operations.forEach((operation, i) => {
    const { name } = operation;
    const [input] = inputsOf(operation);
    const from = maps.get(input!);
    const kept = keepFrame ? frame.value : undefined;
    const dying = new Set(
      wholes(operation).filter((whole) => lastUse.get(whole) === i && maps.has(whole) && whole !== kept),
    );
    if (isVector(operation)) {
      if (name === network.result) results.push(...resultParts(operation, from, shape));
    } else if (dying.has(input!) && overwrites(operation, network, pitch, from!)) return places.place(name, from!.line);
    else places.place(name);
    for (const whole of dying) places.give(whole);
  });
  return { maps, vectors, results, lines: places.used };
}
