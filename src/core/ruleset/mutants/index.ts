export { editJson } from './edit-json.ts';
export { findMutants } from './find-mutants.ts';
export type { Mutant, MutantKind } from './mutant.ts';
