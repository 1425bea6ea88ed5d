export { ownReadsSetting } from './own-reads-setting.ts';
export { brakeItself, brakeStateKey, heldOutKey } from './rule-state-setting.ts';
export type * from './types.ts';
