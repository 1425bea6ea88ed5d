import type { CompiledLogic } from '../language/types.ts';

/** One file of the rules folder: its name without folder (`invoice.json`) and its text. */
export interface RuleFile {
	readonly name: string;
	readonly text: string;
}

export type RuleMode = 'live' | 'shadow' | 'off';

export interface Condition {
	readonly id: string;
	/** The requirement in the owner's words. */
	readonly requirement: string;
	readonly compiled: CompiledLogic;
}

export interface Rule {
	/** The file's name without `.json`. */
	readonly id: string;
	readonly description: string;
	readonly owner: string | null;
	readonly mode: RuleMode;
	readonly appliesTo: {
		/** Null: any project. */
		readonly projects: readonly string[] | null;
		readonly stepTypes: readonly string[];
		/** All given names must be present with one of the values. */
		readonly meta: readonly { readonly name: string; readonly values: readonly string[] }[];
		readonly logic: CompiledLogic | null;
	};
	readonly requiredEntities: readonly string[];
	/** What people change in these says nothing of whether the task was right. */
	readonly irrelevantEntities: readonly string[];
	readonly conditions: readonly Condition[];
	/** 0..1 */
	readonly auditShare: number;
	/** How many are held out one after the other while the rule is new; see `shareInForce`. 0: it begins with its share. */
	readonly auditRamp: number;
	/** What is to be promised of what it passes; null: nothing. Both 0..1. */
	readonly promise: { readonly maxError: number; readonly certainty: number } | null;
	readonly quietMinutesAfterOpened: number;
	readonly holdMinutes: number;
	/** The canonical content of the rule without mode, prose and promise, as one JSON text. */
	readonly logicCanonical: string;
}

/** A whole, valid rules folder. Immutable. */
export interface RuleSet {
	/** SHA-256, hex, of `canonical`. */
	readonly revision: string;
	/** SHA-256, hex, of the logic alone: modes and prose aside. */
	readonly logicRevision: string;
	/** The canonical content of all rule files, as one JSON text. */
	readonly canonical: string;
	/** Sorted by id. Rules that are `off` are in it, so that a page can list them. */
	readonly rules: readonly Rule[];
}

/** One thing that is wrong (`error`: refuses the set) or doubtful (`warning`) in a rules folder. */
export interface Finding {
	readonly file: string;
	/** 1-based. */
	readonly line: number;
	/** 1-based. */
	readonly column: number;
	readonly severity: 'error' | 'warning';
	/** Stable, kebab-case, listed in `docs/findings.md`. */
	readonly code: string;
	readonly message: string;
	/** JSON Pointer of the place in the file, `""` for the root. */
	readonly pointer: string;
	readonly didYouMean?: string;
}

/** What the synchronous part of loading gives; the digests are computed outside core and make it a `RuleSet`. */
export type LoadedRules =
	| {
			readonly ok: true;
			readonly rules: readonly Rule[];
			readonly canonical: string;
			readonly logicCanonical: string;
			readonly findings: readonly Finding[];
	  }
	| { readonly ok: false; readonly findings: readonly Finding[] };
