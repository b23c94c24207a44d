// SPDX-License-Identifier: Apache-2.0
/** Depth of the logic of a large design, by Yosys: the machine's own where there is one, else the npm build. */
import { execaSync } from 'execa';
import { xc7z100 } from '../../generator/boards/xc7z100.ts';
import { requireFit } from '../../generator/design/fit.ts';
import { levelLimit } from '../../generator/synth/index.ts';
import { designAt, synthesiseBuilt } from '../synthesise-built.ts';
import type { Proof } from './proof.ts';

export const levelsCnv: Proof = {
  name: 'levels-cnv',
  claim: `cnv on XC7Z100 at 55,555 frames/s: no register-to-register path of more than ${levelLimit} LUT levels`,
  needsPublishedFiles: false,
  async run(onProgress) {
    const design = await designAt('cnv', xc7z100, 55_555);
    requireFit(design);
    const build = execaSync('yosys', ['-V'], { reject: false }).exitCode === 0 ? 'native' : 'wasm';
    const { levels, totals, distinctModules, cached } = await synthesiseBuilt(design, build, onProgress);
    return {
      passed: levels.ffToFf !== null && levels.ffToFf <= levelLimit,
      text:
        `${levels.ffToFf} levels (${levels.path.join(' > ')}), between modules ${levels.crossing}; ` +
        `${totals.lut.toLocaleString('en-US')} Yosys LUTs; ${totals.staDelayNs?.toFixed(2)} ns, estimate ` +
        'without routing (Yosys sta); ' +
        `${distinctModules} modules, ${cached} from the cache, ${build} Yosys`,
    };
  },
};
