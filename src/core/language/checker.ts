import { distance } from 'fastest-levenshtein';
import type { Json } from '../json.ts';
import type { Node } from './node.ts';
import type { ListName, ValueType } from './scopes.ts';

/** Leads from the expression's root to a place in it. */
export type Pointer = readonly (string | number)[];

/** What the checks of single operators share while one expression is checked. */
export interface Checker {
	/** Of the rule. */
	readonly locale: string | null;
	/** Notes a fault. */
	fault(pointer: Pointer, code: string, message: string, didYouMean?: string): null;
	/** Counts a part; false, with one fault in all, when there are too many. */
	hasRoom(pointer: Pointer): boolean;
	/** Checks a part of the expression; null when something is wrong with it. */
	check(json: Json, pointer: Pointer, scope: ListName | null): Node | null;
}

export const typeNames: Readonly<Record<ValueType, string>> = {
	boolean: 'true or false',
	number: 'a number',
	text: 'text',
	date: 'a date',
};

/** All of them, or null when one is missing. */
export function complete<T>(found: readonly (T | null)[]): readonly T[] | null {
	const all: T[] = [];
	for (const one of found) {
		if (one === null) return null;
		all.push(one);
	}
	return all;
}

/** The closest of some names, when it is close enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
	const folded = name.toLowerCase();
	let best: string | undefined;
	let least = Math.max(1, Math.floor(name.length / 3)) + 1;
	for (const one of known) {
		const far = distance(folded, one.toLowerCase());
		if (far < least) {
			least = far;
			best = one;
		}
	}
	// A name of one or two characters is close to everything.
	return name.length <= 2 && least > 0 ? undefined : best;
}

/** A name of the user's in a message. */
export function quote(name: string): string {
	return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}...` : name);
}
