// SPDX-License-Identifier: Apache-2.0
/** One proof: what it claims, and what was found. */
export interface Found {
  readonly passed: boolean;
  /** Figures when it passed, the first fault when it did not. */
  readonly text: string;
}

export interface Proof {
  /** For --only. */
  readonly name: string;
  readonly claim: string;
  readonly needsPublishedFiles: boolean;
  run(onProgress: (text: string) => void): Promise<Found>;
}
