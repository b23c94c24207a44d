/** Depth of the logic of a large design, by Yosys: the machine's own where there is one, else the npm build. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { xc7z100 } from '../../generator/boards/xc7z100.ts';
import { instancesOf } from '../../generator/emit/instances.ts';
import { planFiles } from '../../generator/emit/plan.ts';
import { writePlan } from '../../generator/emit/write.ts';
import { loadNetwork } from '../../generator/load-network.ts';
import { build, requireFit, typecheck } from '../../generator/pipeline.ts';
import { levelLimit, synthesiseDesign } from '../../generator/synth/index.ts';
import type { Proof } from './proof.ts';

export const levelsCnv: Proof = {
  name: 'levels-cnv',
  claim: `cnv on XC7Z100 at 55,555 frames/s: no register-to-register path of more than ${levelLimit} LUT levels`,
  needsPublishedFiles: false,
  async run(onProgress) {
    const typed = typecheck((await loadNetwork('cnv')).graph);
    const design = build(typed, { board: xc7z100, architecture: 'dataflow', clockMhz: xc7z100.clockMhz, fps: 55_555 });
    requireFit(design);
    const parent = mkdtempSync(join(tmpdir(), 'bitloom-levels-'));
    try {
      const folder = writePlan(planFiles(design, { network: design.name, defaulted: false }), parent, design.name);
      const native = execaSync('yosys', ['-V'], { reject: false }).exitCode === 0;
      const { levels, totals, distinctModules, cached } = await synthesiseDesign(instancesOf(design), folder, {
        family: xc7z100.family,
        build: native ? 'native' : 'wasm',
        onProgress: ({ done, total }) => onProgress(`${done} of ${total} modules`),
      });
      return {
        passed: levels.ffToFf !== null && levels.ffToFf <= levelLimit,
        text:
          `${levels.ffToFf} levels (${levels.path.join(' > ')}), between modules ${levels.crossing}; ` +
          `${totals.lut.toLocaleString('en-US')} Yosys LUTs; ${totals.staDelayNs?.toFixed(2)} ns, estimate without routing (Yosys sta); ` +
          `${distinctModules} modules, ${cached} from the cache, ${native ? 'native' : 'npm'} Yosys`,
      };
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  },
};
