// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { boardNamed } from '../boards/index.ts';
import { loadNetwork } from '../network-file/load-network.ts';
import { buildDataflow } from '../architectures/dataflow/index.ts';
import { typecheck } from '../passes/typecheck.ts';
import { estimateReport } from '../stream-top/estimate-report.ts';
import { reportPage } from './page.ts';
import type { Report, VerificationReport } from './report.ts';

const design = buildDataflow(typecheck((await loadNetwork('tiny')).graph), {
  board: boardNamed('kc705'),
  clockMhz: 200,
  fps: 100_000,
});
const tiny: Report = estimateReport(design, { defaulted: false });

const verification: VerificationReport = {
  passed: true,
  frames: 6,
  warmupFrames: 3,
  mismatches: 0,
  stallPercent: [0, 30],
  simulator: 'Verilator 5',
  initiationIntervalMeasured: 1234,
  latencyMeasured: 5678,
  modifiedFiles: [],
  memoryFaults: [],
};
const verified = (change: Partial<VerificationReport> = {}): Report => ({
  ...tiny,
  verification: { ...verification, ...change },
});

/** The pictures of a page, as SVG. */
const pictures = (page: string) =>
  [...page.matchAll(/src="data:image\/svg\+xml;base64,([^"]*)"/g)].map(([, text]) =>
    Buffer.from(text!.replaceAll('&#x3D;', '='), 'base64').toString(),
  );

test('an estimate is called one, and is not verified', () => {
  const page = reportPage(tiny);
  expect(page).toContain('Not verified yet');
  expect(page).toContain('estimate, before synthesis');
  expect(page).toContain('synthetic: random, no accuracy is implied');
  expect(page).not.toContain('measured in Verilator');
  expect(page).not.toContain('Yosys, not');
});

test('a verdict is the verification’s, not a count of differences', () => {
  expect(reportPage(verified())).toMatch(/class="verdict equal">EQUAL: [^<]*6 frames, stalls of 0 30 %/);
  // A deadlock: nothing came that could differ.
  expect(reportPage(verified({ passed: false }))).toContain('class="verdict differs">NOT PROVEN');
  const memoryFaults = [{ file: 'mem/a.mem', line: 1, what: 'a', text: 'mem/a.mem line 1: 1 <word> missing' }];
  expect(reportPage(verified({ passed: false, memoryFaults }))).toContain(
    'class="verdict differs">NOT EQUAL: mem/a.mem line 1: 1 &lt;word',
  );
  expect(reportPage(verified({ modifiedFiles: ['rtl/nn_conv_mvu.v'] }))).toContain(
    'modified since generated: rtl/nn_conv_mvu.v',
  );
});

test('pictures have every layer with its clocks, modelled and measured', () => {
  const [clocks, ...others] = pictures(
    reportPage({ ...tiny, layers: tiny.layers.map((layer, i) => ({ ...layer, cyclesMeasured: 10_001 + i })) }),
  );
  expect(others.length).toBeGreaterThan(0);
  tiny.layers.forEach(({ name, cyclesModelled }, i) => {
    expect(clocks).toContain(`>${name}<`);
    expect(clocks).toContain(`>${cyclesModelled.toLocaleString('en-US')}<`);
    expect(clocks).toContain(`>${(10_001 + i).toLocaleString('en-US')}<`);
  });
});

test('what is unknown is a question mark, in the table and not in the pictures', () => {
  const page = reportPage(tiny);
  expect(page).toContain('<td>?</td>');
  expect(reportPage({ ...tiny, totals: { ...tiny.totals, lut: null } })).toMatch(
    /LUT<\/th><td>\?[^<]*<\/td><td class="note">npm run synth counts them/,
  );
  expect(pictures(page).join()).not.toMatch(/measured|null|NaN/);
});

test('a page stands alone, and names are text', () => {
  const page = reportPage({ ...tiny, network: '<script>&"' });
  expect(page).toContain('&lt;script&gt;&amp;&quot; on kc705');
  expect(page).not.toContain('<script');
  expect(page.replace(/base64,[^"]*/g, '')).not.toMatch(/https?:|href|@import|url\(/);
});

test('the same report gives the same bytes', () => expect(reportPage(verified())).toBe(reportPage(verified())));
