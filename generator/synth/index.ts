// SPDX-License-Identifier: Apache-2.0
export { levelLimit, synthesiseDesign, type SynthesisedDesign } from './synthesise-design.ts';
export { synthesise } from './synthesise.ts';
