// SPDX-License-Identifier: Apache-2.0
/** reuse: what kernel reuse saves, layer by layer, before any hardware; the spanning trees as SVG. */
import { join, resolve } from 'node:path';
import { fail } from '../../generator/errors/errors.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import { writeJson, writeText } from '../../generator/report/merge.ts';
import { reuseSvg } from '../../generator/report/reuse-chart.ts';
import { percent, table } from '../../generator/report/tables.ts';
import { analyseReuse, type LayerReuse, type Savings } from '../../generator/architectures/dataflow/analysis/reuse.ts';
import type { CommandResult, Console } from './result.ts';
import { call } from '../../generator/project/call.ts';

export interface ReuseOptions {
  readonly network: string;
  readonly weights?: string | undefined;
  readonly tile: number;
  readonly out: string;
}

const forms = ['tree', 'tiled', 'group'] as const;
type Form = (typeof forms)[number];

/** Share that a form saves over some layers; null where none of them has the figure. */
function saved(layers: readonly LayerReuse[], form: Form, key: keyof Savings): number | null {
  const counted = layers.filter(({ dense }) => dense[key] !== null);
  const total = (of: Form | 'dense') => counted.reduce((sum, layer) => sum + layer[of][key]!, 0);
  return counted.length === 0 ? null : 1 - total(form) / total('dense');
}

function row(name: string, shape: readonly string[], layers: readonly LayerReuse[]): (string | number | null)[] {
  const share = (form: Form, key: keyof Savings) => {
    const found = saved(layers, form, key);
    return found === null ? null : percent(found);
  };
  const operations = layers.reduce((sum, { dense }) => sum + dense.operations, 0);
  return [
    name,
    ...shape,
    operations,
    ...forms.map((form) => share(form, 'operations')),
    ...forms.map((form) => share(form, 'fullAdders')),
  ];
}

/** Share that each form saves over all layers. */
const savedByForm = (layers: readonly LayerReuse[], key: keyof Savings) =>
  Object.fromEntries(forms.map((form) => [form, saved(layers, form, key)])) as Record<Form, number | null>;

function tableOf(layers: readonly LayerReuse[], tile: number): string {
  const heads = ['tree', `tiles of ${tile}`, 'groups'];
  const rows = layers.map((layer) => {
    const { filters, taps, distinct, group } = layer;
    return row(layer.layer, [`${filters} x ${taps}`, String(distinct), String(group.size)], [layer]);
  });
  return table(
    [
      'layer',
      'kernels x taps',
      'distinct',
      'group',
      'operations',
      ...heads.map((head) => `pruned: ${head}`),
      ...heads.map((head) => `adders: ${head}`),
    ],
    [...rows, row('all', ['', '', ''], layers)],
  );
}

export async function reuse(
  { network, weights, tile, out: parent }: ReuseOptions,
  out: Console,
): Promise<CommandResult> {
  if (!Number.isInteger(tile) || tile < 1)
    fail({ code: 'NN001', where: '--tile', got: String(tile), legal: 'a positive integer' });
  const { graph } = await loadNetwork(network);
  const typed = typecheck(graph, weights);
  if (typed.weights.source === 'synthetic') out.warn(`${typed.name}: synthetic weights`);
  const layers = analyseReuse(typed, tile, (layer) => out.progress(`ordering the kernels of ${layer}`));
  if (layers.length === 0)
    fail({
      code: 'NN006',
      where: typed.name,
      got: 'no layer with binary weights',
      fix: `8-bit weights without their zeros: ${call('storage')}`,
    });
  const place = join(resolve(parent), 'reuse', typed.name);
  for (const layer of layers) writeText(join(place, `${layer.layer}.svg`), reuseSvg(typed.name, layer));
  const result = {
    network: typed.name,
    weights: typed.weights.source,
    tile,
    operationsPruned: savedByForm(layers, 'operations'),
    fullAddersPruned: savedByForm(layers, 'fullAdders'),
    layers,
  };
  writeJson(`${place}.json`, result);
  return {
    json: { ...result, svg: place },
    text: [
      tableOf(layers, tile),
      `${typed.name} (${typed.weights.describe}); no output changes. Pruned: share of the operations, taps ` +
        'evaluated a frame. Adders: share',
      'of the full adders of one window with wired weights, sums and compares included; layers of 8-bit pixels ' +
        'have others and are not counted.',
      'Tree: spanning tree over whole neurons; tiles: over tiles of their taps; groups: kernels ' +
        'that share class counts.',
      `written: ${place}/<layer>.svg and ${place}.json`,
    ].join('\n'),
    exitCode: 0,
  };
}
