import type { RE2JS } from 're2js';
import type { TaskView } from '../task/index.ts';
import type { DateFormat } from './date-format.ts';
import type { NumberFormat } from './number-format.ts';

/**
 * What the operators over entities read from a view. Made once for each view and shared by all conditions and both
 * evaluators, since looking for the same entity again and again is what would cost most.
 */
export interface Reading {
	readonly view: TaskView;
	confidence(entity: string): number;
	content(entity: string): string;
	number(entity: string, format: NumberFormat): number;
	date(entity: string, format: DateFormat): string;
	present(entity: string): boolean;
	count(entity: string): number;
	hasMeta(name: string, values: readonly string[] | null): boolean;
	/** Whether a whole text has the form of a pattern. */
	matches(pattern: RE2JS, text: string): boolean;
}

/** What an evaluation keeps for the next one of the same view. */
export interface KeptReading {
	reading: Reading | null;
}
