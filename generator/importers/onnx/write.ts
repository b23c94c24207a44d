// SPDX-License-Identifier: Apache-2.0
/** The folder of an imported network: the network file, its tensors, and a page that says what became of each node. */
import { formatSafetensors } from '../../import/safetensors.ts';
import type { NamedTensor } from '../../import/index.ts';
import type { Layer } from './layers.ts';

/** A network file as a person would write it. */
function networkText(name: string, layers: readonly Layer[]): string {
  const calls = [...new Set(layers.map(({ kind }) => kind))].sort();
  const lines = layers.map(({ layer, kind, options }, i) => {
    const input = i === 0 ? '' : `${layers[i - 1]!.layer}, `;
    const call = `${kind}('${layer}', ${input}${options})`;
    return i === layers.length - 1 ? `  return ${call};` : `  const ${layer} = ${call};`;
  });
  return [
    `import { ${[...calls, 'checkpoint', 'network'].sort().join(', ')} } from 'bitloom';`,
    '',
    `const weights = checkpoint(new URL('./${name}.safetensors', import.meta.url));`,
    '',
    `export default network('${name}', () => {`,
    ...lines,
    '});',
    '',
  ].join('\n');
}

const cell = (value: number | string | null) => (value === null ? '' : String(value).replaceAll('|', '\\|'));

function pageText(name: string, layers: readonly Layer[], notes: readonly string[]): string {
  const head = [
    'layer',
    'kind',
    'nodes of the model',
    'bits',
    'thresholds a channel',
    'constant channels',
    'near ties',
  ];
  const rows = layers.map(({ layer, kind, nodes, bits, thresholds, constantChannels, ties }) =>
    [layer, kind, nodes.join(', '), bits, thresholds, constantChannels, ties].map(cell),
  );
  return [
    `# ${name}, imported`,
    '',
    'Near ties are thresholds beside which the model lies within one float32 ulp of a tie, where frameworks that ' +
      'compute',
    'in float32 may decide otherwise; of the input, pixel values that float32 and float64 take differently.',
    '',
    ...[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

/** Path below the folder → contents. */
export function writtenFiles(
  name: string,
  layers: readonly Layer[],
  notes: readonly string[],
): ReadonlyMap<string, string | Uint8Array> {
  const tensors: Record<string, NamedTensor> = {};
  for (const { layer, tensors: own } of layers)
    for (const [key, tensor] of Object.entries(own)) tensors[`${layer}.${key}`] = tensor;
  return new Map<string, string | Uint8Array>([
    [`${name}.ts`, networkText(name, layers)],
    [`${name}.safetensors`, formatSafetensors(tensors, { source: 'imported' })],
    ['import.md', pageText(name, layers, notes)],
  ]);
}
