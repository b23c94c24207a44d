// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['cli/**/*.test.ts', 'generator/**/*.test.ts', 'test/**/*.test.ts', 'sim/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Verilator and Yosys are the heavy part; two workers suit two cores.
    maxWorkers: 2,
  },
});
