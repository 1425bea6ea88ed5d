import * as z from 'zod';
import type { Json } from '../core/json.ts';

/** What `elementRecords` gives, as it was stored. */
const schema = z.object({
	version: z.number(),
	/** Left out before there was more than one. */
	normaliser: z.number().optional(),
	irrelevant: z.array(z.string()).default([]),
	elements: z.array(z.object({ id: z.string(), kind: z.string(), entity: z.string().optional(), hash: z.string() })),
});

/** How many elements of a kind differ, by what happened to them. Nothing of what stands in them. */
export type Differences = Readonly<Record<string, Readonly<Record<'changed' | 'removed' | 'added', number>>>>;

export type Compared =
	| { readonly outcome: 'equal' }
	| { readonly outcome: 'different'; readonly differences: Differences }
	/** They cannot be compared, and why: a code. */
	| {
			readonly outcome: 'incomparable';
			readonly why: 'no-elements' | 'other-version' | 'other-elements' | 'repeated-ids';
	  };

/**
 * Compares the elements of a task as they were decided on with those of a later read, by kind, id, entity and keyed hash: the
 * right text under the wrong name is wrong. Both must have been hashed by the same key. When not one id is there any more, the
 * task was read anew, and nobody can tell; nor when an id stands twice in a kind: which of the two became which is not known.
 * What the decision says is irrelevant is left out.
 */
export function compareElements(decided: Json, now: Json): Compared {
	const [before, after] = [schema.safeParse(decided), schema.safeParse(now)];
	if (!before.success || !after.success) return { outcome: 'incomparable', why: 'no-elements' };
	if (before.data.version !== after.data.version) return { outcome: 'incomparable', why: 'other-version' };
	const [was, is] = [before.data.normaliser, after.data.normaliser];
	// What another version makes of the same text says nothing of whether it was changed.
	if (was !== undefined && is !== undefined && was !== is) return { outcome: 'incomparable', why: 'other-version' };
	const irrelevant = new Set(before.data.irrelevant);
	const relevant = ({ elements }: z.output<typeof schema>) =>
		elements.filter(({ entity }) => entity === undefined || !irrelevant.has(entity));
	const [were, are] = [relevant(before.data), relevant(after.data)];
	const left = new Map(are.map((one) => [placeOf(one), one]));
	const places = new Set(were.map(placeOf));
	if (left.size < are.length || places.size < were.length) {
		return { outcome: 'incomparable', why: 'repeated-ids' };
	}
	const differences: Record<string, { changed: number; removed: number; added: number }> = {};
	const count = (kind: string, what: 'changed' | 'removed' | 'added') => {
		const so = differences[kind] ?? { changed: 0, removed: 0, added: 0 };
		differences[kind] = { ...so, [what]: so[what] + 1 };
	};
	let kept = 0;
	for (const one of were) {
		const found = left.get(placeOf(one));
		left.delete(placeOf(one));
		if (found === undefined) count(one.kind, 'removed');
		else {
			kept += 1;
			if (found.hash !== one.hash || found.entity !== one.entity) count(one.kind, 'changed');
		}
	}
	for (const { kind } of left.values()) count(kind, 'added');
	if (kept === 0) return { outcome: 'incomparable', why: 'other-elements' };
	return Object.keys(differences).length === 0 ? { outcome: 'equal' } : { outcome: 'different', differences };
}

function placeOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
	return JSON.stringify([kind, id]);
}
