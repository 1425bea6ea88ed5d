import type { PackedRules } from './bundle-module.ts';

/** What the module behind `#rules` exports; `greenlane bundle` writes it, outside of git. */
export declare const packed: PackedRules;
