// SPDX-License-Identifier: Apache-2.0
/**
 * Whole wired layers of the real cnvW1A1: the netlist that Yosys makes of one and the RTL beside it, in Icarus, against
 * integers.
 */
import { rmSync } from 'node:fs';
import { sharedData } from '../../generator/images/shared-data.ts';
import { workFolder } from '../../generator/processes/work-folder.ts';
import { countCells } from '../../generator/synth/count-cells.ts';
import { levelLimit } from '../../generator/synth/index.ts';
import { portLevels } from '../../generator/synth/logic-levels.ts';
import {
  decidingWindows,
  expected,
  netlistOf,
  netlistSources,
  simulate,
} from '../../generator/architectures/dataflow/wired/bench.fixture.ts';
import {
  emitWired,
  emitWiredPixels,
  latencyOf,
  wireLayer,
  wirePixels,
  type VerilogFile,
  type WiredStyle,
} from '../../generator/architectures/dataflow/wired/index.ts';
import { stimuli } from '../../generator/architectures/dataflow/wired/pixels.fixture.ts';
import { publishedFiles, publishedLayer, publishedNetwork, type PublishedLayer } from '../../test/published.ts';
import type { Proof } from './proof.ts';
import { vivado } from '../../generator/toolchains/vivado/index.ts';

/** Random windows; every kernel's own come on top. */
const randoms = 200;
const names = { prefix: 'proof', origin: 'sim/proof/netlist.ts' };

interface Wired {
  readonly files: readonly VerilogFile[];
  readonly latency: number;
  readonly windows: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** The layer's logic, and windows that meet every kernel's threshold exactly and miss it by one. */
function wired(layer: PublishedLayer, style: WiredStyle): Wired {
  if (layer.bits > 1) {
    const plan = wirePixels(layer);
    return { files: emitWiredPixels(plan, { ...names, style }), latency: latencyOf(plan), ...stimuli(layer, randoms) };
  }
  const plan = wireLayer(layer);
  const windows = decidingWindows(layer, randoms, 'proof');
  return {
    files: emitWired(plan, { ...names, style }),
    latency: latencyOf(plan),
    windows,
    outputs: windows.map((window) => expected(layer, window)),
  };
}

function netlistProof(name: string, style: WiredStyle): Proof {
  return {
    name: `netlist-${name}-${style}`,
    claim:
      `${name} of cnvW1A1, wired, ${style}: RTL and netlist give the same bits on ${randoms} random windows and ` +
      'at every threshold',
    needsPublishedFiles: true,
    async run(onProgress) {
      const network = await publishedNetwork('cnv', publishedFiles(sharedData!).cnvWeights);
      const { files, latency, windows, outputs } = wired(publishedLayer(network, name), style);
      const folder = workFolder('netlist');
      try {
        onProgress('RTL');
        const rtl = await simulate({ module: 'proof_wired', files, latency, windows, outputs });
        onProgress('Yosys');
        const netlist = await netlistOf(files, 'proof_wired', folder, style);
        onProgress('netlist');
        const after = await simulate({
          module: 'netlist',
          files: [],
          latency,
          windows,
          outputs,
          netlist: await netlistSources(folder),
        });
        const { lut, ff } = countCells(netlist, vivado.synthesis('xc7'));
        const { ffToFf, inToFf } = portLevels(netlist, vivado.synthesis('xc7'));
        const levels = Math.max(ffToFf ?? 0, ...Object.values(inToFf));
        const wanted = `checked ${windows.length}`;
        const passed = rtl === wanted && after === wanted && levels <= levelLimit;
        return {
          passed,
          text:
            `RTL ${rtl.split('\n')[0]}, netlist ${after.split('\n')[0]} windows; ${lut} LUTs, ${ff} flip-flops, ` +
            `${levels} levels`,
        };
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

export const netlistProofs: readonly Proof[] = [
  netlistProof('conv0', 'xc7'),
  netlistProof('conv0', 'portable'),
  netlistProof('conv1', 'xc7'),
  netlistProof('conv1', 'xcup'),
  netlistProof('conv1', 'portable'),
];
