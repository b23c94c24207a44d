// SPDX-License-Identifier: Apache-2.0
/** For tests: published networks and images beside the repository. The project itself never needs them. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** The folder, or undefined where it is absent; then this says so, and the tests that need it skip. */
export const sharedData: string | undefined = existsSync(folder) ? folder : undefined;

if (!sharedData) console.warn('skipped: tests on published files: ../shared/data is absent');
