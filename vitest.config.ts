// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const own = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // As tsconfig.json says it.
  resolve: { alias: { 'bitloom/api': own('cli/api.ts'), bitloom: own('generator/index.ts') } },
  test: {
    include: ['cli/**/*.test.ts', 'generator/**/*.test.ts', 'test/**/*.test.ts', 'sim/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Verilator and Yosys are the heavy part; two workers suit two cores.
    maxWorkers: 2,
  },
});
