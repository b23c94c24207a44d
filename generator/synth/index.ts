export { composeLevels } from './compose-levels.ts';
export { synthesise, type Resources, type SynthModule } from './synthesise.ts';
