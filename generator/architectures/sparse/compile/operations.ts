// SPDX-License-Identifier: Apache-2.0
/** A network as operations of the sparse engine on byte maps: sums and the requantisation behind them are one. */
import { engineRole } from '../roles/roles.ts';
import { BitloomError, type Issue } from '../../../errors/errors.ts';
import { consumersOf, nodeByName, nodeIssue, type TypedGraph, type TypedNode } from '../../../ir/graph.ts';
import { kindOf } from '../../../layers/index.ts';
import type { EngineRole, RoleOf } from '../layer/role.ts';
import { call } from '../../../project/call.ts';

/** Bytes that operations hand on: a map, or one channel of a vector. */
export interface Value {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly signed: boolean;
  /**
   * Phases of a map whose every stride-th row and column is a channel of its own: channel p · C + c is phase p of
   * channel c.
   */
  readonly spread?: Spread;
  /** It is a part of this value, from this channel on. */
  readonly within?: { readonly name: string; readonly first: number };
}

export interface Spread {
  readonly stride: number;
  /** First row and column of each phase. */
  readonly phases: readonly (readonly [y: number, x: number])[];
}

/** What a layer sums up, times 2^left: windows of a value, or the value itself. */
export interface Term {
  readonly input: string;
  readonly windows?: RoleOf<'windows'>;
  readonly left: number;
}

/** `name` is the node whose tensor the operation computes. */
export type Operation = { readonly name: string } & (
  | { readonly type: 'windows'; readonly terms: readonly Term[]; readonly bytes: RoleOf<'bytes'> }
  | { readonly type: 'maximum'; readonly input: string; readonly maximum: RoleOf<'maximum'> }
  /** Phases for convolutions with stride 2: copies. `name` is the value that they make. */
  | { readonly type: 'spread'; readonly input: string }
  /** Without `bytes`, 32-bit results. */
  | {
      readonly type: 'vector';
      readonly input: string;
      readonly vector: RoleOf<'vector'>;
      readonly bytes: RoleOf<'bytes'> | undefined;
    }
  | { readonly type: 'total'; readonly input: string; readonly bytes: RoleOf<'bytes'> | undefined }
);

export const inputsOf = (operation: Operation): string[] =>
  operation.type === 'windows' ? operation.terms.map(({ input }) => input) : [operation.input];

export interface Operations {
  readonly operations: readonly Operation[];
  readonly values: ReadonlyMap<string, Value>;
  /** The value that the frame is, and what pixels become in it. */
  readonly frame: { readonly value: string; readonly table: readonly number[] | undefined };
  /** Node whose tensor is the result. */
  readonly result: string;
}

/** Phases that the taps of convolutions of one stride see, in order. */
export function phasesOf(users: readonly Pick<RoleOf<'windows'>, 'kernel' | 'stride' | 'pad'>[]): Spread {
  const { stride } = users[0]!;
  const used = new Set(
    users.flatMap(({ kernel, pad }) =>
      Array.from({ length: kernel }, (_, k) => (((k - pad) % stride) + stride) % stride),
    ),
  );
  const each = [...used].sort((a, b) => a - b);
  return { stride, phases: each.flatMap((y) => each.map((x) => [y, x] as const)) };
}

const spreadName = (name: string) => `${name} by phases`;

/** NN006 for all that the engine cannot do. */
export function operationsOf(graph: TypedGraph): Operations {
  const issues: Issue[] = [];
  const refuse = (node: TypedNode, got: string, fix = `run it in the golden model: ${call('infer')}`) =>
    void issues.push(nodeIssue(graph.name, node, 'NN006', { got, fix }));
  const roles = new Map<string, EngineRole | undefined>(graph.nodes.map((node) => [node.name, engineRole(node)]));
  const roleOf = (name: string) => roles.get(name);
  const followers = (node: TypedNode) => consumersOf(graph, node.name);
  /** What fully connected layers and averages make: no map can be made of it. */
  const vectors = new Set<string>();
  const requireMaps = (node: TypedNode) => {
    const vector = node.inputs.find((input) => vectors.has(input));
    if (vector !== undefined)
      refuse(
        node,
        `a layer of maps behind ${vector}, a vector`,
        'fully connected layers only behind the first one, or behind an average',
      );
  };
  const values = new Map<string, Value>();
  const operations: Operation[] = [];
  let frame: Operations['frame'] | undefined;
  let result: string | undefined;

  const valueOf = (node: TypedNode, within?: Value['within'], spread?: Spread): Value => {
    const { height, width, channels, element } = node.type;
    const signed = element.type === 'int' && element.min < 0;
    const fits = element.type === 'int' && (signed ? element.min >= -128 && element.max <= 127 : element.max <= 255);
    if (!fits)
      refuse(
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
  };
  /** Where the one join that takes this value puts it. */
  const joined = (node: TypedNode): Value['within'] => {
    const joins = followers(node).filter((next) => roleOf(next.name)?.role === 'join');
    if (joins.length === 0) return undefined;
    if (joins.length > 1) refuse(node, 'a part of two concatenations', 'give each its own layer');
    const [join] = joins;
    const at = join!.inputs.indexOf(node.name);
    return { name: join!.name, first: join!.inputTypes.slice(0, at).reduce((sum, type) => sum + type.channels, 0) };
  };
  const bytesBehind = (node: TypedNode) => {
    const [next, ...more] = followers(node);
    return next && more.length === 0 && roleOf(next.name)?.role === 'bytes'
      ? { node: next, bytes: roleOf(next.name) as RoleOf<'bytes'> }
      : undefined;
  };
  const endsHere = (node: TypedNode) => followers(node).every((next) => roleOf(next.name)?.role === 'verdict');
  /** The value that windows read: for a stride its phases, which all convolutions of the stride share. */
  const valueFor = (node: TypedNode, { input, windows }: Term): Value | undefined => {
    const from = values.get(input);
    if (!from || !windows || windows.stride === 1 || from.spread) return from;
    if (windows.stride > 2)
      refuse(node, `stride ${windows.stride} on a map inside the network`, 'stride 1 or 2, or any on the frame');
    const name = spreadName(input);
    if (!values.has(name)) {
      const users = consumersOf(graph, input)
        .map((next) => roleOf(next.name))
        .filter((role) => role?.role === 'windows' && role.stride === windows.stride);
      values.set(name, {
        name,
        signed: from.signed,
        ...spreadShape(from.height, from.width, from.channels, phasesOf(users as RoleOf<'windows'>[])),
      });
      operations.push({ type: 'spread', name, input });
    }
    return values.get(name);
  };
  /** The layer that sums the terms up, and requantises them. */
  const pushWindows = (node: TypedNode, terms: readonly Term[]): void => {
    const behind = bytesBehind(node);
    if (!behind) return refuse(node, 'sums that are not requantised', 'put one affine layer of 8 bits behind it');
    const from = terms.flatMap((term) => valueFor(node, term) ?? []);
    const rows = [...new Set(from.map(({ height }) => height))];
    if (rows.length > 1)
      refuse(
        node,
        `a sum over maps of ${rows.join(' and ')} rows`,
        'pad the convolutions, so that maps keep their size',
      );
    if (new Set(from.map(({ signed }) => signed)).size > 1)
      refuse(node, 'a sum over maps with and without negative values', 'requantise them to one range');
    operations.push({
      type: 'windows',
      name: behind.node.name,
      terms: terms.map((term, i) => ({ ...term, input: from[i]?.name ?? term.input })),
      bytes: behind.bytes,
    });
    values.set(behind.node.name, valueOf(behind.node, joined(behind.node)));
  };
  /** What a sum adds: its own windows, or a map of bytes. */
  const termsOf = (node: TypedNode, { left }: RoleOf<'terms'>): Term[] =>
    node.inputs.flatMap((input, i) => {
      const windows = roleOf(input);
      if (windows?.role === 'windows') return { input: nodeByName(graph, input).inputs[0]!, windows, left: left[i]! };
      if (values.has(input)) return { input, left: left[i]! };
      refuse(
        node,
        `a sum with ${input}, which is neither a convolution nor a map of 8 bits`,
        'requantise it to 8 bits',
      );
      return [];
    });

  for (const node of graph.nodes) {
    const role = roleOf(node.name);
    const input = node.inputs[0] ?? '';
    if (role && ['windows', 'terms', 'maximum', 'join', 'total'].includes(role.role)) requireMaps(node);
    if (!role) refuse(node, `${kindOf(node).title}, which the sparse engine does not have`);
    else if (role.role === 'pixels' || role.role === 'table') {
      const tabled = followers(node).some((next) => roleOf(next.name)?.role === 'table');
      if (tabled && followers(node).length === 1) continue;
      const users = followers(node);
      const user = users.length === 1 ? roleOf(users[0]!.name) : undefined;
      const spread = user?.role === 'windows' && user.stride > 1 ? phasesOf([user]) : undefined;
      values.set(node.name, valueOf(node, joined(node), spread));
      if (frame || tabled) refuse(node, 'pixels that are used in two ways');
      frame = { value: node.name, table: role.role === 'table' ? role.values : undefined };
    } else if (role.role === 'windows') {
      // Terms of a sum are its layer's.
      if (!(followers(node).length === 1 && roleOf(followers(node)[0]!.name)?.role === 'terms'))
        pushWindows(node, [{ input, windows: role, left: 0 }]);
    } else if (role.role === 'terms') pushWindows(node, termsOf(node, role));
    else if (role.role === 'vector') {
      const behind = bytesBehind(node);
      if (!behind && !endsHere(node))
        refuse(node, 'sums that are not requantised', 'put one affine layer of 8 bits behind it');
      operations.push({
        type: 'vector',
        name: behind?.node.name ?? node.name,
        input,
        vector: role,
        bytes: behind?.bytes,
      });
      vectors.add(behind?.node.name ?? node.name);
      if (behind) values.set(behind.node.name, valueOf(behind.node));
    } else if (role.role === 'total') {
      const behind = bytesBehind(node);
      if (!behind && !endsHere(node))
        refuse(node, 'averages that are not requantised', 'put one affine layer of 8 bits behind it');
      operations.push({ type: 'total', name: behind?.node.name ?? node.name, input, bytes: behind?.bytes });
      vectors.add(behind?.node.name ?? node.name);
      if (behind) values.set(behind.node.name, valueOf(behind.node));
    } else if (role.role === 'maximum') {
      if (role.kernel > 3 || role.stride > 2)
        refuse(node, `windows of ${role.kernel} with stride ${role.stride}`, 'windows up to 3, stride 1 or 2');
      operations.push({ type: 'maximum', name: node.name, input, maximum: role });
      values.set(node.name, valueOf(node, joined(node)));
    } else if (role.role === 'join') values.set(node.name, valueOf(node, joined(node)));
    else if (role.role === 'bytes' && !values.has(node.name)) {
      const behindSums = operations.some((operation) => operation.name === node.name);
      if (!behindSums && issues.length === 0)
        refuse(node, 'an affine layer that is not alone behind a convolution, a sum, an average or a dense layer');
    }
    if (role && endsHere(node) && role.role !== 'verdict' && !bytesBehind(node)) result = node.name;
  }
  if (issues.length > 0) throw new BitloomError(issues);
  return { operations, values, frame: frame!, result: result! };
}

function spreadShape(height: number, width: number, channels: number, spread: Spread) {
  const { stride, phases } = spread;
  return {
    height: Math.ceil(height / stride),
    width: Math.ceil(width / stride),
    channels: channels * phases.length,
    spread,
  };
}
