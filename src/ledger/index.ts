export { ownReadsSetting } from './own-reads-setting.ts';
export type * from './types.ts';
