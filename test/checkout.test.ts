// SPDX-License-Identifier: Apache-2.0
/** The checkout as README shows it: npm's scripts, and network files anywhere that import from 'bitloom'. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { root, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const tiny = readFileSync(join(root, 'networks/tiny.ts'), 'utf8').replace('../generator/index.ts', 'bitloom');

/** A folder beside the checkout, with a package.json that says what `npm init` makes it say. */
function elsewhere(type: string): string {
  const path = join(folder, type);
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), JSON.stringify({ type }));
  return path;
}

test.each(['commonjs', 'module'])(
  'npm run --silent check -- --json: one object; a network in a %s package',
  async (type) => {
    expect(tiny).toContain("from 'bitloom'");
    const path = elsewhere(type);
    // The second file is JavaScript, and neither may bring a second DSL along.
    writeFileSync(join(path, 'layers.js'), "export { decide } from 'bitloom';\n");
    const text = tiny
      .replace(/^ +decide,\n/m, '')
      .replace('const weights', "import { decide } from './layers.js';\nconst weights");
    writeFileSync(join(path, 'net.ts'), text);
    const options = ['--board', 'kc705', '--network', join(path, 'net.ts'), '--json'];
    const ran = await execa('npm', ['run', '--silent', 'check', '--', ...options], { cwd: root, reject: false });
    expect([ran.exitCode, ran.stderr]).toEqual([0, expect.not.stringContaining('NN0')]);
    expect((JSON.parse(ran.stdout) as { report: object }).report).toMatchObject({ network: 'tiny' });
  },
);
