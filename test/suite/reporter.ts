// SPDX-License-Identifier: Apache-2.0
/**
 * The end of a run: why tests were skipped, and whether checks have vanished from test/checks.txt. A skipped test
 * without a reason and a check that is gone make the run fail.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { entriesOf, listFile, missing, parseChecks, type Checks } from './checks.ts';

/** A line with which a test file says why it skips something, as test/absent.ts does. */
const reasonLine = /^.*\bskipped: .*$/gm;

export class EndOfRun implements Reporter {
  private vitest: Vitest | undefined;
  private readonly reasons = new Map<string, Set<string>>();

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onUserConsoleLog({ content, taskId = '' }: { readonly content: string; readonly taskId?: string }): void {
    for (const [reason] of content.matchAll(reasonLine))
      this.reasons.set(taskId, (this.reasons.get(taskId) ?? new Set()).add(reason));
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    // Tests that a pattern of names leaves out are called skipped too.
    if (this.vitest!.config.testNamePattern) return;
    const faults = [...this.skipped(modules), ...this.vanished(modules)];
    if (faults.length === 0) return;
    console.error(`\n${faults.join('\n')}`);
    process.exitCode = 1;
  }

  /** Prints the skipped tests with their reasons. @returns those that have none */
  private skipped(modules: readonly TestModule[]): string[] {
    return modules.flatMap((module) => {
      const count = [...module.children.allTests('skipped')].length;
      if (count === 0) return [];
      const file = this.fileOf(module);
      const reasons = [...(this.reasons.get(module.id) ?? [])];
      if (reasons.length === 0) return [`${file}: ${count} skipped, and no reason is said`];
      console.log(`${file}: ${count} skipped\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
      return [];
    });
  }

  /** Checks of the files that ran which are no longer there. */
  private vanished(modules: readonly TestModule[]): string[] {
    const whole = modules.filter((module) => module.errors().length === 0);
    const ran: Checks = new Map(
      whole.map((module) => [
        this.fileOf(module),
        entriesOf([...module.children.allTests()].map(({ fullName }) => fullName)),
      ]),
    );
    const listed = parseChecks(readFileSync(listFile, 'utf8'));
    const gone = missing(new Map([...listed].filter(([file]) => ran.has(file))), ran);
    const unlisted = missing(ran, listed);
    if (unlisted.length > 0)
      console.log(`${unlisted.length} entries are not yet in test/checks.txt: npm run tests -- --renew`);
    return gone.map((entry) => `gone from the checks: ${entry} (if that is meant: npm run tests -- --renew)`);
  }

  private readonly fileOf = (module: TestModule) => relative(this.vitest!.config.root, module.moduleId);
}
