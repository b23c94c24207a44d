// SPDX-License-Identifier: Apache-2.0
/**
 * What every refusal on the command line has in common: its exit code, the code on stderr, one JSON object on
 * stdout under --json and nothing there without it, and files that nobody touched.
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bitloom, contents, networkFile, temporaryFolder, type Surroundings } from './command-line.ts';
import { run } from './streams.ts';

const folder = temporaryFolder();
const pristine = join(folder, 'pristine');
const emptyPath = join(folder, 'no-tools');

/** A copy of the generated design, spoiled. */
function spoiled(name: string, spoil: (design: string) => void): string {
  const out = join(folder, name);
  cpSync(pristine, out, { recursive: true });
  spoil(join(out, 'tiny-kc705'));
  return out;
}

function edited(file: string, from: string | RegExp, to: string): void {
  const before = readFileSync(file, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
}

beforeAll(async () => {
  mkdirSync(emptyPath);
  const { exitCode } = await bitloom([
    'gen',
    '--board',
    'kc705',
    '--network',
    'tiny',
    '--fps',
    '100000',
    '--out',
    pristine,
  ]);
  expect(exitCode).toBe(0);
});

interface Refusal {
  readonly args: readonly string[];
  /** Folder that must stay as it is. */
  readonly out?: string;
  readonly code: string;
  readonly exitCode?: number;
  readonly says?: RegExp;
  readonly around?: Surroundings;
}

const kc705 = ['--board', 'kc705'];
const tiny = [...kc705, '--network', 'tiny'];
const quick = ['--frames', '1', '--stall', '0'];

/** Listed as functions: the folders they spoil exist only once the design was generated. */
const refusals: Readonly<Record<string, () => Refusal>> = {
  'a mistyped option': () => ({
    args: ['gen', '--bord', 'kc705'],
    code: 'NN001',
    says: /--bord .*did you mean --board\?/,
  }),
  'a missing option': () => ({ args: ['gen'], code: 'NN001', says: /Missing required argument: board/ }),
  'an option without its value': () => ({
    args: ['gen', ...tiny, '--weights'],
    code: 'NN001',
    says: /--weights · no value/,
  }),
  'an unknown command': () => ({ args: ['genn', ...tiny], code: 'NN001', says: /"genn" .*did you mean gen\?/ }),
  'no command': () => ({ args: [], code: 'NN001' }),
  'a stray word': () => ({ args: ['gen', ...tiny, 'now'], code: 'NN001', says: /Unknown argument: now/ }),
  'a negated option': () => ({
    args: ['gen', '--no-board', ...tiny],
    code: 'NN001',
    says: /--no-board · no option of gen/,
  }),
  'an unknown board': () => ({ args: ['check', '--board', 'zcu140'], code: 'NN002', says: /did you mean zcu104\?/ }),
  'an unknown network': () => ({
    args: ['gen', ...kc705, '--network', 'cvn'],
    code: 'NN003',
    says: /did you mean cnv\?/,
  }),
  'a rate that is no number': () => ({ args: ['gen', ...tiny, '--fps', 'NaN'], code: 'NN001' }),
  'primitives that are neither on nor off': () => ({
    args: ['gen', ...tiny, '--primitives', 'maybe'],
    code: 'NN001',
    says: /--primitives · "maybe" .*legal: on off/,
  }),
  'a mistyped reuse': () => ({
    args: ['gen', ...tiny, '--reuse', 'atuo'],
    code: 'NN001',
    says: /--reuse · "atuo" .*legal: on off auto .*did you mean auto\?/,
  }),
  'a mistyped early decision': () => ({
    args: ['gen', ...tiny, '--early', 'yes'],
    code: 'NN001',
    says: /--early · "yes" .*legal: on off auto/,
  }),
  'a calibration of nothing': () => ({
    args: ['gen', ...tiny, '--calibration', join(folder, 'absent')],
    code: 'NN001',
    says: /--calibration · no early decision to calibrate .*fix: --early on/,
  }),
  'calibration images that are not there': () => ({
    args: ['gen', ...tiny, '--early', 'on', '--calibration', join(folder, 'absent')],
    code: 'NN020',
  }),
  'calibration images of another size': () => {
    const images = join(folder, 'five.raw');
    writeFileSync(images, 'bytes');
    return { args: ['gen', ...tiny, '--early', 'on', '--calibration', images], code: 'NN021' };
  },
  'no calibration images at all': () => ({
    args: ['gen', ...tiny, '--early', 'on', '--calibration-limit', '0'],
    code: 'NN001',
    says: /--calibration-limit · 0 .*legal: 1\.\.1000/,
  }),
  'reuse of a network of bytes': () => ({
    args: ['reuse', '--network', 'resnet8'],
    code: 'NN006',
    says: /resnet8 · no layer with binary weights/,
  }),
  'a tile of nothing': () => ({
    args: ['reuse', '--network', 'tiny', '--tile', '0'],
    code: 'NN001',
    says: /--tile · 0 .*legal: a positive integer/,
  }),
  'a negative price': () => ({
    args: ['gen', ...tiny, '--bram-price', '-1'],
    code: 'NN001',
    says: /--bram-price · -1 .*legal: a number of LUTs, 0 or more/,
  }),
  'a price of another design': () => ({
    args: ['verify', ...tiny, ...quick, '--bram-price', '99'],
    out: pristine,
    code: 'NN031',
    says: /legal: a design of: .*--bram-price 99/,
  }),
  'a negative rate': () => ({ args: ['gen', ...tiny, '--fps', '-1'], code: 'NN001', says: /--fps · "-1"/ }),
  'a rate out of reach': () => ({ args: ['gen', ...tiny, '--fps', '1e99'], code: 'NN015' }),
  'weights that are not there': () => ({ args: ['gen', ...tiny, '--weights', join(folder, 'absent')], code: 'NN010' }),
  'a design too large': () => ({
    args: ['gen', ...kc705, '--network', 'binarynet', '--fps', '20000'],
    code: 'NN016',
    exitCode: 1,
  }),
  'a design too large, checked': () => ({
    args: ['check', ...kc705, '--network', 'binarynet', '--fps', '20000'],
    code: 'NN016',
    exitCode: 1,
  }),
  'a network file that throws': () => ({
    args: ['gen', ...kc705, '--network', networkFile(folder, 'throw 7;')],
    code: 'NN004',
  }),
  'a network named to escape': () => ({
    args: ['gen', ...kc705, '--network', networkFile(folder, 'return pixels;', { name: '../../evil' })],
    code: 'NN032',
  }),
  'a rate for a sweep over rates': () => ({
    args: ['pareto', ...tiny, '--fps', '1000'],
    code: 'NN001',
    says: /--fps · no option of pareto/,
  }),
  'a sweep over one array': () => ({
    args: ['pareto', ...tiny, '--arch', 'shared'],
    code: 'NN001',
    says: /--arch · shared, which has no foldings to sweep · legal: dataflow/,
  }),
  'early decision on one array': () => ({
    args: ['gen', ...tiny, '--arch', 'shared', '--early', 'on'],
    code: 'NN001',
    says: /--early · on with --arch shared .*legal: with --arch dataflow/,
  }),
  'units of no array': () => ({
    args: ['gen', ...tiny, '--units', '4'],
    code: 'NN001',
    says: /--units · 4 with --arch dataflow .*fix: --arch shared/,
  }),
  'a chart that nobody can write': () => ({ args: ['pareto', ...tiny], out: '/proc/bitloom', code: 'NN030' }),
  'images that are not there': () => ({
    args: ['infer', '--network', 'tiny', '--images', join(folder, 'absent')],
    code: 'NN020',
  }),
  'a network without recipe': () => ({ args: ['train', '--network', 'cnv'], code: 'NN003' }),
  'a folder in the place of trained weights': () => ({
    args: ['train', '--network', 'mnist', '--out', folder],
    code: 'NN030',
    says: /--out .* not a file/,
  }),
  'a file in the place of the folder': () => {
    const out = join(folder, 'file');
    writeFileSync(out, 'mine');
    return { args: ['gen', ...tiny], out, code: 'NN030', says: /ENOTDIR/ };
  },
  'a folder that nobody can make': () => ({ args: ['gen', ...tiny], out: '/proc/bitloom', code: 'NN030' }),
  "a folder of the user's own": () => {
    const out = spoiled('own', (design) => {
      rmSync(design, { recursive: true });
      mkdirSync(design);
      writeFileSync(join(design, 'manifest.json'), '{ "name": "a web page" }');
    });
    return { args: ['gen', ...tiny], out, code: 'NN030', says: /no generated design/ };
  },
  'a wave where no folder is': () => ({
    args: ['verify', ...tiny, ...quick, '--wave', join(folder, 'absent', 'f.fst')],
    out: pristine,
    code: 'NN030',
    says: /--wave/,
  }),
  'a damaged manifest': () => ({
    args: ['verify', ...tiny, ...quick],
    out: spoiled('damaged', (d) => writeFileSync(join(d, 'manifest.json'), '{')),
    code: 'NN031',
  }),
  'a manifest that lost a field': () => ({
    args: ['report', ...tiny],
    out: spoiled('fields', (d) => edited(join(d, 'manifest.json'), '"weights"', '"weight"')),
    code: 'NN031',
    says: /fields missing/,
  }),
  'a manifest that leads elsewhere': () => ({
    args: ['report', ...tiny],
    out: spoiled('leads', (d) => edited(join(d, 'manifest.json'), '"filelist.f"', '"../../../etc/passwd"')),
    code: 'NN031',
    says: /fields missing/,
  }),
  'a missing rtl file': () => ({
    args: ['verify', ...tiny, ...quick],
    out: spoiled('missing', (d) => rmSync(join(d, 'rtl', 'tiny_top.v'))),
    code: 'NN031',
    says: /tiny_top\.v · the file is gone/,
  }),
  'a file list that names a missing file': () => ({
    args: ['verify', ...tiny, ...quick],
    out: spoiled('list', (d) => edited(join(d, 'filelist.f'), 'rtl/tiny_top.v', 'rtl/other_top.v')),
    code: 'NN031',
    says: /filelist\.f .*tiny_top\.v is not named/,
  }),
  'a missing memory image': () => ({
    args: ['synth', ...tiny],
    out: spoiled('image', (d) => rmSync(join(d, 'mem', 'fc0_weights.mem'))),
    code: 'NN031',
    says: /fc0_weights\.mem · the file is gone/,
  }),
  'a damaged estimate': () => ({
    args: ['report', ...tiny],
    out: spoiled('estimate', (d) => writeFileSync(join(d, 'report', 'estimate.json'), '')),
    code: 'NN031',
  }),
  'options of another design': () => ({
    args: ['verify', ...tiny, ...quick, '--fps', '1000'],
    out: pristine,
    code: 'NN031',
    says: /a design of: .*--fps 100000.* legal: a design of: .*--fps 1000 /,
  }),
  'Verilator missing': () => ({
    args: ['verify', ...tiny, ...quick],
    out: pristine,
    code: 'NN040',
    around: { env: { PATH: emptyPath } },
  }),
  'broken Verilog': () => ({
    args: ['verify', ...tiny, ...quick],
    out: spoiled('broken', (d) => edited(join(d, 'rtl', 'tiny_top.v'), /endmodule/, 'endmodul')),
    code: 'NN041',
    says: /rtl\/tiny_top\.v:\d+ · verilator: syntax error.* fix: rtl\/tiny_top\.v was edited since it was generated: mend it/,
  }),
  'a compiler that is killed': () => {
    const tools = join(folder, 'killed-make');
    mkdirSync(tools);
    writeFileSync(join(tools, 'make'), '#!/bin/sh\nkill -9 $$\n');
    chmodSync(join(tools, 'make'), 0o755);
    // Its own edit, so that no simulator of these files was built before.
    const out = spoiled('killed', (d) => edited(join(d, 'rtl', 'tiny_top.v'), 'endmodule', `endmodule // ${folder}`));
    return {
      args: ['verify', ...tiny, ...quick],
      out,
      code: 'NN041',
      says: /SIGKILL/,
      around: { env: { PATH: `${tools}:${process.env['PATH']}` } },
    };
  },
};

describe('a refusal', () => {
  test.concurrent.each(Object.keys(refusals))('%s', async (name) => {
    const { args, code, exitCode = 2, says = /./, out = join(folder, `out of ${name}`), around } = refusals[name]!();
    const withOut = args.length === 0 || ['infer', 'train'].includes(args[0]!) ? args : [...args, '--out', out];
    const before = contents(out);
    // A process of its own only where its surroundings are others than here.
    const ran = around ? await bitloom([...withOut, '--json'], around) : await run([...withOut, '--json']);
    expect(ran.stderr).toMatch(new RegExp(`^${code} `, 'm'));
    expect(ran.stderr).toMatch(says);
    expect(ran.exitCode).toBe(exitCode);
    const { issues } = JSON.parse(ran.stdout) as { issues: { code: string }[] };
    expect(new Set(issues.map((issue) => issue.code))).toEqual(new Set([code]));
    expect(contents(out)).toEqual(before);
  });
});

test('without --json nothing is said on stdout', async () => {
  for (const args of [
    ['gen', '--bord', 'kc705'],
    ['gen', ...tiny, '--fps', '-1'],
  ]) {
    const { exitCode, stdout, stderr } = await bitloom(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^NN001 /);
  }
});

test('a fault of the program itself is neither a mismatch nor bad input', async () => {
  const hook = join(folder, 'broken.cjs');
  writeFileSync(hook, "Number.prototype.toLocaleString = () => { throw new TypeError('broken on purpose'); };");
  const ran = await bitloom(['check', ...tiny, '--json'], { node: ['--require', hook] });
  expect(ran.exitCode).toBe(3);
  expect(JSON.parse(ran.stdout)).toMatchObject({ issues: [], internal: expect.stringContaining('broken on purpose') });
  expect(ran.stderr).toContain('please report it');
});
