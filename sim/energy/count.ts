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

/** Clocks of flip-flops and shift registers that hold a signal of so many bits, in one clock. */
function clockedBy(bits: number, isRegister: boolean, shifted: number | undefined): number {
  if (shifted === undefined) return isRegister ? bits : 0;
  return (bits / shifted) * Math.ceil(shifted / shiftRegister.most);
}

/** A walk through the scopes of a trace: what is clocked and read there by engine, and the nets that toggle. */
class Walk {
  readonly nets = new Map<string, Net>();
  readonly totals: Map<string, Totals>;
  private readonly engineOf: ReadonlyMap<string, string>;
  private readonly drivers: ReadonlyMap<string, string>;

  constructor(
    private readonly measured: Measured,
    instances: readonly Instance[],
  ) {
    this.engineOf = new Map(instances.map(({ name, engine }) => [name, engine]));
    this.drivers = new Map(
      instances.flatMap(({ engine, ports }) =>
        ports.filter(({ direction }) => direction === 'out').map(({ signal }) => [signal, engine] as const),
      ),
    );
    this.totals = new Map([...this.engineOf.values()].map((engine) => [engine, none()]));
  }

  visit(scope: Scope, moduleName: string, engine?: string): void {
    const module = this.measured.modules.get(moduleName)!;
    for (const signal of scope.signals) if (!removed.test(signal.name)) this.signal(signal, module, engine);
    if (engine) this.totals.get(engine)!.blockRam += this.blockRamBits(scope, module);
    for (const child of scope.scopes) {
      // A generate block has no module of its own.
      const inside = module.instances.get(child.name);
      this.visit(child, inside ?? moduleName, engine ?? this.engineOf.get(child.name));
    }
  }

  private signal({ name, bits }: Scope['signals'][number], module: Elaborated, engine: string | undefined): void {
    const shifted = name === shiftRegister.stages ? shiftClocks(module) : undefined;
    const isRegister = shifted === undefined && module.registers.has(name);
    if (engine) this.totals.get(engine)!.clocked += clockedBy(bits.length, isRegister, shifted) * this.measured.clocks;
    const lastStage = bits.length - bits.length / (shifted ?? 1);
    for (const [place, { wave, toggles, ahead, behind }] of bits.entries()) {
      if (toggles === 0) continue;
      const net = this.nets.get(wave) ?? {
        toggles,
        engine: engine ?? this.drivers.get(name) ?? null,
        ahead,
        behind,
        isRegister: false,
        inSlice: false,
      };
      this.nets.set(wave, net);
      net.isRegister ||= isRegister;
      net.inSlice ||= carryPrimitives.test(module.name) || (shifted !== undefined && place < lastStage);
    }
  }

  /** Bits that a memory in block RAM reads and writes; 0 of any other module. */
  private blockRamBits(scope: Scope, { name: moduleName, parameters }: Elaborated): number {
    const memory = blockMemories[moduleName];
    if (!memory || parameters.get('STYLE') !== 'block') return 0;
    const { clocks, duration } = this.measured;
    const bitsOf = (name: string) => scope.signals.find((signal) => signal.name === name)?.bits ?? [];
    const writes = memory.write === undefined ? 0 : (bitsOf(memory.write)[0]!.ones / duration) * clocks;
    return bitsOf(memory.word).length * (clocks + writes);
  }
}

/** @param instances those of the design's top; engines come in their order */
export function countEvents(measured: Measured, topName: string, instances: readonly Instance[]): Map<string, Counts> {
  const walk = new Walk(measured, instances);
  walk.visit(measured.top, topName);
  const { nets, totals } = walk;
  const registered = new Set([...nets.values()].filter(({ isRegister }) => isRegister).map(({ behind }) => behind));
  for (const { engine, toggles, isRegister, inSlice, ahead } of nets.values()) {
    if (engine === null) continue;
    const event = isRegister ? 'register' : inSlice || registered.has(ahead) ? 'local' : 'routed';
    totals.get(engine)![event] += toggles;
  }
  return new Map(
    [...totals].map(([engine, sums]) => [
      engine,
      Object.fromEntries(events.map((event) => [event, sums[event] / measured.frames])) as Counts,
    ]),
  );
}
