// SPDX-License-Identifier: Apache-2.0
/** LUTs of an engine with early decision, and of nn_conv with nn_pool at the same folding. */
import type { TypedNode } from '../generator/ir/graph.ts';
import { earlyImages, earlyParameters, memoriesOf } from '../generator/architectures/dataflow/early/images.ts';
import { outputOf, type Early, type EarlyPlan } from '../generator/architectures/dataflow/early/layer.ts';
import type { Engine } from '../generator/stream-top/engine.ts';
import { lowerFolded } from '../generator/architectures/dataflow/matvec/folded-lower.ts';
import type { HardwareStream, MemoryImage, ParameterValue } from '../generator/hardware/hardware.ts';
import { synthesise } from '../generator/synth/index.ts';
import { libraryCells } from '../sim/early.ts';
import { vivado } from '../generator/toolchains/vivado/index.ts';

type SynthModule = Parameters<typeof synthesise>[0][number];

export interface Cost {
  readonly lut: number;
  readonly lutRam: number;
  readonly ff: number;
  readonly bram36: number;
  readonly levels: number | null;
}

const sources = libraryCells();
/** Weights and rows in block RAM, as nn_early has them. */
const lutPerBram = 0;

function moduleOf(
  name: string,
  top: string,
  parameters: Readonly<Record<string, ParameterValue>>,
  images: readonly MemoryImage[],
): SynthModule {
  const plain = Object.entries(parameters).map(([key, value]) => [
    key,
    typeof value === 'object' ? Number.parseInt(value.hex, 16) : value,
  ]);
  return {
    name,
    top,
    parameters: Object.fromEntries(plain),
    sources,
    memories: images.map(({ file, words }) => ({ name: file, text: `${words.join('\n')}\n` })),
  };
}

async function costs(modules: readonly SynthModule[]): Promise<Map<string, Cost>> {
  const found = await synthesise(modules, { target: vivado.synthesis('xc7'), jobs: 1 });
  return new Map(
    [...found].map(([name, r]) => [
      name,
      { lut: r.lut, lutRam: r.lutRam, ff: r.ff, bram36: r.bram36, levels: r.logicLevels.ffToFf },
    ]),
  );
}

export async function earlyCost(plan: EarlyPlan, early: Early, count = false): Promise<Cost> {
  const memories = memoriesOf(plan);
  const parameters = earlyParameters('early', plan, memories, { early, count });
  return (await costs([moduleOf('early', 'nn_early', parameters, earlyImages('early', plan, memories))])).get('early')!;
}

/** The engine that works in lockstep, and its pool. */
export async function lockstepCost(nodes: readonly [TypedNode, TypedNode], { layer, fold }: EarlyPlan): Promise<Cost> {
  const stream = (name: string, node: TypedNode, type: TypedNode['type'], lanes: number): HardwareStream => ({
    name: `${node.name}_${name}`,
    lanes,
    pixels: 1,
    elementBits: 1,
    type,
  });
  const input = stream('in', nodes[0], nodes[0].inputTypes[0]!, fold.simd);
  const output = stream('out', nodes[1], nodes[1].type, fold.pe);
  const engine: Engine = { name: 'lockstep', nodes, fold: { ...fold, pixels: 1 }, lutPerBram };
  const [cell] = lowerFolded(engine, input, output);
  const { rows, columns } = outputOf(layer);
  const modules = [moduleOf('conv', 'nn_conv', cell!.parameters, cell!.images)];
  if (layer.pool > 1)
    modules.push(
      moduleOf(
        'pool',
        'nn_pool',
        { HEIGHT: rows, WIDTH: columns, CHANNELS: layer.filters, LANES: fold.pe, SIZE: layer.pool },
        [],
      ),
    );
  const all = [...(await costs(modules)).values()];
  const sum = (of: keyof Cost) => all.reduce((total, cost) => total + (cost[of] ?? 0), 0);
  return {
    lut: sum('lut'),
    lutRam: sum('lutRam'),
    ff: sum('ff'),
    bram36: sum('bram36'),
    levels: Math.max(...all.map(({ levels }) => levels ?? 0)),
  };
}
