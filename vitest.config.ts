// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';

import { configDefaults, defineConfig } from 'vitest/config';
import { EndOfRun } from './test/suite/reporter.ts';
import { LongestFirst } from './test/suite/sequencer.ts';
import { slowFiles } from './test/suite/slow-files.ts';

const slow = Object.keys(slowFiles);
/** They put other modules in the place of some, so that each wants modules of its own. */
const mocked = [
  ...['emit/write', 'files/input-file', 'files/writable-file'].map((path) => `generator/${path}.test.ts`),
  'test/architectures.test.ts',
];

const own = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // As tsconfig.json says it.
  resolve: { alias: { 'bitloom/api': own('cli/api.ts'), bitloom: own('generator/index.ts') } },
  test: {
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Verilator and Yosys are the heavy part; two workers suit two cores.
    maxWorkers: 2,
    // Network files are read by Node itself, which takes TypeScript under tsx.
    execArgv: ['--import', 'tsx'],
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new EndOfRun()],
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['cli/**/*.test.ts', 'generator/**/*.test.ts', 'test/**/*.test.ts', 'sim/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...slow, ...mocked],
          // A worker reads the sources once for all of its files.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'mocked', include: mocked } },
      { extends: true, test: { name: 'slow', include: slow, isolate: false } },
    ],
  },
});
