import { execa } from 'execa';
import { expect, test } from 'vitest';

const run = (file: string, ...args: string[]) => execa('npx', ['tsx', file, ...args], { reject: false });

test.each([
  ['sim/proof.main.ts', ['--only', 'rtl-alxnet'], /rtl-alxnet.*Choices: .*"rtl-alexnet".*npm run proof -- --help/],
  ['sim/proof.main.ts', ['rtl-alexnet'], /^unknown: rtl-alexnet/],
  // Nothing would be proven, and all of it.
  ['sim/proof.main.ts', ['--only'], /^--only wants a value/],
  ['bench/early.ts', ['--layers', '1,2'], /^--layers is no number/],
  ['sim/mutants.main.ts', ['--all'], /^Unknown argument: all/],
  ['sim/sweep.main.ts', ['--sede', '3'], /^Unknown argument: sede/],
  ['sim/sweep.main.ts', ['--frames', 'few'], /^--frames is no number/],
  ['bench/estimates.ts', ['--only', 'cnv'], /"cnv-max".*npm run estimates/],
])('%s %j', async (file, args, said) => {
  const { exitCode, stderr } = await run(file, ...args);
  expect(exitCode).toBe(2);
  expect(stderr.replace(/\s+/g, ' ').trim()).toMatch(said);
});

test('--help says what a command proves, by name', async () => {
  const { exitCode, stdout } = await run('sim/proof.main.ts', '--help');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^rtl-mnist: mnist on KC705/m);
});
