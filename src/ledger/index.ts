export { ownReadsSetting } from './own-reads-setting.ts';
export { brakeItself, brakeStateKey, heldOutKey, ruleStatePrefix } from './rule-state-setting.ts';
export type * from './types.ts';
