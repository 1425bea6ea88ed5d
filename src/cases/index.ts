export { createSteps } from './steps.ts';
export type * from './types.ts';
