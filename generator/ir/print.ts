// SPDX-License-Identifier: Apache-2.0
/** Canonical text of a graph and its hash: the same network gives the same bytes, whatever the machine. */
import { createHash } from 'node:crypto';
import type { Parameter, TypedGraph } from './graph.ts';
import { showType, showUnit } from './types.ts';

/** Nothing where an integer stands for itself. */
function unitOf({ element }: TypedGraph['nodes'][number]['type']): string {
  const unit = element.type === 'int' ? showUnit(element) : '1';
  return unit === '1' ? '' : ` in ${unit}`;
}

function parameterHash(data: Parameter['data']): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
    .slice(0, 16);
}

/** One line a node: name, kind, inputs, type, exact unit, attributes (keys sorted), parameters with shape and hash. */
export function printGraph(graph: TypedGraph): string {
  const lines = graph.nodes.map((node) => {
    const attributes = Object.keys(node.attributes)
      .sort()
      .map((key) => `${key}=${JSON.stringify(node.attributes[key])}`);
    const parameters = Object.keys(node.parameters)
      .sort()
      .map((key) => {
        const { shape, data } = node.parameters[key]!;
        return `${key}:[${shape.join(',')}]#${parameterHash(data)}`;
      });
    const head = `${node.name} = ${node.kind}(${node.inputs.join(', ')}) : ${showType(node.type)}${unitOf(node.type)}`;
    return [head, ...attributes, ...parameters].join(' ');
  });
  return `network ${graph.name}\n${lines.join('\n')}\n`;
}

/** sha256 of the canonical text, hex. */
export function hashGraph(graph: TypedGraph): string {
  return createHash('sha256').update(printGraph(graph)).digest('hex');
}
