// SPDX-License-Identifier: Apache-2.0
import { fail } from '../errors/errors.ts';
import type { PortLevels } from './logic-levels.ts';

export interface LevelInstance {
  /** Instance name in the top, for messages. */
  readonly name: string;
  readonly levels: PortLevels;
}

/**
 * A wire of the top from an output port to an input port; both directions of a stream are wires of their own.
 */
export interface LevelConnection {
  readonly from: { readonly instance: string; readonly port: string };
  readonly to: { readonly instance: string; readonly port: string };
}

export interface ComposedLevels {
  /** Deepest register-to-register path of the whole, in LUT levels; null when there is none. */
  readonly ffToFf: number | null;
  /**
   * Where it runs: `instance.port` at every module edge it crosses; nets of the module when it crosses none.
   */
  readonly path: readonly string[];
  /** Deepest path that crosses a module's edge; null when none does. */
  readonly crossing: number | null;
  /** Deepest path that ends in each instance; an instance in which none ends is absent. */
  readonly byInstance: ReadonlyMap<string, number>;
}

interface Arrival {
  readonly level: number;
  readonly path: readonly string[];
}

/** Wires by the input port that they lead to. NN004 for a wire to an unknown instance. */
function wiresInto(
  connections: readonly LevelConnection[],
  byName: ReadonlyMap<string, PortLevels>,
): Map<string, LevelConnection[]> {
  const into = new Map<string, LevelConnection[]>();
  for (const wire of connections) {
    for (const { instance, port } of [wire.from, wire.to])
      if (!byName.has(instance))
        fail({ code: 'NN004', where: `${instance}.${port}`, got: 'a wire to an instance that does not exist' });
    const key = `${wire.to.instance}.${wire.to.port}`;
    into.set(key, [...(into.get(key) ?? []), wire]);
  }
  return into;
}

/** Latest arrivals at ports, each found once. */
class Arrivals {
  private readonly atInput = new Map<string, Arrival | 'running' | null>();
  private readonly byName: ReadonlyMap<string, PortLevels>;
  private readonly into: ReadonlyMap<string, readonly LevelConnection[]>;

  constructor(instances: readonly LevelInstance[], connections: readonly LevelConnection[]) {
    this.byName = new Map(instances.map((instance) => [instance.name, instance.levels]));
    this.into = wiresInto(connections, this.byName);
  }

  /** Null where no register's path reaches the port. NN041 for a loop of in → out paths. */
  atInputPort(instance: string, port: string): Arrival | null {
    const key = `${instance}.${port}`;
    const known = this.atInput.get(key);
    if (known === 'running')
      fail({
        code: 'NN041',
        where: key,
        got: 'a combinational loop through module ports',
        fix: 'put nn_skid into it',
      });
    if (known !== undefined) return known;
    this.atInput.set(key, 'running');
    let latest: Arrival | null = null;
    for (const wire of this.into.get(key) ?? []) {
      const before = this.atOutputPort(wire.from.instance, wire.from.port);
      if (before === null || (latest !== null && before.level <= latest.level)) continue;
      latest = { level: before.level, path: [...before.path, key] };
    }
    this.atInput.set(key, latest);
    return latest;
  }

  /** From the module's registers or through it. */
  private atOutputPort(instance: string, port: string): Arrival | null {
    const levels = this.byName.get(instance)!;
    const own = levels.ffToOut[port];
    let latest: Arrival | null = own === undefined ? null : { level: own, path: [`${instance}.${port}`] };
    for (const [input, reached] of Object.entries(levels.inToOut)) {
      const through = reached[port];
      if (through === undefined) continue;
      const before = this.atInputPort(instance, input);
      if (before === null || (latest !== null && before.level + through <= latest.level)) continue;
      latest = { level: before.level + through, path: [...before.path, `${instance}.${port}`] };
    }
    return latest;
  }
}

/**
 * Composes the levels of instances along the wires between them, so that cutting a path at a module's edge
 * gains nothing: the worst of every FF → FF inside and of FF → out → (in → out)* → in → FF across. Throws
 * NN004 for a wire to an unknown instance and NN041 for a loop of in → out paths.
 */
export function composeLevels(
  instances: readonly LevelInstance[],
  connections: readonly LevelConnection[],
): ComposedLevels {
  const arrivals = new Arrivals(instances, connections);
  let worst: Pick<ComposedLevels, 'ffToFf' | 'path'> = { ffToFf: null, path: [] };
  let crossing: number | null = null;
  const byInstance = new Map<string, number>();
  const consider = (instance: string, level: number, path: readonly string[]): void => {
    if (worst.ffToFf === null || level > worst.ffToFf) worst = { ffToFf: level, path };
    byInstance.set(instance, Math.max(level, byInstance.get(instance) ?? 0));
  };
  for (const { name, levels } of instances) {
    if (levels.ffToFf !== null) {
      const ends = levels.worstPath;
      consider(name, levels.ffToFf, ends === null ? [name] : [`${name}: ${ends.from}`, `${name}: ${ends.to}`]);
    }
    for (const [port, inside] of Object.entries(levels.inToFf)) {
      const before = arrivals.atInputPort(name, port);
      if (before === null) continue;
      consider(name, before.level + inside, before.path);
      crossing = Math.max(crossing ?? 0, before.level + inside);
    }
  }
  return { ...worst, crossing, byInstance };
}
