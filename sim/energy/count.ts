// SPDX-License-Identifier: Apache-2.0
/**
 * Events of a frame by engine, from the toggles of all bits. Names are not nets: bits that toggle in the same clocks
 * are counted
 * once, as what drives them, and as its engine's that drives the wire of the top among them.
 */
import type { Elaborated } from '../activity/elaboration.ts';
import type { Measured } from '../activity/measure.ts';
import type { Scope } from '../activity/trace.ts';
import type { Instance } from '../../generator/hardware/instance.ts';
import { events, type Counts, type Event } from '../../generator/report/event-weights.ts';

interface Net {
  readonly toggles: number;
  /** null: driven from outside the design. */
  readonly engine: string | null;
  readonly ahead: string;
  readonly behind: string;
  isRegister: boolean;
  /** It is seen at a carry chain, or within a shift register. */
  inSlice: boolean;
}

/**
 * Memories of the library that may lie in block RAM: the signals of their words, and of the clocks in which they are
 * written.
 */
const blockMemories: Readonly<Record<string, { readonly word: string; readonly write?: string }>> = {
  nn_rom: { word: 'q' },
  nn_ram: { word: 'q', write: 'we' },
};
const carryPrimitives = /^CARRY\d$/;
/** Bits that synthesis keeps in shift-register LUTs, as long as it makes them: nn_delay's, stage by stage. */
const shiftRegister = { module: 'nn_delay', stages: 'past', least: 3, most: 32 } as const;

/** Clocks of a shift register; undefined where a module's flip-flops are flip-flops. */
function shiftClocks({ name, parameters }: Elaborated): number | undefined {
  const clocks = Number(parameters.get('CLOCKS'));
  return name === shiftRegister.module && clocks >= shiftRegister.least ? clocks : undefined;
}

/** What the library calls unused is there for linters: synthesis removes it. */
const removed = /^unused/;

type Totals = Record<Event, number>;
const none = (): Totals => ({ register: 0, routed: 0, local: 0, clocked: 0, blockRam: 0 });

/** @param instances those of the design's top; engines come in their order */
export function countEvents(
  { top, modules, clocks, frames, duration }: Measured,
  topName: string,
  instances: readonly Instance[],
): Map<string, Counts> {
  const engineOf = new Map(instances.map(({ name, engine }) => [name, engine]));
  const drivers = new Map(
    instances.flatMap(({ engine, ports }) =>
      ports.filter(({ direction }) => direction === 'out').map(({ signal }) => [signal, engine] as const),
    ),
  );
  const totals = new Map([...engineOf.values()].map((engine) => [engine, none()]));
  const nets = new Map<string, Net>();

  const visit = (scope: Scope, moduleName: string, engine: string | undefined): void => {
    const module = modules.get(moduleName)!;
    for (const { name, bits } of scope.signals) {
      if (removed.test(name)) continue;
      const shifted = name === shiftRegister.stages ? shiftClocks(module) : undefined;
      const isRegister = shifted === undefined && module.registers.has(name);
      const width = bits.length / (shifted ?? 1);
      const clocked =
        shifted === undefined ? (isRegister ? width : 0) : width * Math.ceil(shifted / shiftRegister.most);
      if (engine) totals.get(engine)!.clocked += clocked * clocks;
      for (const [place, { wave, toggles, ahead, behind }] of bits.entries()) {
        if (toggles === 0) continue;
        const net = nets.get(wave) ?? {
          toggles,
          engine: engine ?? drivers.get(name) ?? null,
          ahead,
          behind,
          isRegister: false,
          inSlice: false,
        };
        nets.set(wave, net);
        net.isRegister ||= isRegister;
        net.inSlice ||= carryPrimitives.test(module.name) || (shifted !== undefined && place < bits.length - width);
      }
    }
    const memory = blockMemories[module.name];
    if (memory && engine && module.parameters.get('STYLE') === 'block') {
      const bitsOf = (name: string) => scope.signals.find((signal) => signal.name === name)?.bits ?? [];
      const writes = memory.write === undefined ? 0 : (bitsOf(memory.write)[0]!.ones / duration) * clocks;
      totals.get(engine)!.blockRam += bitsOf(memory.word).length * (clocks + writes);
    }
    for (const child of scope.scopes) {
      // A generate block has no module of its own.
      const inside = module.instances.get(child.name);
      visit(child, inside ?? moduleName, engine ?? engineOf.get(child.name));
    }
  };
  visit(top, topName, undefined);

  const registered = new Set([...nets.values()].filter(({ isRegister }) => isRegister).map(({ behind }) => behind));
  for (const { engine, toggles, isRegister, inSlice, ahead } of nets.values()) {
    if (engine === null) continue;
    const event = isRegister ? 'register' : inSlice || registered.has(ahead) ? 'local' : 'routed';
    totals.get(engine)![event] += toggles;
  }
  return new Map(
    [...totals].map(([engine, sums]) => [
      engine,
      Object.fromEntries(events.map((event) => [event, sums[event] / frames])) as Counts,
    ]),
  );
}
