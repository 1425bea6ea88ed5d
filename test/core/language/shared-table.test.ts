import jsonLogic from 'json-logic-js';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { operators } from '../../../src/core/language/index.ts';
import { annotationOf, compile, contextOf, regionOf, viewOf } from './view-of.ts';

/** `json-logic-js` has one table of operators for the whole process: what one user does there, all others feel. */
const add = vi.spyOn(jsonLogic, 'add_operation');
const remove = vi.spyOn(jsonLogic, 'rm_operation');
const truthy = jsonLogic.truthy;
const apply = jsonLogic.apply;

const view = viewOf({
	annotations: [
		annotationOf('total_amount', '10', 0.5),
		annotationOf('net_amount', '8', 0.5),
		annotationOf('currency', 'USD', 0.5),
	],
	segments: [regionOf('seg_1', 0.5)],
	checkboxes: [],
});
const everything: readonly Json[] = operators.map(({ example }) => JSON.parse(example) as Json);
const answers = () => everything.map((logic) => compile(logic).strict(contextOf(view)));

describe('the operator table of the library', () => {
	it('gets our operators once, under names of our own, and loses none', () => {
		answers();
		answers();
		const names = add.mock.calls.map(([name]) => name);
		expect(names.length).toBeGreaterThan(15);
		expect(new Set(names).size).toBe(names.length);
		expect(names.filter((name) => !name.startsWith('greenlane:'))).toEqual([]);
		expect(remove).not.toHaveBeenCalled();
		expect(jsonLogic.truthy).toBe(truthy);
		expect(jsonLogic.apply).toBe(apply);
	});

	it('keeps its stock operators as loose as they are', () => {
		answers();
		const loose: readonly (readonly [Json, Json, Json])[] = [
			[{ '==': [1, '1'] }, null, true],
			[{ '>=': [{ var: 'c' }, 0] }, {}, true],
			[{ '!': [0] }, null, true],
			[{ '+': ['0.95 (guess)'] }, null, 0.95],
			[{ in: ['S', 'US'] }, null, true],
			[{ '<': [1, 2, 3] }, null, true],
			[{ '/': [1, 0] }, null, Number.POSITIVE_INFINITY],
		];
		for (const [rule, data, expected] of loose) {
			expect(jsonLogic.apply(rule as jsonLogic.RulesLogic, data)).toBe(expected);
		}
		expect(() => jsonLogic.apply({ confidence: 'a' } as unknown as jsonLogic.RulesLogic, null)).toThrow(
			/Unrecognized operation/,
		);
	});
});

describe('what somebody else writes into the table', () => {
	beforeAll(() => answers());

	it('does not change a single answer of ours', () => {
		const before = answers();
		const own = operators.map(({ name }) => name);
		for (const name of [...own, '!!', 'cat', 'missing', 'missing_some', 'log', 'field', 'list']) {
			jsonLogic.add_operation(name, () => true);
		}
		expect(jsonLogic.apply({ '>=': [0, 1] } as jsonLogic.RulesLogic)).toBe(true);
		expect(answers()).toEqual(before);
		for (const logic of everything) {
			const compiled = compile(logic);
			expect(compiled.evaluate(contextOf(view)).error).not.toBe('engines-disagree');
		}
	});
});

it('an evaluation inside an evaluation does not disturb the outer one', () => {
	const inner = compile({ '>=': [{ confidence: 'currency' }, 0.9] });
	const outer = compile({
		and: [{ '<': [{ var: 'counts.pages' }, 2] }, { '>=': [{ confidence: 'total_amount' }, 0.4] }],
	});
	// A getter is the only way in: views are plain data, and this one is not.
	const counts = Object.defineProperty({}, 'pages', {
		enumerable: true,
		get: () => (inner.strict(contextOf(view)).outcome === 'fail' ? 1 : 5),
	});
	expect(outer.strict(contextOf({ ...view, counts: counts as typeof view.counts }))).toEqual({ outcome: 'pass' });
});
