import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareElements } from '../../src/cases/compare-elements.ts';

interface Stored {
	readonly id: string;
	readonly kind: string;
	readonly hash: string;
}

const records = (...elements: readonly Stored[]) => ({ version: 2, elements: elements.map((one) => ({ ...one })) });
const one = (id: string, hash: string, kind = 'annotation'): Stored => ({ id, kind, hash });

const element = fc.record({
	id: fc.string({ minLength: 1, maxLength: 2 }),
	kind: fc.constantFrom('annotation', 'checkbox', 'segment', 'signature'),
	hash: fc.constantFrom('h1', 'h2', 'h3'),
});
const distinct = fc.uniqueArray(element, { minLength: 1, maxLength: 12, selector: ({ id, kind }) => `${kind} ${id}` });

describe('the elements of a task as decided on and as a person left them', () => {
	test('are equal in whatever order they are given', () => {
		fc.assert(
			fc.property(distinct, (elements) => {
				expect(compareElements(records(...elements), records(...elements.toReversed()))).toEqual({ outcome: 'equal' });
			}),
			{ seed: 6 },
		);
	});

	test('each difference is counted once, under its kind', () => {
		const before = records(one('a', 'h1'), one('b', 'h1'), one('c', 'h1', 'checkbox'), one('d', 'h1'));
		const after = records(one('a', 'h1'), one('b', 'h2'), one('c', 'h2', 'checkbox'), one('e', 'h1', 'signature'));
		expect(compareElements(before, after)).toEqual({
			outcome: 'different',
			differences: {
				annotation: { changed: 1, removed: 1, added: 0 },
				checkbox: { changed: 1, removed: 0, added: 0 },
				signature: { changed: 0, removed: 0, added: 1 },
			},
		});
	});

	test('two texts that swapped their names are both changed', () => {
		const named = (id: string, entity: string) => ({ ...one(id, `h-${id}`), entity });
		const [before, after] = [
			records(named('a', 'total_amount'), named('b', 'net_amount')),
			records(named('a', 'net_amount'), named('b', 'total_amount')),
		];
		expect(compareElements(before, after)).toEqual({
			outcome: 'different',
			differences: { annotation: { changed: 2, removed: 0, added: 0 } },
		});
	});

	test('what another normaliser made of the same text says nothing', () => {
		const by = (normaliser: number) => ({ ...records(one('a', 'h1')), normaliser });
		expect(compareElements(by(1), by(1))).toEqual({ outcome: 'equal' });
		expect(compareElements(by(1), by(2))).toEqual({ outcome: 'incomparable', why: 'other-version' });
	});

	test('an id that two kinds share names two elements', () => {
		const both = records(one('1', 'h1'), one('1', 'h2', 'checkbox'));
		expect(compareElements(both, both)).toEqual({ outcome: 'equal' });
	});

	test('nobody can tell which is which where an id stands twice in a kind, before or after', () => {
		const twice = records(one('a', 'h1'), one('a', 'h2'));
		const once = records(one('a', 'h1'));
		const untold = { outcome: 'incomparable', why: 'repeated-ids' };
		expect(compareElements(twice, twice)).toEqual(untold);
		expect(compareElements(once, twice)).toEqual(untold);
		expect(compareElements(twice, once)).toEqual(untold);
	});

	test('cannot be compared when they were read anew, hashed otherwise, or not kept', () => {
		const before = records(one('a', 'h1'));
		expect(compareElements(before, records(one('b', 'h1')))).toEqual({
			outcome: 'incomparable',
			why: 'other-elements',
		});
		expect(compareElements({ ...before, version: 1 }, before)).toEqual({
			outcome: 'incomparable',
			why: 'other-version',
		});
		expect(compareElements([], before)).toEqual({ outcome: 'incomparable', why: 'no-elements' });
	});
});
