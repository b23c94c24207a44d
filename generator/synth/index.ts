export { levelLimit, synthesiseDesign, type SynthesisedDesign } from './synthesise-design.ts';
export { synthesise } from './synthesise.ts';
