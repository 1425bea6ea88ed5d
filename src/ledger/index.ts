export { ownReadsSetting } from './own-reads-setting.ts';
export { brakeStateKey, heldOutKey } from './rule-state-setting.ts';
export type * from './types.ts';
