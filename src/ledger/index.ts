export { type OwnReads, ownReadsSetting, toOwnReads } from './own-reads-setting.ts';
export { brakeItself, brakeStateKey, heldOutKey, ruleStatePrefix } from './rule-state-setting.ts';
export type * from './types.ts';
