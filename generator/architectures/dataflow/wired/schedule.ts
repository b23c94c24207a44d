// SPDX-License-Identifier: Apache-2.0
/**
 * Who has to wait: an operation takes all it reads at one stage, so words that are ready earlier pass registers, one a
 * clock, and
 * so do window and outputs. Delays are shared by all that read them.
 */
import { isConstant, readAt, tapsOf, unitsOf, widthOf, wordsOf, type Netlist, type Word } from './netlist.ts';

/** A layer, as far as time goes. */
export interface Timed {
  readonly groups: readonly Netlist[];
}

/** Clocks from a window to its outputs. */
export function latencyOf({ groups }: Timed): number {
  return Math.max(1, ...groups.flatMap(({ outputs }) => outputs.map((word) => word.stage)));
}

/**
 * Words of a group that wait, with how many clocks, in the order of their making; outputs wait for the layer's latency.
 */
export function delaysOf(group: Netlist, latency: number): ReadonlyMap<Word, number> {
  const waits = new Map<Word, number>();
  for (const { out } of group.nodes) waits.set(out, 0);
  const wait = (word: Word, until: number): void =>
    void waits.set(word, Math.max(waits.get(word)!, until - word.stage));
  for (const node of group.nodes) for (const word of wordsOf(node)) wait(word, readAt(node));
  for (const output of group.outputs) if (!isConstant(output)) wait(output, latency);
  return new Map([...waits].filter(([, clocks]) => clocks > 0));
}

/** Taps that a group reads, by the stage at which it does; index 0 is the window itself. */
export function tapsByStage(group: Netlist): ReadonlySet<number>[] {
  const stages: Set<number>[] = [];
  for (const node of group.nodes) {
    const taps = [...tapsOf(node), ...unitsOf(node)];
    if (taps.length === 0) continue;
    for (let stage = stages.length; stage <= readAt(node); stage++) stages.push(new Set());
    for (const tap of taps) stages[readAt(node)]!.add(tap.index);
  }
  return stages;
}

/** Flip-flops of the window's delays: a tap waits as long as the last that reads it. */
export function windowFlipFlops({ groups }: Timed): number {
  const last = new Map<number, number>();
  for (const group of groups)
    tapsByStage(group).forEach((taps, stage) =>
      taps.forEach((tap) => last.set(tap, Math.max(stage, last.get(tap) ?? 0))),
    );
  return [...last.values()].reduce((total, stage) => total + stage, 0);
}

/** Flip-flops of a group: results and delays. */
export function groupFlipFlops(group: Netlist, latency: number): number {
  const waiting = [...delaysOf(group, latency)].reduce(
    (total, [word, clocks]) => total + widthOf(word.max) * clocks,
    0,
  );
  return group.nodes.reduce((total, { out }) => total + widthOf(out.max), waiting);
}
