// SPDX-License-Identifier: Apache-2.0
/** What an importer does not take, by the node it is about. */
import { fail } from '../../errors/errors.ts';
import type { Node } from './model.ts';

/** NN006. @param got what was found at the node @param legal what would be taken */
export type Refuse = (node: Node, got: string, legal: string, fix?: string) => never;

export const refuserOf =
  (where: string): Refuse =>
  (node, got, legal, fix) =>
    fail({
      code: 'NN006',
      where: `${where} › ${node.name}`,
      got: `${node.operator}: ${got}`,
      legal,
      ...(fix === undefined ? {} : { fix }),
    });
