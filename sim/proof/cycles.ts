// SPDX-License-Identifier: Apache-2.0
/**
 * The cycle model, layer by layer: each layer of a network in turn is made the slowest, and sets the measured interval.
 */
import { dataflowOf } from '../../generator/architectures/dataflow/layers/layers.ts';
import type { Board } from '../../generator/boards/board.ts';
import { xc7z100 } from '../../generator/boards/xc7z100.ts';
import { planFiles } from '../../generator/emit/plan.ts';
import type { TypedGraph } from '../../generator/ir/graph.ts';
import { elementCount } from '../../generator/ir/types.ts';
import { loadNetwork } from '../../generator/network-file/load-network.ts';
import { legalFolds, type Pins } from '../../generator/architectures/dataflow/map/candidates.ts';
import { randomFrom } from '../../generator/passes/random.ts';
import { buildDataflow } from '../../generator/architectures/dataflow/index.ts';
import { lower } from '../../generator/passes/lower.ts';
import { typecheck } from '../../generator/passes/typecheck.ts';
import type { StreamDesign } from '../../generator/stream-top/design.ts';
import type { Fold } from '../../generator/stream-top/engine.ts';
import { inFolder } from '../../generator/emit/in-folder.ts';
import { verify } from '../verify.ts';
import type { Proof } from './proof.ts';

const frames = 7;

function designsOf(typed: TypedGraph, board: Board, fps: number): { layer: string; design: StreamDesign }[] {
  const options = { board, clockMhz: board.clockMhz, primitives: board.family } as const;
  const { engines, interval } = buildDataflow(typed, { ...options, fps }).placement;
  const pins: Pins = Object.fromEntries(
    engines.filter(({ nodes }) => dataflowOf(nodes[0]!).cost.foldAxes).map(({ name, fold }) => [name, fold]),
  );
  const { nodes } = lower(typed);
  return engines
    .filter(({ lanes }) => lanes > 0)
    .flatMap((engine) => {
      const node = nodes.find(({ name }) => name === engine.name)!;
      const { cost } = dataflowOf(node);
      const clocks = (fold: Fold) => {
        const folded = { name: node.name, nodes: [node], fold, lutPerBram: 0 };
        return cost.cycles(folded, cost.inputBeat(folded, engine.input));
      };
      const [slower] = legalFolds(node)
        .filter((fold) => clocks(fold) > interval)
        .sort((a, b) => clocks(a) - clocks(b));
      return slower
        ? [
            {
              layer: engine.name,
              design: buildDataflow(typed, { ...options, fps, pins: { ...pins, [engine.name]: slower } }),
            },
          ]
        : [];
    });
}

function cyclesOf(network: string, fps: number): Proof {
  return {
    name: `cycles-${network}`,
    claim:
      `${network} on XC7Z100: each layer in turn the slowest, the interval measured is that layer's in the cycle ` +
      'model',
    needsPublishedFiles: false,
    async run(onProgress) {
      const typed = typecheck((await loadNetwork(network)).graph);
      const random = randomFrom('frames of the cycle model');
      const pixels = elementCount(typed.nodes[0]!.type);
      const images = Array.from({ length: frames }, () => Uint8Array.from({ length: pixels }, () => random() * 256));
      const found: string[] = [];
      let passed = true;
      for (const { layer, design } of designsOf(typed, xc7z100, fps)) {
        const modelled = design.placement.engines.find(({ name }) => name === layer)!.cycles;
        const result = await inFolder(planFiles(design, { network, defaulted: false }), (folder) =>
          verify(design, {
            folder,
            frames: images,
            stalls: [0],
            onProgress: (text) => onProgress(`${layer}: ${text}`),
          }),
        );
        const measured = result.initiationIntervalMeasured;
        const equal = result.passed && measured === modelled && design.placement.interval === modelled;
        passed &&= equal;
        found.push(
          equal
            ? `${layer} ${measured}`
            : `${layer} ${measured}, MODELLED ${modelled}${result.passed ? '' : ', BITS DIFFER'}`,
        );
      }
      return { passed: passed && found.length > 0, text: `clocks a frame: ${found.join(', ')}` };
    },
  };
}

export const cyclesCnv = cyclesOf('cnv', 20_000);
export const cyclesBinarynet = cyclesOf('binarynet', 4_000);
