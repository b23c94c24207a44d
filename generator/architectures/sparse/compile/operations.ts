// SPDX-License-Identifier: Apache-2.0
/** A network as operations of the sparse engine on byte maps: sums and the requantisation behind them are one. */
import { engineRole } from '../roles/roles.ts';
import { BitloomError, type Issue } from '../../../errors/errors.ts';
import { consumersOf, nodeByName, nodeIssue, type TypedGraph, type TypedNode } from '../../../ir/graph.ts';
import { kindOf } from '../../../layers/index.ts';
import type { EngineRole, RoleOf } from '../layer/role.ts';
import { call } from '../../../project/call.ts';
import {
  phasesOf,
  spreadShape,
  type Operation,
  type Operations,
  type Spread,
  type Term,
  type Value,
} from './operation.ts';

/** NN006 for all that the engine cannot do. */
export function operationsOf(graph: TypedGraph): Operations {
  const reading = new Reading(graph);
  for (const node of graph.nodes) reading.read(node);
  return reading.operations();
}

/** Roles that read maps alone. */
const ofMaps: readonly EngineRole['role'][] = ['windows', 'terms', 'maximum', 'join', 'total'];

const spreadName = (name: string) => `${name} by phases`;

/** What the nodes read so far have become. */
class Reading {
  private readonly issues: Issue[] = [];
  private readonly roles: ReadonlyMap<string, EngineRole | undefined>;
  /** What fully connected layers and averages make: no map can be made of it. */
  private readonly vectors = new Set<string>();
  private readonly values = new Map<string, Value>();
  private readonly made: Operation[] = [];
  private frame: Operations['frame'] | undefined;
  private result: string | undefined;

  constructor(private readonly graph: TypedGraph) {
    this.roles = new Map(graph.nodes.map((node) => [node.name, engineRole(node)]));
  }

  /** Throws all issues of the nodes that were read. */
  operations(): Operations {
    if (this.issues.length > 0) throw new BitloomError(this.issues);
    return { operations: this.made, values: this.values, frame: this.frame!, result: this.result! };
  }

  read(node: TypedNode): void {
    const role = this.roles.get(node.name);
    if (!role) return this.refuse(node, `${kindOf(node).title}, which the sparse engine does not have`);
    if (ofMaps.includes(role.role)) this.requireMaps(node);
    this.readAs(role, node);
    if (this.endsAt(node) && role.role !== 'verdict' && !this.bytesBehind(node)) this.result = node.name;
  }

  private readAs(role: EngineRole, node: TypedNode): void {
    switch (role.role) {
      case 'pixels':
      case 'table':
        return this.addFrame(node, role);
      case 'windows':
        // Terms of a sum are its layer's.
        return this.isTerm(node)
          ? undefined
          : this.addWindows(node, [{ input: inputOf(node), windows: role, left: 0 }]);
      case 'terms':
        return this.addWindows(node, this.termsOf(node, role));
      case 'vector':
        return this.addVector(node, 'sums', { type: 'vector', vector: role });
      case 'total':
        return this.addVector(node, 'averages', { type: 'total' });
      case 'maximum':
        return this.addMaximum(node, role);
      case 'join':
        return this.addValue(node);
      case 'bytes':
        return this.requireSumsBefore(node);
      case 'verdict':
    }
  }

  private refuse(node: TypedNode, got: string, fix = `run it in the golden model: ${call('infer')}`): void {
    this.issues.push(nodeIssue(this.graph.name, node, 'NN006', { got, fix }));
  }

  private requireMaps(node: TypedNode): void {
    const vector = node.inputs.find((input) => this.vectors.has(input));
    if (vector !== undefined)
      this.refuse(
        node,
        `a layer of maps behind ${vector}, a vector`,
        'fully connected layers only behind the first one, or behind an average',
      );
  }

  /** A requantisation is done with the sums before it; here it is refused where there are none. */
  private requireSumsBefore(node: TypedNode): void {
    if (this.values.has(node.name) || this.made.some(({ name }) => name === node.name)) return;
    if (this.issues.length === 0)
      this.refuse(node, 'an affine layer that is not alone behind a convolution, a sum, an average or a dense layer');
  }

  private followers(node: TypedNode): TypedNode[] {
    return consumersOf(this.graph, node.name);
  }

  /** Role of the one node that reads this one. */
  private roleBehind(node: TypedNode): EngineRole | undefined {
    const [next, ...more] = this.followers(node);
    return next && more.length === 0 ? this.roles.get(next.name) : undefined;
  }

  private isTabled(node: TypedNode): boolean {
    return this.followers(node).some((next) => this.roles.get(next.name)?.role === 'table');
  }

  private isTerm(node: TypedNode): boolean {
    return this.roleBehind(node)?.role === 'terms';
  }

  private endsAt(node: TypedNode): boolean {
    return this.followers(node).every((next) => this.roles.get(next.name)?.role === 'verdict');
  }

  /** The requantisation that alone reads these sums. */
  private bytesBehind(node: TypedNode): { node: TypedNode; bytes: RoleOf<'bytes'> } | undefined {
    const role = this.roleBehind(node);
    return role?.role === 'bytes' ? { node: this.followers(node)[0]!, bytes: role } : undefined;
  }

  private addFrame(node: TypedNode, role: RoleOf<'pixels'> | RoleOf<'table'>): void {
    const user = this.roleBehind(node);
    // The table behind makes the frame.
    if (user?.role === 'table') return;
    this.addValue(node, user?.role === 'windows' && user.stride > 1 ? phasesOf([user]) : undefined);
    if (this.frame || this.isTabled(node)) this.refuse(node, 'pixels that are used in two ways');
    this.frame = { value: node.name, table: role.role === 'table' ? role.values : undefined };
  }

  /** The layer that sums the terms up, and requantises them. */
  private addWindows(node: TypedNode, terms: readonly Term[]): void {
    const behind = this.bytesBehind(node);
    if (!behind) return this.refuse(node, 'sums that are not requantised', 'put one affine layer of 8 bits behind it');
    const from = terms.flatMap((term) => this.valueFor(node, term) ?? []);
    const rows = [...new Set(from.map(({ height }) => height))];
    if (rows.length > 1)
      this.refuse(
        node,
        `a sum over maps of ${rows.join(' and ')} rows`,
        'pad the convolutions, so that maps keep their size',
      );
    if (new Set(from.map(({ signed }) => signed)).size > 1)
      this.refuse(node, 'a sum over maps with and without negative values', 'requantise them to one range');
    this.made.push({
      type: 'windows',
      name: behind.node.name,
      terms: terms.map((term, i) => ({ ...term, input: from[i]?.name ?? term.input })),
      bytes: behind.bytes,
    });
    this.addValue(behind.node);
  }

  /** What a sum adds: its own windows, or a map of bytes. */
  private termsOf(node: TypedNode, { left }: RoleOf<'terms'>): Term[] {
    return node.inputs.flatMap((input, i) => {
      const windows = this.roles.get(input);
      if (windows?.role === 'windows')
        return { input: inputOf(nodeByName(this.graph, input)), windows, left: left[i]! };
      if (this.values.has(input)) return { input, left: left[i]! };
      this.refuse(
        node,
        `a sum with ${input}, which is neither a convolution nor a map of 8 bits`,
        'requantise it to 8 bits',
      );
      return [];
    });
  }

  /** The value that windows read: for a stride its phases, which all convolutions of the stride share. */
  private valueFor(node: TypedNode, { input, windows }: Term): Value | undefined {
    const from = this.values.get(input);
    if (!from || !windows || windows.stride === 1 || from.spread) return from;
    if (windows.stride > 2)
      this.refuse(node, `stride ${windows.stride} on a map inside the network`, 'stride 1 or 2, or any on the frame');
    const name = spreadName(input);
    if (!this.values.has(name)) {
      const users = consumersOf(this.graph, input)
        .map((next) => this.roles.get(next.name))
        .filter((role): role is RoleOf<'windows'> => role?.role === 'windows' && role.stride === windows.stride);
      const { signed, height, width, channels } = from;
      this.values.set(name, { name, signed, ...spreadShape(height, width, channels, phasesOf(users)) });
      this.made.push({ type: 'spread', name, input });
    }
    return this.values.get(name);
  }

  /** @param sums what it makes, for people */
  private addVector(
    node: TypedNode,
    sums: string,
    what: { readonly type: 'vector'; readonly vector: RoleOf<'vector'> } | { readonly type: 'total' },
  ): void {
    const behind = this.bytesBehind(node);
    if (!behind && !this.endsAt(node))
      this.refuse(node, `${sums} that are not requantised`, 'put one affine layer of 8 bits behind it');
    const name = behind?.node.name ?? node.name;
    this.made.push({ ...what, name, input: inputOf(node), bytes: behind?.bytes });
    this.vectors.add(name);
    if (behind) this.values.set(name, this.valueOf(behind.node));
  }

  private addMaximum(node: TypedNode, maximum: RoleOf<'maximum'>): void {
    const { kernel, stride } = maximum;
    if (kernel > 3 || stride > 2)
      this.refuse(node, `windows of ${kernel} with stride ${stride}`, 'windows up to 3, stride 1 or 2');
    this.made.push({ type: 'maximum', name: node.name, input: inputOf(node), maximum });
    this.addValue(node);
  }

  /** A map, which may be a part of a join's. */
  private addValue(node: TypedNode, spread?: Spread): void {
    this.values.set(node.name, this.valueOf(node, this.joined(node), spread));
  }

  private valueOf(node: TypedNode, within?: Value['within'], spread?: Spread): Value {
    const { height, width, channels, element } = node.type;
    const signed = element.type === 'int' && element.min < 0;
    const fits = element.type === 'int' && (signed ? element.min >= -128 && element.max <= 127 : element.max <= 255);
    if (!fits)
      this.refuse(
        node,
        `a map of ${element.type === 'int' ? `integers ${element.min}..${element.max}` : 'bits'}`,
        'requantise it to 8 bits',
      );
    return {
      name: node.name,
      height,
      width,
      channels,
      signed,
      ...(within ? { within } : {}),
      ...(spread ? spreadShape(height, width, channels, spread) : {}),
    };
  }

  /** Where the one join that takes this value puts it. */
  private joined(node: TypedNode): Value['within'] {
    const joins = this.followers(node).filter((next) => this.roles.get(next.name)?.role === 'join');
    if (joins.length === 0) return undefined;
    if (joins.length > 1) this.refuse(node, 'a part of two concatenations', 'give each its own layer');
    const [join] = joins;
    const at = join!.inputs.indexOf(node.name);
    return { name: join!.name, first: join!.inputTypes.slice(0, at).reduce((sum, type) => sum + type.channels, 0) };
  }
}

const inputOf = (node: TypedNode) => node.inputs[0] ?? '';
