import type { Json } from '../../json.ts';
import type { Path } from '../parse-json.ts';

/**
 * What was done to a rule. `threshold`: a number or a day moved by one step; `comparison`: with or without the limit itself,
 * or the other way round; `junction`: and for or; `quantifier`: all, some, none; `arithmetic`: min for max, + for -;
 * `negation`: the opposite; `constant`: false for true; the others leave something out.
 */
export type MutantKind =
	| 'threshold'
	| 'comparison'
	| 'junction'
	| 'quantifier'
	| 'arithmetic'
	| 'negation'
	| 'constant'
	| 'drop-operand'
	| 'drop-condition'
	| 'drop-required'
	| 'drop-applies';

/** A change of one place. */
export interface Change {
	readonly kind: MutantKind;
	/** The place that is changed, and whether its key or its value is what to look at. */
	readonly path: Path;
	readonly what: 'key' | 'value';
	/** As it is written, shortened where it is long. */
	readonly from: string;
	/** The same, as it was changed; `nothing` for what was left out. */
	readonly to: string;
	/** Which case would notice: a sentence without its beginning `Add a case` and its full stop. */
	readonly hint: string;
}

/** A rule file with one small mistake put into it, which some case should notice. */
export interface Mutant extends Change {
	/** `applies`, `required:<entity>` or the id of a condition. */
	readonly part: string;
	/** The condition whose logic was changed; null when something else was. */
	readonly condition: number | null;
	/** The whole rule file as changed. */
	readonly rule: Json;
}

/** A value as it is written, shortened. */
export function writeShort(value: Json): string {
	const text = JSON.stringify(value);
	return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
