export { type ContentReading, createContentReader, type ReadContent } from './kept-content.ts';
export { createSteps } from './steps.ts';
export type * from './types.ts';
