import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import jsonLogic from 'json-logic-js';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { differences, differencesByCase } from './conformance-differences.ts';
import { strictValueOf, viewOf } from './view-of.ts';

/** JSON-Logic's shared tests stand beside the repository, where they are at hand at all: they are not ours to copy. */
const file = fileURLToPath(new URL('../../../../shared/conformance/jsonlogic-tests.json', import.meta.url));

type Case = readonly [rule: Json, data: Json, expected: Json];

function readCases(): readonly Case[] {
	const entries = JSON.parse(readFileSync(file, 'utf8')) as readonly (string | Case)[];
	return entries.filter((entry): entry is Case => typeof entry !== 'string');
}

describe.skipIf(!existsSync(file))("JSON-Logic's own shared cases", () => {
	it('are refused where the list of differences says so, by that code, and otherwise give the same', () => {
		const cases = readCases();
		const known = differencesByCase();
		expect(cases).toHaveLength(277);
		const found = cases.map(([rule, , expected], number) => {
			const result = strictValueOf(rule, viewOf(), null);
			if (result.kind === 'refused') return { number, rule, code: result.codes[0] };
			const same = result.kind === 'value' && Object.is(result.value, expected);
			return { number, rule, code: same ? undefined : `${result.kind} of another kind` };
		});
		expect(found).toEqual(cases.map(([rule], number) => ({ number, rule, code: known.get(number) })));
	});

	it('are still what the library itself makes of them, also after our evaluator has been used', () => {
		strictValueOf({ '==': [1, 1] }, viewOf());
		const cases = readCases();
		expect(cases.map(([rule, data]) => jsonLogic.apply(rule as jsonLogic.RulesLogic, data) as Json)).toEqual(
			cases.map(([, , expected]) => expected),
		);
	});
});

it('no case is listed twice among the differences', () => {
	const listed = differences
		.flatMap(({ places }) => places)
		.reduce<number>((sum, place) => sum + (typeof place === 'number' ? 1 : place[1] - place[0] + 1), 0);
	expect(differencesByCase().size).toBe(listed);
	expect(listed).toBe(188);
});
