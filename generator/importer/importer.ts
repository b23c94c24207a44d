// SPDX-License-Identifier: Apache-2.0
/** A reader of whole models: what it makes of a file is a network file, its tensors and a page. */

/** How a pixel p of 0..255 reaches the model: (p · scale − mean) / std, of each channel. */
export interface InputMap {
  /** Absent: p / 255. */
  readonly scale?: number | undefined;
  /** One for all channels, or one each. Absent: 0. */
  readonly mean?: readonly number[] | undefined;
  /** Absent: 1. */
  readonly std?: readonly number[] | undefined;
}

export interface Imported {
  /** Path below the folder → contents. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** A row a layer, as the page and the command line show it. */
  readonly rows: readonly ImportedLayer[];
  readonly notes: readonly string[];
}

export interface ImportedLayer {
  readonly layer: string;
  readonly kind: string;
  /** Nodes of the model that it stands for, by name or operator. */
  readonly nodes: readonly string[];
  readonly bits: string;
  /** Of a channel; null where the layer has none. */
  readonly thresholds: number | null;
  readonly constantChannels: number | null;
  /** Thresholds beside which the model lies within one float32 ulp of a tie. */
  readonly ties: number | null;
}

export interface Importer {
  readonly name: string;
  /** By the file's bytes. */
  reads(bytes: Uint8Array): boolean;
  /**
   * @param name of the network: letters, digits, `_`
   * @param where the file, for messages
   * Throws NN006 and NN011, each with the node it is about.
   */
  read(bytes: Uint8Array, name: string, where: string, input: InputMap): Imported;
}
